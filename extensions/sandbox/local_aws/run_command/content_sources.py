# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What aws:downloadContent is told to fetch, read as the agent reads it. Pure."""

from __future__ import annotations

import json
import re
import typing as t
import urllib.parse

from . import documents
from .plugins import PluginError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_S3: t.Final = "S3"
_SSM_DOCUMENT: t.Final = "SSMDocument"
_ELSEWHERE: t.Final = frozenset({"Git", "GitHub", "HTTP"})
_HOST: t.Final = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")


class S3Place(t.NamedTuple):
    """An object, or all objects below a folder."""

    bucket: str
    key: str


class StoredDocument(t.NamedTuple):
    """A document of Systems Manager; version "" is the default one."""

    name: str
    version: str


class Download(t.NamedTuple):
    """What to fetch, and where to put it: a path, relative to the downloads of the command when it is not absolute."""

    source: S3Place | StoredDocument
    destination: str


def read(inputs: t.Any) -> Download:
    """The inputs of a step; PluginError with the agent's words when they do not do."""
    # The agent minds no capitals in the names of inputs.
    given = {str(key).lower(): value for key, value in inputs.items()} if isinstance(inputs, dict) else {}
    kind, info = given.get("sourcetype"), given.get("sourceinfo")
    if not kind:
        raise PluginError("invalid input: SourceType must be specified")
    if kind not in {_S3, _SSM_DOCUMENT} | _ELSEWHERE:
        raise PluginError("invalid input: Unsupported source type")
    if not info:
        raise PluginError("invalid input: SourceInfo must be specified")
    if kind in _ELSEWHERE:
        raise PluginError(f"the sandbox cannot run this document: it downloads nothing from {kind}")
    return Download(_source(str(kind), _source_info(kind, info)), str(given.get("destinationpath") or ""))


def _source_info(kind: str, info: t.Any) -> Mapping[str, t.Any]:
    try:
        found = json.loads(info) if isinstance(info, str) else info
    except ValueError as error:
        raise PluginError(
            f"Source Info could not be unmarshalled for source type {kind}. Please check JSON format of SourceInfo"
            f" - {error}"
        ) from error
    return found if isinstance(found, dict) else {}


def _source(kind: str, info: Mapping[str, t.Any]) -> S3Place | StoredDocument:
    if kind == _S3:
        path = str(info.get("path") or "").strip()
        if not path:
            raise PluginError("S3 source path in SourceInfo must be specified")
        return s3_place(path)
    name = str(info.get("name") or "")
    if not name:
        raise PluginError("SSM Document name in SourceType must be specified")
    return stored_document(name)


def s3_place(address: str) -> S3Place:
    """Bucket and key of an https address of S3, with the bucket in its path or in its host; PluginError."""
    parts = urllib.parse.urlsplit(address)
    host = _HOST.fullmatch(parts.hostname or "")
    path = urllib.parse.unquote_plus(parts.path.removeprefix("/"))
    if host and host["bucket"]:
        return S3Place(host["bucket"], path)
    bucket, _slash, key = path.partition("/")
    if host is None or not bucket:
        raise PluginError(f"{address} is no address of an object in S3")
    return S3Place(bucket, key)


def stored_document(name: str) -> StoredDocument:
    """NAME or NAME:VERSION, or the same as an ARN."""
    short, _colon, version = documents.short_name(name).partition(":")
    return StoredDocument(short, version)
