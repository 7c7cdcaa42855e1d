#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: event_rule
version_added: 1.0.0
short_description: Manage an EventBridge rule and its targets, Run Command among them
description:
  - Manages a rule of EventBridge with its pattern or schedule, its tags, and its targets of any kind.
  - O(on_command_status) writes the pattern that matches status changes of Run Command.
  - With O(targets[].document_name) the rule sends a command when it matches.
  - An option that is not set is left as it is. Of the targets only those named are changed, unless O(purge_targets).
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - EventBridge delivers Run Command's events as best it can. Where nothing may be missed, ask Run Command itself.
  - Events of level V(command) carry the command's parameters in clear. Leave them out with
    O(targets[].input_transformer), or use level V(invocation), which has none.
  - A log group, a topic, a queue or a function as target must let EventBridge in by a policy of its own.
    M(ssmops.run_command.log_resource_policy) and M(ssmops.run_command.event_delivery_policy) make it.
  - "Permissions needed: events:DescribeRule, events:ListTagsForResource, events:ListTargetsByRule and, for what is
    changed, events:PutRule, events:PutTargets, events:RemoveTargets, events:TagResource, events:UntagResource,
    events:DeleteRule, and iam:PassRole on the roles of targets."
options:
  state:
    description:
      - Whether the rule is to be there.
      - V(absent) removes all targets and the rule.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the rule.
    type: str
    required: true
    aliases: [rule_name]
  event_bus_name:
    description:
      - The name or ARN of the event bus. Run Command's events are on V(default).
    type: str
    default: default
  description:
    description:
      - What the rule is for; an empty string takes the description away.
    type: str
  event_pattern:
    description:
      - Which events the rule matches, a dictionary or its JSON text.
    type: raw
  on_command_status:
    description:
      - Makes the pattern that matches status changes of Run Command.
    type: dict
    suboptions:
      level:
        description:
          - Whether changes of commands, of their invocations on single nodes, or both.
        type: list
        elements: str
        choices: [command, invocation]
        default: [command]
      statuses:
        description:
          - The statuses; any when empty. V(Delayed) is a status of invocations only.
        type: list
        elements: str
        choices: [Pending, InProgress, Success, TimedOut, Cancelled, Failed, Delayed]
        default: []
      document_names:
        description:
          - The documents; any when empty.
        type: list
        elements: str
        default: []
      instance_ids:
        description:
          - The nodes; any when empty. Only for level V(invocation), since commands name no node.
        type: list
        elements: str
        default: []
  schedule_expression:
    description:
      - When the rule is due, C(rate) or C(cron); an empty string takes the schedule away. Only on the default bus.
    type: str
  enabled:
    description:
      - Whether the rule matches at all. A new rule does when this is not set.
    type: bool
  role_arn:
    description:
      - The ARN of the rule's own role. Most targets have theirs in O(targets[].role_arn).
    type: str
  targets:
    description:
      - Where the rule sends what it matches, at most five. Each is made as it is written here; what it leaves out, it does
        not have.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the target, unique in the rule.
        type: str
        required: true
      arn:
        description:
          - The ARN of the target, a queue, topic, function, bus or anything else EventBridge knows.
          - Exactly one of O(targets[].arn), O(targets[].log_group_name) and O(targets[].document_name) is needed.
        type: str
      log_group_name:
        description:
          - The name of a log group of the account and region.
        type: str
      document_name:
        description:
          - The name of a document of the account or of AWS that Run Command runs. A shared document goes by its ARN in
            O(targets[].arn).
        type: str
      run_command_targets:
        description:
          - The nodes Run Command sends the document to, exactly one item.
        type: list
        elements: dict
        suboptions:
          key:
            description:
              - V(InstanceIds), or V(tag:) and the key of a tag.
            type: str
            required: true
          values:
            description:
              - At most 50 ids or values of the tag.
            type: list
            elements: str
            required: true
      parameters:
        description:
          - The parameters of the document. Single values become lists, and maps JSON, as Run Command wants them.
        type: dict
      role_arn:
        description:
          - The ARN of the role EventBridge takes on for the target; Run Command needs one.
        type: str
      input:
        description:
          - What the target gets in place of the event, any JSON value or its text.
          - At most one of O(targets[].input), O(targets[].input_path), O(targets[].input_transformer) and
            O(targets[].parameters) can be set.
        type: raw
      input_path:
        description:
          - The JSON path of the part of the event the target gets.
        type: str
      input_transformer:
        description:
          - What the target gets, made of parts of the event.
        type: dict
        suboptions:
          input_paths_map:
            description:
              - Names and the JSON paths of the parts they stand for.
            type: dict
          input_template:
            description:
              - The text, or a dictionary to be written as JSON, with C(<name>) for each part.
            type: raw
            required: true
      dead_letter_config:
        description:
          - Where events go that could not be delivered.
        type: dict
        suboptions:
          arn:
            description:
              - The ARN of an SQS queue.
            type: str
            required: true
      retry_policy:
        description:
          - How long delivery is tried again.
        type: dict
        suboptions:
          maximum_retry_attempts:
            description:
              - How often, V(0) to V(185).
            type: int
          maximum_event_age_in_seconds:
            description:
              - How long, V(60) to V(86400).
            type: int
      sqs_parameters:
        description:
          - What a FIFO queue needs.
        type: dict
        suboptions:
          message_group_id:
            description:
              - The message group.
            type: str
            required: true
  purge_targets:
    description:
      - Whether targets that are not in O(targets) are removed.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.log_resource_policy
  - module: ssmops.run_command.event_delivery_policy
  - module: ssmops.run_command.sns_topic
  - module: community.aws.sqs_queue
  - module: amazon.aws.cloudwatchevent_rule
  - name: Monitoring Systems Manager events with Amazon EventBridge
    description: Which events Systems Manager sends.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-eventbridge-events.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Write every status change of Run Command to a log group
  ssmops.run_command.event_rule:
    name: run-command-events
    on_command_status:
      level: [command, invocation]
    targets:
      - id: logs
        log_group_name: /aws/events/run-command

