# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Displays the output of nodes while they write it, from CloudWatch Logs."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import is_transient
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events_calls import LogFollower

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_logs.client import CloudWatchLogsClient


class StreamedOutput:
    """Displays the lines of commands as they arrive, each once, with the node and the stream as a prefix.

    :param log_group_of: the log group that a command (by ID) writes to; "" if it writes to none.
    :param show: takes a line to display.
    :param warn: takes a sentence; it is called once if lines cannot be read, and the run continues without them.
    """

    def __init__(
        self,
        client: CloudWatchLogsClient,
        log_group_of: Callable[[str], str],
        show: Callable[[str], None],
        warn: Callable[[str], None],
    ) -> None:
        self._client = client
        self._log_group_of = log_group_of
        self._show = show
        self._warn = warn
        self._followers: dict[str, LogFollower | None] = {}
        self._broken = False

    def polled(self, command_id: str, *, ended: bool) -> None:
        """Display the lines of a command since the last time; all remaining ones if it has ended."""
        if self._broken:
            return
        try:
            follower = self._follower_of(command_id)
            if follower is None:
                return
            lines = follower.last_lines() if ended else follower.new_lines()
        except AnsibleAWSError as error:
            if is_transient(error) and not ended:
                return
            self._broken = True
            self._warn(f"The output can no longer be streamed; the result will contain it: {error}")
            return
        for line in lines:
            self._show(f"{line.instance_id} {line.stream}: {line.line}")

    def _follower_of(self, command_id: str) -> LogFollower | None:
        if command_id not in self._followers:
            group = self._log_group_of(command_id)
            self._followers[command_id] = LogFollower(self._client, group, command_id) if group else None
            if not group:
                self._warn(f"The output of {command_id} cannot be streamed: it was sent without a log group.")
        return self._followers[command_id]
