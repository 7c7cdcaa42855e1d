# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References to the Parameter Store, {{ssm:NAME}} or {{ssm:NAME:VERSION}}, as an agent resolves them. Pure.

References {{ssm-secure:NAME}} are for plugins that a node here has not; a script gets them as they are written.
"""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REFERENCE: t.Final = re.compile(r"\{\{ *ssm:([/\w.-]+(?::\d+)?) *\}\}")
# A list is split at its commas, but for those between apostrophes.
_LIST_ITEM: t.Final = re.compile(r"[^',]+|'[^']+'")


class StoredParameter(t.NamedTuple):
    """A parameter of the Parameter Store; kind: String, StringList or SecureString."""

    value: str
    kind: str


class UnresolvedError(Exception):
    """What the agent says of references that it cannot resolve."""


def resolve(inputs: t.Any, read: Callable[[list[str]], Mapping[str, StoredParameter]]) -> t.Any:
    """Inputs of steps with all references resolved; read: asks the Parameter Store for names, leaving out unknown ones.

    UnresolvedError for a name that is not there, a SecureString, and a list that is not an item by itself.
    """
    names = list(dict.fromkeys(_names(inputs)))
    if not names:
        return inputs
    found = read(names)
    missing = [name for name in names if name not in found]
    if missing:
        raise UnresolvedError(f"Input contains invalid parameters [{' '.join(missing)}]")
    secure = [name for name in names if found[name].kind == "SecureString"]
    if secure:
        raise UnresolvedError(f"Parameters [{' '.join(secure)}] of type SecureString are not supported")
    return _replaced(inputs, found)


def check_patterns(
    declared: Mapping[str, Mapping[str, t.Any]],
    given: Mapping[str, t.Any],
    read: Callable[[list[str]], Mapping[str, StoredParameter]],
) -> None:
    """UnresolvedError for a parameter whose value, with its references resolved, is none that the document allows.

    declared: the document's parameters by name; given: values by name, defaults stand for the others. An agent looks
    for allowedPattern anywhere in a value.
    """
    for name, declaration in declared.items():
        pattern, values = declaration.get("allowedPattern"), given.get(name, declaration.get("default"))
        if not pattern or not is_reference(values):
            continue
        resolved = resolve(values, read)
        for value in resolved if isinstance(resolved, list) else [resolved]:
            if not re.search(pattern, value):
                raise UnresolvedError(f"Parameter value for {name} does not match the allowed pattern {pattern}")


def is_reference(value: t.Any) -> bool:
    """Whether there is a reference anywhere in a value."""
    return next(_names(value), None) is not None


def _names(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield from _REFERENCE.findall(value)
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _names(item)


def _replaced(value: t.Any, found: Mapping[str, StoredParameter]) -> t.Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _text(match[1], found[match[1]]), value)
    if isinstance(value, dict):
        return {key: _replaced(item, found) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [part for item in value for part in _items(item, found)]
        return items if isinstance(value, list) else tuple(items)
    return value


def _items(item: t.Any, found: Mapping[str, StoredParameter]) -> list[t.Any]:
    alone = _REFERENCE.fullmatch(item.strip()) if isinstance(item, str) else None
    if alone and found[alone[1]].kind == "StringList":
        return [part.replace("'", "").strip() for part in _LIST_ITEM.findall(found[alone[1]].value)]
    return [_replaced(item, found)]


def _text(name: str, parameter: StoredParameter) -> str:
    if parameter.kind == "StringList":
        raise UnresolvedError(f"SSM parameter {name} of type StringList cannot be used as a String")
    return parameter.value
