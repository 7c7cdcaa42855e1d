# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target gets of an event: all of it, a part, a constant, or a template filled in. Pure."""

from __future__ import annotations

import json
import re
import typing as t

from .patching import Correction

Json = t.Any
CORRECTIONS: t.Final = (
    Correction("Input, InputPath, InputTransformer", "Input and InputPath are ignored", "all three"),
)
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]")


def text_for_target(target: dict[str, Json], event: dict[str, Json], rule_arn: str) -> str:
    """The text a target gets: JSON, or what its template makes."""
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(at_path(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {name: at_path(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    return fill(transformer["InputTemplate"], values | _predefined(event, rule_arn))


def _predefined(event: dict[str, Json], rule_arn: str) -> dict[str, Json]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rsplit("/", 1)[-1],
        "aws.events.event": {key: value for key, value in event.items() if key != "detail"},
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": event["time"],
    }


def at_path(event: Json, path: str) -> Json:
    """The value at a path such as $.detail.status; None where there is nothing."""
    value = event
    for name, index, quoted in _STEP.findall(path.removeprefix("$")):
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        else:
            value = value.get(name or quoted) if isinstance(value, dict) else None
    return value


def fill(template: str, values: dict[str, Json]) -> str:
    """A template with its <placeholders> replaced: as JSON where JSON stands, as plain text within a string."""
    if not template.lstrip().startswith(("{", "[", '"')):
        return _PLACEHOLDER.sub(lambda match: _plain(values.get(match[1], "")), template)
    parts: list[str] = []
    position, in_string = 0, False
    for match in _PLACEHOLDER.finditer(template):
        before = template[position : match.start()]
        parts.append(before)
        in_string ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        value = values.get(match[1])
        # AWS puts nothing in place of what the event lacks.
        parts.append(json.dumps(_plain(value))[1:-1] if in_string else json.dumps("" if value is None else value))
        position = match.end()
    return "".join([*parts, template[position:]])


def _plain(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
