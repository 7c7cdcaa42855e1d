# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old commands: they take no memory, and are answered about as they were when they were new."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
import threading
import time
import tracemalloc
import typing as t

import pytest
from local_aws.iam.callers import Anybody
from local_aws.moto.data import MotoData
from local_aws.nodes.managed_nodes import MANAGED_INSTANCE, Nodes
from local_aws.run_command import responses
from local_aws.run_command.agent_service import AgentService
from local_aws.run_command.agents import Agents
from local_aws.run_command.api import RunCommandApi
from local_aws.run_command.archive import Archive
from local_aws.run_command.commands import Commands
from local_aws.run_command.engine import Engine
from local_aws.run_command.executor import Executor
from local_aws.run_command.model import Command
from local_aws.run_command.node_plugins import NodePlugins
from local_aws.run_command.notifications import Notifier
from local_aws.run_command.publishing import Publisher
from local_aws.run_command.scheduler import Scheduler
from local_aws.wire.errors import ApiError
from local_aws.wire.settings import Settings

from .records import REGION, command, invocation, node

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator

Json = dict[str, t.Any]
QUICK = {"sandbox:duration": "0", "sandbox:stdout-bytes": "3000"}
FLEET = [f"mi-0000000000000000{number}" for number in range(3)]
FAILING, SLOW, SILENT = "mi-00000000000000fa0", "mi-00000000000000510", "mi-00000000000000110"
BRIEF = "mi-0000000000000b11f"
NODES = {
    **{instance_id: {**QUICK, "Role": "web", "Name": "web"} for instance_id in FLEET},
    FAILING: {**QUICK, "sandbox:exit-code": "3", "sandbox:stderr-bytes": "9000"},
    SLOW: {"sandbox:duration": "60"},
    BRIEF: {"sandbox:duration": "0.3"},
    SILENT: {"sandbox:duration": "0", "sandbox:ping-status": "ConnectionLost"},
}
UNFINISHED = {"Pending", "InProgress", "Cancelling"}


@dataclasses.dataclass
class Account:
    """Run Command of one account with simulated nodes."""

    api: RunCommandApi
    engine: Engine

    def ask(self, operation: str, **request: t.Any) -> Json:
        """The answer to a call, or the code of its refusal."""
        try:
            answer = self.api.answer(operation, request, REGION, Anybody())
        except ApiError as error:
            return {"error": error.code}
        return t.cast("Json", answer)

    def send(self, *instance_ids: str, **more: t.Any) -> str:
        """Send a command, to nodes or to targets; its id."""
        chosen: Json = {"InstanceIds": list(instance_ids)} if instance_ids else {}
        request = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]}, **chosen, **more}
        return str(self.ask("SendCommand", **request)["Command"]["CommandId"])

    def wait(self, command_id: str) -> str:
        """Wait until a command has ended; its id."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.ask("ListCommands", CommandId=command_id)["Commands"][0]["Status"] not in UNFINISHED:
                return command_id
            time.sleep(0.001)
        pytest.fail(f"{command_id} has not ended")

    def cancel(self, command_id: str, *instance_ids: str) -> None:
        """Cancel a command that runs, and wait for its end."""
        while not any(one["Status"] == "InProgress" for one in self.invocations(command_id)):
            time.sleep(0.001)
        self.ask("CancelCommand", CommandId=command_id, InstanceIds=list(instance_ids))

    def invocations(self, command_id: str) -> list[Json]:
        """The invocations of a command."""
        return t.cast("list[Json]", self.ask("ListCommandInvocations", CommandId=command_id)["CommandInvocations"])

    def pages(self, operation: str, **request: t.Any) -> list[Json]:
        """All pages of a listing, of three each."""
        pages = [self.ask(operation, MaxResults=3, **request)]
        while token := pages[-1].get("NextToken"):
            pages.append(self.ask(operation, MaxResults=3, NextToken=token, **request))
        return pages

    def put_away(self) -> int:
        """Move all that has ended to the archive; how much stays in memory."""
        with self.engine.lock:
            self.engine.commands.kept = 0
            self.engine.commands.put_away()
            return len(list(self.engine.commands.recent()))


@pytest.fixture
def open_account(tmp_path: pathlib.Path) -> Iterator[Callable[[int], Account]]:
    """Makes an account, with how many invocations it keeps in memory."""
    with contextlib.ExitStack() as stack:
        yield functools.partial(_open_account, tmp_path, stack)


def _open_account(tmp_path: pathlib.Path, stack: contextlib.ExitStack, kept: int) -> Account:
    moto, scheduler, settings = MotoData(), Scheduler(), Settings(consistency_gap=0, delivery_delay=0)
    nodes, executor = Nodes(moto), Executor(tmp_path, settings)
    for instance_id, tags in NODES.items():
        nodes.declare(node(instance_id, tags=tags, resource_type=MANAGED_INSTANCE))
    agents = Agents(executor, moto, scheduler, Publisher(moto), settings, NodePlugins(moto, nodes, executor))
    notifier, archive = Notifier(moto, lambda *_event: None), Archive(tmp_path / "commands.sqlite")
    service = AgentService(nodes, moto, settings)
    for close in (archive.close, notifier.close, agents.close, scheduler.close, service.close):
        stack.callback(close)
    engine = Engine(nodes, agents, service, scheduler, notifier, settings, Commands(archive, kept))
    return Account(RunCommandApi(moto, nodes, engine, settings), engine)


def test_memory_does_not_grow_with_commands(open_account: Callable[[int], Account]) -> None:
    account = open_account(100)

    def traced(number: int) -> int:
        """The bytes of Python's objects after so many more commands."""
        for _one in range(number):
            account.wait(account.send(FLEET[0]))
        return tracemalloc.get_traced_memory()[0]

    traced(1)
    # Circles of objects would stay until Python looks for them, which it does the less the more there is.
    gc.disable()
    tracemalloc.start()
    try:
        before = traced(50)
        growth = traced(200) - before
        in_memory = sum(isinstance(one, Command) for one in gc.get_objects())
    finally:
        tracemalloc.stop()
        gc.enable()
    # In memory, one takes 3,700 bytes; caches that fill at first take 15,000 in all.
    assert growth < 200 * 150
    assert in_memory < 30
    assert len([one for page in account.pages("ListCommands") for one in page["Commands"]]) == 251


