# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Displays the output of nodes while they write it, from CloudWatch Logs."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import is_throttle, is_transient
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events_calls import LogFollower

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events_calls import LogLine
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_logs.client import CloudWatchLogsClient

# Seconds after an outage until the logs of any command are read again: twice as long each time, up to the last.
FIRST_REST = 5.0
LAST_REST = 60.0


class StreamedOutput:
    """Displays the lines of commands as they arrive, each once, with the node and the stream as a prefix.

    :param log_group_of: the log group that a command (by ID) writes to; "" if it writes to none.
    :param show: takes a line to display.
    :param warn: takes a sentence; it is called once if lines cannot be read, and the run continues without them.
    :param deadline: when a reading that began before is broken off.
    """

    def __init__(
        self,
        client: CloudWatchLogsClient,
        log_group_of: Callable[[str], str],
        show: Callable[[str], None],
        warn: Callable[[str], None],
        deadline: Deadline,
    ) -> None:
        self._client = client
        self._log_group_of = log_group_of
        self._show = show
        self._warn = warn
        self._deadline = deadline
        self._rest = FIRST_REST
        self._rests_until = deadline.now
        self._followers: dict[str, LogFollower | None] = {}
        self._broken = False

    def polled(self, command_id: str, *, ended: bool) -> None:
        """Display the lines of a command since the last time; all remaining ones if it has ended."""
        if self._broken or (not ended and self._deadline.now < self._rests_until):
            return
        try:
            lines = self._lines(command_id, ended=ended)
        except AnsibleAWSError as error:
            if is_transient(error) and not ended:
                self._take_rest(error)
                return
            self._broken = True
            self._warn(f"The output can no longer be streamed; the result will contain it: {error}")
            return
        self._rest = FIRST_REST
        for line in lines:
            self._show(f"{line.instance_id} {line.stream}: {line.line}")

    def _lines(self, command_id: str, *, ended: bool) -> list[LogLine]:
        follower = self._follower_of(command_id)
        if follower is None:
            return []
        until = None if self._deadline.expired else self._deadline
        return follower.last_lines(until) if ended else follower.new_lines(until)

    def _take_rest(self, error: AnsibleAWSError) -> None:
        """Keep an outage, which may take seconds to be noticed, from being met by each command in each poll."""
        if is_throttle(error):
            return
        self._rests_until = self._deadline.now + self._rest
        self._rest = min(LAST_REST, 2 * self._rest)

    def _follower_of(self, command_id: str) -> LogFollower | None:
        if command_id not in self._followers:
            group = self._log_group_of(command_id)
            self._followers[command_id] = LogFollower(self._client, group, command_id) if group else None
            if not group:
                self._warn(f"The output of {command_id} cannot be streamed: it was sent without a log group.")
        return self._followers[command_id]
