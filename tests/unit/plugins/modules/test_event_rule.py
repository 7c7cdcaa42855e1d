# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module event_rule from its arguments to its result, on answers written down."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import event_rule

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

ARN = "arn:aws:events:us-east-1:123456789012:rule/r"
CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ops"}
PATTERN = {"source": ["aws.ssm"], "detail-type": ["EC2 Command Status-change Notification"]}
MARK = {"Key": "ssmops:made-by", "Value": "ssmops.run_command.event_rule"}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:"
WHERE = {"Name": "r", "EventBusName": "default"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        if options.get("state") != "absent":
            stubs.answer("sts", "get_caller_identity", CALLER)
        return run_module(event_rule.main, {"name": "r", **options}, capsys, check=check)

    return run_it


def found(stubs: StubbedClients, *pages: list[str], own: bool = True, **fields: t.Any) -> None:
    """The next look finds the rule, with queues as targets on as many pages as are given."""
    rule = {
        "Name": "r",
        "Arn": ARN,
        "EventBusName": "default",
        "State": "ENABLED",
        "EventPattern": json.dumps(PATTERN),
        **fields,
    }
    stubs.answer("events", "describe_rule", rule, WHERE)
    stubs.answer(
        "events", "list_tags_for_resource", {"Tags": [{"Key": "Team", "Value": "x"}, *([MARK] if own else [])]}
    )
    for number, page in enumerate(pages or [[]], start=1):
        targets = [{"Id": name, "Arn": QUEUE + name} for name in page]
        more = {"NextToken": str(number)} if number < len(pages) else {}
        stubs.answer("events", "list_targets_by_rule", ({"Targets": targets} if targets else {}) | more)


def not_found(stubs: StubbedClients) -> None:
    stubs.fail("events", "describe_rule", "ResourceNotFoundException")


def test_creates_the_rule_its_tags_and_its_targets(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    put = {"EventPattern": json.dumps(PATTERN, separators=(",", ":")), "State": "ENABLED"}
    expected = {**WHERE, **put, "Tags": [{"Key": "Team", "Value": "x"}, MARK]}
    stubs.answer("events", "put_rule", {"RuleArn": ARN}, expected)
    stubs.answer(
        "events",
        "put_targets",
        {"FailedEntryCount": 0, "FailedEntries": []},
        {"Rule": "r", "EventBusName": "default", "Targets": [{"Id": "q", "Arn": f"{QUEUE}q"}]},
    )
    result = run(on_command_status={}, tags={"Team": "x"}, targets=[{"id": "q", "arn": f"{QUEUE}q"}])
    assert result["changed"]
    assert result["rule"]["event_pattern"] == PATTERN
    assert result["rule"]["targets"][0]["id"] == "q"


def test_check_mode_gives_what_the_run_gives(run: Run, stubs: StubbedClients) -> None:
    options: dict[str, t.Any] = {"event_pattern": PATTERN, "targets": [{"id": "q", "arn": f"{QUEUE}q"}]}
    not_found(stubs)
    checked = run(check=True, **options)
    not_found(stubs)
    pattern = json.dumps(PATTERN, separators=(",", ":"))
    rule = {"Name": "r", "EventBusName": "default", "EventPattern": pattern, "State": "ENABLED", "Tags": [MARK]}
    stubs.answer("events", "put_rule", {"RuleArn": ARN}, rule)
    targets = {"Rule": "r", "EventBusName": "default", "Targets": [{"Id": "q", "Arn": f"{QUEUE}q"}]}
    stubs.answer("events", "put_targets", {"FailedEntryCount": 0, "FailedEntries": []}, targets)
    done = run(**options)
    assert {key: checked[key] for key in ("changed", "rule", "diff")} == {
        key: done[key] for key in ("changed", "rule", "diff")
    }


def test_a_second_run_reads_all_pages_and_changes_nothing(run: Run, stubs: StubbedClients) -> None:
    found(stubs, ["a"], [], ["b"])
    targets = [{"id": name, "arn": QUEUE + name} for name in "ab"]
    result = run(on_command_status={}, targets=targets, purge_targets=True, tags={"Team": "x"})
    assert not result["changed"]
    assert [target["id"] for target in result["rule"]["targets"]] == ["a", "b"]


def test_changes_tags_and_targets_of_a_rule_that_stays(run: Run, stubs: StubbedClients) -> None:
    found(stubs, ["a"], ["b"])
    stubs.answer("events", "untag_resource", expected={"ResourceARN": ARN, "TagKeys": ["Team"]})
    stubs.answer("events", "tag_resource", expected={"ResourceARN": ARN, "Tags": [{"Key": "Owner", "Value": "y"}]})
    removed = {"Rule": "r", "EventBusName": "default", "Ids": ["b"]}
    stubs.answer("events", "remove_targets", {"FailedEntryCount": 0, "FailedEntries": []}, removed)
    put = {"Rule": "r", "EventBusName": "default", "Targets": [{"Id": "a", "Arn": f"{QUEUE}c"}]}
    stubs.answer("events", "put_targets", {"FailedEntryCount": 0, "FailedEntries": []}, put)
    result = run(tags={"Owner": "y"}, targets=[{"id": "a", "arn": f"{QUEUE}c"}], purge_targets=True)
    assert result["changed"]
    assert [target["arn"] for target in result["rule"]["targets"]] == [f"{QUEUE}c"]


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("put_targets", {"targets": [{"id": "b", "arn": f"{QUEUE}b"}]}),
        ("remove_targets", {"targets": [], "purge_targets": True}),
        ("remove_targets", {"state": "absent"}),
    ],
)
def test_failed_entries_are_errors(run: Run, stubs: StubbedClients, operation: str, options: dict[str, t.Any]) -> None:
    found(stubs, ["a"])
    entry = {"TargetId": "x", "ErrorCode": "ConcurrentModificationException", "ErrorMessage": "again"}
    stubs.answer("events", operation, {"FailedEntryCount": 1, "FailedEntries": [entry]})
    result = run(**options)
    assert result["failed"]
    assert "1 target of the rule r: x: ConcurrentModificationException again" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_absent_removes_the_targets_first(run: Run, stubs: StubbedClients, check: bool) -> None:
    found(stubs, ["a", "b"])
    if not check:
        removed = {"Rule": "r", "EventBusName": "default", "Ids": ["a", "b"]}
        stubs.answer("events", "remove_targets", {"FailedEntryCount": 0, "FailedEntries": []}, removed)
        stubs.answer("events", "delete_rule", expected=WHERE)
    result = run(state="absent", check=check)
    assert result["changed"]
    assert "rule" not in result


