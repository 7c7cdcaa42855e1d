# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked for against what is known, by command and node. Pure.

A result replaces another of the same node only if the task itself sent to that node again. What is not known to have
succeeded has not succeeded.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mypy_boto3_ssm.type_defs import CommandTypeDef


@dataclasses.dataclass(frozen=True)
class CommandRecord:
    """One command of a task, and what is known of its nodes.

    :param invocations: the last known result of each node that AWS lists, by node ID.
    :param asked: the node IDs that the command was sent to, if it was sent to node IDs.
    :param sent_again: nodes that the task sent to again: their results here were replaced.
    :param read: whether AWS was asked to list the nodes; if it failed, what it had listed before is known.
    :param divided: whether the command has only a part of the task's nodes and limits.
    """

    command: CommandTypeDef
    invocations: Mapping[str, Invocation]
    asked: Collection[str] = ()
    sent_again: Collection[str] = ()
    read: bool = True
    divided: bool = False

    @property
    def command_id(self) -> str:
        """The ID of the command."""
        return self.command["CommandId"]

    @property
    def has_ended(self) -> bool:
        """Whether AWS says that the command has ended."""
        return statuses.is_terminal(self.command.get("Status", ""))

    def results(self) -> dict[str, Invocation]:
        """The result of each node, with those that AWS was asked for by ID and does not list."""
        unlisted = sorted(set(self.asked) - self.invocations.keys())
        details = statuses.UNLISTED if self.has_ended and self.read else statuses.PENDING
        return {**self.invocations, **{node: self._not_listed(node, details) for node in unlisted}}

    def _not_listed(self, node: str, outcome: str) -> Invocation:
        if outcome == statuses.UNLISTED:
            return Invocation(node, "", self.command_id, "", "Unlisted", ())
        return Invocation(node, "", self.command_id, "Pending", "Pending", ())

    @property
    def unnamed(self) -> int:
        """How many nodes AWS counts but does not list, beyond those asked for by ID."""
        if not self.read or not self.has_ended:
            return 0
        return max(0, self.command.get("TargetCount", 0) - len(self.results()))


@dataclasses.dataclass(frozen=True)
class Run:
    """Everything known about the commands of a task.

    :param never_sent: the outcome (terminated, unsent, unknown; not_sent in check mode) of nodes that no known command
        was sent to, by ID.
    :param max_errors: the task's limit of errors, if its nodes were divided among several commands.
    :param has_lost_targets: whether a command to targets may run whose response was lost: nobody knows its nodes.
    """

    records: Sequence[CommandRecord] = ()
    never_sent: Mapping[str, str] = dataclasses.field(default_factory=dict)
    max_errors: int | None = None
    has_lost_targets: bool = False


