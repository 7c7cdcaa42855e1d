# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event patterns of EventBridge. Pure.

Source: EventBridge user guide, "Comparison operators for use in event patterns".
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

Json = t.Any


class PatternError(ValueError):
    """A pattern EventBridge would refuse."""


def matches(pattern: dict[str, Json], event: Json) -> bool:
    """Whether an event (a JSON object) has everything the pattern asks for."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(alternative, event) for alternative in wanted):
                return False
        elif not _field_matches(wanted, _members(event, key)):
            return False
    return True


def _members(event: Json, key: str) -> list[Json]:
    """The values of a field; a list of objects has one for each."""
    parts = event if isinstance(event, list) else [event]
    return [part[key] for part in parts if isinstance(part, dict) and key in part]


def _field_matches(wanted: Json, found: list[Json]) -> bool:
    if isinstance(wanted, dict):
        # Patterns inside may ask that something does not exist.
        return any(matches(wanted, value) for value in found or [{}])
    if not isinstance(wanted, list):
        raise PatternError("a value of a pattern is an object or a list")
    values: list[Json] = []
    for value in found:
        values.extend(value if isinstance(value, list) else [value])
    return any(_one_matches(rule, values, exists=bool(found)) for rule in wanted)


def _one_matches(rule: Json, values: list[Json], *, exists: bool) -> bool:
    if not isinstance(rule, dict):
        return any(_same(rule, value) for value in values)
    (operator, operand), *more = rule.items()
    if more:
        raise PatternError("a rule of a pattern has one operator")
    if operator == "exists":
        return exists is bool(operand)
    test = _TESTS.get(operator)
    if test is None:
        raise PatternError(f"{operator} is not an operator of patterns")
    if operator == "anything-but":
        return bool(values) and all(test(operand, value) for value in values)
    return any(test(operand, value) for value in values)


def _same(wanted: Json, value: Json) -> bool:
    return bool(wanted == value) and isinstance(wanted, bool) == isinstance(value, bool)


def _prefix(operand: Json, value: Json) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(operand, dict):
        return value.lower().startswith(operand["equals-ignore-case"].lower())
    return value.startswith(operand)


def _suffix(operand: Json, value: Json) -> bool:
    if not isinstance(value, str):
        return False
    if isinstance(operand, dict):
        return value.lower().endswith(operand["equals-ignore-case"].lower())
    return value.endswith(operand)


def _ignoring_case(operand: Json, value: Json) -> bool:
    return isinstance(value, str) and value.lower() == operand.lower()


def _wildcard(operand: Json, value: Json) -> bool:
    if not isinstance(value, str):
        return False
    parts = re.split(r"(\\\*|\\\\|\*)", operand)
    pattern = "".join(".*" if part == "*" else re.escape(part.removeprefix("\\") or part) for part in parts)
    return re.fullmatch(pattern, value, re.DOTALL) is not None


def _anything_but(operand: Json, value: Json) -> bool:
    if isinstance(operand, dict):
        ((operator, inner),) = operand.items()
        alternatives = inner if isinstance(inner, list) else [inner]
        return not any(_TESTS[operator](alternative, value) for alternative in alternatives)
    alternatives = operand if isinstance(operand, list) else [operand]
    return not any(_same(alternative, value) for alternative in alternatives)


def _numeric(operand: Json, value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    pairs = list(zip(operand[::2], operand[1::2], strict=True))
    return all(_COMPARISONS[sign](value, number) for sign, number in pairs)


def _cidr(operand: Json, value: Json) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(operand)
    except ValueError:
        return False


_COMPARISONS: t.Final[dict[str, t.Callable[[float, float], bool]]] = {
    "=": lambda value, number: value == number,
    "<": lambda value, number: value < number,
    "<=": lambda value, number: value <= number,
    ">": lambda value, number: value > number,
    ">=": lambda value, number: value >= number,
}
_TESTS: t.Final[dict[str, t.Callable[[Json, Json], bool]]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _ignoring_case,
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}
