# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a CloudWatch Logs resource policy."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import logs
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_resource_policies
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_resource_policies import PolicySpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
        Document,
        PolicyPlan,
    )
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_logs.client import CloudWatchLogsClient


def ensure_present(client: CloudWatchLogsClient, spec: PolicySpec, place: Place, check_mode: bool) -> Outcome:
    """Merge the statement into the policy."""
    plan = log_resource_policies.plan_present(spec, logs.describe_resource_policies(client), place)
    return _apply(client, spec.name, plan, check_mode)


def ensure_absent(client: CloudWatchLogsClient, spec: PolicySpec, place: Place, check_mode: bool) -> Outcome:
    """Remove the statement, or the named log groups, from the policy; delete the policy if it is empty."""
    plan = log_resource_policies.plan_absent(spec, logs.describe_resource_policies(client), place)
    return _apply(client, spec.name, plan, check_mode)


def _apply(client: CloudWatchLogsClient, name: str, plan: PolicyPlan, check_mode: bool) -> Outcome:
    if plan.is_change and not check_mode:
        if plan.after is None:
            logs.delete_resource_policy(client, name)
        else:
            logs.put_resource_policy(client, name, json_texts.dump(plan.after))
    return Outcome(_shown(name, plan.before), _shown(name, plan.after), plan.is_change)


def _shown(name: str, document: Document | None) -> dict[str, t.Any] | None:
    return None if document is None else {"policy_name": name, "policy_document": document}
