# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending a command exactly once, though SendCommand has no idempotency token.

Every request has a token of the task in its Comment. A failed call is one of three things: certainly not sent
(throttling, a connection that was never established): sent again; rejected: an error; possibly accepted (a 5xx, a
broken connection, a late or truncated response): looked up by the token. If AWS does not list it in time, it remains
unknown whether it runs, and it is not sent again unless the user allows that.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import listed_once
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    LostResponseError,
    SendError,
    SendFailure,
    SentRequest,
    check_unlisted,
    send_failure_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import asked_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import is_transient

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import Memory
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef

MAX_RESENDS = 3
# Seconds before each of the first lookups after a lost response; then every LOOK_UP_PAUSE seconds.
FIRST_LOOK_UP_PAUSES = (0.2, 0.8, 2.0, 3.0)
LOOK_UP_PAUSE = 4.0
# AWS rejects signatures that are more than 5 minutes off, so no accepted command is listed earlier than this.
CLOCK_TOLERANCE = datetime.timedelta(minutes=10)


@dataclasses.dataclass(frozen=True)
class LostResponses:
    """What to do after a lost response: for how many seconds to look the command up, and whether to send it again."""

    look_up_seconds: float
    resend: bool


@dataclasses.dataclass(frozen=True)
class _Failed:
    """An attempt to send that AWS may have accepted, or will not accept."""

    error: Exception
    failure: SendFailure


class Dispatcher:
    """Sends each request once.

    :param client: a client without retries of its own.
    :param retrier: repeats what was certainly not sent, and the lookups.
    :param memory: remembers each request for later tasks of the run.
    """

    def __init__(
        self,
        client: SSMClient,
        retrier: Retrier,
        deadline: Deadline,
        lost: LostResponses,
        memory: Memory | None = None,
    ) -> None:
        self._client = client
        self._retrier = retrier
        self._deadline = deadline
        self._policy = lost
        self._memory = memory
        self._resent: list[TokenSearch] = []

    def send(self, request: Mapping[str, t.Any], token: str) -> CommandTypeDef:
        """Send `request` (SendCommand's fields, with `token` in its Comment) and return the C(Command) that runs.

        :raises SendError: it was not sent.
        :raises LostResponseError: it is unknown whether AWS accepted it.
        """
        if self._memory is None:
            return self._send(request, token)
        sending = SentRequest(token, datetime.datetime.now(datetime.UTC), asked_nodes(request))
        try:
            self._memory.note(sending)
        except OSError as error:
            raise SendError("The command was not sent, as that cannot be written down", error) from error
        resends = len(self._resent)
        try:
            command = self._send(request, token)
        except LostResponseError as error:
            is_likely = error.exception and send_failure_of(error.exception) is SendFailure.LIKELY_ACCEPTED
            self._note(dataclasses.replace(sending, is_likely_accepted=bool(is_likely)))
            raise
        except SendError:
            # An attempt before may have been accepted.
            if len(self._resent) == resends:
                self._note(dataclasses.replace(sending, is_refused=True))
            raise
        self._note(dataclasses.replace(sending, command_id=command["CommandId"]))
        return command

    def _note(self, request: SentRequest) -> None:
        if self._memory is not None:
            # It is noted as one that may have been sent, which is true and enough.
            with contextlib.suppress(OSError):
                self._memory.note(request)

    def _send(self, request: Mapping[str, t.Any], token: str) -> CommandTypeDef:
        search = self.search(str(request["DocumentName"]), token)
        resends = 0
        while True:
            answer = self._retrier.call(self._attempt, request)
            if not isinstance(answer, _Failed):
                return answer
            if answer.failure is SendFailure.REJECTED:
                raise SendError("Failed to send the command", answer.error) from answer.error
            found = self._look_up(search, answer.error)
            if found is not None:
                return found
            if not self._policy.resend or answer.failure is SendFailure.LIKELY_ACCEPTED or resends == MAX_RESENDS:
                raise self._lost_for_good(resends, token, answer.error) from answer.error
            self._resent.append(search)
            resends += 1

    def _attempt(self, request: Mapping[str, t.Any]) -> CommandTypeDef | _Failed:
        """One call.

        :raises SendError: AWS did not see the request, or throttled it.
        """
        from botocore import exceptions, parsers

        try:
            return ssm_commands.send_command(self._client, **request)
        except (exceptions.ClientError, exceptions.BotoCoreError, parsers.ResponseParserError) as error:
            failed: Exception = error
        except (KeyError, OSError) as error:
            # A response without the command; a provider of credentials without its file.
            failed = error
        failure = send_failure_of(failed)
        if failure is SendFailure.NOT_SENT:
            raise SendError("Failed to send the command", failed) from failed
        return _Failed(failed, failure)

    def _lost_for_good(self, resends: int, token: str, error: Exception) -> LostResponseError:
        seconds = f"{self._policy.look_up_seconds:.0f} seconds"
        again = f"it was sent {resends + 1} times" if resends else "it was not sent again"
        return _lost(f"AWS has not listed the command for {seconds}; {again}", token, error)

    def _look_up(self, search: TokenSearch, lost: Exception) -> CommandTypeDef | None:
        """The command of the token, looked up repeatedly because listings lag behind.

        It may take its time even past the task's deadline: a command that is not listed yet must not be taken for one
        that was not sent.

        :raises LostResponseError: the lookup failed.
        """
        try:
            return self.recall(search, self._deadline.another(self._policy.look_up_seconds))
        except AnsibleAWSError as error:
            raise _lost(f"the commands cannot be listed ({error})", search.token, lost) from error

    def recall(self, search: TokenSearch, patience: Deadline) -> CommandTypeDef | None:
        """The command of a token that was sent moments ago, looked up until `patience` ends.

        :raises AnsibleAWSError: the last lookup failed.
        """
        pauses = iter(FIRST_LOOK_UP_PAUSES)
        retrier = self._retrier.within(patience)
        while True:
            patience.sleep(next(pauses, LOOK_UP_PAUSE))
            try:
                found = next(search.commands(self._client, retrier), None)
            except AnsibleAWSError as error:
                if patience.expired or not is_transient(error):
                    raise
                continue
            if found is not None or patience.expired:
                return found

    def search(self, document: str, token: str) -> TokenSearch:
        """A search for a command that is sent about now."""
        return TokenSearch(document, datetime.datetime.now(datetime.UTC) - CLOCK_TOLERANCE, token)

    def check_unlisted(self, document: str, unlisted: Sequence[SentRequest], seconds: float) -> None:
        """Raise an error unless requests of earlier tasks may be sent again, which AWS has not listed for `seconds`.

        :raises UnknownCommandError: AWS has accepted one. :raises LostResponseError: it may have, and the user does not
            allow to send again.
        """
        check_unlisted(unlisted, seconds, may_resend=self._policy.resend)
        for request in unlisted:
            self._resent.append(TokenSearch(document, request.sent_at - CLOCK_TOLERANCE, request.token))

    @property
    def resent_tokens(self) -> list[str]:
        """The tokens of the requests that were sent again: more than one command may have each."""
        return list(dict.fromkeys(search.token for search in self._resent))

    def duplicates(self, known: set[str], retrier: Retrier | None = None) -> list[CommandTypeDef]:
        """The commands of requests that were sent again, beyond the `known` ones (IDs): AWS listed them too late.

        :param retrier: makes the calls, if not the dispatcher's own.
        :raises AnsibleAWSError: the lookup failed.
        """
        searches = {search.token: search for search in self._resent}.values()
        found = [command for search in searches for command in search.commands(self._client, retrier or self._retrier)]
        return [command for command in found if command["CommandId"] not in known]


