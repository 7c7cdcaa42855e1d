# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last act is done once, whatever stops the task, and the signal then does what it did before."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import pty
import signal
import subprocess
import sys
import termios
import threading
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils import controller, interrupts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

COLLECTIONS = pathlib.Path(interrupts.__file__).parents[5]


class TaskTimeout(BaseException):
    """As ansible-core's: not an Exception."""


class Scene:
    """What was done and told, and the signals that came through."""

    def __init__(self) -> None:
        self.acts: list[str] = []
        self.told: list[str] = []
        self.signals: list[int] = []
        self.while_acting: list[int] = []

    def act(self, reason: str) -> str:
        self.acts.append(reason)
        for signum in self.while_acting:
            os.kill(os.getpid(), signum)
        return f"done for {reason}"

    def run_when_stopped(self) -> t.Any:
        return interrupts.run_when_stopped(self.act, self.told.append, lambda: "command-1 continues.")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A scene whose process notes SIGINT and SIGTERM instead of ending, and has no parent to write to."""
    monkeypatch.setattr(os, "getppid", lambda: 0)
    made = Scene()
    before = {
        signum: signal.signal(signum, lambda got, _frame: made.signals.append(got)) for signum in interrupts.SIGNALS
    }
    yield made
    for signum, handler in before.items():
        signal.signal(signum, handler)


def handlers() -> list[object]:
    return [signal.getsignal(signum) for signum in (*interrupts.SIGNALS, interrupts.CONTROLLER_ENDED)]


def test_nothing_is_done_when_all_goes_well(scene: Scene) -> None:
    before = handlers()
    with scene.run_when_stopped():
        assert handlers() != before
    assert handlers() == before
    assert (scene.acts, scene.told, scene.signals) == ([], [], [])


@pytest.mark.parametrize("signum", interrupts.SIGNALS)
def test_a_signal_is_acted_on_and_then_does_what_it_did(scene: Scene, signum: signal.Signals) -> None:
    before = handlers()
    with pytest.raises(interrupts.InterruptedTask) as interrupt, scene.run_when_stopped():
        os.kill(os.getpid(), signum)
    assert interrupt.value.signum == signum
    assert scene.acts == [f"interrupted by {signum.name}"]
    assert scene.signals == [signum]
    assert handlers() == before


@pytest.mark.parametrize("signum", interrupts.SIGNALS)
def test_signals_that_come_while_it_acts_are_shut_out(scene: Scene, signum: signal.Signals) -> None:
    scene.while_acting = [*interrupts.SIGNALS, *interrupts.SIGNALS]
    with pytest.raises(interrupts.InterruptedTask), scene.run_when_stopped():
        os.kill(os.getpid(), signum)
    assert len(scene.acts) == 1
    assert scene.signals == [signum]


@pytest.mark.parametrize("signum", interrupts.SIGNALS)
def test_a_later_signal_ends_the_action_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, signum: signal.Signals
) -> None:
    before = handlers()
    monkeypatch.setattr(interrupts, "ONE_STOP", 0.0)
    lines: list[str] = []
    monkeypatch.setattr(controller.Controller, "stderr", lambda _self: contextlib.nullcontext(lines.append))
    scene.while_acting = [signum]
    with pytest.raises(interrupts.InterruptedTask), scene.run_when_stopped():
        os.kill(os.getpid(), signal.SIGINT)
    assert scene.acts == ["interrupted by SIGINT"]
    assert lines == [f"interrupted by {signum.name} during the stop: command-1 continues."]
    assert scene.signals == [signum, signal.SIGINT]
    assert handlers() == before


def test_a_timeout_is_acted_on_and_told(scene: Scene) -> None:
    before = handlers()
    scene.while_acting = [signal.SIGTERM]
    with pytest.raises(TaskTimeout), scene.run_when_stopped():
        raise TaskTimeout("Timed out after 3 second(s).")
    assert scene.acts == ["Timed out after 3 second(s)."]
    assert scene.told == ["done for Timed out after 3 second(s)."]
    assert scene.signals == []
    assert handlers() == before


def test_a_stop_without_a_word_is_told_by_its_name(scene: Scene) -> None:
    with pytest.raises(KeyboardInterrupt), scene.run_when_stopped():
        raise KeyboardInterrupt
    assert scene.acts == ["KeyboardInterrupt"]


def test_an_error_is_not_a_stop(scene: Scene) -> None:
    before = handlers()
    with pytest.raises(ValueError, match="bad"), scene.run_when_stopped():
        raise ValueError("bad")
    assert scene.acts == []
    assert handlers() == before


def test_an_act_that_fails_leaves_the_handlers_as_they_were(scene: Scene) -> None:
    before = handlers()

    def fail(_reason: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), interrupts.run_when_stopped(fail, scene.told.append):
        os.kill(os.getpid(), signal.SIGINT)
    assert handlers() == before


def test_outside_the_main_thread_a_timeout_is_acted_on(scene: Scene) -> None:
    before = handlers()
    caught: list[BaseException] = []

    def work() -> None:
        try:
            with scene.run_when_stopped():
                assert handlers() == before
                raise TaskTimeout("late")
        except TaskTimeout as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert len(caught) == 1
    assert (scene.acts, scene.told) == (["late"], ["done for late"])


# A worker as ansible-core's: a child with no terminal and no stderr of its own.
WORKER = """
import os, signal, sys
from ansible_collections.ssmops.run_command.plugins.plugin_utils.interrupts import run_when_stopped
signal.signal(signal.SIGTERM, signal.SIG_DFL)
with run_when_stopped(lambda reason: print(f"acted: {reason}", flush=True) or f"cancelled X ({reason})", print):
    os.kill(os.getpid(), signal.SIGTERM)
"""
PARENT = """
import subprocess, sys
worker = subprocess.run([sys.executable, "-c", sys.argv[1]], stderr=subprocess.DEVNULL)
print("worker ended with", worker.returncode, flush=True)
"""


def run_parent(**streams: t.Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, WORKER],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(COLLECTIONS), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        text=True,
        **streams,
    )


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="needs /proc")
def test_what_was_done_reaches_the_stderr_of_the_parent() -> None:
    with run_parent(stderr=subprocess.PIPE) as parent:
        stdout, stderr = parent.communicate(timeout=60)
    assert "cancelled X (interrupted by SIGTERM)" in stderr
    assert stdout.splitlines() == ["acted: interrupted by SIGTERM", "worker ended with -15"]


def test_a_parent_that_nobody_listens_to_keeps_no_signal_from_its_end() -> None:
    reading, writing = os.pipe()
    with run_parent(stderr=writing) as parent:
        # As when Ctrl-C ends the pager that ansible-playbook writes to.
        os.close(writing)
        os.close(reading)
        stdout, _stderr = parent.communicate(timeout=60)
    assert stdout.splitlines() == ["acted: interrupted by SIGTERM", "worker ended with -15"]


def take_terminal() -> None:
    """Make the standard input the terminal of this process's session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.other_unix
def test_what_was_done_reaches_the_terminal_of_the_parent() -> None:
    ours, terminal = pty.openpty()
    with run_parent(stdin=terminal, stderr=terminal, start_new_session=True, preexec_fn=take_terminal) as parent:
        os.close(terminal)
        stdout, _stderr = parent.communicate(timeout=60)
    assert stdout.splitlines() == ["acted: interrupted by SIGTERM", "worker ended with -15"]
    assert os.read(ours, 4096).decode().splitlines() == ["cancelled X (interrupted by SIGTERM)"]
    os.close(ours)
