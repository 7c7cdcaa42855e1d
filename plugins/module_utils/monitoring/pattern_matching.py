# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands an event pattern matches, and patterns that leave some out. Pure.

Status changes of Run Command carry nothing but the name of the document that tells one command from another.
Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns".
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import (
    DETAIL_TYPES,
    SOURCE,
    Pattern,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OR: t.Final = "$or"
ABSENT: t.Final = {"exists": False}
# Detail types of the events that a command causes, and where they have the name of its document: status changes, and
# the call itself, which CloudTrail records.
DOCUMENT_FIELDS: t.Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    tuple(DETAIL_TYPES.values()): ("detail", "document-name"),
    ("AWS API Call via CloudTrail",): ("detail", "requestParameters", "documentName"),
}


def may_match(pattern: Mapping[str, t.Any], detail_types: Iterable[str], documents: Iterable[str] | None) -> bool:
    """Whether the pattern may match an event of Systems Manager with one of these detail types.

    What a pattern says of other fields is taken for a match.

    :param documents: the ways in which the event may name the document (None: it does not matter).
    """
    names = None if documents is None else list(documents)
    return any(
        _may_match(pattern, {("source",): [SOURCE], ("detail-type",): [kind], **_named(kind, names)})
        for kind in detail_types
    )


def matches_commands(pattern: Mapping[str, t.Any], documents: Iterable[str]) -> bool:
    """Whether the pattern may match an event that a command with this document causes.

    :param documents: the name and the ARN of the document; an event may have either.
    """
    names = list(documents)
    return any(may_match(pattern, kinds, names) for kinds in DOCUMENT_FIELDS)


def _named(detail_type: str, names: list[str] | None) -> dict[tuple[str, ...], list[str]]:
    if names is None:
        return {}
    return {field: names for kinds, field in DOCUMENT_FIELDS.items() if detail_type in kinds}


def _may_match(pattern: t.Any, fields: Mapping[tuple[str, ...], list[str]], path: tuple[str, ...] = ()) -> bool:
    for key, wanted in pattern.items():
        here = (*path, key)
        if key == OR:
            fits = any(_may_match(alternative, fields, path) for alternative in wanted)
        elif isinstance(wanted, dict):
            fits = _may_match(wanted, fields, here)
        else:
            fits = here not in fields or any(value_matches(rule, value) for rule in wanted for value in fields[here])
        if not fits:
            return False
    return True


def value_matches(rule: t.Any, value: str) -> bool:
    """Whether an item of a pattern's list matches a text that the event has."""
    if not isinstance(rule, dict):
        return bool(rule == value)
    return all(operator in _TESTS and _TESTS[operator](operand, value) for operator, operand in rule.items())


def _affix(test: Callable[[str, str], bool]) -> Callable[[t.Any, str], bool]:
    def fits(operand: t.Any, value: str) -> bool:
        if isinstance(operand, dict):
            return test(value.lower(), str(operand.get("equals-ignore-case", "")).lower())
        return test(value, str(operand))

    return fits


def _wildcard(operand: t.Any, value: str) -> bool:
    # Unlike in IAM, ? is a letter, and a backslash makes the asterisk one.
    parts = re.split(r"(\\\*|\\\\|\*)", str(operand))
    pattern = "".join(".*" if part == "*" else re.escape(part.removeprefix("\\") or part) for part in parts)
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def _anything_but(operand: t.Any, value: str) -> bool:
    if not isinstance(operand, dict):
        return value not in (operand if isinstance(operand, list) else [operand])
    return not any(
        value_matches({operator: one}, value)
        for operator, inner in operand.items()
        for one in (inner if isinstance(inner, list) else [inner])
    )


_TESTS: t.Final[dict[str, t.Callable[[t.Any, str], bool]]] = {
    "prefix": _affix(str.startswith),
    "suffix": _affix(str.endswith),
    "equals-ignore-case": lambda operand, value: str(operand).lower() == value.lower(),
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "exists": lambda operand, _value: bool(operand),
}


def leave_out(pattern: Pattern, documents: str, where: str = "event_pattern") -> Pattern:
    """The pattern without the events of commands whose document matches C(documents), in which C(*) is any text.

    It stays as it is if it matches no such event, or names the documents that it is about.

    :raises RequestError: EventBridge has no pattern that says so.
    """
    result = pattern
    for kinds, field in DOCUMENT_FIELDS.items():
        if may_match(result, kinds, None):
            result = _leave_out(result, field, documents, where)
    return result


def _leave_out(pattern: Pattern, field: tuple[str, ...], documents: str, where: str) -> Pattern:
    *parents, name = field
    parent = _inside(pattern, parents)
    excluded = {"anything-but": {"wildcard": documents}}
    if name not in parent:
        # Events of other kinds, which the pattern may match too, have no such field.
        return _with(pattern, parents, {name: [excluded, ABSENT]})
    if all(isinstance(rule, str) for rule in parent[name]):
        return pattern
    if OR in parent:
        raise RequestError(
            f"{where}: {'.'.join(parents)} has both {name} and {OR}, so commands with documents {documents} cannot be"
            f" left out; allowed is one of the two, or {name} with names only."
        )
    # The items of a list are alternatives; a second condition on the same field needs $or, which has two at least.
    return _with(pattern, parents, {OR: [{name: [excluded]}, {name: [ABSENT]}]})


def _inside(pattern: t.Any, parents: Iterable[str]) -> dict[str, t.Any]:
    for parent in parents:
        pattern = pattern.get(parent, {}) if isinstance(pattern, dict) else {}
    return pattern if isinstance(pattern, dict) else {}


def _with(pattern: Pattern, parents: list[str], more: Pattern) -> Pattern:
    if not parents:
        return {**pattern, **more}
    first, *rest = parents
    return {**pattern, first: _with(_inside(pattern, [first]), rest, more)}
