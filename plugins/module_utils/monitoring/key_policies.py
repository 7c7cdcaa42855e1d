# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the policy of a KMS key lets EventBridge and alarms deliver to what it encrypts. Pure.

Source: "Configuring AWS KMS permissions" in the Amazon SNS Developer Guide, and "Encrypting Amazon SQS queues" in the
Amazon EventBridge User Guide.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import matches
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
    as_list,
    statements_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import Document

EVENTS: t.Final = "events.amazonaws.com"
ALARMS: t.Final = "cloudwatch.amazonaws.com"
ACTIONS: t.Final = ("kms:Decrypt", "kms:GenerateDataKey")
# EventBridge sends none of these keys with its calls to KMS.
SOURCE_KEYS: t.Final = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")


def find_problem(policy: Document, service: str) -> str:
    """Why a service cannot use the key, as the end of a sentence about its policy; empty if it can."""
    allowing = [item for item in statements_of(policy) if item.get("Effect") == "Allow" and _names(item, service)]
    for action in ACTIONS:
        statements = [item for item in allowing if _allows(item, action)]
        if not statements:
            return f"does not let {service} call {action}"
        if all(_source_keys(item) for item in statements) and service == EVENTS:
            keys = ", ".join(sorted({key for item in statements for key in _source_keys(item)}))
            return f"lets {service} call {action} only with the condition {keys}, which EventBridge does not send"
    return ""


def _names(statement: Document, service: str) -> bool:
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, dict) and service in as_list(principal.get("Service")))


def _allows(statement: Document, action: str) -> bool:
    return any(matches(str(pattern).lower(), action.lower()) for pattern in as_list(statement.get("Action")))


def _source_keys(statement: Document) -> list[str]:
    condition: dict[str, t.Any] = statement.get("Condition") or {}
    return [key for keys in condition.values() for key in _keys(keys) if key.lower() in SOURCE_KEYS]


def _keys(keys: t.Any) -> Iterable[str]:
    return keys if isinstance(keys, dict) else ()
