# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SimulatePrincipalPolicy, SimulateCustomPolicy and the context keys of policies, by the evaluator that is enforced.

Form in, XML out (query protocol).
"""

from __future__ import annotations

import base64
import binascii
import json
import typing as t
import uuid
from xml.sax.saxutils import escape

from ..errors import ApiError
from . import evaluate, identity
from .policy import Statement, context_keys, parse

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Form = t.Mapping[str, t.Sequence[str]]
OPERATIONS: t.Final = frozenset(
    {
        "SimulatePrincipalPolicy",
        "SimulateCustomPolicy",
        "GetContextKeysForPrincipalPolicy",
        "GetContextKeysForCustomPolicy",
    }
)
_MAX_ITEMS = 100
_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class _Evaluation(t.NamedTuple):
    action: str
    resources: Sequence[str]
    verdicts: Sequence[evaluate.Verdict]


def respond(form: Form, _region: str) -> tuple[int, bytes]:
    """Status and body; ApiError for what IAM refuses."""
    operation = form["Action"][0]
    principal = operation.endswith("PrincipalPolicy")
    statements, boundary = _principal_statements(form) if principal else _given_statements(form)
    if operation.startswith("GetContextKeys"):
        return 200, _xml(operation, _list("ContextKeyNames", [escape(key) for key in context_keys(statements)]))
    return 200, _xml(operation, _simulation(form, statements, boundary))


def _principal_statements(form: Form) -> tuple[list[Statement], list[Statement] | None]:
    principal = identity.of_arn(_required(form, "PolicySourceArn"))
    given, boundary = _given_statements(form, required=False)
    own_boundary = list(principal.boundary) if principal.boundary is not None else None
    return [*principal.statements, *given], boundary if boundary is not None else own_boundary


def _given_statements(form: Form, *, required: bool = True) -> tuple[list[Statement], list[Statement] | None]:
    texts = _members(form, "PolicyInputList")
    if required and not texts:
        raise ApiError("ValidationError", "PolicyInputList must not be empty.")
    boundaries = _members(form, "PermissionsBoundaryPolicyInputList")
    return _parsed(texts, "PolicyInputList"), _parsed(boundaries, "PermissionsBoundary") if boundaries else None


def _parsed(texts: Iterable[str], name: str) -> list[Statement]:
    try:
        return [
            statement for number, text in enumerate(texts, start=1) for statement in parse(f"{name}.{number}", text)
        ]
    except ValueError as error:
        raise ApiError("InvalidInput", f"Invalid policy document: {error}") from error


def _simulation(form: Form, statements: Sequence[Statement], boundary: Sequence[Statement] | None) -> str:
    resources = _members(form, "ResourceArns") or ["*"]
    actions = _members(form, "ActionNames")
    if not actions:
        raise ApiError("ValidationError", "ActionNames must not be empty.")
    context = evaluate.lower_keys(_context(form)) | _caller_context(form)
    evaluations = [
        _Evaluation(
            action,
            resources,
            [
                evaluate.decide(statements, evaluate.Question(action, resource, context), boundary)
                for resource in resources
            ],
        )
        for action in actions
    ]
    start, size = _position(form), int(_first(form, "MaxItems") or _MAX_ITEMS)
    page = evaluations[start : start + size]
    body = _list("EvaluationResults", [_evaluation_xml(evaluation) for evaluation in page])
    truncated = start + size < len(evaluations)
    marker = f"<Marker>{_marker(start + size)}</Marker>" if truncated else ""
    return f"{body}<IsTruncated>{str(truncated).lower()}</IsTruncated>{marker}"


def _caller_context(form: Form) -> dict[str, list[str]]:
    arn = _first(form, "CallerArn") or _first(form, "PolicySourceArn")
    return {"aws:principalarn": [arn], "aws:username": [arn.rsplit("/", 1)[-1]]} if ":user/" in arn else {}


def _context(form: Form) -> dict[str, list[str]]:
    context: dict[str, list[str]] = {}
    number = 1
    while name := _first(form, f"ContextEntries.member.{number}.ContextKeyName"):
        context[name] = _members(form, f"ContextEntries.member.{number}.ContextKeyValues")
        number += 1
    return context


def _evaluation_xml(evaluation: _Evaluation) -> str:
    first = evaluation.verdicts[0]
    specific = [
        _resource_xml(resource, verdict)
        for resource, verdict in zip(evaluation.resources, evaluation.verdicts, strict=True)
    ]
    return (
        f"<EvalActionName>{escape(evaluation.action)}</EvalActionName>"
        f"<EvalResourceName>{escape(evaluation.resources[0])}</EvalResourceName>"
        f"<EvalDecision>{first.decision}</EvalDecision>"
        + _details_xml(first)
        + _list("ResourceSpecificResults", specific)
    )


def _resource_xml(resource: str, verdict: evaluate.Verdict) -> str:
    return (
        f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalResourceDecision>{verdict.decision}</EvalResourceDecision>" + _details_xml(verdict)
    )


def _details_xml(verdict: evaluate.Verdict) -> str:
    statements = [
        f"<SourcePolicyId>{escape(statement.source)}</SourcePolicyId>"
        "<SourcePolicyType>IAM Policy</SourcePolicyType>"
        f"<StartPosition><Line>1</Line><Column>{statement.position}</Column></StartPosition>"
        f"<EndPosition><Line>1</Line><Column>{statement.position}</Column></EndPosition>"
        for statement in verdict.statements
    ]
    missing = [escape(key) for key in verdict.missing_keys]
    return _list("MatchedStatements", statements) + _list("MissingContextValues", missing)


def _list(name: str, items: Iterable[str]) -> str:
    return f"<{name}>" + "".join(f"<member>{item}</member>" for item in items) + f"</{name}>"


def _xml(operation: str, result: str) -> bytes:
    return (
        f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def _first(form: Form, name: str) -> str:
    values = form.get(name) or [""]
    return values[0]


def _required(form: Form, name: str) -> str:
    value = _first(form, name)
    if not value:
        raise ApiError("ValidationError", f"{name} must not be empty.")
    return value


def _members(form: Form, name: str) -> list[str]:
    members = []
    number = 1
    while f"{name}.member.{number}" in form:
        members.append(form[f"{name}.member.{number}"][0])
        number += 1
    return members


def _marker(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(form: Form) -> int:
    marker = _first(form, "Marker")
    if not marker:
        return 0
    try:
        return int(base64.urlsafe_b64decode(marker))
    except (ValueError, binascii.Error) as error:
        raise ApiError("ValidationError", "Invalid Marker.") from error
