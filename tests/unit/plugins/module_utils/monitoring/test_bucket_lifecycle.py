# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lifecycle rules beside those of others."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import bucket_lifecycle
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.bucket_lifecycle import ExpirationSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

OTHER = {"ID": "other", "Status": "Enabled"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"bucket": "UPPER"}, ["bucket: 'UPPER'", "3 to 63"]),
        ({"bucket": "ab"}, ["bucket: 'ab'"]),
        ({"rule_id": ""}, ["rule_id: ''", "1 to 255"]),
        ({"rule_id": "x" * 256}, ["256 characters"]),
        ({"expiration_days": 0}, ["expiration_days: 0", "1 and more"]),
        ({"expiration_days": 2_147_483_648}, ["expiration_days"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        ExpirationSpec(**{"bucket": "output", "rule_id": "r", **values})
    assert all(word in str(refused.value) for word in words)


def test_old_versions_and_broken_uploads_expire_too() -> None:
    assert ExpirationSpec("output", "r", 30, "web/").rule() == {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {"Prefix": "web/"},
        "Expiration": {"Days": 30},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


def test_rules_of_others_stay() -> None:
    rule = ExpirationSpec("output", "r", 30).rule()
    with_it = bucket_lifecycle.with_rule([{"ID": "r", "Status": "Disabled"}, OTHER], rule)
    assert with_it == [OTHER, rule]
    assert bucket_lifecycle.find_rule(with_it, "r") == rule
    assert bucket_lifecycle.without_rule(with_it, "r") == [OTHER]
    assert bucket_lifecycle.find_rule([OTHER], "r") is None


@pytest.mark.parametrize(("bucket", "rule_id", "days"), [("abc", "r", 1), ("b" * 63, "r" * 255, 2_147_483_647)])
def test_takes_what_is_just_within(bucket: str, rule_id: str, days: int) -> None:
    rule = ExpirationSpec(bucket, rule_id, days).rule()
    assert (rule["ID"], rule["Expiration"]) == (rule_id, {"Days": days})


def test_refuses_a_name_that_is_too_long() -> None:
    with pytest.raises(RequestError, match="bucket: "):
        ExpirationSpec("b" * 64, "r")
