# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page's data: what it shows, in which order, how large, and that nothing a node writes gets out of it."""

from __future__ import annotations

import json
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.reports import page_data
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Runs
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

from .samples import NOW, OTHER_COMMAND_ID, after, command, invocation

if t.TYPE_CHECKING:
    from .samples import Entry

ANY_TEXT = st.text(st.characters())
NASTY = st.lists(
    st.sampled_from(
        ["<", "/", "script", "</script", "<!--", "-->", "]]>", "&lt;", "\\u003c", "\u2028", "\0", '"', "\\"]
    )
).map("".join)


def page(*invocations: Entry, commands: list[Entry] | None = None, **options: t.Any) -> page_data.Data:
    runs = Runs([command([])] if commands is None else commands, invocations)
    return page_data.page_data(runs, page_data.PageOptions(NOW, **options))


def rows(data: page_data.Data) -> list[dict[str, t.Any]]:
    return [dict(zip(data["fields"], row, strict=True)) for row in data["rows"]]


def parts(data: page_data.Data, position: int = 0) -> list[dict[str, t.Any]]:
    """A row's steps with the texts themselves."""
    found = [dict(zip(data["step_fields"], part, strict=True)) for part in rows(data)[position]["parts"]]
    return [part | {stream: data["texts"][part[stream]] for stream in ("stdout", "stderr")} for part in found]


def test_every_outcome_has_its_place_in_the_order() -> None:
    assert sorted(page_data.ORDER) == sorted(statuses.OUTCOMES)


def test_failures_come_first_then_what_has_not_ended_then_success() -> None:
    data = page(
        invocation(1),
        invocation(2, "in_progress"),
        invocation(3, "failed"),
        invocation(4, "undeliverable"),
        invocation(5),
    )
    assert [row["name"] for row in rows(data)] == ["web-3", "web-4", "web-2", "web-1", "web-5"]


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["web-10", "web-2", "web-" + "9" * 40, "db", ""]
    data = page(*(invocation(number, instance_name=name) for number, name in enumerate(names)))
    assert [row["name"] for row in rows(data)] == ["db", "", "web-2", "web-10", "web-" + "9" * 40]


def test_outcomes_are_counted() -> None:
    data = page(invocation(1), invocation(2), invocation(3, "failed"))
    counted = {outcome["name"]: outcome["count"] for outcome in data["outcomes"]}
    assert counted == dict.fromkeys(statuses.OUTCOMES, 0) | {"success": 2, "failed": 1}
    assert data["outcomes"][rows(data)[0]["outcome"]]["label"] == "Failed"


@pytest.mark.parametrize(
    ("outcome", "changes", "queued", "ran"),
    [
        ("success", {}, 2_000, 3_500),
        ("failed", {"started_at": after(-3)}, 0, 8_500),
        ("success", {"finished_at": None}, 2_000, None),
        ("terminated", {"started_at": None, "finished_at": None}, None, None),
        ("undeliverable", {"started_at": None, "finished_at": None}, None, None),
        ("pending", {"started_at": None, "finished_at": None}, 3_600_000, None),
        ("in_progress", {"finished_at": None}, 2_000, 3_598_000),
        ("success", {"command_id": ""}, None, 3_500),
    ],
)
def test_spans(outcome: str, changes: Entry, queued: int | None, ran: int | None) -> None:
    (row,) = rows(page(invocation(1, outcome, **changes)))
    assert (row["queued"], row["ran"]) == (queued, ran)


def test_a_row_knows_its_command() -> None:
    commands = [command([]), command([], command_id=OTHER_COMMAND_ID)]
    data = page(invocation(1, command_id=OTHER_COMMAND_ID), invocation(2, command_id=""), commands=commands)
    assert [row["command"] for row in rows(data)] == [1, None]
    assert data["commands"][1]["id"] == OTHER_COMMAND_ID


def test_a_single_step_has_the_streams_of_the_node() -> None:
    data = page(invocation(1, stdout="out", stderr="err", plugins=[{"name": "aws:runShellScript"}]))
    assert [(part["stdout"], part["stderr"]) for part in parts(data)] == [("out", "err")]


def test_several_steps_have_their_own() -> None:
    steps = [
        {"name": "prepare", "status_details": "Success", "rc": 0, "stdout": "a", "stderr": ""},
        {"name": "run", "status_details": "Failed", "rc": 4, "stdout": "b", "stderr": "c"},
    ]
    data = page(invocation(1, "failed", stdout="ab", stderr="c", plugins=steps))
    assert parts(data) == [
        {"name": "prepare", "status": "Success", "rc": 0, "stdout": "a", "stderr": ""},
        {"name": "run", "status": "Failed", "rc": 4, "stdout": "b", "stderr": "c"},
    ]
    assert "ab" not in data["texts"]