- name: Tell a topic of failed nodes, with a queue for what could not be delivered
  ssmops.run_command.event_rule:
    name: run-command-failures
    on_command_status:
      level: invocation
      statuses: [Failed, TimedOut]
    targets:
      - id: topic
        arn: arn:aws:sns:eu-central-1:123456789012:run-command
        input_transformer:
          input_paths_map:
            node: $.detail.instance-id
            status: $.detail.status
          input_template: '"<node> is <status>"'
        dead_letter_config:
          arn: arn:aws:sqs:eu-central-1:123456789012:run-command-undelivered
        retry_policy:
          maximum_retry_attempts: 10
          maximum_event_age_in_seconds: 3600

- name: Clean up the web servers every night
  ssmops.run_command.event_rule:
    name: nightly-cleanup
    schedule_expression: cron(0 3 * * ? *)
    targets:
      - id: cleanup
        document_name: AWS-RunShellScript
        parameters:
          commands:
            - find /tmp -mtime +7 -delete
          executionTimeout: 600
        run_command_targets:
          - key: tag:Role
            values: [web]
        role_arn: arn:aws:iam::123456789012:role/run-command-nightly

- name: Stop matching, and drop all targets but one
  ssmops.run_command.event_rule:
    name: run-command-events
    enabled: false
    targets:
      - id: logs
        log_group_name: /aws/events/run-command
    purge_targets: true

- name: Delete a rule
  ssmops.run_command.event_rule:
    name: nightly-cleanup
    state: absent
