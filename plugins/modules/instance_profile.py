#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: instance_profile
version_added: 1.0.0
short_description: Manage the instance profile and role that turn EC2 instances into managed nodes
description:
  - Creates an IAM role that EC2 may assume, gives it the permissions that an instance needs to run commands with Run
    Command and to deliver their output, and adds it to an instance profile.
  - The module changes only what differs. Policies and trust relationships of the role that the task does not name are
    not changed, but reported in RV(drift).
  - The module writes permissions to one inline policy of the role, C(ssmops-run-command-node). Each option has its own
    statements in it; the statements of options that are not set are not changed.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - Roles and instance profiles that the module creates have the tag C(ssmops:made-by) with the value
    C(ssmops.run_command.instance_profile). The module refuses to change or delete others, unless you say so with O(adopt)
    or O(force).
  - Statements that the module adds to the trust policy of an existing role have the Sids C(RunCommandInstances) and
    C(RunCommandHybridNodes).
  - "Required permissions: iam:GetInstanceProfile and iam:GetRole; to create, iam:CreateRole, iam:TagRole,
    iam:CreateInstanceProfile, iam:TagInstanceProfile, iam:AddRoleToInstanceProfile, iam:PassRole for
    ec2.amazonaws.com and iam:AttachRolePolicy, with O(core_policy), O(cloudwatch_log_groups), O(output_s3_buckets) or
    O(agent_s3_buckets) iam:PutRolePolicy; to change, iam:ListRolePolicies, iam:ListAttachedRolePolicies,
    iam:GetRolePolicy, iam:AddRoleToInstanceProfile, iam:PassRole for ec2.amazonaws.com and
    iam:UpdateAssumeRolePolicy, with O(core_policy) or O(managed_policies) iam:AttachRolePolicy, with O(core_policy),
    O(cloudwatch_log_groups), O(output_s3_buckets) or O(agent_s3_buckets) iam:PutRolePolicy and iam:DeleteRolePolicy,
    with O(core_policy) iam:DetachRolePolicy, with O(permissions_boundary) iam:PutRolePermissionsBoundary and
    iam:DeleteRolePermissionsBoundary, with O(tags) iam:TagRole, iam:UntagRole, iam:TagInstanceProfile and
    iam:UntagInstanceProfile; with O(state=absent), iam:ListRolePolicies, iam:ListAttachedRolePolicies,
    iam:GetRolePolicy, iam:ListInstanceProfilesForRole, ec2:DescribeIamInstanceProfileAssociations,
    iam:RemoveRoleFromInstanceProfile, iam:DeleteInstanceProfile, iam:DetachRolePolicy, iam:DeleteRolePolicy and
    iam:DeleteRole."
  - IAM is global, but instances are regional. The module looks for instances that use a profile only in the region of
    the task.
