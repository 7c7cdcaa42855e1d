# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker whose controller is killed performs its last action within 5 s, whatever it does, and ends."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils import interrupts

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COLLECTIONS = pathlib.Path(interrupts.__file__).parents[5]
# Seconds in which a worker must notice that its controller has ended.
NOTICED = 5.0

# A controller with a worker as ansible-core's: forked, in a session of its own, displaying through a queue.
PROGRAM = """
import multiprocessing, os, signal, sys, time
from ansible.executor.task_queue_manager import FinalQueue
from ansible.utils.display import Display
from ansible_collections.ssmops.run_command.plugins.plugin_utils import interrupts

def note(name, text=""):
    with open(name + ".new", "w") as file:
        file.write(text)
    os.rename(name + ".new", name)

def act(reason):
    # What is displayed now must not block.
    display_much()
    note("acted", reason)
    if "slow action" in sys.argv:
        time.sleep(60)
    return "done"

def display_much():
    for _line in range(200):
        Display().display("x" * 1000)

def block():
    note("blocking", str(os.getpid()))
    if "queue" in sys.argv:
        display_much()
    if "main thread" in sys.argv:
        signal.pthread_sigmask(signal.SIG_BLOCK, (*interrupts.SIGNALS, interrupts.CONTROLLER_ENDED))
    time.sleep(60)

def work(queue):
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    signal.signal(signal.SIGTERM, lambda signum, _frame: os._exit(1))
    Display().set_queue(queue)
    if "slow action" in sys.argv:
        interrupts.STOP_SECONDS = 1.0
    if "late" in sys.argv:
        note("blocking", str(os.getpid()))
        while os.getppid() == multiprocessing.parent_process().pid:
            time.sleep(0.01)
    with interrupts.run_when_stopped(act, print, lambda: "command-1 continues."):
        if "late" in sys.argv:
            note("sent")
        if "result" not in sys.argv:
            block()
    block()

context = multiprocessing.get_context("fork")
worker = context.Process(target=work, args=(FinalQueue(),))
worker.start()
signal.pause()
"""


class Scene:
    """A controller with a worker that is blocked."""

    def __init__(self, folder: pathlib.Path, *how: str) -> None:
        self.folder = folder
        with (folder / "stderr").open("wb") as stderr:
            self.controller = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *how],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(COLLECTIONS), os.environ.get("PYTHONPATH", "")])},
                stderr=stderr,
            )
        self.wait_until((folder / "blocking").exists, 60)
        self.worker = int((folder / "blocking").read_text())

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "stderr").read_text()
            time.sleep(0.02)

    def worker_has_ended(self) -> bool:
        try:
            os.kill(self.worker, 0)
        except ProcessLookupError:
            return True
        # Nobody may reap orphans here.
        command = ["ps", "-o", "stat=", "-p", str(self.worker)]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()[:1] in {"", "Z"}

    def kill_controller(self) -> None:
        # Time to block.
        time.sleep(0.3)
        self.controller.kill()
        self.controller.wait(10)

    def end(self) -> None:
        self.controller.kill()
        self.controller.wait(10)
        if not self.worker_has_ended():
            os.kill(self.worker, signal.SIGKILL)


@contextlib.contextmanager
def blocked(folder: pathlib.Path, *how: str) -> Iterator[Scene]:
    scene = Scene(folder, *how)
    try:
        yield scene
    finally:
        scene.end()


@pytest.mark.other_unix
@pytest.mark.parametrize("how", ["sleep", "queue", "main thread"])
def test_it_acts_and_ends(tmp_path: pathlib.Path, how: str) -> None:
    with blocked(tmp_path, how) as scene:
        scene.kill_controller()
        scene.wait_until((tmp_path / "acted").exists, NOTICED)
        assert (tmp_path / "acted").read_text() == "ansible-playbook has ended"
        scene.wait_until(scene.worker_has_ended, NOTICED)


def test_an_action_that_takes_too_long_is_ended_after_a_line(tmp_path: pathlib.Path) -> None:
    with blocked(tmp_path, "slow action") as scene:
        scene.kill_controller()
        scene.wait_until(scene.worker_has_ended, NOTICED)
    assert "ansible-playbook has ended: command-1 continues." in (tmp_path / "stderr").read_text()


def test_nothing_is_begun_when_the_controller_ended_before(tmp_path: pathlib.Path) -> None:
    with blocked(tmp_path, "late") as scene:
        scene.kill_controller()
        scene.wait_until(scene.worker_has_ended, NOTICED)
    assert (tmp_path / "acted").exists()
    assert not (tmp_path / "sent").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl")
def test_it_does_not_block_while_it_returns_its_result(tmp_path: pathlib.Path) -> None:
    with blocked(tmp_path, "result", "queue") as scene:
        scene.kill_controller()
        scene.wait_until(scene.worker_has_ended, NOTICED)
    assert not (tmp_path / "acted").exists()
