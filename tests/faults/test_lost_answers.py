# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are refused, lost, cut or late: every node has its result, and none ran twice."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.local_sandbox import send_command

if t.TYPE_CHECKING:
    from tests.faults.conftest import Scene
    from tests.faults.injectors import Injector

SIXTY = {"target_tags": {"Fleet": "sixty"}, "commands": ["echo out; echo err >&2"], "max_concurrency": "100%"}
READING = ["ListCommands", "ListCommandInvocations", "GetCommandInvocation"]


def assert_whole(scene: Scene, **more: t.Any) -> None:
    """Run a command on the sixty and check that every node has its result, exact, from its only run."""
    run = scene.run(send_command({**SIXTY, **more}))
    assert run.result is not None, run.output
    assert not run.result["failed"], run.output
    nodes = scene.nodes("sixty")
    invocations = run.result["invocations"]
    assert set(invocations) == nodes
    assert {(found["rc"], found["stdout"], found["stderr"]) for found in invocations.values()} == {
        (0, "out\n", "err\n")
    }
    assert scene.executions() == dict.fromkeys(nodes, 1)


@pytest.mark.long
def test_a_third_of_all_calls_is_throttled(scene: Scene, injector: Injector) -> None:
    injector.throttle("*", 0.3)
    assert_whole(scene)


def test_every_second_send_is_throttled(scene: Scene, injector: Injector) -> None:
    injector.throttle("SendCommand", 0.5)
    assert_whole(scene)


def test_connection_is_cut_after_the_command_was_accepted(scene: Scene, injector: Injector) -> None:
    injector.cut_after("SendCommand")
    assert_whole(scene)
    assert len(scene.command_ids()) == 1


@pytest.mark.long
def test_connection_is_cut_before_the_command_was_accepted(scene: Scene, injector: Injector) -> None:
    injector.cut("SendCommand")
    assert_whole(scene, on_lost_response="resend", lost_response_timeout=8)


@pytest.mark.long
def test_server_error_before_the_command_was_accepted(scene: Scene, injector: Injector) -> None:
    injector.server_error("SendCommand")
    assert_whole(scene, on_lost_response="resend", lost_response_timeout=8)


def test_server_error_after_the_command_was_accepted(scene: Scene) -> None:
    # microburst cannot change the status of an answer that went through it.
    fault = {"operation": "SendCommand", "kind": "server_error_after"}
    scene.sandbox.control("POST", "config", {"faults": [fault]})
    assert_whole(scene)
    assert len(scene.command_ids()) == 1


def test_answer_to_send_is_cut_in_half(scene: Scene, injector: Injector) -> None:
    injector.truncate("SendCommand")
    assert_whole(scene)
    assert len(scene.command_ids()) == 1


def test_answer_to_send_is_slower_than_the_read_timeout(scene: Scene, injector: Injector) -> None:
    injector.slow("SendCommand", 4)
    assert_whole(scene, aws_config={"read_timeout": 1})
    assert len(scene.command_ids()) == 1


@pytest.mark.parametrize("operation", READING)
def test_answer_to_a_reading_call_is_cut_in_half(scene: Scene, injector: Injector, operation: str) -> None:
    injector.truncate(operation)
    assert_whole(scene)


@pytest.mark.parametrize("operation", READING)
def test_connection_of_a_reading_call_is_cut(scene: Scene, injector: Injector, operation: str) -> None:
    injector.cut_after(operation)
    assert_whole(scene)


@pytest.mark.long
def test_token_expires_in_mid_wait(scene: Scene, injector: Injector) -> None:
    injector.expire_token(4)
    slow = {**SIXTY, "target_tags": {"Fleet": "slow"}}
    broken = scene.run(send_command(slow))
    assert broken.result is not None, broken.output
    assert broken.result["failed"]
    assert "ExpiredTokenException" in broken.result["msg"]
    assert f"command_ids: [{broken.result['command_ids'][0]}]" in broken.result["msg"]
    injector.clear()
    attached = scene.run(send_command({"command_ids": broken.result["command_ids"]}))
    assert attached.result is not None
    nodes = scene.nodes("slow")
    assert not attached.result["failed"], attached.output
    assert set(attached.result["invocations"]) == nodes
    assert scene.executions() == dict.fromkeys(nodes, 1)
