# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a document: checked and converted to the format of SendCommand before anything is sent."""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHELL_DOCUMENTS = ("AWS-RunShellScript", "AWS-RunPowerShellScript")

Declaration = t.Mapping[str, t.Any]


def declared_by_content(content: str) -> dict[str, Declaration]:
    """The C(parameters) of a document's JSON content, by name; empty when it has none.

    :raises ValueError: the content is not JSON.
    """
    document = json.loads(content)
    return dict(document.get("parameters") or {})


def declared_by_description(description: Mapping[str, t.Any]) -> dict[str, Declaration]:
    """The parameters in DescribeDocument's C(Document): names, types and defaults, without allowed values."""
    return {
        parameter["Name"]: {
            "type": parameter.get("Type", "String"),
            **({"default": parameter["DefaultValue"]} if "DefaultValue" in parameter else {}),
        }
        for parameter in description.get("Parameters") or ()
    }


def command_parameters(
    document: str, given: Mapping[str, t.Any], declared: Mapping[str, Declaration]
) -> dict[str, list[str]]:
    """`given` as SendCommand's map of lists of strings, checked against the declaration in `document`.

    :raises RequestError: an unknown name, a missing parameter, or a value that is not allowed.
    """
    unknown = [name for name in given if name not in declared]
    if unknown:
        has = ", ".join(sorted(declared)) or "none"
        raise RequestError(f"parameters has {unknown[0]!r}: {document} has no such parameter, it has {has}.")
    missing = [name for name, declaration in declared.items() if "default" not in declaration and name not in given]
    if missing:
        raise RequestError(f"parameters lacks {missing[0]!r}: {document} requires it and has no default.")
    return {name: _checked(document, name, value, declared[name]) for name, value in given.items()}


def undeclared_parameters(given: Mapping[str, t.Any]) -> dict[str, list[str]]:
    """`given` in the format of SendCommand, unchecked: for callers who may not read the document."""
    return {name: _as_strings(name, value) for name, value in given.items()}


def check_platform(document: str, fits: Iterable[str], found: Iterable[str]) -> None:
    """Raise RequestError if `document` supports none of the nodes' platforms (`found`, at least one)."""
    fitting, platforms = set(fits), set(found)
    if fitting and platforms and not fitting & platforms:
        raise RequestError(
            f"document_name is {document!r}: it is for {', '.join(sorted(fitting))}, and the targeted nodes run "
            f"{', '.join(sorted(platforms))}."
        )


def _checked(document: str, name: str, value: t.Any, declaration: Declaration) -> list[str]:
    kind = declaration.get("type", "String")
    strings = _as_strings(name, value)
    if kind in {"String", "Boolean", "Integer", "StringMap"} and len(strings) != 1:
        raise RequestError(f"parameters.{name} has {len(strings)} values: {document} takes one ({kind}).")
    for text in strings:
        _check_type(document, name, text, kind)
        _check_allowed(document, name, text, declaration)
    _check_sizes(document, name, strings, declaration)
    return strings


def _as_strings(name: str, value: t.Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [_as_string(name, item) for item in values]


def _as_string(name: str, value: t.Any) -> str:
    if value is None:
        raise RequestError(f"parameters.{name} is null: it must have a value.")
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def _check_type(document: str, name: str, text: str, kind: str) -> None:
    fits = {
        "Integer": lambda: re.fullmatch(r"-?\d+", text) is not None,
        "Boolean": lambda: text.lower() in {"true", "false"},
        "StringMap": lambda: _is_json(text, dict),
        "MapList": lambda: _is_json(text, (dict, list)),
    }.get(kind)
    if fits is not None and not fits():
        raise RequestError(f"parameters.{name} is {text!r}: {document} takes {kind}.")


def _is_json(text: str, kind: type | tuple[type, ...]) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except ValueError:
        return False


def _check_allowed(document: str, name: str, text: str, declaration: Declaration) -> None:
    allowed = declaration.get("allowedValues")
    if allowed and text not in {_as_string(name, item) for item in allowed}:
        choices = ", ".join(_as_string(name, item) for item in allowed)
        raise RequestError(f"parameters.{name} is {text!r}: {document} allows {choices}.")
    pattern = declaration.get("allowedPattern")
    if pattern and not re.search(pattern, text):
        raise RequestError(f"parameters.{name} is {text!r}: {document} allows what matches {pattern}.")


def _check_sizes(document: str, name: str, strings: list[str], declaration: Declaration) -> None:
    for field, size, unit in (
        ("Items", len(strings), "values"),
        ("Chars", max(map(len, strings), default=0), "characters"),
    ):
        lowest, highest = declaration.get(f"min{field}"), declaration.get(f"max{field}")
        if (lowest is not None and size < int(lowest)) or (highest is not None and size > int(highest)):
            limits = f"from {lowest or 0}" + (f" to {highest}" if highest is not None else "")
            raise RequestError(f"parameters.{name} has {size} {unit}: {document} allows {limits}.")
