#!/usr/bin/python

# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: instance_profile
version_added: 1.0.0
short_description: Manage the instance profile and role that make EC2 instances managed nodes
description:
  - Makes an IAM role that EC2 may take, gives it what an instance needs to take Run Command commands and to deliver
    their output, and puts it into an instance profile.
  - Only what differs is changed. What the role has that the task does not name - policies, trust - is left as it is
    and reported in RV(drift).
  - The module's own permissions are in one inline policy of the role, C(ssmops-run-command-node). Each option has its
    own statements in it; those of an option that is not set stay as they are.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - Roles and instance profiles that the module makes carry the tag C(ssmops:made-by). O(state=absent) deletes what has
    it; O(purge_tags) does not take it off.
  - "Permissions needed: iam:GetInstanceProfile, iam:GetRole, iam:GetRolePolicy, iam:ListRolePolicies and
    iam:ListAttachedRolePolicies; to make a profile, iam:CreateRole, iam:TagRole, iam:CreateInstanceProfile,
    iam:TagInstanceProfile, iam:AddRoleToInstanceProfile, iam:PassRole on the role to C(ec2.amazonaws.com) and, by
    options, iam:AttachRolePolicy and iam:PutRolePolicy; the calls that change or delete each of these for what is to be
    changed or deleted; and with O(state=absent) iam:ListInstanceProfilesForRole and
    ec2:DescribeIamInstanceProfileAssociations."
  - IAM is the same in all regions, instances are not. Which instances use a profile is looked up in the region of the
    task only.
