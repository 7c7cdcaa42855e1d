# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outputs are taken from the listing only when they are surely whole."""

from __future__ import annotations

import datetime
import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import agent_texts, output
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.agent_texts import Ending

ENDED = Ending("aws:runShellScript", "Success", 0)


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
    assert output.limited_text(stdout, stderr, ENDED).truncated is truncated


def as_the_agent_lists(stdout: str, stderr: str) -> str:
    """Output of a plugin: the agent counts bytes, cuts them wherever they end, and marks that it did."""
    out, err = stdout.encode(), stderr.encode()
    title = b"\n----------ERROR-------\n" if err else b""
    space = output.INLINE_LIMIT - len(title)
    if len(out) + len(err) < space:
        return (out + title + err).decode()
    marker = b"\n---Output truncated---"
    kept = out[: max(0, space - len(marker) - min(len(err), space // 2))] + marker + title + err[: space // 2]
    return kept.decode(errors="replace")


ALPHABET = st.sampled_from("a\n\u00e9\u4e16\U0001f600")
TEXTS = st.builds(lambda text, times: text * times, st.text(ALPHABET, min_size=1, max_size=12), st.integers(0, 900))


@hypothesis.given(TEXTS, TEXTS | st.just(""))
@hypothesis.example("\u4e16" * 900, "")
def test_what_passes_for_whole_is_what_the_node_wrote(stdout: str, stderr: str) -> None:
    text = output.inline_text(as_the_agent_lists(stdout, stderr))
    assert text is None or (text.stdout, text.stderr) == (stdout, stderr)


@hypothesis.given(TEXTS)
@hypothesis.example("\u4e16" * 9_000)
def test_a_text_that_the_agent_cut_by_bytes_never_passes_for_whole(stdout: str) -> None:
    kept = stdout.encode()[: agent_texts.STDOUT_LIMIT].decode(errors="replace")
    assert output.limited_text(kept, "", ENDED).truncated or kept == stdout


@pytest.mark.parametrize(
    ("limited", "whole", "chosen"),
    [("aaa", "aaab", "aaab"), ("aaa", "bbb", "bbb"), ("aaa", "aa", "aaa")],
)
def test_what_is_shorter_is_not_the_whole(limited: str, whole: str, chosen: str) -> None:
    assert output.longer_text(output.Text(limited, ""), output.Text(whole, "")).stdout == chosen
    assert output.longer_text(output.Text("", limited), output.Text("", whole)).stderr == chosen


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


def test_what_is_listed_is_kept() -> None:
    began, finished = (datetime.datetime(2026, 11, 23, 11, 0, second, tzinfo=datetime.UTC) for second in (1, 2))
    shown = plugin("ok", 3, "first") | {
        "Status": "Failed",
        "StatusDetails": "ExecutionTimedOut",
        "ResponseStartDateTime": began,
        "ResponseFinishDateTime": finished,
        "StandardOutputUrl": "https://out",
        "StandardErrorUrl": "",
    }
    more = {"InstanceName": "web-1", "TraceOutput": "why"}
    invocation, _inexact = output.listed_invocation({**listed(shown, status="Failed"), **more})
    assert invocation.trace == "why"
    assert (invocation.instance_name, invocation.status, invocation.status_details) == ("web-1", "Failed", "Failed")
    (step,) = invocation.steps
    assert (step.name, step.status, step.status_details, step.rc) == ("first", "Failed", "ExecutionTimedOut", 3)
    assert (step.started_at, step.finished_at, step.urls) == (began, finished, {"stdout": "https://out"})


def test_what_is_not_listed_has_its_place() -> None:
    invocation, _inexact = output.listed_invocation(listed({"Status": "Pending"}))
    (step,) = invocation.steps
    assert (invocation.instance_name, step.name, step.status_details, step.rc) == ("", "", "Pending", -1)
    assert (step.started_at, step.finished_at, step.urls) == (None, None, {})


@hypothesis.given(st.lists(st.text(ALPHABET, max_size=4), max_size=5))
def test_joined_texts_have_the_lines_of_all(texts: list[str]) -> None:
    assert output.joined_texts(texts).splitlines() == [line for text in texts for line in text.splitlines()]
