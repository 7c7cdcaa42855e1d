#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ownership_info
version_added: 1.0.0
short_description: Find out which resources exist, and whether this collection made them
description:
  - Looks for resources by name, and returns those that exist. A resource that this collection made carries its mark, as
    R(What the collection made, ansible_collections.ssmops.run_command.docsite.guide_setup.whose) describes.
  - The role P(ssmops.run_command.monitoring#role) refuses the resources of others with it before it makes anything.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - "Required permissions: with O(rules) events:ListTagsForResource, with O(topics) sns:ListTagsForResource, with
    O(queues) sqs:GetQueueUrl and sqs:ListQueueTags, with O(dashboards) cloudwatch:GetDashboard, with O(documents)
    ssm:ListTagsForResource, with O(roles) iam:GetRole, with O(buckets) s3:ListBucket and s3:GetBucketTagging, with
    O(alarms) cloudwatch:DescribeAlarms, with O(metric_filters) logs:DescribeMetricFilters."
options:
  rules:
    description:
      - Names of EventBridge rules on the default event bus.
    type: list
    elements: str
    default: []
  topics:
    description:
      - Names of SNS topics.
    type: list
    elements: str
    default: []
  queues:
    description:
      - Names of SQS queues.
    type: list
    elements: str
    default: []
  dashboards:
    description:
      - Names of CloudWatch dashboards.
    type: list
    elements: str
    default: []
  documents:
    description:
      - Names of documents of Systems Manager.
    type: list
    elements: str
    default: []
  roles:
    description:
      - Names of IAM roles of the role P(ssmops.run_command.monitoring#role).
    type: list
    elements: str
    default: []
  buckets:
    description:
      - Names of S3 buckets.
    type: list
    elements: str
    default: []
  alarms:
    description:
      - CloudWatch alarms. An alarm of this name with another metric was not made by this collection.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name.
        type: str
        required: true
      metric_namespace:
        description:
          - The namespace of its metric.
        type: str
        required: true
      metric_name:
        description:
          - The name of its metric.
        type: str
        required: true
  metric_filters:
    description:
      - Metric filters. A filter of this name with another metric was not made by this collection.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The name.
        type: str
        required: true
      log_group_name:
        description:
          - The name of its log group, which does not have to exist.
        type: str
        required: true
      metric_namespace:
        description:
          - The namespace of its metric.
        type: str
        required: true
      metric_name:
        description:
          - The name of its metric.
        type: str
        required: true
seealso:
  - ref: ansible_collections.ssmops.run_command.docsite.guide_setup.whose
    description: The marks of what the collection made.
  - module: ssmops.run_command.event_rule
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
attributes:
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Find out whose a rule and a topic are
  ssmops.run_command.ownership_info:
    rules: [fleet-events]
    topics: [fleet]
  register: found

- name: Show what others made
  ansible.builtin.debug:
    msg: "{{ found.resources | rejectattr('is_own') | map(attribute='title') }}"

- name: Find out whether an alarm of this name is that of the role
  ssmops.run_command.ownership_info:
    alarms:
      - name: fleet-invocations-Failed
        metric_namespace: RunCommand
        metric_name: fleet-InvocationsFailed

- name: Find out the account and the partition
  ssmops.run_command.ownership_info:
  register: here

- name: Look for a metric filter
  ssmops.run_command.ownership_info:
    account_id: "{{ here.account_id }}"
    metric_filters:
      - name: fleet-invocations-Failed
        log_group_name: /aws/events/fleet
        metric_namespace: RunCommand
        metric_name: fleet-InvocationsFailed
"""

RETURN = r"""
resources:
  description: The resources that exist.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The option that named it.
      returned: always
      type: str
      sample: rules
    name:
      description: Its name.
      returned: always
      type: str
      sample: fleet-events
    title:
      description: Its kind and name, for sentences.
      returned: always
      type: str
      sample: rule fleet-events
    is_own:
      description: Whether this collection made it.
      returned: always
      type: bool
      sample: true
existing:
  description: Their names, by the option that named them.
  returned: always
  type: dict
  sample: {rules: [fleet-events], topics: []}
foreign:
  description: The names of those that this collection did not make, by the option that named them.
  returned: always
  type: dict
  sample: {rules: [], topics: []}
account_id:
  description: The account of the caller.
  returned: always
  type: str
  sample: "123456789012"
region:
  description: The region of the resources.
  returned: always
  type: str
  sample: eu-central-1
partition:
  description: The partition of their ARNs.
  returned: always
  type: str
  sample: aws
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import ownership_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.ownership import KINDS, names_by_kind
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

NAMES_SPEC: dict[str, t.Any] = {"type": "list", "elements": "str", "default": []}
METRIC_SPEC = {name: {"type": "str", "required": True} for name in ("name", "metric_namespace", "metric_name")}
FILTER_SPEC = {**METRIC_SPEC, "log_group_name": {"type": "str", "required": True}}
ARGUMENT_SPEC: dict[str, t.Any] = {
    **ACCOUNT_SPEC,
    **dict.fromkeys(KINDS, NAMES_SPEC),
    "alarms": {"type": "list", "elements": "dict", "default": [], "options": METRIC_SPEC},
    "metric_filters": {"type": "list", "elements": "dict", "default": [], "options": FILTER_SPEC},
}


def look(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The result of the task."""
    place = task_place(module)
    found = ownership_calls.find(module.client, place, {kind: module.params[kind] for kind in KINDS})
    return {
        "changed": False,
        "resources": [resource.result() for resource in found],
        "existing": names_by_kind(found),
        "foreign": names_by_kind([resource for resource in found if not resource.is_own]),
        "account_id": place.account,
        "region": place.region,
        "partition": place.partition,
    }


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run(module, lambda: look(module))


if __name__ == "__main__":
    main()
