# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the output that commands wrote to CloudWatch Logs: by a search, and line by line while they run."""

from __future__ import annotations

import functools
import itertools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import logs
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import all_pages
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import EventWindow, LogQuery

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import LogEvent, LogSearch
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_logs.client import CloudWatchLogsClient

# A node uploads every 30 s, may be throttled, and its clock may be slow.
OVERLAP_MS = 300_000


class OutOfTimeError(Exception):
    """A reading that was broken off."""


class LogLine(t.NamedTuple):
    """A line of output, and the command, node and stream (C(stdout) or C(stderr)) that it is from."""

    instance_id: str
    stream: str
    line: str


def read_events(
    client: CloudWatchLogsClient,
    query: LogQuery,
    since_ms: int | None = None,
    read_page: Callable[..., Mapping[str, t.Any] | None] = logs.filter_log_events_page,
) -> Iterator[LogEvent]:
    """Every event of the query as FilterLogEvents returns it: all pages, including empty ones and duplicates.

    :param since_ms: start here (milliseconds since 1970) instead of at the query's own start.
    :param read_page: reads one page; the default repeats throttled calls.
    :raises RepeatedTokenError: a page has the token of an earlier one.
    """
    request = query.request(since_ms)

    def read(token: str | None) -> tuple[list[t.Any], str | None]:
        page = read_page(client, {**request, "nextToken": token} if token else request) or {}
        return page.get("events", []), page.get("nextToken")

    return (event for event in map(query.read, all_pages(read)) if query.wants(event))


def search(client: CloudWatchLogsClient, request: LogSearch) -> dict[str, t.Any] | None:
    """`events`, sorted by time, and whether they are `truncated`; None if the log group does not exist."""
    window = EventWindow()
    found = itertools.chain.from_iterable(read_events(client, query) for query in request.queries())
    events = list(itertools.islice(window.new(found), request.max_events + 1))
    if not events and logs.describe_log_group(client, request.log_group_name) is None:
        return None
    chosen = sorted(events[: request.max_events], key=lambda event: (event.timestamp, event.event_id))
    return {"events": [event.result() for event in chosen], "truncated": len(events) > request.max_events}


def _page_in_time(
    until: Deadline | None, client: CloudWatchLogsClient, request: Mapping[str, t.Any]
) -> Mapping[str, t.Any] | None:
    if until is not None and until.expired:
        raise OutOfTimeError
    return logs.filter_log_events_page_once(client, request)


class LogFollower:
    """Returns new lines of a command, each once.

    CloudWatch Logs does not order events by arrival: a node that uploads late adds events older than those already
    read. So each read starts a while before the newest arrival, and the last one, `last_lines`, at the command's start.

    :param log_group: the log group that the command writes to; while it does not exist, there are no lines.
    :param overlap_ms: how late, in milliseconds, a line may arrive and still be returned before the end.
    """

    def __init__(
        self, client: CloudWatchLogsClient, log_group: str, command_id: str, overlap_ms: int = OVERLAP_MS
    ) -> None:
        self._client = client
        self._query = LogQuery(log_group, prefix=f"{command_id}/")
        self._window = EventWindow(overlap_ms)

    def new_lines(self, until: Deadline | None = None) -> list[LogLine]:
        """The lines since the last read, sorted by time.

        :param until: when the reading is broken off; the next one returns its lines.
        :raises AnsibleAWSError: they cannot be read; the next read returns them.
        """
        return self._read(self._window.resume_at, until)

    def last_lines(self, until: Deadline | None = None) -> list[LogLine]:
        """All lines that were not returned yet, however late they arrived, for the end of the command.

        :param until: when the reading is broken off; the next one returns its lines.
        :raises AnsibleAWSError: they cannot be read.
        """
        return self._read(None, until)

    def _read(self, since_ms: int | None, until: Deadline | None) -> list[LogLine]:
        # All pages are read before the first line is marked as returned: a failing page must not lose earlier ones.
        # A throttled read is made again with the next poll: displaying lines must not hold up the wait.
        read_page = functools.partial(_page_in_time, until)
        try:
            events = list(read_events(self._client, self._query, since_ms, read_page))
        except OutOfTimeError:
            return []
        fresh = sorted(self._window.new(events), key=lambda event: event.timestamp)
        return [
            LogLine(event.instance_id, event.stream, line)
            for event in fresh
            if event.instance_id is not None and event.stream is not None
            for line in event.lines()
        ]
