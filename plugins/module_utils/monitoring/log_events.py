# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output that commands wrote to CloudWatch Logs: which streams to search, and each event once. Pure.

A node writes to C(COMMAND-ID/INSTANCE-ID/PLUGIN/stdout) and C(.../stderr) (Systems Manager User Guide).
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import check_log_group_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Stream = t.Literal["stdout", "stderr"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr")
COMMAND_ID_PATTERN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
STREAM_NAME_PATTERN = re.compile(
    r"(?P<command_id>[0-9a-fA-F-]{36})/(?P<instance_id>m?i-[0-9a-f]+)/(?P<plugin>.+)/(?P<stream>stdout|stderr)"
)
INSTANCE_ID_PATTERN = re.compile(r"i-[0-9a-f]{8}|m?i-[0-9a-f]{17}")
SECONDS_OF_UNIT = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
AGO_PATTERN = re.compile(r"(?P<count>[0-9]+)(?P<unit>[smhdw])")
MAX_PATTERN_LENGTH = 1_024


@dataclasses.dataclass(frozen=True, slots=True)
class LogEvent:
    """Output of a command, one or more lines. Times are milliseconds since 1970.

    The parts of the stream's name are None if it does not belong to a command.
    """

    event_id: str
    timestamp: int
    ingestion_time: int
    log_stream_name: str
    message: str
    command_id: str | None = None
    instance_id: str | None = None
    plugin: str | None = None
    stream: str | None = None

    def result(self) -> dict[str, t.Any]:
        """The event as modules return it."""
        return dataclasses.asdict(self) | {"time": iso_time(self.timestamp)}

    def lines(self) -> list[str]:
        """The lines of the message, without line breaks; the agent sends many in one event."""
        return [line.removesuffix("\r") for line in self.message.removesuffix("\n").split("\n")]


@dataclasses.dataclass(frozen=True)
class LogQuery:
    """One FilterLogEvents search.

    `instance_ids` and `streams` (empty: all) are filtered here, because the API can only search by the prefix of a
    stream's name.
    """

    log_group_name: str
    prefix: str | None = None
    instance_ids: frozenset[str] = frozenset()
    streams: frozenset[str] = frozenset()
    start_ms: int | None = None
    end_ms: int | None = None
    filter_pattern: str | None = None

    def request(self, since_ms: int | None = None) -> dict[str, t.Any]:
        """The parameters of FilterLogEvents; `since_ms` never moves the start back."""
        starts = [ms for ms in (self.start_ms, since_ms) if ms is not None]
        values = {
            "logStreamNamePrefix": self.prefix,
            "startTime": max(starts) if starts else None,
            "endTime": self.end_ms,
            "filterPattern": self.filter_pattern,
        }
        return {"logGroupName": self.log_group_name} | {
            key: value for key, value in values.items() if value is not None
        }

    def read(self, event: Mapping[str, t.Any]) -> LogEvent:
        """An event in FilterLogEvents's response."""
        parts = parse_stream_name(event["logStreamName"])
        return LogEvent(
            event_id=event["eventId"],
            timestamp=event["timestamp"],
            ingestion_time=event["ingestionTime"],
            log_stream_name=event["logStreamName"],
            message=event["message"],
            **parts,
        )

    def wants(self, event: LogEvent) -> bool:
        """Whether the event is from a requested node and stream."""
        return (not self.instance_ids or event.instance_id in self.instance_ids) and (
            not self.streams or event.stream in self.streams
        )


class EventWindow:
    """Remembers the returned events, so that overlapping searches return each event once.

    CloudWatch Logs can only be searched by the node's clock, and nodes upload late. So the next search begins
    `overlap_ms` before the newest arrival, which is measured by the clock of CloudWatch Logs: a node whose clock is
    ahead does not move the start past events that others have yet to upload.
    """

    def __init__(self, overlap_ms: int = 0) -> None:
        self._overlap_ms = overlap_ms
        self._seen: set[str] = set()
        self._newest: int | None = None

    @property
    def resume_at(self) -> int | None:
        """The start of the next search, in milliseconds since 1970; None before the first event."""
        return None if self._newest is None else max(0, self._newest - self._overlap_ms)

    def new(self, events: Iterable[LogEvent]) -> Iterator[LogEvent]:
        """The events that were not returned before, in order."""
        for event in events:
            if event.event_id not in self._seen:
                self._seen.add(event.event_id)
                self._newest = max(event.ingestion_time, self._newest or 0)
                yield event


def parse_stream_name(name: str) -> dict[str, str]:
    """`command_id`, `instance_id`, `plugin` and `stream` of a command's log stream; empty for other streams."""
    match = STREAM_NAME_PATTERN.fullmatch(name)
    return match.groupdict() if match else {}


@dataclasses.dataclass(frozen=True)
class LogSearch:
    """What to search for in a log group, in one or more searches; empty means all."""

    log_group_name: str
    command_ids: Sequence[str] = ()
    instance_ids: Sequence[str] = ()
    streams: Sequence[str] = ()
    start_ms: int | None = None
    end_ms: int | None = None
    filter_pattern: str | None = None
    max_events: int = 10_000

    @classmethod
    def parse(cls, params: Mapping[str, t.Any], now: datetime.datetime | None = None) -> LogSearch:
        """The search in a module's parameters. Raises RequestError."""
        moment = now or datetime.datetime.now(datetime.UTC)
        search = cls(
            log_group_name=params["log_group_name"],
            command_ids=params["command_ids"] or (),
            instance_ids=params["instance_ids"] or (),
            streams=params["streams"] or (),
            start_ms=parse_time("start_time", params["start_time"], moment),
            end_ms=parse_time("end_time", params["end_time"], moment),
            filter_pattern=params["filter_pattern"] or None,
            max_events=params["max_events"],
        )
        search.check()
        return search

    def check(self) -> None:
        """Raise RequestError if CloudWatch Logs could not find anything."""
        check_log_group_name("log_group_name", self.log_group_name)
        if self.max_events < 1:
            raise RequestError(f"max_events: {self.max_events} is not a number of events; allowed are 1 and more.")
        for command_id in self.command_ids:
            if not COMMAND_ID_PATTERN.fullmatch(command_id):
                raise RequestError(
                    f"command_ids: {command_id!r} is not a command ID; allowed are UUIDs of 36 characters."
                )
        for instance_id in self.instance_ids:
            if not INSTANCE_ID_PATTERN.fullmatch(instance_id):
                raise RequestError(
                    f"instance_ids: {instance_id!r} is not a node ID; "
                    "allowed are i- with 8 or 17 and mi- with 17 hexadecimal digits."
                )
        check_span(self.start_ms, self.end_ms)
        check_filter_pattern(self.filter_pattern)

    def queries(self) -> list[LogQuery]:
        """One for each command, for a single node if only one is named, or one for the whole log group."""
        query = LogQuery(
            log_group_name=self.log_group_name,
            instance_ids=frozenset(self.instance_ids),
            streams=frozenset(self.streams),
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            filter_pattern=self.filter_pattern,
        )
        if not self.command_ids:
            return [query]
        # FilterLogEvents accepts one prefix: several nodes of a command are filtered afterwards.
        node = f"{self.instance_ids[0]}/" if len(self.instance_ids) == 1 else ""
        return [
            dataclasses.replace(query, prefix=f"{command_id}/{node}") for command_id in dict.fromkeys(self.command_ids)
        ]


def parse_time(name: str, text: str | None, now: datetime.datetime) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 time, or of C(30m) (s, m, h, d, w) before `now`; None remains None.

    :param name: the argument, for the message.
    :raises RequestError: it is neither, or has no time zone.
    """
    if text is None:
        return None
    ago = AGO_PATTERN.fullmatch(text)
    if ago:
        seconds = int(ago["count"]) * SECONDS_OF_UNIT[ago["unit"]]
        return max(0, int(now.timestamp() * 1_000) - seconds * 1_000)
    allowed = "allowed are times like 2026-01-31T14:05:00Z and periods before now like 30s, 15m, 2h, 7d, 1w"
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise RequestError(f"{name}: {text!r} is not a time; {allowed}.") from None
    if moment.tzinfo is None:
        raise RequestError(f"{name}: {text!r} has no time zone; {allowed}.")
    return int(moment.timestamp() * 1_000)


def check_span(start_ms: int | None, end_ms: int | None) -> None:
    """Raise RequestError unless the start is before the end."""
    if start_ms is not None and end_ms is not None and end_ms <= start_ms:
        raise RequestError(
            f"end_time: {iso_time(end_ms)} is not after start_time {iso_time(start_ms)}; allowed is a later time."
        )


def check_filter_pattern(pattern: str | None) -> None:
    """Raise RequestError if CloudWatch Logs would reject the pattern."""
    if pattern is None:
        return
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise RequestError(
            f"filter_pattern: it has {len(pattern)} characters; allowed are at most {MAX_PATTERN_LENGTH}."
        )
    if pattern.lstrip().startswith("{") != pattern.rstrip().endswith("}"):
        raise RequestError(
            f"filter_pattern: {pattern!r} has an unbalanced brace; allowed for JSON is {{ $.field = value }}."
        )


def iso_time(milliseconds: int) -> str:
    """Milliseconds since 1970 as ISO 8601 in UTC."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
