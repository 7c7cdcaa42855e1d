# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the action plugin of the same name, which does the work on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: node_result
short_description: Give each inventory host its own node's result of a fleet command
version_added: 1.0.0
description:
  - In a play over inventory hosts, takes the host's own part out of a result of M(ssmops.run_command.send_command), and marks
    the host failed or unreachable as its node was. So the recap tells the truth, and later tasks run on the right hosts.
  - It makes no call to AWS and none to the host.
author:
  - ssmops.run_command contributors (@ssmops)
options:
  result:
    description:
      - The registered result of M(ssmops.run_command.send_command).
    type: dict
    required: true
  instance_id:
    description:
      - The host's node id. By default the host's variable C(instance_id), C(ssm_instance_id) or
        C(ansible_aws_ssm_instance_id), or its inventory name.
    type: str
  missing:
    description:
      - What to do when the command was not sent to the host's node.
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

- name: Let each host have its own verdict
  ssmops.run_command.node_result:
    result: "{{ restart }}"
  register: own

- name: Show what the host said
  ansible.builtin.debug:
    var: own.stdout_lines

- name: Leave out the hosts that the command was not for
  ssmops.run_command.node_result:
    result: "{{ restart }}"
    missing: skip

- name: Name the node where the inventory does not
  ssmops.run_command.node_result:
    result: "{{ restart }}"
    instance_id: i-0123456789abcdef0
"""

RETURN = r"""
rc:
  description: The node's exit code; -1 when nothing ran there.
  returned: when the command was sent to the node
  type: int
  sample: 0
stdout:
  description: What the node wrote to stdout.
  returned: when the command was sent to the node
  type: str
  sample: "ok\n"
stderr:
  description: What the node wrote to stderr.
  returned: when the command was sent to the node
  type: str
  sample: ""
stdout_lines:
  description: RV(stdout) in lines.
  returned: when the command was sent to the node
  type: list
  elements: str
  sample: [ok]
stderr_lines:
  description: RV(stderr) in lines.
  returned: when the command was sent to the node
  type: list
  elements: str
  sample: []
status:
  description: The invocation's Status; the other keys of the node's entry in the result come along.
  returned: when the command was sent to the node
  type: str
  sample: Success
msg:
  description: The node and what became of it.
  returned: when the node did not succeed
  type: str
  sample: "i-0123456789abcdef0: Failed, rc=3"
"""
