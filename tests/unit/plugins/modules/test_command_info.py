# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""command_info: the calls it makes, and what it gives of their answers."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import command_info

from .run_module import run_module
from .stubbed_clients import StubbedClients

Json = dict[str, t.Any]
SENT = datetime.datetime(2026, 11, 23, 11, 0, tzinfo=datetime.UTC)
FIRST = "11111111-2222-4333-8444-555555555555"
SECOND = "22222222-2222-4333-8444-555555555555"
NODE = "i-0123456789abcdef0"


def command(command_id: str, sent: datetime.datetime = SENT) -> Json:
    return {
        "CommandId": command_id,
        "DocumentName": "AWS-RunShellScript",
        "Status": "Success",
        "RequestedDateTime": sent,
        "Parameters": {"commands": ["echo hunter2"]},
        "TargetCount": 1,
    }


def invocation(command_id: str, node: str = NODE, output: str = "well\n", status: str = "Success") -> Json:
    plugin = {"Name": "aws:runShellScript", "Status": status, "ResponseCode": 0, "Output": output}
    return {
        "CommandId": command_id,
        "InstanceId": node,
        "InstanceName": "web-1",
        "Status": status,
        "StatusDetails": status,
        "CommandPlugins": [plugin],
    }


def listed(command_id: str, **more: t.Any) -> Json:
    return {"CommandId": command_id, "Details": True, "MaxResults": 50, **more}


def run(capsys: pytest.CaptureFixture[str], *, check: bool = False, **options: t.Any) -> Json:
    return run_module(command_info.main, options, capsys, check=check)


@pytest.mark.parametrize("check", [False, True])
def test_a_command_by_its_id(stubs: StubbedClients, capsys: pytest.CaptureFixture[str], check: bool) -> None:
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST)]}, {"CommandId": FIRST})
    stubs.answer("ssm", "list_command_invocations", {"CommandInvocations": [invocation(FIRST)]}, listed(FIRST))
    result = run(capsys, check=check, command_ids=[FIRST])
    assert result["changed"] is False
    (found,) = result["commands"]
    assert found["command_id"] == FIRST
    assert found["requested_date_time"] == "2026-11-23T11:00:00+00:00"
    (node,) = found["invocations"]
    assert (node["instance_id"], node["outcome"], node["rc"], node["stdout"]) == (NODE, "success", 0, "well\n")


def test_parameters_are_kept_back(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST)]})
    result = run(capsys, command_ids=[FIRST], include_invocations=False)
    assert "hunter2" not in str(result["commands"])


def test_unknown_commands_are_left_out(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    stubs.fail("ssm", "list_commands", "InvalidCommandId")
    stubs.answer("ssm", "list_commands", {"Commands": []}, {"CommandId": SECOND})
    assert run(capsys, command_ids=[FIRST, SECOND])["commands"] == []


def test_an_empty_list_asks_for_nothing(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, command_ids=[])["commands"] == []


def test_all_pages_are_read(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    filters = [{"key": "InvokedAfter", "value": "2026-11-23T10:00:00Z"}, {"key": "Status", "value": "Success"}]
    page = {"Filters": filters, "MaxResults": 50}
    early = command(SECOND, SENT - datetime.timedelta(hours=2))
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST)], "NextToken": "n"}, page)
    stubs.answer("ssm", "list_commands", {"Commands": [early]}, {**page, "NextToken": "n"})
    first, second = invocation(FIRST), invocation(FIRST, "i-0123456789abcdef1")
    stubs.answer("ssm", "list_command_invocations", {"CommandInvocations": [first], "NextToken": "m"}, listed(FIRST))
    stubs.answer("ssm", "list_command_invocations", {"CommandInvocations": [second]}, listed(FIRST, NextToken="m"))
    result = run(capsys, invoked_after="2026-11-23T10:00:00Z", status="Success")
    assert [found["command_id"] for found in result["commands"]] == [FIRST]
    assert [node["instance_id"] for node in result["commands"][0]["invocations"]] == [NODE, "i-0123456789abcdef1"]


def answer_with_stderr(stubs: StubbedClients) -> None:
    output = "out\n----------ERROR-------\nerr"
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST)]})
    stubs.answer("ssm", "list_command_invocations", {"CommandInvocations": [invocation(FIRST, output=output)]})


def test_exact_output_is_fetched(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    answer_with_stderr(stubs)
    texts = {"Status": "Success", "StandardOutputContent": "out\n\n", "StandardErrorContent": "err\n"}
    stubs.answer("ssm", "get_command_invocation", texts, {"CommandId": FIRST, "InstanceId": NODE})
    (node,) = run(capsys, command_ids=[FIRST])["commands"][0]["invocations"]
    assert (node["stdout"], node["stderr"], node["truncated"]) == ("out\n\n", "err\n", False)


def test_what_is_listed_is_enough_when_exact_output_is_not_wanted(
    stubs: StubbedClients, capsys: pytest.CaptureFixture[str]
) -> None:
    answer_with_stderr(stubs)
    (node,) = run(capsys, command_ids=[FIRST], exact_output=False)["commands"][0]["invocations"]
    assert (node["stdout"], node["stderr"], node["truncated"]) == ("out", "err", True)


def test_nodes_that_have_not_ended_are_there(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    running = {**invocation(FIRST, status="InProgress"), "CommandPlugins": []}
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST)]})
    stubs.answer("ssm", "list_command_invocations", {"CommandInvocations": [running]})
    (node,) = run(capsys, command_ids=[FIRST])["commands"][0]["invocations"]
    assert (node["outcome"], node["rc"], node["started_at"], node["stdout"]) == ("in_progress", -1, None, "")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"command_ids": ["abc"]}, "command_ids: 'abc' is not a command ID"),
        ({"command_ids": [FIRST], "invoked_after": "1h"}, "mutually exclusive: command_ids|invoked_after"),
        ({"command_ids": [FIRST], "status": "Failed"}, "mutually exclusive: command_ids|status"),
        ({"command_ids": [FIRST], "document_name": "x"}, "mutually exclusive: command_ids|document_name"),
        ({"invoked_after": "never"}, "invoked_after: 'never' is not a time"),
        ({"status": "Exploded"}, "value of status must be one of"),
    ],
)
def test_bad_options(
    refuse_clients: None, capsys: pytest.CaptureFixture[str], options: dict[str, t.Any], problem: str
) -> None:
    assert problem in run(capsys, **options)["msg"]


def test_without_options_all_commands_are_listed(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    stubs.answer("ssm", "list_commands", {"Commands": [command(FIRST), command(SECOND)]}, {"MaxResults": 50})
    result = run(capsys, include_invocations=False)
    assert [found["command_id"] for found in result["commands"]] == [FIRST, SECOND]
    assert "invocations" not in result["commands"][0]


def test_what_aws_refuses_is_told(stubs: StubbedClients, capsys: pytest.CaptureFixture[str]) -> None:
    stubs.fail("ssm", "list_commands", "AccessDeniedException", "no")
    result = run(capsys)
    assert result["msg"].startswith("Failed to list commands: ")
    assert result["error"]["code"] == "AccessDeniedException"
