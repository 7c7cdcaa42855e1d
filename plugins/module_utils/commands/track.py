# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often to poll commands, and which errors the wait survives. Pure."""

from __future__ import annotations

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    THROTTLING_ERROR_CODES,
    IncompleteAnswerError,
    error_code,
)

# Seconds between polls: a tenth of the time waited, so that polling adds at most this much to the command's time.
SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
PAUSE_SHARE = 0.1
# Seconds for which AWS may be unreachable before the wait is given up.
OUTAGE_TOLERANCE = 60.0
# Seconds within which AWS lists an accepted command, and all invocations of a command that has ended.
VISIBILITY_DELAY = 15.0


class UnknownCommandError(AnsibleAWSError):
    """A command that AWS does not list."""

    def __init__(self, message: str) -> None:
        super().__init__(message)  # type: ignore[no-untyped-call]  # amazon.aws is untyped


def pause_after(elapsed: float) -> float:
    """Seconds until the next poll, `elapsed` seconds after the wait began."""
    return min(LONGEST_PAUSE, max(SHORTEST_PAUSE, elapsed * PAUSE_SHARE))


def is_throttle(error: AnsibleAWSError) -> bool:
    """Whether AWS throttled the call."""
    return error_code(error) in THROTTLING_ERROR_CODES


def is_transient(error: AnsibleAWSError) -> bool:
    """Whether retrying may help: throttling, a 5xx, a broken or missing connection, a truncated response."""
    from botocore import exceptions

    cause = error.exception
    if isinstance(error, IncompleteAnswerError) or is_throttle(error):
        return True
    if isinstance(cause, exceptions.ClientError):
        return int(cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    # botocore's connection errors have two base classes: not connected at all, and broken in transit.
    return isinstance(cause, (exceptions.ConnectionError, exceptions.HTTPClientError))
