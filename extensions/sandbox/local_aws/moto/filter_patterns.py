# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter patterns of CloudWatch Logs: terms, JSON and space-delimited. Pure.

Source: CloudWatch Logs user guide, "Filter pattern syntax".
"""

from __future__ import annotations

import fnmatch
import json
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Values = dict[str, t.Any]
# A log event that matches gives the values its metric may use ({} for terms); None: it does not match.
Matcher = t.Callable[[str], Values | None]
_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')


class FilterPatternError(ValueError):
    """A pattern CloudWatch Logs would refuse."""


def compile_pattern(pattern: str) -> Matcher:
    """A function that says what of a message matches; FilterPatternError."""
    text = pattern.strip()
    if text.startswith("{"):
        return _json_matcher(text)
    if text.startswith("["):
        return _columns_matcher(text)
    if len(text) > 1 and text.startswith("%") and text.endswith("%"):
        expression = _expression(text)
        return lambda message: {} if expression.search(message) else None
    return _terms_matcher(text)


def _terms_matcher(text: str) -> Matcher:
    required: list[str] = []
    optional: list[str] = []
    excluded: list[str] = []
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if not match:
            raise FilterPatternError(f"Invalid filter pattern: {text}")
        sign, quoted, plain = match.groups()
        term = quoted.replace('\\"', '"') if quoted is not None else plain
        {"?": optional, "-": excluded}.get(sign, required).append(term)
        position = match.end()

    def matches(message: str) -> Values | None:
        if any(term in message for term in excluded) or not all(term in message for term in required):
            return None
        # Beside terms of the other kinds, the ?optional ones count for nothing (user guide, "Filter pattern syntax").
        alone = optional and not required and not excluded
        return None if alone and not any(term in message for term in optional) else {}

    return matches


# JSON: { ($.a.b = "x*") && $.c > 3 || $.d IS NULL }

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.[A-Za-z0-9_-]+|\.\*)*)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<regex>%[^%]*%)
      | (?P<sign>&&|\|\||!=|<=|>=|=|<|>|\(|\)|\{|\})
      | (?P<word>[^\s()&|=!<>{}]+)
    )""",
    re.VERBOSE,
)
_SELECTOR_STEP = re.compile(r"\.?\[(?:(\d+|\*)|'([^']*)'|\"([^\"]*)\")\]|\.([A-Za-z0-9_*-]+)")


