# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meaning of a failed SendCommand call for its command, and the token that finds the command again. Pure."""

from __future__ import annotations

import enum
import typing as t
import uuid

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import THROTTLING_ERROR_CODES

# "ssmops-" and 16 hexadecimal digits, preceded by a space: identifies the command after a lost response.
TOKEN_LENGTH = 23


class SendError(AnsibleAWSError):
    """A command was not sent, or it is unknown whether it was."""

    def __init__(self, message: str, exception: Exception) -> None:
        super().__init__(message, exception)  # type: ignore[no-untyped-call]  # amazon.aws is untyped


class LostResponseError(SendError):
    """Whether a command was sent is not known: it may run."""


class SendFailure(enum.Enum):
    """The meaning of a failed SendCommand call for the command."""

    REFUSED = "refused"
    UNKNOWN = "unknown"
    LIKELY_ACCEPTED = "likely accepted"
    REJECTED = "rejected"


def new_token() -> str:
    """A token that no other command has: "ssmops-" and 16 hexadecimal digits."""
    return f"ssmops-{uuid.uuid4().hex[:16]}"


def send_failure_of(error: Exception) -> SendFailure:
    """The meaning of an error of SendCommand for the command."""
    from botocore import exceptions, parsers

    failures: tuple[tuple[type[Exception] | tuple[type[Exception], ...], SendFailure], ...] = (
        ((exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError), SendFailure.REFUSED),
        (exceptions.ProxyConnectionError, SendFailure.REFUSED),
        ((KeyError, parsers.ResponseParserError), SendFailure.LIKELY_ACCEPTED),
        ((exceptions.ReadTimeoutError, exceptions.ResponseStreamingError), SendFailure.LIKELY_ACCEPTED),
        (exceptions.HTTPClientError, SendFailure.UNKNOWN),
    )
    if isinstance(error, exceptions.ClientError):
        return _send_failure_of_answer(error.response)
    return next((fate for kind, fate in failures if isinstance(error, kind)), SendFailure.REJECTED)


def _send_failure_of_answer(response: t.Any) -> SendFailure:
    if response.get("Error", {}).get("Code") in THROTTLING_ERROR_CODES:
        return SendFailure.REFUSED
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return SendFailure.UNKNOWN if status >= 500 else SendFailure.REJECTED
