# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changed is learnt with the fewest calls, and AWS may be out of reach for a while."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import retries, track
from botocore import exceptions, parsers

from .conftest import tracker_of
from .fake_ssm import TO_ALL, Clock, FakeSSM, Node, client_error

NODES = {f"i-{number:017x}": Node(seconds=5.0) for number in range(120)}
UNKNOWN = "11111111-2222-4333-8444-555555555555"
OUTAGE = exceptions.EndpointConnectionError(endpoint_url="x")


class Scene:
    """An account with commands, and a tracker over it."""

    def __init__(self, commands: int = 1) -> None:
        self.clock = Clock()
        self.ssm = FakeSSM(self.clock, NODES)
        self.tracker = tracker_of(self.ssm, self.clock.deadline(None))
        self.commands = [
            self.ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=list(NODES)[:2])["Command"]
            for _number in range(commands)
        ]
        self.ssm.calls.clear()

    def refresh(self) -> dict[str, t.Any]:
        return dict(self.tracker.refresh(t.cast("t.Any", self.commands)))


@pytest.mark.parametrize(
    "error", [OUTAGE, client_error("InternalServerError", "ListCommands", 500), parsers.ResponseParserError("cut")]
)
def test_an_outage_passes(error: Exception) -> None:
    scene = Scene()
    scene.ssm.before["ListCommands"] = [error] * 5
    assert scene.tracker.find(scene.commands[0]["CommandId"])["TargetCount"] == 2
    assert scene.ssm.calls["ListCommands"] == 6


def test_an_outage_that_stays_is_told() -> None:
    scene = Scene()
    scene.ssm.before["ListCommands"] = [OUTAGE] * 1_000
    with pytest.raises(AnsibleAWSError, match="Could not connect"):
        scene.refresh()
    assert retries.OUTAGE_TOLERANCE <= scene.clock.now <= retries.OUTAGE_TOLERANCE + 10


def test_what_will_not_pass_is_told_at_once() -> None:
    scene = Scene()
    scene.ssm.before["ListCommands"] = [client_error("ExpiredTokenException", "ListCommands")]
    with pytest.raises(AnsibleAWSError, match="ExpiredTokenException"):
        scene.refresh()
    assert (scene.clock.now, scene.ssm.calls["ListCommands"]) == (0.0, 1)


def test_one_command_costs_one_call() -> None:
    scene = Scene()
    scene.clock.now = 7.0
    (found,) = scene.refresh().values()
    assert (found["Status"], found["CompletedCount"]) == ("Success", 2)
    assert scene.ssm.calls == {"ListCommands": 1}


@pytest.mark.parametrize(("commands", "calls"), [(2, 1), (20, 1), (50, 1), (51, 2), (120, 3)])
def test_commands_sent_together_share_pages(commands: int, calls: int) -> None:
    scene = Scene(commands)
    assert len(scene.refresh()) == commands
    assert scene.ssm.calls == {"ListCommands": calls}


def test_one_command_costs_one_call_however_many_came_after() -> None:
    scene = Scene()
    for _number in range(150):
        scene.ssm.send_command(**TO_ALL)
    scene.ssm.calls.clear()
    assert len(scene.refresh()) == 1
    assert scene.ssm.calls == {"ListCommands": 1}


def test_pages_are_read_no_further_than_needed() -> None:
    scene = Scene(150)
    scene.commands = scene.commands[100:]
    assert len(scene.refresh()) == 50
    assert scene.ssm.calls == {"ListCommands": 1}


def test_commands_are_asked_for_since_the_first_of_them() -> None:
    scene = Scene(2)
    scene.ssm.epoch = datetime.datetime(2026, 11, 23, 11, 0, tzinfo=datetime.UTC)
    scene.commands[1]["RequestedDateTime"] = scene.ssm.epoch.astimezone(datetime.timezone(datetime.timedelta(hours=5)))
    scene.commands[0]["RequestedDateTime"] = scene.ssm.epoch + datetime.timedelta(hours=1)
    asked: list[t.Any] = []
    real = scene.ssm.list_commands

    def remembering(**request: t.Any) -> t.Any:
        asked.append(request)
        return real(**request)

    t.cast("t.Any", scene.ssm).list_commands = remembering
    scene.refresh()
    assert asked[0]["Filters"] == [{"key": "InvokedAfter", "value": "2026-11-23T10:59:59Z"}]


