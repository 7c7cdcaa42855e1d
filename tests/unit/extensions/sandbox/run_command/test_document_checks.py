# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that are taken, and those that are refused."""

from __future__ import annotations

import json
import typing as t

import pytest
import yaml
from local_aws.run_command import document_checks, documents
from local_aws.run_command.documents import AWS_OWNED, Document
from local_aws.wire.errors import ApiError

Json = dict[str, t.Any]
STEP: Json = {"action": "aws:runShellScript", "name": "step_one", "inputs": {"runCommand": ["true"]}}


def content(*steps: t.Any, **more: t.Any) -> Json:
    return {"schemaVersion": "2.2", "mainSteps": list(steps or [STEP]), **more}


def parameter(**declared: t.Any) -> Json:
    return content(parameters={"p": declared})


@pytest.mark.parametrize(
    "good",
    [
        content(),
        content(schemaVersion="2.0"),
        content(schemaVersion=2.2),
        content(STEP, {**STEP, "name": "step-2", "precondition": {"StringEquals": ["platformType", "Linux"]}}),
        parameter(type="String", default="x"),
        content({**STEP, "inputs": {"runCommand": ["echo {{ .Name }} {{ssm:name}} {{ platformType }}"]}}),
        parameter(type="StringList", default=["x"]),
        parameter(type="Boolean", default=False),
        parameter(type="Integer", default=5),
        parameter(type="StringMap", default={"k": "v"}),
        parameter(type="MapList", default=[{"k": "v"}]),
        AWS_OWNED["AWS-RunShellScript"].content,
        {"schemaVersion": "1.2", "runtimeConfig": {"aws:runShellScript": {"properties": {"runCommand": ["true"]}}}},
    ],
)
def test_documents_that_are_taken(good: Json) -> None:
    refused = ""
    try:
        document_checks.check_command(good)
    except ApiError as error:
        refused = error.code
    assert refused == ""


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"mainSteps": [STEP]}, "InvalidDocumentContent"),
        (content(schemaVersion="0.3"), "InvalidDocumentSchemaVersion"),
        (content(schemaVersion="3"), "InvalidDocumentSchemaVersion"),
        (content(mainSteps=[]), "InvalidDocumentContent"),
        (content(mainSteps={"step": STEP}), "InvalidDocumentContent"),
        (content("step"), "InvalidDocumentContent"),
        (content({**STEP, "action": "aws:nope"}), "InvalidDocumentContent"),
        (content({"name": "step_one"}), "InvalidDocumentContent"),
        (content({"action": "aws:runShellScript"}), "InvalidDocumentContent"),
        (content({**STEP, "name": "../step"}), "InvalidDocumentContent"),
        (content({**STEP, "name": ""}), "InvalidDocumentContent"),
        (content({**STEP, "name": "x" * 129}), "InvalidDocumentContent"),
        (content(STEP, STEP), "InvalidDocumentContent"),
        (content({**STEP, "inputs": [{}]}), "InvalidDocumentContent"),
        (content({**STEP, "precondition": ["platformType"]}), "InvalidDocumentContent"),
        (content({**STEP, "precondition": {"StringEquals": "x"}}), "InvalidDocumentContent"),
        (content({**STEP, "precondition": {"StringEquals": [1, 2]}}), "InvalidDocumentContent"),
        (content(parameters=[]), "InvalidDocumentContent"),
        (content(parameters={"p": "String"}), "InvalidDocumentContent"),
        (content(parameters={"event_type": {"type": "String"}}), "InvalidDocumentContent"),
        (content({**STEP, "inputs": {"runCommand": ["echo {{ who }}"]}}), "InvalidDocumentContent"),
        (parameter(), "InvalidDocumentContent"),
        (parameter(type="Number"), "InvalidDocumentContent"),
        (parameter(type="String", default=1), "InvalidDocumentContent"),
        (parameter(type="StringList", default="x"), "InvalidDocumentContent"),
        (parameter(type="Integer", default=True), "InvalidDocumentContent"),
        ({"schemaVersion": "1.2"}, "InvalidDocumentContent"),
        ({"schemaVersion": "1.2", "runtimeConfig": {}}, "InvalidDocumentContent"),
        ({"schemaVersion": "1.2", "runtimeConfig": {"aws:nope": {"properties": []}}}, "InvalidDocumentContent"),
        ({"schemaVersion": "1.2", "runtimeConfig": {"aws:runShellScript": {}}}, "InvalidDocumentContent"),
        (
            {"schemaVersion": "1.2", "runtimeConfig": {"aws:runShellScript": {"properties": []}}},
            "InvalidDocumentContent",
        ),
    ],
)
def test_documents_that_are_refused(bad: Json, code: str) -> None:
    with pytest.raises(ApiError) as refusal:
        document_checks.check_command(bad)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "form", "code"),
    [
        ("{", "JSON", "InvalidDocumentContent"),
        ("schemaVersion: '2.2'", "JSON", "InvalidDocumentContent"),
        ("a: [", "YAML", "InvalidDocumentContent"),
        ("- a", "YAML", "InvalidDocumentContent"),
        ("[" * 5_000, "JSON", "InvalidDocumentContent"),
        ('"' + "x" * 65_536 + '"', "JSON", "MaxDocumentSizeExceeded"),
    ],
)
def test_texts_that_are_refused(text: str, form: str, code: str) -> None:
    with pytest.raises(ApiError) as refusal:
        document_checks.parse(text, form)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["AWS-RunShellScript", "aws-mine", "Amazon-Mine", "amznMine", "AWSEC2-Mine"])
def test_names_that_are_reserved(name: str) -> None:
    with pytest.raises(ApiError) as refusal:
        document_checks.check_name(name)
    assert refusal.value.code == "ValidationException"


def test_a_document_in_either_format() -> None:
    as_json = Document(name="mine", version="1", content=content(), text=json.dumps(content()))
    assert documents.text_in(as_json, "JSON") == as_json.text
    assert yaml.safe_load(documents.text_in(as_json, "YAML")) == content()
    text = "# kept\nschemaVersion: '2.2'\ndescription: 2026-01-31\n"
    as_yaml = Document(name="mine", version="1", content=yaml.safe_load(text), text=text, format="YAML")
    assert documents.text_in(as_yaml, "YAML") == text
    assert json.loads(documents.text_in(as_yaml, "JSON")) == {"schemaVersion": "2.2", "description": "2026-01-31"}
