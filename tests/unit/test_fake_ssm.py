# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fake SSM and the sandbox answer alike: the same scenarios run on both."""

from __future__ import annotations

import datetime
import time
import typing as t

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.support import warm_sandbox

from .plugins.module_utils.commands.fake_ssm import SHELL, UNFINISHED, Clock, FakeSSM, Node

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, t.Any]
MANY, SLOW = 60, 2
UNKNOWN = "11111111-2222-4333-8444-555555555555"
# Longer than any of these tests takes.
HELD_SECONDS = 600


class Account:
    """An account with sixty nodes that answer at once (Role: many) and two that take minutes (Role: slow)."""

    def __init__(self, ssm: t.Any, clock: Clock | None) -> None:
        self.ssm = ssm
        self._clock = clock
        self.many = self._nodes("many")
        self.slow = self._nodes("slow")

    def _nodes(self, role: str) -> list[str]:
        pages = self.ssm.get_paginator("describe_instance_information").paginate(
            Filters=[{"Key": "tag:Role", "Values": [role]}], PaginationConfig={"PageSize": 50}
        )
        return [node["InstanceId"] for page in pages for node in page["InstanceInformationList"]]

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        (time if self._clock is None else self._clock).sleep(seconds)

    def send(self, role: str = "many", **request: t.Any) -> str:
        """The id of a command to all nodes with this role."""
        targets = [{"Key": "tag:Role", "Values": [role]}]
        sent = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}, "Targets": targets}
        wanted = {**sent, "MaxConcurrency": "100%", **request}
        return str(
            self.ssm.send_command(**{name: value for name, value in wanted.items() if value})["Command"]["CommandId"]
        )

    def wait(self, command_id: str) -> str:
        """Wait until a command has ended; its id."""
        for _poll in range(200):
            (command,) = self.ssm.list_commands(CommandId=command_id)["Commands"]
            if command["Status"] not in UNFINISHED:
                return command_id
            self.sleep(0.1)
        raise AssertionError(f"{command_id} has not ended")

    def send_slow(self) -> str:
        """The id of a command that runs on both slow nodes."""
        command_id = self.send("slow")
        for _poll in range(200):
            if len(self.invocations(("Status", "InProgress"), CommandId=command_id)) == SLOW:
                return command_id
            self.sleep(0.1)
        raise AssertionError(f"{command_id} does not run")

    def found(self, *filters: tuple[str, str], **request: t.Any) -> list[str]:
        """The ids that ListCommands gives."""
        given = [{"key": key, "value": value} for key, value in filters]
        more = {"Filters": given} if given else {}
        return [command["CommandId"] for command in self.ssm.list_commands(**more, **request)["Commands"]]

    def invocations(self, *filters: tuple[str, str], **request: t.Any) -> list[Json]:
        """What one page of ListCommandInvocations gives."""
        given = [{"key": key, "value": value} for key, value in filters]
        more = {"Filters": given} if given else {}
        return list(self.ssm.list_command_invocations(**more, **request)["CommandInvocations"])


def fake() -> Account:
    clock = Clock()
    nodes = {f"i-{number:017x}": Node(seconds=0.05, tags={"Role": "many"}) for number in range(MANY)}
    slow = {
        f"i-{number:017x}": Node(seconds=HELD_SECONDS, tags={"Role": "slow"}) for number in range(MANY, MANY + SLOW)
    }
    ssm = FakeSSM(clock, {**nodes, **slow})
    ssm.documents["AWS-RunRemoteScript"] = SHELL
    return Account(ssm, clock)