def test_a_command_among_many_newer_ones_is_asked_for_by_its_id() -> None:
    scene = Scene(2)
    for _number in range(150):
        scene.ssm.send_command(**TO_ALL)
    assert set(scene.refresh()) == {command["CommandId"] for command in scene.commands}
    assert scene.ssm.calls["ListCommands"] == 3


def test_a_refused_token_costs_no_command() -> None:
    scene = Scene(51)
    scene.ssm.before["ListCommands"] = [None, client_error("InvalidNextToken", "ListCommands")]
    assert len(scene.refresh()) == 51


def test_a_token_that_repeats_costs_no_command() -> None:
    scene = Scene(3)
    real = scene.ssm.list_commands

    def repeating(**request: t.Any) -> t.Any:
        return real(**request) if "CommandId" in request else {"Commands": [], "NextToken": "again"}

    t.cast("t.Any", scene.ssm).list_commands = repeating
    assert len(scene.refresh()) == 3


def test_a_command_that_is_not_listed_is_left_out() -> None:
    scene = Scene(3)
    lost = scene.commands[1]["CommandId"]
    del scene.ssm.commands[lost]
    assert set(scene.refresh()) == {command["CommandId"] for command in scene.commands} - {lost}


@pytest.mark.parametrize("lag", [0.4, 3.0, 14.0, 50.0])
def test_a_command_sent_moments_ago_is_waited_for(lag: float) -> None:
    scene = Scene()
    command_id = scene.commands[0]["CommandId"]
    hidden = scene.ssm.commands.pop(command_id)
    real_sleep = scene.clock.sleep

    def sleep(seconds: float) -> None:
        real_sleep(seconds)
        if scene.clock.now >= lag:
            scene.ssm.commands[command_id] = hidden

    tracker = tracker_of(scene.ssm, track_deadline(scene.clock, sleep))
    assert tracker.find(command_id)["CommandId"] == command_id
    assert scene.ssm.calls["ListCommands"] < 20


def track_deadline(clock: Clock, sleep: t.Callable[[float], None]) -> t.Any:
    t.cast("t.Any", clock).sleep = sleep
    return clock.deadline(None)


def test_a_command_of_nowhere_is_an_error_that_says_where_it_may_be() -> None:
    scene = Scene()
    with pytest.raises(
        track.UnknownCommandError, match=f"AWS has not listed the command {UNKNOWN} for 60 seconds: .* 30 days"
    ):
        scene.tracker.find(UNKNOWN)


@pytest.mark.parametrize(("status", "pages"), [(None, 3), ("Failed", 1)])
def test_invocations_come_page_after_page(status: str | None, pages: int) -> None:
    scene = Scene()
    nodes = {node: Node() for node in NODES} | {list(NODES)[3]: Node(status="Failed", details="Failed")}
    scene.ssm.nodes = nodes
    command_id = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.clock.now = 60.0
    scene.ssm.calls.clear()
    found = [entry["InstanceId"] for entry in scene.tracker.invocations(command_id, status)]
    assert found == (list(NODES) if status is None else [list(NODES)[3]])
    assert scene.ssm.calls == {"ListCommandInvocations": pages}


def test_a_refused_token_costs_no_invocation() -> None:
    scene = Scene()
    command_id = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.ssm.before["ListCommandInvocations"] = [None, client_error("InvalidNextToken", "ListCommandInvocations")]
    assert [entry["InstanceId"] for entry in scene.tracker.invocations(command_id)] == list(NODES)


def test_a_page_is_read_only_when_it_is_wanted() -> None:
    scene = Scene()
    command_id = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    next(scene.tracker.invocations(command_id))
    assert scene.ssm.calls["ListCommandInvocations"] == 1
