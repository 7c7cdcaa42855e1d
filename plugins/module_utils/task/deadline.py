# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One point in time that all the waits of a task share."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable


class Deadline:
    """A moment on the monotonic clock, made once and handed to whatever waits.

    `seconds` from now on (None: it never comes). `clock` returns seconds; `sleep` takes seconds.
    """

    def __init__(
        self,
        seconds: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._started = clock()
        self._seconds = seconds

    def another(self, seconds: float) -> Deadline:
        """A deadline `seconds` from now, on the same clock."""
        return Deadline(seconds, self._clock, self._sleep)

    @property
    def elapsed(self) -> float:
        """Seconds since it was made."""
        return self._clock() - self._started

    def remaining(self) -> float:
        """Seconds left, never below 0; infinite without a limit."""
        return float("inf") if self._seconds is None else max(0.0, self._seconds - self.elapsed)

    @property
    def expired(self) -> bool:
        """Whether the moment has come."""
        return self.remaining() <= 0

    def sleep(self, seconds: float) -> None:
        """Sleep `seconds`, or less when the moment comes earlier."""
        self._sleep(min(seconds, self.remaining()))

    def pause(self, seconds: float) -> None:
        """Sleep all of `seconds`: for what is finished even after the moment has come."""
        self._sleep(seconds)
