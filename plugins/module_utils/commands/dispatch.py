# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of a failed SendCommand call for its command. Pure."""

from __future__ import annotations

import dataclasses
import enum
import ssl
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import THROTTLING_ERROR_CODES, AWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import UnknownCommandError

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

# How http.client begins the error of a proxy that refuses CONNECT.
_NO_TUNNEL = "Tunnel connection failed"


class SendError(AWSError):
    """A command was not sent, or it is unknown whether it was."""


class LostResponseError(SendError):
    """Whether a command was sent is not known: it may run."""


@dataclasses.dataclass(frozen=True)
class SentRequest:
    """A request that was sent, or may have been sent.

    :param token: the token of the request, at the end of its comment.
    :param sent_at: when, by the controller's clock.
    :param nodes: the node IDs that it was sent to, if it was sent to node IDs.
    :param command_id: the command that AWS has answered with; "" without an answer.
    :param is_refused: whether AWS has certainly not accepted it.
    :param is_likely_accepted: whether AWS has most likely accepted it, though its answer was lost.
    """

    token: str
    sent_at: datetime.datetime
    nodes: tuple[str, ...] = ()
    command_id: str = ""
    is_refused: bool = False
    is_likely_accepted: bool = False


class Memory(t.Protocol):
    """What the tasks of a run remember of the requests that they have sent with a client token."""

    def note(self, request: SentRequest) -> None:
        """Remember a request, instead of what is remembered of its token.

        :raises OSError: it cannot be written down.
        """

    def requests(self) -> Sequence[SentRequest]:
        """All requests that AWS has accepted, or may have accepted, oldest first.

        :raises OSError: they cannot be read.
        """


def check_unlisted(requests: Iterable[SentRequest], seconds: float, *, may_resend: bool) -> None:
    """Raise an error unless these requests of earlier tasks may be sent again.

    :param seconds: for how long AWS has not listed them.
    :param may_resend: whether the user allows to send again what may have been accepted.
    :raises UnknownCommandError: AWS has accepted one.
    :raises LostResponseError: AWS may have accepted one.
    """
    for request in requests:
        if request.command_id:
            raise UnknownCommandError(
                f"AWS has not listed the command {request.command_id} for {seconds:.0f} seconds: this run has sent it "
                "with the same client_token, so nothing was sent again"
            )
        if not may_resend or request.is_likely_accepted:
            raise LostResponseError(
                "The response to SendCommand was lost earlier in this run, and AWS has not listed the command for "
                f"{seconds:.0f} seconds; it was not sent again. It may run: look for {request.token} in the comments "
                "of the commands"
            )


class SendFailure(enum.Enum):
    """The meaning of a failed SendCommand call for the command."""

    NOT_SENT = "not sent"
    """AWS did not see the request, or throttled it: it can be sent again."""
    UNKNOWN = "unknown"
    """AWS may have accepted it."""
    LIKELY_ACCEPTED = "likely accepted"
    """AWS has probably accepted it, or it is still on its way."""
    REJECTED = "rejected"
    """AWS will not accept it."""


def send_failure_of(error: Exception) -> SendFailure:
    """The meaning of an error of SendCommand for the command.

    Only what happens before the first byte of the request proves that nothing was sent. The name of botocore's
    exception is no such proof: ProxyConnectionError is also raised for a response that a proxy has lost.
    """
    from botocore import exceptions, parsers

    if isinstance(error, exceptions.ClientError):
        return _send_failure_of_answer(error.response)
    if isinstance(error, (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError)):
        return SendFailure.NOT_SENT
    if isinstance(error, (exceptions.ProxyConnectionError, exceptions.SSLError)):
        return _send_failure_of_connection(error)
    likely = (KeyError, parsers.ResponseParserError, exceptions.ReadTimeoutError, exceptions.ResponseStreamingError)
    if isinstance(error, likely):
        return SendFailure.LIKELY_ACCEPTED
    return SendFailure.UNKNOWN if isinstance(error, exceptions.HTTPClientError) else SendFailure.REJECTED


def _send_failure_of_connection(error: Exception) -> SendFailure:
    from urllib3 import exceptions

    causes = list(_causes(error))
    # A certificate is verified, and a tunnel opened, before the request.
    if any(isinstance(cause, ssl.SSLCertVerificationError) or _NO_TUNNEL in str(cause) for cause in causes):
        return SendFailure.REJECTED
    if any(isinstance(cause, (exceptions.NewConnectionError, exceptions.ConnectTimeoutError)) for cause in causes):
        return SendFailure.NOT_SENT
    return SendFailure.UNKNOWN


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """The error and everything that led to it, as botocore, urllib3 and Python note it."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        kwargs = getattr(cause, "kwargs", {})
        noted = [getattr(cause, name, None) for name in ("__cause__", "__context__", "original_error", "reason")]
        waiting += [*noted, *cause.args, kwargs.get("error") if isinstance(kwargs, dict) else None]


def _send_failure_of_answer(response: t.Any) -> SendFailure:
    if response.get("Error", {}).get("Code") in THROTTLING_ERROR_CODES:
        return SendFailure.NOT_SENT
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return SendFailure.UNKNOWN if status >= 500 else SendFailure.REJECTED
