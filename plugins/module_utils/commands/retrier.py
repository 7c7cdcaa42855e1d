# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one layer that retries: it paces all calls of a task, and knows how long they may take.

The functions that it calls and their clients do not retry by themselves.
"""

from __future__ import annotations

import dataclasses
import random
import threading
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import (
    OUTAGE_TOLERANCE,
    Pacer,
    is_throttle,
    is_transient,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline

P = t.ParamSpec("P")
R = t.TypeVar("R")

# Seconds for which a call is repeated even if the deadline is earlier: an ended command's results must not be lost to
# one throttle.
LEAST_PATIENCE = 5.0
# Seconds before a call is repeated after an outage: random, up to twice as long each time, up to the last.
FIRST_BACKOFF = 0.5
SHORTEST_TURN = 0.001
LAST_BACKOFF = 5.0
# Seconds after its last failure for which an operation that was given up is not called; then it is tried again.
GIVEN_UP_SECONDS = 10.0


@dataclasses.dataclass
class Trouble:
    """Since when an operation fails, for all threads of a task; moments in seconds on the clock.

    `failing_since`: without a success; `silent_since`: without any answer of AWS, which a throttle is too.
    """

    failing_since: float | None = None
    silent_since: float | None = None
    failed_at: float = 0.0
    answered_at: float = 0.0
    succeeded_at: float = 0.0
    error: AnsibleAWSError | None = None

    def failed(self, error: AnsibleAWSError, started: float, now: float) -> None:
        """A call that began at `started` failed."""
        if not is_transient(error):
            self.succeeded(now)
            return
        self.error, self.failed_at = error, now
        if self.failing_since is None:
            self.failing_since = max(started, self.succeeded_at)
        if is_throttle(error):
            self.silent_since, self.answered_at = None, now
        elif self.silent_since is None:
            self.silent_since = max(started, self.answered_at)

    def succeeded(self, now: float) -> None:
        """AWS did what it was asked to, or said why it does not."""
        self.failing_since = self.silent_since = self.error = None
        self.answered_at = self.succeeded_at = now

    def is_outage(self, now: float) -> bool:
        """Whether AWS has been unreachable for longer than it may be."""
        return self.silent_since is not None and now - self.silent_since > OUTAGE_TOLERANCE

    def is_hopeless(self, now: float, late_since: float | None, least: float) -> bool:
        """Whether no call is worth making at `now`, as all have failed for as long as one would be repeated.

        :param late_since: since when the deadline has passed.
        :param least: seconds for which calls are repeated after the deadline.
        """
        if self.failing_since is None or now - self.failed_at > GIVEN_UP_SECONDS:
            return False
        is_late = late_since is not None and self.failed_at - max(late_since, self.failing_since) >= least
        return is_late or self.is_outage(self.failed_at)


class Retrier:
    """Makes the calls of a task.

    :param deadline: when repeating ends.
    :param least: seconds for which a call is repeated even if the deadline is earlier.
    :param pacers: the pacer of each function, shared with other retriers of the task.
    """

    def __init__(
        self, deadline: Deadline, least: float = LEAST_PATIENCE, pacers: dict[str, Pacer] | None = None
    ) -> None:
        self._deadline = deadline
        self._least = least
        self._pacers = {} if pacers is None else pacers
        self._troubles: dict[str, Trouble] = {}
        self._late_since: float | None = None
        self._lock = threading.Lock()

    def within(self, deadline: Deadline, least: float = 0.0) -> Retrier:
        """The same pace with another deadline."""
        return Retrier(deadline, least, self._pacers)

    def call(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `call` returns, repeated while AWS throttles it, or is unreachable for less than OUTAGE_TOLERANCE.

        All threads share this patience: what has failed for one for as long is not tried by each of the others.

        :raises AnsibleAWSError: the last error, when the time is up or the error is permanent (expired credentials).
        """
        patience = self._deadline.another(max(self._least, self._deadline.remaining()))
        pacer, trouble = self._pacer(getattr(call, "__name__", ""))
        attempts = 0
        while True:
            self._refuse_hopeless(trouble, patience.now)
            self._await_turn(pacer, patience)
            started = patience.now
            try:
                result = call(*args, **kwargs)
            except AnsibleAWSError as error:
                attempts += 1
                self._note(error, trouble, started, patience.now)
                if patience.expired or not self._may_pass(error, pacer, started, patience.now, trouble):
                    raise
                if not is_throttle(error):
                    patience.sleep(random.uniform(0, backoff(attempts)))  # noqa: S311 - spreads retries
            else:
                pacer.succeeded(patience.now)
                with self._lock:
                    trouble.succeeded(patience.now)
                return result

    def _refuse_hopeless(self, trouble: Trouble, now: float) -> None:
        with self._lock:
            if not self._deadline.expired:
                self._late_since = None
            elif self._late_since is None:
                self._late_since = now
            hopeless = trouble.error if trouble.is_hopeless(now, self._late_since, self._least) else None
        if hopeless is not None:
            raise hopeless

    def _note(self, error: AnsibleAWSError, trouble: Trouble, started: float, now: float) -> None:
        with self._lock:
            trouble.failed(error, started, now)

    @staticmethod
    def _await_turn(pacer: Pacer, patience: Deadline) -> None:
        while (pause := pacer.take_turn(patience.now)) > 0 and not patience.expired:
            # A pause below the clock's resolution would not move it.
            patience.sleep(max(pause, SHORTEST_TURN))

    def _pacer(self, name: str) -> tuple[Pacer, Trouble]:
        # AWS limits each operation by itself.
        with self._lock:
            return self._pacers.setdefault(name, Pacer()), self._troubles.setdefault(name, Trouble())

    @staticmethod
    def _may_pass(error: AnsibleAWSError, pacer: Pacer, started: float, now: float, trouble: Trouble) -> bool:
        if is_throttle(error):
            pacer.throttled(started, now)
            return True
        return is_transient(error) and not trouble.is_outage(now)


def backoff(attempts: int) -> float:
    """The longest pause in seconds after so many attempts (at least 1)."""
    return float(min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1)))
