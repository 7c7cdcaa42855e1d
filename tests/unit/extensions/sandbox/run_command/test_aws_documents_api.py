# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents through the API: listed, described, and run on nodes."""

from __future__ import annotations

import json
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.run_command import documents

from tests.support import local_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
OWN = {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "one", "inputs": {}}]}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with local_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--seed-nodes", "3,Role=web") as running:
        running.client("ssm").create_document(Name="Own-One", Content=json.dumps(OWN), DocumentType="Command")
        yield running


@pytest.fixture
def ssm(sandbox: LocalSandbox) -> t.Any:
    return sandbox.client("ssm")


def test_documents_are_listed_in_pages(ssm: t.Any) -> None:
    pages = list(ssm.get_paginator("list_documents").paginate(PaginationConfig={"PageSize": 5}))
    assert {len(page["DocumentIdentifiers"]) for page in pages[:-1]} == {5}
    names = [shown["Name"] for page in pages for shown in page["DocumentIdentifiers"]]
    assert names == sorted({*documents.AWS_OWNED, "Own-One"})


def test_documents_are_found_by_filters(ssm: t.Any) -> None:
    filters = [
        {"Key": "Owner", "Values": ["Amazon"]},
        {"Key": "Name", "Values": ["AWS-Run"]},
        {"Key": "PlatformTypes", "Values": ["Windows"]},
        {"Key": "DocumentType", "Values": ["Command"]},
    ]
    found = ssm.list_documents(Filters=filters)["DocumentIdentifiers"]
    assert [shown["Name"] for shown in found] == [
        "AWS-RunDocument",
        "AWS-RunPatchBaseline",
        "AWS-RunPowerShellScript",
        "AWS-RunRemoteScript",
    ]
    (own,) = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    assert (own["Name"], own["PlatformTypes"], own["DocumentVersion"]) == ("Own-One", ["Linux", "MacOS"], "1")


def test_a_document_is_described_and_given(ssm: t.Any) -> None:
    described = ssm.describe_document(Name="AWS-RunPatchBaseline")["Document"]
    assert (described["Owner"], described["DocumentType"], described["SchemaVersion"]) == ("Amazon", "Command", "2.2")
    content = json.loads(ssm.get_document(Name="AWS-RunPatchBaseline", DocumentFormat="JSON")["Content"])
    assert [entry["Name"] for entry in described["Parameters"]] == list(content["parameters"])
    assert content["parameters"]["Operation"]["allowedValues"] == ["Scan", "Install"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("AWS-RunPatchBaseline", {}),
        ("AWS-RunPatchBaseline", {"Operation": ["Scan"], "Colour": ["red"]}),
        ("AWS-ConfigureAWSPackage", {"action": ["Install"]}),
        ("AWS-RunRemoteScript", {"sourceType": ["S3"], "sourceInfo": ["no JSON"]}),
    ],
)
def test_parameters_that_do_not_fit_are_refused(ssm: t.Any, name: str, parameters: Json) -> None:
    targets = [{"Key": "tag:Role", "Values": ["web"]}]
    with pytest.raises(ClientError) as refusal:
        ssm.send_command(DocumentName=name, Targets=targets, Parameters=parameters)
    assert refusal.value.response["Error"]["Code"] == "InvalidParameters"
