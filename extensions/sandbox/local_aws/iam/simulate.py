# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SimulatePrincipalPolicy, SimulateCustomPolicy and the context keys of policies, by the evaluator that is enforced.

Form in, XML out (query protocol).
"""

from __future__ import annotations

import base64
import json
import typing as t

from ..wire.errors import ApiError
from . import evaluate, simulate_xml
from .conditions import is_operator
from .policy import Statement, parse
from .simulate_xml import Evaluation
from .variables import Context, context_keys

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .identity import Principals

Form = t.Mapping[str, t.Sequence[str]]
OPERATIONS: t.Final = frozenset(
    {
        "SimulatePrincipalPolicy",
        "SimulateCustomPolicy",
        "GetContextKeysForPrincipalPolicy",
        "GetContextKeysForCustomPolicy",
    }
)
_DEFAULT_ITEMS = 100
_MAX_ITEMS = 1000
_CONTEXT_ENTRY = "ContextEntries.member.{}"


def respond(form: Form, principals: Principals) -> tuple[int, bytes]:
    """Status and body; ApiError for what IAM refuses."""
    operation = form["Action"][0]
    policies = _of_principal(form, principals) if operation.endswith("PrincipalPolicy") else _given(form)
    if operation.startswith("GetContextKeys"):
        keys = simulate_xml.context_key_names(context_keys([*policies.own, *(policies.boundary or ())]))
        return 200, simulate_xml.response(operation, keys)
    return 200, simulate_xml.response(operation, _simulation(form, policies))


def _of_principal(form: Form, principals: Principals) -> evaluate.Policies:
    principal = principals.of_arn(_required(form, "PolicySourceArn"))
    added, boundary = _statements(form, "PolicyInputList"), _boundary(form)
    return evaluate.Policies((*principal.statements, *added), boundary if boundary is not None else principal.boundary)


def _given(form: Form) -> evaluate.Policies:
    if not _members(form, "PolicyInputList"):
        raise _invalid("PolicyInputList must not be empty.")
    return evaluate.Policies(_statements(form, "PolicyInputList"), _boundary(form))


def _boundary(form: Form) -> tuple[Statement, ...] | None:
    name = "PermissionsBoundaryPolicyInputList"
    if len(_members(form, name)) > 1:
        raise ApiError("InvalidInput", "There can be at most one permissions boundary policy.")
    return _statements(form, name) if _members(form, name) else None


def _statements(form: Form, name: str) -> tuple[Statement, ...]:
    texts = enumerate(_members(form, name), start=1)
    try:
        statements = tuple(statement for number, text in texts for statement in parse(f"{name}.{number}", text))
    except ValueError as error:
        raise ApiError("InvalidInput", f"Invalid policy document: {error}") from error
    for operator in (operator for statement in statements for operator in statement.conditions):
        if not is_operator(operator):
            raise ApiError("InvalidInput", f"Invalid policy document: Invalid Condition type : {operator}.")
    return statements


def _simulation(form: Form, policies: evaluate.Policies) -> str:
    actions = _members(form, "ActionNames")
    if not actions:
        raise _invalid("ActionNames must not be empty.")
    for action in actions:
        if ":" not in action or "*" in action:
            raise ApiError("InvalidInput", f"Invalid Action(s): {action}")
    resources = _members(form, "ResourceArns") or ["*"]
    context = _caller_context(form) | evaluate.lower_keys(_context(form))
    start, size = _position(form), _page_size(form)
    page = [_evaluation(policies, action, resources, context) for action in actions[start : start + size]]
    end = start + size
    return simulate_xml.simulation(page, _marker(end) if end < len(actions) else "")


def _evaluation(policies: evaluate.Policies, action: str, resources: Sequence[str], context: Context) -> Evaluation:
    questions = (evaluate.Question(action, resource, context) for resource in resources)
    return Evaluation(action, resources, [evaluate.decide(policies, question) for question in questions])


def _caller_context(form: Form) -> dict[str, Sequence[str]]:
    """A simulation knows of its caller what his ARN says, for users."""
    arn = _first(form, "CallerArn") or _first(form, "PolicySourceArn")
    return {"aws:principalarn": [arn], "aws:username": [arn.rsplit("/", 1)[-1]]} if ":user/" in arn else {}


def _context(form: Form) -> dict[str, list[str]]:
    entries = (_CONTEXT_ENTRY.format(number) for number in range(1, len(form) + 1))
    named = ((entry, _first(form, f"{entry}.ContextKeyName")) for entry in entries)
    return {name: _members(form, f"{entry}.ContextKeyValues") for entry, name in named if name}


def _first(form: Form, name: str) -> str:
    values = form.get(name) or [""]
    return values[0]


def _required(form: Form, name: str) -> str:
    value = _first(form, name)
    if not value:
        raise _invalid(f"{name} must not be empty.")
    return value


def _invalid(message: str) -> ApiError:
    return ApiError("ValidationError", message)


def _members(form: Form, name: str) -> list[str]:
    members: list[str] = []
    while (member := f"{name}.member.{len(members) + 1}") in form:
        members.append(form[member][0])
    return members


def _page_size(form: Form) -> int:
    given = _first(form, "MaxItems") or str(_DEFAULT_ITEMS)
    if not given.isdigit() or not 1 <= int(given) <= _MAX_ITEMS:
        raise _invalid(f"Value {given} at 'maxItems' must be from 1 to {_MAX_ITEMS}.")
    return int(given)


def _marker(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(form: Form) -> int:
    marker = _first(form, "Marker")
    try:
        return int(base64.urlsafe_b64decode(marker)) if marker else 0
    except ValueError as error:
        raise _invalid("Invalid Marker.") from error
