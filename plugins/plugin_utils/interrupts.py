# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performs one last action when the controller is interrupted.

ansible-core's workers end at SIGINT and SIGTERM without running C(except) or C(finally) (measured on 2.19 to 2.21),
and the parent signals more than once. So the first signal blocks the others and becomes an exception here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class InterruptedTask(BaseException):
    """SIGINT or SIGTERM arrived."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(signum).name}")
        self.signum = signum


@contextlib.contextmanager
def run_when_stopped(act: Callable[[str], str], tell: Callable[[str], None]) -> Iterator[None]:
    """Call `act` when SIGINT, SIGTERM or Ansible's C(timeout:) ends the block.

    It receives the reason in a word and returns what it did. `tell` displays this after a timeout; after a signal it is
    written to the standard error of ansible-playbook itself, which no longer accepts messages from its workers.
    Signals that arrive while it runs are ignored; afterwards, the process receives the signal again, with the previous
    handler. Outside the main thread, only C(timeout:) is handled, because Python delivers signals to the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        with _acting_on_timeout(act, tell):
            yield
        return
    previous = {signum: signal.getsignal(signum) for signum in SIGNALS}
    interrupted_by: int | None = None
    try:
        with _controller_stderr() as tell_last:
            _handle_with(_interrupt)
            with _acting_on_timeout(act, tell, tell_last):
                yield
    except InterruptedTask as interrupt:
        interrupted_by = interrupt.signum
        raise
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
        if interrupted_by is not None:
            os.kill(os.getpid(), interrupted_by)


@contextlib.contextmanager
def _controller_stderr() -> Iterator[Callable[[str], None]]:
    """A way to write to the standard error of the process that started this worker, which has none of its own.

    It is opened before the wait, because that process may end first. If the system does not show files of other
    processes, nothing is written: the command IDs were displayed when they were sent.
    """
    with contextlib.ExitStack() as stack:
        descriptor: int | None = None
        with contextlib.suppress(OSError):
            descriptor = os.open(f"/proc/{os.getppid()}/fd/2", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
            stack.callback(os.close, descriptor)

        def write(text: str) -> None:
            # There may be no reader any more, which must not prevent handling the signal.
            with contextlib.suppress(OSError):
                if descriptor is not None:
                    os.write(descriptor, f"{text}\n".encode(errors="replace"))

        yield write


def _interrupt(signum: int, frame: object) -> t.NoReturn:
    _handle_with(signal.SIG_IGN)
    raise InterruptedTask(signum)


def _handle_with(handler: t.Any) -> None:
    for signum in SIGNALS:
        signal.signal(signum, handler)


@contextlib.contextmanager
def _acting_on_timeout(
    act: Callable[[str], str], tell: Callable[[str], None], tell_last: Callable[[str], None] | None = None
) -> Iterator[None]:
    try:
        yield
    except Exception:
        raise
    except BaseException as ending:
        # TaskTimeoutError (ansible-core's `timeout:`) and InterruptedTask are not subclasses of Exception.
        if threading.current_thread() is threading.main_thread():
            _handle_with(signal.SIG_IGN)
        done = act(str(ending) or type(ending).__name__)
        is_signal = isinstance(ending, InterruptedTask)
        (tell_last if is_signal and tell_last else tell)(done)
        raise
