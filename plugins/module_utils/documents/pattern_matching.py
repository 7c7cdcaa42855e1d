# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an C(allowedPattern) of a document takes, without backtracking: one of somebody else holds up no run. Pure.

Patterns are parsed by Python's own parser. All places that a match can have reached are followed at once, so the work
is bounded; look-behind, references to groups and whatever the parser has besides are not read.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
import warnings

# The parser of re since Python 3.11; not documented, so all that it may lack is borne.
from re import _parser  # type: ignore[attr-defined]  # typeshed does not have it

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.allowed_patterns import as_python

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Places looked at in one value: about a second.
_BOUND: t.Final = 1_000_000
_FLAGS: t.Final = re.ASCII | re.IGNORECASE | re.DOTALL

Item = tuple[t.Any, t.Any]
Items = t.Sequence[Item]


class UnreadError(Exception):
    """A part of a pattern that is not read here, or too much work."""


def parsed(pattern: str) -> Items | None:
    """The parts of a pattern, each a constant of the parser and its argument, or None if it cannot be judged."""
    if as_python(pattern) is None:
        return None
    with warnings.catch_warnings():
        # As in as_python.
        warnings.simplefilter("ignore", FutureWarning)
        tree = _parser.parse(pattern, re.ASCII)
    return None if tree.state.flags & ~_FLAGS else list(tree)


def matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern is found in a text, or None if that cannot be judged in a bounded time."""
    items, compiled = parsed(pattern), as_python(pattern)
    if items is None or compiled is None:
        return None
    try:
        return bool(_Search(text, compiled.flags).ends(items, set(range(len(text) + 1))))
    except (UnreadError, RecursionError):
        return None


@dataclasses.dataclass
class _Search:
    """A search for a pattern: the text, the flags of re, and how many places may still be looked at."""

    text: str
    flags: int
    left: int = _BOUND

    def ends(self, items: Items, starts: set[int]) -> set[int]:
        """Where the parts of a pattern can end, from these places."""
        for operation, argument in items:
            self.left -= len(starts) + 1
            name = str(operation)
            if self.left < 0 or name not in _OPERATIONS:
                raise UnreadError(name)
            starts = _OPERATIONS[name](self, argument, starts)
        return starts

    def one(self, argument: Sequence[Item], starts: set[int]) -> set[int]:
        """Each place after a character that is of a set."""
        self.left -= len(starts) * len(argument)
        if self.left < 0:
            raise UnreadError
        return {start + 1 for start in starts if start < len(self.text) and self._is_in(argument, self.text[start])}

    def _is_in(self, members: Sequence[Item], character: str) -> bool:
        ignores = self.flags & re.IGNORECASE
        cases = {character, character.lower(), character.upper()} if ignores else {character}
        negated = str(members[0][0]) == "NEGATE"
        return negated != any(is_member(member, case) for member in members[negated:] for case in cases)

    def any(self, _argument: None, starts: set[int]) -> set[int]:
        """The dot."""
        dots = bool(self.flags & re.DOTALL)
        return {start + 1 for start in starts if start < len(self.text) and (dots or self.text[start] != "\n")}

    def at(self, argument: object, starts: set[int]) -> set[int]:
        """Where the value begins or ends; C($) is the end alone in Go, whose agent has the last word."""
        places = {"AT_BEGINNING": 0, "AT_BEGINNING_STRING": 0, "AT_END": len(self.text)}
        if str(argument) not in places:
            raise UnreadError
        return starts & {places[str(argument)]}

    def branch(self, argument: tuple[None, Sequence[Items]], starts: set[int]) -> set[int]:
        """Alternatives."""
        return set().union(*(self.ends(items, starts) for items in argument[1]))

    def group(self, argument: tuple[t.Any, int, int, Items], starts: set[int]) -> set[int]:
        """A group, with flags of its own or without."""
        _number, added, removed, items = argument
        if (added | removed) & ~_FLAGS:
            raise UnreadError
        around, self.flags = self.flags, (self.flags | added) & ~removed
        ends = self.ends(items, starts)
        self.flags = around
        return ends

    def repeat(self, argument: tuple[int, t.Any, Items], starts: set[int]) -> set[int]:
        """Repetitions; once another one reaches no new place, no further one does."""
        least, most, items = argument
        for _time in range(int(least)):
            before, starts = starts, self.ends(items, starts)
            if starts == before:
                break
        reached, count = set(starts), int(least)
        while starts and count < int(most):
            starts = self.ends(items, starts) - reached
            reached |= starts
            count += 1
        return reached

    def ahead(self, argument: tuple[int, Items], starts: set[int]) -> set[int]:
        """Places from which something follows."""
        direction, items = argument
        if direction < 0:
            raise UnreadError
        return {start for start in starts if self.ends(items, {start})}

    def not_ahead(self, argument: tuple[int, Items], starts: set[int]) -> set[int]:
        """Places from which something does not follow."""
        return starts - self.ahead(argument, starts)


_OPERATIONS: t.Final[Mapping[str, Callable[[_Search, t.Any, set[int]], set[int]]]] = {
    "LITERAL": lambda search, argument, starts: search.one([("LITERAL", argument)], starts),
    "NOT_LITERAL": lambda search, argument, starts: search.one([("NEGATE", None), ("LITERAL", argument)], starts),
    "IN": _Search.one,
    "ANY": _Search.any,
    "AT": _Search.at,
    "BRANCH": _Search.branch,
    "SUBPATTERN": _Search.group,
    "MAX_REPEAT": _Search.repeat,
    "MIN_REPEAT": _Search.repeat,
    "ASSERT": _Search.ahead,
    "ASSERT_NOT": _Search.not_ahead,
}
_CATEGORIES: t.Final[Mapping[str, str]] = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}


def is_member(member: Item, character: str) -> bool:
    """Whether a character is of a member of a set; UnreadError is raised for what the parser has besides."""
    name, argument = str(member[0]), member[1]
    if name == "LITERAL":
        return ord(character) == int(argument)
    if name == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    category = str(argument).removeprefix("CATEGORY_")
    kind = category.removeprefix("NOT_")
    if name != "CATEGORY" or kind not in _CATEGORIES:
        raise UnreadError(name)
    return (category != kind) != bool(re.match(_CATEGORIES[kind], character, re.ASCII))
