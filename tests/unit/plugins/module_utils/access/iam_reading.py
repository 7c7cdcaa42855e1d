# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reading of IAM's evaluation rules for these tests, written from its user guide and not from the code under test.

Only identity policies, with the condition operators and policy variables of its chapters "Condition operators" and
"Variables and tags".
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import ipaddress
import operator as comparison
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Context = dict[str, list[str]]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A decision and the numbers, from 0, of the statements that made it."""

    decision: str
    statements: tuple[int, ...] = ()


def node_context(tags: Mapping[str, str]) -> Context:
    """What SSM tells IAM about a tagged node."""
    return {
        f"{prefix}{key}": [value] for key, value in tags.items() for prefix in ("ssm:resourceTag/", "aws:ResourceTag/")
    }


def evaluate(policy: Mapping[str, t.Any], action: str, resource: str, context: Context | None = None) -> Verdict:
    """Any Deny wins, then any Allow, else it is denied."""
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    hits: dict[str, list[int]] = {"Deny": [], "Allow": []}
    for number, statement in enumerate(statements):
        if applies(statement, action, resource, context or {}):
            hits[statement["Effect"]].append(number)
    if hits["Deny"]:
        return Verdict("explicitDeny", tuple(hits["Deny"]))
    if hits["Allow"]:
        return Verdict("allowed", tuple(hits["Allow"]))
    return Verdict("implicitDeny")


def is_allowed(policy: Mapping[str, t.Any], action: str, resource: str, context: Context | None = None) -> bool:
    return evaluate(policy, action, resource, context).decision == "allowed"


def may_send(policy: Mapping[str, t.Any], document: str, node: str, tags: Mapping[str, str]) -> bool:
    """SendCommand to one node: the (untagged) document and the node must both be allowed."""
    return is_allowed(policy, "ssm:SendCommand", document) and is_allowed(
        policy, "ssm:SendCommand", node, node_context(tags)
    )


def applies(statement: Mapping[str, t.Any], action: str, resource: str, context: Context) -> bool:
    def with_values(text: str) -> str | None:
        return filled(text, context)

    if not named(statement, "Action", action.lower(), str.lower):
        return False
    if not named(statement, "Resource", resource, with_values):
        return False
    return all(
        holds(operator, [text for text in map(with_values, listed(wanted)) if text is not None], find(context, key))
        for operator, block in statement.get("Condition", {}).items()
        for key, wanted in block.items()
    )


def filled(text: str, context: Context) -> str | None:
    """A text with the values of its variables; None if one has no value, as then nothing matches it."""
    variables = re.findall(r"\$\{([^}]+)\}", text)
    for variable in variables:
        values = find(context, variable)
        if not values:
            return None
        text = text.replace(f"${{{variable}}}", values[0])
    return text


def named(statement: Mapping[str, t.Any], element: str, text: str, spelling: Callable[[str], str | None]) -> bool:
    """Action and Resource list what the statement is about, NotAction and NotResource what it is not about."""
    negated = f"Not{element}" in statement
    patterns = [spelling(pattern) for pattern in listed(statement[f"Not{element}" if negated else element])]
    return any(pattern is not None and glob(pattern, text) for pattern in patterns) is not negated


def holds(operator: str, wanted: list[str], found: list[str] | None) -> bool:
    """One operator with one key: the values wanted are alternatives, and negation turns the whole round."""
    quantifier, _colon, operator = operator.rpartition(":")
    if operator == "Null":
        return (found is None) == (wanted[0].lower() == "true")
    if operator.endswith("IfExists"):
        operator = operator.removesuffix("IfExists")
        if found is None:
            return True
    if quantifier == "ForAllValues":
        return all(compare(operator, wanted, value) for value in found or [])
    if quantifier == "ForAnyValue":
        return any(compare(operator, wanted, value) for value in found or [])
    if found is None:
        return "Not" in operator
    return compare(operator, wanted, found[0])


def compare(operator: str, wanted: list[str], value: str) -> bool:
    if "Not" in operator:
        return not compare(operator.replace("Not", ""), wanted, value)
    if operator in ("StringLike", "ArnLike", "ArnEquals"):
        return any(glob(pattern, value) for pattern in wanted)
    if operator == "StringEquals":
        return value in wanted
    if operator in ("StringEqualsIgnoreCase", "Bool"):
        return value.lower() in [item.lower() for item in wanted]
    if operator == "IpAddress":
        return any(ipaddress.ip_address(value) in ipaddress.ip_network(item) for item in wanted)
    kind = next((kind for kind in ORDERED if operator.startswith(kind)), None)
    if kind is None:
        raise NotImplementedError(operator)
    order = getattr(comparison, ORDERS[operator.removeprefix(kind)])
    return any(order(ORDERED[kind](value), ORDERED[kind](item)) for item in wanted)


ORDERED: dict[str, Callable[[str], t.Any]] = {"Numeric": float, "Date": datetime.datetime.fromisoformat}
ORDERS = {"Equals": "eq", "LessThan": "lt", "LessThanEquals": "le", "GreaterThan": "gt", "GreaterThanEquals": "ge"}


def find(context: Context, key: str) -> list[str] | None:
    """Names of condition keys are compared without case."""
    return next((values for name, values in context.items() if name.lower() == key.lower()), None)


@functools.cache
def glob(pattern: str, text: str) -> bool:
    """`*` stands for any characters, `?` for one; tables of prefixes instead of a regular expression."""
    reached = [True] + [False] * len(text)
    for char in pattern:
        if char == "*":
            first = reached.index(True) if True in reached else len(reached)
            reached = [place >= first for place in range(len(text) + 1)]
        else:
            reached = [False] + [reached[place] and char in ("?", letter) for place, letter in enumerate(text)]
    return reached[-1]


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