class Verdict:
    """The outcome of each node and of the task.

    Public, by node ID and sorted by it: `results` (the results that count of each node, the worst first), `earlier`
    (those that the task replaced, oldest first), `outcomes` (one per node). `unnamed` is a number of nodes.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        counting: dict[str, list[Invocation]] = {}
        earlier: dict[str, list[Invocation]] = {}
        for record in run.records:
            for node, found in record.results().items():
                (earlier if node in record.sent_again else counting).setdefault(node, []).append(found)
        for node, outcome in run.never_sent.items():
            # A resend that may have run is a result of its own; one that was not made leaves the result as it is.
            if node not in counting or outcome == statuses.UNKNOWN:
                counting.setdefault(node, []).append(never_sent(node, outcome))
        # A stable sort: of equally bad results, the first command's counts.
        self.results = {node: sorted(counting[node], key=_badness) for node in sorted(counting)}
        self.earlier = earlier
        self.outcomes = {node: found[0].outcome for node, found in self.results.items()}
        self.unnamed = sum(record.unnamed for record in run.records)

    def nodes_with(self, outcomes: Iterable[str]) -> list[str]:
        """The IDs of the nodes with one of these outcomes, sorted."""
        wanted = set(outcomes)
        return [node for node, outcome in self.outcomes.items() if outcome in wanted]

    @property
    def failed_nodes(self) -> list[str]:
        """The IDs of the nodes that did not succeed, sorted; in check mode, of those that could not be sent to."""
        return self.nodes_with(set(statuses.OUTCOMES) - statuses.GOOD_OUTCOMES)

    @property
    def skipped_nodes(self) -> list[str]:
        """The IDs of the nodes that skipped every step of every command, sorted."""
        return [node for node, found in self.results.items() if all(one.is_skipped for one in found)]

    @property
    def summary(self) -> dict[str, int]:
        """The number of nodes with each outcome, the total, and how many of them skipped every step."""
        return {**_counted(self.outcomes.values(), self.unnamed), "skipped": len(self.skipped_nodes)}

    @property
    def summary_by_command(self) -> dict[str, dict[str, int]]:
        """The same of invocations, by command ID."""
        return {record.command_id: _summary_of(record) for record in self.run.records}

    @property
    def unexplained_endings(self) -> list[CommandTypeDef]:
        """Commands that AWS ended with another status than Success, though it lists no node that did not succeed."""
        return [
            record.command
            for record in self.run.records
            if record.has_ended and record.command["Status"] != "Success" and not self._explains(record)
        ]

    def _explains(self, record: CommandRecord) -> bool:
        """Whether the result of a node tells it: that AWS does not list a node tells nothing."""
        told = {found.outcome for found in record.results().values()}
        return bool(told - {statuses.SUCCESS, statuses.UNLISTED})

    def has_failed_so_far(self, fail_on: str) -> bool:
        """Whether a command that has ended fails the task, whatever becomes of the others.

        :param fail_on: as for `is_failed`.
        """
        ended = [record for record in self.run.records if record.has_ended]
        if fail_on == "never":
            return False
        if fail_on == "command":
            return any(self._is_failed_command(record) for record in ended)
        found = [one for record in ended for one in record.results().values()]
        if fail_on == "skipped" and any(one.is_skipped for one in found):
            return True
        # A node that is not listed may be so in a moment.
        return bool(self.unexplained_endings) or any(one.outcome in statuses.BAD_OUTCOMES for one in found)

    def is_failed(self, fail_on: str, *, timed_out: bool) -> bool:
        """Whether the task fails.

        If C(any) node did not succeed or there is none; if one C(skipped) every step, too; by the C(command); C(never).
        As for C(any) where outputs must not be C(truncated) either, which is not known here.
        """
        if fail_on == "never":
            return False
        if timed_out or self._is_uncertain:
            return True
        if fail_on == "command":
            return self._has_failed_command
        if fail_on == "skipped" and self.skipped_nodes:
            return True
        return not self.outcomes or bool(self.failed_nodes or self.unexplained_endings)

    @property
    def _is_uncertain(self) -> bool:
        """Whether a node may have run the command, or was to run it, and AWS says nothing about it."""
        has_unnamed = self.unnamed > 0 or self.run.has_lost_targets
        return has_unnamed or bool(statuses.UNCERTAIN_OUTCOMES & set(self.outcomes.values()))

    @property
    def _has_failed_command(self) -> bool:
        """Whether AWS says so, or, of divided commands, whether AWS would say so of one command with all the nodes."""
        if self.run.max_errors is not None:
            errors = sum(outcome in statuses.ERROR_OUTCOMES for outcome in self.outcomes.values())
            if errors > self.run.max_errors or statuses.TERMINATED in self.outcomes.values():
                return True
        return any(self._is_failed_command(record) for record in self.run.records)

    def _is_failed_command(self, record: CommandRecord) -> bool:
        if record.command.get("Status") == "Success":
            return False
        if record.divided and statuses.normalized(record.command.get("StatusDetails", "")) == "failed":
            return False
        bad = {node for node, found in record.results().items() if found.outcome != statuses.SUCCESS}
        return not bad or not bad <= set(record.sent_again)


def never_sent(node: str, outcome: str) -> Invocation:
    """The result of a node that no known command was sent to: terminated, unsent, unknown or not_sent."""
    # Terminated is what AWS itself says where there were more errors than MaxErrors.
    status = "Failed" if outcome == statuses.TERMINATED else ""
    return Invocation(node, "", "", status, outcome.title().replace("_", ""), ())


def _badness(found: Invocation) -> int:
    return -statuses.severity(found.outcome)


def _summary_of(record: CommandRecord) -> dict[str, int]:
    found = record.results().values()
    counts = _counted((one.outcome for one in found), record.unnamed)
    return {**counts, "skipped": sum(one.is_skipped for one in found)}


def _counted(outcomes: Iterable[str], unlisted: int) -> dict[str, int]:
    counts = statuses.count_outcomes(outcomes)
    counts[statuses.UNLISTED] += unlisted
    counts["total"] += unlisted
    return counts