class _JsonParser:
    """A pattern's conditions as a function on the parsed message."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        self._position = 0

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if not match:
                raise FilterPatternError(f"Invalid filter pattern: {text}")
            kind = t.cast("str", match.lastgroup)
            tokens.append((kind, match[kind]))
            position = match.end()
        return tokens

    def parse(self) -> Callable[[t.Any], bool]:
        """The whole pattern."""
        self._expect("{")
        condition = self._either()
        self._expect("}")
        if self._position != len(self._tokens):
            raise FilterPatternError(f"Invalid filter pattern: {self._text}")
        return condition

    def _peek(self) -> str:
        return self._tokens[self._position][1] if self._position < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._position >= len(self._tokens):
            raise FilterPatternError(f"Invalid filter pattern: {self._text}")
        self._position += 1
        return self._tokens[self._position - 1]

    def _expect(self, sign: str) -> None:
        if self._next()[1] != sign:
            raise FilterPatternError(f"Invalid filter pattern: {self._text}")

    def _either(self) -> Callable[[t.Any], bool]:
        alternatives = [self._all()]
        while self._peek() == "||":
            self._next()
            alternatives.append(self._all())
        return lambda message: any(alternative(message) for alternative in alternatives)

    def _all(self) -> Callable[[t.Any], bool]:
        conditions = [self._condition()]
        while self._peek() == "&&":
            self._next()
            conditions.append(self._condition())
        return lambda message: all(condition(message) for condition in conditions)

    def _condition(self) -> Callable[[t.Any], bool]:
        if self._peek() == "(":
            self._next()
            inner = self._either()
            self._expect(")")
            return inner
        kind, selector = self._next()
        if kind != "selector":
            raise FilterPatternError(f"Invalid filter pattern: {self._text}")
        kind, sign = self._next()
        if kind == "word":
            return self._word_test(selector, sign)
        return _comparison(selector, sign, *self._next())

    def _word_test(self, selector: str, word: str) -> Callable[[t.Any], bool]:
        words = f"{word} {self._next()[1]}".upper()
        tests: Mapping[str, Callable[[list[t.Any]], bool]] = {
            "NOT EXISTS": lambda found: not found,
            "IS NULL": lambda found: None in found,
            "IS TRUE": lambda found: any(value is True for value in found),
            "IS FALSE": lambda found: any(value is False for value in found),
        }
        if words not in tests:
            raise FilterPatternError(f"Invalid filter pattern: {self._text}")
        return lambda message: tests[words](select(message, selector))


def _comparison(selector: str, sign: str, kind: str, operand: str) -> Callable[[t.Any], bool]:
    test = _value_test(sign, kind, operand)

    def matches(message: t.Any) -> bool:
        found = select(message, selector)
        if sign == "!=":
            return bool(found) and all(test(value) for value in found)
        return any(test(value) for value in found)

    return matches


def _value_test(sign: str, kind: str, operand: str) -> Callable[[t.Any], bool]:
    if sign not in _SIGNS:
        raise FilterPatternError(f"Invalid operator {sign}")
    number = _number_of(operand) if kind == "word" else None
    if number is not None:
        return lambda value: _is_number(value) and _SIGNS[sign](float(value), number)
    if sign not in {"=", "!="}:
        raise FilterPatternError(f"{operand} is not a number")
    if kind == "word" and operand == "*":
        return lambda _value: sign == "="
    wanted = json.loads(operand) if kind == "text" else operand
    if kind == "regex":
        expression = _expression(operand)
        return lambda value: isinstance(value, str) and bool(expression.search(value)) == (sign == "=")
    return lambda value: isinstance(value, str) and fnmatch.fnmatchcase(value, _escape(wanted)) == (sign == "=")


def _escape(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _is_number(value: t.Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_SIGNS: t.Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": lambda value, number: value == number,
    "!=": lambda value, number: value != number,
    "<": lambda value, number: value < number,
    "<=": lambda value, number: value <= number,
    ">": lambda value, number: value > number,
    ">=": lambda value, number: value >= number,
}


def select(message: t.Any, selector: str) -> list[t.Any]:
    """Values at a selector such as $.a.b[0] or $.a[*].c; [] where there is nothing."""
    found = [message]
    for index, single, double, name in _SELECTOR_STEP.findall(selector[1:]):
        found = [inner for value in found for inner in _step(value, index, single or double or name)]
    return found


def _step(value: t.Any, index: str, name: str) -> list[t.Any]:
    if index == "*" or name == "*":
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if index:
        return [value[int(index)]] if isinstance(value, list) and int(index) < len(value) else []
    return [value[name]] if isinstance(value, dict) and name in value else []


def _json_matcher(text: str) -> Matcher:
    condition = _JsonParser(text).parse()

    def matches(message: str) -> Values | None:
        try:
            value = json.loads(message)
        except ValueError:
            return None
        return {"$": value} if isinstance(value, (dict, list)) and condition(value) else None

    return matches


# Space-delimited: [ip, user, status = 4* || status = 5*, ..., bytes > 1000]

_COLUMN = re.compile(r"^\s*(?:([A-Za-z0-9_]+)\s*(?:(!=|<=|>=|=|<|>)\s*(.+?))?)?\s*$")
_FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
# What stands within quotes or percent signs holds no comma and no && of the pattern's own.
_PIECE = r"""(?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^"%])"""
_ELLIPSIS = "..."


def _columns_matcher(text: str) -> Matcher:
    if not text.endswith("]"):
        raise FilterPatternError(f"Invalid filter pattern: {text}")
    columns = [_column(column, text) for column in _split(text[1:-1], ",")]
    names = [name for name, _test in columns]
    if names.count(_ELLIPSIS) > 1:
        raise FilterPatternError(f"Invalid filter pattern: {text}")

    def matches(message: str) -> Values | None:
        fields = [next((part for part in match if part), "") for match in _FIELD.findall(message)]
        aligned = _align(names, fields)
        if aligned is None:
            return None
        met = all(test(field) for field, (_name, test) in zip(aligned, columns, strict=True))
        return dict(zip((f"${name}" for name in names), aligned, strict=True)) if met else None

    return matches


def _split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside of quotes and regular expressions."""
    parts, rest = [], text
    while match := re.match(rf"({_PIECE}*?){re.escape(separator)}", rest, re.DOTALL):
        parts.append(match[1])
        rest = rest[match.end() :]
    return [*parts, rest]


def _column(column: str, text: str) -> tuple[str, Callable[[str], bool]]:
    if column.strip() == _ELLIPSIS:
        return _ELLIPSIS, lambda _field: True
    name = ""
    alternatives: list[list[Callable[[str], bool]]] = []
    for alternative in _split(column, "||"):
        conditions: list[Callable[[str], bool]] = []
        for part in _split(alternative, "&&"):
            match = _COLUMN.match(part)
            if not match:
                raise FilterPatternError(f"Invalid filter pattern: {text}")
            name = match[1] or name
            if match[2]:
                conditions.append(_column_test(match[2], match[3]))
        alternatives.append(conditions)
    return name, lambda field: any(all(test(field) for test in conditions) for conditions in alternatives)


def _column_test(sign: str, operand: str) -> Callable[[str], bool]:
    number = _number_of(operand)
    if number is not None:
        return lambda field: (found := _number_of(field)) is not None and _SIGNS[sign](found, number)
    if sign not in {"=", "!="}:
        raise FilterPatternError(f"{operand} is not a number")
    if len(operand) > 1 and operand.startswith("%") and operand.endswith("%"):
        expression = _expression(operand)
        return lambda field: (expression.search(field) is not None) == (sign == "=")
    wanted = operand.strip('"')
    return lambda field: fnmatch.fnmatchcase(field, _escape(wanted)) == (sign == "=")


def _expression(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text[1:-1])
    except re.error as error:
        raise FilterPatternError(f"Invalid regular expression {text}: {error}") from error


def _align(names: list[str], fields: list[str]) -> list[str] | None:
    if _ELLIPSIS not in names:
        return fields if len(fields) == len(names) else None
    gap = names.index(_ELLIPSIS)
    after = len(names) - gap - 1
    if len(fields) < gap + after:
        return None
    return [*fields[:gap], "", *(fields[len(fields) - after :] if after else [])]
