# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What commands wrote: which streams are searched, and how times and events are read."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_events
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import (
    EventWindow,
    LogEvent,
    LogSearch,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

NOW = datetime.datetime(2026, 1, 31, 14, 5, tzinfo=datetime.UTC)
NOW_MS = 1_769_868_300_000
ONE, TWO = (f"{number:08x}-0000-4000-8000-{number:012x}" for number in (1, 2))
NODE, OTHER = "i-0123456789abcdef0", "mi-0123456789abcdef0"
UNSET = dict.fromkeys(("command_ids", "instance_ids", "streams", "start_time", "end_time", "filter_pattern"))


def parse(**params: t.Any) -> LogSearch:
    return LogSearch.parse({**UNSET, "log_group_name": "/ssm/commands", "max_events": 10, **params}, NOW)


def event(event_id: str = "1", timestamp: int = 0, ingestion_time: int = 0, message: str = "x") -> LogEvent:
    return LogEvent(event_id, timestamp, ingestion_time, "s", message)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"log_group_name": "a b"}, ["log_group_name: 'a b'"]),
        ({"max_events": 0}, ["max_events: 0", "1 and more"]),
        ({"command_ids": ["1234"]}, ["command_ids: '1234'", "36 characters"]),
        ({"command_ids": ["g" * 36]}, ["command_ids"]),
        ({"instance_ids": ["web"]}, ["instance_ids: 'web'", "mi- with 17"]),
        ({"instance_ids": ["mi-12345678"]}, ["instance_ids: 'mi-12345678'"]),
        ({"start_time": "yesterday"}, ["start_time: 'yesterday'", "15m"]),
        ({"start_time": "2026-01-31T14:05:00"}, ["start_time", "no time zone"]),
        ({"end_time": "-5m"}, ["end_time: '-5m'"]),
        ({"start_time": "1h", "end_time": "2h"}, ["end_time: 2026-01-31T12:05:00.000Z", "not after"]),
        ({"filter_pattern": "x" * 1_025}, ["filter_pattern", "1024"]),
        ({"filter_pattern": "{ $.a = 1"}, ["filter_pattern", "brace"]),
    ],
)
def test_refuses(params: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        parse(**params)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        (None, None),
        ("2026-01-31T14:05:00Z", NOW_MS),
        ("2026-01-31T15:05:00.250+01:00", NOW_MS + 250),
        ("30s", NOW_MS - 30_000),
        ("15m", NOW_MS - 900_000),
        ("2h", NOW_MS - 7_200_000),
        ("7d", NOW_MS - 604_800_000),
        ("1w", NOW_MS - 604_800_000),
        ("0s", NOW_MS),
        ("9999w", 0),
    ],
)
def test_reads_times(text: str | None, milliseconds: int | None) -> None:
    assert log_events.parse_time("start_time", text, NOW) == milliseconds


def test_writes_times() -> None:
    assert log_events.iso_time(NOW_MS + 7) == "2026-01-31T14:05:00.007Z"


@pytest.mark.parametrize(
    ("params", "prefixes"),
    [
        ({}, [None]),
        ({"instance_ids": [NODE]}, [None]),
        ({"command_ids": [ONE]}, [f"{ONE}/"]),
        ({"command_ids": [ONE, TWO, ONE]}, [f"{ONE}/", f"{TWO}/"]),
        ({"command_ids": [ONE], "instance_ids": [NODE]}, [f"{ONE}/{NODE}/"]),
        ({"command_ids": [ONE], "instance_ids": [NODE, OTHER]}, [f"{ONE}/"]),
    ],
)
def test_searches_as_few_streams_as_it_can(params: dict[str, t.Any], prefixes: list[str | None]) -> None:
    assert [query.request().get("logStreamNamePrefix") for query in parse(**params).queries()] == prefixes


def test_asks_for_span_and_pattern() -> None:
    (query,) = parse(start_time="1h", end_time="1m", filter_pattern="ERROR").queries()
    assert query.request() == {
        "logGroupName": "/ssm/commands",
        "startTime": NOW_MS - 3_600_000,
        "endTime": NOW_MS - 60_000,
        "filterPattern": "ERROR",
    }


@pytest.mark.parametrize(("since", "start"), [(None, 100), (50, 100), (150, 150)])
def test_a_later_beginning_never_moves_the_start_back(since: int | None, start: int) -> None:
    assert log_events.LogQuery("g", start_ms=100).request(since)["startTime"] == start


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (f"{ONE}/{NODE}/aws-runShellScript/stdout", (ONE, NODE, "aws-runShellScript", "stdout")),
        (f"{ONE}/{OTHER}/step/with/slash/stderr", (ONE, OTHER, "step/with/slash", "stderr")),
        ("application/web-1", None),
        (f"{ONE}/{NODE}/stdout", None),
        (f"{ONE}/{NODE}/aws-runShellScript/other", None),
    ],
)
def test_reads_names_of_streams(name: str, parts: tuple[str, ...] | None) -> None:
    expected = dict(zip(("command_id", "instance_id", "plugin", "stream"), parts, strict=True)) if parts else {}
    assert log_events.parse_stream_name(name) == expected


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, [NODE, OTHER, None]),
        ({"instance_ids": [NODE, OTHER]}, [NODE, OTHER]),
        ({"instance_ids": [OTHER]}, [OTHER]),
        ({"streams": ["stderr"]}, [OTHER]),
    ],
)
def test_nodes_and_streams_are_told_apart(params: dict[str, t.Any], wanted: list[str | None]) -> None:
    (query,) = parse(**params).queries()
    names = [f"{ONE}/{NODE}/p/stdout", f"{ONE}/{OTHER}/p/stderr", "application"]
    answers = [
        {"eventId": "1", "timestamp": 1, "ingestionTime": 2, "logStreamName": name, "message": "m"} for name in names
    ]
    read = [query.read(answer) for answer in answers]
    assert [one.instance_id for one in read if query.wants(one)] == wanted


def test_shows_an_event_with_its_time() -> None:
    assert event(timestamp=NOW_MS).result()["time"] == "2026-01-31T14:05:00.000Z"


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("one", ["one"]),
        ("one\n", ["one"]),
        ("one\ntwo", ["one", "two"]),
        ("one\r\n\r\ntwo\r\n", ["one", "", "two"]),
        ("", [""]),
        ("form\ffeed", ["form\ffeed"]),
    ],
)
def test_an_event_has_many_lines(message: str, lines: list[str]) -> None:
    assert event(message=message).lines() == lines


def test_a_window_resumes_before_the_newest_arrival() -> None:
    window = EventWindow(overlap_ms=100)
    assert window.resume_at is None
    # The node's clock is an hour ahead: what others have yet to bring must not be passed over.
    assert len(list(window.new([event("1", timestamp=3_600_000, ingestion_time=500), event("2")]))) == 2
    assert window.resume_at == 400
    assert list(window.new([event("2"), event("1")])) == []
    assert [one.event_id for one in window.new([event("3"), event("3")])] == ["3"]
    assert EventWindow().resume_at is None
