# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of the account: made, changed, attached to and read through the API, in this process."""

from __future__ import annotations

import hashlib
import json
import typing as t

import pytest
import yaml
from local_aws.iam.callers import Anybody
from local_aws.moto.data import MotoData
from local_aws.nodes.managed_nodes import Nodes
from local_aws.run_command.api import RunCommandApi
from local_aws.wire import validation
from local_aws.wire.errors import ApiError
from local_aws.wire.settings import Settings
from moto import mock_aws

from .records import ACCOUNT

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.run_command.engine import Engine

Json = dict[str, t.Any]
Call = t.Callable[..., Json]
REGION = "us-east-1"
CONTENT: Json = {
    "schemaVersion": "2.2",
    "description": "one",
    "mainSteps": [{"action": "aws:runShellScript", "name": "one", "inputs": {"runCommand": ["true"]}}],
}
FILE = b"echo hello\n"


@pytest.fixture
def call() -> Iterator[Call]:
    """Calls an operation about the document Mine, which is there."""
    with mock_aws():
        moto = MotoData()
        api = RunCommandApi(moto, Nodes(moto), t.cast("Engine", None), Settings())
        moto.backend("s3", "aws").create_bucket("files", REGION)
        for key in ("app/a.sh", "app/b.sh"):
            moto.put_object("files", key, FILE)

        def answer(operation: str, **request: t.Any) -> Json:
            found = api.answer(operation, {"Name": "Mine", **request}, REGION, Anybody())
            assert found is not None
            return found

        answer("CreateDocument", **of(CONTENT), VersionName="1.0", Tags=[{"Key": "Team", "Value": "web"}])
        yield answer


def of(content: Json, **more: t.Any) -> Json:
    return {"Content": json.dumps(content), "DocumentType": "Command", **more}


def changed(description: str, **more: t.Any) -> Json:
    return {"Content": json.dumps({**CONTENT, "description": description}), "DocumentVersion": "$LATEST", **more}


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(ApiError) as error:
        call()
    return error.value.code


def test_a_document_is_described_as_it_was_made(call: Call) -> None:
    requires = [{"Name": "Mine", "Version": "1"}]
    made = call("CreateDocument", **of(CONTENT), Name="Other", TargetType="/", Requires=requires)
    described = call("DescribeDocument", Name="Other")["Document"]
    assert made["DocumentDescription"] == described
    assert described["PlatformTypes"] == ["Linux", "MacOS"]
    assert described["TargetType"] == "/"
    assert described["Requires"] == requires
    assert described["CloudProviders"] == ["AWS"]
    assert call("DescribeDocument")["Document"]["Tags"] == [{"Key": "Team", "Value": "web"}]
    assert call("DescribeDocument")["Document"]["Owner"] == ACCOUNT


def test_versions_are_found_by_name_and_by_number(call: Call) -> None:
    made = call("UpdateDocument", **changed("two", VersionName="2.0"))["DocumentDescription"]
    assert (made["DocumentVersion"], made["LatestVersion"], made["DefaultVersion"]) == ("2", "2", "1")
    assert call("GetDocument")["VersionName"] == "1.0"
    assert call("GetDocument", VersionName="2.0")["DocumentVersion"] == "2"
    assert call("GetDocument", DocumentVersion="$LATEST")["VersionName"] == "2.0"
    assert call("DescribeDocument", VersionName="2.0", DocumentVersion="2")["Document"]["Description"] == "two"


@pytest.mark.parametrize(
    "asked",
    [
        {"VersionName": "3.0"},
        {"DocumentVersion": "3"},
        {"VersionName": "1.0", "DocumentVersion": "2"},
        {"Name": "AWS-RunShellScript", "VersionName": "1.0"},
    ],
)
def test_versions_that_are_not_there(call: Call, asked: Json) -> None:
    assert refused(lambda: call("GetDocument", **asked)) == "InvalidDocumentVersion"


def test_content_is_given_in_both_formats(call: Call) -> None:
    assert yaml.safe_load(call("GetDocument", DocumentFormat="YAML")["Content"]) == CONTENT
    text = yaml.safe_dump({**CONTENT, "description": "two"})
    call("UpdateDocument", Content=text, DocumentFormat="YAML", DocumentVersion="1")
    latest = call("GetDocument", DocumentVersion="$LATEST", DocumentFormat="JSON")
    assert json.loads(latest["Content"]) == {**CONTENT, "description": "two"}
    assert call("GetDocument", DocumentVersion="$LATEST")["Content"] == text


