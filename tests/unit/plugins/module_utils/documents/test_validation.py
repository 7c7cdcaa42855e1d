# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWS checks documents, one by one; whole documents are in test_real_life.py."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, validation
from local_aws.run_command.documents import AWS_OWNED

STEP: t.Final = {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["id"]}}
COMMAND_DOCUMENTS: t.Final = [document for document in AWS_OWNED.values() if document.kind == "Command"]


def document(**changes: t.Any) -> dict[str, t.Any]:
    """A document without faults but for its changes; None takes a part away."""
    whole = {"schemaVersion": "2.2", "description": "x", "parameters": {}, "mainSteps": [STEP], **changes}
    return {name: value for name, value in whole.items() if value is not None}


def step(**changes: t.Any) -> dict[str, t.Any]:
    """A document whose only step is changed."""
    changed = {name: value for name, value in {**STEP, **changes}.items() if value is not None}
    return document(mainSteps=[changed])


def script(*commands: t.Any, **parameters: t.Any) -> dict[str, t.Any]:
    """A document that runs these commands, with these parameters."""
    return document(parameters=parameters, mainSteps=[{**STEP, "inputs": {"runCommand": list(commands)}}])


def parameter(**declaration: t.Any) -> dict[str, t.Any]:
    """A document with one parameter, x."""
    return document(parameters={"x": declaration})


def plugin(properties: t.Any, action: str = "aws:runShellScript") -> dict[str, t.Any]:
    """A document of schema 1.2."""
    return document(schemaVersion="1.2", mainSteps=None, runtimeConfig={action: {"properties": properties}})


def found(data: dict[str, t.Any]) -> list[str]:
    """The faults of a document, as text."""
    return [str(fault) for fault in validation.faults(content.read(data))]


@pytest.mark.parametrize("owned", COMMAND_DOCUMENTS, ids=lambda owned: owned.name)
def test_what_aws_owns_has_no_fault(owned: t.Any) -> None:
    assert found(owned.content) == []


