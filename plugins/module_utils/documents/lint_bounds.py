# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the declaration of a parameter bounds what a sender can give for it. Pure."""

from __future__ import annotations

import re
import string
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.allowed_patterns import as_python

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What is text for shells and for PowerShell wherever it stands; a space only parts arguments.
_HARMLESS: t.Final = frozenset(string.ascii_letters + string.digits + "_./:@%+=,- ")
_WORDS: t.Final[Mapping[str, str]] = {"d": string.digits, "w": string.ascii_letters + string.digits + "_"}
_CONTROLS: t.Final[Mapping[str, str]] = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
# Escapes that match a place and no character.
_PLACES: t.Final = frozenset("AbBzZ")
_TOKEN: t.Final = re.compile(
    r"\\(?P<escaped>.)|\[(?P<negated>\^)?(?P<members>\]?(?:\\.|[^\]\\])*)\]|\{[0-9]+(?:,[0-9]*)?\}|\((?:\?:)?|(?P<plain>.)",
    re.DOTALL,
)
_SYNTAX: t.Final = frozenset("^$|)*+?")
_MEMBER: t.Final = re.compile(r"\\(?P<escaped>.)|(?P<first>.)-(?P<last>[^\\])|(?P<plain>.)", re.DOTALL)

Openness = t.Literal["", "none", "unread", "unanchored", "metacharacters"]


def openness(declaration: Mapping[str, t.Any]) -> Openness:
    """What a sender can do with a parameter in a script: "" is nothing, its values are bounded.

    "none": it declares neither allowedValues nor allowedPattern; "unread": the pattern cannot be judged here;
    "unanchored": it is looked for anywhere in the value; "metacharacters": it allows some.
    """
    if is_listed(declaration) or declaration.get("type") in ("Boolean", "Integer"):
        return ""
    pattern = declaration.get("allowedPattern")
    if not isinstance(pattern, str) or not pattern:
        return "none"
    if as_python(pattern) is None or "(?" in pattern.replace("(?:", ""):
        return "unread"
    if not _is_anchored(pattern):
        return "unanchored"
    return "" if set(_characters(pattern)) <= _HARMLESS else "metacharacters"


def is_listed(declaration: Mapping[str, t.Any]) -> bool:
    """Whether the document lists the values that a parameter can have."""
    return bool(isinstance(declaration.get("allowedValues"), list) and declaration["allowedValues"])


def takes_any(declaration: Mapping[str, t.Any], probes: tuple[str, ...]) -> bool:
    """Whether a parameter takes at least one of some values; one whose pattern cannot be judged does."""
    if is_listed(declaration):
        return any(probe in declaration["allowedValues"] for probe in probes)
    given = declaration.get("allowedPattern")
    pattern = as_python(given) if isinstance(given, str) and given else None
    return pattern is None or any(pattern.search(probe) for probe in probes)


def _is_anchored(pattern: str) -> bool:
    """Whether each alternative of a pattern is for the whole value."""
    return all(_is_whole(alternative) for alternative in _alternatives(pattern))


def _is_whole(alternative: str) -> bool:
    inner = _inside_of_group(alternative)
    if inner is not None:
        return _is_anchored(inner)
    ends = alternative.endswith("$") and not alternative.endswith("\\$")
    return alternative.startswith(("^", "\\A")) and (ends or alternative.endswith(("\\z", "\\Z")))


def _alternatives(pattern: str) -> list[str]:
    """The parts between the bars that are in no group."""
    bars = [start for mark, start, depth in _depths(pattern) if mark == "|" and depth == 0]
    starts = [0, *(bar + 1 for bar in bars)]
    return [pattern[start:end] for start, end in zip(starts, [*bars, len(pattern)], strict=True)]


def _inside_of_group(pattern: str) -> str | None:
    """What is in the one group that a pattern is, or None."""
    closings = [start for mark, start, depth in _depths(pattern) if mark == ")" and depth == 0]
    if not pattern.startswith("(") or closings != [len(pattern) - 1]:
        return None
    return pattern[1:-1].removeprefix("?:")


def _depths(pattern: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a pattern: text, offset, and how many groups are around it."""
    depth = 0
    for found in _TOKEN.finditer(pattern):
        depth -= found[0] == ")"
        yield found[0], found.start(), depth
        depth += found[0].startswith("(")


def _characters(pattern: str) -> Iterator[str]:
    """The characters a pattern allows; a line end stands for what cannot be listed."""
    for found in _TOKEN.finditer(pattern):
        if found["escaped"]:
            yield from _escaped(found["escaped"])
        elif found["members"] is not None:
            yield from "\n" if found["negated"] else _members(found["members"])
        elif found["plain"] and found["plain"] not in _SYNTAX:
            yield "\n" if found["plain"] == "." else found["plain"]


def _escaped(letter: str) -> str:
    if letter in _PLACES:
        return ""
    if letter in _WORDS or letter in _CONTROLS:
        return _WORDS.get(letter) or _CONTROLS[letter]
    return "\n" if letter.isalnum() else letter


def _members(text: str) -> Iterator[str]:
    for found in _MEMBER.finditer(text):
        if found["escaped"]:
            yield from _escaped(found["escaped"])
        elif found["first"]:
            yield from map(chr, range(ord(found["first"]), ord(found["last"]) + 1))
        else:
            yield found["plain"]
