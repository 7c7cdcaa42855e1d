# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that is told to stop, or is killed: commands are cancelled once, or can be attached to."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils import interrupts

from tests.support import local_sandbox
from tests.support.local_sandbox import send_command

if t.TYPE_CHECKING:
    import subprocess

    from tests.faults.conftest import Scene
    from tests.support.local_sandbox import Playbook

SLOW = {"target_tags": {"Fleet": "slow"}, "commands": ["work"], "max_concurrency": "100%"}
SENT = re.compile(r"command_id ([0-9a-f-]{36})")


def wait_for_progress(playbook: Playbook, process: subprocess.Popen[bytes]) -> str:
    """Wait until the command was sent and nodes are at work; its id."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        sent = SENT.search(playbook.output())
        if sent and "in progress" in playbook.output():
            return sent[1]
        time.sleep(0.05)
    raise AssertionError(f"no command was sent: {playbook.output()}")


def wait_for(condition: t.Callable[[], bool], seconds: float = 30) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_signal_cancels_once(scene: Scene, signum: signal.Signals) -> None:
    playbook = scene.playbook(send_command(SLOW))
    process = playbook.start()
    command_id = wait_for_progress(playbook, process)
    process.send_signal(signum)
    run = playbook.finish(process)
    assert run.returncode not in {0, None}
    wait_for(lambda: not scene.still_running())
    assert scene.sandbox.calls()["CancelCommand"] == 1
    assert f"asked AWS to cancel the commands {command_id}" in playbook.output()
    status = scene.sandbox.client("ssm").list_commands(CommandId=command_id)["Commands"][0]["Status"]
    assert status == "Cancelled"


def test_signal_leaves_the_command_when_asked(scene: Scene) -> None:
    playbook = scene.playbook(send_command({**SLOW, "on_interrupt": "leave"}))
    process = playbook.start()
    command_id = wait_for_progress(playbook, process)
    process.send_signal(signal.SIGINT)
    playbook.finish(process)
    wait_for(lambda: f"attach with command_ids: [{command_id}]" in playbook.output())
    assert "CancelCommand" not in scene.sandbox.calls()
    attached = scene.run(send_command({"command_ids": [command_id]}))
    assert attached.result is not None
    assert attached.result["summary"]["success"] == len(scene.nodes("slow"))


def test_task_timeout_cancels_once(scene: Scene) -> None:
    run = scene.run(send_command(SLOW, timeout=3))
    assert run.result is not None
    assert "Timed out after 3" in run.result["msg"]
    assert "asked AWS to cancel the commands" in run.output
    wait_for(lambda: not scene.still_running())
    assert scene.sandbox.calls()["CancelCommand"] == 1


def test_killed_controller_cancels_though_its_worker_is_blocked(tmp_path: pathlib.Path) -> None:
    """The worker streams more than the queue to its controller holds, which is stopped and then killed."""
    with local_sandbox.running(tmp_path, "--seed-nodes", "1,Fleet=real") as sandbox:
        arguments = {
            "target_tags": {"Fleet": "real"},
            "commands": ["seq 100000 130000", "sleep 60"],
            "cloudwatch_log_group_name": "/fleet/output",
            "stream_output": True,
        }
        playbook = local_sandbox.Playbook(tmp_path, sandbox, [send_command(arguments)])
        process = playbook.start()
        command_id = wait_for_progress(playbook, process)
        process.send_signal(signal.SIGSTOP)
        (worker,) = children(process.pid)
        wait_for(lambda: "pipe_write" in pathlib.Path(f"/proc/{worker}/wchan").read_text())
        process.kill()
        wait_for(lambda: sandbox.calls().get("CancelCommand", 0) == 1, 5)
        process.wait(30)
        wait_for(lambda: has_ended(worker), 10)
        assert f"asked AWS to cancel the commands {command_id}" in playbook.output()


@pytest.mark.long
def test_a_stop_that_hangs_names_what_still_runs_within_10_seconds(tmp_path: pathlib.Path) -> None:
    with local_sandbox.running(tmp_path, "--seed-nodes", "1,Fleet=slow,sandbox:duration=60") as sandbox:
        playbook = local_sandbox.Playbook(tmp_path, sandbox, [send_command(SLOW)])
        process = playbook.start()
        command_id = wait_for_progress(playbook, process)
        hang = {"operation": "CancelCommand", "kind": "hang", "seconds": 60, "times": 99}
        sandbox.control("POST", "config", {"faults": [hang]})
        (worker,) = children(process.pid)
        process.send_signal(signal.SIGINT)
        wait_for(lambda: has_ended(worker), interrupts.STOP_SECONDS + 1)
        process.wait(30)
        assert f"attach with command_ids: [{command_id}]" in playbook.output()


def test_second_interrupt_ends_a_stop_that_hangs(tmp_path: pathlib.Path) -> None:
    with local_sandbox.running(tmp_path, "--seed-nodes", "1,Fleet=slow,sandbox:duration=60") as sandbox:
        playbook = local_sandbox.Playbook(tmp_path, sandbox, [send_command(SLOW)])
        process = playbook.start()
        wait_for_progress(playbook, process)
        (worker,) = children(process.pid)
        hang = {"operation": "CancelCommand", "kind": "hang", "seconds": 60, "times": 9}
        sandbox.control("POST", "config", {"faults": [hang]})
        process.send_signal(signal.SIGINT)
        # A first Ctrl-C takes until then to arrive in all its forms.
        time.sleep(interrupts.ONE_STOP + 0.5)
        assert not has_ended(worker)
        process.send_signal(signal.SIGINT)
        wait_for(lambda: has_ended(worker), 2)
        process.wait(30)
        assert "ansible-playbook has ended during the stop: " in playbook.output()


@pytest.mark.long
def test_killed_controller_is_resumed_with_the_same_result(scene: Scene) -> None:
    playbook = scene.playbook(send_command(SLOW))
    process = playbook.start()
    command_id = wait_for_progress(playbook, process)
    kill_tree(process.pid)
    process.wait(30)
    attached = scene.run(send_command({"command_ids": [command_id]}))
    assert attached.result is not None
    assert not attached.result["failed"], attached.output
    nodes = scene.nodes("slow")
    assert set(attached.result["invocations"]) == nodes
    assert scene.executions() == dict.fromkeys(nodes, 1)
    whole = scene.run(send_command(SLOW))
    assert whole.result is not None
    kept = ("status", "rc", "stdout", "stderr", "truncated")
    assert {node: [found[key] for key in kept] for node, found in attached.result["invocations"].items()} == {
        node: [found[key] for key in kept] for node, found in whole.result["invocations"].items()
    }


@pytest.mark.long
def test_endpoint_that_lost_the_command_is_one_clear_error(tmp_path: pathlib.Path) -> None:
    sandbox = local_sandbox.start(tmp_path, "--seed-nodes", "5,Fleet=slow,sandbox:duration=60")
    playbook = local_sandbox.Playbook(tmp_path, sandbox, [send_command(SLOW)])
    process = playbook.start()
    command_id = wait_for_progress(playbook, process)
    port = sandbox.url.rsplit(":", 1)[1]
    sandbox.kill()
    (tmp_path / "sandbox.json").unlink()
    with local_sandbox.running(tmp_path, "--port", port, "--seed-nodes", "5,Fleet=slow"):
        run = playbook.finish(process)
    assert run.result is not None, run.output
    assert run.result["failed"]
    assert f"the command {command_id}" in run.result["msg"]
    assert "the endpoint has lost it" in run.result["msg"]


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def has_ended(pid: int) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def kill_tree(pid: int) -> None:
    """SIGKILL a process and those it started, wherever they put themselves."""
    for child in children(pid):
        kill_tree(child)
    os.kill(pid, signal.SIGKILL)
