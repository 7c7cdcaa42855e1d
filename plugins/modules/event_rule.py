#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: event_rule
version_added: 1.0.0
short_description: Manage an EventBridge rule and its targets, including Run Command
description:
  - Manages an EventBridge rule with its pattern or schedule, its tags, and its targets of any type.
  - With O(on_command_status), the module creates the pattern for status changes of Run Command.
  - With O(targets[].document_name), the rule sends a command when it matches.
  - Options that are not set do not change the rule. Only the named targets are changed, unless O(purge_targets=true).
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - EventBridge delivers Run Command's events on a best-effort basis. If you must not miss a result, query Run Command
    itself.
  - Events of level V(command) contain the command's parameters in clear text. Remove them with
    O(targets[].input_transformer), or use level V(invocation), which has none.
  - A log group, a topic, a queue or a function as a target needs a resource-based policy that allows EventBridge to
    deliver to it. M(ssmops.run_command.log_resource_policy) creates it for log groups,
    M(ssmops.run_command.event_delivery_policy) for queues and topics.
  - A rule that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.event_rule).
  - "Required permissions: events:DescribeRule; to create, events:PutRule, events:PutTargets and events:TagResource,
    with O(role_arn) iam:PassRole for events.amazonaws.com; to change, events:ListTagsForResource,
    events:ListTargetsByRule, events:PutRule, events:PutTargets and events:RemoveTargets, with O(tags)
    events:TagResource and events:UntagResource, with O(role_arn) iam:PassRole for events.amazonaws.com; with
    O(state=absent), events:ListTagsForResource, events:ListTargetsByRule, events:RemoveTargets and
    events:DeleteRule."
  - "Optional permissions: ssm:DescribeDocument with O(role_arn), without which the parameters of targets that send
    commands are not checked."
options:
  state:
    description:
      - Whether the rule should exist.
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
      - The name or ARN of the event bus. AWS sends Run Command's events to V(default).
    type: str
    default: default
  description:
    description:
      - The description of the rule. To remove the description, set it to an empty string.
    type: str
  event_pattern:
    description:
      - The pattern of the events that the rule matches, as a dictionary or a JSON string.
    type: raw
  on_command_status:
    description:
      - Creates the pattern for status changes of Run Command.
    type: dict
    suboptions:
      level:
        description:
          - The level of the status changes - V(command) for commands, V(invocation) for invocations of commands on
            single nodes, or both.
        type: list
        elements: str
        choices: [command, invocation]
        default: [command]
      statuses:
        description:
          - The statuses. If empty, any status. V(Delayed) is a status of invocations only.
        type: list
        elements: str
        choices: [Pending, InProgress, Success, TimedOut, Cancelled, Failed, Delayed]
        default: []
      document_names:
        description:
          - The documents. If empty, any document.
        type: list
        elements: str
        default: []
      exclude_document_names:
        description:
          - The documents whose commands do not match; V(*) in a name is any text.
          - A rule that sends a command itself must leave out the document that it sends, or a command that fails would
            send itself for ever. Otherwise, the module refuses it.
        type: list
        elements: str
        default: []
      instance_ids:
        description:
          - The IDs of the nodes. If empty, any node. Only for level V(invocation), because events of commands do not
            name nodes.
        type: list
        elements: str
        default: []
  schedule_expression:
    description:
      - The schedule of the rule, a C(rate) or C(cron) expression. To remove the schedule, set it to an empty string.
        Only on the default event bus.
    type: str
  enabled:
    description:
      - Whether the rule is enabled. If not set, a new rule is enabled.
    type: bool
  role_arn:
    description:
      - The ARN of the role of the rule. Most targets use O(targets[].role_arn) instead.
    type: str
  targets:
    description:
      - The targets of the rule, at most five. Each item defines the complete target. If a suboption is not set, the
        target does not have the property.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The ID of the target, unique in the rule.
        type: str
        required: true
      arn:
        description:
          - The ARN of the target, such as a queue, a topic, a function, an event bus or anything else that EventBridge
            supports.
          - Exactly one of O(targets[].arn), O(targets[].log_group_name) and O(targets[].document_name) is required.
        type: str
      log_group_name:
        description:
          - The name of a log group in the account and region.
        type: str
      document_name:
        description:
          - The name of a document that Run Command runs, owned by the account or by AWS. For a shared document, set its
            ARN in O(targets[].arn).
        type: str
      run_command_targets:
        description:
          - The nodes that Run Command sends the document to, exactly one item.
        type: list
        elements: dict
        suboptions:
          key:
            description:
              - V(InstanceIds), or V(tag:) followed by the key of a tag.
            type: str
            required: true
          values:
            description:
              - At most 50 IDs or tag values.
            type: list
            elements: str
            required: true
      parameters:
        description:
          - The parameters of the document. A scalar becomes a list with one item, a dictionary becomes JSON, as Run
            Command requires.
        type: dict
      role_arn:
        description:
          - The ARN of the role that EventBridge assumes for the target. Required for Run Command.
        type: str
      input:
        description:
          - The input that the target receives instead of the event, any JSON value or a JSON string.
          - At most one of O(targets[].input), O(targets[].input_path), O(targets[].input_transformer) and
            O(targets[].parameters) can be set.
        type: raw
      input_path:
        description:
          - The JSON path of the part of the event that the target receives.
        type: str
      input_transformer:
        description:
          - The input that the target receives, composed of parts of the event.
        type: dict
        suboptions:
          input_paths_map:
            description:
              - The names of the parts and their JSON paths.
            type: dict
          input_template:
            description:
              - The input as a string, or as a dictionary that becomes JSON, with C(<name>) for each part.
            type: raw
            required: true
      dead_letter_config:
        description:
          - The destination of events that could not be delivered.
        type: dict
        suboptions:
          arn:
            description:
              - The ARN of an SQS queue, which must be a standard queue.
            type: str
            required: true
      retry_policy:
        description:
          - How EventBridge retries the delivery.
        type: dict
        suboptions:
          maximum_retry_attempts:
            description:
              - The maximum number of retries, V(0) to V(185).
            type: int
          maximum_event_age_in_seconds:
            description:
              - The maximum age of the event in seconds, V(60) to V(86400).
            type: int
      sqs_parameters:
        description:
          - The parameters of a FIFO queue.
        type: dict
        suboptions:
          message_group_id:
            description:
              - The message group.
            type: str
            required: true
  purge_targets:
    description:
      - Whether to remove targets that are not in O(targets).
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.log_resource_policy
  - module: ssmops.run_command.event_delivery_policy
  - module: ssmops.run_command.sns_topic
  - module: community.aws.sqs_queue
  - module: amazon.aws.cloudwatchevent_rule
  - name: Monitoring Systems Manager events with Amazon EventBridge
    description: The events that Systems Manager sends.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-eventbridge-events.html
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
- name: Write every status change of Run Command to a log group
  ssmops.run_command.event_rule:
    name: run-command-events
    on_command_status:
      level: [command, invocation]
    targets:
      - id: logs
        log_group_name: /aws/events/run-command

