#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_log_info
version_added: 1.0.0
short_description: Search what commands wrote to CloudWatch Logs
description:
  - Searches a log group that commands write their output to, by command, node, stream, time and pattern.
  - All pages are read, and each event is given once.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A node uploads what a command writes every 30 seconds or 200 KB, so the newest lines may not be there yet.
  - A stream is there only when something was written to it.
  - "Permissions needed: logs:FilterLogEvents and logs:DescribeLogGroups."
options:
  log_group_name:
    description:
      - The log group. When it is not there, the module warns and gives no events.
    type: str
    required: true
  command_ids:
    description:
      - The commands; all of the log group when not set.
    type: list
    elements: str
    aliases: [command_id]
  instance_ids:
    description:
      - The nodes; all when not set.
    type: list
    elements: str
    aliases: [instance_id]
  streams:
    description:
      - The streams of the commands; both when not set. Events of other streams than commands' are then left out.
    type: list
    elements: str
    choices: [stdout, stderr]
  start_time:
    description:
      - From when on, as a time with its zone like V(2026-01-31T14:05:00Z), or a span before now like V(15m), V(2h) or
        V(7d).
    type: str
  end_time:
    description:
      - Until when, written like O(start_time).
    type: str
  filter_pattern:
    description:
      - What to look for, in the pattern syntax of CloudWatch Logs.
    type: str
  max_events:
    description:
      - How many events to give at most. When there are more, RV(truncated) is true.
    type: int
    default: 10000
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.log_group
  - name: Filter pattern syntax
    description: What a pattern can say.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read all a command wrote
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    command_ids: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f

- name: Look for two phrases in the last day's output of two nodes
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    instance_ids:
      - i-0123456789abcdef0
      - i-0fedcba9876543210
    start_time: 1d
    filter_pattern: '?"Out of memory" ?"No space left"'

- name: Read the last error lines of a command
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    command_ids: "{{ sent.command_ids }}"
    streams: [stderr]
    max_events: 100

- name: Search a span of time
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    start_time: "2026-01-31T14:00:00Z"
    end_time: "2026-01-31T15:00:00Z"
"""

RETURN = r"""
events:
  description: The events, in the order of their time. Empty when there are none.
  returned: always
  type: list
  elements: dict
  contains:
    event_id:
      description: What CloudWatch Logs calls the event.
      returned: always
      type: str
      sample: "38990234567890123456789012345678901234567890123456789012"
    time:
      description: When it was written.
      returned: always
      type: str
      sample: "2026-01-31T14:05:12.345Z"
    timestamp:
      description: The same in milliseconds since 1970.
      returned: always
      type: int
      sample: 1769868312345
    ingestion_time:
      description: When CloudWatch Logs got it, in milliseconds since 1970.
      returned: always
      type: int
      sample: 1769868340000
    message:
      description: What was written, one line or more. The agent sends many lines in one event.
      returned: always
      type: str
      sample: "rm: cannot remove 'x': No such file or directory"
    log_stream_name:
      description: The stream it is in.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f/i-0123456789abcdef0/aws-runShellScript/stderr
    command_id:
      description: The command, or null when the stream is not a command's.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
    instance_id:
      description: The node, or null when the stream is not a command's.
      returned: always
      type: str
      sample: i-0123456789abcdef0
    plugin:
      description: The step of the document, or null when the stream is not a command's.
      returned: always
      type: str
      sample: aws-runShellScript
    stream:
      description: V(stdout) or V(stderr), or null when the stream is not a command's.
      returned: always
      type: str
      sample: stderr
truncated:
  description: Whether there are more events than O(max_events).
  returned: always
  type: bool
  sample: false
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import STREAMS, LogSearch
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events_calls import search
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

ARGUMENT_SPEC = {
    "log_group_name": {"type": "str", "required": True},
    "command_ids": {"type": "list", "elements": "str", "aliases": ["command_id"]},
    "instance_ids": {"type": "list", "elements": "str", "aliases": ["instance_id"]},
    "streams": {"type": "list", "elements": "str", "choices": list(STREAMS)},
    "start_time": {"type": "str"},
    "end_time": {"type": "str"},
    "filter_pattern": {"type": "str"},
    "max_events": {"type": "int", "default": 10_000},
}


def find(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The events the parameters ask for."""
    request = LogSearch.parse(module.params)
    found = search(module.client("logs"), request)
    if found is None:
        module.warn(f"log_group_name: there is no log group {request.log_group_name!r}, so there are no events.")
        return {"changed": False, "events": [], "truncated": False}
    return {"changed": False} | found


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run(module, lambda: find(module))


if __name__ == "__main__":
    main()
