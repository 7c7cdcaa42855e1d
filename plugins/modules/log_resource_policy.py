#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: log_resource_policy
version_added: 1.0.0
short_description: Let EventBridge write to CloudWatch Logs log groups
description:
  - Manages a statement in a resource policy of CloudWatch Logs that allows services to create streams in log groups and
    to write events to them. EventBridge needs it for a rule with a log group as a target.
  - A region can have ten such policies of at most 5,120 characters. So the module merges the statement into the policy
    with this name, and keeps existing log groups and the statements of others.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - EventBridge does not provide the rule that writes to a log group in a way that a policy could use as a condition, so
    the statement has no condition.
  - "Required permissions: logs:DescribeResourcePolicies; to create or to change, logs:PutResourcePolicy; with
    O(state=absent), logs:PutResourcePolicy and logs:DeleteResourcePolicy."
options:
  state:
    description:
      - Whether the services should have access to the log groups.
      - V(absent) removes the log groups in O(log_group_names) from the statement or, without O(log_group_names),
        removes the statement from the policy. A policy without statements is deleted.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the policy.
    type: str
    required: true
    aliases: [policy_name]
  log_group_names:
    description:
      - The log groups, as names, as names with the wildcard V(*), or as ARNs. Required with O(state=present).
    type: list
    elements: str
  services:
    description:
      - The services that get access. Tasks with different services have different statements.
    type: list
    elements: str
    default: [events.amazonaws.com, delivery.logs.amazonaws.com]
  purge_log_groups:
    description:
      - Whether to remove log groups that are not in O(log_group_names) from the statement.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.log_group
  - name: Resource-based policies for EventBridge targets
    description: The requirements of CloudWatch Logs for a log group as a target.
    link: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Let EventBridge write Run Command's events to a log group
  ssmops.run_command.log_resource_policy:
    name: events-to-logs
    log_group_names:
      - /aws/events/run-command

- name: Let EventBridge write to all log groups with a prefix, and to no others
  ssmops.run_command.log_resource_policy:
    name: events-to-logs
    log_group_names:
      - /aws/events/*
    purge_log_groups: true

- name: Merge into a policy that another tool created
  ssmops.run_command.log_resource_policy:
    name: TrustEventsToStoreLogEvents
    log_group_names:
      - /aws/events/run-command

- name: Remove one log group from the statement
  ssmops.run_command.log_resource_policy:
    name: events-to-logs
    log_group_names:
      - /aws/events/run-command
    state: absent
"""

RETURN = r"""
resource_policy:
  description: The policy. In check mode, its expected state.
  returned: when the policy exists after the task
  type: dict
  contains:
    policy_name:
      description: The name.
      returned: always
      type: str
      sample: events-to-logs
    policy_document:
      description: The policy document, including the statements of others.
      returned: always
      type: dict
      sample:
        Version: "2012-10-17"
        Statement:
          - Sid: ServicesWriteToLogGroups
            Effect: Allow
            Principal:
              Service: [events.amazonaws.com, delivery.logs.amazonaws.com]
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"]
            Resource: ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/events/run-command:*"]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_resource_policies_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_resource_policies import (
    SERVICES,
    PolicySpec,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

ARGUMENT_SPEC = {
    **ACCOUNT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["policy_name"]},
    "log_group_names": {"type": "list", "elements": "str"},
    "services": {"type": "list", "elements": "str", "default": list(SERVICES)},
    "purge_log_groups": {"type": "bool", "default": False},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the policy."""
    params = module.params
    spec = PolicySpec(
        name=params["name"],
        log_group_names=params["log_group_names"] or (),
        services=params["services"],
        purge_log_groups=params["purge_log_groups"],
    )
    client, place = module.client("logs"), task_place(module)
    chosen = (
        log_resource_policies_calls.ensure_absent
        if params["state"] == "absent"
        else log_resource_policies_calls.ensure_present
    )
    return chosen(client, spec, place, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("state", "present", ["log_group_names"])],
    )
    run_resource(module, "resource_policy", lambda: ensure(module))


if __name__ == "__main__":
    main()
