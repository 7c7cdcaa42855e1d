# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as children of the keeper, a program that outlives the sandbox by the moment that their end takes."""

from __future__ import annotations

import contextlib
import itertools
import json
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PROGRAM: t.Final = pathlib.Path(__file__).with_name("keeper.py")
_LENGTH_BYTES: t.Final = 4
_START_SECONDS: t.Final = 30
_END_SECONDS: t.Final = 5
Json = dict[str, t.Any]


class Script(t.NamedTuple):
    """What is to be started: a command line in a directory with an environment; descriptors of its two outputs."""

    command: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    stdout: int
    stderr: int


class Process:
    """A script that was started; returncode is None while it runs."""

    def __init__(self) -> None:
        self.returncode: int | None = None
        self.pid = 0
        self.error: OSError | None = None
        self.started = threading.Event()
        self._ended = threading.Event()

    def take(self, answer: Json) -> None:
        """Note what the keeper says of it."""
        if "returncode" in answer:
            self.returncode = answer["returncode"]
            self._ended.set()
        elif "error" in answer:
            self.error = OSError(*answer["error"])
        else:
            self.pid = answer["pid"]
        self.started.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end, for some seconds at most; whether it has ended."""
        return self._ended.wait(seconds)


class Keeper:
    """The sandbox's side of the keeper: one for each sandbox, whose directory goes with it.

    when_lost is called when the keeper was killed, and could end nothing any more.
    """

    def __init__(self, directory: pathlib.Path, when_lost: Callable[[pathlib.Path], None]) -> None:
        self._directory = directory
        self._when_lost = when_lost
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._program = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_PROGRAM), str(theirs.fileno()), str(directory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # A Ctrl-C and a signal to the sandbox's process group are not meant for it.
                start_new_session=True,
            )
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._processes: dict[int, Process] = {}
        self._is_open = True
        self._has_home = False
        self._greeted = threading.Event()
        self._reader = threading.Thread(target=self._read, name="keeper", daemon=True)
        self._reader.start()

    @property
    def is_open(self) -> bool:
        """Whether scripts can be started, and those that run go on."""
        return self._is_open

    @property
    def has_home(self) -> bool:
        """Whether ~ is a directory of the sandbox's for scripts that have no HOME."""
        self._greeted.wait(_START_SECONDS)
        return self._has_home

    def start(self, script: Script) -> tuple[int, Process]:
        """Start a script, and its number for kill(); OSError where it cannot be started."""
        process = Process()
        wanted = {"command": list(script.command), "cwd": script.cwd, "env": dict(script.env)}
        with self._lock:
            if not self._is_open:
                raise InterruptedError(0, "the sandbox is stopping, or its keeper was killed", script.command[-1])
            number = next(self._numbers)
            self._processes[number] = process
            self._send({"id": number, "start": wanted}, [script.stdout, script.stderr])
        if not process.started.wait(_START_SECONDS):
            raise InterruptedError(0, "the sandbox's keeper does not answer", script.command[-1])
        if process.error:
            raise process.error
        return number, process

    def kill(self, number: int) -> None:
        """Kill what is left of the process group of a script."""
        with self._lock:
            if self._is_open:
                self._send({"id": number, "kill": True}, [])

    def close(self) -> None:
        """Kill everything that was started, and what it has started."""
        with self._lock:
            if self._is_open:
                self._send({"end": True}, [])
            self._is_open = False
        try:
            self._program.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            # A script has stopped it.
            self._program.kill()
            self._when_lost(self._directory)
        self._reader.join()
        self._channel.close()

    def _send(self, request: Json, files: list[int]) -> None:
        data = json.dumps(request).encode()
        head = len(data).to_bytes(_LENGTH_BYTES, "big")
        # Four bytes go whole or not at all, and the files go with them.
        socket.send_fds(self._channel, [head], files)
        self._channel.sendall(data)

    def _read(self) -> None:
        # A keeper that is killed with requests unread resets the connection.
        with contextlib.suppress(ConnectionError), self._channel.makefile("rb") as answers:
            for line in answers:
                self._take(json.loads(line))
        self._lose()

    def _take(self, answer: Json) -> None:
        if "has_home" in answer:
            self._has_home = answer["has_home"]
            self._greeted.set()
            return
        with self._lock:
            process = self._processes[answer["id"]]
            if "pid" not in answer:
                del self._processes[answer["id"]]
        process.take(answer)

    def _lose(self) -> None:
        """The keeper has ended, and with it all that it had started."""
        with self._lock:
            was_open, self._is_open = self._is_open, False
            lost = list(self._processes.values())
            self._processes.clear()
        if was_open:
            self._when_lost(self._directory)
        for process in lost:
            process.take({"returncode": -signal.SIGKILL})
