# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateDocument and UpdateDocument: what they take, and what they answer."""

from __future__ import annotations

import typing as t

from ..moto import documents as moto_documents
from ..wire import validation
from . import attachments, document_checks, document_store, responses

if t.TYPE_CHECKING:
    from ..moto.data import MotoData

Json = dict[str, t.Any]
CREATE: t.Final = "CreateDocument"
OPERATIONS: t.Final = frozenset({CREATE, "UpdateDocument"})


def answer(moto: MotoData, operation: str, request: Json, region: str) -> Json:
    """Make a document or a version of one; ApiError for one that AWS would not take."""
    validation.validate("ssm", operation, request)
    _check(moto, operation, request, region)
    attached = attachments.fetch(moto, region, request)
    write = moto_documents.create if operation == CREATE else moto_documents.update
    write(moto, region, request, attached)
    made = document_store.find(moto, region, request["Name"], "$LATEST")
    return {"DocumentDescription": responses.document_description(made)}


def _check(moto: MotoData, operation: str, request: Json, region: str) -> None:
    kind = request.get("DocumentType") or moto_documents.DEFAULT_TYPE
    if operation == CREATE:
        document_checks.check_name(request["Name"])
    else:
        stored = moto.document(region, request["Name"], "")
        kind = stored.kind if stored else kind
    content = document_checks.parse(request["Content"], request.get("DocumentFormat") or "JSON")
    if kind == moto_documents.DEFAULT_TYPE:
        document_checks.check_command(content)
