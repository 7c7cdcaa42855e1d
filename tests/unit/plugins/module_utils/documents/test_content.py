# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contents of documents as they are given: dictionaries, JSON and YAML, with the lines of their parts."""

from __future__ import annotations

import datetime
import json
import sys
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, content_json, content_yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given, settings, strategies

DATA: t.Final = {"schemaVersion": "2.2", "mainSteps": [{"name": "a", "inputs": {"runCommand": ["id", "date"]}}]}
JSON: t.Final = """{
\t"schemaVersion": "2.2",
\t"mainSteps": [
\t\t{"name": "a",
\t\t "inputs": {"runCommand": [
\t\t   "id",
\t\t   "date"]}}]
}
"""
YAML: t.Final = """---
schemaVersion: '2.2'
mainSteps:
  - name: a
    inputs:
      runCommand:
        - id
        - date
"""
SECOND_COMMAND: t.Final = ("mainSteps", 0, "inputs", "runCommand", 1)


@pytest.mark.parametrize(("text", "form", "line"), [(JSON, "JSON", 7), (YAML, "YAML", 8)])
def test_a_text_is_read_with_its_lines(text: str, form: str, line: int) -> None:
    read = content.read(text)
    assert (read.data, read.format, read.text) == (DATA, form, text)
    assert read.line(SECOND_COMMAND) == line
    assert read.line((*SECOND_COMMAND[:-1], 9)) == read.line(SECOND_COMMAND[:-1])
    assert read.line(()) == (1 if form == "JSON" else 2)


@pytest.mark.parametrize("head", ["- |", "- |-  # a comment"])
def test_a_line_of_a_block_is_told(head: str) -> None:
    read = content.read(f"a:\n  {head}\n\n    one\n    two\n  - three\n")
    assert [read.line(("a", 0), line) for line in (0, 1, 2)] == [3, 4, 5]
    assert read.line(("a", 0, "b")) == 2
    assert read.line(("a", 1), 3) == 6


def test_a_dictionary_is_sent_as_json_and_has_no_lines() -> None:
    read = content.read(DATA)
    assert (read.data, read.format) == (DATA, "JSON")
    assert content.read(read.text).data == DATA
    assert read.line(SECOND_COMMAND) is None


@pytest.mark.parametrize("text", [JSON, YAML])
def test_a_byte_order_mark_and_line_ends_of_windows_are_not_sent(text: str) -> None:
    read = content.read("\ufeff" + text.replace("\n", "\r\n"))
    assert read == content.read(text)


def test_what_begins_as_json_may_be_yaml() -> None:
    read = content.read("{schemaVersion: '2.2', mainSteps: [],}")
    assert (read.data, read.format) == ({"schemaVersion": "2.2", "mainSteps": []}, "YAML")


def test_yaml_may_repeat_and_merge_its_parts() -> None:
    read = content.read("a: &a {b: '1', c: x}\nd:\n  <<: *a\n  c: z\ne: *a\n")
    assert read.data == {"a": {"b": "1", "c": "x"}, "d": {"b": "1", "c": "z"}, "e": {"b": "1", "c": "x"}}
    assert read.line(("e", "b")) == 1


