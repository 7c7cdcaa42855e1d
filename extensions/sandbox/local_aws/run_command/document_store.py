# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents by name, whoever owns them: AWS, or the account."""

from __future__ import annotations

import typing as t

from ..wire.errors import ApiError
from . import documents, responses

if t.TYPE_CHECKING:
    from ..moto.data import MotoData
    from .documents import Document

Json = dict[str, t.Any]


def find_owned(name: str, version: str) -> Document | None:
    """A document of AWS's; None when AWS has none of this name. InvalidDocumentVersion."""
    owned = documents.AWS_OWNED.get(name)
    if owned is None or version in {"", "$DEFAULT", "$LATEST"}:
        return owned
    # Every version that ever was is the newest one here.
    if not (version.isascii() and version.isdigit() and 1 <= int(version) <= int(owned.version)):
        raise ApiError("InvalidDocumentVersion", f"Document {name} has no version {version}.")
    return owned


def find(moto: MotoData, region: str, name_or_arn: str, version: str, version_name: str = "") -> Document:
    """A version of a document: "", "$DEFAULT", "$LATEST" or a number, or a version's name.

    InvalidDocument, InvalidDocumentVersion.
    """
    name = documents.short_name(name_or_arn)
    owned = find_owned(name, version)
    if owned is not None:
        if version_name:
            raise ApiError("InvalidDocumentVersion", f"Document {name} has no version {version_name}.")
        return owned
    stored = moto.document(region, name, version, version_name)
    if stored is None:
        raise ApiError("InvalidDocument", f"Document with name {name} does not exist.")
    return documents.Document(**stored._asdict())


def identifiers(moto: MotoData, region: str) -> list[Json]:
    """The DocumentIdentifiers of all documents that ListDocuments shows, in the order of their names."""
    own = [
        {**listed, **responses.document_identifier(find(moto, region, listed["Name"], ""))}
        for listed in moto.document_identifiers(region)
    ]
    owned = [responses.document_identifier(document) for document in documents.AWS_OWNED.values()]
    return sorted(({"Tags": [], **shown} for shown in (*own, *owned)), key=lambda shown: str(shown["Name"]))
