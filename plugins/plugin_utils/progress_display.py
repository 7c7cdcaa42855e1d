# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows a run on Ansible's display."""

from __future__ import annotations

import time
import typing as t

from ansible.utils.display import Display
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import NEVER_RAN
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import collecting_line, progress_line
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import shown_text
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable, readable_line

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import Counts
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.output_files import OutputFiles
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.streamed_output import StreamedOutput
    from mypy_boto3_logs.client import CloudWatchLogsClient

# Seconds between two lines about the results that are being read.
COLLECTING_SECONDS = 1.5
SHOWN_FAILURES = 20
# Seconds without a line until the same counts are displayed again, at first and in the end: AWX's idle_timeout takes a
# job without output for one that hangs.
QUIET_SECONDS = (10.0, 60.0)


class ProgressDisplay:
    """An Observer (see progress.py) that writes to Ansible's display, in lines that a node's text cannot break.

    :param show_output: display each node's output as it ends (C(-v)).
    :param files: where to save the output of each node, if anywhere.
    :param secret: the task has C(no_log): display IDs and counts only.
    :param place: tells where commands are sent to, once they were: region, endpoint, account.
    """

    def __init__(self, *, show_output: bool, files: OutputFiles | None, secret: bool, place: Callable[[], str]) -> None:
        self._display = Display()
        self._place = place
        self._show_output = show_output and not secret
        self._show_text = not secret
        self.secret = secret
        self._files = files
        self._failures = 0
        self._unsaved = 0
        self._displayed_at = 0.0
        self._counts: Counts | None = None
        self._counted_at = 0.0
        self._streamed: StreamedOutput | None = None
        self.wants_output = self._show_output or files is not None

    def stream(self, client: CloudWatchLogsClient, log_group_of: Callable[[str], str], deadline: Deadline) -> None:
        """Display the output while it is written, from the log group of each command; not if the task has C(no_log).

        :param deadline: that of the wait.
        """
        if self._show_text:
            # Ansible compiles what is imported anew in every run, and few tasks need this.
            from ansible_collections.ssmops.run_command.plugins.plugin_utils import streamed_output

            self._streamed = streamed_output.StreamedOutput(client, log_group_of, self._show, self.warn, deadline)

    def _show(self, text: str, color: str | None = None) -> None:
        # Standard output is buffered if it is not a terminal, and a killed controller loses the buffer.
        self._display.display(readable_line(text), color=color, stderr=True)

    def sent(self, command_id: str, document: str) -> None:
        """Display the ID as soon as it exists: if the controller is killed now, the user can attach with it."""
        self._show(f"sent {document}: command_id {command_id} ({self._place()})")

    def replaced(self, command_id: str, nodes: Collection[str]) -> None:
        """No file has what does not count any more."""
        if self._files is not None:
            self._files.replaced.update((command_id, node) for node in nodes)

    def counts_changed(self, counts: Counts, elapsed: float) -> None:
        """One line."""
        self._displayed_at = elapsed
        self._counts, self._counted_at = counts, time.monotonic()
        self._show(progress_line(counts, elapsed))

    def collected(self, results: int, total: int, elapsed: float) -> None:
        """A line if the last one was displayed some time ago."""
        if elapsed - self._displayed_at >= COLLECTING_SECONDS:
            self._displayed_at, self._counted_at = elapsed, time.monotonic()
            self._show(collecting_line(results, total, elapsed))

    def node_ended(self, invocation: Invocation) -> None:
        """A line for a failure."""
        if invocation.outcome != statuses.SUCCESS:
            self._show_failure(invocation)

    def output_read(self, invocation: Invocation) -> None:
        """The whole output with C(-v), the file if requested."""
        self._keep(invocation)
        if self._show_output:
            self._show_texts(invocation)

    def polled(self, command_id: str, *, ended: bool) -> None:
        """Display the new lines, if they are streamed, and the counts again if they have not changed for long."""
        if self._streamed is not None:
            self._streamed.polled(command_id, ended=ended)
        quiet = time.monotonic() - self._counted_at
        first, last = QUIET_SECONDS
        if self._counts is not None and quiet >= min(last, max(first, self._displayed_at / 10)):
            self.counts_changed(self._counts, self._displayed_at + quiet)

    def _keep(self, invocation: Invocation) -> None:
        if self._files is None:
            return
        try:
            self._files.write(invocation)
        except OSError as error:
            # It must not cost the results, nor the files of other nodes.
            self._unsaved += 1
            if self._unsaved <= SHOWN_FAILURES:
                self._warn(f"The output of {invocation.instance_id} was not saved: {error}")
            if self._unsaved == SHOWN_FAILURES:
                self._warn("More outputs may not be saved: the results of their nodes have no output_file.")

    def _show_failure(self, invocation: Invocation) -> None:
        self._failures += 1
        if self._failures > SHOWN_FAILURES:
            return
        rc = f" rc={invocation.rc}" if invocation.rc != NEVER_RAN else ""
        self._show(f"{invocation.instance_id}: {invocation.status_details}{rc}", color="red")
        if self._failures == SHOWN_FAILURES:
            self._show("more failures are in the result", color="red")

    def _show_texts(self, invocation: Invocation) -> None:
        for step in invocation.steps:
            for stream, text in (("stdout", step.text.stdout), ("stderr", step.text.stderr)):
                # Not splitlines(): a carriage return is shown.
                for line in readable(text).removesuffix("\n").split("\n") if text else ():
                    self._show(f"{invocation.instance_id} {stream}: {line}")

    def warn(self, text: str) -> None:
        """A warning; with C(no_log), without AWS's message."""
        self._warn(text if self._show_text else "A warning of this task is hidden by no_log.")

    def tell(self, text: str) -> None:
        """A warning of IDs and numbers, which C(no_log) does not hide."""
        self._warn(text)

    def _warn(self, text: str) -> None:
        self._display.warning(readable_line(shown_text(text)))

    def note(self, text: str) -> None:
        """A line with C(-v), for who wants to know more; none with C(no_log)."""
        if self._show_text and self._display.verbosity > 0:
            self._show(text)
