# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remediations: their documents, and that none answers itself."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import remediations
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.remediations import (
    find_cycle,
    plan_remediations,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from local_aws.run_command import document_checks

HERE = Place("aws", "us-east-1", "123456789012")
FAILED = {"level": ["invocation"], "statuses": ["Failed"]}


def item(name: str = "r", **more: t.Any) -> dict[str, t.Any]:
    given = {"name": name, "on_command_status": FAILED, "commands": ["exit 1"], "target_tags": {"Role": "web"}, **more}
    return {key: value for key, value in given.items() if value is not None}


def document(name: str) -> str:
    return remediations.document_name("fleet", name, "us-east-1")


def test_one_that_fails_does_not_answer_itself_or_another() -> None:
    one, other = plan_remediations(
        [item("a"), item("b", event_pattern={"source": ["aws.ssm"]}, on_command_status=None)], "fleet", HERE
    )
    assert not any(first.answers(second) for first in (one, other) for second in (one, other))
    assert one.document_name == "ssmops-remediation-fleet-a-us-east-1"
    assert one.document_arn == f"arn:aws:ssm:us-east-1:123456789012:document/{one.document_name}"


def test_that_of_another_role_is_left_out_too() -> None:
    (one,), (other,) = (plan_remediations([item()], role, HERE) for role in ("red", "blue"))
    assert not one.answers(other)


def test_a_schedule_answers_nothing() -> None:
    (one,) = plan_remediations([item(on_command_status=None, schedule_expression="rate(1 day)")], "fleet", HERE)
    assert one.event_pattern is None
    assert not one.answers(one)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({}, {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["exit 1"]}}),
        (
            {
                "commands": None,
                "document_name": "AWS-RunPowerShellScript",
                "parameters": {"commands": "dir", "executionTimeout": 60, "workingDirectory": "C:"},
            },
            {
                "action": "aws:runPowerShellScript",
                "name": "run",
                "inputs": {"runCommand": ["dir"], "timeoutSeconds": "60", "workingDirectory": "C:"},
            },
        ),
        (
            {"commands": None, "document_name": "AWS-RunPatchBaseline", "parameters": {"Operation": "Scan"}},
            {
                "action": "aws:runDocument",
                "name": "run",
                "inputs": {
                    "documentType": "SSMDocument",
                    "documentPath": "AWS-RunPatchBaseline",
                    "documentParameters": {"Operation": ["Scan"]},
                },
            },
        ),
    ],
)
def test_the_document_runs_what_is_given(given: dict[str, t.Any], step: dict[str, t.Any]) -> None:
    (one,) = plan_remediations([item(**given)], "fleet", HERE)
    assert one.document_content["mainSteps"] == [step]
    document_checks.check_command(one.document_content)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on_command_status": None}, ["monitoring_remediations[r]", "no trigger", "event_pattern"]),
        ({"schedule_expression": "rate(1 day)"}, ["on_command_status and schedule_expression", "exactly one"]),
        ({"commands": None}, ["no command"]),
        ({"parameters": {}}, ["commands and parameters"]),
        ({"document_name": "a b"}, ["document_name: 'a b'"]),
        ({"commands": []}, ["no commands"]),
        (
            {"commands": None, "document_name": "AWS-RunShellScript", "parameters": {"command": ["x"]}},
            ["have command;"],
        ),
        ({"commands": ["echo {{ name }}"]}, ["{{ name }}", "parameter"]),
        ({"on_command_status": {"level": []}}, ["monitoring_remediations[r].on_command_status.level"]),
        ({"on_command_status": None, "event_pattern": {"source": "x"}}, ["[r].event_pattern.source: 'x'"]),
        ({"name": "x" * 120}, ["ssmops-remediation", "not the name of a document"]),
    ],
)
def test_refuses(given: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        plan_remediations([item(**given)], "fleet", HERE)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_a_cycle_through_named_documents_is_found_before_anything_is_made() -> None:
    def answering(name: str, *others: str) -> dict[str, t.Any]:
        return item(name, on_command_status={"level": ["command"], "document_names": [document(one) for one in others]})

    chain = plan_remediations([item("a"), answering("b", "a"), answering("c", "b")], "fleet", HERE)
    assert [[one.name for one in chain if one.answers(other)] for other in chain] == [["b"], ["c"], []]
    with pytest.raises(RequestError, match="'a' triggers 'c' triggers 'b' triggers 'a'; allowed are"):
        plan_remediations([answering("a", "b"), answering("b", "c"), answering("c", "a")], "fleet", HERE)
    with pytest.raises(RequestError, match="'a' triggers 'a';"):
        plan_remediations([answering("a", "a")], "fleet", HERE)


@pytest.mark.parametrize(
    ("triggered", "cycle"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
    ],
)
def test_finds_cycles(triggered: dict[str, list[str]], cycle: list[str]) -> None:
    assert find_cycle(triggered) == cycle
