#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: log_group
version_added: 1.0.0
short_description: Manage a CloudWatch Logs log group without losing its events
description:
  - Creates a log group, and changes its retention, KMS key, tags and deletion protection.
  - Options that are not set do not change the log group. The module deletes data only with O(state=absent); AWS itself
    deletes events that are older than O(retention_in_days) if you shorten it.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - An account-level retention policy overrides O(retention_in_days); the module then warns and does not change it.
  - Run Command does not create a log group that you name for its output, so create the log group before the first
    command.
  - The policy of a KMS key must allow the CloudWatch Logs service to use it. Otherwise, AWS rejects the key.
  - A log group that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.log_group).
    Agents create log groups themselves, so one without the tag is used too; only the options given are set, and its other
    tags are kept.
  - "Required permissions: logs:DescribeLogGroups and logs:ListTagsForResource; to create, logs:CreateLogGroup and
    logs:TagResource, with O(retention_in_days) logs:PutRetentionPolicy; to change, with O(tags) logs:TagResource and
    logs:UntagResource, with O(retention_in_days) logs:PutRetentionPolicy and logs:DeleteRetentionPolicy, with
    O(kms_key_id) logs:AssociateKmsKey and logs:DisassociateKmsKey, with O(deletion_protection_enabled)
    logs:PutLogGroupDeletionProtection; with O(state=absent), logs:DeleteLogGroup."
options:
  state:
    description:
      - Whether the log group should exist.
      - V(absent) deletes the log group with all its events. See O(force) for a log group that the module did not create.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the log group.
    type: str
    required: true
    aliases: [log_group_name]
  retention_in_days:
    description:
      - The number of days to keep events. V(0) keeps them forever.
      - Allowed are the values that CloudWatch Logs supports, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545,
        731, 1096, 1827, 2192, 2557, 2922, 3288 and 3653.
    type: int
    aliases: [retention]
  kms_key_id:
    description:
      - The ARN of the KMS key that encrypts new events. To remove the key, set it to an empty string.
    type: str
  log_group_class:
    description:
      - The class of the log group. If not set, V(STANDARD) for a new log group.
      - AWS cannot change the class, so a class that differs from that of the log group is an error.
      - Metric filters and resource policies require V(STANDARD).
    type: str
    choices: [STANDARD, INFREQUENT_ACCESS, DELIVERY, ESSENTIALS]
  deletion_protection_enabled:
    description:
      - Whether AWS refuses to delete the log group. Requires a botocore version that supports
        C(PutLogGroupDeletionProtection).
      - With O(state=absent), V(false) removes the protection first; otherwise, a protected log group is an error.
    type: bool
seealso:
  - module: ssmops.run_command.log_resource_policy
  - module: ssmops.run_command.log_metric_filter
  - module: ssmops.run_command.command_log_info
  - name: Working with log groups and log streams
    description: Log groups in CloudWatch Logs.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - ssmops.run_command.force
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Create the log group that commands write to, and keep their output for three months
  ssmops.run_command.log_group:
    name: /ssm/commands
    retention_in_days: 90
    tags:
      Team: platform

- name: Encrypt new events
  ssmops.run_command.log_group:
    name: /ssm/commands
    kms_key_id: arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab

- name: Keep events forever, without a key, and protect the log group from deletion
  ssmops.run_command.log_group:
    name: /ssm/commands
    retention_in_days: 0
    kms_key_id: ""
    deletion_protection_enabled: true

- name: Delete a protected log group and all its events
  ssmops.run_command.log_group:
    name: /ssm/commands
    deletion_protection_enabled: false
    state: absent
"""

RETURN = r"""
log_group:
  description: The log group. In check mode, its expected state.
  returned: when O(state=present)
  type: dict
  contains:
    log_group_name:
      description: The name.
      returned: always
      type: str
      sample: /ssm/commands
    arn:
      description: The ARN, without the suffix C(:*) for its streams.
      returned: always
      type: str
      sample: arn:aws:logs:eu-central-1:123456789012:log-group:/ssm/commands
    creation_time:
      description: When it was created, in milliseconds since 1970. Null if it would be created.
      returned: always
      type: int
      sample: 1767225600000
    retention_in_days:
      description: The number of days that events are kept. Null means forever.
      returned: always
      type: int
      sample: 90
    retention_policy_name:
      description: The account-level retention policy that sets this number instead, or null.
      returned: always
      type: str
      sample: null
    kms_key_id:
      description: The ARN of the key that encrypts events, or null.
      returned: always
      type: str
      sample: arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    log_group_class:
      description: The class.
      returned: always
      type: str
      sample: STANDARD
    deletion_protection_enabled:
      description: Whether AWS refuses to delete it.
      returned: always
      type: bool
      sample: false
    metric_filter_count:
      description: The number of its metric filters.
      returned: always
      type: int
      sample: 2
    stored_bytes:
      description: The size of its events, as last computed by CloudWatch Logs.
      returned: always
      type: int
      sample: 14032
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_groups_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import (
    LOG_GROUP_CLASSES,
    LogGroupSpec,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    FORCE_SPEC,
    run_resource,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

ARGUMENT_SPEC = {
    **ACCOUNT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["log_group_name"]},
    "retention_in_days": {"type": "int", "aliases": ["retention"]},
    "kms_key_id": {"type": "str", "no_log": False},
    "log_group_class": {"type": "str", "choices": list(LOG_GROUP_CLASSES)},
    "deletion_protection_enabled": {"type": "bool"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    **FORCE_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the log group."""
    params = module.params
    spec = spec_from(LogGroupSpec, params)
    client = module.client("logs")
    if params["state"] == "absent":
        return log_groups_calls.ensure_absent(client, spec, module.check_mode)
    return log_groups_calls.ensure_present(client, spec, lambda: task_place(module), module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "log_group", lambda: ensure(module))


if __name__ == "__main__":
    main()
