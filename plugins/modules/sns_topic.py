#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sns_topic
version_added: 1.0.0
short_description: Manage an SNS topic and its subscriptions
description:
  - Manages a standard topic and its subscriptions. To let rules and alarms publish to the topic, use
    M(ssmops.run_command.event_delivery_policy).
  - Options that are not set do not change the topic.
  - In check mode, the topic does not have to exist, so that you can check a complete setup on an empty account. The
    module keeps subscriptions that are not named, which M(community.aws.sns_topic) deletes by default.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - EventBridge cannot use the key V(alias/aws/sns). An encrypted topic needs a customer managed key whose policy allows
    C(events.amazonaws.com) to use it.
  - A topic that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.sns_topic).
  - "Required permissions: sns:GetTopicAttributes; to create, sns:CreateTopic and sns:TagResource, with
    O(subscriptions) sns:Subscribe; to change, sns:ListTagsForResource, sns:ListSubscriptionsByTopic and
    sns:SetTopicAttributes, with O(tags) sns:TagResource and sns:UntagResource, with O(subscriptions) sns:Subscribe
    and sns:Unsubscribe; with O(state=absent), sns:ListTagsForResource, sns:ListSubscriptionsByTopic and
    sns:DeleteTopic."
options:
  state:
    description:
      - Whether the topic should exist.
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
      - The sender that emails and text messages show.
    type: str
  kms_master_key_id:
    description:
      - The ID, ARN or alias of the KMS key that encrypts messages. To remove the key, set it to an empty string.
    type: str
  subscriptions:
    description:
      - The subscriptions of the topic. Some protocols require that the recipient confirms the subscription.
      - SNS does not list the password in a URL, so a different password is not a change.
    type: list
    elements: dict
    suboptions:
      protocol:
        description:
          - The protocol of the subscription.
        type: str
        required: true
        choices: [email, email-json, http, https, lambda, sms, sqs]
      endpoint:
        description:
          - The endpoint of the subscription, an email address, a phone number, a URL or an ARN.
        type: str
        required: true
  purge_subscriptions:
    description:
      - Whether to delete subscriptions that are not in O(subscriptions). Subscriptions with pending confirmation are
        kept.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.event_delivery_policy
  - module: ssmops.run_command.event_rule
  - module: community.aws.sns_topic
extends_documentation_fragment:
  - ssmops.run_command.account
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - ssmops.run_command.force
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Create a topic that notifies the team by email
  ssmops.run_command.sns_topic:
    name: run-command
    subscriptions:
      - protocol: email
        endpoint: ops@example.com

- name: Let a rule and all alarms publish to the topic
  ssmops.run_command.event_delivery_policy:
    topic: run-command
    rules: [run-command-failures]
    cloudwatch_alarms: true

- name: Notify another team instead
  ssmops.run_command.sns_topic:
    name: run-command
    subscriptions:
      - protocol: email
        endpoint: platform@example.com
    purge_subscriptions: true

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
  description: The topic. In check mode, its expected state.
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
      description: The display name.
      returned: always
      type: str
      sample: Run Command
    kms_master_key_id:
      description: The KMS key, or null.
      returned: always
      type: str
      sample: alias/notifications
    subscriptions:
      description: The subscriptions. The ARN is null until the subscription is created and confirmed.
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
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    OWNERSHIP_SPEC,
    run_resource,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place

SUBSCRIPTION_SPEC = {
    "protocol": {"type": "str", "required": True, "choices": list(PROTOCOLS)},
    "endpoint": {"type": "str", "required": True},
}
ARGUMENT_SPEC = {
    **ACCOUNT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["topic"]},
    "display_name": {"type": "str"},
    "kms_master_key_id": {"type": "str", "no_log": False},
    "subscriptions": {"type": "list", "elements": "dict", "options": SUBSCRIPTION_SPEC},
    "purge_subscriptions": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    **OWNERSHIP_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the topic."""
    params = module.params
    spec = spec_from(TopicSpec, params)
    client, place = module.client("sns"), task_place(module)
    if params["state"] == "absent":
        return topics_calls.ensure_absent(client, spec, place, module.check_mode)
    return topics_calls.ensure_present(client, spec, place, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "topic", lambda: ensure(module))


if __name__ == "__main__":
    main()
