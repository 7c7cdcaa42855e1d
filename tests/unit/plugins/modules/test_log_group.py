# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module log_group from its arguments to its result, on answers written down."""

from __future__ import annotations

import typing as t

import botocore.session
import pytest
from ansible_collections.ssmops.run_command.plugins.modules import log_group

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

MARK = {"ssmops:made-by": "ssmops.run_command.log_group"}
NAME = "/ssm/commands"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOG_GROUP_FIELDS = t.cast(
    "t.Any", botocore.session.get_session().get_service_model("logs").shape_for("LogGroup")
).members
OPERATIONS = botocore.session.get_session().get_service_model("logs").operation_names
protecting_sdk = pytest.mark.skipif(
    "PutLogGroupDeletionProtection" not in OPERATIONS, reason="this botocore does not know deletion protection"
)
CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ops"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(log_group.main, {"name": NAME, **options}, capsys, check=check)

    return run_it


def found(stubs: StubbedClients, tags: dict[str, str] | None = None, own: bool = True, **fields: t.Any) -> None:
    """The next look finds the group, after one on another page whose name begins as its does."""
    other = {"logGroupName": f"{NAME}-old", "arn": f"{ARN}-old:*"}
    stubs.answer("logs", "describe_log_groups", {"logGroups": [other], "nextToken": "more"})
    group = {"logGroupName": NAME, "arn": f"{ARN}:*", "creationTime": 1, "storedBytes": 2, **fields}
    stubs.answer("logs", "describe_log_groups", {"logGroups": [group]})
    stubs.answer(
        "logs", "list_tags_for_resource", {"tags": {**(tags or {}), **(MARK if own else {})}}, {"resourceArn": ARN}
    )


def not_found(stubs: StubbedClients) -> None:
    stubs.answer("logs", "describe_log_groups", {"logGroups": []}, {"logGroupNamePrefix": NAME})


