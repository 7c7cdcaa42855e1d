# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thread that calls functions at their time."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection


class _Appointment(t.NamedTuple):
    """A function and the time of the monotonic clock to call it; no two have the same number."""

    time: float
    number: int
    function: Callable[[], None]
    about: str


class Scheduler:
    """Calls functions in the order of their times; each must be short."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._heap: list[_Appointment] = []
        self._numbers = itertools.count()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def after(self, delay: float, function: Callable[[], None], about: str = "") -> None:
        """Call the function in delay seconds; about: what drop() knows it by."""
        with self._condition:
            made = _Appointment(time.monotonic() + delay, next(self._numbers), function, about)
            heapq.heappush(self._heap, made)
            if self._heap[0] is made:
                self._condition.notify()

    def drop(self, about: Collection[str]) -> None:
        """Call nothing that is about these."""
        with self._condition:
            self._heap = [made for made in self._heap if made.about not in about]
            heapq.heapify(self._heap)

    def clear(self) -> None:
        """Drop everything that was to be called."""
        with self._condition:
            self._heap.clear()

    def close(self) -> None:
        """Stop; what was to be called later is not called."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (function := self._next()) is not None:
            function()

    def _next(self) -> Callable[[], None] | None:
        with self._condition:
            while not self._closed:
                wait = self._heap[0].time - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap).function
                self._condition.wait(wait)
            return None
