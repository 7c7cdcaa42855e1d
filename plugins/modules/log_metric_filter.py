#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: log_metric_filter
version_added: 1.0.0
short_description: Manage a metric filter of a CloudWatch Logs log group
description:
  - Creates a metric filter, which counts the events in a log group that match a pattern, or extracts values from them.
  - The options define the complete filter. If an option is not set, the filter does not have the property.
  - In check mode, the log group does not have to exist, so that you can check a complete setup on an empty account.
  - Unlike M(amazon.aws.cloudwatchlogs_log_group_metric_filter), this module distinguishes filters whose names have a
    common prefix, and preserves the case of dimension names.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A metric filter takes no tag, so its metric tells whose it is. A filter of this name with a different metric than
    O(metric_namespace) and O(metric_name) counts as not made by this collection, even with O(state=absent).
  - A node sends many lines in one event, so a filter of a log group that commands write to counts events, not lines.
  - "Required permissions: logs:DescribeMetricFilters; to create or to change, logs:PutMetricFilter; with
    O(state=absent), logs:DeleteMetricFilter."
  - "Optional permissions: logs:DescribeLogGroups, without which the class of the log group is not checked before."
options:
  state:
    description:
      - Whether the metric filter should exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the metric filter.
    type: str
    required: true
    aliases: [filter_name]
  log_group_name:
    description:
      - The log group of the metric filter.
    type: str
    required: true
  filter_pattern:
    description:
      - The filter pattern. An empty string matches every event. Required with O(state=present).
    type: str
  metric_name:
    description:
      - The name of the metric. Required with O(state=present). With O(state=absent), see O(force).
    type: str
  metric_namespace:
    description:
      - The namespace of the metric. Required with O(state=present). With O(state=absent), see O(force).
    type: str
  metric_value:
    description:
      - The value to record for each matching event, a number or a field of the pattern.
    type: str
    default: "1"
  default_value:
    description:
      - The value to record for a minute without a matching event. Mutually exclusive with O(dimensions).
    type: float
  dimensions:
    description:
      - The dimensions of the metric, at most three, each with the field of the pattern that provides its value.
    type: dict
  unit:
    description:
      - The unit of the metric.
    type: str
    choices:
      - Seconds
      - Microseconds
      - Milliseconds
      - Bytes
      - Kilobytes
      - Megabytes
      - Gigabytes
      - Terabytes
      - Bits
      - Kilobits
      - Megabits
      - Gigabits
      - Terabits
      - Percent
      - Count
      - Bytes/Second
      - Kilobytes/Second
      - Megabytes/Second
      - Gigabytes/Second
      - Terabytes/Second
      - Bits/Second
      - Kilobits/Second
      - Megabits/Second
      - Gigabits/Second
      - Terabits/Second
      - Count/Second
      - None
seealso:
  - module: ssmops.run_command.log_group
  - module: amazon.aws.cloudwatchlogs_log_group_metric_filter
  - module: amazon.aws.cloudwatch_metric_alarm
  - name: Filter pattern syntax
    description: The syntax of filter patterns.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
extends_documentation_fragment:
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - ssmops.run_command.force
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Count the nodes on which a command failed
  ssmops.run_command.log_metric_filter:
    name: invocations-failed
    log_group_name: /aws/events/run-command
    filter_pattern: '{ $.detail-type = "EC2 Command Invocation*" && $.detail.status = "Failed" }'
    metric_namespace: RunCommand
    metric_name: InvocationsFailed
    default_value: 0

- name: Count the failures of each document
  ssmops.run_command.log_metric_filter:
    name: failed-by-document
    log_group_name: /aws/events/run-command
    filter_pattern: '{ $.detail.status = "Failed" }'
    metric_namespace: RunCommand
    metric_name: FailedByDocument
    dimensions:
      DocumentName: $.detail.document-name

- name: Count a phrase in the output of commands
  ssmops.run_command.log_metric_filter:
    name: out-of-memory
    log_group_name: /ssm/commands
    filter_pattern: '?"Out of memory" ?OOMKilled'
    metric_namespace: RunCommand
    metric_name: OutOfMemory

- name: Remove a metric filter
  ssmops.run_command.log_metric_filter:
    name: out-of-memory
    log_group_name: /ssm/commands
    metric_namespace: RunCommand
    metric_name: OutOfMemory
    state: absent
"""

RETURN = r"""
metric_filter:
  description: The metric filter. In check mode, its expected state.
  returned: when O(state=present)
  type: dict
  contains:
    filter_name:
      description: The name.
      returned: always
      type: str
      sample: invocations-failed
    log_group_name:
      description: The log group of the metric filter.
      returned: always
      type: str
      sample: /aws/events/run-command
    filter_pattern:
      description: The filter pattern.
      returned: always
      type: str
      sample: '{ $.detail.status = "Failed" }'
    metric_name:
      description: The name of the metric.
      returned: always
      type: str
      sample: InvocationsFailed
    metric_namespace:
      description: The namespace of the metric.
      returned: always
      type: str
      sample: RunCommand
    metric_value:
      description: The value for each matching event.
      returned: always
      type: str
      sample: "1"
    default_value:
      description: The value for a minute without a matching event, or null.
      returned: always
      type: float
      sample: 0.0
    dimensions:
      description: The dimensions of the metric.
      returned: always
      type: dict
      sample: {}
    unit:
      description: The unit, or null.
      returned: always
      type: str
      sample: Count
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import metric_filters_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.metric_filters import (
    UNITS,
    MetricFilterSpec,
    RemovalSpec,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    OWNERSHIP_SPEC,
    run_resource,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["filter_name"]},
    "log_group_name": {"type": "str", "required": True},
    "filter_pattern": {"type": "str"},
    "metric_name": {"type": "str"},
    "metric_namespace": {"type": "str"},
    "metric_value": {"type": "str", "default": "1"},
    "default_value": {"type": "float"},
    "dimensions": {"type": "dict"},
    "unit": {"type": "str", "choices": list(UNITS)},
    **OWNERSHIP_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the metric filter."""
    params = module.params
    if params["state"] == "absent":
        removal = spec_from(RemovalSpec, params)
        return metric_filters_calls.ensure_absent(module.client("logs"), removal, module.check_mode)
    spec = spec_from(MetricFilterSpec, params)
    return metric_filters_calls.ensure_present(module.client("logs"), spec, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("state", "present", ["filter_pattern", "metric_name", "metric_namespace"])],
    )
    run_resource(module, "metric_filter", lambda: ensure(module))


if __name__ == "__main__":
    main()