def test_creates_and_shows_what_is_there_afterwards(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.answer("sts", "get_caller_identity", CALLER)
    created = {"logGroupName": NAME, "tags": {"Team": "x", **MARK}, "kmsKeyId": KEY}
    stubs.answer("logs", "create_log_group", expected=created)
    stubs.answer("logs", "put_retention_policy", expected={"logGroupName": NAME, "retentionInDays": 7})
    found(stubs, {"Team": "x"}, retentionInDays=7, kmsKeyId=KEY)
    result = run(retention_in_days=7, kms_key_id=KEY, tags={"Team": "x"})
    assert result["changed"]
    assert result["log_group"]["creation_time"] == 1
    assert result["diff"] == {"before": {}, "after": result["log_group"]}


def test_a_group_whose_creation_was_not_answered_is_completed(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.answer("sts", "get_caller_identity", CALLER)
    stubs.fail("logs", "create_log_group", "ResourceAlreadyExistsException")
    found(stubs)
    stubs.answer("logs", "put_retention_policy", expected={"logGroupName": NAME, "retentionInDays": 7})
    found(stubs, retentionInDays=7)
    result = run(retention_in_days=7)
    assert result["changed"]
    assert result["log_group"]["retention_in_days"] == 7


def test_check_mode_gives_the_same_shape_and_calls_nothing(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.answer("sts", "get_caller_identity", CALLER)
    checked = run(check=True, retention_in_days=7)
    found(stubs, retentionInDays=7)
    there = run(retention_in_days=7)
    assert checked["changed"]
    assert not there["changed"]
    assert checked["log_group"].keys() == there["log_group"].keys()
    assert checked["log_group"]["arn"] == there["log_group"]["arn"]


@protecting_sdk
def test_changes_what_differs_and_nothing_else(run: Run, stubs: StubbedClients) -> None:
    found(stubs, {"Old": "1", "Same": "2"}, retentionInDays=7, kmsKeyId=KEY)
    stubs.answer("logs", "delete_retention_policy", expected={"logGroupName": NAME})
    stubs.answer("logs", "disassociate_kms_key", expected={"logGroupName": NAME})
    stubs.answer(
        "logs",
        "put_log_group_deletion_protection",
        expected={"logGroupIdentifier": NAME, "deletionProtectionEnabled": True},
    )
    stubs.answer("logs", "untag_resource", expected={"resourceArn": ARN, "tagKeys": ["Old"]})
    stubs.answer("logs", "tag_resource", expected={"resourceArn": ARN, "tags": {"New": "3"}})
    result = run(retention_in_days=0, kms_key_id="", deletion_protection_enabled=True, tags={"Same": "2", "New": "3"})
    assert result["changed"]
    assert result["log_group"]["retention_in_days"] is None
    assert result["log_group"]["kms_key_id"] is None
    assert result["log_group"]["deletion_protection_enabled"]
    assert result["log_group"]["tags"] == {"Same": "2", "New": "3", **MARK}


def test_replaces_retention_and_key(run: Run, stubs: StubbedClients) -> None:
    found(stubs, retentionInDays=7, kmsKeyId=KEY)
    stubs.answer("logs", "put_retention_policy", expected={"logGroupName": NAME, "retentionInDays": 3653})
    stubs.answer("logs", "associate_kms_key", expected={"logGroupName": NAME, "kmsKeyId": f"{KEY}1"})
    assert run(retention_in_days=3653, kms_key_id=f"{KEY}1")["changed"]


@protecting_sdk
def test_what_is_not_set_is_left(run: Run, stubs: StubbedClients) -> None:
    found(stubs, {"Team": "x"}, retentionInDays=7, kmsKeyId=KEY, deletionProtectionEnabled=True)
    result = run()
    assert not result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"] == result["log_group"]


@pytest.mark.parametrize("check", [True, False])
def test_deletes_only_when_told_to(run: Run, stubs: StubbedClients, check: bool) -> None:
    found(stubs)
    if not check:
        stubs.answer("logs", "delete_log_group", expected={"logGroupName": NAME})
    result = run(state="absent", check=check)
    assert result["changed"]
    assert "log_group" not in result
    assert result["diff"]["after"] == {}


def test_a_group_of_others_is_used_but_only_deleted_with_force(run: Run, stubs: StubbedClients) -> None:
    found(stubs, {"Owner": "ops"}, own=False)
    stubs.answer("logs", "put_retention_policy", expected={"logGroupName": NAME, "retentionInDays": 7})
    assert run(retention_in_days=7, tags={})["log_group"]["tags"] == {"Owner": "ops"}
    found(stubs, own=False)
    refused = run(state="absent")
    assert f"name: the log group {NAME} was not made by this collection; set force" in refused["msg"]
    found(stubs, own=False)
    stubs.answer("logs", "delete_log_group", expected={"logGroupName": NAME})
    assert run(state="absent", force=True)["changed"]


def test_absent_of_none_is_no_change(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    assert not run(state="absent")["changed"]


@protecting_sdk
def test_a_protected_group_is_not_deleted(run: Run, stubs: StubbedClients) -> None:
    found(stubs, deletionProtectionEnabled=True)
    result = run(state="absent")
    assert result["failed"]
    assert f"name: '{NAME}' is protected from deletion" in result["msg"]


@protecting_sdk
def test_the_protection_goes_first_when_told_so(run: Run, stubs: StubbedClients) -> None:
    found(stubs, deletionProtectionEnabled=True)
    unprotected = {"logGroupIdentifier": NAME, "deletionProtectionEnabled": False}
    stubs.answer("logs", "put_log_group_deletion_protection", expected=unprotected)
    stubs.answer("logs", "delete_log_group", expected={"logGroupName": NAME})
    assert run(state="absent", deletion_protection_enabled=False)["changed"]


def test_an_older_sdk_is_told(run: Run, stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch) -> None:
    client = stubs.client("logs")
    monkeypatch.delattr(type(client), "put_log_group_deletion_protection", raising=False)
    result = run(deletion_protection_enabled=True)
    assert result["failed"]
    assert "deletion_protection_enabled: the installed botocore" in result["msg"]


def test_what_aws_refuses_is_told(run: Run, stubs: StubbedClients) -> None:
    found(stubs)
    stubs.fail("logs", "associate_kms_key", "InvalidParameterException", "The key may not be used")
    result = run(kms_key_id=KEY)
    assert result["failed"]
    assert result["msg"].startswith("Failed to associate the KMS key with the log group")
    assert result["error"]["code"] == "InvalidParameterException"


@pytest.mark.skipif(
    "retentionPolicyName" not in LOG_GROUP_FIELDS, reason="this botocore does not know account-level retention policies"
)
def test_a_retention_policy_of_the_account_is_no_drift(run: Run, stubs: StubbedClients) -> None:
    for days in (0, 90):
        found(stubs, retentionInDays=30, retentionPolicyName="all-logs")
        result = run(retention_in_days=days)
        assert not result["changed"]
        assert result["log_group"]["retention_policy_name"] == "all-logs"
        assert f"retention_in_days: {days} is not set, as the account-level retention policy all-logs" in str(
            result["warnings"]
        )
    found(stubs, retentionInDays=30, retentionPolicyName="same")
    assert "same" not in str(run(retention_in_days=30).get("warnings"))