"""

RETURN = r"""
rule:
  description: The rule. In check mode it is as it would be.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: run-command-events
    arn:
      description: The ARN.
      returned: always
      type: str
      sample: arn:aws:events:eu-central-1:123456789012:rule/run-command-events
    event_bus_name:
      description: The event bus.
      returned: always
      type: str
      sample: default
    description:
      description: What it is for, or null.
      returned: always
      type: str
      sample: Status changes of Run Command
    event_pattern:
      description: Which events it matches, or null.
      returned: always
      type: dict
      sample:
        source: [aws.ssm]
        detail-type: [EC2 Command Status-change Notification]
    schedule_expression:
      description: When it is due, or null.
      returned: always
      type: str
      sample: rate(1 hour)
    state:
      description: Whether it matches, V(ENABLED) or V(DISABLED).
      returned: always
      type: str
      sample: ENABLED
    role_arn:
      description: The rule's own role, or null.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:role/events
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
    targets:
      description: All its targets, by id. Parts that a target does not have are left out or null.
      returned: always
      type: list
      elements: dict
      sample:
        - id: cleanup
          arn: arn:aws:ssm:eu-central-1::document/AWS-RunShellScript
          role_arn: arn:aws:iam::123456789012:role/run-command-nightly
          input: '{"commands":["uptime"]}'
          input_path: null
          run_command_targets:
            - key: tag:Role
              values: [web]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import DETAIL_TYPES, STATUSES
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import DEFAULT_BUS, RuleSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import caller_place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import parse_tags

STATUS_SPEC = {
    "level": {"type": "list", "elements": "str", "choices": list(DETAIL_TYPES), "default": ["command"]},
    "statuses": {"type": "list", "elements": "str", "choices": list(STATUSES), "default": []},
    "document_names": {"type": "list", "elements": "str", "default": []},
    "instance_ids": {"type": "list", "elements": "str", "default": []},
}
NODES_SPEC = {
    "key": {"type": "str", "required": True, "no_log": False},
    "values": {"type": "list", "elements": "str", "required": True},
}
TRANSFORMER_SPEC = {
    "input_paths_map": {"type": "dict"},
    "input_template": {"type": "raw", "required": True},
}
RETRY_SPEC = {
    "maximum_retry_attempts": {"type": "int"},
    "maximum_event_age_in_seconds": {"type": "int"},
}
TARGET_SPEC = {
    "id": {"type": "str", "required": True},
    "arn": {"type": "str"},
    "log_group_name": {"type": "str"},
    "document_name": {"type": "str"},
    "run_command_targets": {"type": "list", "elements": "dict", "options": NODES_SPEC},
    "parameters": {"type": "dict"},
    "role_arn": {"type": "str"},
    "input": {"type": "raw"},
    "input_path": {"type": "str"},
    "input_transformer": {"type": "dict", "options": TRANSFORMER_SPEC},
    "dead_letter_config": {"type": "dict", "options": {"arn": {"type": "str", "required": True}}},
    "retry_policy": {"type": "dict", "options": RETRY_SPEC},
    "sqs_parameters": {"type": "dict", "options": {"message_group_id": {"type": "str", "required": True}}},
}
ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["rule_name"]},
    "event_bus_name": {"type": "str", "default": DEFAULT_BUS},
    "description": {"type": "str"},
    "event_pattern": {"type": "raw"},
    "on_command_status": {"type": "dict", "options": STATUS_SPEC},
    "schedule_expression": {"type": "str"},
    "enabled": {"type": "bool"},
    "role_arn": {"type": "str"},
    "targets": {"type": "list", "elements": "dict", "options": TARGET_SPEC},
    "purge_targets": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """The rule as the parameters ask for it."""
    spec = RuleSpec.parse(module.params | {"tags": parse_tags(module.params["tags"])})
    client = module.client("events")
    if module.params["state"] == "absent":
        return event_rules_calls.ensure_absent(client, spec.name, spec.event_bus_name, module.check_mode)
    return event_rules_calls.ensure_present(client, spec, caller_place(module.client("sts")), module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        mutually_exclusive=[("event_pattern", "on_command_status")],
    )
    run_resource(module, "rule", lambda: ensure(module))


if __name__ == "__main__":
    main()