def test_scalars_of_yaml_are_those_of_json() -> None:
    text = "a: 1\nb: 2.5\nc: true\nd: null\ne: ~\nf: 'x'\ng: |\n  y\n"
    assert content.read(text).data == {"a": 1, "b": 2.5, "c": True, "d": None, "e": None, "f": "x", "g": "y\n"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "a": 2}', "the key 'a' is there twice, again in line 2, column 2"),
        ('{"a": {"b": 1, "\\u0062": 2}}', "the key 'b' is there twice, again in line 1, column 16"),
        ("a: 1\nb: 2\na: 3", "the key 'a' is there twice, again in line 3, column 1"),
        ('{"a": [1, 2}', "it is not JSON: Expecting ',' delimiter in line 1, column 12"),
        ('{"a": NaN, "b: 1}', "it is not JSON"),
        ("a: [1", "it is neither JSON nor YAML"),
        ("a:\n\tb: 1", "cannot start any token in line 2, column 1"),
        ("a: 1\n---\nb: 2", "expected a single document"),
        ("a: 2026-01-31", "'2026-01-31' is of YAML's type timestamp, which JSON has not: put it in quotes in line 1"),
        ("a: !!python/name:os.system x", "python/name:os.system"),
        ("a: !Ref x", "!Ref"),
        ("a: !!binary eA==", "type binary"),
        ("a: .inf", "'.inf' is a number that JSON has not"),
        ("a:\n  1: x", "a key is '1', which is a number: put it in quotes; it is in line 2, column 3"),
        ("yes: x", "a key is 'yes', which is true or false"),
        ("? [a]\n: x", "a key is no text; it is in line 1, column 3"),
        ("a: &a [*a]", "an alias repeats what it is in"),
        ("- a", "it is a list; allowed is a dictionary"),
        ("", "it is empty; allowed is a dictionary"),
        ("# a: b", "it is empty; allowed is a dictionary"),
        ("null", "it is null; allowed is a dictionary"),
        ('{"a": [\n1e999]}', "a[0] (line 2) is inf, which JSON has not"),
        ('{"a": "x\\ud800"}', "a (line 1) has half of a character (a surrogate): mend the text"),
        ('{"a": {"\\udc80": 1}}', "a (line 1) has the key '\\udc80', which has half of a character"),
        ('a: "\\ud800"', "a (line 1) has half of a character"),
        ("just words", "it is a text; allowed is a dictionary"),
        ("[1]", "it is a list; allowed is a dictionary"),
        ("a: \x07", "it is neither JSON nor YAML"),
    ],
)
def test_what_is_no_content_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        content.read(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("content: ")


def nested_dictionary(levels: int) -> dict[str, t.Any]:
    """Dictionaries in dictionaries."""
    inner: dict[str, t.Any] = {}
    for _level in range(levels):
        inner = {"a": inner}
    return inner


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 100_000,
        "a: " + "[" * 600,
        '{"a": ' + "[" * 101 + "]" * 101 + "}",
        "a: " + "[" * 101 + "]" * 101,
        nested_dictionary(101),
    ],
    ids=["brackets", "yaml_brackets", "json", "yaml", "dictionary"],
)
def test_what_is_nested_too_deeply_is_no_content(deep: t.Any) -> None:
    with pytest.raises(RequestError, match="content: it is n"):
        content.read(deep)


JSON_VALUES: t.Final = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-9, 9)
    | strategies.text("ab: #-{}[],'\"\\\n\té", max_size=5),
    lambda inner: (
        strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text("ab:", min_size=1), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=40)
@given(
    strategies.dictionaries(strategies.text("ab \n", min_size=1), JSON_VALUES), strategies.sampled_from([None, 0, 2])
)
def test_lines_of_json_are_those_that_yaml_finds(data: dict[str, t.Any], indent: int | None) -> None:
    text = json.dumps(data, indent=indent)
    found = content_json.parse(text)
    assert found == content_yaml.parse(text)
    assert found.value == data


def test_a_large_text_is_read_in_a_moment() -> None:
    text = json.dumps({"a": [{"b": "c"}] * 20_000}, indent=1)
    assert content.read(text).line(("a", 19_999, "b")) == 60_001


def test_aliases_cannot_grow_without_end() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(RequestError, match="or too much"):
        content.read("\n".join(lines))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime.date(2026, 1, 31), "a.b[0] is a date, which JSON has not"),
        (float("nan"), "a.b[0] is nan, which JSON has not"),
        ({1: 2}, "a.b[0] has the key 1, which is a number: put it in quotes"),
        (b"x", "a.b[0] is binary"),
        ({"x"}, "a.b[0] is of the type set"),
    ],
)
def test_a_dictionary_has_values_of_json(value: t.Any, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        content.read({"a": {"b": [value]}})
    assert message in str(caught.value)


def test_a_host_without_yaml_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, yaml.__name__, None)
    assert content.read(JSON).data == DATA
    with pytest.raises(RequestError, match=r"PyYAML is missing for .*python.*: install it there, or give"):
        content.read(YAML)
