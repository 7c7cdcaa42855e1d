# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle rules that expire the output that commands wrote to a bucket. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BUCKET_PATTERN = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
MAX_RULE_ID = 255
MAX_DAYS = 2_147_483_647

Rule = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class ExpirationSpec:
    """A rule that expires objects below a prefix, identified by its ID. Without days, it can only be removed."""

    bucket: str
    rule_id: str
    expiration_days: int | None = None
    prefix: str = ""

    def __post_init__(self) -> None:
        if not BUCKET_PATTERN.fullmatch(self.bucket):
            raise RequestError(
                f"bucket: {self.bucket!r} is not the name of a bucket; "
                "allowed are 3 to 63 lowercase letters, digits, '.' and '-'."
            )
        if not 1 <= len(self.rule_id) <= MAX_RULE_ID:
            raise RequestError(
                f"rule_id: {self.rule_id!r} has {len(self.rule_id)} characters; allowed are 1 to {MAX_RULE_ID}."
            )
        if self.expiration_days is not None and not 1 <= self.expiration_days <= MAX_DAYS:
            raise RequestError(
                f"expiration_days: {self.expiration_days} is not a number of days; allowed are 1 and more."
            )

    def rule(self) -> Rule:
        """The rule as PutBucketLifecycleConfiguration accepts it, with noncurrent versions and partial uploads."""
        return {
            "ID": self.rule_id,
            "Status": "Enabled",
            "Filter": {"Prefix": self.prefix},
            "Expiration": {"Days": self.expiration_days},
            "NoncurrentVersionExpiration": {"NoncurrentDays": self.expiration_days},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }


def find_rule(rules: Sequence[Mapping[str, t.Any]], rule_id: str) -> Rule | None:
    """The rule with this ID."""
    return next((dict(rule) for rule in rules if rule.get("ID") == rule_id), None)


def with_rule(rules: Sequence[Mapping[str, t.Any]], rule: Rule) -> list[Rule]:
    """The rules with this one replacing the one with its ID."""
    return [dict(item) for item in rules if item.get("ID") != rule["ID"]] + [rule]


def without_rule(rules: Sequence[Mapping[str, t.Any]], rule_id: str) -> list[Rule]:
    """The rules without the one with this ID."""
    return [dict(item) for item in rules if item.get("ID") != rule_id]
