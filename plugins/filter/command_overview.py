# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: command_overview
version_added: 1.0.0
short_description: Sum up the results of a command in several regions in a few kilobytes
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Sums up results of M(ssmops.run_command.send_command) or M(ssmops.run_command.cancel_command), one region after the
    other, for the artifacts and the last lines of a job in AWX. AWX does not limit the size of artifacts.
  - The overview has no output of nodes, except the last line of the stderr of a node that failed, in C(failures), and the
    last line that the nodes of a group wrote, in C(groups), with one more line or the C(digest) where groups would look the
    same. C(artifact) has none.
options:
  _input:
    description: A result. An empty dictionary begins an overview.
    type: dict
    required: true
  region:
    description: The region of the result.
    type: str
    default: ""
  before:
    description: The overview of the regions before. If not set, a new one begins.
    type: dict
  shown:
    description: The maximum number of lines in each of C(failures), C(groups) and C(nodes).
    type: int
    default: 20
  client_token:
    description: The token in the artifact of a new overview.
    type: str
    default: ""
  regions:
    description: The regions in the artifact of a new overview.
    type: list
    elements: str
    default: []
seealso:
  - module: ssmops.run_command.send_command
"""

EXAMPLES = r"""
- name: Send a command
  ssmops.run_command.send_command:
    target_tags:
      Role: web
    commands: systemctl restart nginx
    fail_on: never
  register: sent

- name: Give it to the jobs that follow in the workflow
  ansible.builtin.set_stats:
    data:
      restart: "{{ (sent | ssmops.run_command.command_overview(region='eu-central-1')).artifact }}"
    per_host: false

- name: Show the first failures
  ansible.builtin.debug:
    msg: "{{ (sent | ssmops.run_command.command_overview(region='eu-central-1', shown=5)).failures }}"

- name: Fail if a node did not succeed
  ansible.builtin.assert:
    that: overview.problems | length == 0
    fail_msg: "{{ overview.problems | join(' ') }}"
  vars:
    overview: "{{ sent | ssmops.run_command.command_overview }}"
"""

RETURN = r"""
_value:
  description:
    - C(artifact) has C(client_token), C(regions), C(command_ids) by region, C(counts) by outcome, C(failed_instance_ids),
      C(unknown_instance_ids) (nodes that may have run the command, or still run it), and C(cut), which tells whether there
      are more than 100 commands, or than 75 nodes in one of the lists. It takes less than 10,000 bytes.
    - C(groups) has a line for each group of nodes with equal answers, as in the
      RV(ssmops.run_command.send_command#module:groups) of results, and C(groups_more) the numbers of C(groups) without a line
      and of their C(nodes).
    - C(failures) has a line for each node that did not succeed, and C(nodes) one for each that the command would reach, in
      check mode. C(problems) has a sentence for each region in which something did not succeed. C(stopped) tells whether AWS
      stopped sending the command to nodes because of C(max_errors).
  type: dict
  sample:
    artifact:
      client_token: awx-job-12
      regions: [eu-central-1]
      command_ids: {"eu-central-1": [11111111-2222-4333-8444-555555555555]}
      counts: {"total": 2, "success": 1, "failed": 1}
      failed_instance_ids: [i-0123456789abcdef0]
      unknown_instance_ids: []
      cut: false
    failures: ["eu-central-1  i-0123456789abcdef0  web-1  Failed  rc=3  disk full"]
    groups:
      - eu-central-1  1 node  failed  rc=3  disk full  i-0123456789abcdef0
      - eu-central-1  1 node  success  rc=0  i-0123456789abcdef1
    groups_more: {"groups": 0, "nodes": 0}
    nodes: []
    problems: ["eu-central-1: 1 of 2 nodes succeeded (1 success, 1 failed)."]
    stopped: false
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.overview import Overview, add_result, begin

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def command_overview(
    result: dict[str, t.Any],
    region: str = "",
    before: Overview | None = None,
    shown: int = 20,
    client_token: str = "",
    regions: Sequence[str] = (),
) -> Overview:
    """The overview with the result. Raises AnsibleFilterError if it is none."""
    if not isinstance(result, dict):
        raise AnsibleFilterError("command_overview: the input is not a result; allowed is a dictionary.")
    overview = before or begin(client_token, regions or ([region] if region else []))
    return add_result(overview, result, region, shown) if result else overview


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"command_overview": command_overview}
