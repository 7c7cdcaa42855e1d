# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of SSM: their types, versions and sharing.

Sources: the API reference, its errors (in botocore's model too), "Sharing SSM documents" of the user guide and the
quotas of Systems Manager. A document of schema 1.2 cannot be updated, as Terraform's aws_ssm_document says.
"""

from __future__ import annotations

import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ssm.exceptions import InvalidDocumentVersion, SSMException, ValidationException
from moto.ssm.models import Documents, SimpleSystemManagerBackend

from ..wire.paging import page_of
from .data import DEFAULT_CLOUD_PROVIDERS
from .patching import Correction, Json, Operations, moto_refusals, wrap

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .data import Attachment, MotoData

CORRECTIONS: t.Final = (
    Correction("CreateDocument without DocumentType", "ValidationException", "makes a document of type Command"),
    Correction(
        "Versions of a document",
        "have no limit; after 9 comes 1 when the latest is deleted",
        "1,000 at most; the latest is the one with the highest number",
    ),
    Correction("UpdateDocument of schema 1.2", "makes a version", "InvalidDocumentSchemaVersion"),
    Correction("UpdateDocumentDefaultVersion of no version", "InvalidDocument", "InvalidDocumentVersion"),
    Correction("DeleteDocument of `$DEFAULT` or `$LATEST`", "InvalidDocument", "means these versions"),
    Correction(
        "Sharing of documents",
        "takes any number of accounts, and All as an account",
        "1,000 accounts at most, five public documents; All is everybody in any case",
    ),
    Correction("CloudProviders and Attachments of documents", "are ignored", "are kept and shown"),
    Correction("DescribeDocumentPermission", "has one page", "has pages"),
    Correction("ListDocumentVersions", "is missing", "shows the versions, newest first"),
)
DEFAULT_TYPE: t.Final = "Command"
MAX_VERSIONS: t.Final = 1_000
MAX_ACCOUNTS: t.Final = 1_000
MAX_PUBLIC_DOCUMENTS: t.Final = 5
_EVERYBODY: t.Final = "all"
_SCHEMA_WITHOUT_VERSIONS: t.Final = "1.2"


def create(moto: MotoData, region: str, request: Json, attachments: Sequence[Attachment]) -> None:
    """CreateDocument; ApiError for what moto refuses."""
    with moto.lock, moto_refusals():
        versions = moto.backend("ssm", region).create_document(
            **_given(request),
            requires=request.get("Requires"),
            document_type=request.get("DocumentType"),
            tags=request.get("Tags"),
        )
        _keep(versions.get_default_version(), request.get("CloudProviders"), attachments)


def update(moto: MotoData, region: str, request: Json, attachments: Sequence[Attachment]) -> None:
    """UpdateDocument; ApiError for what moto refuses."""
    with moto.lock, moto_refusals():
        backend = moto.backend("ssm", region)
        before = backend._get_documents(request["Name"]).get_latest_version()
        backend.update_document(**_given(request), document_version=request.get("DocumentVersion"))
        made = backend._get_documents(request["Name"]).get_latest_version()
        _keep(made, request.get("CloudProviders") or getattr(before, "cloud_providers", None), attachments)


def _given(request: Json) -> Json:
    return {
        "name": request["Name"],
        "content": request["Content"],
        "attachments": request.get("Attachments"),
        "version_name": request.get("VersionName"),
        "document_format": request.get("DocumentFormat") or "JSON",
        "target_type": request.get("TargetType"),
    }


def _keep(document: t.Any, cloud_providers: Sequence[str] | None, attachments: Sequence[Attachment]) -> None:
    document.cloud_providers = tuple(cloud_providers or DEFAULT_CLOUD_PROVIDERS)
    document.attachments_content = tuple(attachments)


def apply() -> None:
    """Put the corrections in place."""
    wrap(SimpleSystemManagerBackend, "create_document", _create_document)
    wrap(SimpleSystemManagerBackend, "update_document", _update_document)
    wrap(SimpleSystemManagerBackend, "update_document_default_version", _update_default_version)
    wrap(SimpleSystemManagerBackend, "delete_document", _delete_document)
    wrap(SimpleSystemManagerBackend, "modify_document_permission", _modify_permission)
    wrap(Documents, "delete", _delete_versions)


def _create_document(original: t.Any, backend: t.Any, *, document_type: str | None, **more: t.Any) -> t.Any:
    return original(backend, document_type=document_type or DEFAULT_TYPE, **more)


def _update_document(original: t.Any, backend: t.Any, *, name: str, **more: t.Any) -> t.Any:
    versions = backend._documents.get(name)
    if versions is not None:
        if versions.get_latest_version().schema_version == _SCHEMA_WITHOUT_VERSIONS:
            raise SSMException(
                "InvalidDocumentSchemaVersion", f"Document {name} has the schema version 1.2 and cannot be updated."
            )
        if len(versions.versions) >= MAX_VERSIONS:
            raise SSMException(
                "DocumentVersionLimitExceeded",
                "The document has too many versions. Delete one or more document versions and try again.",
            )
    return original(backend, name=name, **more)


def _update_default_version(original: t.Any, backend: t.Any, *, name: str, document_version: str) -> t.Any:
    if document_version not in backend._get_documents(name).versions:
        raise InvalidDocumentVersion("The document version is not valid or does not exist.")
    return original(backend, name=name, document_version=document_version)


def _delete_document(
    original: t.Any, backend: t.Any, *, name: str, document_version: str | None, **more: t.Any
) -> t.Any:
    versions = backend._get_documents(name)
    meant = {"$DEFAULT": versions.default_version, "$LATEST": versions.latest_version}
    number = meant.get(document_version or "", document_version)
    return original(backend, name=name, document_version=number, **more)


def _delete_versions(original: t.Any, versions: t.Any, *numbers: str) -> None:
    original(versions, *numbers)
    if versions.versions:
        versions.latest_version = max(versions.versions, key=int)


def _modify_permission(
    original: t.Any,
    backend: t.Any,
    *,
    name: str,
    account_ids_to_add: list[str] | None,
    account_ids_to_remove: list[str] | None,
    **more: t.Any,
) -> None:
    added, removed = ([one.lower() for one in ids or []] for ids in (account_ids_to_add, account_ids_to_remove))
    if not added and not removed:
        raise ValidationException("AccountIdsToAdd or AccountIdsToRemove is required.")
    before = backend._get_documents(name).permissions
    _check_limits(backend, name, (set(before) | set(added)) - set(removed))
    original(backend, name=name, account_ids_to_add=added, account_ids_to_remove=removed, **more)


def _check_limits(backend: t.Any, name: str, shared_with: set[str]) -> None:
    others = [one for other, one in backend._documents.items() if other != name and _EVERYBODY in one.permissions]
    too_many_public = _EVERYBODY in shared_with and len(others) >= MAX_PUBLIC_DOCUMENTS
    if too_many_public or len(shared_with - {_EVERYBODY}) > MAX_ACCOUNTS:
        raise SSMException(
            "DocumentPermissionLimit", "The document can't be shared with more Amazon Web Services accounts."
        )


def _documents(request: Json, region: str) -> t.Any:
    """The versions and permissions of the document that a request names; InvalidDocument."""
    return get_backend("ssm")[DEFAULT_ACCOUNT_ID][region]._get_documents(request["Name"])


def _describe_permission(request: Json, region: str) -> Json:
    found = _documents(request, region).describe_permissions()["AccountSharingInfoList"]
    page, token = page_of(found, request)
    return {"AccountIds": [one["AccountId"] for one in page], "AccountSharingInfoList": page, **token}


def _list_versions(request: Json, region: str) -> Json:
    documents = _documents(request, region)
    newest_first = sorted(documents.versions.values(), key=lambda one: -int(one.document_version))
    page, token = page_of(newest_first, request)
    return {"DocumentVersions": [_version(one, documents.default_version) for one in page], **token}


def _version(document: t.Any, default_version: str) -> Json:
    named = {"VersionName": document.version_name} if document.version_name else {}
    return {
        "Name": document.name,
        "DocumentVersion": document.document_version,
        "CreatedDate": document.created_date.timestamp(),
        "IsDefaultVersion": document.document_version == default_version,
        "DocumentFormat": document.document_format,
        "Status": document.status,
        "CloudProviders": list(getattr(document, "cloud_providers", DEFAULT_CLOUD_PROVIDERS)),
        **named,
    }


OPERATIONS: t.Final[Operations] = {
    ("ssm", "DescribeDocumentPermission"): _describe_permission,
    ("ssm", "ListDocumentVersions"): _list_versions,
}
