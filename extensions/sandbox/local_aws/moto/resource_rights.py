# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the resource policy of a target lets a service in. Pure."""

from __future__ import annotations

import json
import typing as t

from ..iam.conditions import all_met, glob
from ..iam.policy import parse

EVENTS = "events.amazonaws.com"


class Source(t.NamedTuple):
    """Who asks: a service, for a rule or an alarm of an account."""

    service: str
    arn: str
    account_id: str


def lets_in(policy: str | None, action: str, resource: str, source: Source) -> bool:
    """Whether some statement allows a service the action on the resource for what it serves, and none denies it."""
    context = {"aws:sourcearn": [source.arn], "aws:sourceaccount": [source.account_id]}
    if source.service != EVENTS:
        # The key of the policy that SNS makes, which EventBridge does not send.
        context["aws:sourceowner"] = [source.account_id]
    return bool(policy) and _lets_in(str(policy), action, resource, source.service, context)


def _lets_in(policy: str, action: str, resource: str, service: str, context: dict[str, list[str]]) -> bool:
    principals = _principals(policy, service)
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
        _lets_in(str(policy), action, key_arn, EVENTS, {}) for action in ("kms:Decrypt", "kms:GenerateDataKey")
    )


def _principals(policy: str, service: str) -> list[bool]:
    statements = json.loads(policy)["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return [_names(service, statement.get("Principal")) for statement in listed]


def _names(service: str, principal: t.Any) -> bool:
    if principal == "*" or (service != EVENTS and isinstance(principal, dict) and principal.get("AWS") == "*"):
        return True
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    return service in ([services] if isinstance(services, str) else services)
