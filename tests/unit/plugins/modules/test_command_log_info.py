# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module command_log_info from its arguments to its result, on answers written down."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import command_log_info

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

GROUP = "/ssm/commands"
COMMAND = "7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f"
ONE, TWO = "i-0123456789abcdef0", "i-0fedcba9876543210"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(command_log_info.main, {"log_group_name": GROUP, **options}, capsys, check=check)

    return run_it


def event(number: int, node: str = ONE, stream: str = "stdout") -> dict[str, t.Any]:
    return {
        "eventId": str(number),
        "timestamp": 1_769_868_300_000 + number,
        "ingestionTime": 1_769_868_330_000,
        "logStreamName": f"{COMMAND}/{node}/aws-runShellScript/{stream}",
        "message": f"line {number}",
    }


def page(stubs: StubbedClients, *events: dict[str, t.Any], token: str = "", expected: t.Any = None) -> None:
    answer = {"events": list(events), **({"nextToken": token} if token else {})}
    stubs.answer("logs", "filter_log_events", answer, expected)


@pytest.mark.parametrize("check", [True, False])
def test_reads_all_pages_and_gives_each_event_once(run: Run, stubs: StubbedClients, check: bool) -> None:
    asked = {
        "logGroupName": GROUP,
        "logStreamNamePrefix": f"{COMMAND}/{ONE}/",
        "startTime": 1_769_868_300_000,
        "endTime": 1_769_868_400_000,
        "filterPattern": "?line ?error",
    }
    page(stubs, event(2), token="a", expected=asked)
    page(stubs, token="b", expected=asked | {"nextToken": "a"})
    page(stubs, event(1), event(2), expected=asked | {"nextToken": "b"})
    result = run(
        check,
        command_ids=COMMAND,
        instance_ids=ONE,
        start_time="2026-01-31T14:05:00Z",
        end_time="2026-01-31T14:06:40Z",
        filter_pattern="?line ?error",
    )
    assert not result["changed"]
    assert not result["truncated"]
    assert [found["message"] for found in result["events"]] == ["line 1", "line 2"]
    assert result["events"][0] == {
        "event_id": "1",
        "time": "2026-01-31T14:05:00.001Z",
        "timestamp": 1_769_868_300_001,
        "ingestion_time": 1_769_868_330_000,
        "message": "line 1",
        "log_stream_name": f"{COMMAND}/{ONE}/aws-runShellScript/stdout",
        "command_id": COMMAND,
        "instance_id": ONE,
        "plugin": "aws-runShellScript",
        "stream": "stdout",
    }


def test_tells_nodes_and_streams_apart(run: Run, stubs: StubbedClients) -> None:
    page(stubs, event(1), event(2, TWO), event(3, TWO, "stderr"), event(4, ONE, "stderr"))
    result = run(instance_ids=[ONE, TWO], streams=["stderr"])
    assert [found["instance_id"] for found in result["events"]] == [TWO, ONE]


def test_stops_at_the_limit_and_says_so(run: Run, stubs: StubbedClients) -> None:
    page(stubs, event(1), event(2), event(3), token="more")
    result = run(max_events=2)
    assert result["truncated"]
    assert [found["message"] for found in result["events"]] == ["line 1", "line 2"]


def test_no_events_is_an_empty_list(run: Run, stubs: StubbedClients) -> None:
    page(stubs)
    stubs.answer("logs", "describe_log_groups", {"logGroups": [{"logGroupName": GROUP}]})
    result = run()
    assert result["events"] == []
    assert not any(GROUP in str(warning) for warning in result.get("warnings", []))


def test_a_missing_group_is_a_warning(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("logs", "filter_log_events", "ResourceNotFoundException")
    stubs.answer("logs", "describe_log_groups", {"logGroups": []})
    result = run(log_group_name="/ssm/gone")
    assert result["events"] == []
    assert any("there is no log group '/ssm/gone'" in str(warning) for warning in result["warnings"])


def test_what_aws_refuses_is_told(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("logs", "filter_log_events", "InvalidParameterException", "Invalid filter pattern")
    result = run(filter_pattern="[")
    assert result["failed"]
    assert result["msg"].startswith("Failed to search the log group")
