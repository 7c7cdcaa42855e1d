# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ListCommands and ListCommandInvocations list, and their filters. Pure."""

from __future__ import annotations

import datetime
import typing as t

from ..wire.errors import ApiError
from . import documents, statuses

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Command, Invocation

Filter = t.Mapping[str, str]
_COMMAND_STATUSES: t.Final = frozenset(
    {"Pending", "InProgress", "Success", "Cancelled", "Failed", "TimedOut", "Cancelling"}
)
_EXECUTION_STAGES: t.Final = frozenset({"Executing", "Complete"})


class Entry(t.NamedTuple):
    """What is asked of a command or of an invocation before it is shown; number: of the command, which counts them."""

    number: int
    command_id: str
    region: str
    requested_at: float
    document_name: str
    status: str
    instance_id: str = ""

    @classmethod
    def of_command(cls, command: Command) -> Entry:
        """That of a command, which has no instance_id."""
        return cls(
            command.number,
            command.command_id,
            command.region,
            command.requested_at,
            str(command.request["DocumentName"]),
            command.outcome.status,
        )

    @classmethod
    def of_invocation(cls, invocation: Invocation) -> Entry:
        """That of an invocation."""
        of_command = cls.of_command(invocation.command)
        return of_command._replace(status=invocation.status, instance_id=invocation.node.instance_id)


def check(filters: Iterable[Filter]) -> None:
    """InvalidFilterKey or ValidationException for a value its key does not take."""
    for given in filters:
        key, value = given["key"], given["value"]
        if key in {"InvokedAfter", "InvokedBefore"}:
            _time(value)
        elif key == "Status" and value not in _COMMAND_STATUSES | {"Delayed"}:
            raise ApiError("ValidationException", f"The value {value} of filter Status is not valid.")
        elif key == "ExecutionStage" and value not in _EXECUTION_STAGES:
            raise ApiError("ValidationException", f"The value {value} of filter ExecutionStage is not valid.")


def matches(entry: Entry, filters: Iterable[Filter]) -> bool:
    """Whether a command or an invocation passes every filter."""
    return all(_matches(entry, given) for given in filters)


def _matches(entry: Entry, given: Filter) -> bool:
    key, value = given["key"], given["value"]
    if key == "InvokedAfter":
        return entry.requested_at >= _time(value)
    if key == "InvokedBefore":
        return entry.requested_at < _time(value)
    if key == "Status":
        return entry.status == value
    if key == "ExecutionStage":
        return (entry.status in statuses.UNFINISHED) == (value == "Executing")
    return documents.short_name(entry.document_name) == documents.short_name(value)


def _time(text: str) -> float:
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise ApiError("ValidationException", f"{text} is not a time like 2026-01-31T00:00:00Z.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