def _send_all(account: Account) -> list[str]:
    """One command of each kind."""
    first = [
        account.send(FLEET[0], Comment="one"),
        account.send(*FLEET, OutputS3KeyPrefix="outputs", MaxConcurrency="1"),
        account.send(FAILING, *FLEET[:2], MaxErrors="0", MaxConcurrency="1"),
        account.send(Targets=[{"Key": "tag:Role", "Values": ["web"]}]),
        account.send(Targets=[{"Key": "tag:Role", "Values": ["none"]}]),
        account.send(FLEET[1], TimeoutSeconds=30),
    ]
    stopped, partly = account.send(SLOW), account.send(SLOW, FLEET[0])
    account.cancel(stopped)
    account.cancel(partly, SLOW)
    return [account.wait(command_id) for command_id in [*first, stopped, partly]]


def _answers(account: Account, command_ids: list[str]) -> list[t.Any]:
    """All that can be asked about commands."""
    answers: list[t.Any] = []
    for command_id in command_ids:
        about: Json = {"CommandId": command_id}
        answers += [account.ask("ListCommands", **about), account.pages("ListCommandInvocations", **about)]
        answers.append(account.pages("ListCommandInvocations", **about, Details=True))
        for instance_id in NODES:
            of_node = {**about, "InstanceId": instance_id}
            answers += [account.ask("GetCommandInvocation", **of_node)]
            answers += [account.ask("GetCommandInvocation", **of_node, PluginName="aws:runShellScript")]
            answers += [account.ask("GetCommandInvocation", **of_node, PluginName="none")]
            answers += [account.ask("ListCommandInvocations", **of_node), account.ask("ListCommands", **of_node)]
    moment = account.ask("ListCommands", CommandId=command_ids[2])["Commands"][0]["RequestedDateTime"]
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
    for operation in ("ListCommands", "ListCommandInvocations"):
        answers += [account.pages(operation), account.ask(operation), account.pages(operation, InstanceId=FLEET[0])]
        for key, value in [
            ("Status", "Success"),
            ("Status", "Failed"),
            ("Status", "InProgress"),
            ("ExecutionStage", "Complete"),
            ("DocumentName", "AWS-RunShellScript"),
            ("DocumentName", "none"),
            ("InvokedAfter", at),
            ("InvokedBefore", at),
        ]:
            answers.append(account.pages(operation, Filters=[{"key": key, "value": value}]))
    return answers


