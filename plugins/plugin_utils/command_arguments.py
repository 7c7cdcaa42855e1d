# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arguments of send_command, as an argument spec."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.written_values import scalar_text

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
    "client_token": {"type": "str", "no_log": False},
    "client_token_max_age": {"type": "int", "default": 86_400, "no_log": False},
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
    "fold_mask": {"type": "bool", "default": True},
    "fail_on": {"type": "str", "choices": ["any", "command", "never", "skipped", "truncated"], "default": "any"},
    "retry_undelivered": {"type": "int", "default": 0},
    "on_lost_response": {"type": "str", "choices": ["fail", "resend"], "default": "fail"},
    "lost_response_timeout": {"type": "int", "default": 60},
}


# Text areas of surveys have one ID per line, or several with commas or spaces.
_ID_LISTS: t.Final = frozenset({"instance_ids", "command_ids"})
_BETWEEN_IDS: t.Final = re.compile(r"[\s,]+")


def as_written(arguments: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """`arguments` with texts as YAML writes them, where Ansible would take C(true) for C(True).

    C(commands) that are one text are one command, with its commas; IDs in one text are split.

    :raises RequestError: a value that must be a text is null, a list or a dictionary.
    """
    return _options_as_written("", arguments, ARGUMENT_SPEC)


def _options_as_written(
    where: str, options: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Mapping[str, t.Any]]
) -> dict[str, t.Any]:
    return {
        name: value if value is None or name not in spec else _as_written(name, f"{where}{name}", value, spec[name])
        for name, value in options.items()
    }


def _as_written(name: str, where: str, value: t.Any, spec: t.Mapping[str, t.Any]) -> t.Any:
    if spec["type"] == "str":
        return scalar_text(where, value)
    if name == "commands" and not isinstance(value, (list, tuple)):
        return [scalar_text(where, value)]
    if "options" in spec and isinstance(value, dict):
        return _options_as_written(f"{where}.", value, spec["options"])
    if spec["type"] != "list" or not isinstance(value, (list, tuple)):
        return _split([value]) if name in _ID_LISTS and isinstance(value, str) else value
    element = {**spec, "type": spec["elements"]}
    items = [_as_written("", f"{where}[{number}]", item, element) for number, item in enumerate(value, 1)]
    return _split(items) if name in _ID_LISTS else items


def _split(texts: t.Iterable[str]) -> list[str]:
    return [part for text in texts for part in _BETWEEN_IDS.split(text) if part]
