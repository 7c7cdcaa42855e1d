#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: instance_profile_association
version_added: 1.0.0
short_description: Attach an instance profile to EC2 instances and wait until they are managed nodes
description:
  - Associates an instance profile with instances, or disassociates it. Select the instances by ID, or by filters and
    tags.
  - Handles all instances at once and returns a result for each in RV(associations). If some instances fail, the module
    still handles the others; the task then fails and names the failed instances.
  - Waits for temporary conditions, such as an instance that is starting or stopping, a profile that is being associated
    or disassociated, or an instance profile that exists in IAM but is not yet visible to EC2.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - "Required permissions: ec2:DescribeInstances and ec2:DescribeIamInstanceProfileAssociations; to create,
    ec2:AssociateIamInstanceProfile and iam:PassRole for ec2.amazonaws.com, with O(wait_online)
    ssm:DescribeInstanceInformation; to change, ec2:ReplaceIamInstanceProfileAssociation and iam:PassRole for
    ec2.amazonaws.com, with O(wait_online) ssm:DescribeInstanceInformation; with O(state=absent),
    ec2:DisassociateIamInstanceProfile."
  - "Optional permissions: iam:GetInstanceProfile, without which EC2 reports a missing instance profile, instance by
    instance, and one that was made again is not associated again; iam:SimulatePrincipalPolicy with O(wait_online),
    without which what the role of an instance that stays offline lacks is not reported."
options:
  state:
    description:
      - Whether the instances should have the instance profile.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the instance profile. Required with O(state=present).
      - With O(state=absent), only this profile is disassociated. If not set, any profile is disassociated.
    type: str
    aliases: [instance_profile_name]
  instance_ids:
    description:
      - The IDs of the instances.
    type: list
    elements: str
  filters:
    description:
      - Select instances that match all of these filters of EC2's C(DescribeInstances), each a name with a value or a
        list of values.
      - Unless C(instance-state-name) is one of them, they select only instances that are pending, running, stopping or
        stopped.
    type: dict
  tags:
    description:
      - Select instances that have all of these tags, each a key with a value or a list of alternative values. C(*) and
        C(?) are wildcards.
    type: dict
  on_conflict:
    description:
      - What to do with an instance that has a different instance profile - keep it, replace it with this one, or fail.
      - An instance whose profile was deleted and recreated under the same name always gets the new profile.
    type: str
    choices: [keep, replace, fail]
    default: fail
  wait:
    description:
      - Whether to wait until the profiles are associated or disassociated.
      - With V(false), the module tries each instance once.
    type: bool
    default: true
  wait_online:
    description:
      - Whether to wait, with O(state=present), until SSM reports the instances as C(Online), including those that keep
        a different profile because of O(on_conflict=keep).
      - If some instances are not online in time, the task fails and reports the likely reason for each. In check mode,
        it does not wait.
    type: bool
    default: false
  wait_timeout:
    description:
      - The maximum total time to wait, in seconds.
    type: int
    default: 300
seealso:
  - module: ssmops.run_command.instance_profile
  - module: ssmops.run_command.managed_node_info
  - module: amazon.aws.ec2_instance
  - name: Attach an IAM role to an instance
    description: The requirements of EC2, in the Amazon EC2 User Guide.
    link: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/attach-iam-role.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Attach the profile to two instances
  ssmops.run_command.instance_profile_association:
    name: managed-nodes
    instance_ids:
      - i-0123456789abcdef0
      - i-0fedcba9876543210

- name: Attach the profile to all web servers of Finance that have none, and wait until they accept commands
  ssmops.run_command.instance_profile_association:
    name: managed-nodes
    tags:
      Finance: WebServers
    on_conflict: keep
    wait_online: true
    wait_timeout: 900

- name: Replace the old profile on the running instances of a VPC
  ssmops.run_command.instance_profile_association:
    name: managed-nodes
    filters:
      vpc-id: vpc-0123456789abcdef0
      instance-state-name: running
    on_conflict: replace

