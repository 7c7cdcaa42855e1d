# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Divides MaxConcurrency and MaxErrors among the SendCommand calls of one task.

AWS applies both to one command. A list of more than 50 node IDs needs several commands, so the limits of the task
are converted to absolute numbers and divided: the shares of the running commands never exceed them.
"""

from __future__ import annotations

import dataclasses

# SendCommand's defaults (API reference).
DEFAULT_MAX_CONCURRENCY = "50"
DEFAULT_MAX_ERRORS = "0"


def absolute_limit(limit: str, total: int) -> int:
    """A number, or a percentage of `total` rounded down, as a number."""
    return int(limit[:-1]) * total // 100 if limit.endswith("%") else int(limit)


@dataclasses.dataclass(frozen=True)
class Share:
    """The share of one command: concurrent nodes, and errors before it is sent to no more nodes."""

    max_concurrency: int
    max_errors: int


class RateBudget:
    """Hands out shares of the task's limits and takes them back.

    `total` nodes and `parts` commands of the task (both at least 1); the limits in SendCommand's format.
    `max_errors` is the limit of the whole task as a number.
    """

    def __init__(self, total: int, parts: int, max_concurrency: str, max_errors: str) -> None:
        concurrency = min(total, max(1, absolute_limit(max_concurrency, total)))
        at_once = min(parts, concurrency)
        share, rest = divmod(concurrency, at_once)
        self._free_slots = [share] * (at_once - rest) + [share + 1] * rest
        self.max_errors = absolute_limit(max_errors, total)
        self._reserved_errors = 0
        self._errors_of_ended = 0

    def take(self) -> Share | None:
        """A share for one more command; None if the running commands use everything, or the errors are used up."""
        if not self._free_slots or self.exceeded(0):
            return None
        free = max(0, self.max_errors - self._errors_of_ended - self._reserved_errors)
        share = Share(self._free_slots[-1], free // len(self._free_slots))
        self._free_slots.pop()
        self._reserved_errors += share.max_errors
        return share

    def give_back(self, share: Share, errors: int) -> None:
        """A command has ended with this many errors (Failed and Execution Timed Out)."""
        self._free_slots.append(share.max_concurrency)
        self._reserved_errors -= share.max_errors
        self._errors_of_ended += errors

    def exceeded(self, errors_of_running: int) -> bool:
        """Whether there were more errors than the task allows, including those of the commands that still run."""
        return self._errors_of_ended + errors_of_running > self.max_errors
