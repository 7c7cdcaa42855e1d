#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: default_host_management
version_added: 1.0.0
short_description: Make all EC2 instances of a region managed nodes without instance profiles
description:
  - Manages Default Host Management Configuration of AWS Systems Manager, one setting for each account and region. It
    gives a role to all instances of the region that have no permissions for Systems Manager from an instance profile.
  - The agents need version 3.2.582.0 or newer and IMDSv2. For one group of instances, or for permissions that differ
    between groups, use M(ssmops.run_command.instance_profile).
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - M(ssmops.run_command.managed_node_info) shows the setting without changing it.
  - "Required permissions: ssm:GetServiceSetting; with O(state=enabled), ssm:UpdateServiceSetting and iam:PassRole for
    ssm.amazonaws.com; with O(state=disabled), ssm:ResetServiceSetting; for a role that AWS manages, to enable it,
    iam:CreateRole and iam:AttachRolePolicy; to disable it, iam:DeleteRole."
  - "Optional permissions: iam:GetRole, without which whether the role exists, and Systems Manager may assume it, is
    not checked before."
options:
  state:
    description:
      - Whether the configuration should be enabled.
    type: str
    choices: [enabled, disabled]
    default: enabled
  role:
    description:
      - The role that the instances get, by name or ARN. Systems Manager must be able to assume it, and it needs
        the permissions of the policy C(AmazonSSMManagedEC2InstanceDefaultPolicy).
      - If not set, a configuration that is enabled keeps its role, and to enable it AWS makes a role that it manages.
        This requires botocore 1.44.
      - With O(state=disabled), the configuration is disabled only if it has this role.
    type: str
  overwrite:
    description:
      - Whether to replace or, with O(state=disabled), to disable a configuration that has a role other than O(role).
        Otherwise, it is refused, as the setting is shared by all teams of the account.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.instance_profile
  - module: ssmops.run_command.managed_node_info
  - name: Default Host Management Configuration
    description: What it does, in the AWS Systems Manager User Guide.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Make all instances of the region managed nodes
  ssmops.run_command.default_host_management:
    role: AWSSystemsManagerDefaultEC2InstanceManagementRole

- name: Show what would change if another role replaced it
  ssmops.run_command.default_host_management:
    role: managed-nodes
    overwrite: true
  check_mode: true
  diff: true

- name: Disable it, unless another team has enabled it with a role of its own
  ssmops.run_command.default_host_management:
    state: disabled
    role: AWSSystemsManagerDefaultEC2InstanceManagementRole

- name: Disable it in any case
  ssmops.run_command.default_host_management:
    state: disabled
"""

RETURN = r"""
default_host_management:
  description: The configuration. In check mode, its expected state.
  returned: always
  type: dict
  contains:
    enabled:
      description: Whether it is enabled in this region.
      returned: always
      type: bool
      sample: true
    role:
      description: The role that the instances get, with its path. Empty if it is disabled, and in check mode null if AWS
        would make it.
      returned: always
      type: str
      sample: service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole
    status:
      description: C(Default), C(Customized) or C(PendingUpdate).
      returned: always
      type: str
      sample: Customized
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes import host_management_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.host_management import (
    STATES,
    HostManagementSpec,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": list(STATES), "default": "enabled"},
    "role": {"type": "str"},
    "overwrite": {"type": "bool", "default": False},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted configuration."""
    spec = HostManagementSpec.parse(module.params)
    return host_management_calls.ensure(module.client("ssm"), module.client("iam"), spec, check_mode=module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "default_host_management", lambda: ensure(module))


if __name__ == "__main__":
    main()
