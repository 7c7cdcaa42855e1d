# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.plugin_utils.streamed_output import StreamedOutput
from botocore.exceptions import ClientError

COMMAND = "11111111-2222-3333-4444-555555555555"


class FakeLogs:
    """A log group: FilterLogEvents gives what is in `events` from startTime on, or raises `error`."""

    def __init__(self) -> None:
        self.events: list[dict[str, t.Any]] = []
        self.error: Exception | None = None

    def write(self, node: str, stream: str, message: str, at: int) -> None:
        name = f"{COMMAND}/{node}/aws-runShellScript/{stream}"
        event = {"eventId": str(len(self.events)), "logStreamName": name, "timestamp": at, "ingestionTime": at}
        self.events.append({**event, "message": message})

    def filter_log_events(self, **request: t.Any) -> dict[str, t.Any]:
        if self.error:
            raise self.error
        assert request["logGroupName"] == "/commands"
        return {"events": [event for event in self.events if event["timestamp"] >= request.get("startTime", 0)]}


class Screen:
    """What was shown and warned of."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.warnings: list[str] = []


def streamed(logs: FakeLogs, screen: Screen) -> StreamedOutput:
    return StreamedOutput(t.cast("t.Any", logs), "/commands", screen.lines.append, screen.warnings.append)


def test_lines_are_shown_once_with_their_node_and_stream() -> None:
    logs, screen = FakeLogs(), Screen()
    output = streamed(logs, screen)
    logs.write("i-1", "stdout", "one\ntwo", 1_000)
    output.polled(COMMAND, ended=False)
    assert screen.lines == ["i-1 stdout: one", "i-1 stdout: two"]
    logs.write("i-2", "stderr", "three", 2_000)
    output.polled(COMMAND, ended=False)
    output.polled(COMMAND, ended=True)
    assert screen.lines == ["i-1 stdout: one", "i-1 stdout: two", "i-2 stderr: three"]


def test_a_line_that_comes_very_late_is_shown_at_the_end() -> None:
    logs, screen = FakeLogs(), Screen()
    output = streamed(logs, screen)
    logs.write("i-1", "stdout", "new", 1_000_000)
    output.polled(COMMAND, ended=False)
    logs.write("i-2", "stdout", "old", 1)
    output.polled(COMMAND, ended=True)
    assert screen.lines == ["i-1 stdout: new", "i-2 stdout: old"]


def test_logs_that_cannot_be_read_are_told_once() -> None:
    logs, screen = FakeLogs(), Screen()
    output = streamed(logs, screen)
    logs.error = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "FilterLogEvents")
    output.polled(COMMAND, ended=False)
    output.polled(COMMAND, ended=True)
    assert screen.lines == []
    assert len(screen.warnings) == 1
    assert "AccessDeniedException" in screen.warnings[0]
