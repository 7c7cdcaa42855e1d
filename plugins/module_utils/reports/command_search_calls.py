# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in the history that AWS keeps for 30 days, with the results of every node."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import paging, ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import listed_invocation
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import (
    command_result,
    invocation_result,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.command_search import CommandSearch
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef

Result = dict[str, t.Any]


class CommandHistory:
    """Reads commands from the history.

    :param retrier: makes the calls.
    :param outputs: reads the exact texts; None uses those of the listing, the first 2,500 characters of a step.
    """

    def __init__(self, reader: SSMClient, retrier: Retrier, tracker: Tracker, outputs: OutputReader | None) -> None:
        self._reader = reader
        self._retrier = retrier
        self._tracker = tracker
        self._outputs = outputs

    def commands(self, search: CommandSearch) -> Iterator[CommandTypeDef]:
        """The commands found, newest first, or in the order in which they are named; unknown commands are omitted."""
        if search.command_ids is None:
            yield from filter(search.wants, self._listed(search))
            return
        for command_id in search.command_ids:
            command = self._retrier.call(ssm_commands.find_command, self._reader, command_id)
            if command is not None:
                yield command

    def _listed(self, search: CommandSearch) -> Iterator[CommandTypeDef]:
        def read(token: str | None) -> tuple[list[CommandTypeDef], str | None]:
            page = self._retrier.call(ssm_commands.list_commands_page, self._reader, search.filters(), token)
            return page["Commands"], page.get("NextToken")

        return paging.listed_once(read, lambda command: command["CommandId"])

    def invocations(self, command_id: str) -> Iterator[Invocation]:
        """The results of each node, finished or not."""
        listed = self._tracker.invocations(command_id)
        if self._outputs is not None:
            return self._outputs.read(listed)
        return (listed_invocation(t.cast("dict[str, t.Any]", entry))[0] for entry in listed)

    def results(self, search: CommandSearch, *, include_invocations: bool) -> list[Result]:
        """The commands as modules return them, each with its C(invocations) if they are requested."""
        results = [command_result(command) for command in self.commands(search)]
        if include_invocations:
            for result in results:
                result["invocations"] = [
                    invocation_result(invocation) for invocation in self.invocations(result["command_id"])
                ]
        return results
