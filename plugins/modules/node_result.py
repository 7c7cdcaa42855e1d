# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: node_result
short_description: Give each inventory host the result of its own node from a fleet command
version_added: 1.0.0
description:
  - In a play on inventory hosts, returns the host's part of a result of M(ssmops.run_command.send_command), and marks
    the host as failed or unreachable when its node was. So the recap is accurate, and later tasks run on the right
    hosts.
  - A node fails by the outcome that AWS reports, whatever its exit code. A document can succeed with an exit code other
    than 0, with C(onFailure=successAndExit).
  - Connects neither to AWS nor to the host.
author:
  - ssmops.run_command contributors (@ssmops)
options:
  result:
    description:
      - The registered result of M(ssmops.run_command.send_command), also of a task with a C(loop). Of a host's node to
        which several items sent, the worst result counts.
      - Of a node that O(ssmops.run_command.send_command#module:result_max_bytes) removed from the result, only the
        outcome and the exit code are known, with C(truncated) set.
      - With the result of check mode, the hosts whose nodes the command would reach are skipped.
    type: dict
    required: true
  instance_id:
    description:
      - The node ID of the host. By default, the host's variable C(instance_id), C(ssm_instance_id) or
        C(ansible_aws_ssm_instance_id), or its inventory name.
    type: str
  missing:
    description:
      - What to do if the command was not sent to the host's node, or the task was skipped.
      - A host whose node may have run the command fails in any case. AWS can count nodes that it does not list, and a
        response that was lost leaves open which nodes run the command.
    type: str
    choices: [fail, skip]
    default: fail
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - module: ssmops.run_command.send_command
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - ssmops.run_command.requirements
"""

EXAMPLES = r"""
- name: Send one command to the nodes of all hosts of the play
  ssmops.run_command.send_command:
    instance_ids: "{{ ansible_play_hosts | map('extract', hostvars, 'instance_id') | list }}"
    commands:
      - systemctl restart nginx
    fail_on: never
  delegate_to: localhost
  run_once: true
  register: restart

- name: Give each host its own result
  ssmops.run_command.node_result:
    result: "{{ restart }}"
  register: own

- name: Show the output of the host
  ansible.builtin.debug:
    var: own.stdout_lines

- name: Skip hosts that the command was not sent to
  ssmops.run_command.node_result:
    result: "{{ restart }}"
    missing: skip

- name: Set the node ID if it is not in the inventory
  ssmops.run_command.node_result:
    result: "{{ restart }}"
    instance_id: i-0123456789abcdef0
"""

RETURN = r"""
rc:
  description: The exit code of the node. -1 if nothing ran there.
  returned: when the command was sent to the node
  type: int
  sample: 0
stdout:
  description: The stdout of the node.
  returned: when the command was sent to the node
  type: str
  sample: "ok\n"
stderr:
  description: The stderr of the node.
  returned: when the command was sent to the node
  type: str
  sample: ""
stdout_lines:
  description: RV(stdout) as a list of lines.
  returned: when the command was sent to the node
  type: list
  elements: str
  sample: [ok]
stderr_lines:
  description: RV(stderr) as a list of lines.
  returned: when the command was sent to the node
  type: list
  elements: str
  sample: []
status:
  description: The Status of the invocation. The other keys of the node's entry in the result are returned too.
  returned: when the command was sent to the node
  type: str
  sample: Success
by_item:
  description: The node's entries in the result of a loop, in the order of the items.
  returned: when several items of a loop sent the command to the node
  type: list
  elements: dict
  sample: []
msg:
  description: The node and its outcome.
  returned: when the node did not succeed, or is skipped
  type: str
  sample: "i-0123456789abcdef0: Failed, rc=3"
"""
