# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python for modules that has boto3 and ansible-core's module_utils imported already.

More than half of the time of a module on the local host is spent importing the same libraries. A server imports them
once and forks; a small program that stands in for the interpreter passes its arguments, environment, directory and
standard streams on, and ends as the fork ends. Neither the collections nor the module itself are imported in advance.

    python -m tests.support.warm_python SOCKET    ends when its standard input is closed
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
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
import types
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

IMPORTED = (
    "ansible.module_utils._internal._ansiballz._loader",
    "ansible.module_utils.basic",
    "ansible.module_utils.common.dict_transformations",
    "boto3.session",
    "botocore.args",
    "botocore.credentials",
    "botocore.endpoint",
    "botocore.httpsession",
    "botocore.paginate",
    "botocore.parsers",
    "botocore.signers",
    "botocore.waiter",
    "s3transfer.manager",
)
_ROOT = pathlib.Path(__file__).parents[2]
# No shell between: it would set PWD anew.
_PROGRAM = """\
#!{python} -SE
import sys

sys.path.insert(0, {root!r})
from tests.support.warm_python import run

sys.exit(run({path!r}, sys.argv[1:]))
"""
_EXIT_CODE = struct.Struct("i")
_CHUNK = 65536
_START_SECONDS = 60


def serve(path: str) -> None:
    """Forks for every client until the standard input is closed."""
    for name in IMPORTED:
        importlib.import_module(name)
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
                _attend(client)
            client.close()


def _attend(client: socket.socket) -> t.NoReturn:
    """Runs what one client asks for; a client that goes away takes it along."""
    request, descriptors = _receive(client)
    pid = os.fork()
    if pid == 0:
        client.close()
        os.setsid()
        _become(request, descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    child = os.pidfd_open(pid)
    readable = select.select([child, client.fileno()], [], [])[0]
    if child not in readable:
        os.killpg(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    with contextlib.suppress(OSError):
        client.sendall(_EXIT_CODE.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _receive(client: socket.socket) -> tuple[dict[str, t.Any], list[int]]:
    data, descriptors, _flags, _address = socket.recv_fds(client, _CHUNK, 3)
    while not data.endswith(b"\n"):
        more = client.recv(_CHUNK)
        if not more:
            # Who asked has gone in the middle of it.
            os._exit(1)
        data += more
    return json.loads(data), descriptors


def _become(request: dict[str, t.Any], descriptors: list[int]) -> t.NoReturn:
    """What an interpreter does that was started with this request."""
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
        code = _run(sys.argv[0])
    finally:
        atexit._run_exitfuncs()
        # Nobody may be reading any more.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(file: str) -> int:
    """Runs a file, or without one the standard input, as ansible-core has it with pipelining."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    if file:
        main.__file__ = file
        sys.path[0] = os.path.dirname(os.path.abspath(file))
    source = pathlib.Path(file).read_bytes() if file else sys.stdin.buffer.read()
    try:
        exec(compile(source, file or "<stdin>", "exec"), main.__dict__)  # noqa: S102  # an interpreter does
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:  # noqa: BLE001  # the outer edge of an interpreter
        sys.excepthook(*t.cast("t.Any", sys.exc_info()))
        return 1
    return 0


def run(path: str, arguments: list[str]) -> int:
    """Has the server run a file; gives its exit code."""
    request = {"directory": os.getcwd(), "environment": dict(os.environ), "arguments": arguments}
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        message = json.dumps(request).encode() + b"\n"
        sent = socket.send_fds(client, [message], [0, 1, 2])
        client.sendall(message[sent:])
        answer = client.recv(_EXIT_CODE.size)
    code = int(_EXIT_CODE.unpack(answer)[0]) if answer else -signal.SIGKILL
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def serving() -> Iterator[pathlib.Path]:
    """A server for the length of a block; gives the program to use as ansible_python_interpreter.

    Elsewhere than on Linux that is this Python itself.

    :raises RuntimeError: it did not start.
    """
    if not hasattr(os, "pidfd_open"):
        yield pathlib.Path(sys.executable)
        return
    # The path of a socket is short, and a run beside this one has another.
    with tempfile.TemporaryDirectory() as folder:
        path, program = pathlib.Path(folder, "python.sock"), pathlib.Path(folder, "python")
        command = [sys.executable, "-m", "tests.support.warm_python", str(path)]
        program.write_text(_PROGRAM.format(python=sys.executable, root=str(_ROOT), path=str(path)), encoding="utf-8")
        program.chmod(0o700)
        # Its standard input is closed at the end of the block, and it ends.
        with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=_ROOT) as server:
            _await(path, server)
            try:
                yield program
            finally:
                t.cast("t.Any", server.stdin).close()


def _await(path: pathlib.Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not path.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError("the server of warm Pythons did not start")
        time.sleep(0.05)


if __name__ == "__main__":
    serve(sys.argv[1])
