# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.plugin_utils.streamed_output import StreamedOutput
from botocore import exceptions

from ..module_utils.commands.fake_ssm import Clock, client_error
from ..module_utils.fake_outputs import FakeLogs

COMMAND = "11111111-2222-3333-4444-555555555555"
UNLOGGED = "11111111-2222-3333-4444-666666666666"


class Screen:
    """What was shown and warned of."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.warnings: list[str] = []


def write(logs: FakeLogs, node: str, stream: str, message: str, at: int) -> None:
    logs.add(f"{COMMAND}/{node}/aws-runShellScript/{stream}", message, timestamp=at, ingestion_time=at)


def streamed(logs: FakeLogs, screen: Screen, clock: Clock | None = None) -> StreamedOutput:
    groups = {COMMAND: "/commands", UNLOGGED: ""}
    deadline = (clock or Clock()).deadline(100)
    return StreamedOutput(
        t.cast("t.Any", logs), groups.__getitem__, screen.lines.append, screen.warnings.append, deadline
    )


def test_lines_are_shown_once_with_their_node_and_stream() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    write(logs, "i-1", "stdout", "one\ntwo", 1_000)
    output.polled(COMMAND, ended=False)
    assert screen.lines == ["i-1 stdout: one", "i-1 stdout: two"]
    write(logs, "i-2", "stderr", "three", 2_000)
    output.polled(COMMAND, ended=False)
    output.polled(COMMAND, ended=True)
    assert screen.lines == ["i-1 stdout: one", "i-1 stdout: two", "i-2 stderr: three"]


def test_a_line_that_comes_very_late_is_shown_at_the_end() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    write(logs, "i-1", "stdout", "new", 1_000_000)
    output.polled(COMMAND, ended=False)
    write(logs, "i-2", "stdout", "old", 1)
    output.polled(COMMAND, ended=True)
    assert screen.lines == ["i-1 stdout: new", "i-2 stdout: old"]


def test_logs_that_cannot_be_read_are_told_once() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    logs.errors = [client_error("AccessDeniedException", "FilterLogEvents")]
    output.polled(COMMAND, ended=False)
    output.polled(COMMAND, ended=True)
    assert screen.lines == []
    assert len(screen.warnings) == 1
    assert "AccessDeniedException" in screen.warnings[0]


def test_a_throttle_is_left_to_the_next_poll() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    write(logs, "i-1", "stdout", "one", 1_000)
    logs.errors = [client_error("ThrottlingException", "FilterLogEvents")]
    output.polled(COMMAND, ended=False)
    assert (screen.lines, screen.warnings) == ([], [])
    output.polled(COMMAND, ended=False)
    assert screen.lines == ["i-1 stdout: one"]


def test_a_command_without_a_log_group_is_told_once_and_the_others_go_on() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    write(logs, "i-1", "stdout", "one", 1_000)
    for ended in (False, True):
        output.polled(UNLOGGED, ended=ended)
        output.polled(COMMAND, ended=ended)
    assert screen.lines == ["i-1 stdout: one"]
    assert screen.warnings == [f"The output of {UNLOGGED} cannot be streamed: it was sent without a log group."]


def test_an_outage_is_met_once_and_not_by_each_command_in_each_poll() -> None:
    logs, screen, clock = FakeLogs("/commands"), Screen(), Clock()
    output = streamed(logs, screen, clock)
    write(logs, "i-1", "stdout", "one", 1_000)
    logs.errors = [exceptions.ReadTimeoutError(endpoint_url="x")] * 2
    tried: list[float] = []
    for _poll in range(20):
        for _command in range(10):
            before = len(logs.requests)
            output.polled(COMMAND, ended=False)
            tried += [clock.now] * bool(len(logs.requests) - before)
        if screen.lines:
            break
        clock.sleep(1)
    assert tried[:3] == [0, 5, 15]
    assert (screen.lines, screen.warnings) == (["i-1 stdout: one"], [])


def test_a_token_that_repeats_ends_the_streams() -> None:
    logs, screen = FakeLogs("/commands"), Screen()
    output = streamed(logs, screen)
    t.cast("t.Any", logs).filter_log_events = lambda **_request: {"events": [], "nextToken": "again"}
    output.polled(COMMAND, ended=False)
    assert "its list never ends" in screen.warnings[0]
