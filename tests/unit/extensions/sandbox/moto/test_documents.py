# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions and sharing of documents."""

from __future__ import annotations

import json
import typing as t

import pytest
from local_aws.moto import documents

from .conftest import Aws
from .test_refusals import refused

STEP = {"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": ["true"]}}
SHELL = {"aws:runShellScript": {"properties": [{"runCommand": ["true"]}]}}
ACCOUNTS = [f"{number:012}" for number in range(1, 1_002)]


def content(description: str = "1", **more: t.Any) -> str:
    return json.dumps({"schemaVersion": "2.2", "description": description, "mainSteps": [STEP], **more})


@pytest.fixture
def ssm(aws: Aws) -> t.Any:
    client = aws.client("ssm")
    client.create_document(Name="Doc", Content=content(), DocumentType="Command")
    return client


def update(ssm: t.Any, *descriptions: str) -> None:
    for description in descriptions:
        ssm.update_document(Name="Doc", Content=content(description), DocumentVersion="$LATEST")


def share(ssm: t.Any, *accounts: str, name: str = "Doc", remove: t.Sequence[str] = ()) -> None:
    changes = {"AccountIdsToAdd": list(accounts), "AccountIdsToRemove": list(remove)}
    ssm.modify_document_permission(Name=name, PermissionType="Share", **changes)


def shared_with(ssm: t.Any, **more: t.Any) -> t.Any:
    return ssm.describe_document_permission(Name="Doc", PermissionType="Share", **more)


def versions(ssm: t.Any) -> list[str]:
    return [one["DocumentVersion"] for one in ssm.list_document_versions(Name="Doc")["DocumentVersions"]]


def test_versions_are_listed_newest_first_in_pages(ssm: t.Any) -> None:
    ssm.update_document(Name="Doc", Content=content("2"), DocumentVersion="$LATEST", VersionName="two")
    page = ssm.list_document_versions(Name="Doc", MaxResults=1)
    (newest,) = page["DocumentVersions"]
    assert (newest["DocumentVersion"], newest["VersionName"], newest["IsDefaultVersion"]) == ("2", "two", False)
    (oldest,) = ssm.list_document_versions(Name="Doc", NextToken=page["NextToken"])["DocumentVersions"]
    assert (oldest["DocumentVersion"], oldest["IsDefaultVersion"], oldest["Status"]) == ("1", True, "Active")
    with refused("InvalidDocument"):
        ssm.list_document_versions(Name="Other")


def test_the_latest_version_is_the_one_with_the_highest_number(ssm: t.Any) -> None:
    update(ssm, *(str(number) for number in range(2, 12)))
    ssm.delete_document(Name="Doc", DocumentVersion="11")
    assert ssm.get_document(Name="Doc", DocumentVersion="$LATEST")["DocumentVersion"] == "10"
    ssm.delete_document(Name="Doc", DocumentVersion="$LATEST")
    assert versions(ssm)[0] == "9"


def test_version_names_are_unique(ssm: t.Any) -> None:
    ssm.update_document(Name="Doc", Content=content("2"), DocumentVersion="$LATEST", VersionName="two")
    with refused("DuplicateDocumentVersionName"):
        ssm.update_document(Name="Doc", Content=content("3"), DocumentVersion="$LATEST", VersionName="two")
    with refused("DuplicateDocumentContent"):
        update(ssm, "2")


def test_a_document_has_so_many_versions(ssm: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert documents.MAX_VERSIONS == 1_000
    monkeypatch.setattr(documents, "MAX_VERSIONS", 2)
    update(ssm, "2")
    with refused("DocumentVersionLimitExceeded"):
        update(ssm, "3")
    ssm.delete_document(Name="Doc", DocumentVersion="2")
    update(ssm, "3")


def test_schema_1_2_has_no_versions(ssm: t.Any) -> None:
    text = json.dumps({"schemaVersion": "1.2", "runtimeConfig": SHELL})
    ssm.create_document(Name="Old", Content=text, DocumentType="Command")
    with refused("InvalidDocumentSchemaVersion"):
        ssm.update_document(Name="Old", Content=content("2"), DocumentVersion="$LATEST")


def test_the_default_version(ssm: t.Any) -> None:
    update(ssm, "2")
    with refused("InvalidDocumentVersion"):
        ssm.update_document_default_version(Name="Doc", DocumentVersion="3")
    for version in ("1", "$DEFAULT"):
        with refused("InvalidDocumentOperation", "Default version"):
            ssm.delete_document(Name="Doc", DocumentVersion=version)
    ssm.update_document_default_version(Name="Doc", DocumentVersion="2")
    ssm.delete_document(Name="Doc", DocumentVersion="1")
    assert versions(ssm) == ["2"]


def test_a_shared_document_is_not_deleted(ssm: t.Any) -> None:
    share(ssm, ACCOUNTS[0])
    with refused("InvalidDocumentOperation"):
        ssm.delete_document(Name="Doc")
    with refused("InvalidDocumentOperation"):
        ssm.delete_document(Name="Doc", Force=True)
    share(ssm, remove=[ACCOUNTS[0]])
    ssm.delete_document(Name="Doc")
    with refused("InvalidDocument"):
        shared_with(ssm)


def test_everybody_is_written_in_any_case(ssm: t.Any) -> None:
    share(ssm, "All")
    assert shared_with(ssm)["AccountIds"] == ["all"]
    share(ssm, remove=["ALL"])
    assert shared_with(ssm)["AccountIds"] == []
    with refused("DocumentPermissionLimit"):
        share(ssm, "All", ACCOUNTS[0])
    with refused("ValidationException"):
        share(ssm)


def test_a_document_is_shared_with_so_many_accounts(ssm: t.Any) -> None:
    for first in range(0, 1_000, 20):
        share(ssm, *ACCOUNTS[first : first + 20])
    with refused("DocumentPermissionLimit"):
        share(ssm, ACCOUNTS[1_000])
    share(ssm, ACCOUNTS[1_000], remove=[ACCOUNTS[0]])
    first_page = shared_with(ssm, MaxResults=2)
    assert first_page["AccountIds"] == ACCOUNTS[1:3]
    second = shared_with(ssm, MaxResults=2, NextToken=first_page["NextToken"])
    assert second["AccountSharingInfoList"][0] == {"AccountId": ACCOUNTS[3], "SharedDocumentVersion": "$DEFAULT"}


def test_five_documents_are_public(ssm: t.Any) -> None:
    for number in range(5):
        ssm.create_document(Name=f"Public{number}", Content=content(), DocumentType="Command")
        share(ssm, "all", name=f"Public{number}")
    with refused("DocumentPermissionLimit"):
        share(ssm, "all")
    share(ssm, "all", name="Public0")
