#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_info
version_added: 1.0.0
short_description: List commands sent with Run Command and their results on each node
description:
  - Lists commands by ID, or by the time when they were sent, their status and their document.
  - Returns each command with its invocations, in the same format as M(ssmops.run_command.send_command).
  - Does not wait. To wait for running commands, use O(ssmops.run_command.send_command#module:command_ids).
author:
  - ssmops.run_command contributors (@ssmops)
attributes:
  diff_mode:
    support: none
    details:
      - The module changes nothing.
notes:
  - AWS keeps commands for 30 days.
  - The parameters of the commands are not returned, because they may contain secrets.
  - Users who may call ListCommandInvocations can read the output of every command in the account and region.
  - "Required permissions: ssm:ListCommands, with O(include_invocations) ssm:ListCommandInvocations."
  - "Optional permissions: ssm:GetCommandInvocation with O(exact_output), without which a stream is cut after 2,500
    characters, and stdout and stderr may be mixed."
options:
  command_ids:
    description:
      - The IDs of the commands. Commands that AWS does not know are omitted, and an empty list finds none.
      - Mutually exclusive with O(invoked_after), O(invoked_before), O(status) and O(document_name).
    type: list
    elements: str
    aliases: [command_id]
  invoked_after:
    description:
      - List only commands sent at or after this time. Specify a time with its time zone, such as
        V(2026-01-31T14:05:00Z), or a period before now, such as V(15m), V(2h) or V(7d).
    type: str
  invoked_before:
    description:
      - List only commands sent before this time, in the same format as O(invoked_after).
    type: str
  status:
    description:
      - List only commands with this status.
    type: str
    choices: [Pending, InProgress, Success, Cancelled, Failed, TimedOut, Cancelling]
  document_name:
    description:
      - List only commands that ran this document.
    type: str
  include_invocations:
    description:
      - Whether to read the results of each node. This takes one call for every 50 nodes of a command.
    type: bool
    default: true
  exact_output:
    description:
      - Whether to make one more call for each node that wrote more than 2,500 characters, or anything to stderr, to get
        the first 24,000 characters of its stdout and 8,000 of its stderr.
      - With V(false), the output of such a node is that of the listing, separated into the two streams as far as
        possible, and RV(commands[].invocations[].truncated) is true.
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
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Read the results of a command
  ssmops.run_command.command_info:
    command_ids: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f

- name: List the commands that failed in the last day, without their nodes
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

- name: Show the nodes on which they did not succeed
  ansible.builtin.debug:
    msg: >-
      {{ night.commands | map(attribute='invocations') | flatten
         | rejectattr('outcome', 'eq', 'success') | map(attribute='instance_id') | unique }}

- name: Read the results of a large fleet with as few calls as possible
  ssmops.run_command.command_info:
    invoked_after: 2h
    exact_output: false
"""

RETURN = r"""
commands:
  description: The commands, newest first, or in the order of O(command_ids). Empty if there are none.
  returned: always
  type: list
  elements: dict
  contains:
    command_id:
      description: The ID of the command.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
    document_name:
      description: The document that the command runs.
      returned: always
      type: str
      sample: AWS-RunShellScript
    document_version:
      description: The requested version of the document.
      returned: always
      type: str
      sample: $DEFAULT
    comment:
      description: The comment of the sender.
      returned: always
      type: str
      sample: patch night ssmops-0123456789abcdef
    status:
      description: The Status of the command.
      returned: always
      type: str
      sample: Failed
    status_details:
      description: The StatusDetails of the command.
      returned: always
      type: str
      sample: Incomplete
    requested_date_time:
      description: When the command was sent, in ISO 8601 format.
      returned: always
      type: str
      sample: "2026-01-31T14:05:00+00:00"
    expires_after:
      description: When AWS gives up on nodes that have not finished, in ISO 8601 format.
      returned: always
      type: str
      sample: "2026-01-31T16:05:00+00:00"
    target_count:
      description: The number of target nodes.
      returned: always
      type: int
      sample: 2
    completed_count:
      description: The number of nodes that have finished.
      returned: always
      type: int
      sample: 2
    error_count:
      description: The number of nodes that failed, or timed out while running the command.
      returned: always
      type: int
      sample: 1
    delivery_timed_out_count:
      description: The number of nodes that did not receive the command in time.
      returned: always
      type: int
      sample: 0
    invocations:
      description: The results of each node.
      returned: when O(include_invocations) is true
      type: list
      elements: dict
      contains:
        instance_id:
          description: The ID of the node.
          returned: always
          type: str
          sample: i-0123456789abcdef0
        instance_name:
          description: The name of the node in Run Command.
          returned: always
          type: str
          sample: web-1
        command_id:
          description: The ID of the command.
          returned: always
          type: str
          sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
        status:
          description: The Status of the invocation.
          returned: always
          type: str
          sample: Failed
        status_details:
          description: The StatusDetails of the invocation.
          returned: always
          type: str
          sample: Failed
        outcome:
          description: The status details, spelled as in RV(ssmops.run_command.send_command#module:summary).
          returned: always
          type: str
          sample: failed
        rc:
          description: The exit code of the first step that did not exit with 0, or otherwise of the last step. -1 if no
            step ran.
          returned: always
          type: int
          sample: 3
        stdout:
          description: The stdout of all steps, one after the other.
          returned: always
          type: str
          sample: "checking\n"
        stderr:
          description: The stderr of all steps, one after the other.
          returned: always
          type: str
          sample: "disk full\n"
        stdout_lines:
          description: RV(commands[].invocations[].stdout) as a list of lines.
          returned: always
          type: list
          elements: str
          sample: [checking]
        started_at:
          description: When the first step started, in ISO 8601 format. Null if no step started.
          returned: always
          type: str
          sample: "2026-01-31T14:05:01+00:00"
        finished_at:
          description: When the last step ended, in ISO 8601 format. Null if no step ended.
          returned: always
          type: str
          sample: "2026-01-31T14:05:02+00:00"
        truncated:
          description: Whether the node wrote, or may have written, more than is returned here.
          returned: always
          type: bool
          sample: false
        output_urls:
          description: The S3 URLs of the output of the first step, as C(stdout) and C(stderr).
          returned: always
          type: dict
          sample: {}
        plugins:
          description:
            - The steps of the document, each with its own stdout and stderr if there are several.
            - C(skipped) tells whether the agent did not run the step; its status is then C(Success).
          returned: always
          type: list
          elements: dict
          sample:
            - name: aws:runShellScript
              status: Failed
              status_details: Failed
              rc: 3
              skipped: false
              started_at: "2026-01-31T14:05:01+00:00"
              finished_at: "2026-01-31T14:05:02+00:00"
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import OUTAGE_TOLERANCE
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
    """The commands for the parameters."""
    search = CommandSearch.parse(module.params)
    reader = module.client("ssm")
    # There is no wait: throttling is tolerated as long as an outage.
    deadline = Deadline(0)
    retrier = Retrier(deadline, least=OUTAGE_TOLERANCE)
    tracker = Tracker(reader, retrier, deadline)
    outputs = OutputReader(tracker, None, module.warn) if module.params["exact_output"] else None
    history = CommandHistory(reader, retrier, tracker, outputs)
    commands = history.results(search, include_invocations=module.params["include_invocations"])
    if outputs is not None:
        outputs.warn_of_gaps()
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
