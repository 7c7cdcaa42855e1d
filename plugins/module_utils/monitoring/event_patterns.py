# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge event patterns, and those that match Run Command's status changes. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import INSTANCE_ID_PATTERN
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Level = t.Literal["command", "invocation"]
# Systems Manager User Guide, "Monitoring Systems Manager status changes using Amazon EventBridge".
SOURCE = "aws.ssm"
DETAIL_TYPES: dict[Level, str] = {
    "command": "EC2 Command Status-change Notification",
    "invocation": "EC2 Command Invocation Status-change Notification",
}
COMMAND_STATUSES = ("Pending", "InProgress", "Success", "TimedOut", "Cancelled", "Failed")
STATUSES = (*COMMAND_STATUSES, "Delayed")
MAX_PATTERN_LENGTH = 4_096

Pattern = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class CommandStatusChange:
    """Status changes of Run Command to match; an empty sequence means any."""

    levels: Sequence[Level]
    statuses: Sequence[str] = ()
    document_names: Sequence[str] = ()
    instance_ids: Sequence[str] = ()
    exclude_document_names: Sequence[str] = ()

    @classmethod
    def parse(cls, option: Mapping[str, t.Any]) -> CommandStatusChange:
        """The option `on_command_status`. Raises RequestError if no event could match."""
        change = cls(
            levels=option["level"],
            statuses=option.get("statuses") or (),
            document_names=option.get("document_names") or (),
            instance_ids=option.get("instance_ids") or (),
            exclude_document_names=option.get("exclude_document_names") or (),
        )
        change.check()
        return change

    def check(self) -> None:
        """Raise RequestError if no event could match."""
        if not self.levels:
            raise RequestError("on_command_status.level: an empty list; allowed are command and invocation.")
        if "command" in self.levels and self.instance_ids:
            raise RequestError(
                "on_command_status.instance_ids: events of level command do not name nodes; "
                "allowed is level invocation."
            )
        if list(self.levels) == ["command"] and "Delayed" in self.statuses:
            raise RequestError(
                "on_command_status.statuses: 'Delayed' is a status of invocations only; "
                f"allowed for level command are {', '.join(COMMAND_STATUSES)}."
            )
        if self.document_names and self.exclude_document_names:
            raise RequestError(
                "on_command_status.exclude_document_names: it has no use beside document_names; "
                "allowed is one of the two."
            )
        for instance_id in self.instance_ids:
            if not INSTANCE_ID_PATTERN.fullmatch(instance_id):
                raise RequestError(
                    f"on_command_status.instance_ids: {instance_id!r} is not a node ID; "
                    "allowed are i- with 8 or 17 and mi- with 17 hexadecimal digits."
                )

    def pattern(self) -> Pattern:
        """The event pattern that matches exactly these changes."""
        fields = {
            "status": self.statuses,
            "document-name": self.document_names,
            "instance-id": self.instance_ids,
        }
        detail: Pattern = {field: list(values) for field, values in fields.items() if values}
        if self.exclude_document_names:
            detail["document-name"] = [{"anything-but": {"wildcard": list(self.exclude_document_names)}}]
        pattern: Pattern = {
            "source": [SOURCE],
            "detail-type": [DETAIL_TYPES[level] for level in DETAIL_TYPES if level in self.levels],
        }
        return pattern | ({"detail": detail} if detail else {})


def check_pattern(pattern: t.Any, where: str = "event_pattern") -> None:
    """Raise RequestError unless the pattern has EventBridge's format: dictionaries with lists as leaves."""
    if not isinstance(pattern, dict):
        raise RequestError(f"{where}: {pattern!r} is not a dictionary; put values to match into a list.")
    if not pattern:
        raise RequestError(f"{where}: an empty dictionary; allowed is one that names at least one field.")
    for key, value in pattern.items():
        if isinstance(value, dict):
            check_pattern(value, f"{where}.{key}")
        elif not isinstance(value, list):
            raise RequestError(f"{where}.{key}: {value!r} is not a list; put values to match into a list.")
        elif not value:
            raise RequestError(f"{where}.{key}: an empty list matches nothing; allowed is at least one value.")


def same_pattern(one: t.Any, other: t.Any) -> bool:
    """Whether two patterns match the same events regardless of order: a list is a set of alternatives."""
    return bool(_canonical(one) == _canonical(other))


def _canonical(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_canonical(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value
