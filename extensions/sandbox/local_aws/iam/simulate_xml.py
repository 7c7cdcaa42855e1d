# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of IAM's policy simulation as XML (query protocol). Pure."""

from __future__ import annotations

import typing as t
import uuid
from xml.sax.saxutils import escape

from . import evaluate

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .policy import Statement
    from .positions import Position

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_STRICTEST_FIRST = (evaluate.EXPLICIT_DENY, evaluate.IMPLICIT_DENY, evaluate.ALLOWED)


class Evaluation(t.NamedTuple):
    """What was found for one action: a verdict for each resource."""

    action: str
    resources: Sequence[str]
    verdicts: Sequence[evaluate.Verdict]


def response(operation: str, result: str) -> bytes:
    """The whole answer to an operation."""
    return (
        f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def context_key_names(keys: Iterable[str]) -> str:
    """The result of GetContextKeysFor...Policy."""
    return _list("ContextKeyNames", [escape(key) for key in keys])


def simulation(page: Iterable[Evaluation], marker: str) -> str:
    """The result of Simulate...Policy; marker: "" on the last page."""
    more = f"<IsTruncated>{str(bool(marker)).lower()}</IsTruncated>"
    more += f"<Marker>{escape(marker)}</Marker>" if marker else ""
    return _list("EvaluationResults", [_evaluation(evaluation) for evaluation in page]) + more


def _evaluation(evaluation: Evaluation) -> str:
    decisions = {verdict.decision for verdict in evaluation.verdicts}
    strictest = next(decision for decision in _STRICTEST_FIRST if decision in decisions)
    deciding = [verdict for verdict in evaluation.verdicts if verdict.decision == strictest]
    is_specific = list(evaluation.resources) != ["*"]
    specific = [
        _resource(name, verdict) for name, verdict in zip(evaluation.resources, evaluation.verdicts, strict=True)
    ]
    return (
        f"<EvalActionName>{escape(evaluation.action)}</EvalActionName>"
        # IAM names the kind of resource here (or *); a resource's own name stands in its own result.
        "<EvalResourceName>*</EvalResourceName>"
        f"<EvalDecision>{strictest}</EvalDecision>"
        + _statements(found for verdict in deciding for found in verdict.statements)
        + _missing(key for verdict in evaluation.verdicts for key in verdict.missing_keys)
        + _boundary([verdict.within_boundary for verdict in evaluation.verdicts])
        + (_list("ResourceSpecificResults", specific) if is_specific else "")
    )


def _resource(name: str, verdict: evaluate.Verdict) -> str:
    return (
        f"<EvalResourceName>{escape(name)}</EvalResourceName>"
        f"<EvalResourceDecision>{verdict.decision}</EvalResourceDecision>"
        + _statements(verdict.statements)
        + _missing(verdict.missing_keys)
        + _boundary([verdict.within_boundary])
    )


def _statements(statements: Iterable[Statement]) -> str:
    # Statements hold dicts, so they are told apart by where they stand.
    unique = {(found.source, found.span): found for found in statements}.values()
    return _list(
        "MatchedStatements",
        [
            f"<SourcePolicyId>{escape(found.source)}</SourcePolicyId><SourcePolicyType>IAM Policy</SourcePolicyType>"
            + _position("StartPosition", found.span.start)
            + _position("EndPosition", found.span.end)
            for found in unique
        ],
    )


def _position(name: str, position: Position) -> str:
    return f"<{name}><Line>{position.line}</Line><Column>{position.column}</Column></{name}>"


def _missing(keys: Iterable[str]) -> str:
    return _list("MissingContextValues", [escape(key) for key in dict.fromkeys(keys)])


def _boundary(within: Sequence[bool | None]) -> str:
    if None in within:
        return ""
    allowed = str(all(within)).lower()
    field = f"<AllowedByPermissionsBoundary>{allowed}</AllowedByPermissionsBoundary>"
    return f"<PermissionsBoundaryDecisionDetail>{field}</PermissionsBoundaryDecisionDetail>"


def _list(name: str, items: Iterable[str]) -> str:
    return f"<{name}>" + "".join(f"<member>{item}</member>" for item in items) + f"</{name}>"
