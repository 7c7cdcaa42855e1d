#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: event_delivery_policy
version_added: 1.0.0
short_description: Let EventBridge rules deliver to an SQS queue or an SNS topic
description:
  - Manages a statement in the policy of a queue or a topic that allows EventBridge rules to send to it, as a target or
    as a dead-letter queue. Another statement allows CloudWatch alarms to publish to a topic.
  - The module merges each statement into the policy by its Sid, and keeps existing rules and the statements of others.
  - In check mode, the queue or topic does not have to exist, so that you can check a complete setup on an empty
    account.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - An SQS policy can have 20 statements and 8,192 bytes, so all rules are in one statement.
  - A queue without a KMS key is encrypted with keys of SQS, which EventBridge can use. The policy of a KMS key must
    allow C(events.amazonaws.com), and for alarms C(cloudwatch.amazonaws.com), to call kms:Decrypt and
    kms:GenerateDataKey, without a condition on aws:SourceArn. The module warns if it does not, or if it may not be read.
  - "Required permissions: with O(queue) sqs:GetQueueUrl and sqs:GetQueueAttributes, with O(topic)
    sns:GetTopicAttributes; to create or to change or with O(state=absent), with O(queue) sqs:SetQueueAttributes, with
    O(topic) sns:SetTopicAttributes."
  - "Optional permissions: kms:DescribeKey and kms:GetKeyPolicy, without which the policy of a customer managed key is
    not checked."
options:
  state:
    description:
      - Whether the rules and alarms should be allowed to deliver.
      - V(present) requires O(rules) or O(cloudwatch_alarms).
      - V(absent) removes the rules in O(rules), and the statement for alarms with O(cloudwatch_alarms=true). Without
        both options, it removes the statements for rules and for alarms.
      - A topic always has a policy. When its last statement is removed, it gets the policy of a new topic.
    type: str
    choices: [present, absent]
    default: present
  queue:
    description:
      - The name or the ARN of the queue, in the caller's account and region.
      - Exactly one of O(queue) and O(topic) is required.
    type: str
    aliases: [queue_name, queue_arn]
  topic:
    description:
      - The name or the ARN of the topic, in the caller's account and region.
    type: str
    aliases: [topic_name, topic_arn]
  rules:
    description:
      - The rules, as names of rules on the default event bus or as ARNs. In ARNs, V(*) is a wildcard.
      - The rules do not have to exist yet.
    type: list
    elements: str
  purge_rules:
    description:
      - Whether to remove rules that are not in O(rules) from the statement. Has no effect without O(rules).
    type: bool
    default: false
  cloudwatch_alarms:
    description:
      - Whether CloudWatch alarms of the account and region may publish to the topic.
      - If not set, the statement for alarms is not changed.
    type: bool
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.log_resource_policy
  - module: ssmops.run_command.sns_topic
  - module: community.aws.sqs_queue
  - name: Resource-based policies for EventBridge targets
    description: The requirements of SQS and SNS for a queue or a topic as a target.
    link: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Let a rule send to a queue
  ssmops.run_command.event_delivery_policy:
    queue: run-command
    rules: [run-command-failures]

- name: Let only these rules send undelivered events to a dead-letter queue
  ssmops.run_command.event_delivery_policy:
    queue: arn:aws:sqs:eu-central-1:123456789012:run-command-undelivered
    rules:
      - run-command-events
      - run-command-failures
    purge_rules: true

- name: Let a rule on another event bus and all alarms publish to a topic
  ssmops.run_command.event_delivery_policy:
    topic: run-command
    rules:
      - arn:aws:events:eu-central-1:123456789012:rule/deployments/finished
    cloudwatch_alarms: true

- name: Remove one rule from the statement
  ssmops.run_command.event_delivery_policy:
    queue: run-command
    rules: [run-command-failures]
    state: absent

- name: No longer let rules and alarms publish
  ssmops.run_command.event_delivery_policy:
    topic: run-command
    state: absent
"""

RETURN = r"""
delivery_policy:
  description: The rules and alarms that may deliver. In check mode, the expected state.
  returned: when the queue or topic exists, and in check mode with O(state=present)
  type: dict
  contains:
    resource_arn:
      description: The ARN of the queue or topic.
      returned: always
      type: str
      sample: arn:aws:sqs:eu-central-1:123456789012:run-command
    rules:
      description: The ARNs of the rules in the statement.
      returned: always
      type: list
      elements: str
      sample: ["arn:aws:events:eu-central-1:123456789012:rule/run-command-failures"]
    cloudwatch_alarms:
      description: Whether the policy has the statement for alarms.
      returned: always
      type: bool
      sample: false
    policy_document:
      description: The whole policy, including the statements of others. Null for a queue without a policy.
      returned: always
      type: dict
      sample:
        Version: "2012-10-17"
        Statement:
          - Sid: EventRulesDeliver
            Effect: Allow
            Principal:
              Service: events.amazonaws.com
            Action: "sqs:SendMessage"
            Resource: arn:aws:sqs:eu-central-1:123456789012:run-command
            Condition:
              ArnEquals:
                "aws:SourceArn": ["arn:aws:events:eu-central-1:123456789012:rule/run-command-failures"]
"""

import dataclasses

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import delivery_policies_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.delivery_policies import DeliverySpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource, spec_from
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

ARGUMENT_SPEC = {
    **ACCOUNT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "queue": {"type": "str", "aliases": ["queue_name", "queue_arn"]},
    "topic": {"type": "str", "aliases": ["topic_name", "topic_arn"]},
    "rules": {"type": "list", "elements": "str"},
    "purge_rules": {"type": "bool", "default": False},
    "cloudwatch_alarms": {"type": "bool"},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the policy."""
    spec = spec_from(DeliverySpec, module.params)
    place = task_place(module)
    arn = spec.destination(place)
    found = (
        delivery_policies_calls.find_queue(module.client("sqs"), arn)
        if spec.option == "queue"
        else delivery_policies_calls.find_topic(module.client("sns"), arn)
    )
    if module.params["state"] == "absent":
        return delivery_policies_calls.ensure_absent(found, spec, place, module.check_mode)
    outcome = delivery_policies_calls.ensure_present(found, spec, place, module.check_mode)
    key = "" if found is None else found.kms_key_id
    warnings = delivery_policies_calls.key_warnings(lambda: module.client("kms"), spec, key)
    return dataclasses.replace(outcome, warnings=(*outcome.warnings, *warnings))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_one_of=[("queue", "topic")],
        mutually_exclusive=[("queue", "topic")],
        required_if=[("state", "present", ["rules", "cloudwatch_alarms"], True)],
    )
    run_resource(module, "delivery_policy", lambda: ensure(module))


if __name__ == "__main__":
    main()
