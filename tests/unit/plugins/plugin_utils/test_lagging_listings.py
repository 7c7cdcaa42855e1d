# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings that lag, beside the end of the wait, cancellations, limits and nodes that are sent to again."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun, Telling

from ..module_utils.commands.conftest import Scene
from ..module_utils.commands.fake_ssm import client_error
from ..module_utils.commands.given import send_options

Json = dict[str, t.Any]


def run_of(scene: Scene, **options: t.Any) -> CommandRun:
    run = CommandRun(scene.stations, lambda: None, send_options(options).wait, Telling("any", {}))
    t.cast("t.Any", run)._fleet = scene.run
    return run


def lag(scene: Scene, until: float, command_id: str | None = None) -> None:
    """Have the results of all commands, or of one, not listed until a moment."""
    real = scene.ssm.list_command_invocations

    def listing(**request: t.Any) -> Json:
        is_late = scene.clock.now < until and command_id in {None, request["CommandId"]}
        return {"CommandInvocations": []} if is_late else real(**request)

    t.cast("t.Any", scene.ssm).list_command_invocations = listing


def two_commands(scene: Scene) -> list[str]:
    """One that ends after five seconds, and one that does not end."""
    for node, seconds in zip(scene.ids, (5, 100_000), strict=True):
        scene.ssm.nodes[node].seconds = seconds
    requests = ({"DocumentName": "AWS-RunShellScript", "InstanceIds": [node]} for node in scene.ids)
    return [scene.ssm.send_command(**request)["Command"]["CommandId"] for request in requests]


def sends_of(scene: Scene) -> list[tuple[float, Json]]:
    sends: list[tuple[float, Json]] = []
    scene.ssm.on_send = lambda request: sends.append((scene.clock.now, request))
    return sends


def cancels_of(scene: Scene) -> list[tuple[float, str]]:
    cancels: list[tuple[float, str]] = []
    real = scene.ssm.cancel_command

    def cancel(**request: t.Any) -> Json:
        cancels.append((scene.clock.now, request["CommandId"]))
        return real(**request)

    t.cast("t.Any", scene.ssm).cancel_command = cancel
    return cancels


def fail(scene: Scene, nodes: t.Iterable[str], details: str) -> None:
    for node in nodes:
        scene.ssm.nodes[node].status, scene.ssm.nodes[node].details = "Failed", details


def test_what_runs_is_cancelled_before_late_results_are_waited_for() -> None:
    scene = Scene(2, 10)
    ids = two_commands(scene)
    lag(scene, 1e9, ids[0])
    cancels = cancels_of(scene)
    result = run_of(scene, wait_timeout=10).attach(tuple(ids))
    assert [command_id for _moment, command_id in cancels] == ids[1:]
    assert cancels[0][0] < 12
    assert result["failed"]


def test_an_error_of_a_late_listing_does_not_keep_from_cancelling() -> None:
    scene = Scene(2, 10)
    ids = two_commands(scene)
    real = scene.ssm.list_command_invocations

    def listing(**request: t.Any) -> Json:
        if scene.clock.now >= 10:
            raise client_error("InternalServerError", "ListCommandInvocations", 500)
        return {"CommandInvocations": []} if request["CommandId"] == ids[0] else real(**request)

    t.cast("t.Any", scene.ssm).list_command_invocations = listing
    cancels = cancels_of(scene)
    run_of(scene, wait_timeout=10).attach(tuple(ids))
    assert [command_id for _moment, command_id in cancels] == ids[1:]


def test_results_that_cannot_be_read_after_the_wait_do_not_say_that_the_command_runs() -> None:
    scene = Scene(3, 5)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 1

    def listing(**_request: t.Any) -> Json:
        if scene.clock.now >= 5:
            raise client_error("InternalServerError", "ListCommandInvocations", 500)
        return {"CommandInvocations": []}

    t.cast("t.Any", scene.ssm).list_command_invocations = listing
    result = run_of(scene, wait_timeout=5).send(scene.by_tag(), lambda _error: "")
    assert (result["failed"], result["summary"]["unlisted"]) == (True, 3)
    assert "continue" not in result["msg"]
    assert any("could not be read" in warning for warning in scene.observer.warnings)


def test_nodes_that_wait_are_not_lost_when_others_are_to_be_sent_to_again() -> None:
    scene = Scene(100, 20)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 14
    fail(scene, scene.ids[3:4], "Undeliverable")
    lag(scene, 24)
    sends = sends_of(scene)
    options = {"wait_timeout": 20, "retry_undelivered": 1}
    result = run_of(scene, **options).send(scene.by_ids(max_errors="10"), lambda _error: "")
    assert (result["summary"]["total"], result["summary"]["unsent"]) == (100, 50)
    assert len(sends) == 1
    assert result["msg"].startswith("Not all nodes were sent to within wait_timeout.")


