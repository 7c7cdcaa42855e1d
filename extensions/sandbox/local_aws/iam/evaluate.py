# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision: an explicit Deny wins, else an Allow is needed, and a boundary must allow as well. Pure."""

from __future__ import annotations

import typing as t

from .conditions import Context, all_met, glob
from .policy import Statement

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALLOWED = "allowed"
EXPLICIT_DENY = "explicitDeny"
IMPLICIT_DENY = "implicitDeny"


class Question(t.NamedTuple):
    """Whether an action may be done to a resource; context by condition key in lower case."""

    action: str
    resource: str
    context: Context


class Verdict(t.NamedTuple):
    """allowed, explicitDeny or implicitDeny; the statements that decided; condition keys asked for and missing."""

    decision: str
    statements: tuple[Statement, ...]
    missing_keys: tuple[str, ...] = ()


def lower_keys(context: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The context with its keys as they are looked up."""
    return {key.lower(): values for key, values in context.items()}


def decide(statements: Iterable[Statement], question: Question, boundary: Sequence[Statement] | None = None) -> Verdict:
    """What identity-based policies say, within a permissions boundary when there is one."""
    concerned = [statement for statement in statements if concerns(statement, question)]
    limiting = [statement for statement in boundary or () if concerns(statement, question)]
    missing = _missing_keys(concerned, question.context)
    matched = [statement for statement in concerned if all_met(statement.conditions, question.context)]
    limits = [statement for statement in limiting if all_met(statement.conditions, question.context)]
    denies = tuple(statement for statement in [*matched, *limits] if not statement.allows)
    if denies:
        return Verdict(EXPLICIT_DENY, denies, missing)
    allows = tuple(matched)
    if allows and (boundary is None or limits):
        return Verdict(ALLOWED, allows, missing)
    return Verdict(IMPLICIT_DENY, (), missing)


def concerns(statement: Statement, question: Question) -> bool:
    """Whether a statement is about the action and the resource, its conditions left aside."""
    acts = any(glob(pattern.lower()).match(question.action.lower()) for pattern in statement.actions)
    if acts == statement.not_actions:
        return False
    on = any(_resource_matches(pattern, question) for pattern in statement.resources)
    return on != statement.not_resources


def _resource_matches(pattern: str, question: Question) -> bool:
    for key, values in question.context.items():
        pattern = pattern.replace("${" + key + "}", values[0]) if values else pattern
    return glob(pattern).match(question.resource) is not None


def _missing_keys(statements: Iterable[Statement], context: Context) -> tuple[str, ...]:
    missing: dict[str, None] = {}
    for statement in statements:
        for tests in statement.conditions.values():
            missing.update(dict.fromkeys(key for key in tests if key.lower() not in context))
    return tuple(missing)