@pytest.mark.parametrize(
    ("commands", "title", "expected"),
    [
        ([command([])], "", "Run Command: AWS-RunShellScript"),
        ([command([]), command([], document_name="Team-Patch")], "", "Run Command: 2 commands"),
        ([], "", "Run Command: 0 commands"),
        ([command([])], "Night of \ud800", "Night of \ufffd"),
    ],
)
def test_titles(commands: list[Entry], title: str, expected: str) -> None:
    assert page(commands=commands, title=title)["title"] == expected


def test_no_parameters_and_no_addresses_get_in() -> None:
    secret = command([], parameters={"password": ["hunter2"]})
    data = page(invocation(1, output_urls={"stdout": "https://bucket/key"}), commands=[secret])
    assert "hunter2" not in json.dumps(data)
    assert "https://bucket" not in json.dumps(data)


def test_ten_thousand_nodes_are_small_and_quick() -> None:
    nodes = [invocation(number, "success" if number % 9 else "failed") for number in range(10_000)]
    began = time.process_time()
    data = page(*nodes)
    seconds = time.process_time() - began
    assert len(data["rows"]) == 10_000
    assert page_data.embedded_size(data) < 1_500_000
    assert seconds < 5


def test_what_many_nodes_say_is_there_once() -> None:
    data = page(*(invocation(number, stdout="the same\n" * 1_000) for number in range(10_000)))
    assert data["texts"] == ["the same\n" * 1_000, ""]


def test_large_outputs_lose_their_beginnings() -> None:
    outputs = ["small", "x" * 50_000 + "end", "<" * 50_000]
    data = page(*(invocation(number, stdout=text) for number, text in enumerate(outputs)), max_output_bytes=20_000)
    shown = [data["texts"][row["parts"][0][3]] for row in rows(data)]
    assert shown[0] == "small"
    assert shown[1].endswith("xxend")
    assert all(whole.endswith(text) for whole, text in zip(outputs, shown, strict=True))
    assert sum(map(page_data.embedded_size, data["texts"])) <= 20_000
    assert [data["texts"][position] for position in data["cut"]] == shown[1:]
    assert data["notes"] == ["The page has only the ends of 2 outputs, because their complete text would be too large."]
    alone = page(invocation(1, stdout=outputs[1]), max_output_bytes=20_000)
    assert alone["notes"] == ["The page has only the end of 1 output, because its complete text would be too large."]


@given(st.lists(st.one_of(ANY_TEXT, NASTY), unique=True), st.integers(1, 2_000))
def test_cut_texts_keep_their_ends_within_the_budget(texts: list[str], budget: int) -> None:
    shown, cut = page_data.fit_texts(texts, budget)
    assert all(whole.endswith(text) for whole, text in zip(texts, shown, strict=True))
    assert {position for position, text in enumerate(shown) if text != texts[position]} <= set(cut)
    # An empty text takes its two quotes, however small the budget.
    assert sum(map(page_data.embedded_size, shown)) <= budget + 2 * len(texts)


@given(st.one_of(st.text(), NASTY))
def test_text_in_is_text_out_and_never_markup(text: str) -> None:
    embedded = page_data.embedded_json(page(invocation(1, stdout=text, stderr=text, instance_name=text)))
    data = json.loads(embedded)
    assert parts(data) == [{"name": "", "status": "Success", "rc": 0, "stdout": text, "stderr": text}]
    assert rows(data)[0]["name"] == text
    assert not set(embedded) & set("<>&\u2028\u2029\0")
    assert embedded.isascii()


@given(ANY_TEXT)
def test_halves_of_surrogate_pairs_are_replaced(text: str) -> None:
    formed = page_data.well_formed(text)
    assert formed.encode() is not None
    assert page_data.well_formed(formed) == formed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"caf\xe9\n".decode("utf-8", "surrogateescape"), "caf\ufffd\n"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\U0001f600 \ufeff", "\U0001f600 \ufeff"),
        ("\ufeffbegin", "\ufeffbegin"),
    ],
)
def test_what_is_no_utf_8_is_replaced(text: str, expected: str) -> None:
    assert parts(page(invocation(1, stdout=text)))[0]["stdout"] == expected


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"outcome": "exploded"}, "outcome: 'exploded' is not an outcome; allowed are failed, "),
        ({"started_at": "yesterday"}, "started_at: 'yesterday' is not a time; allowed is ISO 8601"),
        (
            {"finished_at": "2026-11-23T11:00:00"},
            "finished_at: '2026-11-23T11:00:00' is not a time; allowed is ISO 8601 with its time zone",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused(changes: Entry, problem: str) -> None:
    with pytest.raises(RequestError, match=problem):
        page(invocation(1, **changes))
