# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what commands wrote, all of it and once, while it is still coming."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import RepeatedTokenError
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_events_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import LogSearch
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events_calls import LogFollower, LogLine
from hypothesis import given
from hypothesis import strategies as st

from ..commands.fake_ssm import Clock, client_error
from ..fake_outputs import FakeLogs

GROUP = "/ssm/commands"
ONE, TWO = (f"{number:08x}-0000-4000-8000-{number:012x}" for number in (1, 2))
NODES = [f"i-{number:017x}" for number in range(3)]
NOW = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
UNSET = dict.fromkeys(("command_ids", "instance_ids", "streams", "start_time", "end_time", "filter_pattern"))


def no_logs() -> FakeLogs:
    logs = FakeLogs(GROUP)
    logs.exists = False
    return logs


def stream(command: str = ONE, node: str = NODES[0], name: str = "stdout") -> str:
    return f"{command}/{node}/aws-runShellScript/{name}"


def search(logs: FakeLogs, **params: t.Any) -> dict[str, t.Any] | None:
    given_params = {**UNSET, "log_group_name": GROUP, "max_events": 100, **params}
    return log_events_calls.search(t.cast("t.Any", logs), LogSearch.parse(given_params, NOW))


def messages(found: dict[str, t.Any] | None) -> list[str]:
    assert found is not None
    return [event["message"] for event in found["events"]]


def test_reads_every_page_and_empty_ones() -> None:
    logs = FakeLogs(GROUP)
    for number in range(7):
        logs.add(stream(), f"m{number}", timestamp=number)
    assert messages(search(logs)) == [f"m{number}" for number in range(7)]
    assert len(logs.requests) == 5


def test_gives_an_event_once_when_pages_overlap() -> None:
    logs = FakeLogs(GROUP)
    for number in range(4):
        logs.add(stream(), f"m{number}", timestamp=number)
    logs.events += logs.events[1:3]
    assert messages(search(logs)) == ["m0", "m1", "m2", "m3"]


def test_searches_each_command_and_sorts_by_time() -> None:
    logs = FakeLogs(GROUP)
    logs.add(stream(TWO), "two", timestamp=1)
    logs.add(stream(ONE), "one", timestamp=2)
    logs.add(stream(ONE, name="stderr"), "error", timestamp=0)
    assert messages(search(logs, command_ids=[ONE, TWO])) == ["error", "two", "one"]
    assert messages(search(logs, command_ids=[ONE], streams=["stderr"])) == ["error"]


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False), (4, False)])
def test_says_when_there_is_more(limit: int, truncated: bool) -> None:
    logs = FakeLogs(GROUP)
    for number in range(3):
        logs.add(stream(), f"m{number}", timestamp=number)
    found = search(logs, max_events=limit)
    assert messages(found) == [f"m{number}" for number in range(min(limit, 3))]
    assert found is not None
    assert found["truncated"] is truncated


def test_an_empty_group_has_no_events_and_no_group_is_none() -> None:
    assert search(FakeLogs(GROUP)) == {"events": [], "truncated": False}
    assert search(no_logs()) is None


def follower(logs: FakeLogs, overlap_ms: int = 100) -> LogFollower:
    return LogFollower(t.cast("t.Any", logs), GROUP, ONE, overlap_ms)


def test_follows_lines_with_their_nodes() -> None:
    logs = FakeLogs(GROUP)
    followed = follower(logs)
    assert followed.new_lines() == []
    logs.add(stream(), "one\ntwo\n", timestamp=10, ingestion_time=40)
    logs.add(stream(node=NODES[1], name="stderr"), "oops", timestamp=5, ingestion_time=40)
    logs.add(stream(TWO), "of another command")
    assert followed.new_lines() == [
        LogLine(NODES[1], "stderr", "oops"),
        LogLine(NODES[0], "stdout", "one"),
        LogLine(NODES[0], "stdout", "two"),
    ]
    assert followed.new_lines() == []
    assert followed.last_lines() == []