- name: Notify a topic of failed nodes, with a dead-letter queue for undelivered events
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

- name: Disable the rule, and remove all targets except one
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
  description: The rule. In check mode, its expected state.
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
      description: The description, or null.
      returned: always
      type: str
      sample: Status changes of Run Command
    event_pattern:
      description: The event pattern, or null.
      returned: always
      type: dict
      sample:
        source: [aws.ssm]
        detail-type: [EC2 Command Status-change Notification]
    schedule_expression:
      description: The schedule expression, or null.
      returned: always
      type: str
      sample: rate(1 hour)
    state:
      description: The state of the rule, V(ENABLED) or V(DISABLED).
      returned: always
      type: str
      sample: ENABLED
    role_arn:
      description: The role of the rule, or null.
      returned: always
      type: str
      sample: arn:aws:iam::123456789012:role/events
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
    targets:
      description: All its targets, sorted by ID. Properties that a target does not have are omitted or null.
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
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import OWNERSHIP_SPEC, run_resource
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place_calls import ACCOUNT_SPEC, task_place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import parse_tags

STATUS_SPEC = {
    "level": {"type": "list", "elements": "str", "choices": list(DETAIL_TYPES), "default": ["command"]},
    "statuses": {"type": "list", "elements": "str", "choices": list(STATUSES), "default": []},
    "document_names": {"type": "list", "elements": "str", "default": []},
    "exclude_document_names": {"type": "list", "elements": "str", "default": []},
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
    **ACCOUNT_SPEC,
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
    **OWNERSHIP_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the rule."""
    spec = RuleSpec.parse(module.params | {"tags": parse_tags(module.params["tags"])})
    client = module.client("events")
    if module.params["state"] == "absent":
        return event_rules_calls.ensure_absent(client, spec, module.check_mode)
    return event_rules_calls.ensure_present(
        client,
        spec,
        task_place(module),
        module.check_mode,
        check=lambda plan: event_rules_calls.document_warnings(
            lambda: module.client("ssm"), spec, plan, module.check_mode
        ),
    )


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        mutually_exclusive=[("event_pattern", "on_command_status")],
    )
    run_resource(module, "rule", lambda: ensure(module))


if __name__ == "__main__":
    main()
