# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which errors retrying may help, and the rate of calls that AWS allows. Pure."""

from __future__ import annotations

import collections
import threading
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    THROTTLING_ERROR_CODES,
    IncompleteAnswerError,
    error_code,
)

if t.TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

# Seconds for which AWS may be unreachable before a call is given up.
OUTAGE_TOLERANCE = 60.0
# How far below the rate that was too high calls continue after a throttle, as a share of it.
STEP_BACK = 0.1
# Seconds, and at least calls, until that rate is reached again; higher ones are tried after as many again.
PLATEAU_SECONDS = 3.0
PLATEAU_CALLS = 15
# How steeply the rate leaves the plateau. botocore's adaptive mode and CUBIC (RFC 9438) have 3, for far more calls.
STEEPNESS = 5
# Calls per second that are tried at least.
LOWEST_RATE = 0.5
# Seconds over which successful calls are counted to find the rate.
WINDOW = 1.0


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


class Pacer:
    """Finds the rate at which AWS allows an operation, for all threads of a task.

    Calls are not held back until the first throttle. Then they continue a little below the rate of the calls that
    succeeded, approach it again, stay near it, and try higher ones after a while. Times are in seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._successes: collections.deque[float] = collections.deque()
        self._next = 0.0
        self._ceiling: float | None = None
        self._throttled_at = 0.0
        self._has_succeeded = False

    def take_turn(self, now: float) -> float:
        """0 if a call may start now, which takes the turn; otherwise the seconds after which to ask again."""
        with self._lock:
            if now < self._next:
                return self._next - now
            rate = self._rate(now)
            self._next = now if rate is None else now + 1 / rate
            return 0.0

    def _rate(self, now: float) -> float | None:
        """Calls per second, or None for any number."""
        if self._ceiling is None:
            return None
        plateau = max(PLATEAU_SECONDS, PLATEAU_CALLS / self._ceiling)
        growth = STEP_BACK * ((now - self._throttled_at) / plateau - 1) ** STEEPNESS
        return max(LOWEST_RATE, self._ceiling * (1 + growth))

    def succeeded(self, now: float) -> None:
        """A call succeeded."""
        with self._lock:
            self._successes.append(now)
            self._has_succeeded = True
            self._forget(now)

    def throttled(self, started: float, now: float) -> None:
        """A call that started then was throttled; one that started before the last throttle says nothing new."""
        with self._lock:
            if self._ceiling is not None and started <= self._throttled_at:
                return
            self._forget(now)
            measured = len(self._successes) / WINDOW
            paced = self._rate(now)
            ceiling = measured if paced is None else min(measured, paced)
            # Two throttles in a row: the rate is far too high, as it is after a burst that AWS allowed.
            self._ceiling = max(LOWEST_RATE, ceiling if self._has_succeeded else ceiling / 2)
            self._throttled_at = now
            self._has_succeeded = False
            self._next = max(self._next, now + 1 / self._ceiling)

    def _forget(self, now: float) -> None:
        while self._successes and self._successes[0] < now - WINDOW:
            self._successes.popleft()
