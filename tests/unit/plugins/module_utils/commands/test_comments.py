# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comment of a command has one format, in which its marks are found again."""

from __future__ import annotations

import itertools

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import (
    MAX_CLIENT_TOKEN_LENGTH,
    MAX_COMMENT_LENGTH,
    TOKEN_LENGTH,
    Marks,
    comment_of,
    marks_of,
    new_tokens,
)

TOKEN = "ssmops-0123456789abcdef"
CLIENT_TOKENS = st.none() | st.text("abcXYZ019._-", min_size=1, max_size=MAX_CLIENT_TOKEN_LENGTH)
PARTS = st.integers(1, 200).flatmap(lambda parts: st.tuples(st.integers(1, parts), st.just(parts)))


def test_tokens_fit_their_place_and_differ() -> None:
    tasks = [list(itertools.islice(new_tokens(), 100)) for _task in range(3)]
    tokens = [token for task in tasks for token in task]
    assert len(set(tokens)) == 300
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}
    assert all(marks_of(token) == Marks(token) for token in tokens)


def test_which_marks_are_of_one_task() -> None:
    (first, second), other = itertools.islice(new_tokens(), 2), next(new_tokens())
    assert Marks(first).is_of_same_task(Marks(second, again=1))
    assert not Marks(first).is_of_same_task(Marks(other))
    assert Marks(first, "deploy-7").is_of_same_task(Marks(other, "deploy-7"))
    assert not Marks(first, "deploy-7").is_of_same_task(Marks(second, "deploy-8"))
    assert not Marks("").is_of_same_task(Marks(""))


@pytest.mark.parametrize(
    ("marks", "text", "comment"),
    [
        (Marks(TOKEN), "", TOKEN),
        (Marks(TOKEN), "why", f"why {TOKEN}"),
        (Marks(TOKEN, "deploy-7"), "why", f"why token=deploy-7 {TOKEN}"),
        (Marks(TOKEN, None, (2, 10)), "", f"part 2/10 {TOKEN}"),
        (Marks(TOKEN, "deploy-7", (2, 10)), "why", f"why token=deploy-7 part 2/10 {TOKEN}"),
        (Marks(TOKEN, "deploy-7", again=1), "", f"token=deploy-7 again 1 {TOKEN}"),
    ],
)
def test_the_format(marks: Marks, text: str, comment: str) -> None:
    assert comment_of(marks, text) == comment
    assert marks_of(comment) == marks


def test_the_text_has_what_is_left() -> None:
    assert comment_of(Marks(TOKEN), "x" * 100) == f"{'x' * 76} {TOKEN}"


@pytest.mark.parametrize(
    ("client_token", "text", "start"),
    [
        ("awx-job-1234567", "x" * 100, f"{'x' * 9} AWX job 1234567 AWX template 1234 token="),
        ("t" * 36, "why", "why AWX job 1234567 token="),
        (None, "rotate token=abc", "rotate token=abc AWX job 1234567 AWX template 1234 part 10/20 "),
    ],
)
def test_the_origin_has_room_before_the_text(client_token: str | None, text: str, start: str) -> None:
    marks = Marks(TOKEN, client_token, (10, 20))
    comment = comment_of(marks, text, ("AWX job 1234567", "AWX template 1234"))
    assert comment.startswith(start)
    assert len(comment) <= MAX_COMMENT_LENGTH
    assert marks_of(comment) == marks


def test_a_text_that_quotes_a_job_is_not_that_job_s() -> None:
    comment = comment_of(Marks(TOKEN), "rerun of AWX job 12", ("AWX job 99",))
    assert comment == f"rerun of AWX job #12 AWX job 99 {TOKEN}"


@pytest.mark.parametrize(
    "text",
    [
        "\ttoken=abc",
        "\u3000again 3",
        "rotate token=abc",
        "why token=abc again 1",
        "part 1/2",
        "again 1",
        "x" * 70 + " token=a",
    ],
)
def test_text_that_looks_like_marks_is_none(text: str) -> None:
    for marks in (Marks(TOKEN), Marks(TOKEN, "deploy-7"), Marks(TOKEN, None, (2, 3))):
        comment = comment_of(marks, text)
        assert marks_of(comment) == marks
        assert len(comment) <= MAX_COMMENT_LENGTH


@hypothesis.given(CLIENT_TOKENS, PARTS, st.integers(0, 99), st.text(max_size=120))
def test_marks_are_found_whatever_the_text(
    client_token: str | None, part: tuple[int, int], again: int, text: str
) -> None:
    marks = Marks(TOKEN, client_token, (1, 1) if again else part, again)
    comment = comment_of(marks, text)
    assert len(comment) <= MAX_COMMENT_LENGTH
    assert marks_of(comment) == marks
    assert comment.endswith(TOKEN)


@pytest.mark.parametrize("comment", ["", "why", "ssmops-0123", f"{TOKEN} why", f"x{TOKEN}"])
def test_another_comment_has_no_marks(comment: str) -> None:
    assert marks_of(comment) is None