@pytest.mark.parametrize(
    "data",
    [
        document(),
        document(parameters=None),
        document(schemaVersion="2.0", description=None),
        document(description=5, parameters={"x": {"type": "String", "description": True}}),
        document(mainSteps=[STEP, {**STEP, "name": "run-2"}]),
        step(inputs={"runCommand": "id"}),
        step(inputs={"commands": ["id"], "interpolationType": "ENV_VAR"}),
        step(inputs={"runCommand": ["id"], "timeoutSeconds": 60, "onFailure": "abort", "finallyStep": True}),
        step(precondition={"StringEquals": ["platformType", "MacOS"]}, onFailure="exit", maxAttempts=2),
        step(action="aws:newPlugin", inputs={"x": 1}),
        step(action="aws:refreshAssociation", inputs=None),
        script(
            "docker ps --format '{{.Names}}' ; echo {{ssm:/a/b}} {{ssm-secure:c}} {{ global:DATE }} {{platformType}}"
        ),
        script("echo {{ x }} {{x}}", x={"type": "StringList"}),
        script("echo {{ my_name }} {{ a.b }}"),
        script("echo {{ x }}", x={"type": "Boolean"}),
        parameter(type="String"),
        parameter(type="String", default="", allowedPattern="^i-[a-f0-9]{17}$", displayType="textarea"),
        parameter(type="String", default="{{ ssm:/a }}", allowedValues=["a"], allowedPattern="^a$", maxChars="9"),
        parameter(type="String", default="x", allowedPattern="\\p{Lower}"),
        parameter(type="String", default="yes", allowedValues=[True, False]),
        parameter(type="StringList", default=["a", "{{ssm:b}}"], allowedValues=["a"], minItems=1),
        parameter(type="Integer", default=-3),
        parameter(type="Integer", default="{{ssm:n}}"),
        parameter(type="Boolean", default=False),
        parameter(type="MapList", default=[{"a": ["b"]}]),
        parameter(type="StringMap", default={}),
        plugin({"runCommand": "id"}),
        plugin([{"id": "0", "runCommand": ["id"]}, {"id": "1", "runCommand": ["date"]}]),
        plugin("{{ properties }}", "aws:cloudWatch") | {"parameters": {"properties": {"type": "String"}}},
    ],
)
def test_what_aws_takes_is_no_fault(data: dict[str, t.Any]) -> None:
    assert found(data) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (document(schemaVersion=None), "schemaVersion: it is missing; allowed are '1.2', '2.0', '2.2'."),
        (document(schemaVersion="0.3"), "schemaVersion: '0.3' is no schema version of Command documents"),
        (document(schemaVersion=2.2), "schemaVersion: 2.2 is a number, and must be a text: put it in quotes"),
        (document(mainSteps=None), "mainSteps: it is missing; schema version 2.2 requires it."),
        (document(mainsteps=[]), "mainsteps: documents of this schema version have no such part"),
        (document(mainsteps=[]), "The likely one is mainSteps."),
        (document(schemaVersion="1.2", mainSteps=None), "runtimeConfig: it is missing"),
        (document(schemaVersion="1.2", runtimeConfig={"aws:x": {"properties": {}}}), "mainSteps: documents of this"),
        (document(runtimeConfig={}), "runtimeConfig: documents of this schema version have no such part"),
        (document(description="x" * 65_536), "the content: it has 65"),
        (document(description=["x"]), "description: it is a list; it must be a text."),
        (parameter(type="String", description={}), "parameters.x.description: it is a dictionary; it must be a text."),
        (document(parameters=["x"]), "parameters: it is a list; it must be a dictionary"),
        (document(mainSteps={}), "mainSteps: it is empty; it must be a list of steps."),
        (document(mainSteps=STEP), "mainSteps: it is a dictionary; it must be a list of steps."),
        (document(mainSteps=["id"]), "mainSteps[0]: it is a text; a step is a dictionary"),
        (document(mainSteps=[STEP, STEP]), "mainSteps[1].name: 'run' is the name of mainSteps[0] too"),
        (step(name=None), "mainSteps[0].name: it is missing; allowed are 1 to 128"),
        (step(name="run it"), "mainSteps[0].name: 'run it' is not the name of a step"),
        (step(action=None), "mainSteps[0].action: it is missing; it must be the name of a plugin"),
        (step(action="runShellScript"), "mainSteps[0].action: 'runShellScript' is no plugin"),
        (step(action="aws:executeScript"), "mainSteps[0].action: aws:executeScript is an action of Automation"),
        (step(inputs=[{"runCommand": ["id"]}]), "mainSteps[0].inputs: it is a list; it must be a dictionary."),
        (step(inputs=None), "mainSteps[0].inputs.runCommand: it is missing; aws:runShellScript requires it."),
        (step(inputs={"runCommand": {"a": 1}}), "mainSteps[0].inputs.runCommand: it is a dictionary; it must be"),
        (script("id", {"echo Status": "ok"}), "mainSteps[0].inputs.runCommand[1]: it is a dictionary, and must be"),
        (script("id", None), "mainSteps[0].inputs.runCommand[1]: it is null"),
        (
            script("echo {{ nmae }}", name={"type": "String"}),
            "{{ nmae }} names no parameter of the document. The likely",
        ),
        (script("docker ps --format '{{end}}'"), "runCommand[0]: {{ end }} names no parameter of the document."),
        (
            script("exit {{ code }}", code={"type": "Integer"}),
            "{{ code }} is of the type Integer, which scripts do not take",
        ),
        (step(precondition=["platformType"]), "mainSteps[0].precondition: it is a list; it must be a dictionary"),
        (step(precondition={"StringEquals": "Linux"}), "mainSteps[0].precondition.StringEquals: it must be a list"),
        (step(precondition={"StringEquals": ["{{ os }}", "x"]}), "precondition.StringEquals[0]: {{ os }} names no"),
        (document(parameters={"my_name": {"type": "String"}}), "parameters.my_name: 'my_name' is not the name of a"),
        (document(parameters={"x": "String"}), "parameters.x: it is a text; it must be a dictionary with a type."),
        (parameter(), "parameters.x.type: it is missing; allowed are String, StringList"),
        (parameter(type="Number"), "parameters.x.type: 'Number' is no type of parameters"),
        (parameter(type="String", default=3600), "parameters.x.default: it is a number, and the type is String"),
        (parameter(type="Boolean", default="true"), "parameters.x.default: it is a text, and the type is Boolean"),
        (parameter(type="Integer", default="3"), "it must be a whole number without quotes."),
        (parameter(type="Integer", default=True), "parameters.x.default: it is true or false, and the type is Integer"),
        (parameter(type="StringList", default="a"), "parameters.x.default: it is a text, and the type is StringList"),
        (parameter(type="StringList", default=[1]), "it must be a list of texts."),
        (parameter(type="MapList", default={}), "it must be a list of dictionaries."),
        (parameter(type="StringMap", default=[]), "it must be a dictionary."),
        (
            parameter(type="String", default="c", allowedValues=["a", "b"]),
            "default: 'c' is none of the allowedValues a, b.",
        ),
        (parameter(type="String", allowedValues="a"), "parameters.x.allowedValues: it is a text; it must be a list."),
        (parameter(type="String", default="A", allowedPattern="^[a-z]+$"), "'A' does not match the allowedPattern"),
        (
            parameter(type="String", allowedPattern=["a"]),
            "parameters.x.allowedPattern: it is a list; it must be a text.",
        ),
        (parameter(type="String", maxChars="many"), "parameters.x.maxChars: 'many' is not a whole number from 0."),
        (parameter(type="StringList", minItems=-1), "parameters.x.minItems: -1 is not a whole number from 0."),
        (plugin(None), "runtimeConfig.aws:runShellScript: its properties must be a dictionary or a list"),
        (plugin(["id"]), "runtimeConfig.aws:runShellScript: its properties must be a dictionary or a list"),
        (plugin([{"id": "0"}]), "runtimeConfig.aws:runShellScript.properties[0].runCommand: it is missing"),
        (plugin({}, "aws:runCommand"), "runtimeConfig.aws:runCommand: aws:runCommand is an action of Automation"),
        (plugin({}) | {"runtimeConfig": []}, "runtimeConfig: it is empty; it must be a dictionary of plugins"),
    ],
)
def test_what_aws_refuses_is_told_with_its_path(data: dict[str, t.Any], message: str) -> None:
    assert any(message in text for text in found(data)), found(data)


