# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of a run as text; the caller decides how to display it."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from mypy_boto3_ssm.type_defs import CommandTypeDef


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """The nodes of a task: all, those that have ended, and the latter by AWS's status ("Success": 35)."""

    total: int
    completed: int
    outcomes: Mapping[str, int]


class Observer(t.Protocol):
    """Receives the events of a run."""

    wants_output: bool
    """Whether node_ended is wanted for every node as it ends (it costs listing pages), or only for failures."""

    def sent(self, command_id: str, document: str) -> None:
        """A command was sent."""

    def replaced(self, command_id: str, nodes: Collection[str]) -> None:
        """The results of these nodes in a command do not count any more: another task has sent to them again."""

    def counts_changed(self, counts: Counts, elapsed: float) -> None:
        """The counters have changed, `elapsed` seconds after the wait began."""

    def collected(self, results: int, total: int, elapsed: float) -> None:
        """So many of a command's results were read; called for each of them."""

    def node_ended(self, invocation: Invocation) -> None:
        """A node has ended; its texts are exact."""

    def polled(self, command_id: str, *, ended: bool) -> None:
        """A command was polled; `ended`: it will not be polled again."""

    def warn(self, text: str) -> None:
        """A warning for the user, in one sentence."""

    def tell(self, text: str) -> None:
        """The same of what the task did, with IDs only: it is no secret of a task with C(no_log)."""


def counts_of_running(command: CommandTypeDef) -> Counts:
    """The counts from the counters of a command that has not ended.

    AWS counts errors and delivery timeouts, and the rest only as completed: this means success as long as the command
    runs and nothing has failed. A node that AWS rejected or terminated has its true status once the command has ended.
    """
    completed, errors = command.get("CompletedCount", 0), command.get("ErrorCount", 0)
    undelivered = command.get("DeliveryTimedOutCount", 0)
    may_be_terminated = command.get("Status") == "Cancelling" or (errors and completed >= command.get("TargetCount", 0))
    rest = "ended" if may_be_terminated else "Success"
    # The counters are not updated at the same time.
    outcomes = {rest: max(0, completed - errors - undelivered), "Failed": errors, "DeliveryTimedOut": undelivered}
    return Counts(max(completed, command.get("TargetCount", 0)), completed, _without_zeros(outcomes))


def counts_of_ended(invocations: Iterable[Invocation]) -> Counts:
    """Exact counts of nodes that have all ended."""
    outcomes = collections.Counter(invocation.status_details for invocation in invocations)
    return Counts(outcomes.total(), outcomes.total(), dict(outcomes))


def total_counts(counts: Iterable[Counts], unsent: int) -> Counts:
    """The sum of the counts of several commands, with the nodes that no command was sent to yet."""
    total, completed = unsent, 0
    outcomes: collections.Counter[str] = collections.Counter()
    for part in counts:
        total += part.total
        completed += part.completed
        outcomes.update(part.outcomes)
    return Counts(total, completed, dict(outcomes))


def _without_zeros(outcomes: Mapping[str, int]) -> dict[str, int]:
    return {word: number for word, number in outcomes.items() if number}


def progress_line(counts: Counts, elapsed: float) -> str:
    """One line such as C(37/50 nodes done: 35 Success, 2 Failed; 13 in progress, 0:12)."""
    ordered = sorted(counts.outcomes.items(), key=lambda outcome: (outcome[0] != "Success", outcome[0]))
    outcomes = ", ".join(f"{number} {word}" for word, number in ordered)
    done = f"{counts.completed}/{counted(counts.total, 'node')} done" + (f": {outcomes}" if outcomes else "")
    return f"{done}; {counts.total - counts.completed} in progress, {clock(elapsed)}"


def clock(seconds: float) -> str:
    """Seconds as C(M:SS) or C(H:MM:SS)."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def collecting_line(results: int, total: int, elapsed: float) -> str:
    """One line such as C(1200/10000 results read, 0:42)."""
    return f"{results}/{total} results read, {clock(elapsed)}"
