# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision: an explicit Deny wins, else an Allow is needed, and every limit must allow as well. Pure.

Source: IAM user guide, "How AWS enforcement code logic evaluates requests".
"""

from __future__ import annotations

import dataclasses
import typing as t

from .conditions import Context, all_met, glob
from .policy import Statement
from .variables import arn_matches, keys_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALLOWED = "allowed"
EXPLICIT_DENY = "explicitDeny"
IMPLICIT_DENY = "implicitDeny"
IDENTITY_POLICY = "identity-based policy"
BOUNDARY = "permissions boundary"
SESSION_POLICY = "session policy"


@dataclasses.dataclass(frozen=True)
class Policies:
    """Statements of a principal's own policies; those of its boundary and its session's policy (None: has none)."""

    own: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None
    session: tuple[Statement, ...] | None = None

    def layers(self) -> list[tuple[str, tuple[Statement, ...]]]:
        """Names and statements of everything that must allow."""
        limits = ((BOUNDARY, self.boundary), (SESSION_POLICY, self.session))
        present = [(name, statements) for name, statements in limits if statements is not None]
        return [(IDENTITY_POLICY, self.own), *present]


class Question(t.NamedTuple):
    """Whether an action may be done to a resource; context by condition key in lower case."""

    action: str
    resource: str
    context: Context


class Verdict(t.NamedTuple):
    """allowed, explicitDeny or implicitDeny; what decided.

    statements are those that decided, missing_keys the condition keys of all policies that were missing, whether or not
    the decision turns on them (as the simulator of IAM lists them), layer the kind of
    policy that denied, within_boundary whether a boundary allows (None: there is none).
    """

    decision: str
    statements: tuple[Statement, ...]
    missing_keys: tuple[str, ...] = ()
    layer: str = IDENTITY_POLICY
    within_boundary: bool | None = None


def lower_keys(context: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The context with its keys as they are looked up."""
    return {key.lower(): values for key, values in context.items()}


def decide(policies: Policies, question: Question) -> Verdict:
    """What identity-based policies say, within a permissions boundary and a session's policy when there are any."""
    layers = policies.layers()
    concerned = {
        name: [statement for statement in statements if concerns(statement, question)] for name, statements in layers
    }
    matched = {
        name: [found for found in listed if all_met(found.conditions, question.context)]
        for name, listed in concerned.items()
    }
    missing = _missing_keys((found for _name, statements in layers for found in statements), question.context)
    within = _allows(matched[BOUNDARY]) if BOUNDARY in matched else None
    for name, statements in matched.items():
        denies = tuple(statement for statement in statements if not statement.allows)
        if denies:
            return Verdict(EXPLICIT_DENY, denies, missing, name, within)
    for name, statements in matched.items():
        if not statements:
            return Verdict(IMPLICIT_DENY, (), missing, name, within)
    return Verdict(ALLOWED, tuple(matched[IDENTITY_POLICY]), missing, within_boundary=within)


def _allows(statements: Sequence[Statement]) -> bool:
    return bool(statements) and all(statement.allows for statement in statements)


def acts(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action."""
    named = any(glob(pattern.lower()).match(action.lower()) for pattern in statement.actions)
    return named != statement.not_actions


def concerns(statement: Statement, question: Question) -> bool:
    """Whether a statement is about the action and the resource, its conditions left aside."""
    if not acts(statement, question.action):
        return False
    on = any(arn_matches(question.resource, pattern, question.context) for pattern in statement.resources)
    return on != statement.not_resources


def _missing_keys(statements: Iterable[Statement], context: Context) -> tuple[str, ...]:
    keys = (key for statement in statements for key in keys_of(statement))
    return tuple(dict.fromkeys(key for key in keys if key.lower() not in context))
