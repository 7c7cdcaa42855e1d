# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of a command, held against what its document declares. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from ..wire.errors import ApiError

if t.TYPE_CHECKING:
    from .documents import Document

Json = dict[str, t.Any]
Parameters = t.Mapping[str, t.Sequence[str]]


def resolve_parameters(document: Document, given: Parameters) -> dict[str, list[str]]:
    """Every parameter's value as a list of strings, defaults put in; InvalidParameters names what does not fit."""
    unknown = sorted(given.keys() - document.parameters.keys())
    if unknown:
        raise ApiError("InvalidParameters", f"Parameter {unknown[0]} is not declared by document {document.name}.")
    resolved = {}
    for name, declared in document.parameters.items():
        if name in given:
            values = list(given[name])
        elif "default" in declared:
            values = _as_strings(declared["default"])
        else:
            raise ApiError("InvalidParameters", f"Parameter {name} of document {document.name} is required.")
        _check_parameter(name, declared, values)
        resolved[name] = values
    return resolved


def _as_strings(default: t.Any) -> list[str]:
    if isinstance(default, list) and all(isinstance(item, str) for item in default):
        return list(default)
    return [default if isinstance(default, str) else json.dumps(default)]


def _check_parameter(name: str, declared: Json, values: list[str]) -> None:
    kind = declared.get("type", "String")
    if kind != "StringList" and len(values) != 1:
        raise ApiError("InvalidParameters", f"Parameter {name} of type {kind} takes one value, not {len(values)}.")
    _check_kind(name, kind, values)
    allowed = declared.get("allowedValues")
    pattern = declared.get("allowedPattern")
    for value in values:
        if allowed and value not in [str(item) for item in allowed]:
            raise ApiError("InvalidParameters", f"Value {value} of parameter {name} is not one of {allowed}.")
        if pattern and not re.fullmatch(pattern, value):
            raise ApiError("InvalidParameters", f"Value {value} of parameter {name} does not match {pattern}.")
        _check_range(name, declared, len(value), ("minChars", "maxChars"))
    if kind == "StringList":
        _check_range(name, declared, len(values), ("minItems", "maxItems"))


def _check_kind(name: str, kind: str, values: list[str]) -> None:
    if kind == "Boolean" and values[0].lower() not in {"true", "false"}:
        raise ApiError("InvalidParameters", f"Parameter {name} is Boolean; {values[0]} is not true or false.")
    if kind == "Integer" and not re.fullmatch(r"-?[0-9]+", values[0]):
        raise ApiError("InvalidParameters", f"Parameter {name} is Integer; {values[0]} is no whole number.")
    if kind in {"StringMap", "MapList"}:
        try:
            value = json.loads(values[0])
        except ValueError as error:
            raise ApiError("InvalidParameters", f"Parameter {name} is {kind}; its value is not JSON.") from error
        if not isinstance(value, dict if kind == "StringMap" else list):
            raise ApiError("InvalidParameters", f"Parameter {name} is {kind}; its value is other JSON.")


def _check_range(name: str, declared: Json, size: int, limits: tuple[str, str]) -> None:
    low, high = declared.get(limits[0]), declared.get(limits[1])
    if low is not None and size < int(low):
        raise ApiError("InvalidParameters", f"Parameter {name} breaks {limits[0]} {low}.")
    if high is not None and size > int(high):
        raise ApiError("InvalidParameters", f"Parameter {name} breaks {limits[1]} {high}.")
