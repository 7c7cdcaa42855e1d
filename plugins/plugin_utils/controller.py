# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that started this one: ansible-playbook, if this is one of its workers.

A worker has a session of its own (ansible-core 2.19), so it does not end with its controller. It also holds both ends
of the queue to it: what it writes there after the controller has ended is never read, and blocks it for good at 64 KiB.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import subprocess
import typing as t

from ansible.utils.display import Display

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PR_SET_PDEATHSIG: t.Final = 1


class Controller:
    """Whether the controller still runs, and what to do about its queue when it does not."""

    def __init__(self) -> None:
        started_by = multiprocessing.parent_process()
        self._is_worker = started_by is not None
        # The ID recorded at the fork: a controller that has ended since then is noticed too.
        self._pid = os.getppid() if started_by is None or started_by.pid is None else started_by.pid

    def has_ended(self) -> bool:
        """Whether this process has lost its parent."""
        return os.getppid() != self._pid

    def send_at_end(self, signum: signal.Signals) -> None:
        """Have the system send a signal to this worker when its controller ends, where it can: on Linux.

        Elsewhere has_ended() is all there is.

        It comes when the thread of the controller that forked has ended, which is its main thread.
        """
        prctl = getattr(ctypes.CDLL(None), "prctl", None)
        if self._is_worker and prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)

    def display_nothing(self) -> None:
        """Make Ansible's display discard what this worker displays from now on."""
        if self._is_worker:
            Display().set_queue(t.cast("t.Any", _Nobody()))

    @contextlib.contextmanager
    def stderr(self) -> Iterator[Callable[[str], None]]:
        """A way to write a line to the standard error of the controller, as a worker has none of its own.

        It is opened now, because the controller may end first. If the system does not show files of other processes, it
        is the controller's terminal. Without one, nothing is written: the command IDs were displayed when they were
        sent.
        """
        with contextlib.ExitStack() as stack:
            descriptor = _opened(f"/proc/{self._pid}/fd/2")
            if descriptor is None:
                descriptor = _opened(_terminal_of(self._pid))
            if descriptor is not None:
                stack.callback(os.close, descriptor)

            def write(text: str) -> None:
                # There may be no reader any more, or none that reads, which must not prevent the end of a stop.
                with contextlib.suppress(OSError):
                    if descriptor is not None:
                        os.write(descriptor, f"{text}\n".encode(errors="replace"))

            yield write


def _opened(path: str) -> int | None:
    """A descriptor to write lines to a file, which does not become this process's terminal; None if there is none."""
    with contextlib.suppress(OSError):
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY | os.O_NONBLOCK)
    return None


def _terminal_of(pid: int) -> str:
    """The path of a process's terminal; one that is not there if it has none or ps does not tell."""
    command = ["ps", "-o", "tty=", "-p", str(pid)]
    try:
        name = subprocess.run(command, capture_output=True, check=False, text=True).stdout.strip()
    except OSError:
        name = ""
    # One or two question marks stand for none.
    return f"/dev/{name or '?'}"


class _Nobody:
    """Takes the place of the queue to the controller."""

    def send_display(self, *_call: t.Any, **_named: t.Any) -> None:
        """Discard it."""
