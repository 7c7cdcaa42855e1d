# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run over a fleet: every node's result, the fewest calls, limits over the whole task."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import UnknownCommandError, pause_after
from botocore import exceptions

from .fake_ssm import TO_ALL, Node, client_error

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

    from .conftest import Scene

FAILING = Node(status="Failed", details="Failed", rc=3, stderr="disk full\n")


def polls_of(seconds: float) -> int:
    """How many polls a wait takes until nodes of so many seconds are seen to have ended."""
    elapsed, polls = 0.0, 0
    while elapsed < seconds:
        elapsed += pause_after(elapsed)
        polls += 1
    return polls


@pytest.mark.parametrize("count", [50, 1_000])
def test_calls_for_a_fleet_by_tag_are_exactly_these(scene_of: type[Scene], count: int) -> None:
    scene = scene_of(count)
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert len(scene.verdict.results) == count
    assert scene.ssm.calls == {
        "SendCommand": 1,
        "ListCommands": polls_of(10.0),
        "ListCommandInvocations": count // 50,
    }


def test_calls_for_a_thousand_ids_are_exactly_these(scene_of: type[Scene]) -> None:
    scene = scene_of(1_000)
    wanted = scene.by_ids(max_concurrency="100%", max_errors="100%")
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    assert len(scene.verdict.results) == 1_000
    assert scene.ssm.calls == {"SendCommand": 20, "ListCommands": polls_of(10.0), "ListCommandInvocations": 20}


def test_only_outputs_that_a_page_cannot_give_are_asked_for(scene_of: type[Scene]) -> None:
    scene = scene_of(50)
    scene.ssm.nodes[scene.ids[0]] = Node(stdout="x" * 20_000, stderr="warning\n")
    scene.ssm.nodes[scene.ids[1]] = Node(stdout="y" * 30_000)
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert scene.ssm.calls["GetCommandInvocation"] == 2
    first, second = (scene.verdict.results[node][0] for node in scene.ids[:2])
    assert (first.steps[0].text.stdout, first.steps[0].text.stderr) == ("x" * 20_000, "warning\n")
    assert (first.truncated, second.truncated) == (False, True)


def test_the_first_error_ends_a_task_that_allows_none(scene_of: type[Scene]) -> None:
    scene = scene_of(200)
    scene.ssm.nodes[scene.ids[0]] = FAILING
    wanted = scene.by_ids(max_concurrency="1")
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    assert len(scene.ssm.commands) == 1
    assert scene.run.unsent == scene.ids[50:]


def test_limits_are_shared_out_over_the_commands(scene_of: type[Scene]) -> None:
    scene = scene_of(200)
    scene.run.send_to_ids(scene.by_ids(max_concurrency="10", max_errors="100%"))
    requests = [command.request for command in scene.ssm.commands.values()]
    assert sum(int(request["MaxConcurrency"]) for request in requests) == 10
    assert sum(int(request["MaxErrors"]) for request in requests) == 200


def test_ids_have_a_canary_as_tags_have(scene_of: type[Scene]) -> None:
    scene = scene_of(500)
    scene.ssm.nodes = dict.fromkeys(scene.ids, FAILING)
    scene.run.send_to_ids(scene.by_ids(max_concurrency="100%", max_errors="0"))
    assert len(scene.ssm.commands) == 1
    scene.run.watch()
    assert len(scene.ssm.commands) == 1
    assert {scene.verdict.outcomes[node] for node in scene.ids[50:]} == {"terminated"}


def test_commands_follow_as_nodes_succeed(scene_of: type[Scene]) -> None:
    scene = scene_of(500)
    scene.ssm.nodes = {node: Node(seconds=60.0) for node in scene.ids}
    began: list[float] = []
    scene.ssm.on_send = lambda _request: began.append(scene.clock.now)
    scene.run.send_to_ids(scene.by_ids(max_concurrency="100%"))
    scene.run.watch()
    assert set(scene.verdict.outcomes.values()) == {"success"}
    rounds = [sum(60 * number <= at < 60 * number + 30 for at in began) for number in range(4)]
    assert rounds == [1, 2, 4, 3]


def test_nodes_that_aws_never_sent_to_are_sent_to_while_errors_allow_it(scene_of: type[Scene]) -> None:
    scene = scene_of(100)
    scene.ssm.nodes[scene.ids[0]] = FAILING
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details="Terminated", rc=-1, stdout="")

    def second_try_succeeds(request: dict[str, t.Any]) -> None:
        if request["InstanceIds"] == [scene.ids[1]]:
            scene.ssm.nodes[scene.ids[1]] = Node()

    scene.ssm.on_send = second_try_succeeds
    wanted = scene.by_ids(max_concurrency="2", max_errors="1")
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    assert [len(command.nodes) for command in scene.ssm.commands.values()] == [50, 50, 1]
    assert scene.verdict.outcomes[scene.ids[1]] == "success"
    assert [found.outcome for found in scene.verdict.earlier[scene.ids[1]]] == ["terminated"]


