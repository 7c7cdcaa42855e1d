#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: send_command_access_info
version_added: 1.0.0
short_description: Report who may send which Run Command documents to which nodes
description:
  - Uses the IAM policy simulator to find out, for every principal, node and document, whether C(ssm:SendCommand) is
    allowed, and returns one cell for each. A cell is allowed only if both the document and the node are allowed.
  - With O(must_allow) and O(must_deny), the module fails unless the decisions are as expected, so that a playbook can
    prove a policy before it attaches it.
  - A cell whose decision depends on a condition key that is not known, such as C(aws:SourceIp), is unknown. It satisfies
    neither O(must_allow) nor O(must_deny). Give such keys in O(context).
  - The module sends nothing and changes nothing.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - The module passes the tags of nodes to the simulator as C(ssm:resourceTag/KEY) and C(aws:ResourceTag/KEY). Because
    the context of the simulator applies to a whole call, the module groups nodes and documents by their tags. Tags that
    no policy of the principal names cannot affect the decision and are ignored, for which the module makes one more
    call if there are more than two groups. So a thousand nodes with different names take only as many calls as there
    are different values of the relevant tags.
  - The module thus makes one call per principal and group (at least two if a node has a relevant tag), and one call per
    principal to find out which tags are relevant. With only O(policy_documents), it reads the relevant tags from them,
    without a call.
  - The simulator also gets what is known of every request - C(aws:RequestedRegion), C(aws:PrincipalAccount),
    C(aws:PrincipalArn), C(aws:PrincipalType), C(aws:PrincipalIsAWSService), C(aws:username), C(aws:CurrentTime),
    C(aws:EpochTime) and C(aws:SecureTransport) and, if a policy names them, C(aws:userid) and C(aws:PrincipalTag/KEY) of
    a user. The tags of a role are known unless its trust policy allows C(sts:TagSession), with which sessions bring
    their own. Of a group, and of O(policy_documents) without O(principals), nothing is known about who sends.
  - If policies name further keys, the module reads the policies of the principal and makes two more calls for each
    group, with all conditions on these keys as they allow most and as they allow least. If both decide alike, the keys
    do not matter; otherwise the cell is unknown. Keys that no readable policy names belong to a policy of the
    organization and make every cell unknown that the principal's own policies do not deny.
  - The simulator evaluates identity-based policies, permissions boundaries and the service control policies of an
    organization. It does not evaluate session policies.
  - "Required permissions: iam:SimulateCustomPolicy, with O(principals) iam:SimulatePrincipalPolicy, with
    O(instance_ids) ec2:DescribeInstances, with O(instance_ids) or O(documents) ssm:ListTagsForResource."
  - "Optional permissions: iam:GetContextKeysForPrincipalPolicy with O(principals), without which all tags count as
    relevant, which takes more calls; ssm:ListDocumentVersions and ssm:GetDocument with O(check_documents), without
    which whether documents are shells is unknown; iam:GetUser, iam:ListGroupsForUser, iam:ListUserPolicies,
    iam:GetUserPolicy, iam:ListAttachedUserPolicies, iam:ListGroupPolicies, iam:GetGroupPolicy,
    iam:ListAttachedGroupPolicies, iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies,
    iam:GetPolicy and iam:GetPolicyVersion with O(principals), without which cells that depend on condition keys that
    are not known are unknown, and name what could not be read."
