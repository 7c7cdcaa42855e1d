# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of nodes as subprocesses: a directory and a host name for each node, output in files."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shlex
import signal
import subprocess
import threading
import time
import typing as t

from . import outputs, statuses

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from .documents import Step
    from .nodes import Node

_START_FAILED_EXIT_CODE = 1
_POLL_SECONDS = 0.05


class StepResult(t.NamedTuple):
    """How a script ended, and the files with what it wrote; details: StatusDetails of the plugin."""

    details: str
    exit_code: int
    stdout: pathlib.Path
    stderr: pathlib.Path


class StepRun(t.NamedTuple):
    """What is to be run where; timeout in seconds; on_output is called now and then while the script runs."""

    node: Node
    command_id: str
    step: Step
    timeout: float
    is_cancelled: Callable[[], bool]
    on_output: Callable[[pathlib.Path, pathlib.Path], None]
    output_interval: float


class Executor:
    """Runs steps below one directory and leaves no process behind."""

    def __init__(self, root: pathlib.Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._groups: set[int] = set()
        self._closed = False

    def run(self, run: StepRun) -> StepResult:
        """Run a step to its end, its timeout or its cancel; what the script started in its group dies with those."""
        folder = self._folder_of(run)
        stdout, stderr = folder / "stdout", folder / "stderr"
        try:
            with stdout.open("wb") as out, stderr.open("wb") as err:
                process = self._start(run, folder, out, err)
        except OSError as error:
            stdout.touch()
            stderr.write_text(f"failed to start the script: {error.strerror}: {error.filename}\n")
            exit_code, stopped = _START_FAILED_EXIT_CODE, ""
        else:
            stopped = self._wait(run, process, stdout, stderr)
            exit_code = statuses.STOPPED_EXIT_CODE if stopped else _exit_code(process.returncode)
        details = stopped or statuses.of_exit_code(exit_code, cancelled=run.is_cancelled())
        if exit_code not in {0, statuses.REBOOT_EXIT_CODE}:
            stderr.write_bytes(outputs.with_failure_line(stderr.read_bytes(), exit_code))
        return StepResult(details, exit_code, stdout, stderr)

    def close(self) -> None:
        """Kill every process group that is still there."""
        with self._lock:
            self._closed = True
            groups = set(self._groups)
        for group in groups:
            _kill(group)

    def _folder_of(self, run: StepRun) -> pathlib.Path:
        home = self.home(run.node)
        folder = home / "orchestration" / run.command_id / run.step.step_id.replace(":", "")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def home(self, node: Node) -> pathlib.Path:
        """The node's own directory, made when it is not there, with a hostname command of its own."""
        home = self._root / node.instance_id
        binaries = home / "bin"
        if not binaries.is_dir():
            binaries.mkdir(parents=True, exist_ok=True)
            command = binaries / "hostname"
            command.write_text(f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(node.computer_name)}\n")
            command.chmod(0o755)
        return home

    def _start(self, run: StepRun, folder: pathlib.Path, out: t.BinaryIO, err: t.BinaryIO) -> subprocess.Popen[bytes]:
        script = folder / "_script.sh"
        script.write_text(run.step.script + "\n")
        script.chmod(0o755)
        with self._lock:
            if self._closed:
                raise InterruptedError(0, "the sandbox is stopping", str(script))
            process = subprocess.Popen(
                ["/bin/sh", "-c", str(script)],
                cwd=run.step.working_directory or folder,
                env=self._environment(run),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            self._groups.add(process.pid)
        return process

    def _environment(self, run: StepRun) -> dict[str, str]:
        home = self.home(run.node)
        return {
            "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "TMPDIR": str(home),
            "HOSTNAME": run.node.computer_name,
            "LANG": "C.UTF-8",
            "AWS_SSM_INSTANCE_ID": run.node.instance_id,
            "AWS_SSM_REGION_NAME": run.node.region,
            **run.step.environment,
        }

    def _wait(self, run: StepRun, process: subprocess.Popen[bytes], stdout: pathlib.Path, stderr: pathlib.Path) -> str:
        """Wait for the end; StatusDetails of a script that was stopped, "" for one that ended itself."""
        deadline = time.monotonic() + run.timeout
        next_output = time.monotonic() + run.output_interval
        stopped = ""
        while process.poll() is None and not stopped:
            now = time.monotonic()
            if now >= next_output:
                run.on_output(stdout, stderr)
                next_output = now + run.output_interval
            if run.is_cancelled():
                stopped = statuses.CANCELLED
            elif now >= deadline:
                stopped = statuses.EXECUTION_TIMED_OUT
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(min(_POLL_SECONDS, deadline - now))
        if stopped:
            _kill(process.pid)
            process.wait()
        self._forget_if_gone(process.pid)
        return stopped

    def _forget_if_gone(self, group: int) -> None:
        # A script may leave something running in its group; that is killed when the sandbox stops.
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            with self._lock:
                self._groups.discard(group)


def _exit_code(return_code: int) -> int:
    """A shell's way to say that a signal ended a process."""
    return 128 - return_code if return_code < 0 else return_code


def _kill(group: int) -> None:
    # The group may have ended by itself meanwhile.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
