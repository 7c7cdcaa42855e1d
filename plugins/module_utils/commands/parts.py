# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One command of a task, from its SendCommand call to its last node's result. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import progress, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord

if t.TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.rate_control import Share
    from mypy_boto3_ssm.type_defs import CommandTypeDef


_LONG_AGO: t.Final = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def requested_at(command: CommandTypeDef) -> datetime.datetime:
    """When AWS took a command, by AWS's clock; long ago if it does not say."""
    return command.get("RequestedDateTime") or _LONG_AGO


def asked_nodes(fields: t.Mapping[str, object]) -> tuple[str, ...]:
    """The node IDs in a SendCommand request or a listed command: as InstanceIds, or as the only target.

    AWS drops an unmanaged node from a target without a word; several targets are intersected, so they name no nodes.
    """
    targets = t.cast("t.Sequence[t.Mapping[str, t.Any]]", fields.get("Targets") or ())
    if len(targets) == 1 and targets[0].get("Key", "").lower() == "instanceids":
        return tuple(targets[0].get("Values") or ())
    return tuple(t.cast("t.Sequence[str]", fields.get("InstanceIds") or ()))


@dataclasses.dataclass
class Part:
    """One command of the task: its last known state in AWS, its share of the task's limits, and its nodes.

    `collected` has the results of the nodes that have ended, `running` what is known of the others, both by node ID;
    `lagging_since` and `look_again_at` are moments of the deadline's clock: since when its listing lacks results, and
    when to read it again. `is_lost` is true while AWS does not list it for longer than listings lag behind. `asked` has
    the node IDs that it was sent to, `sent_again` those that the task has sent to again. `is_own` is false for a
    command of another task, `is_one_of_several` true if that task had divided its nodes. `proven` is how many of its
    nodes AWS listed as Success when its counter of those that have ended was `proven_at`.
    """

    command: CommandTypeDef
    asked: tuple[str, ...] = ()
    is_own: bool = True
    is_one_of_several: bool = False
    share: Share | None = None
    ended: bool = False
    read: bool = False
    unlisted_since: float | None = None
    is_lost: bool = False
    lagging_since: float | None = None
    look_again_at: float = 0.0
    collected: dict[str, Invocation] = dataclasses.field(default_factory=dict)
    running: dict[str, Invocation] = dataclasses.field(default_factory=dict)
    failures_told: int = 0
    proven: int = 0
    proven_at: int = 0
    sent_again: set[str] = dataclasses.field(default_factory=set)

    @property
    def command_id(self) -> str:
        """The ID of the command, 36 characters."""
        return self.command["CommandId"]

    @property
    def has_ended(self) -> bool:
        """Whether AWS says so; `ended`: also its nodes' results are known."""
        return statuses.is_terminal(self.command["Status"])

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody or an alarm has cancelled it, even if its nodes have not ended yet."""
        said = (self.command["Status"], self.command.get("StatusDetails", ""))
        return any(statuses.normalized(word) in {"cancelled", "canceled", "cancelling"} for word in said)

    @property
    def reached_none(self) -> bool:
        """Whether AWS has ended it before any node was to run it, as the account had too many invocations pending."""
        return self.has_ended and statuses.normalized(self.command.get("StatusDetails", "")) == "rateexceeded"

    @property
    def errors(self) -> int:
        """How many of its nodes have failed, by AWS's counter: the errors that count toward MaxErrors."""
        return self.command.get("ErrorCount", 0)

    @property
    def completed(self) -> int:
        """How many of its nodes have ended, by AWS's counter."""
        return self.command.get("CompletedCount", 0)

    @property
    def targets(self) -> int:
        """How many nodes it has: AWS counts them a moment after it takes the command."""
        return max(self.command.get("TargetCount", 0), len(self.command.get("InstanceIds") or ()))

    def counts(self, waiting: AbstractSet[str]) -> progress.Counts:
        """Its nodes: exact once it has ended, AWS's counters until then.

        A node that is sent to again counts there, and one in `waiting` (to be sent to again) with those.
        """
        if self.ended:
            return progress.counts_of_ended(
                found for node, found in self.collected.items() if node not in self.sent_again | waiting
            )
        return progress.counts_of_running(self.command)

    def record(self, *, divided: bool) -> CommandRecord:
        """What the verdict needs to know; `divided`: whether the task's nodes have more than one command."""
        return CommandRecord(
            command=self.command,
            invocations={**self.running, **self.collected},
            asked=self.asked,
            sent_again=frozenset(self.sent_again),
            read=self.read,
            divided=divided and (self.share is not None or self.is_one_of_several),
        )
