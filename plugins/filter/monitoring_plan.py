# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: monitoring_plan
version_added: 1.0.0
short_description: Check the options of the role monitoring, and plan its remediations
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Fails with one sentence for the first option that AWS would refuse, or with which nothing would be delivered, before
    anything is made. The role P(ssmops.run_command.monitoring#role) uses it.
  - Returns the document and the event pattern of each remediation. No remediation matches the documents of remediations,
    so one whose command fails does not trigger itself, unless its pattern names them. If some would still trigger each
    other for ever, the filter fails and names them.
options:
  _input:
    description: The options of the role by their names. Options that are null are as if they were not there.
    type: dict
    required: true
  account:
    description: The account ID, 12 digits.
    type: str
    required: true
  region:
    description: The region of the resources.
    type: str
    required: true
  partition:
    description: The partition of the ARNs.
    type: str
    default: aws
seealso:
  - plugin: ssmops.run_command.monitoring
    plugin_type: role
  - module: ssmops.run_command.command_document
"""

EXAMPLES = r"""
- name: Show the document that a remediation sends
  ansible.builtin.debug:
    msg: "{{ (options | ssmops.run_command.monitoring_plan(account='123456789012', region='eu-central-1')).remediations }}"
  vars:
    options:
      monitoring_name: fleet
      monitoring_remediations:
        - name: restart
          on_command_status:
            level: [invocation]
            statuses: [Failed]
          commands: [systemctl restart app]
          target_tags:
            Role: web

- name: Check options without an account
  ansible.builtin.assert:
    that: (options | ssmops.run_command.monitoring_plan(account='123456789012', region='us-east-1')) is mapping
  vars:
    options:
      monitoring_name: fleet
      monitoring_topic_arn: arn:aws:sns:us-east-1:123456789012:ops

- name: Show the pattern that leaves the commands of remediations out
  ansible.builtin.debug:
    msg: "{{ plan.remediations[0].event_pattern }}"
  vars:
    plan: "{{ options | ssmops.run_command.monitoring_plan(account='123456789012', region='eu-central-1') }}"
    options:
      monitoring_name: fleet
      monitoring_remediations:
        - name: cleanup
          event_pattern:
            source: [aws.ssm]
          document_name: AWS-RunPatchBaseline
          parameters:
            Operation: Scan
          target_tags:
            Role: web

- name: Check options for AWS China
  ansible.builtin.assert:
    that: (options | ssmops.run_command.monitoring_plan(account='123456789012', region='cn-north-1', partition='aws-cn')) is mapping
  vars:
    options:
      monitoring_name: fleet
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    remediations:
      description: The remediations that should exist. The pattern is null for a schedule.
      returned: always
      type: list
      elements: dict
      sample:
        - name: restart
          document_name: ssmops-remediation-fleet-restart-eu-central-1
          document_arn: arn:aws:ssm:eu-central-1:123456789012:document/ssmops-remediation-fleet-restart-eu-central-1
          document_content: {schemaVersion: "2.2"}
          event_pattern:
            source: [aws.ssm]
            detail:
              document-name: [{anything-but: {wildcard: "*ssmops-remediation-*"}}, {exists: false}]
    remediation_names:
      description: The names of the rule, the IAM role and the document of each remediation, also of those that are absent.
      returned: always
      type: dict
      sample:
        restart:
          rule: fleet-remediation-restart
          role: fleet-remediation-restart-eu-central-1
          document: ssmops-remediation-fleet-restart-eu-central-1
    metrics:
      description:
        - The C(alarms) and C(metric_filters) that the role makes or deletes, as options of M(ssmops.run_command.ownership_info),
          and the names of those that should not exist in C(unwanted).
      returned: always
      type: dict
      sample:
        alarms:
          - name: fleet-invocations-Failed
            metric_namespace: RunCommand
            metric_name: fleet-InvocationsFailed
        unwanted: [fleet-invocations-Success]
"""

import dataclasses
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import role_options
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _plain(value: t.Any) -> t.Any:
    """The value in containers of Python's own: Ansible's, which resolve templates late, cannot be copied."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def monitoring_plan(
    options: Mapping[str, t.Any], account: str, region: str, partition: str = "aws"
) -> dict[str, t.Any]:
    """The remediations of the role's options, after all options are checked. Raises AnsibleFilterError if one is bad."""
    given = {name: value for name, value in _plain(options).items() if value is not None}
    place = Place(partition, region, account)
    try:
        role_options.check_options(given, place)
        planned = role_options.plan_remediations(given, place)
    except RequestError as error:
        raise AnsibleFilterError(str(error)) from error
    return {
        "remediations": [dataclasses.asdict(remediation) for remediation in planned],
        "remediation_names": role_options.remediation_names(given, region),
        "metrics": role_options.metrics(given),
    }


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"monitoring_plan": monitoring_plan}