def test_reads_only_what_may_be_new() -> None:
    logs = FakeLogs(GROUP)
    followed = follower(logs)
    logs.add(stream(), "one", timestamp=900, ingestion_time=1_000)
    followed.new_lines()
    followed.new_lines()
    assert [request.get("startTime") for request in logs.requests][-1] == 900
    assert all(request["logStreamNamePrefix"] == f"{ONE}/" for request in logs.requests)


def test_waits_for_a_group_that_is_not_there_yet() -> None:
    logs = no_logs()
    followed = follower(logs)
    assert followed.new_lines() == []
    logs.exists = True
    logs.add(stream(), "one")
    assert followed.new_lines() == [LogLine(NODES[0], "stdout", "one")]


def test_a_line_later_than_the_overlap_comes_at_the_end() -> None:
    logs = FakeLogs(GROUP)
    followed = follower(logs)
    logs.add(stream(), "on time", timestamp=1_000, ingestion_time=1_000)
    followed.new_lines()
    logs.add(stream(node=NODES[1]), "very late", timestamp=10, ingestion_time=2_000)
    assert followed.new_lines() == []
    assert followed.last_lines() == [LogLine(NODES[1], "stdout", "very late")]


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_fails_loses_nothing(page: int) -> None:
    logs = FakeLogs(GROUP)
    logs.errors = [None] * (page - 1) + [client_error("AccessDeniedException", "FilterLogEvents")]
    followed = follower(logs)
    for number in range(4):
        logs.add(stream(), f"m{number}", timestamp=number)
    with pytest.raises(AnsibleAWSError, match="Failed to search the log group"):
        followed.new_lines()
    assert [line.line for line in followed.new_lines()] == ["m0", "m1", "m2", "m3"]


ARRIVALS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(NODES), st.sampled_from(["stdout", "stderr"]), st.integers(0, 1_000)), max_size=5
    ),
    max_size=8,
)


@given(rounds=ARRIVALS, overlap_ms=st.integers(0, 1_000))
def test_whatever_comes_whenever_is_given_exactly_once(
    rounds: list[list[tuple[str, str, int]]], overlap_ms: int
) -> None:
    logs = FakeLogs(GROUP)
    followed = follower(logs, overlap_ms)
    written: list[LogLine] = []
    told: list[LogLine] = []
    for number, arrivals in enumerate(rounds):
        for node, name, timestamp in arrivals:
            text = f"line {len(written)}"
            logs.add(stream(node=node, name=name), text, timestamp=timestamp, ingestion_time=200 * number)
            written.append(LogLine(node, name, text))
        told += followed.new_lines()
    told += followed.last_lines()
    assert sorted(told) == sorted(written)


def repeating(logs: FakeLogs, *tokens: str) -> list[str]:
    """Have every page name one of these as the next, in turn; the tokens that were asked for."""
    asked: list[str] = []

    def filter_log_events(**request: t.Any) -> dict[str, t.Any]:
        asked.append(request.get("nextToken", ""))
        if len(asked) > 100:
            raise NotImplementedError("it never ends")
        return {"events": [], "nextToken": tokens[len(asked) % len(tokens)]}

    t.cast("t.Any", logs).filter_log_events = filter_log_events
    return asked


@pytest.mark.parametrize("tokens", [("a",), ("a", "b")])
def test_a_token_that_repeats_ends_a_search(tokens: tuple[str, ...]) -> None:
    logs = FakeLogs(GROUP)
    asked = repeating(logs, *tokens)
    with pytest.raises(RepeatedTokenError, match="its list never ends"):
        follower(logs).new_lines()
    assert len(asked) == len(tokens) + 1


def test_a_read_that_the_deadline_breaks_off_loses_no_line() -> None:
    logs, clock = FakeLogs(GROUP), Clock()
    for number in range(9):
        logs.add(stream(), f"m{number}", timestamp=number, ingestion_time=number)
    real = logs.filter_log_events

    def slow(**request: t.Any) -> dict[str, t.Any]:
        clock.sleep(4)
        return real(**request)

    t.cast("t.Any", logs).filter_log_events = slow
    followed = follower(logs)
    assert followed.new_lines(clock.deadline(10)) == []
    assert clock.now == 12
    assert [line.line for line in followed.last_lines()] == [f"m{number}" for number in range(9)]
