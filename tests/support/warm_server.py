# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that has imported what a program needs, and forks for each run of it.

A small program stands in for the real one: it passes its arguments, environment, directory and standard streams on, and
ends as the fork ends (tests.support.warm_client).
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import marshal
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_ROOT = pathlib.Path(__file__).parents[2]
_INT = struct.Struct("i")
_CHUNK = 65536
# It imports for three seconds on an idle machine; a busy one takes much longer.
_START_SECONDS = 300


def serve(path: str, run: Callable[[], int]) -> None:
    """Forks for every client until the standard input is closed.

    :param run: what a fork does, in the client's place, with sys.argv; it returns the exit code.
    """
    # A collection in a fork would copy what was imported.
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        while True:
            readable = select.select([server, sys.stdin], [], [])[0]
            if sys.stdin in readable:
                return
            client = server.accept()[0]
            if os.fork() == 0:
                server.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _attend(client, run)
            client.close()


def _attend(client: socket.socket, run: Callable[[], int]) -> t.NoReturn:
    """Runs what one client asks for; a client that goes away takes it along, a signal is passed on."""
    request, descriptors = _receive(client)
    pid = os.fork()
    if pid == 0:
        client.close()
        os.setsid()
        _become(request, descriptors, run)
    for descriptor in descriptors:
        os.close(descriptor)
    child = os.pidfd_open(pid)
    while child not in select.select([child, client.fileno()], [], [])[0]:
        number = client.recv(1)
        if not number:
            os.killpg(pid, signal.SIGKILL)
            break
        os.kill(pid, number[0])
    status = os.waitpid(pid, 0)[1]
    with contextlib.suppress(OSError):
        client.sendall(_INT.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _receive(client: socket.socket) -> tuple[dict[str, t.Any], list[int]]:
    data, descriptors, _flags, _address = socket.recv_fds(client, _CHUNK, 3)
    while len(data) < _INT.size or len(data) < _INT.size + _INT.unpack_from(data)[0]:
        more = client.recv(_CHUNK)
        if not more:
            # Who asked has gone in the middle of it.
            os._exit(1)
        data += more
    return marshal.loads(data[_INT.size :]), descriptors  # noqa: S302  # from this run's own programs


def _become(request: dict[str, t.Any], descriptors: list[int], run: Callable[[], int]) -> t.NoReturn:
    """What a program does that was started with this request."""
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environment"])
    # What the server would do at its own end is not the fork's to do.
    atexit._clear()
    sys.argv[:] = request["arguments"] or [""]
    code = 1
    try:
        code = _exit_code(run)
    finally:
        atexit._run_exitfuncs()
        # Nobody may be reading any more.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _exit_code(run: Callable[[], int]) -> int:
    try:
        return run()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:  # noqa: BLE001  # the outer edge of an interpreter
        sys.excepthook(*t.cast("t.Any", sys.exc_info()))
        return 1


@contextlib.contextmanager
def serving(path: pathlib.Path, module: str, *arguments: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A server for the length of a block.

    :param path: its socket.
    :param module: run with the path and the arguments, it calls serve.
    :raises RuntimeError: it did not start.
    """
    command = [sys.executable, "-m", module, str(path), *arguments]
    # Its standard input is closed at the end of the block, and it ends.
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=_ROOT, env=environment) as server:
        _await(path, server)
        try:
            yield
        finally:
            t.cast("t.Any", server.stdin).close()


def _await(path: pathlib.Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not path.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError(f"the server of {path.name} did not start")
        time.sleep(0.05)


def can_serve() -> bool:
    """Whether it works on this system: on Linux."""
    return hasattr(os, "pidfd_open")


@contextlib.contextmanager
def folder() -> Iterator[pathlib.Path]:
    """A directory for a socket and programs: the path of a socket is short, and a run beside this one has another."""
    with tempfile.TemporaryDirectory() as path:
        yield pathlib.Path(path)


def write_program(file: pathlib.Path, source: str) -> None:
    """Writes a program that has tests.support.warm_client imported as client."""
    # No shell between: it would set PWD anew.
    start = f"#!{sys.executable} -SEs\nimport os, sys\nsys.path.insert(0, {str(_ROOT)!r})\n"
    file.write_text(f"{start}from tests.support import warm_client as client\n{source}", encoding="utf-8")
    file.chmod(0o700)


def enter_python(stack: contextlib.ExitStack, module: str, *arguments: str) -> pathlib.Path:
    """A Python that a server of this module runs, for the length of a stack of blocks; elsewhere this one itself.

    :raises RuntimeError: the server did not start.
    """
    if not can_serve():
        return pathlib.Path(sys.executable)
    directory = stack.enter_context(folder())
    path, program = directory / "python.sock", directory / "python"
    write_program(program, f"sys.exit(client.run({str(path)!r}, sys.argv[1:]))\n")
    stack.enter_context(serving(path, module, *arguments, environment=os.environ))
    return program