def test_cloud_providers_stay_until_they_are_given(call: Call) -> None:
    call("UpdateDocument", **changed("two", CloudProviders=["AWS", "Azure"]))
    call("UpdateDocument", **changed("three"))
    call("UpdateDocument", **changed("four", CloudProviders=["GCP"]))
    found = [call("DescribeDocument", DocumentVersion=str(number))["Document"] for number in (1, 2, 3, 4)]
    assert [one["CloudProviders"] for one in found] == [["AWS"], ["AWS", "Azure"], ["AWS", "Azure"], ["GCP"]]


def test_files_are_attached_from_buckets_and_documents(call: Call) -> None:
    file = {"Key": "S3FileUrl", "Values": ["s3://files/app/a.sh"], "Name": "run.sh"}
    folder = {"Key": "SourceUrl", "Values": ["https://files.s3.amazonaws.com/app"]}
    call("UpdateDocument", **changed("two", Attachments=[file]))
    referenced = {"Key": "AttachmentReference", "Values": ["Mine/2/run.sh"], "Name": "again.sh"}
    call("UpdateDocument", **changed("three", Attachments=[folder, referenced]))
    found = call("GetDocument", DocumentVersion="3")["AttachmentsContent"]
    assert [one["Name"] for one in found] == ["a.sh", "b.sh", "again.sh"]
    assert {(one["Size"], one["Hash"]) for one in found} == {(len(FILE), hashlib.sha256(FILE).hexdigest())}
    described = call("DescribeDocument", DocumentVersion="2")["Document"]
    assert described["AttachmentsInformation"] == [{"Name": "run.sh"}]


def test_versions_of_aws_s_documents_are_listed(call: Call) -> None:
    latest = call("DescribeDocument", Name="AWS-ConfigureAWSPackage")["Document"]["LatestVersion"]
    found = call("ListDocumentVersions", Name="AWS-ConfigureAWSPackage")["DocumentVersions"]
    assert [one["DocumentVersion"] for one in found] == [str(number) for number in range(int(latest), 0, -1)]
    assert [one["IsDefaultVersion"] for one in found].count(True) == 1


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("S3FileUrl", "s3://files/app", "InvalidDocumentContent"),
        ("S3FileUrl", "s3://none/app/a.sh", "InvalidDocumentContent"),
        ("SourceUrl", "ftp://files", "InvalidDocumentContent"),
        ("AttachmentReference", "Mine/1/a.sh", "InvalidDocumentContent"),
        ("AttachmentReference", "None/1/a.sh", "InvalidDocument"),
        ("Elsewhere", "x", "ValidationException"),
    ],
)
def test_files_that_are_not_there_are_refused(call: Call, key: str, value: str, code: str) -> None:
    attachment = {"Key": key, "Values": [value], "Name": "a.sh"}
    assert refused(lambda: call("UpdateDocument", **changed("two", Attachments=[attachment]))) == code


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("CreateDocument", of(CONTENT), "DocumentAlreadyExists"),
        ("UpdateDocument", changed("one"), "DuplicateDocumentContent"),
        ("UpdateDocument", changed("two", VersionName="1.0"), "DuplicateDocumentVersionName"),
        ("UpdateDocument", changed("two", DocumentVersion="7"), "InvalidDocumentVersion"),
        ("UpdateDocument", changed("two", Name="None"), "InvalidDocument"),
        ("UpdateDocument", {**changed("two"), "Content": "{}"}, "InvalidDocumentContent"),
        ("ModifyDocumentPermission", {"PermissionType": "Share", "AccountIdsToAdd": ["1"]}, "ValidationException"),
        (
            "ModifyDocumentPermission",
            {"PermissionType": "Share", "AccountIdsToAdd": ["0" * 12] * 21},
            "ValidationException",
        ),
        ("DescribeDocumentPermission", {"PermissionType": "Share", "MaxResults": 201}, "ValidationException"),
        ("UpdateDocumentDefaultVersion", {"DocumentVersion": "$LATEST"}, "ValidationException"),
        ("ListDocumentVersions", {"MaxResults": 51}, "ValidationException"),
        ("DeleteDocument", {"DocumentVersion": "0"}, "ValidationException"),
    ],
)
def test_what_is_refused(call: Call, operation: str, request_: Json, code: str) -> None:
    assert refused(lambda: call(operation, **request_)) == code


def test_everybody_is_an_account_in_any_case() -> None:
    request = {"Name": "Mine", "PermissionType": "Share", "AccountIdsToAdd": ["All"]}
    validation.validate("ssm", "ModifyDocumentPermission", request)
    assert refused(
        lambda: validation.validate("ssm", "ModifyDocumentPermission", {**request, "AccountIdsToAdd": ["Alle"]})
    ) == ("ValidationException")
