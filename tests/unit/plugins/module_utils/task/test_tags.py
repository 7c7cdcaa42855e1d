# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags: what may be one, and what changes."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task import tags
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("given", "parsed"),
    [(None, None), ({}, {}), ({"A": 1, "B": True, "C": ""}, {"A": "1", "B": "True", "C": ""})],
)
def test_parses(given: t.Any, parsed: t.Any) -> None:
    assert tags.parse_tags(given) == parsed


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({str(number): "x" for number in range(50)}, ["50", "at most 49"]),
        ({"A": ["x"]}, ["'A'", "['x']", "text"]),
        ({"ssmops:made-by": "me"}, ["'ssmops:made-by'", "reserved"]),
        ({"A": None}, ["'A'", "None"]),
        ({"aws:x": "y"}, ["'aws:x'", "do not begin with aws:"]),
        ({"": "y"}, ["''", "1 to 128"]),
        ({"k" * 129: "y"}, ["1 to 128"]),
        ({"A": "v" * 257}, ["257", "at most 256"]),
    ],
)
def test_refuses(given: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        tags.parse_tags(given)
    assert all(word in str(refused.value) for word in ["tags: ", *words])


@pytest.mark.parametrize(
    ("current", "wanted", "purge", "to_set", "to_unset", "after"),
    [
        ({"A": "1"}, None, True, {}, [], {"A": "1"}),
        ({"A": "1"}, {}, True, {}, ["A"], {}),
        ({"A": "1"}, {}, False, {}, [], {"A": "1"}),
        ({"A": "1"}, {"A": "1"}, True, {}, [], {"A": "1"}),
        ({"A": "1", "B": "2"}, {"A": "3"}, True, {"A": "3"}, ["B"], {"A": "3"}),
        ({"A": "1", "B": "2"}, {"A": "3"}, False, {"A": "3"}, [], {"A": "3", "B": "2"}),
        ({"aws:owned": "x"}, {"A": "1"}, True, {"A": "1"}, [], {"aws:owned": "x", "A": "1"}),
    ],
)
def test_changes(
    current: dict[str, str],
    wanted: dict[str, str] | None,
    purge: bool,
    to_set: dict[str, str],
    to_unset: list[str],
    after: dict[str, str],
) -> None:
    change = tags.tag_change(current, wanted, purge)
    assert (change.to_set, change.to_unset) == (to_set, to_unset)
    assert bool(change) is bool(to_set or to_unset)
    assert tags.tags_after(current, change) == after


TAGS = st.dictionaries(st.sampled_from(["A", "B", "C", "aws:own"]), st.sampled_from("12"))
OWN = st.dictionaries(st.sampled_from("ABC"), st.sampled_from("12"))


@given(TAGS, st.none() | OWN, st.booleans())
def test_a_change_is_one_exactly_when_the_tags_differ_and_the_next_is_none(
    current: dict[str, str], wanted: dict[str, str] | None, purge: bool
) -> None:
    change = tags.tag_change(current, wanted, purge)
    after = tags.tags_after(current, change)
    assert bool(change) is (after != current)
    assert not tags.tag_change(after, wanted, purge)
    assert {key: value for key, value in after.items() if key == "aws:own"} == {
        key: value for key, value in current.items() if key == "aws:own"
    }


def test_takes_what_is_just_within() -> None:
    given_tags = {"k" * 128: "v" * 256, **{str(number): number for number in range(48)}}
    parsed = tags.parse_tags(given_tags)
    assert parsed is not None
    assert len(parsed) == 49
    assert parsed["7"] == "7"
