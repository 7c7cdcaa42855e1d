# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of a command, held against what its document declares. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ..wire.errors import ApiError
from . import references

if t.TYPE_CHECKING:
    from .documents import Document

Json = dict[str, t.Any]
Parameters = t.Mapping[str, t.Sequence[str]]
_INVALID: t.Final = "Parameters provided in document are invalid or not supported."


def resolve_parameters(document: Document, given: Parameters) -> dict[str, list[str]]:
    """Every parameter's value as a list of strings, defaults put in; InvalidParameters, which names none, as in AWS."""
    resolved = {}
    for name, declared in document.parameters.items():
        if name not in given and "default" not in declared:
            raise ApiError("InvalidParameters", _INVALID)
        values = list(given[name]) if name in given else _as_strings(declared["default"])
        if not _fits(declared, values):
            raise ApiError("InvalidParameters", _INVALID)
        resolved[name] = values
    if given.keys() - resolved.keys():
        raise ApiError("InvalidParameters", _INVALID)
    return resolved


def _as_strings(default: t.Any) -> list[str]:
    if isinstance(default, list) and all(isinstance(item, str) for item in default):
        return list(default)
    return [default if isinstance(default, str) else json.dumps(default)]


def _fits(declared: Json, values: list[str]) -> bool:
    kind = declared.get("type", "String")
    if kind == "StringList":
        if not _is_within(declared, len(values), ("minItems", "maxItems")):
            return False
    elif len(values) != 1 or not _is_of_kind(kind, values[0]):
        return False
    # The agent asks the Parameter Store, and then looks at allowedPattern itself.
    return all(references.is_reference(value) or _is_allowed(declared, value) for value in values)


def _is_allowed(declared: Json, value: str) -> bool:
    allowed, pattern = declared.get("allowedValues"), declared.get("allowedPattern")
    if allowed and value not in [str(item) for item in allowed]:
        return False
    return (not pattern or bool(re.fullmatch(pattern, value))) and _is_within(
        declared, len(value), ("minChars", "maxChars")
    )


def _is_of_kind(kind: str, value: str) -> bool:
    if kind == "Boolean":
        return value.lower() in {"true", "false"}
    if kind == "Integer":
        return bool(re.fullmatch(r"-?[0-9]+", value))
    if kind in {"StringMap", "MapList"}:
        try:
            return isinstance(json.loads(value), dict if kind == "StringMap" else list)
        except ValueError:
            return False
    return True


def _is_within(declared: Json, size: int, limits: tuple[str, str]) -> bool:
    low, high = (declared.get(limit) for limit in limits)
    return (low is None or size >= int(low)) and (high is None or size <= int(high))
