# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands of another task are to each other, which their marks tell: its parts, and what it sent again. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import marks_of_command
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import asked_nodes, requested_at
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.rate_control import (
    DEFAULT_MAX_ERRORS,
    absolute_limit,
)

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from mypy_boto3_ssm.type_defs import CommandTypeDef


def replaced_nodes(commands: Sequence[CommandTypeDef]) -> dict[str, set[str]]:
    """The nodes, by command ID, whose results in this command a later one of the same task has replaced."""
    replaced: dict[str, set[str]] = {}
    for later in commands:
        marks = marks_of_command(later)
        if not marks.again:
            continue
        for command in commands:
            if _order(command) < _order(later) and marks.is_of_same_task(marks_of_command(command)):
                replaced.setdefault(command["CommandId"], set()).update(asked_nodes(later))
    return replaced


def shared_max_errors(commands: Sequence[CommandTypeDef]) -> int | None:
    """The errors that the task of these commands allows, which it has divided among those to node IDs.

    The first of them has all the errors of the task. Where as many are allowed as there are nodes, all commands are
    sent at once, and each has the same share.

    :returns: None if it has not divided them, or if the commands are of several tasks.
    """
    marks = [marks_of_command(command) for command in commands]
    divided = [command for command in commands if asked_nodes(command)]
    if len(divided) < 2 or not all(marks[0].is_of_same_task(other) for other in marks):
        return None
    parts = [command for command in divided if not marks_of_command(command).again] or divided
    shares = [absolute_limit(part.get("MaxErrors") or DEFAULT_MAX_ERRORS, len(asked_nodes(part))) for part in parts]
    nodes = sum(len(asked_nodes(part)) for part in parts)
    is_equal = max(shares) - min(shares) <= 1
    return sum(shares) if is_equal and sum(shares) >= nodes else max(shares)


def _order(command: CommandTypeDef) -> tuple[datetime.datetime, str]:
    # A task numbers its requests in their tokens.
    return requested_at(command), marks_of_command(command).token
