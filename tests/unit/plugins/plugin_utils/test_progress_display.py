# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run is shown in lines that hold no secret of a task with no_log."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible.utils.display import Display
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, progress
from ansible_collections.ssmops.run_command.plugins.plugin_utils.output_files import OutputFiles
from ansible_collections.ssmops.run_command.plugins.plugin_utils.progress_display import SHOWN_FAILURES, ProgressDisplay

if t.TYPE_CHECKING:
    import pathlib

    from .conftest import Shown

NODE = "i-0123456789abcdef0"


def ended(*texts: tuple[str, str], status: str = "Success", rc: int = 0, node: str = NODE) -> output.Invocation:
    steps = tuple(
        output.Step(f"step {number}", status, status, rc, None, None, output.Text(*text), {})
        for number, text in enumerate(texts)
    )
    return output.Invocation(node, "", "command", status, status, steps)


def show(*, output_too: bool = False, files: OutputFiles | None = None, secret: bool = False) -> ProgressDisplay:
    return ProgressDisplay(show_output=output_too, files=files, secret=secret, place=lambda: "eu-west-1")


def test_the_id_is_shown_the_moment_it_exists(shown: Shown) -> None:
    show().sent("11111111-2222-4333-8444-555555555555", "AWS-RunShellScript")
    assert shown.lines == ["sent AWS-RunShellScript: command_id 11111111-2222-4333-8444-555555555555 (eu-west-1)"]


def test_counts_are_one_line(shown: Shown) -> None:
    show().counts_changed(progress.Counts(50, 37, {"Success": 35, "Failed": 2}), 12.0)
    assert shown.lines == ["37/50 nodes done: 35 Success, 2 Failed; 13 in progress, 0:12"]


def test_a_success_is_not_worth_a_line(shown: Shown) -> None:
    display = show()
    display.output_read(ended(("out", "")))
    display.node_ended(ended(("out", "")))
    assert shown.lines == []


def test_a_failure_is(shown: Shown) -> None:
    show().node_ended(ended(("out", ""), status="Failed", rc=3))
    show().node_ended(ended(status="Undeliverable"))
    assert shown.lines == [f"{NODE}: Failed rc=3", f"{NODE}: Undeliverable"]


def test_a_bad_day_does_not_fill_the_screen(shown: Shown) -> None:
    display = show()
    for _number in range(100):
        display.node_ended(ended(("", ""), status="Failed", rc=1))
    assert len(shown.lines) == SHOWN_FAILURES + 1
    assert shown.lines[-1] == "more failures are in the result"


def test_output_is_shown_line_by_line_with_its_stream(shown: Shown) -> None:
    show(output_too=True).output_read(ended(("a\nb\n", "c\n"), ("d", "")))
    assert shown.lines == [f"{NODE} stdout: a", f"{NODE} stdout: b", f"{NODE} stderr: c", f"{NODE} stdout: d"]


HOSTILE = "a\x1b[2K\rok: [localhost]\u202e\x9b1A\x1b]0;title\x07 \x1b[31mred\x1b[0m\u200b\tend"
HARMLESS = "a[U+001B][2K[U+000D]ok: [localhost][U+202E][U+009B]1A[U+001B]]0;title[U+0007] red[U+200B]\tend"


def test_a_node_cannot_forge_a_line(shown: Shown) -> None:
    show(output_too=True).output_read(ended((HOSTILE + "\r\n\n", "")))
    assert shown.lines == [f"{NODE} stdout: {HARMLESS}", f"{NODE} stdout: "]


def test_no_text_of_aws_can_forge_a_line(shown: Shown) -> None:
    display = show()
    display.warn(f"AWS says: {HOSTILE}\nok: [localhost]")
    display.sent("id", HOSTILE)
    display.counts_changed(progress.Counts(1, 1, {HOSTILE: 1}), 0.0)
    display.node_ended(ended(status=HOSTILE))
    assert shown.warnings == [f"AWS says: {HARMLESS}[U+000A]ok: [localhost]"]
    assert [line.count(HARMLESS) for line in shown.lines] == [1, 1, 1]


@pytest.mark.parametrize("output_too", [True, False])
def test_with_no_log_no_word_of_a_node_or_of_aws_is_shown(shown: Shown, output_too: bool) -> None:
    display = show(output_too=output_too, secret=True)
    found = ended(("hunter2\n", "hunter2\n"), status="Failed", rc=3)
    display.output_read(found)
    display.node_ended(found)
    display.warn("The output holds hunter2")
    assert shown.lines == [f"{NODE}: Failed rc=3"]
    assert shown.warnings == ["A warning of this task is hidden by no_log."]


