# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event patterns of EventBridge. Pure.

Source: EventBridge user guide, "Comparison operators for use in event patterns".
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from .patching import Correction

Json = t.Any
CORRECTIONS: t.Final = (
    Correction("Event patterns", "lack wildcards, suffixes and other operators", "all documented operators"),
)


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


def check(pattern: Json) -> None:
    """PatternError for a pattern (parsed JSON) EventBridge would refuse."""
    if not isinstance(pattern, dict) or not pattern:
        raise PatternError("Event pattern must be an object that is not empty")
    for key, wanted in pattern.items():
        if key == "$or":
            if not isinstance(wanted, list) or len(wanted) < 2:
                raise PatternError("There must have at least 2 Objects in $or relationship")
            for alternative in wanted:
                check(alternative)
        elif isinstance(wanted, dict):
            check(wanted)
        elif not isinstance(wanted, list) or not wanted:
            raise PatternError(f"'{key}' must be an object or an array that is not empty")
        else:
            for rule in wanted:
                _check_rule(rule)


def _check_rule(rule: Json) -> None:
    if isinstance(rule, list):
        raise PatternError("Match value must be String, number, true, false, or null")
    if not isinstance(rule, dict):
        return
    if len(rule) != 1:
        raise PatternError("Only one key allowed in match expression")
    ((operator, operand),) = rule.items()
    if operator not in _OPERANDS:
        raise PatternError(f"Unrecognized match type {operator}")
    if not _OPERANDS[operator](operand):
        raise PatternError(f"Invalid value of match type {operator}")


def _is_text(operand: Json) -> bool:
    return isinstance(operand, str)


def _is_text_of_any_case(operand: Json) -> bool:
    return _is_text(operand) or (
        isinstance(operand, dict) and set(operand) == {"equals-ignore-case"} and _is_text(operand["equals-ignore-case"])
    )


def _is_excluding(operand: Json) -> bool:
    if isinstance(operand, list):
        return bool(operand) and all(isinstance(item, (str, int, float)) for item in operand)
    if not isinstance(operand, dict):
        return isinstance(operand, (str, int, float))
    if len(operand) != 1 or not set(operand) <= {"prefix", "suffix", "equals-ignore-case", "wildcard"}:
        return False
    (inner,) = operand.values()
    listed = inner if isinstance(inner, list) else [inner]
    return bool(listed) and all(_is_text_of_any_case(item) for item in listed)


def _is_range(operand: Json) -> bool:
    if not isinstance(operand, list) or len(operand) not in {2, 4}:
        return False
    signs, numbers = operand[::2], operand[1::2]
    are_numbers = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers)
    return are_numbers and all(isinstance(sign, str) and sign in _COMPARISONS for sign in signs)


def _is_network(operand: Json) -> bool:
    try:
        ipaddress.ip_network(operand, strict=False)
    except ValueError:
        return False
    return isinstance(operand, str)


def _members(event: Json, key: str) -> list[Json]:
    """The values of a field; a list of objects has one for each."""
    parts = event if isinstance(event, list) else [event]
    return [part[key] for part in parts if isinstance(part, dict) and key in part]


def _field_matches(wanted: Json, found: list[Json]) -> bool:
    if isinstance(wanted, dict):
        # One object of a list must have everything; and patterns inside may ask that something does not exist.
        objects = [part for value in found for part in (value if isinstance(value, list) else [value])]
        return any(matches(wanted, value) for value in objects or [{}])
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
        return ipaddress.ip_address(value) in ipaddress.ip_network(operand, strict=False)
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
_OPERANDS: t.Final[dict[str, t.Callable[[Json], bool]]] = {
    "prefix": _is_text_of_any_case,
    "suffix": _is_text_of_any_case,
    "equals-ignore-case": _is_text,
    "wildcard": _is_text,
    "anything-but": _is_excluding,
    "numeric": _is_range,
    "cidr": _is_network,
    "exists": lambda operand: isinstance(operand, bool),
}
