#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: send_command_policy
version_added: 1.0.0
short_description: Manage an IAM policy that controls who may send Run Command commands to which nodes
description:
  - Creates a customer managed IAM policy for C(ssm:SendCommand) from a description of the nodes, by their tags, and of
    the documents, and attaches it to users, groups and roles.
  - IAM checks C(ssm:SendCommand) on the document and on every node. The module always creates one statement for the
    documents, without a condition on tags, and one statement for each scope, with the condition.
  - A policy with an equivalent document, even if written differently, is not changed.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A policy that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.send_command_policy).
  - Users, groups and roles that do not exist are an error before anything is created or changed, if the
    module may look for them. In check mode, they are a warning, because an earlier task of the playbook may create them.
  - Read access cannot be limited by tag. Users with O(allow.read) can read the output of every command in the account
    and region, including commands that others sent to nodes outside O(scopes). The same applies to O(allow.cancel).
  - Principals that may change the tags in O(scopes) can give themselves access. O(guard_tags) denies this.
  - IAM ignores the case of the names of condition keys, and so of tag keys in conditions.
  - "Required permissions: iam:GetPolicy; to create, iam:ListPolicies, iam:CreatePolicy and iam:TagPolicy, with
    O(users) iam:AttachUserPolicy, with O(groups) iam:AttachGroupPolicy, with O(roles) iam:AttachRolePolicy; to
    change, iam:GetPolicyVersion, iam:ListPolicyVersions, iam:CreatePolicyVersion and iam:DeletePolicyVersion, with
    O(users), O(groups) or O(roles) iam:ListEntitiesForPolicy, with O(tags) iam:TagPolicy and iam:UntagPolicy, with
    O(users) iam:AttachUserPolicy and iam:DetachUserPolicy, with O(groups) iam:AttachGroupPolicy and
    iam:DetachGroupPolicy, with O(roles) iam:AttachRolePolicy and iam:DetachRolePolicy; with O(state=absent),
    iam:GetPolicyVersion, iam:ListPolicyVersions, iam:DeletePolicyVersion and iam:DeletePolicy, with O(users),
    O(groups) or O(roles) iam:ListEntitiesForPolicy, with O(users) iam:DetachUserPolicy, with O(groups)
    iam:DetachGroupPolicy, with O(roles) iam:DetachRolePolicy."
  - "Optional permissions: iam:GetUser, iam:GetGroup and iam:GetRole, without which the policy is attached without a
    look at whether the principals exist."
