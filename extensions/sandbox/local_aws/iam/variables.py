# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy variables and wildcards: what a text in a policy stands for in a request. Pure.

Source: IAM user guide, "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import functools
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .policy import Statement

# Values of condition keys by the key in lower case: keys are not case sensitive.
Context = t.Mapping[str, t.Sequence[str]]
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
# A colon between the parts of an ARN, not the one in ${aws:username}.
_COLON_BETWEEN_PARTS = re.compile(r":(?![^{}]*\})")
# ${*}, ${?} and ${$} stand for the characters themselves.
_CHARACTERS: t.Final = frozenset("*?$")
_ARN_PARTS: t.Final = 6


@functools.lru_cache(maxsize=8192)
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern with * and ? as IAM knows them; nothing else is special in it."""
    return re.compile(rf"\A{_wild(pattern)}\Z", re.DOTALL)


def _wild(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


def variables_of(text: str) -> list[str]:
    """Condition keys that a text's variables name."""
    names = (match[1].partition(",")[0].strip() for match in _VARIABLE.finditer(text))
    return [name for name in names if name and name not in _CHARACTERS]


def substitute_variables(text: str, context: Context) -> str | None:
    """A text with its variables' values in place; None when one has no single value."""
    return _join(text, context, str, str)


def pattern_of(text: str, context: Context) -> re.Pattern[str] | None:
    """A pattern with its variables' values in place, whose own wildcards are none; None when one has no value."""
    if "${" not in text:
        return glob(text)
    joined = _join(text, context, _wild, re.escape)
    return None if joined is None else re.compile(rf"\A{joined}\Z", re.DOTALL)


def _join(text: str, context: Context, literal: Callable[[str], str], inserted: Callable[[str], str]) -> str | None:
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        value = _value(match[1], context)
        if value is None:
            return None
        parts += [literal(text[end : match.start()]), inserted(value)]
        end = match.end()
    return "".join([*parts, literal(text[end:])])


def _value(variable: str, context: Context) -> str | None:
    name, comma, default = variable.partition(",")
    if name in _CHARACTERS:
        return name
    values = context.get(name.strip().lower(), ())
    if len(values) == 1:
        return values[0]
    return default.strip().strip("'") if comma and not values else None


def arn_matches(arn: str, pattern: str, context: Context) -> bool:
    """Whether an ARN matches a pattern part by part; what is no ARN ("*") is compared as a whole."""
    if not (arn.startswith("arn:") and pattern.startswith("arn:")):
        return _part_matches(arn, pattern, context)
    parts, patterns = arn.split(":", _ARN_PARTS - 1), _COLON_BETWEEN_PARTS.split(pattern, _ARN_PARTS - 1)
    if len(parts) != len(patterns):
        return False
    return all(_part_matches(part, wanted, context) for part, wanted in zip(parts, patterns, strict=True))


def _part_matches(part: str, pattern: str, context: Context) -> bool:
    compiled = pattern_of(pattern, context)
    return compiled is not None and compiled.match(part) is not None


def context_keys(statements: Iterable[Statement]) -> list[str]:
    """Condition keys that statements ask for, in conditions and as variables, in order, each once."""
    keys: dict[str, None] = {}
    for statement in statements:
        keys.update(dict.fromkeys(keys_of(statement)))
    return list(keys)


def keys_of(statement: Statement) -> list[str]:
    """Condition keys that one statement asks for."""
    keys: list[str] = []
    for tests in statement.conditions.values():
        for key, values in tests.items():
            keys += [key, *(name for value in values for name in variables_of(value))]
    return [*keys, *(name for resource in statement.resources for name in variables_of(resource))]
