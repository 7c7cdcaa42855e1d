#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_log_info
version_added: 1.0.0
short_description: Search the output that commands wrote to CloudWatch Logs
description:
  - Searches a log group that commands write their output to, by command, node, stream, time and pattern.
  - Reads all pages, and returns each event once.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A node uploads the output of a command every 30 seconds or 200 KB, so the latest lines may be missing.
  - A stream only exists if something was written to it.
  - "Required permissions: logs:FilterLogEvents and logs:DescribeLogGroups."
options:
  log_group_name:
    description:
      - The name of the log group. If it does not exist, the module warns and returns no events.
    type: str
    required: true
  command_ids:
    description:
      - The IDs of the commands. If not set, all commands in the log group.
    type: list
    elements: str
    aliases: [command_id]
  instance_ids:
    description:
      - The IDs of the nodes. If not set, all nodes.
    type: list
    elements: str
    aliases: [instance_id]
  streams:
    description:
      - The output streams of the commands. If not set, both. If set, events of streams that do not belong to a command
        are omitted.
    type: list
    elements: str
    choices: [stdout, stderr]
  start_time:
    description:
      - The start of the time range. Specify a time with its time zone, such as V(2026-01-31T14:05:00Z), or a period
        before now, such as V(15m), V(2h) or V(7d).
    type: str
  end_time:
    description:
      - The end of the time range, in the same format as O(start_time).
    type: str
  filter_pattern:
    description:
      - The filter pattern to search for, in the syntax of CloudWatch Logs.
    type: str
  max_events:
    description:
      - The maximum number of events to return. If there are more, RV(truncated) is true.
    type: int
    default: 10000
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.log_group
  - name: Filter pattern syntax
    description: The syntax of filter patterns.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Read the complete output of a command
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    command_ids: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f

- name: Search the output of two nodes of the last day for two phrases
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    instance_ids:
      - i-0123456789abcdef0
      - i-0fedcba9876543210
    start_time: 1d
    filter_pattern: '?"Out of memory" ?"No space left"'

- name: Read the error lines of a command
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    command_ids: "{{ sent.command_ids }}"
    streams: [stderr]
    max_events: 100

- name: Search a time range
  ssmops.run_command.command_log_info:
    log_group_name: /ssm/commands
    start_time: "2026-01-31T14:00:00Z"
    end_time: "2026-01-31T15:00:00Z"
"""

RETURN = r"""
events:
  description: The events, sorted by time. Empty if there are none.
  returned: always
  type: list
  elements: dict
  contains:
    event_id:
      description: The ID of the event in CloudWatch Logs.
      returned: always
      type: str
      sample: "38990234567890123456789012345678901234567890123456789012"
    time:
      description: When the event was written.
      returned: always
      type: str
      sample: "2026-01-31T14:05:12.345Z"
    timestamp:
      description: RV(events[].time) in milliseconds since 1970.
      returned: always
      type: int
      sample: 1769868312345
    ingestion_time:
      description: When CloudWatch Logs received the event, in milliseconds since 1970.
      returned: always
      type: int
      sample: 1769868340000
    message:
      description: The output, one or more lines. The agent sends many lines in one event.
      returned: always
      type: str
      sample: "rm: cannot remove 'x': No such file or directory"
    log_stream_name:
      description: The log stream of the event.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f/i-0123456789abcdef0/aws-runShellScript/stderr
    command_id:
      description: The ID of the command, or null if the stream does not belong to a command.
      returned: always
      type: str
      sample: 7f3c1d2e-5b6a-4c8d-9e0f-1a2b3c4d5e6f
    instance_id:
      description: The ID of the node, or null if the stream does not belong to a command.
      returned: always
      type: str
      sample: i-0123456789abcdef0
    plugin:
      description: The step of the document, or null if the stream does not belong to a command.
      returned: always
      type: str
      sample: aws-runShellScript
    stream:
      description: V(stdout) or V(stderr), or null if the stream does not belong to a command.
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
    """The events for the parameters."""
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
