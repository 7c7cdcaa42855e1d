# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters are checked against the document and brought into SendCommand's shape."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import (
    SHELL_PARAMETERS,
    check_platform,
    command_parameters,
    declared_by_content,
    declared_by_description,
    undeclared_parameters,
    unjudged_patterns,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

DECLARED: dict[str, t.Any] = {
    "service": {"type": "String", "allowedPattern": "^[a-z]+$"},
    "action": {"type": "String", "default": "status", "allowedValues": ["status", "restart"]},
    "hosts": {"type": "StringList", "default": [], "maxItems": 2},
    "lines": {"type": "Integer", "default": 10},
    "force": {"type": "Boolean", "default": False},
    "labels": {"type": "StringMap", "default": {}},
    "note": {"type": "String", "default": "", "maxChars": 5},
}


def test_values_take_sendcommands_shape() -> None:
    given = {"service": "nginx", "lines": 5, "force": True, "labels": {"a": "b"}, "hosts": ["x", "y"]}
    assert command_parameters("Doc", given, DECLARED) == {
        "service": ["nginx"],
        "lines": ["5"],
        "force": ["true"],
        "labels": ['{"a": "b"}'],
        "hosts": ["x", "y"],
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sevrice": "x"}, "parameters has 'sevrice': Doc has no such parameter, it has action, force, hosts"),
        ({"service": None}, "parameters.service is null: it must have a value."),
        ({"service": ["a", "b"]}, "parameters.service has 2 values: Doc takes one (String)."),
        ({"service": "NGINX"}, "parameters.service does not match what Doc allows: ^[a-z]+$."),
        ({"action": "stop"}, "parameters.action is none of what Doc allows: status, restart."),
        ({"lines": "many"}, "parameters.lines is no Integer, which Doc takes."),
        ({"force": "maybe"}, "parameters.force is no Boolean, which Doc takes."),
        ({"labels": "a=b"}, "parameters.labels is no StringMap, which Doc takes."),
        ({"hosts": ["a", "b", "c"]}, "parameters.hosts has 3 values: Doc allows from 0 to 2."),
        ({"note": "too long"}, "parameters.note has 8 characters: Doc allows from 0 to 5."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        command_parameters("Doc", {"service": "nginx"} | changes, DECLARED)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("name", "likely"),
    [("command", "commands"), ("Commands", "commands"), ("working_directory", "workingDirectory"), ("user", None)],
)
def test_a_near_miss_is_told_the_name(name: str, likely: str | None) -> None:
    declared = {known: {"default": ""} for known in SHELL_PARAMETERS}
    with pytest.raises(RequestError, match=f"^parameters has '{name}': Doc has no such parameter") as refusal:
        command_parameters("Doc", {name: "x"}, declared)
    end = "workingDirectory." if likely is None else f" The likely one is '{likely}'."
    assert str(refusal.value).endswith(end)


@pytest.mark.parametrize("name", DECLARED)
def test_a_refused_value_is_not_shown(name: str) -> None:
    with pytest.raises(RequestError, match=f"^parameters.{name} ") as refusal:
        command_parameters("Doc", {"service": "nginx", name: ["HUNTER2 is long"] * 3}, DECLARED)
    assert "HUNTER2" not in str(refusal.value) + refusal.value.without_value


def test_a_required_parameter_is_missed() -> None:
    with pytest.raises(RequestError, match=r"parameters lacks 'service': Doc requires it and has no default\."):
        command_parameters("Doc", {}, DECLARED)


def test_declarations_of_content_and_description_agree_on_what_is_required() -> None:
    content = json.dumps({"parameters": {"a": {"type": "String"}, "b": {"type": "String", "default": ""}}})
    described = {"Parameters": [{"Name": "a", "Type": "String"}, {"Name": "b", "Type": "String", "DefaultValue": ""}]}
    assert declared_by_content(content) == declared_by_description(described)


def test_a_document_that_fits_no_node_is_refused() -> None:
    with pytest.raises(RequestError, match=r"it is for Windows, and the targeted nodes run Linux\."):
        check_platform("AWS-RunPowerShellScript", ["Windows"], ["Linux", "Linux"])
    check_platform("AWS-RunShellScript", ["Linux", "MacOS"], ["Windows", "Linux"])
    check_platform("AWS-RunShellScript", ["Linux"], [])


BOUNDS = st.none() | st.integers(0, 4)


@given(st.sampled_from(["Items", "Chars"]), BOUNDS, BOUNDS, st.integers(0, 5), st.booleans())
def test_sizes_are_taken_from_the_least_to_the_most(
    field: str, lowest: int | None, highest: int | None, size: int, as_text: bool
) -> None:
    limits = {f"min{field}": lowest, f"max{field}": highest}
    declaration = {
        "type": "StringList" if field == "Items" else "String",
        **{key: str(value) if as_text else value for key, value in limits.items() if value is not None},
    }
    value = ["x"] * size if field == "Items" else "x" * size
    given_one, declared = {"value": value}, {"value": declaration}
    if (lowest or 0) <= size <= (5 if highest is None else highest):
        made = command_parameters("Doc", given_one, declared)
        assert made == {"value": value if isinstance(value, list) else [value]}
    else:
        unit = ("value" if field == "Items" else "character") + ("" if size == 1 else "s")
        with pytest.raises(RequestError, match=f"parameters.value has {size} {unit}: Doc allows from {lowest or 0}"):
            command_parameters("Doc", given_one, declared)


@pytest.mark.parametrize("values", [["x" * 6, "x"], ["x", "x" * 6]])
def test_the_longest_of_several_values_counts(values: list[str]) -> None:
    declared = {"value": {"type": "StringList", "maxChars": 5}}
    with pytest.raises(RequestError, match=r"^parameters\.value has 6 characters: Doc allows from 0 to 5\.$"):
        command_parameters("Doc", {"value": values}, declared)


@pytest.mark.parametrize(
    ("kind", "value", "is_taken"),
    [
        ("Integer", "-1", True),
        ("Integer", "1.0", False),
        ("Integer", "", False),
        ("Boolean", "TRUE", True),
        ("Boolean", "yes", False),
        ("StringMap", "{}", True),
        ("StringMap", "[]", False),
        ("MapList", "[]", True),
        ("MapList", {}, True),
        ("MapList", "x", False),
        ("MapList", "1", False),
        ("StringList", [], True),
        ("String", [], False),
        ("String", ["a", "b"], False),
        ("StringMap", [{}, {}], False),
        ("Boolean", [True, False], False),
        ("Integer", [1, 2], False),
        ("MapList", [{}, {}], True),
    ],
)
def test_types_at_their_bounds(kind: str, value: t.Any, is_taken: bool) -> None:
    declared = {"value": {"type": kind}}
    if is_taken:
        assert len(command_parameters("Doc", {"value": value}, declared)) == 1
    else:
        with pytest.raises(RequestError, match=r"^parameters\.value "):
            command_parameters("Doc", {"value": value}, declared)


# What Java or Go knows and Python does not, or reads in another way: (pattern, a value that AWS allows)
UNJUDGED: list[tuple[str, str]] = [
    (r"^[\p{L}0-9 ]+$", "\u00dcber 9"),
    (r"^a(?i)b$", "aB"),
    (r"^a\z", "a"),
    (r"^a\Z", "a\n"),
    (r"(?<name>a)", "a"),
    (r"^[[:alnum:]]+$", "ab9"),
    (r"^[_[:alnum:]]+$", "a_b"),
    (r"^[^[:space:]]+$", "ab"),
    (r"^[a-z&&[^b]]+$", "ac"),
    (r"^[a-z&&\w]+$", "ac"),
    (r"^\Qa.b\E$", "a.b"),
    (r"^\h$", " "),
    (r"(?U)a+", "a"),
    (r"(?u)a+", "a"),
    (r"a{0,99999999999}", "a"),
    ("(" * 3_000 + "a" + ")" * 3_000, "a"),
    (r"^\x{61}$", "a"),
]


@pytest.mark.parametrize(("pattern", "value"), UNJUDGED)
def test_a_pattern_that_python_does_not_know_is_left_to_aws(pattern: str, value: str) -> None:
    declared = {"value": {"type": "String", "allowedPattern": pattern}}
    assert command_parameters("Doc", {"value": value}, declared) == {"value": [value]}
    assert unjudged_patterns({"value": value}, declared) == ["value"]


# Patterns that mean the same to all: (pattern, a value that it allows, one that it does not)
JUDGED: list[tuple[str, str, str]] = [
    ("b", "abc", "a"),
    (r"^\[$", "[", "a"),
    (r"^[^'\]\[]+$", "a", "["),
    (r"^[]a]+$", "]a", "b"),
    (r"^[a\\]+$", "a\\", "b"),
    (r"^\\Z$", "\\Z", "Z"),
    (r"^\w+$", "a_1", "\u00fc"),
    (r"^(?i:a)$", "A", "b"),
    (r"(?i)^a$", "A", "b"),
    (r"^[a~~]+$", "a~", "b"),
    (r"^.{2}$", "\u00fc\u00fc", "\u00fc"),
    (r"(^$)|^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}$", "01234567-89ab", "0123"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("pattern", "allowed", "refused"), JUDGED)
def test_a_pattern_that_python_knows_is_searched_for(pattern: str, allowed: str, refused: str) -> None:
    declared = {"value": {"type": "String", "allowedPattern": pattern}}
    assert command_parameters("Doc", {"value": allowed}, declared) == {"value": [allowed]}
    assert unjudged_patterns({"value": allowed}, declared) == []
    with pytest.raises(RequestError, match=r"^parameters\.value "):
        command_parameters("Doc", {"value": refused}, declared)


@pytest.mark.parametrize("reference", ["{{ssm:name}}", "{{ ssm:/a/name:3 }}", "x {{ssm-secure:name}} y"])
@pytest.mark.parametrize(
    "declaration",
    [
        {"type": "String", "allowedPattern": "^[a-z]+$"},
        {"type": "String", "allowedValues": ["a"]},
        {"type": "String", "maxChars": 3},
        {"type": "Integer"},
        {"type": "Boolean"},
        {"type": "StringMap"},
        {"type": "MapList"},
        {"type": "StringList", "allowedPattern": "^[a-z]+$", "minItems": 2},
    ],
)
def test_a_reference_to_the_parameter_store_is_not_checked(reference: str, declaration: dict[str, t.Any]) -> None:
    assert command_parameters("Doc", {"value": reference}, {"value": declaration}) == {"value": [reference]}


@pytest.mark.parametrize("text", ["{{ ssm }}", "{{ssm:}}", "ssm:name", "{{other:name}}", "{{ssm:name}"])
def test_what_is_no_reference_is_checked(text: str) -> None:
    with pytest.raises(RequestError, match=r"^parameters\.value "):
        command_parameters("Doc", {"value": text}, {"value": {"type": "String", "allowedPattern": "^[a-z]+$"}})


def test_of_several_values_those_without_a_reference_are_checked() -> None:
    declared = {"value": {"type": "StringList", "allowedPattern": "^[a-z]+$"}}
    with pytest.raises(RequestError, match=r"^parameters\.value "):
        command_parameters("Doc", {"value": ["{{ssm:name}}", "A"]}, declared)


MIDDAY = datetime.datetime(2026, 1, 31, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "kind", "sent"),
    [
        (datetime.date(2026, 1, 31), "String", ["2026-01-31"]),
        (MIDDAY, "String", ["2026-01-31 12:00:00+00:00"]),
        ([datetime.date(2026, 1, 31), True, 1.5], "StringList", ["2026-01-31", "true", "1.5"]),
        (float("inf"), "String", [".inf"]),
        ([float("-inf"), float("nan")], "StringList", ["-.inf", ".nan"]),
        (
            {"on": datetime.date(2026, 1, 31), "n": 1, "b": True},
            "StringMap",
            ['{"on": "2026-01-31", "n": 1, "b": true}'],
        ),
        ({"a": [MIDDAY, float("nan"), None]}, "StringMap", ['{"a": ["2026-01-31 12:00:00+00:00", ".nan", null]}']),
        ({datetime.date(2026, 1, 31): 1, True: 2}, "StringMap", ['{"2026-01-31": 1, "true": 2}']),
        ([{"a": 1}, {"b": 2}], "MapList", ['[{"a": 1}, {"b": 2}]']),
        ({"a": 1}, "MapList", ['[{"a": 1}]']),
        (['{"a": 1}', {"b": 2}], "MapList", ['[{"a": 1}, {"b": 2}]']),
        ('[{"a": 1}]', "MapList", ['[{"a": 1}]']),
        ([], "MapList", ["[]"]),
    ],
)
def test_a_value_is_sent_as_yaml_or_json_has_it(value: t.Any, kind: str, sent: list[str]) -> None:
    assert command_parameters("Doc", {"value": value}, {"value": {"type": kind}}) == {"value": sent}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ([{"a": 1}, {"b": 2}], ['[{"a": 1}, {"b": 2}]']),
        ({"a": 1}, ['{"a": 1}']),
        (["a", {"b": 2}], ["a", '{"b": 2}']),
        ([datetime.date(2026, 1, 31), True, 1], ["2026-01-31", "true", "1"]),
    ],
)
def test_without_a_declaration_the_value_says_what_it_is(value: t.Any, sent: list[str]) -> None:
    assert undeclared_parameters({"value": value}) == {"value": sent}