- name: Show which instances have a different profile, without changing any
  ssmops.run_command.instance_profile_association:
    name: managed-nodes
    tags:
      Environment: [prod, staging]
    on_conflict: keep
  check_mode: true
  register: preview

- name: Disassociate the profile from the instances that have it
  ssmops.run_command.instance_profile_association:
    name: managed-nodes
    tags:
      Finance: WebServers
    state: absent
"""

RETURN = r"""
associations:
  description: The result for each instance, in the order of O(instance_ids), otherwise sorted by ID.
  returned: always
  type: list
  elements: dict
  sample:
    - instance_id: i-0123456789abcdef0
      changed: true
      outcome: associated
      instance_profile_name: managed-nodes
      previous_instance_profile_name: ""
      association_id: iip-assoc-0123456789abcdef0
      state: associated
      msg: ""
  contains:
    instance_id:
      description: The ID of the instance.
      returned: success
      type: str
      sample: i-0123456789abcdef0
    changed:
      description: Whether the instance was changed.
      returned: success
      type: bool
      sample: true
    outcome:
      description: What was done - C(unchanged), C(associated), C(replaced), C(disassociated), C(kept) or C(failed).
      returned: success
      type: str
      sample: associated
    instance_profile_name:
      description: The name of the instance profile after the task. Empty if there is none.
      returned: success
      type: str
      sample: managed-nodes
    previous_instance_profile_name:
      description: The name of the instance profile before the task. Empty if there was none.
      returned: success
      type: str
      sample: ""
    association_id:
      description: The ID of the association. Null if there is none, and in check mode if it would be created.
      returned: success
      type: str
      sample: iip-assoc-0123456789abcdef0
    state:
      description: The state of the association in EC2. Empty if there is none.
      returned: success
      type: str
      sample: associated
    msg:
      description: Why the instance failed, or was not changed.
      returned: success
      type: str
      sample: has the instance profile old, which on_conflict keeps
    ping_status:
      description: The ping status of the node in SSM, in check mode the current status. Empty if SSM does not list the
        node.
      returned: with O(wait_online=true)
      type: str
      sample: Online
    offline_reason:
      description: The likely reason why the node is not online. Empty if it is online, and in check mode.
      returned: with O(wait_online=true)
      type: str
      sample: the instance is stopped
failed_instance_ids:
  description: The IDs of the instances that failed or, with O(wait_online=true), are not online.
  returned: always
  type: list
  elements: str
  sample: []
"""

import typing as t

from ansible.module_utils.common.warnings import warn
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.association_task import (
    AssociationRequest,
    parse_association_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.association_task_calls import (
    AssociationTask,
    Clients,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import ON_CONFLICT
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "aliases": ["instance_profile_name"]},
    "instance_ids": {"type": "list", "elements": "str"},
    "filters": {"type": "dict"},
    "tags": {"type": "dict"},
    "on_conflict": {"type": "str", "choices": list(ON_CONFLICT), "default": "fail"},
    "wait": {"type": "bool", "default": True},
    "wait_online": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 300},
}


def make_clients(module: AnsibleAWSModule, request: AssociationRequest) -> Clients:
    """The clients that the request needs."""
    ssm = module.client("ssm") if request.wait_online else None
    return Clients(module.client("ec2"), module.client("iam"), ssm)


def associate(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The results of the instances; fails the task if some failed."""
    request = parse_association_request(module.params)
    report = AssociationTask(make_clients(module, request), request).run(check_mode=module.check_mode)
    for warning in report.warnings:
        warn(warning)
    if report.failures:
        module.fail_json(msg=report.failure_message, **report.result())
    return report.result()


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("state", "present", ["name"])],
        required_one_of=[("instance_ids", "filters", "tags")],
        mutually_exclusive=[("instance_ids", "filters"), ("instance_ids", "tags")],
    )
    run(module, lambda: associate(module))


if __name__ == "__main__":
    main()
