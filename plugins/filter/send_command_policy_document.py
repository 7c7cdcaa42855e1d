# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: send_command_policy_document
version_added: 1.0.0
short_description: Create an IAM policy document that controls which nodes Run Command commands may be sent to
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Creates the same document as M(ssmops.run_command.send_command_policy) with the same options, without a call to AWS.
options:
  _input:
    description: A list of scopes, as in O(ssmops.run_command.send_command_policy#module:scopes).
    type: list
    elements: dict
    required: true
  documents:
    description: As O(ssmops.run_command.send_command_policy#module:documents). If not set, any document.
    type: list
    elements: str
  document_regions:
    description: As O(ssmops.run_command.send_command_policy#module:document_regions). If not set, all regions.
    type: list
    elements: str
  allow:
    description: As O(ssmops.run_command.send_command_policy#module:allow). If not set, nothing else is allowed.
    type: dict
  guard_tags:
    description: As O(ssmops.run_command.send_command_policy#module:guard_tags).
    type: bool
    default: false
  deny_via_mcp:
    description: As O(ssmops.run_command.send_command_policy#module:deny_via_mcp).
    type: bool
    default: false
  partition:
    description: The partition of the ARNs.
    type: str
    default: aws
  account:
    description: The account ID in the ARNs, 12 digits or V(*).
    type: str
    default: "*"
seealso:
  - module: ssmops.run_command.send_command_policy
"""

EXAMPLES = r"""
- name: Show the document of a policy
  ansible.builtin.debug:
    msg: "{{ [{'tags': {'Finance': 'WebServers'}}] | ssmops.run_command.send_command_policy_document }}"

- name: Write the document for Terraform
  ansible.builtin.copy:
    dest: run-command-web.json
    mode: "0644"
    content: >-
      {{ scopes | ssmops.run_command.send_command_policy_document(
           documents=['AWS-RunShellScript'], account='123456789012', guard_tags=true) | to_nice_json }}
  vars:
    scopes:
      - tags: {Role: [web, app], Stage: test}
        regions: [eu-central-1]

- name: Also allow reading and cancelling commands
  ansible.builtin.set_fact:
    web_policy: "{{ scopes | ssmops.run_command.send_command_policy_document(allow={'read': true, 'cancel': true}) }}"

- name: Create a document for AWS GovCloud (US)
  ansible.builtin.set_fact:
    gov_policy: "{{ scopes | ssmops.run_command.send_command_policy_document(partition='aws-us-gov') }}"
"""

RETURN = r"""
_value:
  description: The policy document.
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Sid: SendDocuments
        Effect: Allow
        Action: ["ssm:SendCommand"]
        Resource: ["arn:aws:ssm:*:*:document/*"]
      - Sid: SendToScope1
        Effect: Allow
        Action: ["ssm:SendCommand"]
        Resource: ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:managed-instance/*"]
        Condition: {"StringLike": {"ssm:resourceTag/Finance": ["WebServers"]}}
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document, check_size
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    parse_account,
    parse_partition,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = frozenset({"documents", "document_regions", "allow", "guard_tags", "deny_via_mcp", "partition", "account"})


def send_command_policy_document(scopes: object, **options: t.Any) -> dict[str, t.Any]:
    """The policy document for scopes and options named as the module's. Raises AnsibleFilterError if invalid."""
    for option in sorted(set(options) - OPTIONS):
        raise AnsibleFilterError(
            f"send_command_policy_document: {option!r} is not one of {', '.join(sorted(OPTIONS))}."
        )
    try:
        partition = parse_partition(options.pop("partition", "aws"), "partition")
        account = parse_account(options.pop("account", "*"), "account")
        document = build_document(parse_request({"scopes": scopes, **options}), partition, account)
        check_size(document)
    except RequestError as error:
        raise AnsibleFilterError(f"send_command_policy_document: {error}") from error
    return document


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"send_command_policy_document": send_command_policy_document}
