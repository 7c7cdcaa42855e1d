# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a request is not let in, and the error each service has for it.

Source: the pages "Common Errors" of the services' API references, and "Error responses" of Amazon S3's.
"""

from __future__ import annotations

import enum
import typing as t

from .errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(enum.Enum):
    """What is wrong with a request's signature."""

    MISSING = enum.auto()
    MALFORMED = enum.auto()
    UNKNOWN_KEY = enum.auto()
    WRONG_TOKEN = enum.auto()
    EXPIRED_TOKEN = enum.auto()
    WRONG_SIGNATURE = enum.auto()
    TOO_OLD = enum.auto()
    EXPIRED_URL = enum.auto()
    WRONG_PAYLOAD = enum.auto()
    OUTSIDE_POLICY = enum.auto()


class Refusal(Exception):  # noqa: N818
    """A request that is not let in."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class _Codes(t.NamedTuple):
    """Code and HTTP status of one reason, by the family of the service."""

    json: tuple[str, int]
    query: tuple[str, int]
    ec2: tuple[str, int]
    s3: tuple[str, int]


_CODES: t.Final[Mapping[Reason, _Codes]] = {
    Reason.MISSING: _Codes(
        ("MissingAuthenticationTokenException", 400),
        ("MissingAuthenticationToken", 403),
        ("AuthFailure", 401),
        ("AccessDenied", 403),
    ),
    Reason.MALFORMED: _Codes(
        ("IncompleteSignatureException", 400),
        ("IncompleteSignature", 400),
        ("IncompleteSignature", 400),
        ("AuthorizationHeaderMalformed", 400),
    ),
    Reason.UNKNOWN_KEY: _Codes(
        ("UnrecognizedClientException", 400),
        ("InvalidClientTokenId", 403),
        ("AuthFailure", 401),
        ("InvalidAccessKeyId", 403),
    ),
    Reason.WRONG_TOKEN: _Codes(
        ("UnrecognizedClientException", 400),
        ("InvalidClientTokenId", 403),
        ("AuthFailure", 401),
        ("InvalidToken", 400),
    ),
    Reason.EXPIRED_TOKEN: _Codes(
        ("ExpiredTokenException", 400),
        ("ExpiredToken", 403),
        ("RequestExpired", 400),
        ("ExpiredToken", 400),
    ),
    Reason.WRONG_SIGNATURE: _Codes(
        ("InvalidSignatureException", 400),
        ("SignatureDoesNotMatch", 403),
        ("SignatureDoesNotMatch", 403),
        ("SignatureDoesNotMatch", 403),
    ),
    Reason.TOO_OLD: _Codes(
        ("InvalidSignatureException", 400),
        ("SignatureDoesNotMatch", 403),
        ("RequestExpired", 400),
        ("RequestTimeTooSkewed", 403),
    ),
    Reason.EXPIRED_URL: _Codes(
        ("InvalidSignatureException", 400),
        ("SignatureDoesNotMatch", 403),
        ("RequestExpired", 400),
        ("AccessDenied", 403),
    ),
    Reason.WRONG_PAYLOAD: _Codes(
        ("InvalidSignatureException", 400),
        ("SignatureDoesNotMatch", 403),
        ("SignatureDoesNotMatch", 403),
        ("XAmzContentSHA256Mismatch", 400),
    ),
    Reason.OUTSIDE_POLICY: _Codes(
        ("AccessDeniedException", 400),
        ("AccessDenied", 403),
        ("UnauthorizedOperation", 403),
        ("AccessDenied", 403),
    ),
}
# Services whose codes are those of the query protocol, whichever protocol a request speaks.
_QUERY_SERVICES: t.Final = frozenset({"iam", "monitoring", "sns", "sqs", "sts"})


def error_of(refusal: Refusal, service: str, protocol: str) -> ApiError:
    """The error a service answers; service: the signing name that the request claims, "" where it claims none."""
    codes = _CODES[refusal.reason]
    if service == "ec2":
        code, status = codes.ec2
    elif service == "s3" or protocol == "rest-xml":
        code, status = codes.s3
    elif service in _QUERY_SERVICES or protocol == "query":
        code, status = codes.query
    else:
        code, status = codes.json
    return ApiError(code, refusal.message, status=status)
