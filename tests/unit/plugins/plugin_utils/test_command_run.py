# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending and attaching end in the same result; what differs is who changed something."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun

from ..module_utils.commands.conftest import Scene
from ..module_utils.commands.fake_ssm import Node, client_error
from ..module_utils.commands.given import send_options

WAIT = send_options({}).wait


def command_run(scene: Scene, files: dict[str, str] | None = None, **changes: t.Any) -> CommandRun:
    wait = dataclasses.replace(WAIT, **changes)
    return CommandRun(scene.stations, t.cast("t.Any", scene.ssm), wait, "any", files or {})


def no_hint(_error: Exception) -> str:
    return ""


def test_both_ways_give_the_same_result() -> None:
    scene = Scene(3)
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details="Failed", rc=3)
    sent = command_run(scene).send(scene.by_tag(), no_hint)
    attached = command_run(scene).attach(tuple(sent["command_ids"]))
    assert (sent["changed"], attached["changed"]) == (True, False)
    assert sent["failed"]
    assert sent["msg"].startswith("2 of 3 nodes succeeded (2 success, 1 failed). Failures: ")
    assert attached == {**sent, "changed": False}


def test_ids_beyond_the_limit_are_sent_while_it_waits() -> None:
    scene = Scene(120)
    result = command_run(scene).send(scene.by_ids(max_concurrency="1"), no_hint)
    assert len(result["command_ids"]) == 3
    assert result["summary"]["success"] == 120


def test_attaching_never_sends_again() -> None:
    scene = Scene(1)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    sent = command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    attached = command_run(scene, retry_undelivered=3).attach(tuple(sent["command_ids"]))
    assert attached["undelivered_instance_ids"] == scene.ids
    assert scene.ssm.calls["SendCommand"] == 1


def test_attaching_without_waiting_tells_what_is_known() -> None:
    scene = Scene(2)
    sent = command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    assert (sent["changed"], sent["msg"].startswith("Sent")) == (True, True), sent["msg"]
    attached = command_run(scene, wait=False).attach(tuple(sent["command_ids"]))
    assert (attached["changed"], attached["failed"]) == (False, False)
    assert [found["outcome"] for found in attached["invocations"].values()] == ["in_progress"] * 2
    assert scene.clock.now < 1.0


def test_where_everything_was_delivered_nothing_is_sent_again() -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Failed", rc=1)
    result = command_run(scene, retry_undelivered=3).send(scene.by_tag(), no_hint)
    assert scene.ssm.calls["SendCommand"] == 1
    assert len(result["command_ids"]) == 1
    assert result["undelivered_instance_ids"] == []


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (1, 2), (3, 4)])
def test_what_stays_undelivered_is_sent_so_often(retries: int, sent: int) -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    result = command_run(scene, retry_undelivered=retries).send(scene.by_tag(), no_hint)
    assert scene.ssm.executions == {scene.ids[0]: sent, scene.ids[1]: 1}
    assert result["undelivered_instance_ids"] == [scene.ids[0]]


@pytest.mark.parametrize("hint", ["", ". Ask your team."])
def test_an_error_is_told_with_its_hint(hint: str) -> None:
    scene = Scene(1)
    scene.ssm.before["SendCommand"] = [client_error("AccessDeniedException")]
    result = command_run(scene).send(scene.by_tag(), lambda _error: hint)
    assert (result["failed"], result["changed"], result["command_ids"]) == (True, False, [])
    assert result["error"]["code"] == "AccessDeniedException"
    assert result["msg"].endswith(". Ask your team.") is bool(hint)


def test_files_are_named_where_their_nodes_are() -> None:
    scene = Scene(2)
    result = command_run(scene, {scene.ids[0]: "a.txt", "i-other": "b.txt"}).send(scene.by_tag(), no_hint)
    assert result["invocations"][scene.ids[0]]["output_file"] == "a.txt"
    assert "output_file" not in result["invocations"][scene.ids[1]]
    assert "i-other" not in result["invocations"]
