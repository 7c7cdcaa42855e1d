# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outputs are taken from the listing only when they are surely whole."""

from __future__ import annotations

import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output


def listed(*plugins: dict[str, t.Any], status: str = "Success") -> dict[str, t.Any]:
    return {
        "InstanceId": "i-0123456789abcdef0",
        "CommandId": "11111111-2222-4333-8444-555555555555",
        "Status": status,
        "StatusDetails": status,
        "CommandPlugins": list(plugins),
    }


def plugin(text: str, rc: int = 0, name: str = "aws:runShellScript") -> dict[str, t.Any]:
    return {"Name": name, "Status": "Success", "ResponseCode": rc, "Output": text}


@pytest.mark.parametrize("text", ["", "hello\n", "x" * 2_499])
def test_a_short_text_on_one_stream_is_whole(text: str) -> None:
    invocation, inexact = output.listed_invocation(listed(plugin(text)))
    assert inexact == ()
    assert (invocation.steps[0].text.stdout, invocation.steps[0].text.stderr) == (text, "")
    assert not invocation.truncated


@pytest.mark.parametrize("text", ["x" * 2_500, "out\n----------ERROR-------\nerr"])
def test_a_long_text_or_one_with_stderr_must_be_asked_for(text: str) -> None:
    invocation, inexact = output.listed_invocation(listed(plugin("ok"), plugin(text)))
    assert inexact == (1,)
    assert invocation.truncated


@pytest.mark.parametrize(
    ("stdout", "stderr", "truncated"),
    [("x" * 23_999, "e" * 7_999, False), ("x" * 24_000, "", True), ("", "e" * 8_000, True)],
)
def test_a_stream_that_fills_its_limit_may_be_cut(stdout: str, stderr: str, truncated: bool) -> None:
    assert output.limited_text(stdout, stderr).truncated is truncated


@pytest.mark.parametrize(
    ("codes", "rc"), [((0,), 0), ((0, 3, 0), 3), ((-1,), -1), ((), -1), ((0, -1), 0), ((2, -1), 2)]
)
def test_the_exit_code_is_that_of_the_step_that_decided(codes: tuple[int, ...], rc: int) -> None:
    invocation, _inexact = output.listed_invocation(listed(*(plugin("", code) for code in codes)))
    assert invocation.rc == rc


@hypothesis.given(st.lists(st.integers(0, 10_000)), st.integers(0, 50_000))
def test_fair_limit_is_the_largest_that_fits(sizes: list[int], budget: int) -> None:
    limit = output.fair_limit(sizes, budget)
    assert sum(min(size, limit) for size in sizes) <= budget or limit == 0
    if limit < max(sizes, default=0):
        assert sum(min(size, limit + 1) for size in sizes) > budget
