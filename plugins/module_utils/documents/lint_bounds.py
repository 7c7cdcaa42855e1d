# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the declaration of a parameter bounds what a sender can give for it. Pure."""

from __future__ import annotations

import string
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import pattern_matching

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.pattern_matching import Items

# What is text for shells and for PowerShell wherever it stands.
_HARMLESS: t.Final = frozenset(string.ascii_letters + string.digits + "_./:@%+=,-")
_ASCII: t.Final = tuple(map(chr, range(128)))
# Stands for the characters that cannot be listed.
_OTHERS: t.Final = frozenset("\n")
_REPEATS: t.Final = ("MAX_REPEAT", "MIN_REPEAT")

Openness = t.Literal["", "none", "unread", "unanchored", "metacharacters", "spaces"]


def openness(declaration: Mapping[str, t.Any]) -> Openness:
    """What a sender can do with a parameter in a script: "" is nothing, its values are bounded.

    "none": it declares neither allowedValues nor allowedPattern; "unread": the pattern cannot be judged here;
    "unanchored": it is looked for anywhere in the value; "metacharacters": it allows some; "spaces": it allows
    spaces, which are harmless in quotes only.
    """
    if is_fixed(declaration):
        return ""
    pattern = declaration.get("allowedPattern")
    if not isinstance(pattern, str) or not pattern:
        return "none"
    return _openness_of(pattern)


def _openness_of(pattern: str) -> Openness:
    items = None if "(?" in pattern.replace("(?:", "") else pattern_matching.parsed(pattern)
    try:
        if items is None or not (_begins(items) and _ends(items)):
            return "unread" if items is None else "unanchored"
        excess = set(_characters(items)) - _HARMLESS
    except (pattern_matching.UnreadError, RecursionError):
        return "unread"
    if excess == {" "}:
        return "spaces"
    return "metacharacters" if excess else ""


def is_fixed(declaration: Mapping[str, t.Any]) -> bool:
    """Whether the document lists the values, or they are numbers: no text is the sender's choice."""
    return is_listed(declaration) or is_number(declaration)


def is_listed(declaration: Mapping[str, t.Any]) -> bool:
    """Whether the document lists the values that a parameter can have."""
    return bool(isinstance(declaration.get("allowedValues"), list) and declaration["allowedValues"])


def is_number(declaration: Mapping[str, t.Any]) -> bool:
    """Whether the values of a parameter are numbers or truth values."""
    return declaration.get("type") in ("Boolean", "Integer")


def takes_any(declaration: Mapping[str, t.Any], probes: tuple[str, ...]) -> bool:
    """Whether a parameter takes at least one of some values; one whose pattern cannot be judged does."""
    if is_listed(declaration):
        return any(probe in declaration["allowedValues"] for probe in probes)
    if is_number(declaration):
        return any(probe.isdecimal() for probe in probes)
    pattern = declaration.get("allowedPattern")
    if not isinstance(pattern, str) or not pattern:
        return True
    return any(pattern_matching.matches(pattern, probe) is not False for probe in probes)


def allows(declaration: Mapping[str, t.Any], character: str) -> bool:
    """Whether values may have a character, or nothing says that they have not."""
    if openness(declaration) not in ("", "spaces", "metacharacters"):
        return True
    if is_listed(declaration):
        return any(character in str(value) for value in declaration["allowedValues"])
    items = pattern_matching.parsed(str(declaration.get("allowedPattern") or ""))
    return bool({character, *_OTHERS} & set(_characters(items or ())))


def beginning(declaration: Mapping[str, t.Any]) -> str:
    """The text that all values of a bounded parameter begin with, as its pattern has it."""
    pattern = declaration.get("allowedPattern")
    items = pattern_matching.parsed(pattern) if isinstance(pattern, str) and pattern else None
    text = ""
    for operation, argument in items[1:] if items and str(items[0][0]) == "AT" else ():
        if str(operation) != "LITERAL":
            break
        text += chr(argument)
    return text


def _begins(items: Items) -> bool:
    return bool(items) and _is_at(items[0], ("AT_BEGINNING", "AT_BEGINNING_STRING"), _begins)


def _ends(items: Items) -> bool:
    return bool(items) and _is_at(items[-1], ("AT_END",), _ends)


def _is_at(item: tuple[t.Any, t.Any], places: tuple[str, ...], is_whole: t.Callable[[Items], bool]) -> bool:
    """Whether a part is one of these places of the value, in each of its alternatives."""
    name, argument = str(item[0]), item[1]
    if name == "SUBPATTERN":
        return is_whole(argument[3])
    if name == "BRANCH":
        return all(is_whole(items) for items in argument[1])
    return name == "AT" and str(argument) in places


def _characters(items: Items) -> Iterator[str]:
    """The characters a pattern allows; a line end stands for what cannot be listed."""
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL":
            yield chr(argument)
        elif name == "IN":
            yield from _members(argument)
        elif name in ("ANY", "NOT_LITERAL"):
            yield from _OTHERS
        elif name != "AT":
            for inner in _inner(name, argument):
                yield from _characters(inner)


def _inner(name: str, argument: t.Any) -> list[Items]:
    """The patterns in a part of a pattern."""
    if name == "SUBPATTERN" or name in _REPEATS:
        return [argument[-1]]
    if name == "BRANCH":
        return list(argument[1])
    raise pattern_matching.UnreadError(name)


def _members(members: Items) -> Iterator[str]:
    """The characters of a set, as engines read it; ranges may go over ASCII."""
    for member in members:
        name, argument = str(member[0]), member[1]
        if name == "NEGATE" or (name == "CATEGORY" and "NOT_" in str(argument)):
            yield from _OTHERS
        elif name == "LITERAL":
            yield chr(argument)
        else:
            if name == "RANGE" and argument[1] >= len(_ASCII):
                yield from _OTHERS
            yield from (character for character in _ASCII if pattern_matching.is_member(member, character))