def test_undeliverable_nodes_are_sent_to_again_and_timed_out_ones_are_not(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    scene.ssm.nodes[scene.ids[1]] = Node(status="TimedOut", details="DeliveryTimedOut", rc=-1, stdout="")
    wanted = scene.by_tag()
    scene.run.send_to_targets(wanted)
    scene.run.watch()
    scene.ssm.nodes[scene.ids[0]] = Node()
    assert scene.run.resend_undelivered()
    scene.run.watch()
    assert scene.ssm.executions == {scene.ids[0]: 2, scene.ids[1]: 1, scene.ids[2]: 1}
    assert scene.verdict.outcomes[scene.ids[0]] == "success"


def test_attaching_gives_the_results_without_sending(scene_of: type[Scene]) -> None:
    scene = scene_of(60)
    command_id = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.clock.now = 100.0
    scene.run.attach([command_id])
    scene.run.watch()
    assert list(scene.verdict.results) == scene.ids
    assert scene.ssm.calls["SendCommand"] == 1


def test_a_command_that_is_not_listed_is_said_so(scene_of: type[Scene]) -> None:
    scene = scene_of(1)
    with pytest.raises(UnknownCommandError, match="has not listed the command 11111111-2222-4333-8444-555555555555"):
        scene.run.attach(["11111111-2222-4333-8444-555555555555"])


def test_a_command_that_vanishes_is_an_error(scene_of: type[Scene]) -> None:
    scene = scene_of(1)
    scene.run.send_to_targets(scene.by_tag())
    scene.ssm.commands.clear()
    with pytest.raises(UnknownCommandError, match="has not listed the command"):
        scene.run.watch()


@pytest.mark.parametrize(
    "error", [exceptions.ConnectionClosedError(endpoint_url="x"), client_error("InternalServerError", status=500)]
)
def test_an_outage_while_waiting_passes(scene_of: type[Scene], error: Exception) -> None:
    scene = scene_of(50)
    scene.ssm.before["ListCommands"] = [None, error, error, error]
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert len(scene.verdict.results) == 50


def test_expired_credentials_end_the_wait_and_the_ids_are_kept(scene_of: type[Scene]) -> None:
    scene = scene_of(50)
    scene.ssm.before["ListCommands"] = [None, client_error("ExpiredTokenException", "ListCommands")]
    scene.run.send_to_targets(scene.by_tag())
    with pytest.raises(AnsibleAWSError, match="ExpiredTokenException"):
        scene.run.watch()
    assert scene.run.active_command_ids == scene.observer.command_ids


def test_failures_are_told_while_others_run(scene_of: type[Scene]) -> None:
    scene = scene_of(50)
    scene.ssm.nodes[scene.ids[7]] = Node(seconds=1.0, status="Failed", details="Failed", rc=3)
    told_at: list[float] = []
    told = scene.observer.node_ended

    def node_ended(invocation: Invocation) -> None:
        told_at.append(scene.clock.now)
        told(invocation)

    t.cast("t.Any", scene.observer).node_ended = node_ended
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert scene.observer.ended[0].instance_id == scene.ids[7]
    assert told_at[0] == pytest.approx(1.5)
    assert told_at[1] >= 10.0
    assert scene.observer.counts[1].outcomes["Failed"] == 1
    assert len(scene.observer.ended) == 50


def test_the_deadline_leaves_what_runs(scene_of: type[Scene]) -> None:
    scene = scene_of(2, seconds=5.0)
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert scene.run.timed_out
    assert scene.run.active_command_ids == scene.observer.command_ids


def test_listings_that_lag_behind_are_read_again(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.run.send_to_targets(scene.by_tag())
    page = scene.ssm.list_command_invocations
    pages: list[dict[str, t.Any]] = [{"CommandInvocations": []}]
    t.cast("t.Any", scene.ssm).list_command_invocations = lambda **request: pages.pop() if pages else page(**request)
    scene.run.watch()
    assert list(scene.verdict.results) == scene.ids
    assert not scene.observer.warnings


@pytest.mark.parametrize(("count", "pause"), [(50, 0.1), (51, 0.5)])
def test_a_listing_of_one_page_is_read_again_sooner(scene_of: type[Scene], count: int, pause: float) -> None:
    scene = scene_of(count)
    page = scene.ssm.list_command_invocations
    read_at: list[float] = []

    def late(**request: t.Any) -> dict[str, t.Any]:
        read_at.append(scene.clock.now)
        return page(**request) if len(read_at) > 1 else {"CommandInvocations": []}

    t.cast("t.Any", scene.ssm).list_command_invocations = late
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert read_at[1] - read_at[0] == pytest.approx(pause)


def test_commands_whose_listings_lag_behind_are_waited_for_together(scene_of: type[Scene]) -> None:
    scene = scene_of(150)
    scene.ssm.nodes = {node: Node(seconds=1.0) for node in scene.ids}
    hidden = scene.ids[::50]
    page = scene.ssm.list_command_invocations
    t.cast("t.Any", scene.ssm).list_command_invocations = lambda **request: {
        "CommandInvocations": [
            listed for listed in page(**request)["CommandInvocations"] if listed["InstanceId"] not in hidden
        ]
    }
    began = scene.clock.now
    scene.run.send_to_ids(scene.by_ids(max_errors="100%", max_concurrency="100%"))
    scene.run.watch()
    assert scene.clock.now - began < 75
    assert len(scene.observer.warnings) == 3
    assert scene.verdict.summary["success"] == 147
    # Looking again takes longer each time, and asks for no status.
    assert scene.ssm.calls["ListCommandInvocations"] <= 3 * 19
    assert scene.ssm.calls["ListCommands"] <= 6


def test_a_listing_that_stays_behind_after_the_wait_is_still_waited_for(scene_of: type[Scene]) -> None:
    scene = scene_of(3, seconds=5.0)
    scene.ssm.nodes = {node: Node(seconds=1.0) for node in scene.ids}
    page = scene.ssm.list_command_invocations
    began = scene.clock.now
    t.cast("t.Any", scene.ssm).list_command_invocations = lambda **request: (
        page(**request) if scene.clock.now > began + 30 else {"CommandInvocations": []}
    )
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert not scene.run.timed_out
    assert scene.verdict.summary["success"] == 3


def test_an_error_that_the_listing_of_failures_does_not_show_costs_one_look(scene_of: type[Scene]) -> None:
    scene = scene_of(50)
    scene.ssm.nodes[scene.ids[0]] = Node(seconds=1.0, status="TimedOut", details="ExecutionTimedOut", rc=-1)
    scene.ssm.nodes[scene.ids[1]] = Node(seconds=300.0)
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert scene.ssm.calls["ListCommandInvocations"] == 2


@pytest.mark.parametrize("failing", [1, 30])
def test_many_failures_are_listed_early_until_enough_were_told(scene_of: type[Scene], failing: int) -> None:
    scene = scene_of(200)
    for number in range(failing):
        scene.ssm.nodes[scene.ids[number]] = Node(seconds=1.0 + number, status="Failed", details="Failed", rc=1)
    scene.ssm.nodes[scene.ids[199]] = Node(seconds=300.0)
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    pages_at_the_end = 4
    assert scene.ssm.calls["ListCommandInvocations"] <= pages_at_the_end + min(failing, 20)
    assert len(scene.observer.ended) == 200


def test_a_node_that_still_runs_when_its_command_has_ended_is_in_the_result(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.run.send_to_targets(scene.by_tag())
    scene.ssm.nodes[scene.ids[2]] = Node(seconds=10_000.0)
    real = scene.ssm.list_commands

    def ended(**request: t.Any) -> dict[str, t.Any]:
        answer = real(**request)
        answer["Commands"][0] |= {"Status": "Cancelled", "TargetCount": 3}
        return answer

    t.cast("t.Any", scene.ssm).list_commands = ended
    scene.clock.now = 20.0
    scene.run.watch()
    assert [scene.verdict.outcomes[node] for node in scene.ids] == ["success", "success", "in_progress"]
    (command_id,) = scene.ssm.commands
    assert scene.observer.warnings == [f"AWS lists 2 results of the command {command_id}, and counts 3 nodes."]
    assert not scene.run.active_command_ids


def test_a_cancel_that_is_refused_does_not_end_the_wait(scene_of: type[Scene]) -> None:
    scene = scene_of(100)
    scene.ssm.nodes |= {scene.ids[0]: Node(seconds=1.0, status="Failed", details="Failed", rc=1)}
    scene.ssm.before["CancelCommand"] = [client_error("AccessDeniedException", "CancelCommand")] * 9
    real = scene.ssm.list_command_invocations

    def with_pending(**request: t.Any) -> dict[str, t.Any]:
        if request.get("Filters") == [{"key": "Status", "value": "Pending"}]:
            waiting = {"CommandId": request["CommandId"], "InstanceId": scene.ids[1], "Status": "Pending"}
            return {"CommandInvocations": [waiting]}
        return real(**request)

    t.cast("t.Any", scene.ssm).list_command_invocations = with_pending
    wanted = scene.by_ids()
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    assert len(scene.verdict.results) == 100
    assert all("AccessDeniedException" in text for text in scene.observer.warnings)
    assert scene.observer.warnings


@pytest.mark.parametrize("details", ["Terminated", "Undeliverable"])
def test_a_node_that_is_sent_to_again_counts_once(scene_of: type[Scene], details: str) -> None:
    scene = scene_of(100)
    scene.ssm.nodes[scene.ids[0]] = FAILING
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details=details, rc=-1, stdout="")
    scene.ssm.on_send = lambda request: (
        scene.ssm.nodes.__setitem__(scene.ids[1], Node()) if request["InstanceIds"] == [scene.ids[1]] else None
    )
    wanted = scene.by_ids(max_concurrency="2", max_errors="1")
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    if details == "Undeliverable":
        assert scene.run.resend_undelivered()
        scene.run.watch()
    assert {counts.total for counts in scene.observer.counts} == {100}
    assert scene.observer.counts[-1].outcomes == {"Success": 99, "Failed": 1}


def test_nodes_that_something_else_ended_are_not_sent_to_for_ever(scene_of: type[Scene]) -> None:
    scene = scene_of(60)
    for node in scene.ids[:50]:
        scene.ssm.nodes[node] = Node(status="Failed", details="Terminated", rc=-1)
    wanted = scene.by_ids(max_concurrency="2")
    scene.run.send_to_ids(wanted)
    scene.run.watch()
    assert len(scene.ssm.commands) == 2
    assert not scene.run.unsent


class Stopped(BaseException):
    """Stands for a signal in the middle of a call."""


@pytest.mark.parametrize("listed", [True, False])
def test_a_command_whose_sending_was_interrupted_is_found_by_its_token(scene_of: type[Scene], listed: bool) -> None:
    scene = scene_of(3)
    queue = scene.ssm.after if listed else scene.ssm.before
    t.cast("t.Any", queue)["SendCommand"] = [Stopped()]
    with pytest.raises(Stopped):
        scene.run.send_to_targets(scene.by_tag())
    assert not scene.run.parts
    token = scene.run.recover_unanswered(scene.clock.deadline(5))
    if listed:
        assert token is None
        assert scene.run.active_command_ids == list(scene.ssm.commands)
    else:
        assert token is not None
        assert token.startswith("ssmops-")


def test_without_a_call_under_way_there_is_nothing_to_find(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    assert scene.run.recover_unanswered(scene.clock.deadline(5)) is None
    scene.run.send_to_targets(scene.by_tag())
    assert scene.run.recover_unanswered(scene.clock.deadline(5)) is None
    assert len(scene.run.parts) == 1
    assert scene.ssm.calls == {"SendCommand": 1}


def test_an_interrupted_sending_that_cannot_be_looked_up_is_told(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    t.cast("t.Any", scene.ssm.after)["SendCommand"] = [Stopped()]
    scene.ssm.before["ListCommands"] = [client_error("AccessDeniedException", "ListCommands")]
    with pytest.raises(Stopped):
        scene.run.send_to_targets(scene.by_tag())
    assert scene.run.recover_unanswered(scene.clock.deadline(5)) is not None
    assert "Whether a command was sent is not known" in scene.observer.warnings[0]


def test_the_wait_is_as_long_as_each_command_says(scene_of: type[Scene]) -> None:
    scene = scene_of(60, seconds=5.0, wait_seconds=lambda _command: 700.0)
    scene.ssm.nodes = {node: Node(seconds=600.0) for node in scene.ids}
    scene.run.send_to_ids(scene.by_ids(max_concurrency="1"))
    scene.run.watch()
    assert not scene.run.timed_out
    assert set(scene.verdict.outcomes.values()) == {"success"}
    assert len(scene.ssm.commands) == 2


def test_the_wait_is_no_longer_than_the_command_says(scene_of: type[Scene]) -> None:
    scene = scene_of(3, seconds=7_260.0, wait_seconds=lambda _command: 100.0)
    scene.ssm.nodes = {node: Node(seconds=600.0) for node in scene.ids}
    scene.run.send_to_targets(scene.by_tag())
    scene.run.watch()
    assert scene.run.timed_out
    assert 100 <= scene.clock.now <= 101


def test_attached_commands_are_waited_for_as_long_as_the_longest(scene_of: type[Scene]) -> None:
    waits = {"00000000-0000-4000-8000-000000000000": 500.0, "00000000-0000-4000-8000-000000000001": 50.0}
    scene = scene_of(3, wait_seconds=lambda command: waits[command["CommandId"]])
    scene.ssm.nodes = {node: Node(seconds=400.0) for node in scene.ids}
    for _command in waits:
        scene.ssm.send_command(**TO_ALL)
    scene.run.attach(waits)
    scene.run.watch()
    assert not scene.run.timed_out
