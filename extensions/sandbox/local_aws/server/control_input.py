# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be sent to the sandbox's own addresses, as JSON schemas: a wrong value is refused when it comes. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import jsonschema

from ..nodes.managed_nodes import PING_STATUSES, PLATFORMS
from ..wire.settings import Settings
from .faults import AFTER, BEFORE

Schema = dict[str, t.Any]
# A day: nothing that is waited for in a sandbox takes longer.
_LONGEST_SECONDS: t.Final = 86_400
_NUMBER: t.Final[Schema] = {"type": "number", "minimum": 0, "maximum": _LONGEST_SECONDS}
_COUNT: t.Final[Schema] = {"type": "integer", "minimum": 0}
# No control characters, and no half of a surrogate pair.
_TEXT: t.Final[Schema] = {"type": "string", "maxLength": 256, "pattern": r"\A[^\x00-\x1f\x7f\ud800-\udfff]*\Z"}
_NAME: t.Final[Schema] = {**_TEXT, "minLength": 1}


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "propertyNames": _NAME, "additionalProperties": values}


_FAULT: t.Final = _object(
    {
        "operation": _NAME,
        "kind": {"enum": sorted(BEFORE | AFTER)},
        "times": {"anyOf": [_COUNT, {"type": "null"}]},
        "skip": _COUNT,
        "probability": {"type": "number", "minimum": 0, "maximum": 1},
        "seconds": _NUMBER,
        "delay": _NUMBER,
    },
    "operation",
    "kind",
)
_NODE: t.Final = _object(
    {
        # Ends with \Z, since $ would let a line end pass.
        "instance_id": {"type": "string", "pattern": r"\A(mi-[0-9a-f]{17}|i-[0-9a-f]{8}|i-[0-9a-f]{17})\Z"},
        "region": {"type": "string", "pattern": r"\A[a-z]{2}(-[a-z]+)+-[0-9]\Z"},
        "name": _TEXT,
        "tags": _by_name(_TEXT),
        "platform": {"enum": sorted(PLATFORMS)},
        "ping_status": {"enum": sorted(PING_STATUSES)},
        "role": _TEXT,
    },
    "instance_id",
)

_AGENT: t.Final = _object(
    {
        "instance_id": {"type": "string", "pattern": r"\A(mi-[0-9a-f]{17})\Z"},
        **{name: _NODE["properties"][name] for name in ("region", "name", "tags", "role")},
    },
    "instance_id",
)

_REGISTRATION: t.Final = _object(
    {
        "activation_id": _TEXT,
        "activation_code": _TEXT,
        "ip_address": _TEXT,
        **{name: _NODE["properties"][name] for name in ("name", "platform")},
    },
    "activation_id",
    "activation_code",
)


def _setting(default: t.Any) -> Schema:
    if isinstance(default, bool):
        return {"type": "boolean"}
    return {"anyOf": [_NUMBER, {"type": "null"}]} if default is None else _NUMBER


_SETTINGS: t.Final = _object({field.name: _setting(field.default) for field in dataclasses.fields(Settings)})
_CONFIGURATION: t.Final = _object(
    {
        "settings": _SETTINGS,
        "latency": _by_name(_NUMBER),
        "rate_limits": _by_name(
            _object(
                {
                    "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
                    "burst": {"type": "number", "minimum": 1, "maximum": 1_000_000},
                },
                "rate",
                "burst",
            )
        ),
        "faults": {"type": "array", "items": _FAULT},
        "seed": _COUNT,
        "nodes": {"type": "array", "items": _NODE},
    }
)
_CHECK_CONFIGURATION: t.Final = jsonschema.Draft202012Validator(_CONFIGURATION)
_CHECK_NODE: t.Final = jsonschema.Draft202012Validator(_NODE)
_CHECK_AGENT: t.Final = jsonschema.Draft202012Validator(_AGENT)
_CHECK_REGISTRATION: t.Final = jsonschema.Draft202012Validator(_REGISTRATION)


def parse(body: bytes) -> t.Any:
    """The JSON of a body ({} for an empty one); ValueError for what is none, or nests too deep."""
    try:
        return json.loads(body or b"{}", parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the JSON nests too deep") from None


def check_configuration(value: t.Any) -> None:
    """ValueError that says where and why a value is no configuration."""
    _check(_CHECK_CONFIGURATION, value)


def check_node(value: t.Any) -> None:
    """ValueError that says where and why a value is no node."""
    _check(_CHECK_NODE, value)


def check_agent(value: t.Any) -> None:
    """ValueError that says where and why a value is no node with a real agent."""
    _check(_CHECK_AGENT, value)


def check_registration(value: t.Any) -> None:
    """ValueError that says where and why a value is no registration with an activation."""
    _check(_CHECK_REGISTRATION, value)


def _check(validator: jsonschema.Draft202012Validator, value: t.Any) -> None:
    found = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if found:
        place = "".join(f"[{part!r}]" for part in found.absolute_path)
        raise ValueError(f"{place or 'the body'}: {_shortened(found.message)}")


def _shortened(text: str) -> str:
    return text if len(text) <= 500 else f"{text[:500]}..."


def _refuse_constant(name: str) -> t.NoReturn:
    raise ValueError(f"{name} is no JSON number")