options:
  state:
    description:
      - Whether the policy should exist.
      - With V(absent), the module detaches the policy from O(users), O(groups) and O(roles), and deletes it with all
        its versions. It fails while the policy is attached to anything else, or is a permissions boundary; see
        O(force).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the policy. Required unless O(document_only=true).
    type: str
    aliases: [policy_name]
  path:
    description:
      - The path of the policy. If not set, V(/) for a new policy.
      - IAM cannot change the path of a policy, so a different path is an error.
    type: str
  description:
    description:
      - The description of the policy. IAM cannot change it, so the module warns if it differs for an existing policy.
    type: str
  scopes:
    description:
      - The nodes that commands may be sent to. A node in any one of the scopes is allowed.
      - Required with O(state=present).
    type: list
    elements: dict
    suboptions:
      tags:
        description:
          - The tags that a node must have, all of them. Each is a key with a value or a list of alternative values.
          - With O(scopes[].operator=StringLike), V(*) and V(?) in a value are wildcards.
        type: dict
        required: true
      operator:
        description:
          - How to compare values. With V(StringEquals), wildcards are literal characters.
        type: str
        choices: [StringLike, StringEquals]
        default: StringLike
      regions:
        description:
          - The regions of the nodes. If not set, all regions.
        type: list
        elements: str
      account:
        description:
          - The account of the nodes, 12 digits or V(*). If not set, the caller's account.
        type: str
      node_types:
        description:
          - V(ec2) for EC2 instances, V(managed) for hybrid nodes (C(mi-)). If not set, both.
        type: list
        elements: str
        choices: [ec2, managed]
  documents:
    description:
      - The documents that may be sent, by name, by pattern such as V(AWS-*), or by ARN.
      - The ARN of a name that begins with C(AWS), C(Amazon) or C(amzn) contains no account ID, that of any other name
        contains the caller's. So a document of M(ssmops.run_command.command_document) is named by its name alone.
      - IAM has no condition key for the version of a document, so every version of a document that may be sent may be
        sent. Delete versions that must not be, with O(ssmops.run_command.command_document#module:keep_versions).
      - If not set, any document may be sent, which amounts to a shell with full privileges on the nodes of O(scopes).
    type: list
    elements: str
  document_regions:
    description:
      - The regions in which O(documents) may be used. If not set, all regions. Does not change ARNs in O(documents).
    type: list
    elements: str
  allow:
    description:
      - Additional permissions besides sending. They cannot be limited by tag.
    type: dict
    suboptions:
      read:
        description:
          - Whether to allow listing commands and reading their status and output.
        type: bool
        default: false
      read_actions:
        description:
          - The actions that O(allow.read) allows. If not set, all that reading needs, which is all but
            C(ssm:UpdateInstanceInformation).
          - C(ssm:DescribeDocument) and C(ssm:GetDocument) are allowed on the documents that may be sent.
          - V(topic) stands for the four actions in the AWS topic "Setting up Run Command", which include
            C(ssm:UpdateInstanceInformation), with which a node reports its state. They are allowed on all documents, as
            in the topic.
        type: list
        elements: str
        choices:
          - ssm:DescribeDocument
          - ssm:DescribeInstanceInformation
          - ssm:GetCommandInvocation
          - ssm:GetDocument
          - ssm:ListCommandInvocations
          - ssm:ListCommands
          - ssm:UpdateInstanceInformation
          - topic
      cancel:
        description:
          - Whether to allow cancelling commands.
        type: bool
        default: false
      output:
        description:
          - The destinations of command output that may be read.
        type: dict
        suboptions:
          s3:
            description:
              - S3 buckets, each as a whole or below a prefix.
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
                  - The prefix of the keys of the objects that may be read.
                type: str
          log_groups:
            description:
              - The names of CloudWatch Logs log groups that may be read.
            type: list
            elements: str
  guard_tags:
    description:
      - Whether the policy denies changes to the tags in O(scopes) on nodes, and on Auto Scaling groups, whose new
        instances get them, regardless of what other policies allow.
      - Requests that remove all tags without naming them are denied too.
    type: bool
    default: false
  deny_via_mcp:
    description:
      - Whether the policy denies SendCommand to requests that AWS's managed MCP servers make for the principal, such as
        those of an AI agent, regardless of what other policies allow (condition key C(aws:ViaAWSMCPService)).
      - Requests that the principal makes itself are not affected, nor are agents that call AWS without such a server.
    type: bool
    default: false
  users:
    description:
      - The names of the users to attach the policy to. If not set, the attachments to users are not changed.
    type: list
    elements: str
  groups:
    description:
      - The names of the groups to attach the policy to. If not set, the attachments to groups are not changed.
    type: list
    elements: str
  roles:
    description:
      - The names of the roles to attach the policy to. If not set, the attachments to roles are not changed.
    type: list
    elements: str
  purge_attachments:
    description:
      - Whether to detach the policy from principals that are not in O(users), O(groups) or O(roles), for each of these
        options that is set.
    type: bool
    default: false
  force:
    description:
      - With O(state=absent), whether to detach the policy from all principals, and to delete a policy of this name that
        this collection did not make. It is still an error if the policy is a permissions boundary.
    type: bool
    default: false
  lint:
    description:
      - What to do if the document allows more or less than it seems to. With V(warn), the module warns; with V(error),
        it fails before it changes anything; with V(ignore), it does nothing.
      - See RV(lint) for the possible findings.
    type: str
    choices: [warn, error, ignore]
    default: warn
  lint_skip:
    description:
      - The codes of findings to ignore because they are intended.
    type: list
    elements: str
    choices:
      - any-document
      - any-node
      - document-account
      - document-changeable
      - document-tag-condition
      - foreign-tag-key
      - limited-reads
      - no-document
      - no-managed-instance
      - no-node
      - node-arn-service
      - script-document
      - tags-changeable
      - untagged-nodes
      - wildcard-tag-value
      - wrong-partition
    default: []
  document_only:
    description:
      - Whether to only return the document, without any call to AWS, for a review or for another tool.
      - The filter P(ssmops.run_command.send_command_policy_document#filter) does the same in a template.
    type: bool
    default: false
  partition:
    description:
      - The partition of the ARNs. If not set, V(aws). Only with O(document_only=true); otherwise, the module uses the
        caller's partition.
    type: str
  account:
    description:
      - The account ID in the ARNs. If not set, V(*). Only with O(document_only=true); otherwise, the module uses the
        caller's account.
    type: str
seealso:
  - module: ssmops.run_command.command_document
  - module: ssmops.run_command.send_command_access_info
  - module: amazon.aws.iam_managed_policy
  - module: amazon.aws.iam_group
  - plugin: ssmops.run_command.send_command_policy_document
    plugin_type: filter
  - name: Setting up Run Command
    description: The topic of the AWS Systems Manager User Guide whose example policies this module can create.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
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
- name: Let the web team run shell scripts on its own servers, and prevent it from changing their tags
  ssmops.run_command.send_command_policy:
    name: run-command-finance-web
    scopes:
      - tags:
          Finance: WebServers
    documents:
      - AWS-RunShellScript
    allow:
      read: true
      cancel: true
    guard_tags: true
    groups:
      - finance-web-operators

- name: Create the first policy of the AWS topic - any document on instances tagged Finance=WebServers
  ssmops.run_command.send_command_policy:
    name: topic-one-tag
    scopes:
      - tags: {Finance: WebServers}
        node_types: [ec2]

- name: Create the second policy of the AWS topic - both tags are required, two regions, read access
  ssmops.run_command.send_command_policy:
    name: topic-both-tags
    scopes:
      - tags:
          tag_key1: tag_value1
          tag_key2: tag_value2
    documents: [AWS-*]
    document_regions: [us-west-1, us-east-2]
    allow:
      read: true
      read_actions: [topic]

- name: Create the third policy of the AWS topic - either tag is sufficient
  ssmops.run_command.send_command_policy:
    name: topic-either-tag
    scopes:
      - tags: {tag_key1: tag_value1}
      - tags: {tag_key2: tag_value2}
    documents: [AWS-*]
    document_regions: [us-west-1, us-east-2]
    allow:
      read: true
      read_actions: [topic]

- name: Fail before anything is changed if the policy allows more than it seems to
  ssmops.run_command.send_command_policy:
    name: run-command-web
    scopes:
      - tags: {Role: web-*}
    documents: [AWS-RunShellScript]
    guard_tags: true
    deny_via_mcp: true
    lint: error
    lint_skip: [wildcard-tag-value]  # intended: all roles that begin with web-

- name: Get the document for a review, without a call to AWS
  ssmops.run_command.send_command_policy:
    document_only: true
    account: "123456789012"
    partition: aws-us-gov
    scopes:
      - tags: {Role: [web, app]}
        operator: StringEquals
        regions: [us-gov-west-1]
    documents: [AWS-RunShellScript, ops-restart]
    allow:
      output:
        s3:
          - bucket: command-output
            prefix: web
        log_groups: [/ssm/commands]
  register: review

- name: Detach the policy from its group and delete it
  ssmops.run_command.send_command_policy:
    name: run-command-finance-web
    groups: [finance-web-operators]
    state: absent
"""

RETURN = r"""
policy:
  description: The policy after the task. In check mode, its expected state. With O(state=absent), the policy that was
    removed.
  returned: unless O(document_only=true); empty if there was none to remove
  type: dict
  sample:
    arn: arn:aws:iam::123456789012:policy/run-command-finance-web
    policy_name: run-command-finance-web
    path: /
    description: ""
    default_version_id: v1
    tags: {}
  contains:
    arn:
      description: The ARN of the policy.
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:policy/run-command-finance-web
    policy_name:
      description: The name of the policy.
      returned: success
      type: str
      sample: run-command-finance-web
    path:
      description: The path of the policy.
      returned: success
      type: str
      sample: /
    description:
      description: The description of the policy.
      returned: success
      type: str
      sample: Shell scripts on the web servers
    default_version_id:
      description: The ID of the default version. In check mode, the expected ID.
      returned: success
      type: str
      sample: v1
    tags:
      description: The tags of the policy.
      returned: success
      type: dict
      sample: {"team": "web"}
policy_document:
  description: The document of the policy. An equivalent document is returned as it is in IAM.
  returned: always; empty if there was no policy to remove
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: SendDocuments
        Effect: Allow
        Action: ["ssm:SendCommand"]
        Resource: ["arn:aws:ssm:*::document/AWS-RunShellScript"]
      - Sid: SendToScope1
        Effect: Allow
        Action: ["ssm:SendCommand"]
        Resource:
          - arn:aws:ec2:*:123456789012:instance/*
          - arn:aws:ssm:*:123456789012:managed-instance/*
        Condition:
          StringLike:
            ssm:resourceTag/Finance: [WebServers]
attachments:
  description: The names of the users, groups and roles that the policy is attached to after the task.
  returned: unless O(document_only=true)
  type: dict
  sample: {"groups": ["finance-web-operators"], "roles": [], "users": []}
  contains:
    users:
      description: The names of users.
      returned: success
      type: list
      elements: str
      sample: [alice]
    groups:
      description: The names of groups.
      returned: success
      type: list
      elements: str
      sample: [finance-web-operators]
    roles:
      description: The names of roles.
      returned: success
      type: list
      elements: str
      sample: [web-deployer]
pruned_versions:
  description: The versions that were deleted to make room for a new one, or together with the policy.
  returned: unless O(document_only=true)
  type: list
  elements: str
  sample: [v1]
lint:
  description:
    - The findings about the document. Empty with O(lint=ignore).
    - C(any-document) and C(any-node) - a restriction is missing; C(wildcard-tag-value) - a value is a pattern;
      C(tags-changeable) - nothing prevents the principal from changing the tags in the conditions;
      C(no-managed-instance) - hybrid nodes are not included; C(wrong-partition) - an ARN can never match.
    - C(document-account), C(document-tag-condition), C(foreign-tag-key), C(limited-reads), C(no-document), C(no-node),
      C(node-arn-service) and C(untagged-nodes) are mistakes in handwritten documents.
  returned: always
  type: list
  elements: dict
  sample:
    - code: wildcard-tag-value
      statement: SendToScope1
      message: "the value 'web-*' of ssm:resourceTag/Role is a pattern: it allows every node whose tag matches it."
  contains:
    code:
      description: The code of the finding. Codes are stable.
      returned: success
      type: str
      sample: wildcard-tag-value
    statement:
      description: The Sid or the number of the statement. Empty if the finding is about the whole document.
      returned: success
      type: str
      sample: SendToScope1
    message:
      description: An explanation of the finding.
      returned: success
      type: str
      sample: "the value 'web-*' of ssm:resourceTag/Role is a pattern: it allows every node whose tag matches it."
"""

import dataclasses
import typing as t

from ansible.module_utils.common.warnings import warn
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document, check_size
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import CODES, Finding, lint_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy import (
    Plan,
    describe_state,
    parse_target,
    plan_absent,
    plan_present,
    policy_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy_calls import (
    apply_plan,
    read_policy,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.principals_calls import missing_principals
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    OPERATORS,
    READ_CHOICES,
    parse_account,
    parse_partition,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import NODE_TYPES
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import OWNERSHIP_SPEC, run
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

SCOPE_SPEC: dict[str, t.Any] = {
    "tags": {"type": "dict", "required": True},
    "operator": {"type": "str", "choices": list(OPERATORS), "default": "StringLike"},
    "regions": {"type": "list", "elements": "str"},
    "account": {"type": "str"},
    "node_types": {"type": "list", "elements": "str", "choices": list(NODE_TYPES)},
}

ALLOW_SPEC: dict[str, t.Any] = {
    "read": {"type": "bool", "default": False},
    "read_actions": {"type": "list", "elements": "str", "choices": list(READ_CHOICES)},
    "cancel": {"type": "bool", "default": False},
    "output": {
        "type": "dict",
        "options": {
            "s3": {
                "type": "list",
                "elements": "dict",
                "options": {"bucket": {"type": "str", "required": True}, "prefix": {"type": "str"}},
            },
            "log_groups": {"type": "list", "elements": "str"},
        },
    },
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "aliases": ["policy_name"]},
    "path": {"type": "str"},
    "description": {"type": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "scopes": {"type": "list", "elements": "dict", "options": SCOPE_SPEC},
    "documents": {"type": "list", "elements": "str"},
    "document_regions": {"type": "list", "elements": "str"},
    "allow": {"type": "dict", "options": ALLOW_SPEC},
    "guard_tags": {"type": "bool", "default": False},
    "deny_via_mcp": {"type": "bool", "default": False},
    "users": {"type": "list", "elements": "str"},
    "groups": {"type": "list", "elements": "str"},
    "roles": {"type": "list", "elements": "str"},
    "purge_attachments": {"type": "bool", "default": False},
    **OWNERSHIP_SPEC,
    "lint": {"type": "str", "choices": ["warn", "error", "ignore"], "default": "warn"},
    "lint_skip": {"type": "list", "elements": "str", "choices": list(CODES), "default": []},
    "document_only": {"type": "bool", "default": False},
    "partition": {"type": "str"},
    "account": {"type": "str"},
}


def check_document_only(params: t.Mapping[str, t.Any]) -> None:
    """Raises RequestError for options that require document_only, or that cannot be combined with it."""
    if params["document_only"]:
        if params["state"] == "absent":
            raise RequestError("document_only: it returns a document, so state must be 'present', not 'absent'.")
        return
    for option in ("partition", "account"):
        if params[option] is not None:
            raise RequestError(
                f"{option}: {params[option]!r} is only for document_only; without it the {option} is the caller's."
            )


def lint_policy(module: AnsibleAWSModule, document: t.Mapping[str, t.Any], partition: str) -> list[dict[str, str]]:
    """The findings as results; warnings or, with lint=error, a failure."""
    if module.params["lint"] == "ignore":
        return []
    findings = lint_document(document, partition, module.params["lint_skip"])
    described = [dataclasses.asdict(finding) for finding in findings]
    if module.params["lint"] == "error" and findings:
        module.fail_json(msg=f"lint: {format_findings(findings)}", lint=described, policy_document=document)
    for finding in findings:
        warn(str(finding))
    return described


def format_findings(findings: t.Sequence[Finding]) -> str:
    """All findings on one line."""
    return " ".join(str(finding) for finding in findings)


def return_document(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The document and its lint findings, without a call to AWS."""
    params = module.params
    partition = parse_partition(params["partition"] or "aws", "partition")
    document = build_document(parse_request(params), partition, parse_account(params["account"] or "*", "account"))
    check_size(document)
    return {"changed": False, "policy_document": document, "lint": lint_policy(module, document, partition)}


def ensure_policy(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """Ensure that the policy is present or absent; returns the result."""
    params = module.params
    target = parse_target(params)
    request = parse_request(params) if params["state"] == "present" else None
    partition, account = get_caller_account(module.client("sts"))
    arn = policy_arn(partition, account, target.path, target.name)
    findings: list[dict[str, str]] = []
    document: dict[str, t.Any] = {}
    if request is not None:
        document = build_document(request, partition, account)
        check_size(document)
        findings = lint_policy(module, document, partition)
    client = module.client("iam")
    state = read_policy(client, arn)
    if request is None:
        plan = plan_absent(state, target)
        if plan.after is not None:
            warn(kept(plan.after.title))
    else:
        plan = plan_present(state, target, document, arn)
        warn_about_description(target.description, plan)
        check_principals(module, client, plan)
    outcome = apply_plan(client, plan, check_mode=module.check_mode)
    before, after = describe_state(plan.before), describe_state(outcome.state)
    shown = after or before
    return {
        "changed": plan.is_change,
        "policy": shown.get("policy", {}),
        "policy_document": shown.get("policy_document", {}),
        "attachments": after.get("attachments", {"users": [], "groups": [], "roles": []}),
        "pruned_versions": list(outcome.pruned_versions),
        "lint": findings,
        "diff": {"before": before, "after": after},
    }


def check_principals(module: AnsibleAWSModule, client: t.Any, plan: Plan) -> None:
    """Raises RequestError for principals that do not exist, before anything is changed; in check mode warns of them.

    In check mode, a task before this one has perhaps not created them either.
    """
    missing = missing_principals(client, plan.attach)
    if not missing:
        return
    message = f"users, groups and roles: {', '.join(missing)} does not exist, so the policy cannot be attached to it"
    if not module.check_mode:
        raise RequestError(f"{message}; nothing was changed.")
    warn(f"{message}.")


def warn_about_description(wanted: str | None, plan: Plan) -> None:
    """Warn if the description differs, because IAM cannot change it."""
    if plan.before is not None and wanted is not None and wanted != plan.before.description:
        warn(
            f"description: the policy {plan.before.name} has the description {plan.before.description!r},"
            " which IAM cannot change; delete the policy first or leave description out."
        )


def answer_task(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The result for the options."""
    check_document_only(module.params)
    return return_document(module) if module.params["document_only"] else ensure_policy(module)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("document_only", False, ["name"]), ("state", "present", ["scopes"])],
    )
    run(module, lambda: answer_task(module))


if __name__ == "__main__":
    main()
