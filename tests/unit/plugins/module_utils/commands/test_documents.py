# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters are checked against the document and brought into SendCommand's shape."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import (
    check_platform,
    command_parameters,
    declared_by_content,
    declared_by_description,
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
        ({"service": "NGINX"}, "parameters.service is 'NGINX': Doc allows what matches ^[a-z]+$."),
        ({"action": "stop"}, "parameters.action is 'stop': Doc allows status, restart."),
        ({"lines": "many"}, "parameters.lines is 'many': Doc takes Integer."),
        ({"force": "maybe"}, "parameters.force is 'maybe': Doc takes Boolean."),
        ({"labels": "a=b"}, "parameters.labels is 'a=b': Doc takes StringMap."),
        ({"hosts": ["a", "b", "c"]}, "parameters.hosts has 3 values: Doc allows from 0 to 2."),
        ({"note": "too long"}, "parameters.note has 8 characters: Doc allows from 0 to 5."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        command_parameters("Doc", {"service": "nginx"} | changes, DECLARED)
    assert str(refusal.value).startswith(sentence)


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
        unit = "values" if field == "Items" else "characters"
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