@pytest.mark.parametrize("value", [b"bytes", {"a": b"bytes"}, [b"bytes"], {1, 2}, {"a": {"b": {1}}}])
def test_a_type_that_has_no_text_is_refused_by_name(value: t.Any) -> None:
    sentence = r"^parameters\.value has a value of the type (bytes|set): it must be text\.$"
    with pytest.raises(RequestError, match=sentence):
        undeclared_parameters({"value": value})


@pytest.mark.parametrize(
    "declaration",
    [
        {"type": "String", "allowedValues": "abc"},
        {"type": "String", "allowedValues": [None, "a"]},
        {"type": "String", "allowedValues": [{"a": 1}]},
        {"type": "String", "allowedPattern": ["^a$"]},
        {"type": "String", "maxChars": "many", "minChars": None},
        {"type": None},
        {"type": ["String"]},
        {"type": "Another"},
        {"type": "StringMap", "allowedValues": [{"a": 1}], "allowedPattern": "^x$"},
    ],
)
def test_what_a_document_should_not_declare_is_left_to_aws(declaration: dict[str, t.Any]) -> None:
    given_one = {"a": 1} if declaration["type"] == "StringMap" else "x"
    assert command_parameters("Doc", {"value": given_one}, {"value": declaration})


def test_content_in_yaml_declares_as_json_does() -> None:
    content = "schemaVersion: '2.2'\nparameters:\n  day: {type: String, allowedValues: [2026-01-31, on]}\n"
    (declared,) = declared_by_content(content).values()
    assert declared["type"] == "String"
    assert declared_by_content("schemaVersion: '2.2'\n") == {}


@pytest.mark.parametrize(
    "content", ["", "just text", "[]", "a: b: c", "\t- x", "[" * 50_000, "parameters: [a]", "parameters: {a: b}", "{"]
)
def test_content_that_declares_nothing_is_no_crash(content: str) -> None:
    with pytest.raises(ValueError, match=r"^The content "):
        declared_by_content(content)
