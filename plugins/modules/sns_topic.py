#!/usr/bin/python

# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sns_topic
version_added: 1.0.0
short_description: Manage an SNS topic that EventBridge rules publish to
description:
  - Manages a standard topic, the statement of its policy that lets rules of EventBridge publish to it, and its
    subscriptions.
  - An option that is not set is left as it is. Statements of the policy that others wrote are kept.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - EventBridge cannot use the key V(alias/aws/sns). An encrypted topic needs a key of its own that lets
    C(events.amazonaws.com) use it.
  - "Permissions needed: sns:GetTopicAttributes, sns:ListTagsForResource, sns:ListSubscriptionsByTopic and, for what is
    changed, sns:CreateTopic, sns:SetTopicAttributes, sns:Subscribe, sns:Unsubscribe, sns:TagResource, sns:UntagResource
    and sns:DeleteTopic."
options:
  state:
    description:
      - Whether the topic is to be there.
      - V(absent) deletes the topic with its subscriptions.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the topic.
    type: str
    required: true
    aliases: [topic]
  display_name:
    description:
      - What mails and short messages show as the sender.
    type: str
  kms_master_key_id:
    description:
      - The id, ARN or alias of the KMS key that encrypts messages; an empty string takes the key away.
    type: str
  event_rules:
    description:
      - The names of the rules of the default event bus that may publish; an empty list lets none.
      - The rules need not be there yet.
    type: list
    elements: str
  cloudwatch_alarms:
    description:
      - Whether the alarms of the account and region may publish.
    type: bool
  subscriptions:
    description:
      - Who is to be told. Some must agree first.
    type: list
    elements: dict
    suboptions:
      protocol:
        description:
          - How.
        type: str
        required: true
        choices: [email, email-json, http, https, lambda, sms, sqs]
      endpoint:
        description:
          - Where, an address, a number, a URL or an ARN.
        type: str
        required: true
  purge_subscriptions:
    description:
      - Whether subscriptions that are not in O(subscriptions) are ended. Those that wait for consent are not.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.sqs_queue
  - module: community.aws.sns_topic
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Make a topic that a rule publishes to, and tell the team by mail
  ssmops.run_command.sns_topic:
    name: run-command
    event_rules: [run-command-failures]
    subscriptions:
      - protocol: email
        endpoint: ops@example.com

- name: Let alarms publish too
  ssmops.run_command.sns_topic:
    name: run-command
    cloudwatch_alarms: true

- name: Let no rule publish any more
  ssmops.run_command.sns_topic:
    name: run-command
    event_rules: []

- name: Encrypt with a key that EventBridge may use
  ssmops.run_command.sns_topic:
    name: run-command
    kms_master_key_id: alias/notifications

- name: Delete a topic
  ssmops.run_command.sns_topic:
    name: run-command
    state: absent
"""

RETURN = r"""
topic:
  description: The topic. In check mode it is as it would be.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: run-command
    topic_arn:
      description: The ARN.
      returned: always
      type: str
      sample: arn:aws:sns:eu-central-1:123456789012:run-command
    display_name:
      description: The sender.
      returned: always
      type: str
      sample: Run Command
    kms_master_key_id:
      description: The key, or null.
      returned: always
      type: str
      sample: alias/notifications
    policy:
      description: The policy, or null where only AWS's own is.
      returned: always
      type: dict
      sample: {Version: "2012-10-17", Statement: []}
    subscriptions:
      description: Who is told. An ARN is null until the subscription is made and agreed to.
      returned: always
      type: list
      elements: dict
      sample:
        - protocol: email
          endpoint: ops@example.com
          subscription_arn: null
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import topics_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.topics import PROTOCOLS, TopicSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource, spec_from
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import caller_place

SUBSCRIPTION_SPEC = {
    "protocol": {"type": "str", "required": True, "choices": list(PROTOCOLS)},
    "endpoint": {"type": "str", "required": True},
}
ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["topic"]},
    "display_name": {"type": "str"},
    "kms_master_key_id": {"type": "str", "no_log": False},
    "event_rules": {"type": "list", "elements": "str"},
    "cloudwatch_alarms": {"type": "bool"},
    "subscriptions": {"type": "list", "elements": "dict", "options": SUBSCRIPTION_SPEC},
    "purge_subscriptions": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """The topic as the parameters ask for it."""
    params = module.params
    spec = spec_from(TopicSpec, params)
    client, place = module.client("sns"), caller_place(module.client("sts"))
    if params["state"] == "absent":
        return topics_calls.ensure_absent(client, spec.name, place, module.check_mode)
    return topics_calls.ensure_present(client, spec, place, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "topic", lambda: ensure(module))


if __name__ == "__main__":
    main()