@dataclasses.dataclass(frozen=True)
class CommandSearch:
    """A search in the account's commands, of one document (a name or an ARN) or of all, since a moment."""

    document: str | None
    invoked_after: datetime.datetime

    def commands(self, client: SSMClient, retrier: Retrier) -> Iterator[CommandTypeDef]:
        """The commands found, newest first."""
        filters: list[t.Any] = [{"key": "InvokedAfter", "value": f"{self.invoked_after:%Y-%m-%dT%H:%M:%SZ}"}]
        if self.document is not None and not self.document.startswith("arn:"):
            filters.append({"key": "DocumentName", "value": self.document})

        def read(token: str | None) -> tuple[list[CommandTypeDef], str | None]:
            page = retrier.call(ssm_commands.list_commands_page, client, filters, token)
            return page["Commands"], page.get("NextToken")

        return listed_once(read, lambda command: command["CommandId"])


@dataclasses.dataclass(frozen=True)
class TokenSearch(CommandSearch):
    """A search for the commands whose Comment ends with a token: AWS cannot filter by Comment."""

    token: str

    def commands(self, client: SSMClient, retrier: Retrier) -> Iterator[CommandTypeDef]:
        """The commands found, newest first."""
        found = super().commands(client, retrier)
        return (command for command in found if command.get("Comment", "").endswith(self.token))


def _lost(why: str, token: str, error: Exception) -> LostResponseError:
    return LostResponseError(
        f"The response to SendCommand was lost and {why}. It may run: look for {token} in the comments of the commands",
        error,
    )
