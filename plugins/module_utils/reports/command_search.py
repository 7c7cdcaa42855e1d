# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands to look for: named ones, or those sent in a time range. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import math
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import (
    COMMAND_ID_PATTERN,
    iso_time,
    parse_time,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ssm.type_defs import CommandFilterTypeDef, CommandTypeDef

# The values that ListCommands accepts for the filter Status (API reference, CommandFilter).
STATUSES = ("Pending", "InProgress", "Success", "Cancelled", "Failed", "TimedOut", "Cancelling")


@dataclasses.dataclass(frozen=True)
class CommandSearch:
    """Commands by ID (None: all that match the other fields), or by the time when they were sent, status and document.

    Times are milliseconds since 1970: the first in the range, and the first after it.
    """

    command_ids: tuple[str, ...] | None = None
    after_ms: int | None = None
    before_ms: int | None = None
    status: str | None = None
    document_name: str | None = None

    @classmethod
    def parse(cls, params: Mapping[str, t.Any], now: datetime.datetime | None = None) -> CommandSearch:
        """The search in a module's parameters. Raises RequestError."""
        moment = now or datetime.datetime.now(datetime.UTC)
        command_ids = params["command_ids"]
        search = cls(
            command_ids=None if command_ids is None else tuple(dict.fromkeys(command_ids)),
            after_ms=parse_time("invoked_after", params["invoked_after"], moment),
            before_ms=parse_time("invoked_before", params["invoked_before"], moment),
            status=params["status"],
            document_name=params["document_name"],
        )
        search.check()
        return search

    def check(self) -> None:
        """Raise RequestError if AWS could not find anything."""
        for command_id in self.command_ids or ():
            if not COMMAND_ID_PATTERN.fullmatch(command_id):
                raise RequestError(
                    f"command_ids: {command_id!r} is not a command ID; allowed are UUIDs of 36 characters."
                )
        if self.after_ms is not None and self.before_ms is not None and self.before_ms <= self.after_ms:
            raise RequestError(
                f"invoked_before: {iso_time(self.before_ms)} is not after invoked_after {iso_time(self.after_ms)}; "
                "allowed is a later time."
            )

    def filters(self) -> list[CommandFilterTypeDef]:
        """The filters of ListCommands. Their times have whole seconds, so they match slightly too much."""
        values = {
            "InvokedAfter": _seconds_text(math.floor, self.after_ms),
            "InvokedBefore": _seconds_text(math.ceil, self.before_ms),
            "Status": self.status,
            "DocumentName": self.document_name,
        }
        found = [{"key": key, "value": value} for key, value in values.items() if value is not None]
        return t.cast("list[CommandFilterTypeDef]", found)

    def wants(self, command: CommandTypeDef) -> bool:
        """Whether a command that matches the filters was sent in the time range, to the millisecond."""
        sent_ms = command["RequestedDateTime"].timestamp() * 1_000
        return (self.after_ms is None or sent_ms >= self.after_ms) and (
            self.before_ms is None or sent_ms < self.before_ms
        )


def _seconds_text(rounded: t.Callable[[float], int], ms: int | None) -> str | None:
    if ms is None:
        return None
    moment = datetime.datetime.fromtimestamp(rounded(ms / 1_000), datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
