#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cancel_command
version_added: 1.0.0
short_description: Cancel commands of Run Command that still run
description:
  - Cancels commands by ID, by their client token, or by a text in their comments, and waits until they have ended.
  - Commands that have ended are left as they are. All commands found are returned with the results of their nodes.
author:
  - ssmops.run_command contributors (@ssmops)
attributes:
  diff_mode:
    support: none
    details:
      - There is nothing to compare.
notes:
  - A node that has finished the command keeps its result. Whether a script is stopped on a node, depends on the node; what
    it has done by then is not undone.
  - In a job of AWX, the result is cut like that of M(ssmops.run_command.send_command), to a tenth below what AWX takes by the
    environment variable E(MAX_EVENT_RES).
  - The search by O(client_token) and O(comment) lists all commands of the account and region since O(max_age), 50 with
    each call.
  - "Required permissions: ssm:ListCommands and ssm:ListCommandInvocations; to cancel, ssm:CancelCommand."
options:
  command_ids:
    description:
      - The IDs of the commands.
      - Exactly one of O(command_ids), O(client_token) and O(comment) is required.
    type: list
    elements: str
    aliases: [command_id]
  client_token:
    description:
      - The O(ssmops.run_command.send_command#module:client_token) of the task that sent the commands.
    type: str
  comment:
    description:
      - A text in the comments of the commands, in whole words. In a job of AWX, M(ssmops.run_command.send_command) writes
        C(AWX job ID) and C(AWX template ID) into the comments of its commands, so V(AWX job 12) finds those of this job.
    type: str
  older_than:
    description:
      - Cancel only commands that were sent at least so many seconds ago.
    type: int
    default: 0
  max_age:
    description:
      - How many seconds ago the commands may have been sent, with O(client_token) or O(comment).
    type: int
    default: 86400
  wait_timeout:
    description:
      - How many seconds to wait for the end of the commands. If they have not ended by then, the module fails. Nodes that
        are offline may take until the command's own timeouts.
    type: int
    default: 60
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.command_info
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Cancel a command
  ssmops.run_command.cancel_command:
    command_ids: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f

- name: Cancel what a deployment has sent
  ssmops.run_command.cancel_command:
    client_token: shop-deploy-4711

- name: Cancel what a killed job of AWX has left behind
  ssmops.run_command.cancel_command:
    comment: AWX job 12

- name: Show which commands of nightly runs have been running for more than an hour
  ssmops.run_command.cancel_command:
    comment: nightly
    older_than: 3600
  check_mode: true
"""

RETURN = r"""
cancelled_command_ids:
  description: The commands that were cancelled, or in check mode would be, oldest first.
  returned: always
  type: list
  elements: str
  sample: [7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f]
command_ids:
  description: All commands found, oldest first.
  returned: always
  type: list
  elements: str
  sample: [7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f]
commands:
  description: All commands found, in the format of RV(ssmops.run_command.send_command#module:commands).
  returned: always
  type: list
  elements: dict
  sample:
    - command_id: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
      document_name: AWS-RunShellScript
      status: Cancelled
      status_details: Cancelled
invocations:
  description:
    - The result of each node, by node ID, in the format of RV(ssmops.run_command.send_command#module:invocations).
    - The output is that of the listing, the first 2,500 characters of a step.
  returned: always
  type: dict
  sample:
    i-0123456789abcdef0:
      outcome: cancelled
      rc: 137
groups:
  description: The nodes folded by equal answers, in the format of RV(ssmops.run_command.send_command#module:groups).
  returned: always
  type: list
  elements: dict
  sample:
    - outcome: cancelled
      rc: 137
      count: 1
      instance_ids: [i-0123456789abcdef0]
      stdout: ""
      stderr: ""
      truncated: false
      digest: 5a2d0a0be8ae9c5f
groups_left_out:
  description: The number of groups that are not in RV(groups), and of their nodes.
  returned: when there are more than 20
  type: dict
  sample:
    groups: 3
    nodes: 27
summary:
  description: The number of nodes with each outcome, and the total.
  returned: always
  type: dict
  sample:
    cancelled: 1
    success: 1
    total: 2
summary_by_command:
  description: The number of invocations with each outcome, and the total, by command ID.
  returned: always
  type: dict
  sample:
    7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f:
      cancelled: 1
      success: 1
      total: 2
failed_instance_ids:
  description: The nodes that did not succeed, sorted.
  returned: always
  type: list
  elements: str
  sample: [i-0123456789abcdef0]
undelivered_instance_ids:
  description: The nodes in RV(failed_instance_ids) that AWS could not reach, or that never responded, sorted.
  returned: always
  type: list
  elements: str
  sample: []
result_cut:
  description: What was removed in a job of AWX, in the format of RV(ssmops.run_command.send_command#module:result_cut).
  returned: when something was cut
  type: dict
  sample:
    outputs: 12
    plugins: false
    invocations: 0
outcomes:
  description: All nodes by outcome and exit code, in the format of RV(ssmops.run_command.send_command#module:outcomes).
  returned: when RV(invocations) lacks nodes
  type: dict
  sample:
    cancelled:
      "-1": [i-0123456789abcdef0]
msg:
  description: How many commands were cancelled, and which were not.
  returned: always
  type: str
  sample: Cancelled 1 of 1 command, of which 1 has ended by now.
"""

import os
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancellation import CancelRequest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancellation_calls import CommandCanceller
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.result_size import default_budget, fit_result
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

ARGUMENT_SPEC = {
    "command_ids": {"type": "list", "elements": "str", "aliases": ["command_id"]},
    "client_token": {"type": "str", "no_log": False},
    "comment": {"type": "str"},
    "older_than": {"type": "int", "default": 0},
    "max_age": {"type": "int", "default": 86_400},
    "wait_timeout": {"type": "int", "default": 60},
}
CHOICES = ["command_ids", "client_token", "comment"]


def cancel(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """Cancel the commands for the parameters."""
    deadline = Deadline(module.params["wait_timeout"])
    canceller = CommandCanceller(module.client("ssm"), deadline)
    result = canceller.cancel(CancelRequest.parse(module.params), check=module.check_mode)
    budget = default_budget(os.environ, in_job=False)
    return fit_result(result, budget) if budget else result


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[CHOICES],
        required_one_of=[CHOICES],
        supports_check_mode=True,
    )
    run(module, lambda: cancel(module))


if __name__ == "__main__":
    main()
