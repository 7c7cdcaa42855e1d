# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sandboxes that start in a tenth of the processor's time: forks of one process that has imported what they import.

Each is what local_sandbox.start gives, but for the process that it is a child of. Its program runs from its first line.

    python -m tests.support.warm_sandbox    ends when its standard input is closed
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pathlib
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing as t

from tests.support import local_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
_PROGRAM = local_sandbox.CHECKOUT / "extensions" / "sandbox"
_POLL_SECONDS = 0.02
_LINES_SHOWN = 20
# The services whose models and code of moto a sandbox loads when it is first asked for them.
_SERVICES = ("cloudwatch", "ec2", "events", "iam", "kms", "logs", "s3", "sns", "sqs", "ssm", "sts")


class Forked:
    """A fork, with what subprocess.Popen has for a child."""

    def __init__(self, parent: Parent, pid: int) -> None:
        self._parent = parent
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        if self.returncode is None:
            self.returncode = self._parent.ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its exit code. Raises TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("sandbox", t.cast("float", timeout))
            time.sleep(_POLL_SECONDS)
        return code

    def send_signal(self, sig: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Parent:
    """The process that forks, asked from this one."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.warm_sandbox"]
        # Signals to the tests' group are not for it.
        self._process = subprocess.Popen(
            command, cwd=local_sandbox.CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._lock = threading.Lock()
        atexit.register(self.close)

    def ask(self, request: Json) -> t.Any:
        """Its answer. Raises RuntimeError when it has ended."""
        stdin, stdout = t.cast("t.Any", self._process.stdin), t.cast("t.Any", self._process.stdout)
        with self._lock:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            answer = stdout.readline()
        if not answer:
            raise RuntimeError("the process that forks sandboxes has ended")
        return json.loads(answer)

    def close(self) -> None:
        """Have it end."""
        self._process.communicate()


_parent = functools.cache(Parent)


def start(folder: pathlib.Path, *options: str) -> LocalSandbox:
    """As local_sandbox.start. Raises RuntimeError, with the last lines of its log, when it does not start."""
    if sys.platform != "linux":
        return local_sandbox.start(folder, *options)
    log, ready = folder / "sandbox.log", folder / "sandbox.json"
    ready.unlink(missing_ok=True)
    variables = {**os.environ, "TMPDIR": str(folder)}
    wanted = {"options": ["--ready-file", str(ready), *options], "log": str(log), "variables": variables}
    process = Forked(_parent(), _parent().ask({"start": wanted}))
    deadline = time.monotonic() + local_sandbox.START_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
            raise RuntimeError("\n".join([f"The sandbox did not start ({process.returncode}).", *lines]))
        time.sleep(_POLL_SECONDS)
    return local_sandbox.LocalSandbox(process, json.loads(ready.read_text(encoding="utf-8")))


@contextlib.contextmanager
def running(folder: pathlib.Path, *options: str) -> Iterator[LocalSandbox]:
    """A sandbox for the length of a block."""
    sandbox = start(folder, *options)
    try:
        yield sandbox
    finally:
        sandbox.stop()


def _import_all() -> None:
    """Import what a sandbox imports, and read what it reads before it serves."""
    sys.path.insert(0, str(_PROGRAM))
    runpy.run_path(str(_PROGRAM / "__main__.py"), run_name="imported")
    importlib.import_module("local_aws.moto.data").MotoData().check("us-east-1")
    validation = importlib.import_module("local_aws.wire.validation")
    application = importlib.import_module("moto.moto_server.werkzeug_app")
    for service in _SERVICES:
        validation.service_model(service)
        application.create_backend_app(service)
    # The first request of any service looks for its caller, in every partition.
    importlib.import_module("moto.iam.models").get_account_id_from("nobody")
    # A collection in a fork would copy it all.
    gc.collect()
    gc.freeze()


def _serve() -> Json | None:
    """Fork for each start that is asked for; gives what was asked for in the fork, and None at the end."""
    for line in sys.stdin:
        request = json.loads(line)
        if "poll" in request:
            answer = _exit_code(request["poll"])
        else:
            answer = os.fork()
            if answer == 0:
                return t.cast("Json", request["start"])
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    return None


def _exit_code(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _become(wanted: Json) -> None:
    """Be what would have been started with these options, in a session of its own."""
    os.setsid()
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(wanted["variables"])
    # It was found in the parent's environment.
    tempfile.tempdir = None
    # The forks of one process would draw the same IDs.
    importlib.import_module("moto.moto_api._internal").mock_random.seed()
    sys.argv[:] = [str(_PROGRAM), *wanted["options"]]
    runpy.run_path(str(_PROGRAM), run_name="__main__")


if __name__ == "__main__":
    _import_all()
    if asked := _serve():
        _become(asked)
