# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Divides MaxConcurrency and MaxErrors among the SendCommand calls of one task, and ramps these up.

AWS applies both to one command, and sends it to few nodes first. A list of more than 50 node IDs needs several
commands, so the limits of the task are converted to absolute numbers and divided: the shares of the running commands
never exceed them. The first command runs alone; when some of its nodes have succeeded, as many more may run it.
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


@dataclasses.dataclass(frozen=True)
class Standing:
    """The nodes of a task: that wait for a command, that were sent to and have not ended, and that have succeeded.

    `errors_before` are the errors of commands that an earlier run has sent: these have no share of this one's limits.
    """

    waiting: int
    open: int
    succeeded: int
    errors_before: int = 0


class RateBudget:
    """Hands out shares of the task's limits and takes them back.

    `total` nodes of the task (at least 1), at most `part_size` of them in one command; the limits in SendCommand's
    format. `max_errors` is the limit of the whole task as a number.
    """

    def __init__(self, total: int, part_size: int, max_concurrency: str, max_errors: str) -> None:
        self.max_errors = absolute_limit(max_errors, total)
        self._part_size = part_size
        self.ramps = self.max_errors < total
        self._free_concurrency = min(total, max(1, absolute_limit(max_concurrency, total)))
        self._reserved_errors = 0
        self._errors_of_ended = 0
        self._running = 0

    def take(self, nodes: Standing) -> Share | None:
        """A share for one more command; None if it must wait for others, or the errors are used up."""
        if not self.allows(nodes):
            return None
        parts = min(self._parts_allowed(nodes), self._free_concurrency)
        free_errors = max(0, self.max_errors - nodes.errors_before - self._errors_of_ended - self._reserved_errors)
        size = min(self._part_size, nodes.waiting)
        share = Share(min(size, max(1, self._free_concurrency // parts)), free_errors // parts)
        self._free_concurrency -= share.max_concurrency
        self._reserved_errors += share.max_errors
        self._running += 1
        return share

    def allows(self, nodes: Standing) -> bool:
        """Whether `take` has a share."""
        return min(self._parts_allowed(nodes), self._free_concurrency) > 0 and not self.exceeded(nodes.errors_before)

    def _parts_allowed(self, nodes: Standing) -> int:
        """How many more commands may run now, for their nodes' sake."""
        parts = -(-nodes.waiting // self._part_size)
        if not self.ramps:
            return parts
        more = (self._part_size + nodes.succeeded - nodes.open) // self._part_size
        return min(parts, max(more, 0 if self._running else 1))

    def give_back(self, share: Share, errors: int) -> None:
        """A command has ended with this many errors (Failed and Execution Timed Out)."""
        self._running -= 1
        self._free_concurrency += share.max_concurrency
        self._reserved_errors -= share.max_errors
        self._errors_of_ended += errors

    def exceeded(self, errors_of_running: int) -> bool:
        """Whether there were more errors than the task allows, including those of the commands that still run."""
        return self._errors_of_ended + errors_of_running > self.max_errors
