# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performs one last action when the controller is interrupted, or has ended.

ansible-core's workers end at SIGINT and SIGTERM without running C(except) or C(finally) (measured on 2.19 to 2.21),
and the parent signals more than once. So the first signal becomes an exception here. A thread watches: it interrupts
the task when the controller has ended, performs the action if the main thread cannot, and ends a stop that takes long.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import threading
import time
import typing as t

from ansible_collections.ssmops.run_command.plugins.plugin_utils.controller import Controller

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNALS: t.Final = (signal.SIGINT, signal.SIGTERM)
# Says in the block that the controller has ended: its workers get no other SIGHUP, as they have no terminal.
CONTROLLER_ENDED: t.Final = signal.SIGHUP
# Seconds in which signals are one stop: a Ctrl-C reaches a worker as SIGINT and, from ansible-playbook, as SIGTERM.
ONE_STOP = 2.0
# Seconds after which the action is performed without the main thread, which may be blocked.
MAIN_THREAD_SECONDS = 2.0
# Seconds that a stop may take in all.
STOP_SECONDS = 10.0
# Seconds of these that the action may take: what is left after a main thread that was blocked.
ACTION_SECONDS: t.Final = 7.0
LOOK_SECONDS: t.Final = 0.5


class InterruptedTask(BaseException):
    """SIGINT or SIGTERM arrived, or the controller has ended; its text says which."""

    def __init__(self, signum: int, reason: str) -> None:
        super().__init__(reason)
        self.signum = signum


def nothing_known() -> str:
    """What still runs after a stop that did not end, if its caller cannot say more."""
    return "the commands may still run, attach with the command_ids displayed above."


@contextlib.contextmanager
def run_when_stopped(
    act: Callable[[str], str], tell: Callable[[str], None], left: Callable[[], str] = nothing_known
) -> Iterator[None]:
    """Call `act` when SIGINT, SIGTERM, the end of the controller or Ansible's C(timeout:) ends the block.

    It receives the reason in a word, ends within ACTION_SECONDS and returns what it did. `tell` displays this after a
    timeout; after a signal it is written to the standard error of ansible-playbook itself, which no longer accepts
    messages from its workers.
    Afterwards, the process receives the signal again, with the previous handler.

    A signal that arrives later than ONE_STOP while it runs, and a stop of more than STOP_SECONDS, end the process at
    once, after a line with what `left` returns: what still runs, in words. `act` and `left` may be called in a thread
    of their own, while the main thread is blocked.

    Outside the main thread, only C(timeout:) is handled, because Python delivers signals to the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        with _acting_on_timeout(act, tell):
            yield
        return
    controller = Controller()
    with controller.stderr() as tell_last, _Stop(controller, _LastWords(act, left, tell, tell_last)) as stop:
        stop.check_controller()
        yield


@contextlib.contextmanager
def _acting_on_timeout(act: Callable[[str], str], tell: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except Exception:
        raise
    except BaseException as ending:
        tell(act(_reason(ending)))
        raise


def _reason(ending: BaseException) -> str:
    return str(ending) or type(ending).__name__


def _cause(signum: int) -> str:
    return (
        "ansible-playbook has ended" if signum == CONTROLLER_ENDED else f"interrupted by {signal.Signals(signum).name}"
    )


def _ending_signal(signum: int) -> int:
    """The signal that ends this process after one: nohup lets it ignore SIGHUP."""
    return signal.SIGTERM if signum == CONTROLLER_ENDED else signum


@dataclasses.dataclass(frozen=True)
class _LastWords:
    """What to do in a stop and where to say it; `tell_last` writes to the controller's standard error."""

    act: Callable[[str], str]
    left: Callable[[], str]
    tell: Callable[[str], None]
    tell_last: Callable[[str], None]


class _Stop:
    """The stop of a task, if it comes to that: since when, why, and who carries it out."""

    def __init__(self, controller: Controller, words: _LastWords) -> None:
        self._controller = controller
        self._words = words
        self._began: float | None = None
        self._reason = ""
        # The signal that ends this process in the end; none after a timeout of the task.
        self._ended_by: int | None = None
        self._main_thread_stops = False
        self._claim = threading.Lock()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._previous = {signum: signal.getsignal(signum) for signum in (*SIGNALS, CONTROLLER_ENDED)}

    def __enter__(self) -> _Stop:
        self._watcher.start()
        for signum in self._previous:
            signal.signal(signum, self._signalled)
        self._controller.send_at_end(CONTROLLER_ENDED)
        return self

    def __exit__(self, _kind: object, ending: BaseException | None, _traceback: object) -> None:
        try:
            # TaskTimeoutError (ansible-core's `timeout:`) and InterruptedTask are not subclasses of Exception.
            if ending is not None and not isinstance(ending, Exception):
                self._carry_out(ending)
        finally:
            self._over.set()
            self._watcher.join()
            # A worker can also block while it returns its result.
            self._controller.send_at_end(signal.SIGTERM)
            self._restore_handlers()
            if self._ended_by is not None:
                os.kill(os.getpid(), self._ended_by)

    def _restore_handlers(self) -> None:
        for signum, handler in self._previous.items():
            signal.signal(signum, handler)

    def check_controller(self) -> None:
        """Stop at once if the controller has ended before the block: nothing must be sent then."""
        if self._controller.has_ended():
            self._signalled(CONTROLLER_ENDED, None)

    def _signalled(self, signum: int, _frame: object) -> None:
        if not self._main_thread_stops:
            self._begin(signum)
            self._main_thread_stops = True
            raise InterruptedTask(signum, self._reason)
        if self._elapsed() > ONE_STOP:
            self._words.tell_last(f"{_cause(signum)} during the stop: {self._words.left()}")
            self._restore_handlers()
            os.kill(os.getpid(), _ending_signal(signum))
            raise InterruptedTask(signum, self._reason)

    def _begin(self, signum: int) -> None:
        if self._ended_by is not None:
            return
        self._began = time.monotonic()
        self._reason = _cause(signum)
        self._ended_by = _ending_signal(signum)
        # After a signal, it does not read its queue either.
        self._controller.display_nothing()

    def _elapsed(self) -> float:
        return 0.0 if self._began is None else time.monotonic() - self._began

    def _carry_out(self, ending: BaseException) -> None:
        """Perform the action in the main thread, unless the watcher has begun to."""
        self._main_thread_stops = True
        if self._began is None:
            self._began = time.monotonic()
        if self._claim.acquire(blocking=False):
            done = self._words.act(_reason(ending))
            (self._words.tell if self._ended_by is None else self._words.tell_last)(done)
        else:
            # The watcher ends this process.
            self._over.wait()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self._ended_by is None:
                self._look_at_controller()
            elif self._elapsed() > STOP_SECONDS:
                self._words.tell_last(f"{self._reason}: {self._words.left()}")
                os._exit(1)
            elif self._elapsed() > MAIN_THREAD_SECONDS and self._claim.acquire(blocking=False):
                threading.Thread(target=self._take_over, daemon=True).start()

    def _look_at_controller(self) -> None:
        if self._controller.has_ended():
            self._begin(CONTROLLER_ENDED)
            # The exception of its handler ends a blocked write of the main thread, too.
            signal.pthread_kill(t.cast("int", threading.main_thread().ident), CONTROLLER_ENDED)

    def _take_over(self) -> None:
        try:
            self._words.tell_last(self._words.act(self._reason))
        finally:
            os._exit(1)
