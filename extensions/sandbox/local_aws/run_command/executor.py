# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of nodes as subprocesses: a directory and a host name for each node, output in files."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import time
import typing as t

from . import lives, outputs, statuses
from .output_files import OutputFile
from .processes import Keeper, Script

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..nodes.managed_nodes import Node
    from .documents import Step
    from .processes import Process

_START_FAILED_EXIT_CODE = 1
_POLL_SECONDS = 0.05
_KILL_SECONDS = 30.0
_NO_NAME: t.Final = re.compile(r"[^A-Za-z0-9_-]")


class StepResult(t.NamedTuple):
    """How a script ended, and the files with what it wrote, to be closed; details: StatusDetails of the plugin."""

    details: str
    exit_code: int
    stdout: OutputFile
    stderr: OutputFile

    def close(self) -> None:
        """Close the files."""
        self.stdout.close()
        self.stderr.close()


class StepRun(t.NamedTuple):
    """What is to be run where; timeout in seconds; on_output is called now and then while the script runs."""

    node: Node
    command_id: str
    step: Step
    timeout: float
    is_cancelled: Callable[[], bool]
    on_output: Callable[[OutputFile, OutputFile], None]
    output_interval: float


class Executor:
    """Runs steps below one directory and leaves no process behind."""

    def __init__(self, root: pathlib.Path) -> None:
        self._root = root
        self._keeper = Keeper(root, lives.kill_scripts)

    def run(self, run: StepRun) -> StepResult:
        """Run a step to its end, its timeout or its cancel; what the script started in its group dies with those."""
        stdout, stderr = OutputFile(), OutputFile()
        try:
            number, process = self._start(run, stdout, stderr)
        except OSError as error:
            stderr.replace(f"failed to start the script: {error.strerror}: {error.filename}\n".encode())
            exit_code, stopped = _START_FAILED_EXIT_CODE, ""
        else:
            stopped = self._wait(run, process, stdout, stderr)
            if stopped:
                self._keeper.kill(number)
                process.wait(_KILL_SECONDS)
            exit_code = statuses.STOPPED_EXIT_CODE if stopped else _exit_code(process.returncode or 0)
        details = stopped or statuses.of_exit_code(exit_code, cancelled=run.is_cancelled())
        if exit_code not in {0, statuses.REBOOT_EXIT_CODE}:
            stderr.replace(outputs.with_failure_line(stderr.read(), exit_code))
        return StepResult(details, exit_code, stdout, stderr)

    def close(self) -> None:
        """Kill every script that runs still, and all that scripts have started."""
        self._keeper.close()

    def _folder_of(self, run: StepRun) -> pathlib.Path:
        home = self.home(run.node)
        # A step's name comes from its document, and must not lead out of here.
        folder = home / "orchestration" / run.command_id / _NO_NAME.sub("_", run.step.step_id.replace(":", ""))
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

    def _start(self, run: StepRun, out: OutputFile, err: OutputFile) -> tuple[int, Process]:
        folder = self._folder_of(run)
        script = folder / "_script.sh"
        # A run before this one may have put something else in their places.
        for name, output in (("stdout", out), ("stderr", err)):
            output.name(folder / name)
        script.unlink(missing_ok=True)
        with script.open("x", encoding="utf-8") as file:
            file.write(run.step.script + "\n")
        script.chmod(0o755)
        command = ["/bin/sh", "-c", str(script)]
        where = str(run.step.working_directory or folder)
        return self._keeper.start(Script(command, where, self._environment(run), out, err))

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

    def _wait(self, run: StepRun, process: Process, stdout: OutputFile, stderr: OutputFile) -> str:
        """Wait for the end; StatusDetails of a script that must be stopped, "" for one that has ended itself."""
        deadline = time.monotonic() + run.timeout
        next_output = time.monotonic() + run.output_interval
        while process.returncode is None:
            now = time.monotonic()
            if now >= next_output:
                run.on_output(stdout, stderr)
                next_output = now + run.output_interval
            if run.is_cancelled():
                return statuses.CANCELLED
            if now >= deadline:
                return statuses.EXECUTION_TIMED_OUT
            process.wait(min(_POLL_SECONDS, deadline - now))
        return ""


def _exit_code(return_code: int) -> int:
    """A shell's way to say that a signal ended a process."""
    return 128 - return_code if return_code < 0 else return_code
