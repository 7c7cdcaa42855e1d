# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files attached to a version of a document: from a bucket, or from another document.

Source: AttachmentsSource of the API reference.
"""

from __future__ import annotations

import hashlib
import typing as t

from ..moto.data import Attachment
from ..wire.errors import ApiError
from . import content_sources, document_store
from .content_sources import S3Place
from .plugins import PluginError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..moto.data import MotoData

_S3_SCHEME: t.Final = "s3://"


def fetch(moto: MotoData, region: str, request: Mapping[str, t.Any]) -> list[Attachment]:
    """The files that a request attaches; InvalidDocumentContent for one that is not there."""
    return [one for source in request.get("Attachments") or [] for one in _of_source(moto, region, source)]


def _of_source(moto: MotoData, region: str, source: Mapping[str, t.Any]) -> list[Attachment]:
    address, name = str((source.get("Values") or [""])[0]), str(source.get("Name") or "")
    if source.get("Key") == "AttachmentReference":
        referenced = _referenced(moto, region, address)
        return [referenced._replace(name=name or referenced.name)]
    place = _place(address)
    is_file = source.get("Key") == "S3FileUrl"
    objects = moto.objects(place.bucket, place.key)
    found = {key: data for key, data in objects.items() if key == place.key or not is_file}
    if not found:
        raise _missing(address)
    return [_attachment(name or key.rpartition("/")[2], data) for key, data in found.items()]


def _place(address: str) -> S3Place:
    if address.startswith(_S3_SCHEME):
        bucket, _slash, key = address.removeprefix(_S3_SCHEME).partition("/")
        return S3Place(bucket, key)
    try:
        return content_sources.s3_place(address)
    except PluginError as error:
        raise _missing(address) from error


def _referenced(moto: MotoData, region: str, reference: str) -> Attachment:
    """The file of NAME/VERSION/FILE."""
    name, _slash, rest = reference.partition("/")
    version, _slash, file = rest.partition("/")
    attached = document_store.find(moto, region, name, version).attachments
    found = next((one for one in attached if one.name == file), None)
    if found is None:
        raise _missing(reference)
    return found


def _attachment(name: str, data: bytes) -> Attachment:
    return Attachment(name, len(data), hashlib.sha256(data).hexdigest())


def _missing(address: str) -> ApiError:
    return ApiError("InvalidDocumentContent", f"The attachment {address} does not exist.")
