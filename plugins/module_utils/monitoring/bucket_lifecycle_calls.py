# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a lifecycle rule of a bucket and keeps the others."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import s3
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import bucket_lifecycle
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.bucket_lifecycle import (
        ExpirationSpec,
        Rule,
    )
    from mypy_boto3_s3.client import S3Client


def ensure_present(client: S3Client, spec: ExpirationSpec, check_mode: bool) -> Outcome:
    """Put the rule. In check mode, its bucket does not have to exist yet.

    :raises RequestError: the bucket does not exist.
    """
    rules: t.Sequence[t.Mapping[str, t.Any]] = []
    if s3.head_bucket(client, spec.bucket):
        rules = s3.get_lifecycle_rules(client, spec.bucket) or []
    elif not check_mode:
        raise RequestError(f"bucket: there is no bucket {spec.bucket!r}; allowed is the name of an existing one.")
    before, after = bucket_lifecycle.find_rule(rules, spec.rule_id), spec.rule()
    changed = before != after
    if changed and not check_mode:
        s3.put_lifecycle_rules(client, spec.bucket, bucket_lifecycle.with_rule(rules, after))
    return Outcome(_shown(spec, before), _shown(spec, after), changed)


def ensure_absent(client: S3Client, spec: ExpirationSpec, check_mode: bool) -> Outcome:
    """Remove the rule; a bucket that does not exist has none."""
    if not s3.head_bucket(client, spec.bucket):
        return Outcome(None, None, changed=False)
    rules = s3.get_lifecycle_rules(client, spec.bucket) or []
    before = bucket_lifecycle.find_rule(rules, spec.rule_id)
    if before is not None and not check_mode:
        left = bucket_lifecycle.without_rule(rules, spec.rule_id)
        if left:
            s3.put_lifecycle_rules(client, spec.bucket, left)
        else:
            s3.delete_lifecycle_rules(client, spec.bucket)
    return Outcome(_shown(spec, before), None, before is not None)


def _shown(spec: ExpirationSpec, rule: Rule | None) -> dict[str, t.Any] | None:
    if rule is None:
        return None
    return {
        "bucket": spec.bucket,
        "rule_id": rule["ID"],
        "prefix": rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")),
        "expiration_days": rule.get("Expiration", {}).get("Days"),
        "status": rule["Status"],
    }