def test_a_warning_is_shown_as_it_is(shown: Shown) -> None:
    show().warn("Something.")
    show().warn("An error occurred (Throttling) when calling the X operation (reached max retries: 0): slow down")
    assert shown.warnings == [
        "Something.",
        "An error occurred (Throttling) when calling the X operation: slow down",
    ]


@pytest.mark.parametrize(("verbosity", "secret", "notes"), [(0, False, 0), (1, False, 1), (1, True, 0)])
def test_a_note_is_for_who_wants_to_know_more(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, verbosity: int, secret: bool, notes: int
) -> None:
    monkeypatch.setattr(Display(), "verbosity", verbosity)
    show(secret=secret).note("Left to AWS.")
    assert shown.lines == ["Left to AWS."] * notes


@pytest.mark.parametrize(
    ("output_too", "with_files", "secret", "wanted"),
    [
        (False, False, False, False),
        (True, False, False, True),
        (False, True, False, True),
        (True, False, True, False),
        (True, True, True, True),
    ],
)
def test_listings_are_asked_for_only_when_outputs_are_of_use(
    output_too: bool, with_files: bool, secret: bool, wanted: bool, tmp_path: pathlib.Path
) -> None:
    files = OutputFiles(str(tmp_path)) if with_files else None
    assert show(output_too=output_too, files=files, secret=secret).wants_output is wanted


def test_a_file_that_cannot_be_written_costs_a_warning_and_no_result(tmp_path: pathlib.Path, shown: Shown) -> None:
    files = OutputFiles(str(tmp_path))
    (tmp_path / f"{NODE}.txt").mkdir()
    display = show(files=files)
    display.output_read(ended(("a", "")))
    second = ended(("b", ""), node="i-2", status="Failed", rc=1)
    display.output_read(second)
    display.node_ended(second)
    (warning,) = shown.warnings
    assert warning.startswith(f"The output of {NODE} was not saved: ")
    assert shown.lines == ["i-2: Failed rc=1"]
    assert list(files.written) == [("command", "i-2")]


def test_a_full_disk_does_not_fill_the_screen(tmp_path: pathlib.Path, shown: Shown) -> None:
    display = show(files=OutputFiles(str(tmp_path / "gone")))
    for number in range(100):
        display.output_read(ended(("a", ""), node=f"i-{number}"))
    assert len(shown.warnings) == SHOWN_FAILURES + 1
    assert shown.warnings[-1] == "More outputs may not be saved: the results of their nodes have no output_file."


@pytest.mark.parametrize("secret", [True, False])
def test_what_the_task_did_is_told_with_no_log_as_well(shown: Shown, secret: bool) -> None:
    show(secret=secret).tell("timed out: asked AWS to cancel the commands 1111.")
    assert shown.warnings == ["timed out: asked AWS to cancel the commands 1111."]


def test_while_results_are_read_a_line_says_how_many(shown: Shown) -> None:
    display = show()
    display.counts_changed(progress.Counts(5_000, 5_000, {"Success": 5_000}), 10.0)
    for results in range(1, 5_001):
        display.collected(results, 5_000, 10.0 + results / 1_000)
    lines = shown.lines[1:]
    assert lines == ["1500/5000 results read, 0:11", "3000/5000 results read, 0:13", "4500/5000 results read, 0:14"]


def test_a_quiet_command_is_shown_to_run(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    display = show()
    display.polled("command", ended=False)
    display.counts_changed(progress.Counts(2, 0, {}), 1.0)
    for _poll in range(720):
        now += 5
        display.polled("command", ended=False)
    waits = [line.rpartition(", ")[2] for line in shown.lines]
    assert waits[:4] == ["0:01", "0:11", "0:21", "0:31"]
    assert waits[-2:] == ["58:31", "59:31"]
    assert {line.rpartition(", ")[0] for line in shown.lines} == {"0/2 nodes done; 2 in progress"}
    assert len(waits) < 100


def test_results_that_are_read_are_a_sign_of_life(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    display = show()
    display.counts_changed(progress.Counts(2, 0, {}), 1.0)
    for read in range(8):
        now += 2
        display.collected(read, 8, now - 99)
    display.polled("command", ended=True)
    assert len(shown.lines) == 9
    assert shown.lines[-1].startswith("7/8 results read")
