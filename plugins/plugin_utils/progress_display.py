# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Showing a run on Ansible's display, and keeping each node's output in a file as it ends."""

from __future__ import annotations

import os
import pathlib
import typing as t

from ansible.utils.display import Display
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import NEVER_RAN, STDERR_SEPARATOR
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import progress_line

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import Counts

SHOWN_FAILURES = 20


class OutputFiles:
    """One file a node, C(INSTANCE-ID.txt): stdout and, where there is any, AWS's separator line and stderr."""

    def __init__(self, directory: str) -> None:
        self._directory = pathlib.Path(directory)

    def write(self, invocation: Invocation) -> None:
        """Write (or replace) the node's file, readable by its owner only: output may hold secrets.

        :raises OSError: it cannot be written.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self.path(invocation.instance_id)
        partial = path.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            for step in invocation.steps:
                file.write(step.text.stdout)
                if step.text.stderr:
                    file.write(f"\n{STDERR_SEPARATOR}\n{step.text.stderr}")
        partial.replace(path)

    def path(self, instance_id: str) -> pathlib.Path:
        """Where the node's file is."""
        return self._directory / f"{instance_id}.txt"


class ProgressDisplay:
    """An Observer (see progress.py) that writes to Ansible's display.

    :param show_output: display each node's output as it ends (C(-v)).
    :param files: where each node's output is kept, if anywhere.
    :param secret: the task has C(no_log): show ids and counts only.
    """

    def __init__(self, *, show_output: bool, files: OutputFiles | None, secret: bool) -> None:
        self._display = Display()
        self._show_output = show_output and not secret
        self._show_text = not secret
        self._files = files
        self._failures = 0
        self.wants_output = self._show_output or files is not None

    def sent(self, command_id: str, document: str) -> None:
        """Tell the id the moment it exists: whoever is killed now can attach with it."""
        self._display.display(f"sent {document}: command_id {command_id}")

    def counts_changed(self, counts: Counts, elapsed: float) -> None:
        """One line."""
        self._display.display(progress_line(counts, elapsed))

    def node_ended(self, invocation: Invocation) -> None:
        """A line for a failure, the output at C(-v), the file if wanted."""
        if self._files is not None:
            self._files.write(invocation)
        if invocation.outcome != statuses.SUCCESS:
            self._show_failure(invocation)
        if self._show_output:
            self._show_texts(invocation)

    def _show_failure(self, invocation: Invocation) -> None:
        self._failures += 1
        if self._failures > SHOWN_FAILURES:
            return
        rc = f" rc={invocation.rc}" if invocation.rc != NEVER_RAN else ""
        self._display.display(f"{invocation.instance_id}: {invocation.status_details}{rc}", color="red")
        if self._failures == SHOWN_FAILURES:
            self._display.display("more failures are in the result", color="red")

    def _show_texts(self, invocation: Invocation) -> None:
        for step in invocation.steps:
            for stream, text in (("stdout", step.text.stdout), ("stderr", step.text.stderr)):
                for line in text.splitlines():
                    self._display.display(f"{invocation.instance_id} {stream}: {line}")

    def warn(self, text: str) -> None:
        """A warning; with C(no_log) AWS's words are kept out of it."""
        self._display.warning(text if self._show_text else "A warning of this task is hidden by no_log.")
