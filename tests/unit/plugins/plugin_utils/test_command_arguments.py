# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec and the documentation say the same, and text is one command."""

from __future__ import annotations

import copy
import datetime
import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.ssmops.run_command.plugins.action import node_result as node_result_action
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.modules import send_command
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import (
    ARGUMENT_SPEC,
    as_written,
)

Spec = dict[str, dict[str, t.Any]]
SEND_COMMAND = "ssmops.run_command.send_command"
NODE_RESULT = "ssmops.run_command.node_result"
COLLECTIONS = pathlib.Path(send_command.__file__).parents[5]
SHARED = ("type", "default", "choices", "elements", "required", "aliases")
SPECS: dict[str, Spec] = {
    SEND_COMMAND: {**aws_argument_spec(), **ARGUMENT_SPEC},
    NODE_RESULT: t.cast("Spec", node_result_action.ARGUMENT_SPEC),
}


@pytest.fixture(scope="module")
def documented() -> dict[str, Spec]:
    """The options of both modules as users read them, with those of the fragments."""
    program = str(pathlib.Path(sys.executable).with_name("ansible-doc"))
    answer = subprocess.run(
        [sys.executable, program, "--json", "--type", "module", SEND_COMMAND, NODE_RESULT],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)},
        capture_output=True,
        check=True,
    )
    return {name: found["doc"]["options"] for name, found in json.loads(answer.stdout).items()}


def said(option: dict[str, t.Any], field: str) -> t.Any:
    """What a spec or a documentation says of an option, with what Ansible takes for unsaid."""
    value = option.get(field)
    if field == "type":
        return value or "str"
    return value or None if field in {"required", "aliases"} else value


def differences(spec: Spec, docs: Spec, where: str = "") -> t.Iterator[str]:
    """What `docs` says otherwise than `spec`, in words."""
    for name in sorted(spec.keys() ^ docs.keys()):
        yield f"{where}{name} is {'not documented' if name in spec else 'documented only'}"
    for name in sorted(spec.keys() & docs.keys()):
        for field in SHARED:
            in_spec, in_docs = said(spec[name], field), said(docs[name], field)
            if in_spec != in_docs:
                yield f"{where}{name}: {field} is {in_spec!r} in the spec and {in_docs!r} in the documentation"
        yield from differences(spec[name].get("options", {}), docs[name].get("suboptions", {}), f"{where}{name}.")


def test_every_action_is_compared() -> None:
    actions = pathlib.Path(node_result_action.__file__).parent.glob("*.py")
    assert {f"ssmops.run_command.{path.stem}" for path in actions} == set(SPECS)


@pytest.mark.parametrize("action", SPECS)
def test_an_action_is_documented_as_it_is_checked(documented: dict[str, Spec], action: str) -> None:
    assert list(differences(SPECS[action], documented[action])) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"type": "int"}, "type"),
        ({"default": "x"}, "default"),
        ({"choices": ["a"]}, "choices"),
        ({"required": True}, "required"),
        ({"elements": "int"}, "elements"),
        ({"aliases": ["remark"]}, "aliases"),
    ],
)
def test_the_comparison_sees_differences(documented: dict[str, Spec], change: dict[str, t.Any], word: str) -> None:
    found = documented[SEND_COMMAND]
    docs = {**found, "comment": {**found["comment"], **change}}
    (difference,) = differences(SPECS[SEND_COMMAND], docs)
    assert difference.startswith(f"comment: {word} is")


def test_the_comparison_sees_suboptions(documented: dict[str, Spec]) -> None:
    docs = copy.deepcopy(documented[SEND_COMMAND])
    docs["notification_config"]["suboptions"]["notification_events"]["choices"].remove("All")
    docs["alarm_configuration"]["suboptions"]["alarms"]["suboptions"]["name"]["required"] = False
    del docs["targets"]["suboptions"]["values"]
    found = list(differences(SPECS[SEND_COMMAND], docs))
    assert [difference.split(" is ")[0] for difference in found] == [
        "alarm_configuration.alarms.name: required",
        "notification_config.notification_events: choices",
        "targets.values",
    ]


def test_no_option_takes_the_place_of_one_of_amazon_aws() -> None:
    own = set(ARGUMENT_SPEC)
    theirs = {name for option, spec in aws_argument_spec().items() for name in (option, *spec.get("aliases", ()))}
    assert not own & theirs


DAY = datetime.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"commands": "echo a, b\necho c"}, {"commands": ["echo a, b\necho c"]}),
        ({"commands": ["a", "b"]}, {"commands": ["a", "b"]}),
        ({"commands": None}, {"commands": None}),
        ({"commands": [True, False, 1, 1.5, DAY]}, {"commands": ["true", "false", "1", "1.5", "2026-01-31"]}),
        ({"commands": True}, {"commands": ["true"]}),
        ({"comment": True, "document_version": 3}, {"comment": "true", "document_version": "3"}),
        ({"instance_ids": "i-1\r\ni-2, i-3 i-4\n\n"}, {"instance_ids": ["i-1", "i-2", "i-3", "i-4"]}),
        ({"instance_ids": ["i-1 i-2", "", "i-3,"]}, {"instance_ids": ["i-1", "i-2", "i-3"]}),
        ({"instance_ids": " \n"}, {"instance_ids": []}),
        ({"command_ids": "a\nb"}, {"command_ids": ["a", "b"]}),
        (
            {"targets": [{"key": "tag:On", "values": [True, DAY]}, {"key": "tag-key", "values": "a,b"}]},
            {"targets": [{"key": "tag:On", "values": ["true", "2026-01-31"]}, {"key": "tag-key", "values": "a,b"}]},
        ),
        ({"alarm_configuration": {"alarms": [{"name": 7}]}}, {"alarm_configuration": {"alarms": [{"name": "7"}]}}),
        (
            {"parameters": {"on": True}, "target_tags": {"On": True}},
            {"parameters": {"on": True}, "target_tags": {"On": True}},
        ),
        (
            {"wait": "no", "timeout_seconds": "90", "unknown": [1]},
            {"wait": "no", "timeout_seconds": "90", "unknown": [1]},
        ),
        ({"targets": "x", "script": "a b"}, {"targets": "x", "script": "a b"}),
    ],
)
def test_arguments_are_taken_as_yaml_writes_them(given: dict[str, t.Any], written: dict[str, t.Any]) -> None:
    before = copy.deepcopy(given)
    assert as_written(given) == written
    assert given == before


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"commands": ["a", {"echo": "b"}]}, "commands[2] has a value of the type dictionary: it must be text."),
        ({"commands": ["a", ["b"]]}, "commands[2] has a value of the type list: it must be text."),
        ({"commands": [None]}, "commands[1] is null: it must have a value."),
        ({"comment": {"a": 1}}, "comment has a value of the type dictionary: it must be text."),
        ({"instance_ids": [None]}, "instance_ids[1] is null: it must have a value."),
        (
            {"targets": [{"key": "k", "values": [["v"]]}]},
            "targets[1].values[1] has a value of the type list: it must be text.",
        ),
    ],
)
def test_what_is_no_text_is_refused_by_name(given: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        as_written(given)
    assert str(refusal.value) == sentence
