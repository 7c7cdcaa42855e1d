# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait ends when it should, whatever is being read: first what runs is cancelled, then the rest is read."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import FleetRun
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from botocore import exceptions

from ..module_utils.commands.conftest import Scene, tracker_of
from ..module_utils.commands.fake_ssm import Node, client_error
from .test_lagging_listings import cancels_of, run_of

Json = dict[str, t.Any]
THROTTLE = client_error("ThrottlingException", "GetCommandInvocation")
LAGGING = client_error("InvocationDoesNotExist", "GetCommandInvocation")


def scene_of(failing: int, running: int = 1, seconds: float = 15) -> Scene:
    """Nodes that have failed after a second with an output that the listing cannot give, and some that go on."""
    scene = Scene(failing + running, seconds)
    for node in scene.ids[:failing]:
        scene.ssm.nodes[node] = Node(seconds=1, status="Failed", details="Failed", rc=1, stderr="e" * 3_000)
    for node in scene.ids[failing:]:
        scene.ssm.nodes[node] = Node(seconds=100_000)
    return scene


def fail_reads(scene: Scene, error: Exception, until: t.Callable[[], bool] = lambda: False) -> None:
    """Have outputs refused until something holds."""
    real = scene.ssm.get_command_invocation

    def read(**request: t.Any) -> Json:
        scene.clock.sleep(0.01)
        if not until():
            scene.ssm.calls["GetCommandInvocation"] += 1
            raise error
        return real(**request)

    t.cast("t.Any", scene.ssm).get_command_invocation = read


def sent(scene: Scene, **request: t.Any) -> Json:
    limits = {"max_errors": "100%", "max_concurrency": "100%"}
    wanted = scene.by_tag(**limits, **request)
    return run_of(scene, wait_timeout=15).send(wanted, lambda _error: "")


# Threads that sleep at the same time add up on the clock of these tests.
THREADS_SLEEP = 16


@pytest.mark.parametrize("error", [THROTTLE, LAGGING], ids=["throttled", "lagging"])
@pytest.mark.parametrize("wants_output", [False, True])
def test_outputs_that_cannot_be_read_do_not_hold_up_the_cancel(error: Exception, wants_output: bool) -> None:
    scene = scene_of(120)
    scene.observer.wants_output = wants_output
    fail_reads(scene, error)
    cancels = cancels_of(scene)
    result = sent(scene)
    assert cancels[0][0] <= 15 + THREADS_SLEEP
    assert scene.clock.now <= cancels[0][0] + 15 + 5 + 3 * THREADS_SLEEP
    assert (result["summary"]["failed"], result["summary"]["cancelled"]) == (120, 1)
    assert all(found["truncated"] for found in result["invocations"].values() if found["outcome"] == "failed")


@pytest.mark.parametrize("error", [THROTTLE, LAGGING], ids=["throttled", "lagging"])
def test_what_was_not_read_before_the_cancel_is_read_after_it(error: Exception) -> None:
    scene = scene_of(120)
    cancels = cancels_of(scene)
    fail_reads(scene, error, lambda: bool(cancels))
    result = sent(scene)
    assert cancels
    texts = [found["stderr"] for found in result["invocations"].values() if found["outcome"] == "failed"]
    assert texts == ["e" * 3_000] * 120
    assert not scene.observer.warnings


def test_a_throttle_at_the_end_of_the_wait_costs_no_output_of_a_command_that_has_ended() -> None:
    scene = scene_of(30, running=0)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 14.9
    throttles = [THROTTLE] * 2
    scene.ssm.before["GetCommandInvocation"] = t.cast("t.Any", throttles)
    result = sent(scene)
    assert not throttles
    assert [found["truncated"] for found in result["invocations"].values()] == [False] * 30
    assert not scene.observer.warnings


def test_a_part_that_has_ended_does_not_hold_up_the_cancel_of_the_others() -> None:
    scene = scene_of(50, running=50)
    fail_reads(scene, LAGGING)
    cancels = cancels_of(scene)
    request = scene.by_ids(max_errors="100%", max_concurrency="100%")
    result = run_of(scene, wait_timeout=15).send(request, lambda _error: "")
    assert cancels[0][0] <= 15 + THREADS_SLEEP
    assert (result["summary"]["failed"], result["summary"]["cancelled"]) == (50, 50)


def test_no_more_failures_are_read_early_than_are_told() -> None:
    scene = scene_of(120)
    sent(scene)
    early = [found for found in scene.observer.ended if found.outcome == "failed"]
    assert len(early) == 120
    fail_reads(scene, THROTTLE)
    scene = scene_of(120)
    scene.stations.deadline.move(5)
    scene.run.send_to_targets(scene.by_tag(max_errors="100%", max_concurrency="100%"))
    scene.run.watch()
    assert len(scene.observer.ended) == 20
    assert scene.ssm.calls["GetCommandInvocation"] <= 20
    assert scene.ssm.calls["ListCommandInvocations"] == 1


def test_a_place_that_does_not_answer_is_not_asked_for_each_node() -> None:
    scene = Scene(120, 15)
    for node in scene.ids:
        scene.ssm.nodes[node] = Node(seconds=14.9, stdout="x" * 30_000)
    asked: list[str] = []

    def list_keys() -> t.NoReturn:
        asked.append("")
        scene.clock.sleep(10)
        raise AnsibleAWSError(message="Failed", exception=exceptions.ReadTimeoutError(endpoint_url="x"))

    def whole(_found: output.Invocation, _position: int) -> output.Text:
        return scene.retrier.call(list_keys)

    tracker = tracker_of(scene.ssm, scene.stations.deadline)
    outputs = OutputReader(tracker, whole, scene.observer.warn)
    scene.stations = dataclasses.replace(scene.stations, outputs=outputs)
    scene.run = FleetRun(scene.stations)
    result = sent(scene)
    assert len(asked) <= 8
    assert result["summary"]["success"] == 120
    assert len(scene.observer.warnings) == 1


def test_streams_of_many_commands_do_not_hold_up_the_cancel() -> None:
    scene = Scene(500, 10)
    for node in scene.ids:
        scene.ssm.nodes[node] = Node(seconds=100_000)

    def polled(command_id: str, *, ended: bool) -> None:
        scene.clock.sleep(4)

    t.cast("t.Any", scene.observer).polled = polled
    cancels = cancels_of(scene)
    request = scene.by_ids(max_errors="100%", max_concurrency="100%")
    run_of(scene, wait_timeout=10).send(request, lambda _error: "")
    assert len(cancels) == 10
    assert cancels[0][0] <= 10 + 4


def test_a_stream_that_the_end_of_the_wait_broke_off_is_shown_to_its_end() -> None:
    scene = Scene(100, 10)
    for node in scene.ids:
        scene.ssm.nodes[node] = Node(seconds=1 if node in scene.ids[:50] else 100_000)
    ends: list[tuple[float, str]] = []

    def polled(command_id: str, *, ended: bool) -> None:
        scene.clock.sleep(0 if scene.clock.now < 1 else 20)
        if ended:
            ends.append((scene.clock.now, command_id))

    t.cast("t.Any", scene.observer).polled = polled
    cancels = cancels_of(scene)
    request = scene.by_ids(max_errors="100%", max_concurrency="100%")
    run_of(scene, wait_timeout=10).send(request, lambda _error: "")
    first, second = scene.ssm.commands
    assert [command_id for _moment, command_id in ends] == [first, second, first]
    assert ends[0][0] <= cancels[0][0] < ends[1][0]
