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
  - Puts a statement into the policy of a queue or a topic that lets rules of EventBridge send to it, as a target or with
    what they could not deliver elsewhere. Another one lets CloudWatch alarms publish to a topic.
  - Each is merged into the policy by its Sid. Rules it already has and statements that others wrote are kept.
  - In check mode the queue or topic need not be there, so that a whole set-up can be checked on an empty account.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A policy of SQS has room for 20 statements and 8,192 bytes, so all rules stand in one statement.
  - A queue without a key is encrypted with the keys of SQS, which EventBridge can use. A KMS key must let
    C(events.amazonaws.com) use it, and for alarms C(cloudwatch.amazonaws.com).
  - "Permissions needed: sqs:GetQueueUrl, sqs:GetQueueAttributes and sqs:SetQueueAttributes for a queue,
    sns:GetTopicAttributes and sns:SetTopicAttributes for a topic."
options:
  state:
    description:
      - Whether they are to be let in.
      - V(absent) takes the rules of O(rules) out of the statement, or, without them, the statements of rules and alarms out
        of the policy.
    type: str
    choices: [present, absent]
    default: present
  queue:
    description:
      - The name or the ARN of the queue, of the caller's account and region.
      - Exactly one of O(queue) and O(topic) is needed.
    type: str
    aliases: [queue_name, queue_arn]
  topic:
    description:
      - The name or the ARN of the topic, of the caller's account and region.
    type: str
    aliases: [topic_name, topic_arn]
  rules:
    description:
      - The rules, as names of rules of the default event bus or as ARNs, in which V(*) stands for any characters.
      - The rules need not be there yet.
    type: list
    elements: str
  purge_rules:
    description:
      - Whether rules that are not in O(rules) are taken out of the statement.
    type: bool
    default: false
  cloudwatch_alarms:
    description:
      - Whether the alarms of the account and region may publish to the topic.
      - When not set, this is left as it is.
    type: bool
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.log_resource_policy
  - module: ssmops.run_command.sns_topic
  - module: community.aws.sqs_queue
  - name: Resource-based policies for EventBridge targets
    description: What SQS and SNS ask for when a queue or a topic is a target.
    link: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Let a rule send to a queue
  ssmops.run_command.event_delivery_policy:
    queue: run-command
    rules: [run-command-failures]

- name: Let these rules, and no others, send what they could not deliver elsewhere
  ssmops.run_command.event_delivery_policy:
    queue: arn:aws:sqs:eu-central-1:123456789012:run-command-undelivered
    rules:
      - run-command-events
      - run-command-failures
    purge_rules: true

- name: Let a rule of another event bus and all alarms publish to a topic
  ssmops.run_command.event_delivery_policy:
    topic: run-command
    rules:
      - arn:aws:events:eu-central-1:123456789012:rule/deployments/finished
    cloudwatch_alarms: true

- name: Take one rule out again
  ssmops.run_command.event_delivery_policy:
    queue: run-command
    rules: [run-command-failures]
    state: absent

- name: Let neither rules nor alarms publish any more
  ssmops.run_command.event_delivery_policy:
    topic: run-command
    state: absent
"""

RETURN = r"""
delivery_policy:
  description: Who may deliver. In check mode it is as it would be.
  returned: when the queue or topic is there, and in check mode with O(state=present)
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
      description: Whether the statement for alarms is there.
      returned: always
      type: bool
      sample: false
    policy_document:
      description: The whole policy, with the statements of others; null for a queue that has none.
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

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import delivery_policies_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.delivery_policies import DeliverySpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource, spec_from
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import caller_place

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "queue": {"type": "str", "aliases": ["queue_name", "queue_arn"]},
    "topic": {"type": "str", "aliases": ["topic_name", "topic_arn"]},
    "rules": {"type": "list", "elements": "str"},
    "purge_rules": {"type": "bool", "default": False},
    "cloudwatch_alarms": {"type": "bool"},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """The policy as the parameters ask for it."""
    spec = spec_from(DeliverySpec, module.params)
    place = caller_place(module.client("sts"))
    arn = spec.destination(place)
    found = (
        delivery_policies_calls.find_queue(module.client("sqs"), arn)
        if spec.option == "queue"
        else delivery_policies_calls.find_topic(module.client("sns"), arn)
    )
    chosen = (
        delivery_policies_calls.ensure_absent
        if module.params["state"] == "absent"
        else delivery_policies_calls.ensure_present
    )
    return chosen(found, spec, place, module.check_mode)


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
