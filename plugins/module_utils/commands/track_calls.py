# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out what changed with the fewest calls: one counter call per poll, listing pages only for what has ended."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import threading
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import paging, ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import (
    VISIBILITY_DELAY,
    UnknownCommandError,
    in_words,
    pause_before_looking_again,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef, CommandTypeDef, GetCommandInvocationResultTypeDef


class Tracker:
    """Reads the state of commands and of their invocations.

    :param retrier: makes the calls.
    """

    def __init__(self, reader: SSMClient, retrier: Retrier, deadline: Deadline) -> None:
        self._reader = reader
        self._retrier = retrier
        self._deadline = deadline
        self._stopped = threading.Event()

    def stop_waiting(self) -> None:
        """From now on, what lags behind is not waited for: other threads must not outlive the task for long."""
        self._stopped.set()

    def find(self, command_id: str) -> CommandTypeDef:
        """A command that was sent before, perhaps moments ago.

        :raises UnknownCommandError: AWS does not list it.
        """
        return next(self.find_all([command_id]))

    def find_all(self, command_ids: Iterable[str]) -> Iterator[CommandTypeDef]:
        """Commands that were sent before, perhaps moments ago, each as soon as AWS lists it.

        :raises UnknownCommandError: AWS does not list all of them within VISIBILITY_DELAY, or before the deadline.
        """
        patience = self._deadline.another(min(VISIBILITY_DELAY, self._deadline.remaining()))
        sought = list(dict.fromkeys(command_ids))
        while True:
            for command_id in tuple(sought):
                command = self._find(command_id)
                if command is not None:
                    sought.remove(command_id)
                    yield command
            if not sought:
                return
            if patience.expired:
                commands = in_words(sought)
                raise UnknownCommandError(
                    f"AWS has not listed {commands} for {patience.elapsed:.0f} seconds: it was sent in another account "
                    "or region, or more than 30 days ago"
                )
            patience.sleep(pause_before_looking_again(patience.elapsed))

    def refresh(self, commands: Sequence[CommandTypeDef]) -> Mapping[str, CommandTypeDef]:
        """The current state of `commands` by ID, without those that AWS does not list.

        One call for one command, and usually one for many sent together: they share a page of the newest commands.
        """
        if len(commands) == 1:
            found = [self._find(commands[0]["CommandId"])]
            return {command["CommandId"]: command for command in found if command}
        wanted = {command["CommandId"] for command in commands}
        listed = self._list_since(min(command["RequestedDateTime"] for command in commands), wanted)
        for command_id in wanted - set(listed):
            command = self._find(command_id)
            if command:
                listed[command_id] = command
        return listed

    def _find(self, command_id: str) -> CommandTypeDef | None:
        return self._retrier.call(ssm_commands.find_command, self._reader, command_id)

    def _list_since(self, requested: datetime.datetime, wanted: set[str]) -> dict[str, CommandTypeDef]:
        since = requested.astimezone(datetime.UTC) - datetime.timedelta(seconds=1)
        filters: list[t.Any] = [{"key": "InvokedAfter", "value": since.strftime("%Y-%m-%dT%H:%M:%SZ")}]

        def read(token: str | None) -> tuple[list[CommandTypeDef], str | None]:
            page = self._retrier.call(ssm_commands.list_commands_page, self._reader, filters, token)
            return page["Commands"], page.get("NextToken")

        found: dict[str, CommandTypeDef] = {}
        pages = len(wanted) // ssm_commands.PAGE_SIZE + 1
        listed = paging.listed_once(read, lambda command: command["CommandId"])
        # What this does not find is looked up by its ID.
        with contextlib.suppress(paging.RepeatedTokenError):
            for command in itertools.islice(listed, pages * ssm_commands.PAGE_SIZE):
                if command["CommandId"] in wanted:
                    found[command["CommandId"]] = command
                if len(found) == len(wanted):
                    break
        return found

    def invocations(self, command_id: str, status: str | None = None) -> Iterator[CommandInvocationTypeDef]:
        """The invocations of a command, page by page, each node once; with `status`, only those with this status.

        :raises RepeatedTokenError: the listing never ends.
        """
        filters: list[t.Any] = [{"key": "Status", "value": status}] if status else []

        def read(token: str | None) -> tuple[list[CommandInvocationTypeDef], str | None]:
            page = self._retrier.call(ssm_commands.list_invocations_page, self._reader, command_id, filters, token)
            return page["CommandInvocations"], page.get("NextToken")

        return paging.listed_once(read, lambda listed: listed["InstanceId"])

    def ended_step(
        self, command_id: str, instance_id: str, step: str | None, lag: Deadline | None = None
    ) -> GetCommandInvocationResultTypeDef:
        """GetCommandInvocation of a step that has ended, repeated while its response lags behind the listing.

        The response is that of a running step if it lags behind for longer.

        :param lag: until when it may lag behind; VISIBILITY_DELAY seconds if not given.
        """
        patience = self._deadline.another(VISIBILITY_DELAY) if lag is None else lag
        began = patience.now
        while True:
            last = patience.expired or self._stopped.is_set()
            try:
                answer = self._retrier.call(
                    ssm_commands.get_command_invocation, self._reader, command_id, instance_id, step
                )
            except AnsibleAWSError as error:
                if error_code(error) != "InvocationDoesNotExist" or last:
                    raise
            else:
                if statuses.is_terminal(answer["Status"]) or last:
                    return answer
            patience.sleep(pause_before_looking_again(patience.now - began))