@pytest.fixture(scope="module", params=["fake", "sandbox"])
def account(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Both, one after the other; commands of other tests are in it."""
    if request.param == "fake":
        yield fake()
        return
    fleets = (f"{MANY},Role=many,sandbox:duration=0.05", f"{SLOW},Role=slow,sandbox:duration={HELD_SECONDS}")
    options = [option for fleet in fleets for option in ("--seed-nodes", fleet)]
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), *options) as running:
        running.control("POST", "config", {"settings": {"consistency_gap": 0}})
        yield Account(running.client("ssm"), None)


def moment(seconds: float) -> str:
    """A time so many seconds from now, as filters take it."""
    found = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(call: t.Callable[..., object], **request: t.Any) -> str:
    """The code of the error that a call must give."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    return str(refused.value.response["Error"]["Code"])


def test_commands_are_listed_newest_first_and_by_their_id(account: Account) -> None:
    first, second = account.send(), account.send()
    assert account.found()[:2] == [second, first]
    assert account.found(CommandId=first) == [first]
    assert account.found(CommandId=UNKNOWN) == []


def test_commands_are_listed_by_their_node(account: Account) -> None:
    one = account.send(Targets=None, InstanceIds=account.many[:1])
    other = account.send(Targets=None, InstanceIds=account.many[1:2])
    assert account.found(InstanceId=account.many[0], MaxResults=1) == [one]
    assert account.found(InstanceId=account.many[1], MaxResults=1) == [other]


@pytest.mark.parametrize(
    ("key", "seconds", "is_found"),
    [("InvokedAfter", -60, True), ("InvokedAfter", 3600, False), ("InvokedBefore", 3600, True)],
)
def test_times_filter(account: Account, key: str, seconds: float, is_found: bool) -> None:
    command_id = account.send()
    assert (command_id in account.found((key, moment(seconds)))) is is_found
    assert account.found(("InvokedBefore", moment(-60))) == []


@pytest.mark.parametrize("key", ["InvokedAfter", "InvokedBefore"])
@pytest.mark.parametrize("value", ["yesterday", "23.11.2026 11:00", "1795000000"])
def test_what_is_no_time_is_refused(account: Account, key: str, value: str) -> None:
    filters = [{"key": key, "value": value}]
    assert refusal(account.ssm.list_commands, Filters=filters) == "ValidationException"


def test_statuses_and_stages_filter(account: Account) -> None:
    running, ended = account.send("slow"), account.wait(account.send())
    account.sleep(0.5)
    assert ended in account.found(("Status", "Success"))
    assert running in account.found(("Status", "InProgress"))
    assert running in account.found(("ExecutionStage", "Executing"))
    assert ended in account.found(("ExecutionStage", "Complete"))
    assert not {ended, running} & set(account.found(("Status", "Failed")))
    assert refusal(account.ssm.list_commands, Filters=[{"key": "Status", "value": "Done"}]) == "ValidationException"


def test_document_names_filter_and_filters_add_up(account: Account) -> None:
    command_id = account.send()
    assert command_id in account.found(("DocumentName", "AWS-RunShellScript"))
    assert command_id not in account.found(("DocumentName", "AWS-RunRemoteScript"))
    assert command_id in account.found(("DocumentName", "AWS-RunShellScript"), ("InvokedAfter", moment(-60)))
    assert command_id not in account.found(("DocumentName", "AWS-RunShellScript"), ("InvokedAfter", moment(60)))


@pytest.mark.parametrize(("size", "pages"), [(50, [50, 10]), (25, [25, 25, 10])])
def test_invocations_come_in_pages(account: Account, size: int, pages: list[int]) -> None:
    command_id = account.send()
    listing = account.ssm.get_paginator("list_command_invocations").paginate(
        CommandId=command_id, PaginationConfig={"PageSize": size}
    )
    found = [[one["InstanceId"] for one in page["CommandInvocations"]] for page in listing]
    assert [len(page) for page in found] == pages
    assert sorted(node for page in found for node in page) == sorted(account.many)


def test_commands_come_in_pages(account: Account) -> None:
    first, second = account.send(), account.send()
    page = account.ssm.list_commands(MaxResults=1)
    assert [command["CommandId"] for command in page["Commands"]] == [second]
    page = account.ssm.list_commands(MaxResults=1, NextToken=page["NextToken"])
    assert [command["CommandId"] for command in page["Commands"]] == [first]
    assert refusal(account.ssm.list_commands, NextToken="elsewhere") == "InvalidNextToken"


@pytest.mark.parametrize("size", [0, 51])
def test_a_page_has_fifty_at_most(account: Account, size: int) -> None:
    with pytest.raises((ClientError, ParamValidationError, AssertionError), match=r"(?i)maxresults|validation"):
        account.ssm.list_commands(MaxResults=size)


def test_invocations_are_filtered_by_node_and_status(account: Account) -> None:
    command_id = account.wait(account.send())
    node = account.many[3]
    assert [one["InstanceId"] for one in account.invocations(CommandId=command_id, InstanceId=node)] == [node]
    assert len(account.invocations(("Status", "Success"), CommandId=command_id)) == 50
    assert account.invocations(("Status", "Failed"), CommandId=command_id) == []
    assert account.invocations(("InvokedBefore", moment(-60)), CommandId=command_id) == []


@pytest.mark.parametrize("details", [True, False])
def test_steps_are_shown_when_they_are_asked_for(account: Account, details: bool) -> None:
    command_id = account.wait(account.send())
    (one,) = account.invocations(CommandId=command_id, InstanceId=account.many[0], Details=details)
    assert [plugin["Name"] for plugin in one.get("CommandPlugins", [])] == ["aws:runShellScript"] * details


def test_a_node_s_answer_minds_the_time(account: Account) -> None:
    running, ended = account.send("slow"), account.wait(account.send())
    answer = account.ssm.get_command_invocation(CommandId=running, InstanceId=account.slow[0])
    assert (answer["Status"], answer["ResponseCode"], answer["StandardOutputContent"]) == ("InProgress", -1, "")
    answer = account.ssm.get_command_invocation(CommandId=ended, InstanceId=account.many[0])
    assert (answer["Status"], answer["ResponseCode"]) == ("Success", 0)


def test_a_cancel_ends_what_runs_on_the_nodes_that_it_names(account: Account) -> None:
    command_id = account.send_slow()
    first, second = account.slow
    account.ssm.cancel_command(CommandId=command_id, InstanceIds=[first])
    account.sleep(1)
    cancelled = account.ssm.get_command_invocation(CommandId=command_id, InstanceId=first)
    assert (cancelled["Status"], cancelled["ResponseCode"]) == ("Cancelled", 137)
    assert account.ssm.get_command_invocation(CommandId=command_id, InstanceId=second)["Status"] == "InProgress"
    account.ssm.cancel_command(CommandId=command_id)
    (command,) = account.ssm.list_commands(CommandId=account.wait(command_id))["Commands"]
    assert (command["Status"], command["CompletedCount"], command["ErrorCount"]) == ("Cancelled", 2, 0)


def test_a_cancel_leaves_what_has_ended(account: Account) -> None:
    command_id = account.wait(account.send())
    account.ssm.cancel_command(CommandId=command_id)
    assert account.ssm.list_commands(CommandId=command_id)["Commands"][0]["Status"] == "Success"


def test_what_is_not_there_is_refused_by_its_code(account: Account) -> None:
    command_id = account.send()
    ssm, node, other = account.ssm, account.many[0], account.slow[0]
    assert refusal(ssm.list_command_invocations, CommandId=UNKNOWN) == "InvalidCommandId"
    assert refusal(ssm.cancel_command, CommandId=UNKNOWN) == "InvalidCommandId"
    assert refusal(ssm.cancel_command, CommandId=command_id, InstanceIds=[other]) == "InvalidInstanceId"
    read = ssm.get_command_invocation
    assert refusal(read, CommandId=UNKNOWN, InstanceId=node) == "InvalidCommandId"
    assert refusal(read, CommandId=command_id, InstanceId=other) == "InvocationDoesNotExist"
    assert refusal(read, CommandId=command_id, InstanceId=node, PluginName="nothing") == "InvalidPluginName"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"DocumentName": "No-Such"}, "InvalidDocument"),
        ({"DocumentVersion": "7"}, "InvalidDocumentVersion"),
        ({"Targets": None, "InstanceIds": ["i-ffffffffffffffff0"]}, "InvalidInstanceId"),
        ({"Targets": None}, "InvalidInstanceId"),
    ],
)
def test_bad_requests_are_refused_by_their_code(account: Account, request_: Json, code: str) -> None:
    assert refusal(account.send, **request_) == code
