# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One deadline that all waits of a task share."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable


class Deadline:
    """A moment on the monotonic clock, created once and passed to everything that waits.

    `seconds` from now on (None: never). `clock` returns seconds; `sleep` takes seconds.
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

    def move(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now, earlier or later."""
        self._seconds = self.elapsed + seconds

    def extend(self, seconds: float) -> None:
        """Move the deadline to `seconds` from now, unless it is later anyway."""
        self.move(max(seconds, self.remaining()))

    def another(self, seconds: float) -> Deadline:
        """A deadline `seconds` from now, on the same clock."""
        return Deadline(seconds, self._clock, self._sleep)

    @property
    def now(self) -> float:
        """Seconds on the clock, since an arbitrary moment."""
        return self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the deadline was created."""
        return self._clock() - self._started

    def remaining(self) -> float:
        """Seconds left, never below 0; infinite without a limit."""
        return float("inf") if self._seconds is None else max(0.0, self._seconds - self.elapsed)

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.remaining() <= 0

    def sleep(self, seconds: float) -> None:
        """Sleep `seconds`, or less if the deadline is earlier."""
        self._sleep(min(seconds, self.remaining()))

    def pause(self, seconds: float) -> None:
        """Sleep the full `seconds`: for work that must finish even after the deadline."""
        self._sleep(seconds)
