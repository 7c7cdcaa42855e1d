#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: dashboard
version_added: 1.0.0
short_description: Manage a CloudWatch dashboard
description:
  - Creates a dashboard from a dictionary, or a dashboard for Run Command.
  - An equivalent body, even if written differently, is not a change.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - The last widget of a dashboard that the module creates is a line of text that says so. It is the mark of the module,
    and neither part of O(body) nor of the result.
  - "Required permissions: cloudwatch:GetDashboard; to create or to change, cloudwatch:PutDashboard; with
    O(state=absent), cloudwatch:DeleteDashboards."
options:
  state:
    description:
      - Whether the dashboard should exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the dashboard.
    type: str
    required: true
    aliases: [dashboard_name]
  body:
    description:
      - The body of the dashboard, as a dictionary with C(widgets) or as a JSON string.
      - Either O(body) or O(run_command) is required with O(state=present).
    type: raw
    aliases: [dashboard_body]
  run_command:
    description:
      - Creates a body that shows the outcomes of commands over time, the failing nodes, the durations of commands, and
        the latest failures and error lines.
    type: dict
    suboptions:
      title:
        description:
          - The title of the dashboard.
        type: str
        default: Run Command
      event_log_group_name:
        description:
          - The log group that EventBridge writes Run Command's status changes to. For correct durations, it must
            contain all statuses.
        type: str
        required: true
      output_log_group_names:
        description:
          - The log groups that commands write their output to.
        type: list
        elements: str
        default: []
      metric_namespace:
        description:
          - The namespace of O(run_command.metric_names).
        type: str
      metric_names:
        description:
          - The metrics to show, such as those of metric filters. They require O(run_command.metric_namespace).
        type: list
        elements: str
        default: []
      alarm_arns:
        description:
          - The ARNs of the alarms to show.
        type: list
        elements: str
        default: []
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.log_metric_filter
  - name: Dashboard body structure and syntax
    description: The structure of a dashboard body.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - ssmops.run_command.force
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Create a dashboard for Run Command
  ssmops.run_command.dashboard:
    name: run-command
    run_command:
      event_log_group_name: /aws/events/run-command
      output_log_group_names:
        - /ssm/commands

- name: Create a dashboard with a note
  ssmops.run_command.dashboard:
    name: notes
    body:
      widgets:
        - type: text
          x: 0
          y: 0
          width: 24
          height: 2
          properties:
            markdown: "# Maintenance on Sunday"

- name: Create a dashboard from a file
  ssmops.run_command.dashboard:
    name: fleet
    body: "{{ lookup('ansible.builtin.file', 'fleet-dashboard.json') }}"

- name: Delete a dashboard
  ssmops.run_command.dashboard:
    name: notes
    state: absent
"""

RETURN = r"""
dashboard:
  description: The dashboard. In check mode, its expected state.
  returned: when O(state=present)
  type: dict
  contains:
    dashboard_name:
      description: The name.
      returned: always
      type: str
      sample: run-command
    dashboard_arn:
      description: The ARN.
      returned: always
      type: str
      sample: arn:aws:cloudwatch::123456789012:dashboard/run-command
    dashboard_body:
      description: The body.
      returned: always
      type: dict
      sample:
        widgets:
          - type: text
            x: 0
            y: 0
            width: 24
            height: 2
            properties: {markdown: "# Maintenance on Sunday"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import dashboards_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.dashboards import (
    RunCommandView,
    load_body,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    OWNERSHIP_SPEC,
    run_resource,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

RUN_COMMAND_SPEC = {
    "title": {"type": "str", "default": "Run Command"},
    "event_log_group_name": {"type": "str", "required": True},
    "output_log_group_names": {"type": "list", "elements": "str", "default": []},
    "metric_namespace": {"type": "str"},
    "metric_names": {"type": "list", "elements": "str", "default": []},
    "alarm_arns": {"type": "list", "elements": "str", "default": []},
}
ARGUMENT_SPEC = {
    **ACCOUNT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["dashboard_name"]},
    "body": {"type": "raw", "aliases": ["dashboard_body"]},
    "run_command": {"type": "dict", "options": RUN_COMMAND_SPEC},
    **OWNERSHIP_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the dashboard."""
    params = module.params
    spec = spec_from(dashboards_calls.DashboardSpec, params)
    if params["state"] == "absent":
        return dashboards_calls.ensure_absent(module.client("cloudwatch"), spec, module.check_mode)
    view = None if params["run_command"] is None else RunCommandView.parse(params["run_command"])
    given = {} if view else load_body(params["body"])
    client = module.client("cloudwatch")
    body = view.body(client.meta.region_name) if view else given
    return dashboards_calls.ensure_present(client, spec, body, lambda: task_place(module), module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        mutually_exclusive=[("body", "run_command")],
        required_if=[("state", "present", ["body", "run_command"], True)],
    )
    run_resource(module, "dashboard", lambda: ensure(module))


if __name__ == "__main__":
    main()