def test_old_commands_are_answered_about_as_new_ones(open_account: Callable[[int], Account]) -> None:
    account = open_account(10_000)
    command_ids = _send_all(account)
    # Older than what follows, and in memory for as long as it waits.
    waiting = account.send(SILENT)
    command_ids += [waiting, *_send_all(account)]
    while account.ask("ListCommands", CommandId=waiting)["Commands"][0]["StatusDetails"] != "Delayed":
        time.sleep(0.001)
    young, executions = _answers(account, command_ids), account.engine.commands.executions()
    assert account.put_away() == 1
    assert _answers(account, command_ids) == young
    assert account.engine.commands.executions() == executions


def test_a_listing_begins_with_the_newest_wherever_it_is(open_account: Callable[[int], Account]) -> None:
    account = open_account(10_000)
    sent = [account.send(instance_id) for instance_id in (FLEET[0], SILENT, FLEET[0])]
    for command_id in (sent[0], sent[2]):
        account.wait(command_id)
    assert account.put_away() == 1
    for operation, member in (("ListCommands", "Commands"), ("ListCommandInvocations", "CommandInvocations")):
        assert [one["CommandId"] for one in account.ask(operation)[member]] == sent[::-1]


def test_a_cancel_of_an_old_command_does_what_it_does_to_a_new_one(open_account: Callable[[int], Account]) -> None:
    account = open_account(10_000)
    young, old, other = (account.send(SLOW, FLEET[0]) for _number in range(3))
    for command_id in (young, old, other):
        account.cancel(command_id, SLOW)
        account.wait(command_id)

    def status(command_id: str) -> str:
        return str(account.ask("ListCommands", CommandId=command_id)["Commands"][0]["StatusDetails"])

    assert [status(one) for one in (young, old)] == ["Incomplete", "Incomplete"]
    account.ask("CancelCommand", CommandId=young)
    assert account.put_away() == 0
    account.ask("CancelCommand", CommandId=old)
    # The archive keeps the command that was read last.
    assert [status(one) for one in (other, young, old)] == ["Incomplete", "Cancelled", "Cancelled"]
    assert account.ask("CancelCommand", CommandId=old, InstanceIds=[FAILING]) == {"error": "InvalidInstanceId"}


def test_nothing_is_left_when_all_is_cleared(open_account: Callable[[int], Account]) -> None:
    account = open_account(0)
    sent = [account.wait(account.send(FLEET[0])) for _number in range(2)]
    account.send(FLEET[0])
    account.engine.commands.clear()
    assert account.ask("ListCommands") == {"Commands": []}
    assert account.ask("ListCommandInvocations", CommandId=sent[0]) == {"error": "InvalidCommandId"}


def test_nothing_changes_a_new_command_while_it_is_shown(
    open_account: Callable[[int], Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    account, show, could_change = open_account(10_000), responses.sent_command, []

    def change() -> None:
        could_change.append(account.engine.lock.acquire(blocking=False))
        if could_change[-1]:
            account.engine.lock.release()

    def shown(record: Command) -> Json:
        other = threading.Thread(target=change)
        other.start()
        other.join()
        return show(record)

    monkeypatch.setattr(responses, "sent_command", shown)
    account.wait(account.send(FLEET[0]))
    assert could_change == [False]


def test_what_was_cancelled_stays_as_it_was_reported(open_account: Callable[[int], Account]) -> None:
    account = open_account(10_000)
    sent = account.send(BRIEF)
    account.cancel(sent)
    account.wait(sent)
    reported = account.ask("GetCommandInvocation", CommandId=sent, InstanceId=BRIEF)
    time.sleep(0.4)
    assert account.ask("GetCommandInvocation", CommandId=sent, InstanceId=BRIEF) == reported


@pytest.mark.parametrize(
    ("status", "details", "more", "expected"),
    [
        ("Success", "Success", {}, True),
        ("TimedOut", "DeliveryTimedOut", {}, True),
        ("InProgress", "InProgress", {}, False),
        ("Success", "Success", {"growing": True}, False),
        # Counted as ended, while the agent has not reported yet.
        ("TimedOut", "DeliveryTimedOut", {"at_work": True}, False),
        ("Cancelled", "Cancelling", {}, False),
    ],
)
def test_what_may_still_change_is_not_settled(status: str, details: str, more: Json, expected: bool) -> None:
    sent = command(status)
    sent.growing = more.get("growing", False)
    one = invocation(sent, details)
    one.at_work = more.get("at_work", False)
    sent.invocations["i-1"] = one
    assert sent.is_settled is expected
