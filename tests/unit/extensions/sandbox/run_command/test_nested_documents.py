# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents within documents: what aws:runDocument is told, and the steps that come of it."""

from __future__ import annotations

import json
import typing as t

import pytest
from local_aws.run_command import nested_documents
from local_aws.run_command.nested_documents import Nested
from local_aws.run_command.plugins import PluginError

Json = dict[str, t.Any]
CONTENT = {
    "schemaVersion": "2.2",
    "parameters": {
        "word": {"type": "String"},
        "words": {"type": "StringList", "default": []},
        "is": {"type": "Boolean", "default": False},
        "map": {"type": "StringMap", "default": {}},
    },
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "one", "inputs": {"runCommand": ["echo {{ word }} {{ words }}"]}}
    ],
}
YAML = """
schemaVersion: '2.2'
parameters: {word: {type: String, default: 'yes'}}
mainSteps: [{action: 'aws:runShellScript', name: one, inputs: {runCommand: ['echo {{ word }}']}}]
"""


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"documentType": "LocalPath", "documentPath": "a.json"}, Nested("LocalPath", "a.json", {})),
        (
            {"documentType": "SSMDocument", "documentPath": "Own", "documentParameters": '{"a": "b"}'},
            Nested("SSMDocument", "Own", {"a": "b"}),
        ),
        (
            {"documentType": "SSMDocument", "documentPath": "Own", "documentParameters": "a: b"},
            Nested("SSMDocument", "Own", {"a": "b"}),
        ),
        (
            {"documentType": "SSMDocument", "documentPath": "Own", "documentParameters": {"a": ["b"]}},
            Nested("SSMDocument", "Own", {"a": ["b"]}),
        ),
    ],
)
def test_inputs(inputs: Json, expected: Nested) -> None:
    assert nested_documents.read(inputs) == expected


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "invalid input: Document Type must be specified"),
        ({"documentType": "S3"}, "invalid input: Document type specified in invalid"),
        ({"documentType": "LocalPath"}, "invalid input: Document Path must be provided"),
        (
            {"documentType": "LocalPath", "documentPath": "x", "documentParameters": ["a"]},
            "preparing documents - parameter type specified to run document is unknown",
        ),
        (
            {"documentType": "LocalPath", "documentPath": "x", "documentParameters": "{"},
            "preparing documents - Unmarshalling document parameters failed",
        ),
    ],
)
def test_inputs_that_do_not_do(inputs: Json, words: str) -> None:
    with pytest.raises(PluginError, match=words):
        nested_documents.read(inputs)


def test_parameters_are_put_in_in_their_types() -> None:
    given = {"word": "a", "words": ["b", "c"], "is": True, "map": {"d": "e"}}
    (step,) = nested_documents.steps(json.dumps(CONTENT), given)
    assert step.inputs == ({"runCommand": ['echo a ["b","c"]']},)


def test_a_document_may_be_yaml() -> None:
    (step,) = nested_documents.steps(YAML, {"word": "a"})
    assert step.inputs == ({"runCommand": ["echo a"]},)


@pytest.mark.parametrize(
    ("text", "given", "words"),
    [
        ("", {}, "File is empty!"),
        ("[1, 2]", {}, "The document is no object"),
        ("{: [", {}, "The document is no YAML"),
        ('{"schemaVersion": "0.3", "mainSteps": [{"action": "x", "name": "y"}]}', {}, "schema version 0.3"),
        ('{"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript"}]}', {}, "InvalidDocumentContent"),
        (json.dumps(CONTENT), {}, "InvalidParameters"),
        (json.dumps(CONTENT), {"word": "a", "colour": "red"}, "InvalidParameters"),
    ],
)
def test_what_cannot_be_prepared(text: str, given: Json, words: str) -> None:
    with pytest.raises(PluginError, match=f"There was an error while preparing documents - .*{words}"):
        nested_documents.steps(text, given)