options:
  state:
    description:
      - Whether the instance profile is to be there.
      - With V(absent), the instance profile is deleted, and its role with all its policies if the module made it.
        Of a role that it did not make, only the inline policy C(ssmops-run-command-node) is taken away.
      - See O(force) for what stands against it.
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
      - The name of the role. When not set, the role that the instance profile holds, or, for a new one, O(name).
      - An instance profile holds one role. When it is another than this one, it is replaced.
    type: str
  path:
    description:
      - The path of a new instance profile and of a new role, V(/) when not set.
      - IAM cannot change a path, so another path than the one the instance profile has is an error.
    type: str
  core_policy:
    description:
      - Where the permissions come from that every managed node needs.
      - With V(managed), AWS's own policy C(AmazonSSMManagedInstanceCore). It also allows Session Manager, and to read
        every parameter of Parameter Store that is not otherwise protected.
      - With V(inline), the least that Run Command needs. C(AmazonSSMManagedInstanceCore) is then detached, unless it is
        in O(managed_policies).
      - When not set, a role that has either keeps it, and any other gets V(managed).
    type: str
    choices: [managed, inline]
  cloudwatch_log_groups:
    description:
      - Names of the CloudWatch Logs log groups that the node may send command output to, in all regions of the account.
        C(*) in a name is a wildcard; V(/aws/ssm/*) are the groups the agent uses when a command names none.
      - Set it to an empty list to allow none.
    type: list
    elements: str
  output_s3_buckets:
    description:
      - The S3 buckets that the node may write command output to.
      - Set it to an empty list to allow none.
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
          - What the keys begin with, the whole bucket when not set.
        type: str
      kms_key_arn:
        description:
          - The ARN of the KMS key that the bucket encrypts with, when it is not S3's own.
        type: str
      other_account:
        description:
          - Whether the bucket is another account's, so that the node must hand its objects over (C(s3:PutObjectAcl)).
        type: bool
        default: false
  agent_s3_buckets:
    description:
      - Whether the node may read the buckets in which AWS keeps documents, packages and updates for the agent.
      - Needed when the node reaches S3 through a VPC endpoint whose policy asks for it.
    type: bool
  agent_s3_regions:
    description:
      - The regions of O(agent_s3_buckets), the region of the task when not set.
    type: list
    elements: str
  managed_policies:
    description:
      - Further managed policies to attach to the role, by ARN, or by name when they are AWS's own.
    type: list
    elements: str
  purge_managed_policies:
    description:
      - Whether managed policies that are not in O(managed_policies) are detached from the role, except the one of
        O(core_policy). Nothing is detached when O(managed_policies) is not set.
    type: bool
    default: false
  permissions_boundary:
    description:
      - The ARN of the managed policy that is the role's permissions boundary. Set it to an empty string for none.
    type: str
    aliases: [boundary]
  also_hybrid:
    description:
      - Whether SSM may take the role too, for hybrid nodes of this account (C(mi-)) activated with it.
    type: bool
  tags:
    description:
      - The tags of the instance profile and the role. When not set, they are left as they are.
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description:
      - Whether tags that are not in O(tags) are taken off. Nothing is taken off when O(tags) is not set.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait, after something was created, until IAM's readers see the role, the instance profile and the one
        in the other; and with O(state=absent), until they no longer see the profile.
      - EC2 may take longer than IAM to know a new instance profile.
        M(ssmops.run_command.instance_profile_association) waits for that.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds, all in all.
    type: int
    default: 120
  force:
    description:
      - With O(state=absent), delete the instance profile although instances in the region of the task use it, which are
        disassociated from it; although the module did not make it; and the role although it has other policies.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.instance_profile_association
  - module: ssmops.run_command.managed_node_info
  - module: amazon.aws.iam_role
  - module: amazon.aws.iam_instance_profile
  - name: Configure instance permissions required for Systems Manager
    description: What a managed node needs, in the AWS Systems Manager user guide.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
  - name: SSM Agent communications with AWS managed S3 buckets
    description: The buckets of O(agent_s3_buckets).
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Make the instance profile that managed nodes need, with AWS's own policy
  ssmops.run_command.instance_profile:
    name: managed-nodes

- name: Allow the least that Run Command needs, and output to a log group and a bucket
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

- name: Make a role for instances in two regions, hybrid nodes, patching and a permissions boundary
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

- name: Show what the role has that nobody asked for
  ssmops.run_command.instance_profile:
    name: managed-nodes
  check_mode: true
  register: profile
  failed_when: profile.drift.values() | flatten | length > 0

- name: Delete the instance profile and the role that was made with it
  ssmops.run_command.instance_profile:
    name: managed-nodes
    state: absent
"""

RETURN = r"""
instance_profile:
  description:
    - The instance profile after the task, in check mode as it would be. With O(state=absent) the one that was deleted.
  returned: success; empty when there was none to delete
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
      description: When it was created. Null in check mode for one that would be created.
      returned: success
      type: str
      sample: "2026-02-03T04:05:06+00:00"
    instance_profile_id:
      description: The id of the instance profile. Null in check mode for one that would be created.
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
      description: The role it holds, at most one.
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
  description: The role after the task, in check mode as it would be. With O(state=absent) the one there was.
  returned: success; empty when there was none
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
      description: The ARN of the permissions boundary, empty for none.
      returned: when O(tags) or O(permissions_boundary) is set, or with O(state=absent)
      type: str
      sample: arn:aws:iam::123456789012:policy/node-boundary
    policy_document:
      description: The module's inline policy of the role, empty for none.
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
      returned: when O(tags) or O(permissions_boundary) is set, or with O(state=absent)
      type: dict
      sample: {"team": "web", "ssmops:made-by": "ssmops.run_command.instance_profile"}
drift:
  description: What the role has that the task does not name. It is left as it is.
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
      description: The names of inline policies that are not the module's.
      returned: success
      type: list
      elements: str
      sample: [debug]
    policy_statements:
      description:
        - Statements in the module's inline policy that the task does not ask for - the module did not write them, or
          wrote them for an option that is no longer set.
      returned: success
      type: list
      elements: dict
      sample: [{"Sid": "Debug", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
    trust_statements:
      description: Statements that let others than EC2, or than SSM with O(also_hybrid=true), take the role.
      returned: success
      type: list
      elements: dict
      sample:
        - {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
kept:
  description: What was left because the module did not make it or others use it, in one sentence each.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: ["The role nodes: the instance profiles blue hold it."]
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
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import plan_removal, role_after
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
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

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
    "force": {"type": "bool", "default": False},
}


def find_place(module: AnsibleAWSModule, profile: ProfileState | None, role: RoleState | None) -> Place:
    """Partition and account, from an ARN that is known, else from STS."""
    arn = profile.arn if profile else role.arn if role else None
    if arn is not None:
        return Place(arn.split(":")[1], account_of(arn))
    return Place(*get_caller_account(module.client("sts")))


def ensure_present(module: AnsibleAWSModule, request: ProfileRequest) -> dict[str, t.Any]:
    """Make the instance profile as wanted; what came of it."""
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
    """The state to report: what IAM's readers see when that is waited for."""
    moves = ("create_instance_profile", "add_role_to_instance_profile")
    if not module.params["wait"] or after.role is None or not any(step.call in moves for step in plan.steps):
        return after
    return wait_until_readable(module.client("iam"), after.name, after.role.name, deadline)


def ensure_absent(module: AnsibleAWSModule, request: ProfileRequest) -> dict[str, t.Any]:
    """Take the instance profile away; what came of it."""
    params = module.params
    client, ec2_client = module.client("iam"), module.client("ec2")
    around = read_surroundings(client, ec2_client, request)
    partition = partition_of_region(ec2_client.meta.region_name)
    removal = plan_removal(around, request.managed_policies or (), partition, force=params["force"])
    if removal.is_change and not module.check_mode:
        deadline = Deadline(params["wait_timeout"])
        apply_removal(client, ec2_client, removal, deadline)
        if params["wait"]:
            wait_until_gone(client, request.name, deadline)
    before = {"instance_profile": describe_profile(around.profile), "role": describe_role(around.role)}
    after = {"instance_profile": {}, "role": describe_role(role_after(around))}
    kept = list(removal.kept)
    return {"changed": removal.is_change, "kept": kept, "diff": {"before": before, "after": after}, **before}


def ensure(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The result of what the options ask for."""
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
