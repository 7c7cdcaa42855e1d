# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether two policy documents are equivalent, even if written differently. Pure.

Ignored: the order of keys, statements and list items, scalars against lists of one, Sid and Id, repeated statements,
the case of actions and condition keys, numbers and booleans against their text, and whether actions and resources
stand in one statement or in several. Two documents that this module calls the same decide every request alike; some
that decide alike in a way it does not see are called different.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_VERSION = "2008-10-17"
Canonical = frozenset[tuple[t.Any, ...]]


def same_meaning(first: Mapping[str, t.Any], second: Mapping[str, t.Any]) -> bool:
    """Whether the two documents (as parsed JSON) are equivalent."""
    return canonical(first) == canonical(second)


def canonical(document: Mapping[str, t.Any]) -> tuple[str, Canonical]:
    """A form that is equal for equivalent documents: the language version and the smallest statements."""
    atoms: set[tuple[t.Any, ...]] = set()
    for statement in as_list(document.get("Statement", [])):
        atoms |= _atoms(statement)
    return str(document.get("Version", DEFAULT_VERSION)), frozenset(atoms)


def as_list(value: t.Any) -> list[t.Any]:
    """A JSON value as a list, where IAM accepts a single value or a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _atoms(statement: Mapping[str, t.Any]) -> set[tuple[t.Any, ...]]:
    rest = (
        str(statement.get("Effect")),
        _negated(statement, "NotAction", lower=True),
        _negated(statement, "NotResource", lower=False),
        _frozen({key: statement[key] for key in ("Principal", "NotPrincipal") if key in statement}),
        _condition(statement.get("Condition") or {}),
    )
    # IAM allows or denies each pair of action and resource separately, so a statement is the set of its pairs.
    return {
        (action, resource, *rest)
        for action in _each(statement, "Action", lower=True)
        for resource in _each(statement, "Resource", lower=False)
    }


def _each(statement: Mapping[str, t.Any], key: str, *, lower: bool) -> set[str | None]:
    if key not in statement:
        return {None}
    return {str(item).lower() if lower else str(item) for item in as_list(statement[key])}


def _negated(statement: Mapping[str, t.Any], key: str, *, lower: bool) -> frozenset[str | None] | None:
    return frozenset(_each(statement, key, lower=lower)) if key in statement else None


def _condition(condition: Mapping[str, t.Any]) -> frozenset[tuple[str, t.Any]]:
    return frozenset((operator, _condition_keys(keys)) for operator, keys in condition.items() if keys)


def _condition_keys(keys: Mapping[str, t.Any]) -> frozenset[tuple[str, t.Any]]:
    values = [(key.lower(), frozenset(_text(value) for value in as_list(raw))) for key, raw in keys.items()]
    return frozenset(values)


def _text(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _frozen(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return frozenset((key, _frozen(item)) for key, item in value.items())
    return frozenset(_text(item) for item in as_list(value))