@pytest.mark.parametrize("on_timeout", ["cancel", "leave"])
def test_nothing_is_sent_when_the_wait_is_over(on_timeout: str) -> None:
    scene = Scene(100, 20)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 19.5
    sends = sends_of(scene)
    result = run_of(scene, wait_timeout=20, on_timeout=on_timeout).send(scene.by_ids(), lambda _error: "")
    assert len(sends) == 1
    assert (result["failed"], result["summary"]["unsent"]) == (True, 50)


# What AWS does not list as Success brings no further nodes.
@pytest.mark.parametrize(("until", "sent"), [(0.0, 2), (40.0, 1)])
def test_a_command_that_somebody_cancels_stops_the_task_at_once(until: float, sent: int) -> None:
    scene = Scene(250)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 5
    for node in scene.ids[40:50]:
        scene.ssm.nodes[node].seconds = 1000
    first = "00000000-0000-4000-8000-000000000000"
    real = scene.ssm.list_commands

    def commands(**request: t.Any) -> Json:
        if scene.clock.now > 5.5 and not scene.ssm.commands[first].cancelled:
            scene.ssm.cancel_command(CommandId=first)
        page = real(**request)
        for command in page["Commands"]:
            if command["CommandId"] == first and scene.clock.now > 5.5:
                command["Status"] = command["StatusDetails"] = "Cancelled"
        return page

    t.cast("t.Any", scene.ssm).list_commands = commands
    lag(scene, until, first)
    sends = sends_of(scene)
    request = scene.by_ids(max_concurrency="100%", max_errors="0")
    result = run_of(scene).send(request, lambda _error: "")
    assert len(sends) == sent
    assert result["summary"]["unsent"] == 250 - 50 * sent


def test_nodes_that_are_sent_to_again_share_the_errors_of_the_task() -> None:
    scene = Scene(10)
    fail(scene, scene.ids[:1], "Failed")
    fail(scene, scene.ids[5:], "Undeliverable")
    sends = sends_of(scene)
    request = scene.by_ids(max_errors="1", max_concurrency="1")
    run_of(scene, retry_undelivered=1).send(request, lambda _error: "")
    assert [request["MaxErrors"] for _moment, request in sends] == ["1", "0"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_command_that_was_listed_late_fails_the_task(wait: bool) -> None:
    scene = Scene(3, resend=True)
    scene.ssm.after["SendCommand"] = [client_error("InternalServerError", "SendCommand", 500)]
    real = scene.ssm.list_commands

    def commands(**request: t.Any) -> Json:
        page = real(**request)
        return page if scene.ssm.calls["SendCommand"] > 1 else {**page, "Commands": []}

    t.cast("t.Any", scene.ssm).list_commands = commands
    result = run_of(scene, wait=wait, on_lost_response="resend").send(scene.by_tag(), lambda _error: "")
    assert result["failed"]
    assert all(command_id in result["msg"] for command_id in scene.ssm.commands)


def test_a_counter_that_lags_does_not_lose_a_node() -> None:
    scene = Scene(3)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 1
    listing, commands = scene.ssm.list_command_invocations, scene.ssm.list_commands

    def late_listing(**request: t.Any) -> Json:
        page = listing(**request)
        found = [one for one in page["CommandInvocations"] if one["InstanceId"] != scene.ids[2]]
        return page if scene.clock.now > 6 else {**page, "CommandInvocations": found}

    def late_commands(**request: t.Any) -> Json:
        page = commands(**request)
        return page if scene.clock.now > 6 else {"Commands": [{**one, "TargetCount": 2} for one in page["Commands"]]}

    t.cast("t.Any", scene.ssm).list_command_invocations = late_listing
    t.cast("t.Any", scene.ssm).list_commands = late_commands
    result = run_of(scene).send(scene.by_ids(), lambda _error: "")
    assert result["summary"]["success"] == 3


def test_a_stream_is_told_of_the_end_of_a_late_command() -> None:
    scene = Scene(3, 5)
    for node in scene.ids:
        scene.ssm.nodes[node].seconds = 1
    lag(scene, 20)
    run_of(scene, wait_timeout=5).send(scene.by_tag(), lambda _error: "")
    assert scene.observer.polls[-1][1]
