# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one layer that retries: it paces all calls of a task, and knows how long they may take.

The functions that it calls and their clients do not retry by themselves.
"""

from __future__ import annotations

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
        self._lock = threading.Lock()

    def within(self, deadline: Deadline, least: float = 0.0) -> Retrier:
        """The same pace with another deadline."""
        return Retrier(deadline, least, self._pacers)

    def call(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `call` returns, repeated while AWS throttles it, or is unreachable for less than OUTAGE_TOLERANCE.

        :raises AnsibleAWSError: the last error, when the time is up or the error is permanent (expired credentials).
        """
        patience = self._deadline.another(max(self._least, self._deadline.remaining()))
        pacer = self._pacer(getattr(call, "__name__", ""))
        attempts = 0
        while True:
            self._await_turn(pacer, patience)
            started = patience.now
            try:
                result = call(*args, **kwargs)
            except AnsibleAWSError as error:
                attempts += 1
                if patience.expired or not self._may_pass(error, pacer, started, patience):
                    raise
                if not is_throttle(error):
                    patience.sleep(random.uniform(0, backoff(attempts)))  # noqa: S311 - spreads retries
            else:
                pacer.succeeded(patience.now)
                return result

    @staticmethod
    def _await_turn(pacer: Pacer, patience: Deadline) -> None:
        while (pause := pacer.take_turn(patience.now)) > 0 and not patience.expired:
            # A pause below the clock's resolution would not move it.
            patience.sleep(max(pause, SHORTEST_TURN))

    def _pacer(self, name: str) -> Pacer:
        # AWS limits each operation by itself.
        with self._lock:
            return self._pacers.setdefault(name, Pacer())

    def _may_pass(self, error: AnsibleAWSError, pacer: Pacer, started: float, patience: Deadline) -> bool:
        if is_throttle(error):
            pacer.throttled(started, patience.now)
            return True
        return is_transient(error) and patience.elapsed <= OUTAGE_TOLERANCE


def backoff(attempts: int) -> float:
    """The longest pause in seconds after so many attempts (at least 1)."""
    return float(min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1)))