options:
  state:
    description:
      - Whether the instance profile should exist.
      - With V(absent), the module deletes the instance profile, and its role with all its policies if the module
        created the role. From a role that it did not create, it only takes the inline policy
        C(ssmops-run-command-node) and the statements that it added to the trust policy; managed policies stay attached.
      - See O(force) for what prevents the deletion.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the instance profile.
    type: str
    required: true
    aliases: [instance_profile_name]
  role_name:
    description:
      - The name of the role. If not set, the role in the instance profile or, for a new profile, O(name).
      - An instance profile contains only one role. A different role is replaced.
    type: str
  path:
    description:
      - The path of a new instance profile and of a new role. If not set, V(/).
      - IAM cannot change a path, so a different path than that of the instance profile is an error.
    type: str
  core_policy:
    description:
      - The source of the permissions that every managed node needs.
      - With V(managed), the AWS managed policy C(AmazonSSMManagedInstanceCore). It also allows Session Manager, and
        reading every parameter in Parameter Store that is not otherwise protected.
      - With V(inline), the least privileges that Run Command needs. The module then detaches
        C(AmazonSSMManagedInstanceCore), unless it is in O(managed_policies).
      - If not set, a role that has either of them keeps it, and any other role gets V(managed).
    type: str
    choices: [managed, inline]
  cloudwatch_log_groups:
    description:
      - The names of the CloudWatch Logs log groups that the node may send command output to, in all regions of the
        account. C(*) in a name is a wildcard; V(/aws/ssm/*) matches the log groups that the agent uses if a command
        names none.
      - To allow none, set it to an empty list.
    type: list
    elements: str
  output_s3_buckets:
    description:
      - The S3 buckets that the node may write command output to.
      - To allow none, set it to an empty list.
    type: list
    elements: dict
    suboptions:
      bucket:
        description:
          - The name of the bucket.
        type: str
        required: true
      prefix:
        description:
          - The prefix of the keys. If not set, the whole bucket.
        type: str
      kms_key_arn:
        description:
          - The ARN of the KMS key that encrypts the bucket, if it is not a key of S3.
        type: str
      other_account:
        description:
          - Whether the bucket belongs to another account, so that the node must grant it access to the objects
            (C(s3:PutObjectAcl)).
        type: bool
        default: false
  agent_s3_buckets:
    description:
      - Whether the node may read the buckets in which AWS keeps documents, packages and updates for the agent.
      - Required if the node reaches S3 through a VPC endpoint whose policy requires it.
    type: bool
  agent_s3_regions:
    description:
      - The regions of O(agent_s3_buckets). If not set, the region of the task.
    type: list
    elements: str
  managed_policies:
    description:
      - Additional managed policies to attach to the role, by ARN, or by name for AWS managed policies.
    type: list
    elements: str
  purge_managed_policies:
    description:
      - Whether to detach managed policies that are not in O(managed_policies) from the role, except the policy of
        O(core_policy). Nothing is detached if O(managed_policies) is not set.
    type: bool
    default: false
  permissions_boundary:
    description:
      - The ARN of the managed policy to use as the permissions boundary of the role. To remove the boundary, set it to
        an empty string.
    type: str
    aliases: [boundary]
  also_hybrid:
    description:
      - Whether SSM may also assume the role, for hybrid nodes of this account (C(mi-)) that are activated with it.
    type: bool
  wait:
    description:
      - Whether to wait, after something was created, until the instance profile, the role and the role in the profile
        are visible to readers of IAM; and with O(state=absent), until the profile is no longer visible.
      - A new instance profile may take longer to become visible to EC2 than to IAM.
        M(ssmops.run_command.instance_profile_association) waits for this.
    type: bool
    default: true
  wait_timeout:
    description:
      - The maximum total time to wait, in seconds.
    type: int
    default: 120
  force:
    description:
      - With O(state=absent), delete the instance profile even if instances in the region of the task use it, after
        disassociating it from them, and even if the module did not create it; and delete the role even if it has other
        policies. A role that the module did not create is never deleted.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.instance_profile_association
  - module: ssmops.run_command.managed_node_info
  - module: amazon.aws.iam_role
  - module: amazon.aws.iam_instance_profile
  - name: Configure instance permissions required for Systems Manager
    description: The permissions that a managed node needs, in the AWS Systems Manager User Guide.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
  - name: SSM Agent communications with AWS managed S3 buckets
    description: The buckets of O(agent_s3_buckets).
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
extends_documentation_fragment:
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
  - amazon.aws.tags
"""

EXAMPLES = r"""
- name: Create the instance profile that managed nodes need, with the AWS managed policy
  ssmops.run_command.instance_profile:
    name: managed-nodes

- name: Allow only what Run Command needs, and output to a log group and a bucket
  ssmops.run_command.instance_profile:
    name: web-nodes
    core_policy: inline
    cloudwatch_log_groups:
      - /ssm/commands
    output_s3_buckets:
      - bucket: command-output
        prefix: web
        kms_key_arn: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    tags:
      team: web

- name: Create a role for instances in two regions, hybrid nodes and patching, with a permissions boundary
  ssmops.run_command.instance_profile:
    name: fleet
    role_name: fleet-node
    path: /ops/
    agent_s3_buckets: true
    agent_s3_regions: [eu-west-1, us-east-2]
    managed_policies:
      - AmazonSSMPatchAssociation
      - arn:aws:iam::123456789012:policy/fleet-extra
    permissions_boundary: arn:aws:iam::123456789012:policy/node-boundary
    also_hybrid: true

- name: Fail if the role has anything that the task does not name
  ssmops.run_command.instance_profile:
    name: managed-nodes
  check_mode: true
  register: profile
  failed_when: profile.drift.values() | flatten | length > 0

- name: Delete the instance profile and its role
  ssmops.run_command.instance_profile:
    name: managed-nodes
    state: absent
"""

RETURN = r"""
instance_profile:
  description:
    - The instance profile after the task. In check mode, its expected state. With O(state=absent), the instance profile
      that was deleted.
  returned: success; empty if there was none to delete
  type: dict
  sample:
    arn: arn:aws:iam::123456789012:instance-profile/managed-nodes
    create_date: "2026-02-03T04:05:06+00:00"
    instance_profile_id: AIPA0123456789EXAMPLE
    instance_profile_name: managed-nodes
    path: /
    roles: [{"arn": "arn:aws:iam::123456789012:role/managed-nodes", "path": "/", "role_name": "managed-nodes"}]
    tags: {"ssmops:made-by": "ssmops.run_command.instance_profile"}
  contains:
    arn:
      description: The ARN of the instance profile.
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:instance-profile/managed-nodes
    create_date:
      description: When the instance profile was created. Null in check mode if it would be created.
      returned: success
      type: str
      sample: "2026-02-03T04:05:06+00:00"
    instance_profile_id:
      description: The ID of the instance profile. Null in check mode if it would be created.
      returned: success
      type: str
      sample: AIPA0123456789EXAMPLE
    instance_profile_name:
      description: The name of the instance profile.
      returned: success
      type: str
      sample: managed-nodes
    path:
      description: The path of the instance profile.
      returned: success
      type: str
      sample: /
    roles:
      description: The role in the instance profile, at most one.
      returned: success
      type: list
      elements: dict
      sample: [{"arn": "arn:aws:iam::123456789012:role/managed-nodes", "path": "/", "role_name": "managed-nodes"}]
    tags:
      description: The tags of the instance profile.
      returned: success
      type: dict
      sample: {"ssmops:made-by": "ssmops.run_command.instance_profile"}
role:
  description: The role after the task. In check mode, its expected state. With O(state=absent), the role before the
    task.
  returned: success; empty if there was none
  type: dict
  sample:
    arn: arn:aws:iam::123456789012:role/managed-nodes
    assume_role_policy_document:
      Version: "2012-10-17"
      Statement: [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    attached_policies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    inline_policies: []
    path: /
    policy_document: {}
    role_name: managed-nodes
  contains:
    arn:
      description: The ARN of the role.
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:role/managed-nodes
    assume_role_policy_document:
      description: The trust policy of the role.
      returned: success
      type: dict
      sample:
        Version: "2012-10-17"
        Statement: [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    attached_policies:
      description: The ARNs of the managed policies attached to the role.
      returned: success
      type: list
      elements: str
      sample: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    inline_policies:
      description: The names of the inline policies of the role.
      returned: success
      type: list
      elements: str
      sample: [ssmops-run-command-node]
    path:
      description: The path of the role.
      returned: success
      type: str
      sample: /
    permissions_boundary:
      description: The ARN of the permissions boundary. Empty if there is none.
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:policy/node-boundary
    policy_document:
      description: The module's inline policy of the role. Empty if there is none.
      returned: success
      type: dict
      sample:
        Version: "2012-10-17"
        Statement:
          - Sid: CommandOutputObjects
            Effect: Allow
            Action: ["s3:PutObject"]
            Resource: ["arn:aws:s3:::command-output/web/*"]
    role_name:
      description: The name of the role.
      returned: success
      type: str
      sample: managed-nodes
    tags:
      description: The tags of the role.
      returned: success
      type: dict
      sample: {"team": "web", "ssmops:made-by": "ssmops.run_command.instance_profile"}
drift:
  description: What the role has that the task does not name. The module does not change it.
  returned: with O(state=present)
  type: dict
  sample:
    attached_policies: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]
    inline_policies: [debug]
    policy_statements: []
    trust_statements:
      - {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
  contains:
    attached_policies:
      description: The ARNs of managed policies that are neither the core policy nor in O(managed_policies).
      returned: success
      type: list
      elements: str
      sample: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]
    inline_policies:
      description: The names of inline policies that the module does not manage.
      returned: success
      type: list
      elements: str
      sample: [debug]
    policy_statements:
      description:
        - Statements in the module's inline policy that the task does not require, either because the module did not
          write them, or because it wrote them for an option that is no longer set.
      returned: success
      type: list
      elements: dict
      sample: [{"Sid": "Debug", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
    trust_statements:
      description: Statements that allow principals other than EC2, and SSM with O(also_hybrid=true), to assume the
        role.
      returned: success
      type: list
      elements: dict
      sample:
        - {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
kept:
  description: What was kept because the module did not create it or something else uses it, in one sentence each.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: ["The role nodes: the instance profiles blue use it."]
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import partition_of_region
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_calls import (
    apply_plan,
    apply_removal,
    read_profile_and_role,
    read_surroundings,
    wait_until_gone,
    wait_until_readable,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_plan import (
    Place,
    Plan,
    find_drift,
    plan_present,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import plan_removal
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
    CORE_POLICIES,
    ProfileRequest,
    check_role_name,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import (
    ProfileState,
    RoleState,
    account_of,
    describe_profile,
    describe_role,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import ADOPT_SPEC, run

BUCKET_SPEC: dict[str, t.Any] = {
    "bucket": {"type": "str", "required": True},
    "prefix": {"type": "str"},
    "kms_key_arn": {"type": "str", "no_log": False},
    "other_account": {"type": "bool", "default": False},
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["instance_profile_name"]},
    "role_name": {"type": "str"},
    "path": {"type": "str"},
    "core_policy": {"type": "str", "choices": list(CORE_POLICIES)},
    "cloudwatch_log_groups": {"type": "list", "elements": "str"},
    "output_s3_buckets": {"type": "list", "elements": "dict", "options": BUCKET_SPEC},
    "agent_s3_buckets": {"type": "bool"},
    "agent_s3_regions": {"type": "list", "elements": "str"},
    "managed_policies": {"type": "list", "elements": "str"},
    "purge_managed_policies": {"type": "bool", "default": False},
    "permissions_boundary": {"type": "str", "aliases": ["boundary"]},
    "also_hybrid": {"type": "bool"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
    **ADOPT_SPEC,
    "force": {"type": "bool", "default": False},
}


def find_place(module: AnsibleAWSModule, profile: ProfileState | None, role: RoleState | None) -> Place:
    """Partition and account, from a known ARN, otherwise from STS."""
    arn = profile.arn if profile else role.arn if role else None
    if arn is not None:
        return Place(arn.split(":")[1], account_of(arn))
    return Place(*get_caller_account(module.client("sts")))


def ensure_present(module: AnsibleAWSModule, request: ProfileRequest) -> dict[str, t.Any]:
    """Create or change the instance profile; returns the result."""
    check_role_name(request)
    client = module.client("iam")
    profile, role = read_profile_and_role(client, request)
    place = find_place(module, profile, role)
    plan = plan_present(profile, role, request, place)
    after, role_after = plan.after, plan.after.role if plan.after else None
    if after is not None and plan.is_change and not module.check_mode:
        deadline = Deadline(module.params["wait_timeout"])
        apply_plan(client, plan, deadline)
        after = await_profile(module, plan, after, deadline)
    before = {"instance_profile": describe_profile(profile), "role": describe_role(role)}
    result = {"instance_profile": describe_profile(after), "role": describe_role(role_after)}
    drift = find_drift(role_after, request, place.partition) if role_after else {}
    return {"changed": plan.is_change, "drift": drift, "diff": {"before": before, "after": result}, **result}


def await_profile(module: AnsibleAWSModule, plan: Plan, after: ProfileState, deadline: Deadline) -> ProfileState:
    """The state to return: what readers of IAM see, if the task waits for it."""
    moves = ("create_instance_profile", "add_role_to_instance_profile")
    if not module.params["wait"] or after.role is None or not any(step.call in moves for step in plan.steps):
        return after
    return wait_until_readable(module.client("iam"), after.name, after.role.name, deadline)


def ensure_absent(module: AnsibleAWSModule, request: ProfileRequest) -> dict[str, t.Any]:
    """Delete the instance profile; returns the result."""
    params = module.params
    client, ec2_client = module.client("iam"), module.client("ec2")
    around = read_surroundings(client, ec2_client, request)
    partition = partition_of_region(ec2_client.meta.region_name)
    removal = plan_removal(around, request, partition)
    if removal.is_change and not module.check_mode:
        deadline = Deadline(params["wait_timeout"])
        apply_removal(client, ec2_client, removal, deadline)
        if params["wait"] and removal.profile_after is None:
            wait_until_gone(client, request.name, deadline)
    before = {"instance_profile": describe_profile(around.profile), "role": describe_role(around.role)}
    after = {
        "instance_profile": describe_profile(removal.profile_after),
        "role": describe_role(removal.role_after),
    }
    kept = list(removal.kept)
    return {"changed": removal.is_change, "kept": kept, "diff": {"before": before, "after": after}, **before}


def ensure(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The result for the options."""
    request = parse_request(module.params, module.region or "")
    return ensure_absent(module, request) if module.params["state"] == "absent" else ensure_present(module, request)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_by={"agent_s3_regions": ["agent_s3_buckets"]},
    )
    run(module, lambda: ensure(module))


if __name__ == "__main__":
    main()
