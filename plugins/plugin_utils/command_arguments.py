# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of send_command, as an argument spec."""

from __future__ import annotations

import typing as t

_TEXT: t.Final = {"type": "str"}
_NUMBER: t.Final = {"type": "int"}
_FLAG: t.Final = {"type": "bool"}
_TEXTS: t.Final = {"type": "list", "elements": "str"}

ARGUMENT_SPEC: t.Final[dict[str, dict[str, t.Any]]] = {
    "document_name": {"type": "str", "default": "AWS-RunShellScript"},
    "document_version": _TEXT,
    "document_hash": _TEXT,
    "document_hash_type": {"type": "str", "choices": ["Sha256", "Sha1"]},
    "parameters": {"type": "dict"},
    "commands": _TEXTS,
    "script": {"type": "path"},
    "working_directory": _TEXT,
    "execution_timeout": _NUMBER,
    "strict_shell": {"type": "bool", "default": False},
    "instance_ids": _TEXTS,
    "targets": {
        "type": "list",
        "elements": "dict",
        "options": {
            "key": {"type": "str", "required": True, "no_log": False},
            "values": {"type": "list", "elements": "str", "required": True},
        },
    },
    "target_tags": {"type": "dict"},
    "resource_group": _TEXT,
    "command_ids": _TEXTS,
    "max_concurrency": _TEXT,
    "max_errors": _TEXT,
    "timeout_seconds": _NUMBER,
    "comment": _TEXT,
    "output_s3_bucket_name": _TEXT,
    "output_s3_key_prefix": {"type": "str", "no_log": False},
    "output_s3_region": _TEXT,
    "cloudwatch_log_group_name": _TEXT,
    "cloudwatch_output_enabled": _FLAG,
    "notification_config": {
        "type": "dict",
        "options": {
            "notification_arn": {"type": "str", "required": True},
            "notification_events": {
                "type": "list",
                "elements": "str",
                "choices": ["All", "InProgress", "Success", "TimedOut", "Cancelled", "Failed"],
            },
            "notification_type": {"type": "str", "choices": ["Command", "Invocation"]},
        },
    },
    "service_role_arn": _TEXT,
    "alarm_configuration": {
        "type": "dict",
        "options": {
            "alarms": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {"name": {"type": "str", "required": True}},
            },
            "ignore_poll_alarm_failure": {"type": "bool", "default": False},
        },
    },
    "send_per_host": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": _NUMBER,
    "on_interrupt": {"type": "str", "choices": ["cancel", "leave"], "default": "cancel"},
    "on_timeout": {"type": "str", "choices": ["cancel", "leave"], "default": "cancel"},
    "full_output": {"type": "bool", "default": False},
    "stream_output": {"type": "bool", "default": False},
    "output_dir": {"type": "path"},
    "result_max_bytes": _NUMBER,
    "fail_on": {"type": "str", "choices": ["any", "command", "never"], "default": "any"},
    "retry_undelivered": {"type": "int", "default": 0},
}


def commands_as_list(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """`arguments` with C(commands) as a list with one item if it is a string: Ansible would split it at commas."""
    commands = arguments.get("commands")
    return {**arguments, "commands": [commands]} if isinstance(commands, str) else dict(arguments)
