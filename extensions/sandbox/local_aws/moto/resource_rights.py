# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the resource policy of a target lets EventBridge in. Pure."""

from __future__ import annotations

import json
import typing as t

from ..iam.conditions import all_met, glob
from ..iam.policy import parse

EVENTS = "events.amazonaws.com"


def lets_in(policy: str | None, action: str, resource: str, rule_arn: str, account_id: str) -> bool:
    """Whether some statement allows EventBridge the action on the resource for this rule, and none denies it."""
    context = {"aws:sourcearn": [rule_arn], "aws:sourceaccount": [account_id]}
    return bool(policy) and _lets_in(str(policy), action, resource, context)


def _lets_in(policy: str, action: str, resource: str, context: dict[str, list[str]]) -> bool:
    principals = _principals(policy)
    effects = {
        statement.allows
        for statement, concerned in zip(parse("resource policy", policy), principals, strict=True)
        if concerned
        and any(glob(pattern.lower()).match(action.lower()) for pattern in statement.actions)
        and any(glob(pattern).match(resource) for pattern in statement.resources)
        and all_met(statement.conditions, context)
    }
    return True in effects and False not in effects


def lets_use_key(policy: str | None, key_arn: str) -> bool:
    """Whether the policy of a KMS key lets EventBridge use it; its calls to KMS carry no source."""
    return bool(policy) and all(
        _lets_in(str(policy), action, key_arn, {}) for action in ("kms:Decrypt", "kms:GenerateDataKey")
    )


def _principals(policy: str) -> list[bool]:
    statements = json.loads(policy)["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return [_names_events(statement.get("Principal")) for statement in listed]


def _names_events(principal: t.Any) -> bool:
    if principal == "*":
        return True
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    return EVENTS in ([services] if isinstance(services, str) else services)
