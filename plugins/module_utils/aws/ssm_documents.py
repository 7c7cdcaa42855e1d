# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents of Systems Manager: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_lookup,
    aws_write,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import listed_once

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_ssm.client import SSMClient

NO_RESOURCE = ("InvalidResourceId", "InvalidDocument")
NOT_FOUND = ("InvalidDocument",)
NO_VERSION = ("InvalidDocument", "InvalidDocumentVersion")
DEFAULT_VERSION: t.Final = "$DEFAULT"
LATEST_VERSION: t.Final = "$LATEST"
# ResourceType of AddTagsToResource and the like.
RESOURCE_TYPE: t.Final = "Document"
SHARE: t.Final = "Share"
# ModifyDocumentPermission in botocore's model of ssm.
ACCOUNTS_A_CALL: t.Final = 20
PAGE_SIZE: t.Final = 50


@aws_lookup("describe the document", NO_VERSION)
def describe_document(client: SSMClient, name: str, version: str = DEFAULT_VERSION) -> Mapping[str, t.Any]:
    """The Document of DescribeDocument; None if the document or the version does not exist."""
    answer = client.describe_document(Name=name, DocumentVersion=version)
    return t.cast("Mapping[str, t.Any]", answer_field(answer, "Document"))


@aws_lookup("describe the document", NO_VERSION)
def describe_named_version(client: SSMClient, name: str, version_name: str) -> Mapping[str, t.Any]:
    """The Document of DescribeDocument for the version with this name; None if it does not exist."""
    answer = client.describe_document(Name=name, VersionName=version_name)
    return t.cast("Mapping[str, t.Any]", answer_field(answer, "Document"))


@aws_lookup("read the document", NO_VERSION)
def get_document(
    client: SSMClient, name: str, version: str = DEFAULT_VERSION, form: t.Literal["JSON", "YAML"] = "JSON"
) -> Mapping[str, t.Any]:
    """GetDocument in a format; None if the document or the version does not exist."""
    answer = client.get_document(Name=name, DocumentVersion=version, DocumentFormat=form)
    return t.cast("Mapping[str, t.Any]", answer)


@aws_call("list the documents")
def list_documents(client: SSMClient, filters: Sequence[Mapping[str, t.Any]]) -> list[Mapping[str, t.Any]]:
    """The DocumentIdentifiers of ListDocuments that match every filter (Key and Values); all pages."""
    pages = client.get_paginator("list_documents").paginate(
        Filters=t.cast("t.Any", list(filters)), PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return [t.cast("Mapping[str, t.Any]", one) for page in pages for one in answer_field(page, "DocumentIdentifiers")]


@aws_call("list the versions of the document")
def list_document_versions(client: SSMClient, name: str) -> list[Mapping[str, t.Any]]:
    """The DocumentVersions of ListDocumentVersions; all pages."""
    return _read_versions(client, name)


@aws_lookup("list the versions of the document", NOT_FOUND)
def find_document_versions(client: SSMClient, name: str) -> list[Mapping[str, t.Any]]:
    """Like list_document_versions; None if the document does not exist."""
    return _read_versions(client, name)


def _read_versions(client: SSMClient, name: str) -> list[Mapping[str, t.Any]]:
    pages = client.get_paginator("list_document_versions").paginate(Name=name, PaginationConfig={"PageSize": PAGE_SIZE})
    return [t.cast("Mapping[str, t.Any]", one) for page in pages for one in answer_field(page, "DocumentVersions")]


@aws_write("create the document", subject="{request[Name]}")
def create_document(client: SSMClient, request: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
    """CreateDocument; its DocumentDescription."""
    return t.cast("Mapping[str, t.Any]", answer_field(client.create_document(**request), "DocumentDescription"))


@aws_write("update the document", subject="{request[Name]}")
def update_document(client: SSMClient, request: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
    """UpdateDocument; its DocumentDescription of the new version, which is not the default one yet."""
    return t.cast("Mapping[str, t.Any]", answer_field(client.update_document(**request), "DocumentDescription"))


@aws_write("set the default version of the document")
def update_default_version(client: SSMClient, name: str, version: str) -> None:
    """UpdateDocumentDefaultVersion."""
    client.update_document_default_version(Name=name, DocumentVersion=version)


@aws_deletion("delete the document", NOT_FOUND)
def delete_document(client: SSMClient, name: str) -> None:
    """DeleteDocument with all versions."""
    client.delete_document(Name=name)


@aws_deletion("delete a version of the document", NO_VERSION, subject="{name}: {version}")
def delete_version(client: SSMClient, name: str, version: str) -> None:
    """DeleteDocument with one version."""
    client.delete_document(Name=name, DocumentVersion=version)


def shared_with(client: SSMClient, name: str) -> list[str]:
    """The IDs of the accounts that a document is shared with, or C(all), sorted; all pages."""
    return sorted(listed_once(lambda token: _permission_page(client, name, token), str))


@aws_call("describe the permission of the document")
def _permission_page(client: SSMClient, name: str, token: str | None) -> tuple[list[str], str | None]:
    next_page: dict[str, t.Any] = {} if token is None else {"NextToken": token}
    answer = client.describe_document_permission(Name=name, PermissionType=SHARE, **next_page)
    return [account.lower() for account in answer.get("AccountIds", [])], answer.get("NextToken")


@aws_write("share the document", subject="{name} with {accounts}")
def share(client: SSMClient, name: str, accounts: Sequence[str]) -> None:
    """ModifyDocumentPermission with accounts to add, at most ACCOUNTS_A_CALL."""
    client.modify_document_permission(Name=name, PermissionType=SHARE, AccountIdsToAdd=list(accounts))


@aws_write("unshare the document", subject="{name} with {accounts}")
def unshare(client: SSMClient, name: str, accounts: Sequence[str]) -> None:
    """ModifyDocumentPermission with accounts to remove, at most ACCOUNTS_A_CALL."""
    client.modify_document_permission(Name=name, PermissionType=SHARE, AccountIdsToRemove=list(accounts))


@aws_lookup("list the tags of the document", NO_RESOURCE)
def find_tags(client: SSMClient, name: str) -> dict[str, str]:
    """ListTagsForResource; None if the document does not exist."""
    answer = client.list_tags_for_resource(ResourceType=RESOURCE_TYPE, ResourceId=name)
    return {tag["Key"]: tag["Value"] for tag in answer.get("TagList", [])}


@aws_write("tag the document")
def add_tags(client: SSMClient, name: str, tags: Sequence[t.Any]) -> None:
    """AddTagsToResource; tags as lists of Key and Value."""
    client.add_tags_to_resource(ResourceType=RESOURCE_TYPE, ResourceId=name, Tags=t.cast("t.Any", tags))


@aws_write("untag the document")
def remove_tags(client: SSMClient, name: str, keys: Sequence[str]) -> None:
    """RemoveTagsFromResource."""
    client.remove_tags_from_resource(ResourceType=RESOURCE_TYPE, ResourceId=name, TagKeys=keys)