@pytest.mark.parametrize("check", [True, False])
def test_a_rule_of_others_is_refused_by_name(run: Run, stubs: StubbedClients, check: bool) -> None:
    found(stubs, own=False)
    refused = run(check, enabled=False)
    assert refused["msg"] == (
        "name: the rule r was not made by this collection; set adopt to change it, or choose another name."
    )
    found(stubs, ["a"], own=False)
    refused = run(check, state="absent")
    assert refused["msg"] == "name: the rule r was not made by this collection; set force to delete it."


def test_an_adopted_rule_is_kept_and_a_forced_one_goes(run: Run, stubs: StubbedClients) -> None:
    found(stubs, ["a"], own=False)
    result = run(state="absent", adopt=True)
    assert not result["changed"]
    assert result["rule"] == result["diff"]["before"]
    assert "Kept the rule r" in str(result["warnings"])
    found(stubs, own=False)
    stubs.answer("events", "delete_rule", expected=WHERE)
    assert run(state="absent", force=True)["changed"]


def test_absent_of_none_is_no_change(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    assert not run(state="absent")["changed"]


@pytest.mark.parametrize("options", [{"enabled": False}, {"state": "absent"}])
def test_a_rule_of_aws_is_left(run: Run, stubs: StubbedClients, options: dict[str, t.Any]) -> None:
    found(stubs, ManagedBy="autoscaling.amazonaws.com")
    result = run(**options)
    assert result["failed"]
    assert "managed by autoscaling.amazonaws.com" in result["msg"]


def test_a_rule_of_another_bus(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.answer(
        "events",
        "put_rule",
        {"RuleArn": ARN},
        {
            "Name": "r",
            "EventBusName": "own",
            "EventPattern": '{"source":["x"]}',
            "State": "DISABLED",
            "Description": "d",
            "RoleArn": "arn:aws:iam::123456789012:role/r",
            "Tags": [MARK],
        },
    )
    result = run(
        event_bus_name="own",
        event_pattern={"source": ["x"]},
        enabled=False,
        description="d",
        role_arn="arn:aws:iam::123456789012:role/r",
    )
    assert result["rule"]["arn"] == "arn:aws:events:us-east-1:123456789012:rule/own/r"
    assert result["rule"]["state"] == "DISABLED"


ROLE = "arn:aws:iam::123456789012:role/new"
NOT_YET = f"Provided role '{ROLE}' cannot be assumed by principal 'events.amazonaws.com'."


DESCRIBED = {"Document": {"Name": "Restart", "Parameters": [{"Name": "commands", "Type": "StringList"}]}}
NODES = [{"key": "tag:Role", "values": ["web"]}]
SENDING = {"id": "t", "document_name": "Restart", "role_arn": ROLE, "run_command_targets": NODES}


@pytest.mark.parametrize("check", [True, False])
def test_a_document_that_does_not_exist_is_told_before_anything_is_put(
    run: Run, stubs: StubbedClients, check: bool
) -> None:
    not_found(stubs)
    stubs.fail("ssm", "describe_document", "InvalidDocument")
    result = run(check=check, schedule_expression="rate(1 day)", targets=[SENDING])
    told = str(result["warnings"]) if check else result["msg"]
    assert "targets[t].document_name: there is no document 'Restart' in this account and region" in told


def test_parameters_are_held_against_the_document(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.answer("ssm", "describe_document", DESCRIBED)
    refused = run(schedule_expression="rate(1 day)", targets=[{**SENDING, "parameters": {"command": "x"}}])["msg"]
    assert "targets[t].parameters has 'command': Restart has no such parameter, it has commands." in refused


def test_a_document_that_may_not_be_read_is_not_checked(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.fail("ssm", "describe_document", "AccessDeniedException")
    result = run(check=True, schedule_expression="rate(1 day)", targets=[SENDING])
    assert result["changed"]
    assert "targets[t]: its parameters were not checked against Restart" in str(result["warnings"])


def no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def test_a_role_that_eventbridge_does_not_see_yet_is_waited_for(
    run: Run, stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_sleep(monkeypatch)
    not_found(stubs)
    stubs.answer("ssm", "describe_document", {"Document": {"Name": "Restart"}})
    stubs.fail("events", "put_rule", "ValidationException", NOT_YET)
    stubs.answer("events", "put_rule", {"RuleArn": ARN})
    stubs.fail("events", "put_targets", "ValidationException", NOT_YET)
    stubs.answer("events", "put_targets", {"FailedEntryCount": 0, "FailedEntries": []})
    assert run(schedule_expression="rate(1 day)", role_arn=ROLE, targets=[SENDING])["changed"]


def test_targets_that_are_still_seen_are_waited_for(
    run: Run, stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_sleep(monkeypatch)
    found(stubs, ["a"])
    stubs.answer("events", "remove_targets", {"FailedEntryCount": 0, "FailedEntries": []})
    stubs.fail("events", "delete_rule", "ValidationException", "Rule can't be deleted since it has targets.")
    stubs.answer("events", "delete_rule", expected={"Name": "r", "EventBusName": "default"})
    assert run(state="absent")["changed"]


def test_other_refusals_are_not_waited_for(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.fail("events", "put_rule", "ValidationException", "Something else")
    assert "Something else" in run(on_command_status={})["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_rule_that_would_trigger_itself_is_refused(run: Run, stubs: StubbedClients, check: bool) -> None:
    not_found(stubs)
    refused = run(check=check, on_command_status={"statuses": ["Failed"]}, targets=[SENDING])["msg"]
    assert "targets[t]: its commands would trigger the rule 'r' itself" in refused
    assert "Restart" in refused
    # So would the pattern that the rule has already.
    found(stubs)
    assert "would trigger the rule 'r' itself" in run(check=check, targets=[SENDING])["msg"]
    for status in ({"document_names": ["Deploy"]}, {"exclude_document_names": ["Rest*"]}):
        not_found(stubs)
        stubs.answer("ssm", "describe_document", {"Document": {"Name": "Restart"}})
        assert run(check=True, on_command_status=status, targets=[SENDING])["changed"]