options:
  principals:
    description:
      - The ARNs of the users, groups and roles to simulate. Use the ARN of a role, not of a role session.
    type: list
    elements: str
    default: []
  policy_documents:
    description:
      - Policy documents to add to the policies of each of O(principals).
      - Without O(principals), the result is for a principal with these documents and no other policies.
      - For example, the RV(ssmops.run_command.send_command_policy#module:policy_document) of a planned policy.
    type: list
    elements: dict
    default: []
  instance_ids:
    description:
      - The IDs of the nodes to simulate, EC2 instances (C(i-)) and hybrid nodes (C(mi-)). The module reads their tags
        from EC2 and SSM.
    type: list
    elements: str
    default: []
  tag_sets:
    description:
      - Nodes to simulate that do not have to exist, each by its tags. Use V({}) for an untagged node.
    type: list
    elements: dict
    default: []
  node_types:
    description:
      - The types of the nodes in O(tag_sets).
    type: list
    elements: str
    choices: [ec2, managed]
    default: [ec2]
  documents:
    description:
      - The documents to simulate, by name or by ARN.
    type: list
    elements: str
    default: [AWS-RunShellScript]
  context:
    description:
      - The condition keys of the requests to simulate, in addition to those that are known - a dictionary of keys and
        values, where a value is a string, number or boolean, or a list of them.
      - Use null for a key that the requests do not have.
      - A list of dictionaries is a list of cases. The matrix has cells for each of them, and O(must_allow) and
        O(must_deny) apply to all.
    type: raw
  check_tag_changes:
    description:
      - Whether to also find out which principals may change the relevant tags of a node, and so give themselves access.
        See RV(tag_changes).
      - The module reads the policies of the principal and simulates, for EC2 instances and hybrid nodes, setting each
        tag to each value that would let the principal in, alone and together with other tags, on nodes that have the
        tags and on nodes that do not, removing the tags, launching instances with them (C(ec2:RunInstances)), and
        giving them to Auto Scaling groups, whose new instances get them. For a scope of the tag C(awsApplication), it
        also simulates C(resource-groups:StartTagSyncTask), which gives an application's tag to resources.
      - It takes one call if the policies allow none of these actions whatever the tags are, and at most 120 otherwise.
    type: bool
    default: false
  check_via_mcp:
    description:
      - Whether the matrix also has cells for requests that AWS's managed MCP servers make for the principal, with
        RV(matrix[].via_mcp) true. Such requests have the condition key C(aws:ViaAWSMCPService), which is false otherwise.
      - To deny them, use O(ssmops.run_command.send_command_policy#module:deny_via_mcp).
    type: bool
    default: false
  check_documents:
    description:
      - Whether to also find out which of the documents that a principal may send are shells, because what a node runs
        comes from the parameters of the sender. See RV(document_lint).
      - What is read is the text of the documents, so what a script does with a value otherwise is not seen.
      - The module reads the contents of all versions of documents of the account, since IAM has no condition on versions
        and a sender may name any, and of the default version of other documents. It takes one call for every 50 versions
        and one for each version. Documents that such a document runs are not followed.
    type: bool
    default: false
  must_allow:
    description:
      - Cells that must be allowed. Each item selects all cells that match its keys; an empty item selects all cells.
      - An item that selects no cell is an error, because it would prove nothing.
    type: list
    elements: dict
    default: []
    suboptions: &cells
      principal:
        description:
          - The ARN of a principal.
        type: str
      instance_id:
        description:
          - The ID of a node.
        type: str
      tags:
        description:
          - Tags, all of which the node must have.
        type: dict
      document:
        description:
          - The name or ARN of a document.
        type: str
      via_mcp:
        description:
          - Whether the request comes through an MCP server. See O(check_via_mcp).
        type: bool
  must_deny:
    description:
      - Cells that must be denied, in the same format as O(must_allow).
    type: list
    elements: dict
    default: []
    suboptions: *cells
seealso:
  - module: ssmops.run_command.send_command_policy
  - name: IAM policy simulator
    description: What the simulator takes into account, and what it does not.
    link: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Find out who may run shell scripts on two nodes
  ssmops.run_command.send_command_access_info:
    principals:
      - arn:aws:iam::123456789012:group/finance-web-operators
      - arn:aws:iam::123456789012:user/alice
    instance_ids:
      - i-0123456789abcdef0
      - mi-0123456789abcdef0

- name: Create the document of a policy, without a call to AWS
  ssmops.run_command.send_command_policy:
    document_only: true
    scopes:
      - tags: {Finance: WebServers}
    documents: [AWS-RunShellScript]
  register: planned

- name: Prove the policy before it is attached
  ssmops.run_command.send_command_access_info:
    policy_documents: ["{{ planned.policy_document }}"]
    tag_sets:
      - {Finance: WebServers}
      - {Finance: Databases}
      - {}
    documents: [AWS-RunShellScript, AWS-RunPowerShellScript]
    must_allow:
      - tags: {Finance: WebServers}
        document: AWS-RunShellScript
    must_deny:
      - tags: {Finance: Databases}
      - document: AWS-RunPowerShellScript

- name: Prove that nobody in the team reaches a database server, with all of their policies
  ssmops.run_command.send_command_access_info:
    principals: "{{ team_arns }}"
    instance_ids: "{{ database_server_ids }}"
    must_deny:
      - {}  # all cells

- name: Prove that from outside the office nobody reaches a database server, with and without a second factor
  ssmops.run_command.send_command_access_info:
    principals: "{{ team_arns }}"
    instance_ids: "{{ database_server_ids }}"
    context:
      - aws:SourceIp: 198.51.100.7
        aws:MultiFactorAuthPresent: true
      - aws:SourceIp: 198.51.100.7
        aws:MultiFactorAuthPresent: null  # as requests with long-term access keys
    must_deny:
      - {}

- name: Find out who may tag nodes and so give themselves access
  ssmops.run_command.send_command_access_info:
    principals: "{{ team_arns }}"
    tag_sets:
      - {Finance: WebServers}
    check_tag_changes: true
  register: access
"""

RETURN = r"""
matrix:
  description: One cell for each principal, case of O(context), node and document, in this order.
  returned: always
  type: list
  elements: dict
  sample:
    - principal: arn:aws:iam::123456789012:user/alice
      instance_id: i-0123456789abcdef0
      node_arn: arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0
      tags: {"Finance": "Databases"}
      document: AWS-RunShellScript
      document_arn: arn:aws:ssm:eu-central-1::document/AWS-RunShellScript
      context: {}
      via_mcp: false
      allowed: false
      decision: implicitDeny
      depends_on: []
      unreadable_policies: []
      denied_by: [node]
      limited_by: []
      deciding_statement: null
      missing_context_keys: []
  contains:
    principal:
      description: The ARN of the principal. Null for O(policy_documents) without O(principals).
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:user/alice
    instance_id:
      description: The ID of the node. Null for a node from O(tag_sets).
      returned: success
      type: str
      sample: i-0123456789abcdef0
    node_arn:
      description: The ARN of the node. For a node from O(tag_sets), the ID in it consists of zeros.
      returned: success
      type: str
      sample: arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0
    tags:
      description: The tags of the node.
      returned: success
      type: dict
      sample: {"Finance": "Databases"}
    document:
      description: The document, as in O(documents).
      returned: success
      type: str
      sample: AWS-RunShellScript
    document_arn:
      description: The ARN of the document.
      returned: success
      type: str
      sample: arn:aws:ssm:eu-central-1::document/AWS-RunShellScript
    context:
      description: The case of O(context), each key with the list of its values.
      returned: success
      type: dict
      sample: {"aws:SourceIp": ["198.51.100.7"]}
    via_mcp:
      description: Whether the request comes through one of AWS's managed MCP servers.
      returned: success
      type: bool
      sample: false
    allowed:
      description: Whether the command may be sent. Null if it is unknown.
      returned: success
      type: bool
      sample: false
    decision:
      description: The decision of IAM - C(allowed), C(implicitDeny), or C(explicitDeny) if a statement denies it - or
        C(unknown) if it depends on something that is not known.
      returned: success
      type: str
      sample: implicitDeny
    depends_on:
      description: The condition keys that an unknown decision depends on. Give their values in O(context).
      returned: success
      type: list
      elements: str
      sample: ["aws:SourceIp"]
    unreadable_policies:
      description: The policies that an unknown decision depends on because this module may not read them.
      returned: success
      type: list
      elements: str
      sample: ["the inline policy office of user alice"]
    denied_by:
      description: The resources that are certainly denied, C(document), C(node) or both.
      returned: success
      type: list
      elements: str
      sample: [node]
    limited_by:
      description: C(permissions boundary) and C(organization), if they do not allow it.
      returned: success
      type: list
      elements: str
      sample: []
    deciding_statement:
      description: The statement that denies or, if everything is allowed, the statement that allows the node. Null if
        no statement applies.
      returned: success
      type: dict
      sample:
        policy: PolicyInputList.1
        policy_type: none
        sid: SendToScope1
        statement: {"Sid": "SendToScope1", "Effect": "Allow", "Action": ["ssm:SendCommand"], "Resource": ["*"]}
        start_line: 3
        end_line: 3
      contains:
        policy:
          description: The ID of the policy in IAM. C(PolicyInputList.N) is the Nth item of O(policy_documents).
          returned: success
          type: str
          sample: PolicyInputList.1
        policy_type:
          description: The type of the policy, such as C(user), C(group), C(user-managed) and C(aws-managed).
          returned: success
          type: str
          sample: user-managed
        sid:
          description: The Sid of the statement, if it is in one of O(policy_documents).
          returned: success
          type: str
          sample: SendToScope1
        statement:
          description: The statement, if it is in one of O(policy_documents).
          returned: success
          type: dict
          sample: {"Effect": "Allow", "Action": ["ssm:SendCommand"], "Resource": ["*"]}
        start_line:
          description: The line of the policy where the statement begins.
          returned: success
          type: int
          sample: 3
        end_line:
          description: The line of the policy where the statement ends.
          returned: success
          type: int
          sample: 3
    missing_context_keys:
      description: The condition keys in the policies that the simulation had no value for, whether or not the decision
        depends on them, including tags that the node does not have.
      returned: success
      type: list
      elements: str
      sample: ["aws:SourceIp"]
tag_changes:
  description: The principals that may change the relevant tags, or may under some conditions, with the actions that
    allow it. Empty if there are none.
  returned: when O(check_tag_changes=true)
  type: list
  elements: dict
  sample:
    - principal: arn:aws:iam::123456789012:user/alice
      actions: ["ec2:CreateTags"]
      undecided: []
      depends_on: []
      unreadable_policies: []
      tag_keys: [Finance]
  contains:
    principal:
      description: The ARN of the principal. Null for O(policy_documents) without O(principals).
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:user/alice
    actions:
      description: The actions that are allowed. C(ec2:RunInstances) stands for launching instances with the tags.
      returned: success
      type: list
      elements: str
      sample: ["ec2:CreateTags"]
    undecided:
      description: The actions that may be allowed - they depend on RV(tag_changes[].depends_on), or on
        RV(tag_changes[].unreadable_policies), or there are more combinations of tags than the module simulates.
      returned: success
      type: list
      elements: str
      sample: ["ec2:DeleteTags"]
    depends_on:
      description: The condition keys that undecided actions depend on. Give their values in O(context).
      returned: success
      type: list
      elements: str
      sample: ["aws:MultiFactorAuthPresent"]
    unreadable_policies:
      description: The policies that undecided actions depend on because this module may not read them.
      returned: success
      type: list
      elements: str
      sample: []
    tag_keys:
      description: The keys of the tags.
      returned: success
      type: list
      elements: str
      sample: [Finance]
document_lint:
  description:
    - The documents that principals may send to some node, or may for all that is known, with the findings about their contents.
    - The contents are read and not run. What a program does with an argument, what a value becomes in a file or in another
      script, and the contents of what is downloaded are not seen.
  returned: when O(check_documents=true)
  type: list
  elements: dict
  sample:
    - principal: arn:aws:iam::123456789012:user/alice
      document: RestartService
      allowed: true
      shell: true
      lint:
        - code: shell-parameter
          document_version: "1"
          path: mainSteps[0].inputs.runCommand[0]
          message: The parameter service is put into a script without bounds.
      unread: []
  contains:
    principal:
      description: The ARN of the principal. Null for O(policy_documents) without O(principals).
      returned: success
      type: str
      sample: arn:aws:iam::123456789012:user/alice
    document:
      description: The document.
      returned: success
      type: str
      sample: RestartService
    allowed:
      description: Whether the principal may send it to some node. Null if that is unknown.
      returned: success
      type: bool
      sample: true
    shell:
      description:
        - Whether a finding about a version of it tells that it is a shell. Null if that is unknown, because something could
          not be read.
        - V(false) is no proof that the sender cannot run what they want.
      returned: success
      type: bool
      sample: true
    lint:
      description: The findings, as returned by M(ssmops.run_command.command_document), with the version of each.
      returned: success
      type: list
      elements: dict
      sample:
        - code: shell-parameter
          document_version: "1"
          path: mainSteps[0].inputs.runCommand[0]
          message: The parameter service is put into a script without bounds.
    unread:
      description: What could not be read.
      returned: success
      type: list
      elements: str
      sample: [its versions may not be listed]
lint:
  description: The findings about O(policy_documents), as returned by M(ssmops.run_command.send_command_policy).
  returned: always
  type: list
  elements: dict
  sample:
    - code: any-document
      statement: SendDocuments
      message: the resource arn:aws:ssm:*:*:document/* allows any document.
  contains:
    code:
      description: The code of the finding. Codes are stable.
      returned: success
      type: str
      sample: any-document
    statement:
      description: The Sid or the number of the statement. Empty if the finding is about the whole document.
      returned: success
      type: str
      sample: SendDocuments
    message:
      description: An explanation of the finding.
      returned: success
      type: str
      sample: the resource arn:aws:ssm:*:*:document/* allows any document.
simulations:
  description: The number of simulations and questions about condition keys, not counting further pages of long responses
    and the reading of policies.
  returned: always
  type: int
  sample: 3
offending_cells:
  description: The cells of RV(matrix) that violate O(must_allow) or O(must_deny), unknown ones included.
  returned: on failure, if there are any
  type: list
  elements: dict
  sample: []
"""

import dataclasses
import datetime
import typing as t

from ansible.module_utils.common.warnings import warn
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.access import document_shells
from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import (
    parse_cases,
    request_facts,
    with_mcp_cases,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document_shells_calls import read_lint
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import lint_document, tags_changeable
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import (
    check_question,
    describe_cell,
    resources_of_tag_sets,
    unmet_expectations,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix_calls import (
    Answer,
    Question,
    ask_principal,
    read_document,
    read_nodes,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes import tags_perhaps_changeable
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import NODE_TYPES
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import get_caller_account
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

SELECTOR_SPEC: dict[str, t.Any] = {
    "principal": {"type": "str"},
    "instance_id": {"type": "str"},
    "tags": {"type": "dict"},
    "document": {"type": "str"},
    "via_mcp": {"type": "bool"},
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    "principals": {"type": "list", "elements": "str", "default": []},
    "policy_documents": {"type": "list", "elements": "dict", "default": []},
    "instance_ids": {"type": "list", "elements": "str", "default": []},
    "tag_sets": {"type": "list", "elements": "dict", "default": []},
    "node_types": {"type": "list", "elements": "str", "choices": list(NODE_TYPES), "default": ["ec2"]},
    "documents": {"type": "list", "elements": "str", "default": ["AWS-RunShellScript"]},
    "context": {"type": "raw"},
    "check_tag_changes": {"type": "bool", "default": False},
    "check_via_mcp": {"type": "bool", "default": False},
    "check_documents": {"type": "bool", "default": False},
    "must_allow": {"type": "list", "elements": "dict", "default": [], "options": SELECTOR_SPEC},
    "must_deny": {"type": "list", "elements": "dict", "default": [], "options": SELECTOR_SPEC},
}

TOLD_CELLS = 5


def make_question(module: AnsibleAWSModule, place: Place) -> Question:
    """The question for the options, with the tags of nodes and documents."""
    params = module.params
    ssm = module.client("ssm")
    cases = parse_cases(params["context"])
    instance_ids = list(dict.fromkeys(params["instance_ids"]))
    nodes = read_nodes(module.client("ec2"), ssm, instance_ids, place) if instance_ids else []
    nodes += resources_of_tag_sets(params["tag_sets"], params["node_types"], place)
    return Question(
        nodes=tuple(nodes),
        documents=tuple(read_document(ssm, document, place) for document in dict.fromkeys(params["documents"])),
        added=tuple(params["policy_documents"]),
        tag_changes_in=place if params["check_tag_changes"] else None,
        facts=request_facts(place, datetime.datetime.now(datetime.UTC)),
        cases=with_mcp_cases(cases) if params["check_via_mcp"] else cases,
    )


def lint_documents(documents: t.Iterable[t.Mapping[str, t.Any]], partition: str) -> list[dict[str, str]]:
    """The findings about all documents, as results; a warning for each."""
    findings = [finding for document in documents for finding in lint_document(document, partition)]
    for finding in findings:
        warn(str(finding))
    return [dataclasses.asdict(finding) for finding in findings]


def describe_tag_changes(answers: t.Mapping[str | None, Answer]) -> list[dict[str, t.Any]]:
    """Who may change the relevant tags, or may for all that is known; a warning for each."""
    changes = []
    for principal, answer in answers.items():
        found = answer.tag_changes
        if found.actions:
            warn(str(tags_changeable(principal or "the policy", found.actions, answer.tag_keys)))
        if found.undecided:
            warn(str(tags_perhaps_changeable(principal or "the policy", found, answer.tag_keys)))
        if found.actions or found.undecided:
            changes.append(
                {
                    "principal": principal,
                    "actions": list(found.actions),
                    "undecided": list(found.undecided),
                    "depends_on": list(found.depends_on),
                    "unreadable_policies": list(found.unreadable),
                    "tag_keys": answer.tag_keys,
                }
            )
    return changes


def describe_documents(
    module: AnsibleAWSModule, question: Question, matrix: list[dict[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """The documents that may be sent, and whether they are shells; a warning for each that is, or perhaps is."""
    sendable = {cell["document"] for cell in matrix if cell["allowed"] is not False}
    ssm = module.client("ssm")
    linted = {str(one.name): read_lint(ssm, one) for one in question.documents if one.name in sendable}
    rows = document_shells.rows(matrix, linted)
    for row in rows:
        if warning := document_shells.warning(row):
            warn(warning)
    return rows


def check_expectations(module: AnsibleAWSModule, result: dict[str, t.Any]) -> None:
    """Fail with the cells that violate must_allow and must_deny."""
    offending = unmet_expectations(result["matrix"], module.params["must_allow"], module.params["must_deny"])
    if offending:
        told = "; ".join(describe_cell(cell) for cell in offending[:TOLD_CELLS])
        more = f"; and {len(offending) - TOLD_CELLS} more" if len(offending) > TOLD_CELLS else ""
        count = f"{len(offending)} of {len(result['matrix'])} cells"
        message = f"{count} violate must_allow or must_deny: {told}{more}."
        module.fail_json(msg=message, offending_cells=offending, **result)


def answer_question(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """Simulate every principal; the matrix and the other results, if the expectations are met."""
    params = module.params
    check_question(params)
    parse_cases(params["context"])
    if module.region is None:
        raise RequestError("region: it is not set, but nodes and documents belong to a region.")
    partition, account = get_caller_account(module.client("sts"))
    place = Place(partition, module.region, account)
    question = make_question(module, place)
    client = module.client("iam")
    principals: list[str | None] = list(dict.fromkeys(params["principals"])) or [None]
    answers = {principal: ask_principal(client, principal, question) for principal in principals}
    result: dict[str, t.Any] = {
        "changed": False,
        "matrix": [cell for answer in answers.values() for cell in answer.cells],
        "lint": lint_documents(question.added, partition),
        "simulations": sum(answer.calls for answer in answers.values()),
    }
    if params["check_tag_changes"]:
        result["tag_changes"] = describe_tag_changes(answers)
    if params["check_documents"]:
        result["document_lint"] = describe_documents(module, question, result["matrix"])
    check_expectations(module, result)
    return result


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run(module, lambda: answer_question(module))


if __name__ == "__main__":
    main()
