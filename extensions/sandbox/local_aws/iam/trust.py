# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may assume a role: its trust policy. Pure."""

from __future__ import annotations

import json
import typing as t

from .conditions import all_met, glob
from .evaluate import lower_keys
from .policy import parse

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .policy import Statement

# What a role's trust policy has its say in.
ACTIONS: t.Final = frozenset({"sts:AssumeRole", "sts:TagSession"})


class Asking(t.NamedTuple):
    """Who asks for what: his ARN, the account of the role, the action."""

    arn: str
    account_id: str
    action: str


class Trust(t.NamedTuple):
    """What a trust policy says of a caller: names him himself, his whole account, or denies him."""

    names_caller: bool
    names_account: bool
    denies: bool


def trust_of(document: str, asking: Asking, context: Mapping[str, Sequence[str]]) -> Trust:
    """What a role's trust policy says of a caller in the role's own account; ValueError for what is no policy."""
    concerned = [
        (statement, _principals(raw))
        for statement, raw in zip(_statements(document), _raw(document), strict=True)
        if _is_met(statement, asking.action, context)
    ]
    allowed = [principal for statement, principals in concerned if statement.allows for principal in principals]
    denied = [principal for statement, principals in concerned if not statement.allows for principal in principals]
    root = f"::{asking.account_id}:root"
    account = {"*", asking.account_id} | {name for name in (*allowed, *denied) if name.endswith(root)}
    return Trust(
        names_caller=asking.arn in allowed,
        names_account=bool(account.intersection(allowed)),
        denies=bool((account | {asking.arn}).intersection(denied)),
    )


def _statements(document: str) -> Sequence[Statement]:
    return parse("trust policy", document)


def _raw(document: str) -> list[dict[str, t.Any]]:
    statements = json.loads(document)["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _is_met(statement: Statement, action: str, context: Mapping[str, Sequence[str]]) -> bool:
    acts = any(glob(pattern.lower()).match(action.lower()) for pattern in statement.actions)
    return acts and all_met(statement.conditions, lower_keys(context))


def _principals(statement: Mapping[str, t.Any]) -> list[str]:
    principal = statement.get("Principal", {})
    if isinstance(principal, str):
        return [principal]
    named = principal.get("AWS", [])
    return [named] if isinstance(named, str) else list(named)
