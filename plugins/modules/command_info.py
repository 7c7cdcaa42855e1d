#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_info
version_added: 1.0.0
short_description: List the commands that were sent with Run Command, and what each node did
description:
  - Lists commands by id, or by when they were sent, what became of them and which document they ran.
  - Each comes with its invocations, in the shape that M(ssmops.run_command.send_command) returns them.
  - Waits for nothing. To wait for commands that run, use O(ssmops.run_command.send_command#module:command_ids).
author:
  - ssmops.run_command contributors (@ssmops)
attributes:
  diff_mode:
    support: none
    details:
      - It changes nothing.
notes:
  - AWS keeps commands for 30 days.
  - The parameters of the commands are not returned, as they may hold secrets.
  - Who may call ListCommandInvocations may read the output of every command in the account and region.
  - "Permissions needed: ssm:ListCommands, ssm:ListCommandInvocations and ssm:GetCommandInvocation."
options:
  command_ids:
    description:
      - The commands. Those that AWS does not know are left out, and an empty list finds none.
      - Takes none of O(invoked_after), O(invoked_before), O(status) and O(document_name).
    type: list
    elements: str
    aliases: [command_id]
  invoked_after:
    description:
      - Only commands sent then or later, as a time with its zone like V(2026-01-31T14:05:00Z), or a span before now like
        V(15m), V(2h) or V(7d).
    type: str
  invoked_before:
    description:
      - Only commands sent before that, written like O(invoked_after).
    type: str
  status:
    description:
      - Only commands with this status.
    type: str
    choices: [Pending, InProgress, Success, Cancelled, Failed, TimedOut, Cancelling]
  document_name:
    description:
      - Only commands that ran this document.
    type: str
  include_invocations:
    description:
      - Whether to read what each node did. This takes a call for every 50 nodes of a command.
    type: bool
    default: true
  exact_output:
    description:
      - Whether to make one more call for each node that wrote to stderr, or more than 2,500 characters, for the first
        24,000 characters of its stdout and 8,000 of its stderr.
      - With V(false) such a node has what the listing says, its two streams parted as well as can be, and
        RV(commands[].invocations[].truncated) is true.
    type: bool
    default: true
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.command_log_info
  - plugin: ssmops.run_command.command_report
    plugin_type: filter
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read what became of a command
  ssmops.run_command.command_info:
    command_ids: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f

- name: List what failed in the last day, without the nodes
  ssmops.run_command.command_info:
    invoked_after: 24h
    status: Failed
    include_invocations: false

- name: Read the shell commands of one night
  ssmops.run_command.command_info:
    invoked_after: "2026-01-30T22:00:00Z"
    invoked_before: "2026-01-31T06:00:00Z"
    document_name: AWS-RunShellScript
  register: night

- name: Name the nodes on which they did not succeed
  ansible.builtin.debug:
    msg: >-
      {{ night.commands | map(attribute='invocations') | flatten
         | rejectattr('outcome', 'eq', 'success') | map(attribute='instance_id') | unique }}

- name: Look over a large fleet with as few calls as possible
  ssmops.run_command.command_info:
    invoked_after: 2h
    exact_output: false
"""

RETURN = r"""
commands:
  description: The commands, newest first, or in the order of O(command_ids). Empty when there are none.
  returned: always
  type: list
  elements: dict
  contains:
    command_id:
      description: The command's id.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
    document_name:
      description: The document it runs.
      returned: always
      type: str
      sample: AWS-RunShellScript
    document_version:
      description: The document's version, as it was asked for.
      returned: always
      type: str
      sample: $DEFAULT
    comment:
      description: What the sender wrote about it.
      returned: always
      type: str
      sample: patch night ssmops-0123456789abcdef
    status:
      description: The command's Status.
      returned: always
      type: str
      sample: Failed
    status_details:
      description: The command's StatusDetails.
      returned: always
      type: str
      sample: Incomplete
    requested_date_time:
      description: When it was sent, ISO 8601.
      returned: always
      type: str
      sample: "2026-01-31T14:05:00+00:00"
    expires_after:
      description: When AWS gives up on nodes that have not ended, ISO 8601.
      returned: always
      type: str
      sample: "2026-01-31T16:05:00+00:00"
    target_count:
      description: How many nodes it is for.
      returned: always
      type: int
      sample: 2
    completed_count:
      description: How many of them have ended.
      returned: always
      type: int
      sample: 2
    error_count:
      description: How many of them failed, or timed out while they ran.
      returned: always
      type: int
      sample: 1
    delivery_timed_out_count:
      description: How many of them did not get it in time.
      returned: always
      type: int
      sample: 0
    invocations:
      description: What each node did.
      returned: when O(include_invocations) is true
      type: list
      elements: dict
      contains:
        instance_id:
          description: The node's id.
          returned: always
          type: str
          sample: i-0123456789abcdef0
        instance_name:
          description: The node's name as Run Command knows it.
          returned: always
          type: str
          sample: web-1
        command_id:
          description: The command.
          returned: always
          type: str
          sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
        status:
          description: The invocation's Status.
          returned: always
          type: str
          sample: Failed
        status_details:
          description: The invocation's StatusDetails.
          returned: always
          type: str
          sample: Failed
        outcome:
          description: The status details in the spelling of RV(ssmops.run_command.send_command#module:summary).
          returned: always
          type: str
          sample: failed
        rc:
          description: The exit code of the first step that did not end with 0, or else of the last; -1 when none ran.
          returned: always
          type: int
          sample: 3
        stdout:
          description: What the node wrote to stdout, all steps one after the other.
          returned: always
          type: str
          sample: "checking\n"
        stderr:
          description: What the node wrote to stderr, all steps one after the other.
          returned: always
          type: str
          sample: "disk full\nfailed to run commands: exit status 3"
        stdout_lines:
          description: RV(commands[].invocations[].stdout) in lines.
          returned: always
          type: list
          elements: str
          sample: [checking]
        started_at:
          description: When the first step started, ISO 8601; null when none did.
          returned: always
          type: str
          sample: "2026-01-31T14:05:01+00:00"
        finished_at:
          description: When the last step ended, ISO 8601; null when none did.
          returned: always
          type: str
          sample: "2026-01-31T14:05:02+00:00"
        truncated:
          description: Whether the node wrote, or may have written, more than is here.
          returned: always
          type: bool
          sample: false
        output_urls:
          description: Where S3 has the first step's output, by C(stdout) and C(stderr).
          returned: always
          type: dict
          sample: {}
        plugins:
          description: The document's steps, each with its own stdout and stderr when there are several.
          returned: always
          type: list
          elements: dict
          sample:
            - name: aws:runShellScript
              status: Failed
              status_details: Failed
              rc: 3
              started_at: "2026-01-31T14:05:01+00:00"
              finished_at: "2026-01-31T14:05:02+00:00"
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.command_search import STATUSES, CommandSearch
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.command_search_calls import CommandHistory
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

ARGUMENT_SPEC = {
    "command_ids": {"type": "list", "elements": "str", "aliases": ["command_id"]},
    "invoked_after": {"type": "str"},
    "invoked_before": {"type": "str"},
    "status": {"type": "str", "choices": list(STATUSES)},
    "document_name": {"type": "str"},
    "include_invocations": {"type": "bool", "default": True},
    "exact_output": {"type": "bool", "default": True},
}
NOT_WITH_IDS = ("invoked_after", "invoked_before", "status", "document_name")


def find(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The commands the parameters ask for."""
    search = CommandSearch.parse(module.params)
    reader = module.client("ssm")
    # Nothing is waited for: a throttle is borne as long as an outage.
    tracker = Tracker(reader, Deadline(0))
    outputs = OutputReader(tracker, None, module.warn) if module.params["exact_output"] else None
    history = CommandHistory(reader, tracker, outputs)
    commands = history.results(search, include_invocations=module.params["include_invocations"])
    return {"changed": False, "commands": commands}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[["command_ids", other] for other in NOT_WITH_IDS],
        supports_check_mode=True,
    )
    run(module, lambda: find(module))


if __name__ == "__main__":
    main()
