# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decorators for functions that make one AWS call: retries on throttling, and errors as one sentence.

Every decorated function raises C(AnsibleAWSError) whose message is "Failed to DESCRIPTION" (or "Timeout trying to
DESCRIPTION" from a waiter) and whose C(exception) is botocore's own.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.denials import denial_text
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.writes import Write

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

P = t.ParamSpec("P")
R = t.TypeVar("R")
T = t.TypeVar("T")
# with_backoff or once; a type of its own could not say that the signature stays.
Retry = t.Callable[[t.Any], t.Any]

# AWSRetry knows the codes of EC2; these are botocore's throttles (retries/standard.py) and, the last three, changes of
# one resource at the same time in IAM, Events and Logs. LimitExceededException is none of them: there it means a quota.
THROTTLING_ERROR_CODES = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "ProvisionedThroughputExceededException",
    "PriorRequestNotComplete",
    "TransactionInProgressException",
    "SlowDown",
    "ConcurrentModification",
    "ConcurrentModificationException",
    "OperationAbortedException",
)


class AWSError(AnsibleAWSError):
    """An error whose text names what the caller lacks, where AWS denies the call."""

    def __init__(self, message: str, exception: Exception | None = None) -> None:
        super().__init__(message, exception)  # type: ignore[no-untyped-call]  # amazon.aws is untyped

    def __str__(self) -> str:
        denial = denial_text(self.exception)
        return f"{self.message}: {denial}" if denial else str(super().__str__())  # type: ignore[no-untyped-call]  # same


class IncompleteAnswerError(AWSError):
    """A response without a field that the API guarantees: it was truncated on its way."""


def error_code(error: AnsibleAWSError) -> str:
    """The code of the AWS error behind an error; "" if there is none."""
    response = getattr(error.exception, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def answer_field(answer: t.Mapping[str, t.Any], field: str) -> t.Any:
    """A field that the API always returns.

    :raises IncompleteAnswerError: the field is missing.
    """
    if field not in answer:
        raise IncompleteAnswerError(f"The response was truncated: it lacks {field}")
    return answer[field]


def with_backoff(func: Callable[P, R]) -> Callable[P, R]:
    """`func`, repeated up to 9 times while AWS throttles it: what a module needs that makes a few calls."""
    retry = AWSRetry.jittered_backoff(
        retries=10, delay=1, max_delay=20, catch_extra_error_codes=list(THROTTLING_ERROR_CODES)
    )
    return t.cast("Callable[P, R]", retry(func))


def once(func: Callable[P, R]) -> Callable[P, R]:
    """`func` itself: for callers that retry by themselves, as they know how long they may."""
    return func


def _reporting_incomplete_answers(description: str, handled: Callable[P, R]) -> Callable[P, R]:
    """`handled`, raising IncompleteAnswerError for a response that cannot be parsed: amazon.aws does not handle it."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        from botocore.parsers import ResponseParserError

        try:
            return handled(*args, **kwargs)
        except ResponseParserError as error:
            raise IncompleteAnswerError(f"Failed to {description}", error) from error
        except OSError as error:
            # Of a provider of credentials, such as a missing file: botocore wraps those of the network.
            raise AWSError(f"Failed to {description}: {error}") from error

    return call


class ErrorHandler(AWSErrorHandler):
    """Raises AWSError."""

    _CUSTOM_EXCEPTION: type[AnsibleAWSError] = AWSError


def _handler_for(missing: Iterable[str]) -> type[AWSErrorHandler]:
    codes = list(missing)

    class MissingAwareErrorHandler(ErrorHandler):
        """Treats the given error codes as "does not exist"."""

        @classmethod
        def _is_missing(cls) -> type[Exception]:
            from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

            return is_boto3_error_code(codes)

    return MissingAwareErrorHandler


def aws_call(description: str, retry: Retry = with_backoff) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a function with one call that reads: retries throttled calls, raises AWSError("Failed to DESCRIPTION").

    :param retry: with_backoff or once.
    """

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        handle = t.cast("Retry", t.cast("t.Any", ErrorHandler).common_error_handler(description))
        handled = t.cast("Callable[P, R]", handle(retry(func)))

        return functools.wraps(func)(_reporting_incomplete_answers(description, handled))

    return decorate


def aws_write(
    description: str,
    retry: Retry = with_backoff,
    subject: str | None = None,
    is_change: Callable[..., bool] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like aws_call, for changing something; what was changed can be told later, see C(recorded_writes).

    :param subject: what is changed, as a format of the arguments; None for the argument after the client.
    :param is_change: takes the answer and the arguments, where an answer can also mean that nothing was changed.
    """

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        call, write = aws_call(description, retry)(func), Write(description, func, subject)

        @functools.wraps(func)
        def change(*args: P.args, **kwargs: P.kwargs) -> R:
            answer = call(*args, **kwargs)
            if is_change is None or is_change(answer, *args, **kwargs):
                write.record(args, kwargs)
            return answer

        return change

    return decorate


def aws_lookup(
    description: str, missing: Iterable[str], retry: Retry = with_backoff
) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """Like aws_call, for reading one thing: returns None for an error code in `missing` (it does not exist)."""

    def decorate(func: Callable[P, R]) -> Callable[P, R | None]:
        handled = _handler_for(missing).list_error_handler(description)(retry(func))
        return functools.wraps(func)(
            _reporting_incomplete_answers(description, t.cast("Callable[P, R | None]", handled))
        )

    return decorate


def aws_deletion(
    description: str, missing: Iterable[str], subject: str | None = None
) -> Callable[[Callable[P, object]], Callable[P, bool]]:
    """Like aws_write, for deleting one thing: True if it existed, False for an error code in `missing`."""

    def decorate(func: Callable[P, object]) -> Callable[P, bool]:
        handled = _handler_for(missing).deletion_error_handler(description)(with_backoff(func))
        write = Write(description, func, subject)

        @functools.wraps(func)
        def delete(*args: P.args, **kwargs: P.kwargs) -> bool:
            existed = _reporting_incomplete_answers(description, handled)(*args, **kwargs) is not False
            if existed:
                write.record(args, kwargs)
            return existed

        return delete

    return decorate


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in chunks of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
