#!/usr/bin/python

# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: sqs_queue
version_added: 1.0.0
short_description: Manage an SQS queue that EventBridge rules send to
description:
  - Manages a standard queue and the statement of its policy that lets rules of EventBridge send to it, as a target or
    with what they could not deliver elsewhere.
  - An option that is not set is left as it is. Statements of the policy that others wrote are kept.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A queue without a key is encrypted with the keys of SQS, which EventBridge can use. A KMS key must let
    C(events.amazonaws.com) use it.
  - "Permissions needed: sqs:GetQueueUrl, sqs:GetQueueAttributes, sqs:ListQueueTags and, for what is changed,
    sqs:CreateQueue, sqs:SetQueueAttributes, sqs:TagQueue, sqs:UntagQueue and sqs:DeleteQueue."
options:
  state:
    description:
      - Whether the queue is to be there.
      - V(absent) deletes the queue with its messages.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the queue.
    type: str
    required: true
    aliases: [queue_name]
  message_retention_period:
    description:
      - How many seconds messages are kept, V(60) to V(1209600); four days for a new queue when not set.
    type: int
  visibility_timeout:
    description:
      - For how many seconds a message that was received is hidden from others, V(0) to V(43200).
    type: int
  kms_master_key_id:
    description:
      - The id, ARN or alias of the KMS key that encrypts messages; an empty string takes the key away.
    type: str
  event_rules:
    description:
      - The names of the rules of the default event bus that may send; an empty list lets none.
      - The rules need not be there yet.
    type: list
    elements: str
seealso:
  - module: ssmops.run_command.event_rule
  - module: ssmops.run_command.sns_topic
  - module: community.aws.sqs_queue
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Make a queue that a rule sends to
  ssmops.run_command.sqs_queue:
    name: run-command
    event_rules: [run-command-failures]

- name: Make a queue for what could not be delivered, and keep it for two weeks
  ssmops.run_command.sqs_queue:
    name: run-command-undelivered
    message_retention_period: 1209600
    event_rules: [run-command-events, run-command-failures]

- name: Let no rule send any more
  ssmops.run_command.sqs_queue:
    name: run-command
    event_rules: []

- name: Delete a queue
  ssmops.run_command.sqs_queue:
    name: run-command
    state: absent
"""

RETURN = r"""
queue:
  description: The queue. In check mode it is as it would be.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: run-command
    queue_arn:
      description: The ARN.
      returned: always
      type: str
      sample: arn:aws:sqs:eu-central-1:123456789012:run-command
    queue_url:
      description: The URL; null when it would be created.
      returned: always
      type: str
      sample: https://sqs.eu-central-1.amazonaws.com/123456789012/run-command
    message_retention_period:
      description: How many seconds messages are kept.
      returned: always
      type: int
      sample: 345600
    visibility_timeout:
      description: For how many seconds a received message is hidden.
      returned: always
      type: int
      sample: 30
    kms_master_key_id:
      description: The key, or null.
      returned: always
      type: str
      sample: alias/notifications
    policy:
      description: The policy, or null.
      returned: always
      type: dict
      sample: {Version: "2012-10-17", Statement: []}
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import queues_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.queues import QueueSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource, spec_from
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import caller_place

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["queue_name"]},
    "message_retention_period": {"type": "int"},
    "visibility_timeout": {"type": "int"},
    "kms_master_key_id": {"type": "str", "no_log": False},
    "event_rules": {"type": "list", "elements": "str"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """The queue as the parameters ask for it."""
    params = module.params
    spec = spec_from(QueueSpec, params)
    client, place = module.client("sqs"), caller_place(module.client("sts"))
    if params["state"] == "absent":
        return queues_calls.ensure_absent(client, spec.name, place, module.check_mode)
    return queues_calls.ensure_present(client, spec, place, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "queue", lambda: ensure(module))


if __name__ == "__main__":
    main()
