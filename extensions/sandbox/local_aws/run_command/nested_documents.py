# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents within documents: the inputs of aws:runDocument, and the steps of the document they name. Pure."""

from __future__ import annotations

import json
import typing as t

import yaml

from ..wire.errors import ApiError
from . import document_checks, parameters, plan
from .documents import Document
from .plugins import PluginError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .plan import Step

Json = dict[str, t.Any]
SSM_DOCUMENT: t.Final = "SSMDocument"
_LOCAL_PATH: t.Final = "LocalPath"
_MAX_DEPTH: t.Final = 3


class Nested(t.NamedTuple):
    """A document to run. kind: SSMDocument or LocalPath; parameters: as JSON has them."""

    kind: str
    path: str
    parameters: Mapping[str, t.Any]


def read(inputs: t.Any) -> Nested:
    """The inputs of a step; PluginError with the agent's words when they do not do."""
    given = inputs if isinstance(inputs, dict) else {}
    kind, path = given.get("documentType") or "", given.get("documentPath") or ""
    if not kind:
        raise PluginError("invalid input: Document Type must be specified to either by SSMDocument or LocalPath.")
    if kind not in {SSM_DOCUMENT, _LOCAL_PATH}:
        raise PluginError("invalid input: Document type specified in invalid")
    if not path:
        raise PluginError("invalid input: Document Path must be provided")
    return Nested(kind, str(path), _parameters(given.get("documentParameters")))


def check_depth(within: Sequence[str]) -> None:
    """PluginError for a document in too many others; within: the steps that run these."""
    if len(within) >= _MAX_DEPTH:
        raise PluginError(
            f"Maximum depth for document execution exceeded. Maximum depth permitted - {_MAX_DEPTH} and current depth"
            f" - {len(within) + 1}"
        )


def unprepared(reason: object) -> PluginError:
    """What the agent says of a document that it cannot make steps of."""
    return PluginError(f"There was an error while preparing documents - {reason}")


def _parameters(given: t.Any) -> Mapping[str, t.Any]:
    if not given:
        return {}
    if isinstance(given, dict):
        return given
    if not isinstance(given, str):
        raise unprepared("parameter type specified to run document is unknown")
    try:
        # Whatever is JSON is YAML too.
        found = yaml.safe_load(given)
    except yaml.YAMLError as error:
        raise unprepared(f"Unmarshalling document parameters failed: {error}") from error
    if not isinstance(found, dict):
        raise unprepared("Unmarshalling document parameters failed")
    return found


def steps(text: str, given: Mapping[str, t.Any]) -> list[Step]:
    """The steps of a document in JSON or YAML with its parameters put in; PluginError."""
    if not text:
        raise unprepared("File is empty!")
    document = Document(name="", version="1", content=_content(text), text=text)
    try:
        resolved = parameters.resolve_parameters(document, {name: _values(value) for name, value in given.items()})
    except ApiError as error:
        raise unprepared(error) from error
    return plan.plan_steps(document, resolved)


def _content(text: str) -> Json:
    """The content of a document in YAML, which all JSON is, checked as when it is made."""
    try:
        content = document_checks.parse(text, "YAML")
        document_checks.check_command(content)
    except ApiError as error:
        raise unprepared(error) from error
    return content


def _values(value: t.Any) -> list[str]:
    """A value of JSON as SendCommand would have it: a list of strings."""
    return [_as_text(item) for item in value] if isinstance(value, list) else [_as_text(value)]


def _as_text(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
