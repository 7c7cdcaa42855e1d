# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers in the forms in which AWX and people give them, and one sentence for each that is wrong."""

from __future__ import annotations

import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task.answers import READERS, read_answers

REGIONS: dict[str, t.Any] = {"type": "list", "pattern": "[a-z]{2}(-[a-z]+)+-[0-9]+", "allowed": "codes of regions"}
TAG_LINES = "lines such as Role=web, or Role=web,api for one of several values"


def read(question: dict[str, t.Any], value: t.Any) -> t.Any:
    answers, problems = read_answers({"asked": value}, {"asked": question})
    assert problems == []
    return answers["asked"]


def problem(question: dict[str, t.Any], value: t.Any) -> str:
    answers, (sentence,) = read_answers({"asked": value}, {"asked": question})
    assert answers == {"asked": None}
    return sentence


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        ("str", " web ", "web"),
        ("str", 7, "7"),
        ("lines", "a, b\r\nc\n", "a, b\nc"),
        ("lines", ["a, b", "c"], ["a, b", "c"]),
        ("list", "a\nb, c d\r\n", ["a", "b", "c", "d"]),
        ("list", ["a,b", " c", "", "a,b"], ["a,b", "c"]),
        ("int", "5", 5),
        ("int", 5, 5),
        ("bool", "yes", True),
        ("bool", False, False),
        ("age", "30m", 1_800),
        ("age", 90, 90),
        ("tags", "Role=web, api\nTeam = shop", {"Role": ["web", "api"], "Team": ["shop"]}),
        ("tags", "Query=a=b", {"Query": ["a=b"]}),
        ("tags", {"Role": "web", "Rack": [7]}, {"Role": ["web"], "Rack": ["7"]}),
        ("tags", ["Role=web", "Role=api"], {"Role": ["web", "api"]}),
        ("mapping", "lines: 5\nservice: '{{ssm:/a}}'", {"lines": 5, "service": "{{ssm:/a}}"}),
        ("mapping", {"a": [1]}, {"a": [1]}),
        ("mappings", "{Role: web}", [{"Role": "web"}]),
        ("mappings", [{}], [{}]),
        ("by_region", "a b", ["a", "b"]),
        ("by_region", {"eu-central-1": ["a"]}, {"eu-central-1": ["a"]}),
    ],
)
def test_an_answer_is_taken_in_every_form(kind: str, value: t.Any, answer: t.Any) -> None:
    assert read({"type": kind}, value) == answer


@pytest.mark.parametrize("nothing", ["", "  ", "\n", None, [], {}])
@pytest.mark.parametrize("kind", READERS)
def test_nothing_is_not_an_answer(kind: str, nothing: t.Any) -> None:
    assert read({"type": kind, "default": 4}, nothing) == 4
    assert problem({"type": kind, "required": True}, nothing).startswith("asked is not set: it must be ")


@pytest.mark.parametrize(
    ("question", "value", "sentence"),
    [
        ({"type": "int", "min": 5, "max": 9}, "soon", "asked is 'soon': it must be a whole number from 5 to 9."),
        ({"type": "int", "min": 5, "max": 9}, 4, "asked is 4: it must be a whole number from 5 to 9."),
        ({"type": "int", "min": 5, "max": 9}, "10", "asked is '10': it must be a whole number from 5 to 9."),
        ({"type": "int", "min": 1}, 0, "asked is 0: it must be a whole number of 1 or more."),
        ({"type": "int"}, True, "asked is True: it must be a whole number."),
        ({"type": "int"}, 5.0, "asked is 5.0: it must be a whole number."),
        ({"type": "bool"}, "perhaps", "asked is 'perhaps': it must be yes or no."),
        ({"type": "age"}, "2 weeks", "asked is '2 weeks': it must be a time such as 30m, 2h or 1d."),
        (REGIONS, "eu-central-1 Frankfurt", "asked is 'eu-central-1 Frankfurt': it must be codes of regions."),
        (REGIONS, "a\nb", "asked cannot be used: it must be codes of regions."),
        (REGIONS, ["x"], "asked cannot be used: it must be codes of regions."),
        ({"type": "tags"}, "web", f"asked is 'web': it must be {TAG_LINES}."),
        ({"type": "tags"}, "Role=", f"asked is 'Role=': it must be {TAG_LINES}."),
        ({"type": "mapping"}, "7", "asked is '7': it must be a YAML mapping."),
        ({"type": "mapping"}, "a: [", "asked is 'a: [': it must be YAML, which it is not in line 1."),
        ({"type": "mappings"}, "[1]", "asked is '[1]': it must be a YAML list of mappings, or one of them."),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_one_sentence(question: dict[str, t.Any], value: t.Any, sentence: str) -> None:
    assert problem(question, value) == sentence


@pytest.mark.parametrize("value", ["key: hunter2", "a: [hunter2", ["hunter2", {}]])
def test_a_secret_is_not_shown(value: t.Any) -> None:
    sentence = problem({"type": "int", "secret": True}, value)
    assert sentence == "asked cannot be used: it must be a whole number."
    assert "hunter2" not in problem({"type": "mapping", "secret": True}, "key: [hunter2")


@hypothesis.given(
    st.sampled_from(sorted(READERS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
        max_leaves=5,
    ),
)
def test_whatever_comes_is_an_answer_or_one_line(kind: str, value: t.Any) -> None:
    _answers, problems = read_answers({"asked": value}, {"asked": {"type": kind}})
    assert len(problems) <= 1
    assert all("\n" not in sentence and sentence.startswith("asked ") for sentence in problems)


def test_of_some_exactly_one_is_set() -> None:
    questions = {name: {"type": "str"} for name in ("tags", "ids", "group")}
    for given, state in (({}, "none is"), ({"tags": "a", "group": "b", "ids": ""}, "tags and group are")):
        _answers, problems = read_answers(given, questions, exactly_one=[list(questions)])
        assert problems == [f"Exactly one of tags, ids and group must be set, and {state}."]
    assert read_answers({"ids": "a"}, questions, exactly_one=[list(questions)])[1] == []


def test_of_some_at_least_one_is_set() -> None:
    questions = {name: {"type": "str"} for name in ("commands", "document")}
    assert read_answers({}, questions, at_least_one=[list(questions)])[1] == [
        "Neither commands nor document is set: at least one must be."
    ]
    assert read_answers({"commands": "a"}, questions, at_least_one=[list(questions)])[1] == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    questions = {"regions": {**REGIONS, "required": True}, "hours": {"type": "int"}}
    _answers, problems = read_answers({"hours": "x"}, questions)
    assert problems == [
        "regions is not set: it must be codes of regions.",
        "hours is 'x': it must be a whole number.",
    ]


def test_a_variable_that_almost_is_a_question_is_wrong() -> None:
    questions = {name: {"type": "str"} for name in ("run_dry_run", "run_max_concurrency", "run_commands", "run_tags")}
    others = ["run_overview", "run_target_tags", "run_commands_of_tonight", "run_once", "run_is_dry"]
    given = ["run_dryrun", "run_max_concurency", "run_command", "run_tag", "run_commands", *others]
    _answers, problems = read_answers({}, questions, variables=given)
    assert problems == [
        "run_command is set, and no question asks for it: run_commands is one.",
        "run_dryrun is set, and no question asks for it: run_dry_run is one.",
        "run_max_concurency is set, and no question asks for it: run_max_concurrency is one.",
        "run_tag is set, and no question asks for it: run_tags is one.",
    ]
