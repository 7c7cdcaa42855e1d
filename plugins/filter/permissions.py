# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: permissions
version_added: 1.0.0
short_description: Create the IAM policy document that modules, roles and playbooks of this collection need
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Creates a policy document with the rights that are needed, and no others, on the narrowest resources, without a call
    to AWS.
  - The rights are those of the file C(meta/permissions.yml) of the collection. Each module was run with exactly these
    rights, and without each of them.
  - A policy for several modules can be larger than IAM allows, which is 6,144 characters for a managed policy. Create
    several policies then.
options:
  _input:
    description:
      - Names of modules, roles and playbooks. A name stands for all of its uses and options; a dictionary limits them.
      - C(name) is the name, C(uses) is a list of uses, and C(options) is a list of options that need rights of their own.
      - The uses are C(read), which is part of every other, C(check), what check mode reads, C(create), C(change) and
        C(absent), for commands also C(send) and C(cancel), and for a setting C(enable), C(disable) and, with a role that
        AWS manages, C(register) and C(deregister). Not every name has all of them.
      - C(names) are the names of the resources in the ARNs, such as C(name), C(role), C(bucket) and C(log_group). A text
        or a list is C(name). For a name that is not given, the ARNs have C(*).
    type: list
    elements: raw
    required: true
  partition:
    description: The partition of the ARNs.
    type: str
    default: aws
  account:
    description: The account ID in the ARNs, 12 digits or V(*).
    type: str
    default: "*"
  region:
    description: The region in the ARNs, or V(*).
    type: str
    default: "*"
  optional:
    description: Whether to include rights without which a module works, but does less.
    type: bool
    default: true
seealso:
  - module: ssmops.run_command.send_command_policy
  - plugin: ssmops.run_command.send_command_policy_document
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what a module needs
  ansible.builtin.debug:
    msg: "{{ ['command_info'] | ssmops.run_command.permissions }}"

- name: Show what is needed to create the profile of managed nodes and to attach it
  ansible.builtin.debug:
    msg: >-
      {{ needed | ssmops.run_command.permissions(account='123456789012', region='eu-central-1') }}
  vars:
    needed:
      - name: instance_profile
        uses: [create]
        options: [core_policy]
        names: managed-nodes
      - name: instance_profile_association
        uses: [create]
        names: managed-nodes

- name: Let an auditor run three modules in check mode
  ansible.builtin.set_fact:
    audit_policy: "{{ needed | ssmops.run_command.permissions }}"
  vars:
    needed:
      - {name: log_group, uses: [check]}
      - {name: event_rule, uses: [check]}
      - {name: sns_topic, uses: [check]}

- name: Write the policy of a team that sends one document, without the optional rights
  ansible.builtin.copy:
    dest: run-command-web.json
    mode: "0644"
    content: >-
      {{ [{'name': 'send_command', 'uses': ['send'], 'options': [], 'names': {'document': 'AWS-RunShellScript'}}]
         | ssmops.run_command.permissions(account='123456789012', optional=false) | to_nice_json }}
"""

RETURN = r"""
_value:
  description: The policy document.
  type: dict
  sample:
    Version: "2012-10-17"
    Statement:
      - Effect: Allow
        Action: ["ssm:GetCommandInvocation", "ssm:ListCommandInvocations", "ssm:ListCommands"]
        Resource: ["*"]
"""

import functools
import pathlib
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.module_utils.common.yaml import yaml_load
from ansible_collections.ssmops.run_command.plugins.module_utils.access.permissions import (
    ANY,
    Permissions,
    build_document,
    parse_requests,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    parse_account,
    parse_partition,
    parse_regions,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable

FILE = pathlib.Path(__file__).parents[2] / "meta" / "permissions.yml"


@functools.cache
def known_permissions() -> Permissions:
    """The rights in the collection's file."""
    return Permissions(yaml_load(FILE.read_text(encoding="utf-8")))


def permissions(
    wanted: object, partition: str = "aws", account: str = ANY, region: str = ANY, *, optional: bool = True
) -> dict[str, t.Any]:
    """The policy document for names and requests of rights. Raises AnsibleFilterError if invalid."""
    try:
        place = {
            "partition": parse_partition(partition, "partition"),
            "account": parse_account(account, "account"),
            "region": parse_regions([region], "region")[0],
        }
        known = known_permissions()
        return build_document(parse_requests(wanted, known), known, place, optional=optional)
    except RequestError as error:
        raise AnsibleFilterError(f"permissions: {error}") from error


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"permissions": permissions}
