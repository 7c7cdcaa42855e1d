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

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_ssm.client import SSMClient

NO_RESOURCE = ("InvalidResourceId", "InvalidDocument")
NOT_FOUND = ("InvalidDocument",)
# ResourceType of AddTagsToResource and the like.
RESOURCE_TYPE: t.Final = "Document"


@aws_lookup("read the document", NOT_FOUND)
def get_document(client: SSMClient, name: str) -> Mapping[str, t.Any]:
    """GetDocument of the default version, as JSON; None if the document does not exist."""
    return t.cast("Mapping[str, t.Any]", client.get_document(Name=name, DocumentFormat="JSON"))


@aws_call("read the latest version of the document")
def latest_version(client: SSMClient, name: str) -> str:
    """The number of the latest version, which need not be the default one (GetDocument)."""
    answer = client.get_document(Name=name, DocumentVersion="$LATEST", DocumentFormat="JSON")
    return str(answer_field(answer, "DocumentVersion"))


@aws_write("create the document")
def create_document(client: SSMClient, name: str, content: str, tags: Sequence[t.Any]) -> None:
    """CreateDocument of type Command, from JSON; tags as lists of Key and Value."""
    client.create_document(
        Name=name, Content=content, DocumentType="Command", DocumentFormat="JSON", Tags=t.cast("t.Any", tags)
    )


@aws_write("update the document")
def update_document(client: SSMClient, name: str, content: str) -> str:
    """UpdateDocument, from JSON; the new version, which is not the default one yet."""
    answer = client.update_document(Name=name, Content=content, DocumentVersion="$LATEST", DocumentFormat="JSON")
    return str(answer_field(answer_field(answer, "DocumentDescription"), "DocumentVersion"))


@aws_write("set the default version of the document")
def update_default_version(client: SSMClient, name: str, version: str) -> None:
    """UpdateDocumentDefaultVersion."""
    client.update_document_default_version(Name=name, DocumentVersion=version)


@aws_deletion("delete the document", NOT_FOUND)
def delete_document(client: SSMClient, name: str) -> None:
    """DeleteDocument with all versions."""
    client.delete_document(Name=name)


@aws_call("list the tags of the document")
def list_tags(client: SSMClient, name: str) -> dict[str, str]:
    """ListTagsForResource."""
    return _read_tags(client, name)


@aws_lookup("list the tags of the document", NO_RESOURCE)
def find_tags(client: SSMClient, name: str) -> dict[str, str]:
    """ListTagsForResource; None if the document does not exist."""
    return _read_tags(client, name)


def _read_tags(client: SSMClient, name: str) -> dict[str, str]:
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
