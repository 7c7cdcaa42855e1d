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
