# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which commands to cancel: by ID, by client token, or by a text in their comments. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import marks_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_ssm.type_defs import CommandTypeDef


@dataclasses.dataclass(frozen=True)
class CancelRequest:
    """Exactly one of `command_ids`, `client_token` and `comment` is set; the ages are in seconds."""

    command_ids: tuple[str, ...]
    client_token: str | None
    comment: str | None
    older_than: int
    max_age: int

    @classmethod
    def parse(cls, params: Mapping[str, t.Any]) -> CancelRequest:
        """From the module's validated parameters.

        :raises RequestError: an age is below 0, or a text is empty.
        """
        for name in ("older_than", "max_age"):
            if params[name] < 0:
                raise RequestError(f"{name} is {params[name]}: it must be 0 or more.")
        for name in ("client_token", "comment"):
            if params[name] is not None and not params[name].strip():
                raise RequestError(f"{name} is empty: it would mean every command.")
        return cls(
            command_ids=tuple(params["command_ids"] or ()),
            client_token=params["client_token"],
            comment=params["comment"],
            older_than=params["older_than"],
            max_age=params["max_age"],
        )

    def chosen(self, listed: Iterable[CommandTypeDef], now: datetime.datetime) -> list[CommandTypeDef]:
        """Of the commands listed, those that are meant, oldest first."""
        latest = now - datetime.timedelta(seconds=self.older_than)
        meant = [found for found in listed if self._means(found) and found["RequestedDateTime"] <= latest]
        return sorted(meant, key=lambda found: found["RequestedDateTime"])

    def _means(self, command: CommandTypeDef) -> bool:
        comment = command.get("Comment", "")
        if self.client_token is not None:
            marks = marks_of(comment)
            return marks is not None and marks.client_token == self.client_token
        if self.comment is not None:
            # In whole words: "AWX job 1" must not find "AWX job 12".
            return re.search(rf"(?<!\S){re.escape(self.comment)}(?!\S)", comment) is not None
        return True


def is_running(command: CommandTypeDef) -> bool:
    """Whether there is something to cancel."""
    return not statuses.is_terminal(command["Status"])


def message(found: int, running: int, ended: int, *, check: bool) -> str:
    """What was done with the commands found, of which so many were running, and have ended by now."""
    if not found:
        return "No such command was found."
    had_ended = f"{found - running} of {found} commands had ended before"
    if not running:
        return f"Nothing to cancel: {had_ended}."
    if check:
        return f"{running} of {found} commands would be cancelled."
    return f"Cancelled {running} of {found} commands; {ended} of these have ended by now."
