# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FilterLogEvents: what of a log group matches a pattern, in order, page by page."""

from __future__ import annotations

import base64
import itertools
import json
import typing as t

from ..wire.errors import ApiError
from .logs_data import group_of, matcher_of
from .patching import Correction, Json, Operations

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CORRECTIONS: t.Final = (
    Correction("FilterLogEvents", "knows single words", "terms, ?either, -not, JSON and space-delimited patterns"),
)
# Where an event stands: its time, and its number in moto, which grows as events are ingested.
Place = tuple[int, int]
# A page has at most 10,000 events and 1 MB (API reference, FilterLogEvents).
MAX_EVENTS = 10_000
MAX_BYTES = 1_048_576


class _Page(t.NamedTuple):
    """Where a page begins: after a place (None: at the beginning), oldest or newest first."""

    after: Place | None
    is_ascending: bool

    def wants(self, place: Place) -> bool:
        """Whether an event at a place comes on this page or later."""
        if self.after is None:
            return True
        return place > self.after if self.is_ascending else place < self.after

    def token_after(self, place: Place) -> str:
        """The token of the page after this one, which ends at a place.

        It names a place and not a number of events, so that events that come in between are neither lost nor doubled.
        """
        return base64.urlsafe_b64encode(json.dumps([*place, self.is_ascending]).encode()).decode()


def _filter_log_events(request: Json, region: str) -> Json:
    group = group_of(request, region)
    matches = matcher_of(request.get("filterPattern"))
    streams = _streams(group, request)
    page = _page_of(request)
    found = sorted(
        (
            (_place(event), stream.log_stream_name, event)
            for stream in streams
            for event in stream.events
            if page.wants(_place(event)) and _is_in_time(event, request) and matches(event.message) is not None
        ),
        key=lambda item: item[0],
        reverse=not page.is_ascending,
    )
    shown = list(itertools.islice(_within_bytes(found), _limit(request)))
    token = {"nextToken": page.token_after(shown[-1][0])} if len(shown) < len(found) else {}
    events = [{**event.to_filter_dict(), "logStreamName": name} for _where, name, event in shown]
    return {"events": events, "searchedLogStreams": [], **token}


def _within_bytes(found: Iterable[tuple[Place, str, t.Any]]) -> Iterator[tuple[Place, str, t.Any]]:
    size = 0
    for number, item in enumerate(found):
        size += len(item[2].message.encode())
        if number and size > MAX_BYTES:
            return
        yield item


def _place(event: t.Any) -> Place:
    return (event.timestamp, int(event.event_id))


def _is_in_time(event: t.Any, request: Json) -> bool:
    start, end = request.get("startTime") or 0, request.get("endTime")
    return bool(event.timestamp >= start and (end is None or event.timestamp <= end))


def _streams(group: t.Any, request: Json) -> list[t.Any]:
    names, prefix = request.get("logStreamNames") or [], request.get("logStreamNamePrefix") or ""
    if names and prefix:
        raise ApiError("InvalidParameterException", "Only one of logStreamNames and logStreamNamePrefix can be given.")
    if any(name not in group.streams for name in names):
        raise ApiError("ResourceNotFoundException", "The specified log stream does not exist.")
    chosen = [group.streams[name] for name in dict.fromkeys(names)] if names else list(group.streams.values())
    return [stream for stream in chosen if stream.log_stream_name.startswith(prefix)]


def _limit(request: Json) -> int:
    limit = request.get("limit")
    if limit is None:
        return MAX_EVENTS
    if not 1 <= limit <= MAX_EVENTS:
        raise ApiError("InvalidParameterException", f"Value '{limit}' at 'limit' must be from 1 to {MAX_EVENTS}.")
    return int(limit)


def _page_of(request: Json) -> _Page:
    token = request.get("nextToken")
    if not token:
        return _Page(None, is_ascending=request.get("startFromHead") is not False)
    try:
        timestamp, number, is_ascending = json.loads(base64.urlsafe_b64decode(token))
    except (TypeError, ValueError) as error:
        raise ApiError("InvalidParameterException", "The specified nextToken is invalid.") from error
    return _Page((timestamp, number), is_ascending)


OPERATIONS: t.Final[Operations] = {
    ("logs", "FilterLogEvents"): _filter_log_events,
}
