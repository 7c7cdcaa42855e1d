# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Condition operators of IAM policies. Pure.

Source: IAM user guide, "IAM JSON policy elements: Condition operators". A key that is missing makes a test false,
except for the negated operators, Null, ...IfExists and ForAllValues.
"""

from __future__ import annotations

import datetime
import fnmatch
import functools
import ipaddress
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .policy import Conditions

# Values of condition keys by the key in lower case: keys are not case sensitive.
Context = t.Mapping[str, t.Sequence[str]]
Test = t.Callable[[str, str], bool]


@functools.lru_cache(maxsize=4096)
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern with * and ? as IAM knows them; nothing else is special in it."""
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(rf"\A{escaped}\Z", re.DOTALL)


def _like(value: str, pattern: str) -> bool:
    return glob(pattern).match(value) is not None


def _arn_like(value: str, pattern: str) -> bool:
    values, patterns = value.split(":", 5), pattern.split(":", 5)
    if len(values) != 6 or len(patterns) != 6:
        return False
    return all(fnmatch.fnmatchcase(part, wanted) for part, wanted in zip(values, patterns, strict=True))


def _number(compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, wanted: str) -> bool:
        try:
            return compare(float(value), float(wanted))
        except ValueError:
            return False

    return test


def _seconds(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _date(compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, wanted: str) -> bool:
        try:
            return compare(_seconds(value), _seconds(wanted))
        except ValueError:
            return False

    return test


def _in_network(value: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


_OPERATORS: t.Final[Mapping[str, Test]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "BinaryEquals": lambda value, wanted: value == wanted,
    "IpAddress": _in_network,
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
    "DateEquals": _date(lambda value, wanted: value == wanted),
    "DateLessThan": _date(lambda value, wanted: value < wanted),
    "DateLessThanEquals": _date(lambda value, wanted: value <= wanted),
    "DateGreaterThan": _date(lambda value, wanted: value > wanted),
    "DateGreaterThanEquals": _date(lambda value, wanted: value >= wanted),
}
_NEGATED: t.Final[Mapping[str, str]] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}


def all_met(conditions: Conditions, context: Context) -> bool:
    """Whether every operator's every key is met: AND between keys, OR between a key's values."""
    return all(
        _met(operator, context.get(key.lower()), [_with_variables(value, context) for value in wanted])
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _met(operator: str, values: Sequence[str] | None, wanted: Sequence[str]) -> bool:
    quantifier, _colon, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return (values is None) == (wanted[0].lower() == "true")
    if values is None:
        return if_exists or quantifier == "ForAllValues" or (not quantifier and name in _NEGATED)
    test = _OPERATORS.get(_NEGATED.get(name, name))
    if test is None:
        # IAM refuses an operator it does not know when a policy is written; no right comes from one.
        return False
    matches = [any(test(value, pattern) for pattern in wanted) != (name in _NEGATED) for value in values]
    return all(matches) if quantifier == "ForAllValues" else any(matches)


def _with_variables(value: str, context: Context) -> str:
    def replacement(match: re.Match[str]) -> str:
        name, _comma, default = match[1].partition(",")
        if name in _LITERALS:
            return _LITERALS[name]
        values = context.get(name.strip().lower())
        return values[0] if values else default.strip().strip("'") or match[0]

    return _VARIABLE.sub(replacement, value)