def test_all_faults_are_told_at_once_in_the_order_of_lines() -> None:
    text = """\
schemaVersion: 2.2
parameters:
  my_name: {type: Text}
mainSteps:
  - action: aws:sleep
    name: a b
    inputs: {}
"""
    assert [(fault.line, fault.path) for fault in validation.faults(content.read(text))] == [
        (1, "schemaVersion"),
        (3, "parameters.my_name"),
        (3, "parameters.my_name.type"),
        (5, "mainSteps[0].action"),
        (6, "mainSteps[0].name"),
    ]


def test_a_reference_is_told_with_its_line_in_a_script() -> None:
    text = """\
schemaVersion: '2.2'
parameters:
  count: {type: Integer, default: 1}
mainSteps:
  - action: aws:runShellScript
    name: run
    inputs:
      runCommand:
        - |
          set -eu

          echo {{ count }} {{ typo }}
          echo {{ typo }} {{ other }}
        - echo {{ typo }}
"""
    assert [(fault.line, fault.message[:12].strip()) for fault in validation.faults(content.read(text))] == [
        (12, "{{ count }}"),
        (12, "{{ typo }} n"),
        (13, "{{ other }}"),
        (14, "{{ typo }} n"),
    ]


def test_a_fault_is_a_sentence_with_its_line() -> None:
    fault = validation.Fault("mainSteps[1].inputs.runCommand", 14, "it is missing.")
    assert str(fault) == "mainSteps[1].inputs.runCommand (line 14): it is missing."
