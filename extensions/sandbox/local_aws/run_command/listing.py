# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of ListCommands and ListCommandInvocations. Pure."""

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


def command_matches(command: Command, filters: Iterable[Filter]) -> bool:
    """Whether a command passes every filter."""
    return all(_matches(command, command.outcome.status, given) for given in filters)


def invocation_matches(invocation: Invocation, filters: Iterable[Filter]) -> bool:
    """Whether an invocation passes every filter."""
    status = statuses.STATUS_OF_DETAILS[invocation.details]
    return all(_matches(invocation.command, status, given) for given in filters)


def _matches(command: Command, status: str, given: Filter) -> bool:
    key, value = given["key"], given["value"]
    if key == "InvokedAfter":
        return command.requested_at >= _time(value)
    if key == "InvokedBefore":
        return command.requested_at < _time(value)
    if key == "Status":
        return status == value
    if key == "ExecutionStage":
        return (status in statuses.UNFINISHED) == (value == "Executing")
    return documents.short_name(str(command.request["DocumentName"])) == documents.short_name(value)


def _time(text: str) -> float:
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise ApiError("ValidationException", f"{text} is not a time like 2026-01-31T00:00:00Z.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
