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

from . import lives, node_world, outputs, statuses
from .output_files import OutputFile
from .pipes import Pipes
from .processes import Keeper, Script

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..nodes.managed_nodes import Node
    from ..wire.settings import Settings
    from . import shell_input
    from .processes import Process

_START_FAILED_EXIT_CODE = 1
_POLL_SECONDS = 0.05
_UNSAFE: t.Final = re.compile(r"[^A-Za-z0-9_.-]|^\.+")


class StepOutput(t.NamedTuple):
    """The files with what a script wrote, to be closed."""

    stdout: OutputFile
    stderr: OutputFile

    def close(self) -> None:
        """Close the files."""
        self.stdout.close()
        self.stderr.close()


class StepRun(t.NamedTuple):
    """What is to be run where.

    folder: its place below the command's; timeout in seconds; on_output is called now and then while the script runs.
    """

    node: Node
    command_id: str
    folder: tuple[str, ...]
    script: shell_input.Script
    timeout: float
    is_cancelled: Callable[[], bool]
    on_output: Callable[[StepOutput], None]
    output_interval: float


class Executor:
    """Runs scripts below one directory and leaves no process behind."""

    def __init__(self, root: pathlib.Path, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._keeper = Keeper(root, lives.kill_scripts)

    def run(self, run: StepRun, output: StepOutput) -> tuple[str, int]:
        """Run a script until nothing holds its output any more, and append that; (StatusDetails, exit code).

        A time-out and a cancel kill its process group; what it has started in another may hold the output still.
        """
        try:
            folder = self._prepare(run, output)
            pipes = Pipes(output.stdout, output.stderr)
        except OSError as error:
            return _fail(output, f"failed to create script file. {_go_error(error)}")
        try:
            number, process = self._start(run, folder, pipes)
        except OSError as error:
            pipes.close()
            return _fail(output, outputs.failure(f"fork/exec /usr/bin/sh: {_go_error(error)}").decode())
        exit_code = self._wait(run, number, process, pipes, output)
        output.stderr.append(outputs.failure_of_exit_code(exit_code))
        return statuses.of_exit_code(exit_code, cancelled=run.is_cancelled()), exit_code

    def close(self) -> None:
        """Kill every script that runs still, and all that scripts have started."""
        self._keeper.close()

    def directory(self, node: Node) -> pathlib.Path:
        """The node's own directory, made when it is not there, with a hostname command of its own."""
        directory = self._root / node.instance_id
        binaries = directory / "bin"
        if not binaries.is_dir():
            binaries.mkdir(parents=True, exist_ok=True)
            command = binaries / "hostname"
            command.write_text(f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(node.computer_name)}\n")
            command.chmod(0o755)
        return directory

    def _prepare(self, run: StepRun, output: StepOutput) -> pathlib.Path:
        """Write the script as the agent does; its folder."""
        folder = self.directory(run.node) / "document" / "orchestration" / run.command_id
        for part in run.folder:
            # A step's name comes from its document, and must not lead out of here.
            folder /= _UNSAFE.sub("_", part)
        folder.mkdir(parents=True, exist_ok=True)
        # A run before this one may have put something else in their places.
        output.stdout.name(folder / "stdout")
        output.stderr.name(folder / "stderr")
        script = folder / node_world.SCRIPT_NAME
        script.unlink(missing_ok=True)
        with script.open("x", encoding="utf-8", errors="replace") as file:
            file.write(run.script.text + "\n")
        script.chmod(0o755)
        return folder

    def _start(self, run: StepRun, folder: pathlib.Path, pipes: Pipes) -> tuple[int, Process]:
        directory = self.directory(run.node)
        command = ["/bin/sh", "-c", str(folder / node_world.SCRIPT_NAME)]
        where = node_world.working_directory(run.script.working_directory, directory)
        has_home = self._keeper.has_home or self._settings.strict_environment
        environment = {
            **({} if has_home else {"HOME": str(directory)}),
            **node_world.environment(run.node, run.command_id),
            **run.script.environment,
            **node_world.marks(directory, run.script.environment),
        }
        with pipes.lent() as (stdout, stderr):
            return self._keeper.start(Script(command, where, environment, stdout, stderr))

    def _wait(self, run: StepRun, number: int, process: Process, pipes: Pipes, output: StepOutput) -> int:
        """Copy the output until it ends; the exit code of the script."""
        deadline = time.monotonic() + run.timeout
        next_output = time.monotonic() + run.output_interval
        is_stopped = False
        while pipes.are_open or process.returncode is None:
            if not is_stopped and (run.is_cancelled() or time.monotonic() >= deadline):
                is_stopped = True
                self._keeper.kill(number)
            if time.monotonic() >= next_output:
                run.on_output(output)
                next_output = time.monotonic() + run.output_interval
            if pipes.are_open:
                pipes.copy(_POLL_SECONDS)
            else:
                process.wait(_POLL_SECONDS)
            if process.returncode is not None and not self._keeper.is_open:
                # It kills no more: who knows what holds the output.
                break
        pipes.close()
        return _exit_code(process.returncode or 0, is_stopped=is_stopped)


def _fail(output: StepOutput, reason: str) -> tuple[str, int]:
    output.stderr.append(reason.encode())
    return statuses.FAILED, _START_FAILED_EXIT_CODE


def _go_error(error: OSError) -> str:
    """What Go says of an error of the system."""
    return os.strerror(error.errno).lower() if error.errno else str(error.strerror)


def _exit_code(return_code: int, *, is_stopped: bool) -> int:
    """What the agent reports of a script: 137 when it had to kill it, else what a shell says of a signal."""
    if return_code >= 0:
        return return_code
    return statuses.STOPPED_EXIT_CODE if is_stopped else 128 - return_code
