# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of a page, and the lines by which one differs from the largest."""

from __future__ import annotations

import itertools
import time

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import folding
from ansible_collections.ssmops.run_command.plugins.module_utils.reports import answers, page_data
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Runs

from ..commands.given import given_result
from ..commands.test_folding import node
from .samples import NOW, command, invocation


@pytest.mark.parametrize(
    ("one", "other", "lines"),
    [
        ("a\nb\nc\nd", "a\nb\nx\nd", [(" ", "b"), ("-", "c"), ("+", "x"), (" ", "d")]),
        ("", "a", [("+", "a")]),
        ("a", "", [("-", "a")]),
        (
            "a\n1\n2\n3\nz",
            "b\n1\n2\n3\ny",
            [("-", "a"), ("+", "b"), (" ", "1"), ("@", ""), (" ", "3"), ("-", "z"), ("+", "y")],
        ),
        ("x" * 300, "y", [("-", "x" * 200 + "…"), ("+", "y")]),
        # Wherever texts differ, a difference is shown: long before their ends, and far to the right.
        ("a\n" + "same\n" * 500, "b\n" + "same\n" * 500, [("-", "a"), ("+", "b"), (" ", "same")]),
        ("same\n" * 500 + "a", "same\n" * 500 + "b", [(" ", "same"), ("-", "a"), ("+", "b")]),
        ("same\n" * 500, "same\n" * 500 + "b", [(" ", "same"), ("-", ""), ("+", "b")]),
        ("x" * 900 + "a", "x" * 900 + "b", [("-", "…" + "x" * 50 + "a"), ("+", "…" + "x" * 50 + "b")]),
        (
            "x" * 190 + "a" * 300,
            "x" * 190 + "b" * 300,
            [("-", "…" + "x" * 50 + "a" * 150 + "…"), ("+", "…" + "x" * 50 + "b" * 150 + "…")],
        ),
        ("x" * 900, "x" * 901, [("-", "…" + "x" * 50), ("+", "…" + "x" * 51)]),
    ],
)
def test_line_diff(one: str, other: str, lines: list[answers.DiffLine]) -> None:
    assert answers.line_diff(one, other) == lines


def test_long_differences_are_cut_and_take_no_time() -> None:
    one, other = ("\n".join(itertools.islice(itertools.cycle(lines), 5_000)) for lines in ("ab", "bba"))
    began = time.process_time()
    lines = answers.line_diff(one, other)
    assert time.process_time() - began < 2
    assert len(lines) == answers.SHOWN_LINES + 1
    assert lines[-1][0] == "@"
    assert lines[-1][1].endswith(" more")


def test_what_is_not_compared_of_long_differences_is_counted() -> None:
    one, other = ("\n".join(f"{letter} {number}" for number in range(150)) for letter in "ab")
    assert answers.line_diff(one, other)[-1] == ("@", "260 more")


@pytest.mark.parametrize(("truncated", "is_whole"), [(False, True), (True, False)])
def test_the_same_output_is_said_only_of_whole_ones(truncated: bool, is_whole: bool) -> None:
    entries = [invocation(1), invocation(2), invocation(3, stdout="i-00000000000000003 is well\n", truncated=truncated)]
    entries[2]["rc"] = 4
    data = page_data.page_data(Runs([command([])], entries), page_data.PageOptions(NOW))
    assert [(group["diff"], group["is_whole"]) for group in data["groups"]] == [({}, True), ({}, is_whole)]


def test_names_are_no_difference_unless_nodes_are_folded_with_them() -> None:
    one, other = invocation(1), invocation(2, stdout="i-00000000000000002 is well\nand more\n")
    assert answers.differences(one, other) == {"stdout": [(" ", "[instance_id] is well"), ("+", "and more")]}
    assert answers.differences(one, invocation(2)) == {}
    assert answers.differences(one, invocation(2, digest="plain-1")) == {
        "stdout": [("-", "i-00000000000000001 is well"), ("+", "i-00000000000000002 is well")]
    }
    assert answers.differences(one, one) == {}


def test_the_digest_of_a_task_is_that_of_its_texts() -> None:
    result = given_result(node(1, "up\r\n", "web-1: no\n", 3, "web-1"), node(2))
    for entry in result["invocations"].values():
        assert answers.entry_digest(entry) == answers.entry_digest({**entry, "digest": None}) == entry["digest"]


def test_groups_of_a_page_and_what_is_left_out() -> None:
    entries = [invocation(number, stdout=f"{number // 2}\n" * 9) for number in range(60)]
    data = page_data.page_data(Runs([command([])], entries), page_data.PageOptions(NOW))
    assert [group["count"] for group in data["groups"]] == [2] * folding.MAX_GROUPS
    assert data["groups_left_out"] == [10, 20]
    position = data["fields"].index("group")
    assert {row[position] for row in data["rows"]} == set(range(30))
    assert [group["is_largest"] for group in data["groups"]].count(True) == 1


def test_differences_take_a_part_of_what_outputs_may() -> None:
    entries = [invocation(number, stdout=f"{number} {'x' * 150}\n" * 9) for number in range(20)]
    data = page_data.page_data(Runs([command([])], entries), page_data.PageOptions(NOW, max_output_bytes=80_000))
    shown = [group["diff"] for group in data["groups"] if group["diff"]]
    assert 0 < len(shown) < 19
    assert page_data.embedded_size(shown) <= 8_000
    assert data["groups"][-1]["diff"] is None
