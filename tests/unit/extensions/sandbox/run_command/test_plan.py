# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a document with its parameters put in."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import plan
from local_aws.run_command.documents import AWS_OWNED, Document
from local_aws.run_command.plan import Argument

TYPES = {"s": "String", "n": "Integer", "b": "Boolean", "l": "StringList", "m": "StringMap", "d": "MapList"}
VALUES = {"s": ["it's"], "n": ["5"], "b": ["True"], "l": ["a", "b c"], "m": ['{"k": "\u00e9"}'], "d": ['[{"k": 1}]']}


def planned(inputs: t.Any, schema: str = "2.2", **step: t.Any) -> plan.Step:
    content = {
        "schemaVersion": schema,
        "parameters": {name: {"type": kind} for name, kind in TYPES.items()},
        "mainSteps": [{"action": "aws:runShellScript", "name": "step", "inputs": inputs, **step}],
    }
    document = Document(name="mine", version="1", content=content, text="")
    return plan.plan_steps(document, VALUES)[0]


@pytest.mark.parametrize(
    ("value", "rendered"),
    [
        ("{{ s }}", "it's"),
        ("{{n}}", 5),
        ("{{ b }}", True),
        ("{{ l }}", ["a", "b c"]),
        ("{{ m }}", {"k": "\u00e9"}),
        ("{{ d }}", [{"k": 1}]),
        ("x {{ s }} {{n}} {{ b }}", "x it's 5 true"),
        ("x{{ l }} {{ m }}", 'x["a","b c"] {"k":"\u00e9"}'),
        ("{{ unknown }} {{ssm:x}}", "{{ unknown }} {{ssm:x}}"),
        (["{{ l }}", "{{ s }}"], [["a", "b c"], "it's"]),
        ({"k": "{{ n }}"}, {"k": 5}),
        (7, 7),
    ],
)
def test_parameters_are_put_in_in_their_types(value: t.Any, rendered: t.Any) -> None:
    assert planned({"value": value}).inputs == ({"value": rendered},)


def test_a_value_is_not_looked_into_again() -> None:
    parameters = {"commands": ["{{ workingDirectory }}"], "workingDirectory": [""], "executionTimeout": ["60"]}
    (step,) = plan.plan_steps(AWS_OWNED["AWS-RunShellScript"], parameters)
    assert step.inputs[0]["runCommand"] == ["{{ workingDirectory }}"]
    assert (step.name, step.step_id, step.timeout) == ("aws:runShellScript", "0.aws:runShellScript", 60)


def test_parameters_in_the_environment() -> None:
    content = {
        "schemaVersion": "2.2",
        "parameters": {"s": {"type": "String", "interpolationType": "ENV_VAR"}},
        "mainSteps": [
            {"action": "aws:runShellScript", "name": "step", "inputs": {"runCommand": ["echo {{ s }}", "{{s}}"]}}
        ],
    }
    (step,) = plan.plan_steps(Document(name="mine", version="1", content=content, text=""), {"s": ["$(x)"]})
    assert step.inputs[0]["runCommand"] == ["echo ${SSM_s}", "${SSM_s}"]
    assert step.environment == {"SSM_s": "$(x)"}


@pytest.mark.parametrize(("schema", "takes_them"), [("2.0", False), ("2.2", True)])
def test_preconditions_keep_both_forms(schema: str, takes_them: bool) -> None:
    step = planned({}, schema, precondition={"StringEquals": ["{{ s }}", "no"]})
    assert step.preconditions == {"StringEquals": [Argument("{{ s }}", "it's"), Argument("no", "no")]}
    assert step.takes_preconditions == takes_them


@pytest.mark.parametrize(
    ("value", "flag"), [(True, "true"), (False, "false"), ("exit", "exit"), (1, ""), (None, ""), (["exit"], "")]
)
def test_flags(value: t.Any, flag: str) -> None:
    assert planned({"onFailure": value}).flag("onFailure") == flag


def test_the_properties_of_a_plugin() -> None:
    properties = [{"id": "0.x", "runCommand": ["a"], "timeoutSeconds": 60}, {"id": "1.x", "onFailure": "exit"}]
    content = {"schemaVersion": "1.2", "runtimeConfig": {"aws:runShellScript": {"properties": properties}}}
    (step,) = plan.plan_steps(Document(name="mine", version="1", content=content, text=""), {})
    assert (step.name, step.step_id, len(step.inputs), step.timeout) == ("aws:runShellScript", "1.x", 2, 3660)
    assert step.flag("onFailure") == ""
    assert plan.execution_timeout([step]) == 3660
    assert plan.execution_timeout([]) == 3600
