# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Condition operators of IAM policies. Pure.

Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for multi-valued context
keys". A key that is missing makes a test false, except for the negated operators, Null, ...IfExists and ForAllValues.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import typing as t

from .variables import Context, arn_matches, glob, pattern_of, substitute_variables

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .policy import Conditions

__all__ = ["Context", "all_met", "glob", "is_operator"]

# Whether a value of the request meets a value of the policy.
Test = t.Callable[[str, str, Context], bool]
FOR_ALL_VALUES = "ForAllValues"
FOR_ANY_VALUE = "ForAnyValue"


def _text(compare: Callable[[str, str], bool]) -> Test:
    def test(value: str, wanted: str, context: Context) -> bool:
        text = substitute_variables(wanted, context)
        return text is not None and compare(value, text)

    return test


def _like(value: str, pattern: str, context: Context) -> bool:
    compiled = pattern_of(pattern, context)
    return compiled is not None and compiled.match(value) is not None


def _arn(value: str, pattern: str, context: Context) -> bool:
    return value.count(":") >= 5 and arn_matches(value, pattern, context)


def _number(compare: Callable[[float, float], bool]) -> Test:
    return _converted(float, compare)


def _date(compare: Callable[[float, float], bool]) -> Test:
    return _converted(_seconds, compare)


def _converted(convert: Callable[[str], float], compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, wanted: str) -> bool:
        try:
            return compare(convert(value), convert(wanted))
        except ValueError:
            return False

    return _text(test)


def _seconds(text: str) -> float:
    if re.fullmatch(r"\d{5,}(\.\d+)?", text):
        return float(text)
    moment = datetime.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _in_network(value: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


_OPERATORS: t.Final[Mapping[str, Test]] = {
    "StringEquals": _text(lambda value, wanted: value == wanted),
    "StringEqualsIgnoreCase": _text(lambda value, wanted: value.lower() == wanted.lower()),
    "StringLike": _like,
    "ArnEquals": _arn,
    "ArnLike": _arn,
    "Bool": _text(lambda value, wanted: value.lower() == wanted.lower()),
    "BinaryEquals": _text(lambda value, wanted: value == wanted),
    "IpAddress": _text(_in_network),
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


_NULL: t.Final = "Null"
_IF_EXISTS: t.Final = "IfExists"


def is_operator(operator: str) -> bool:
    """Whether IAM knows an operator (ForAnyValue:StringLikeIfExists); capital letters count."""
    quantifier, colon, name = operator.rpartition(":")
    if colon and quantifier not in {FOR_ALL_VALUES, FOR_ANY_VALUE}:
        return False
    return name == _NULL or name.removesuffix(_IF_EXISTS) in _OPERATORS.keys() | _NEGATED.keys()


def all_met(conditions: Conditions, context: Context) -> bool:
    """Whether every operator's every key is met: AND between keys, OR between a key's values."""
    return all(
        _met(operator, key.lower(), wanted, context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _met(operator: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    quantifier, _colon, name = operator.rpartition(":")
    if_exists = name.endswith(_IF_EXISTS)
    name = name.removesuffix(_IF_EXISTS)
    values = context.get(key) or ()
    if name == _NULL:
        return (not values) == (wanted[0].lower() == "true")
    negated = name in _NEGATED
    if not values:
        return if_exists or quantifier == FOR_ALL_VALUES or (negated and quantifier != FOR_ANY_VALUE)
    test = _OPERATORS.get(_NEGATED.get(name, name))
    if test is None:
        # IAM refuses an operator it does not know when a policy is written; no right comes from one.
        return False
    meets = [any(test(value, pattern, context) for pattern in wanted) != negated for value in values]
    # "None of the values" is what a negated operator means when no quantifier says otherwise.
    every = quantifier == FOR_ALL_VALUES or (negated and not quantifier)
    return all(meets) if every else any(meets)
