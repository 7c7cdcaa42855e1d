# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a command exactly once, though SendCommand has no idempotency token.

Every request has a token of the task in its Comment. A failed call is one of three things:
certainly rejected (throttling, a connection that was never established): sent again; possibly accepted (a 5xx, a
broken connection): looked up by the token, and sent again only if AWS does not list it; likely accepted or still in
transit (a late or truncated response): looked up, and never sent again.
"""

from __future__ import annotations

import datetime
import random
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    LostResponseError,
    SendError,
    SendFailure,
    send_failure_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef

MAX_RESENDS = 3
MAX_BACKOFF = 20.0
# Seconds between lookups after a lost response: AWS lists a new command within a few seconds.
LOOK_UP_PAUSES = (0.2, 0.8, 2.0, 3.0, 4.0)
# The same for a controller that is being interrupted.
LAST_LOOK_UP_PAUSES = (0.2, 0.8, 2.0)
# AWS rejects signatures that are more than 5 minutes off, so no accepted command is listed earlier than this.
CLOCK_TOLERANCE = datetime.timedelta(minutes=10)


class Dispatcher:
    """Sends each request once, with the given client (without retries of its own).

    :param reader: a client that may retry, for the lookups.
    """

    def __init__(self, sender: SSMClient, reader: SSMClient, deadline: Deadline) -> None:
        self._sender = sender
        self._reader = reader
        self._deadline = deadline

    def send(self, request: Mapping[str, t.Any], token: str) -> CommandTypeDef:
        """Send `request` (SendCommand's fields, with `token` in its Comment) and return the C(Command) that runs.

        :raises SendError: it was rejected, or it is unknown whether AWS accepted it; the message says which.
        """
        from botocore import exceptions, parsers

        resends = attempts = 0
        while True:
            started = datetime.datetime.now(datetime.UTC)
            try:
                return ssm_commands.send_command(self._sender, **request)
            except (exceptions.ClientError, exceptions.BotoCoreError, parsers.ResponseParserError, KeyError) as error:
                fate = send_failure_of(error)
                if fate is SendFailure.REJECTED:
                    raise SendError("Failed to send the command", error) from error
                if fate is not SendFailure.REFUSED:
                    found = self._look_up(request["DocumentName"], token, started, error)
                    if found is not None:
                        return found
                    resends += 1
                    self._refuse_resend(fate, resends, token, error)
                attempts += 1
                self._back_off(attempts, error)

    def _refuse_resend(self, fate: SendFailure, resends: int, token: str, error: Exception) -> None:
        if fate is SendFailure.LIKELY_ACCEPTED or resends > MAX_RESENDS:
            raise _lost("AWS does not list the command", token, error) from error

    def _back_off(self, attempts: int, error: Exception) -> None:
        if self._deadline.expired:
            raise SendError("Failed to send the command before the deadline", error) from error
        self._deadline.sleep(random.uniform(0, min(MAX_BACKOFF, 0.5 * 2**attempts)))  # noqa: S311 - spreads retries

    def _look_up(self, document: str, token: str, started: datetime.datetime, lost: Exception) -> CommandTypeDef | None:
        """The command with `token`, looked up several times because listings lag behind.

        :raises SendError: the lookup failed.
        """
        unreadable: AnsibleAWSError | None = None
        for pause in LOOK_UP_PAUSES:
            # Even past the deadline: a command that is not listed yet must not be taken for one that was not sent.
            self._deadline.pause(pause)
            try:
                found = find_by_token(self._reader, document, token, started - CLOCK_TOLERANCE)
            except AnsibleAWSError as error:
                unreadable = error
                continue
            unreadable = None
            if found is not None:
                return found
        if unreadable is not None:
            raise _lost(f"the commands cannot be listed ({unreadable})", token, lost) from unreadable
        return None

    def recall(self, client: SSMClient, document: str, token: str) -> CommandTypeDef | None:
        """The command with `token` that was sent moments ago, looked up for a few seconds with `client`.

        :raises AnsibleAWSError: the lookup failed.
        """
        earliest = datetime.datetime.now(datetime.UTC) - CLOCK_TOLERANCE
        for pause in LAST_LOOK_UP_PAUSES:
            self._deadline.pause(pause)
            found = find_by_token(client, document, token, earliest)
            if found is not None:
                return found
        return None


def _lost(why: str, token: str, error: Exception) -> LostResponseError:
    return LostResponseError(
        f"The response to SendCommand was lost and {why}; it was not sent again, because it may still run: look for "
        f"{token} in the comments of the commands",
        error,
    )


def find_by_token(
    client: SSMClient, document: str, token: str, invoked_after: datetime.datetime
) -> CommandTypeDef | None:
    """The command whose Comment ends with `token`, among all sent since: AWS cannot filter by Comment."""
    filters: list[t.Any] = [{"key": "InvokedAfter", "value": invoked_after.strftime("%Y-%m-%dT%H:%M:%SZ")}]
    if not document.startswith("arn:"):
        filters.append({"key": "DocumentName", "value": document})
    page_token: str | None = None
    while True:
        page = ssm_commands.list_commands_page(client, filters, page_token)
        for command in page["Commands"]:
            if command.get("Comment", "").endswith(token):
                return command
        page_token = page.get("NextToken")
        if not page_token:
            return None
