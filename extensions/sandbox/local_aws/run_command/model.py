# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command, its invocations and their plugins: what the engine keeps and the API shows."""

from __future__ import annotations

import collections
import dataclasses
import time
import typing as t

from . import statuses

if t.TYPE_CHECKING:
    from ..nodes.managed_nodes import Node
    from .documents import Document
    from .plan import Step
    from .steps import Reply

NEVER_RAN = -1
_PENDING = statuses.Outcome(statuses.PENDING, statuses.PENDING)


@dataclasses.dataclass(slots=True)
class PluginRun:
    """One step on one node; times in seconds since the epoch, outputs as the agent reports them."""

    step: Step
    details: str = statuses.PENDING
    exit_code: int = NEVER_RAN
    started_at: float = 0.0
    finished_at: float = 0.0
    stdout: bytes = b""
    stderr: bytes = b""
    output: bytes = b""

    def end(self, reply: Reply) -> None:
        """Note what the agent reports of it; it began now, when it never ran."""
        self.finished_at = time.time()
        self.started_at = self.started_at or self.finished_at
        self.details, self.exit_code, self.stdout, self.stderr, self.output = reply


@dataclasses.dataclass(slots=True, eq=False)
class Invocation:
    """A command on one node.

    refused: StatusDetails it ends with at its turn because it may not or cannot run; trace_output: why the agent did
    not begin its steps; at_work: the agent has it, and has not reported its end, though it may count as ended.
    """

    command: Command
    node: Node
    plugins: list[PluginRun]
    refused: str = ""
    details: str = statuses.PENDING
    sent_at: float = 0.0
    cancelled: bool = False
    reboots: int = 0
    executions: int = 0
    trace_output: str = ""
    at_work: bool = False

    @property
    def status(self) -> str:
        """The Status that goes with its StatusDetails."""
        return statuses.STATUS_OF_DETAILS[self.details]


@dataclasses.dataclass(frozen=True)
class Limits:
    """Rate control and times of a command: numbers of nodes, and seconds."""

    max_concurrency: str
    max_errors: str
    timeout_seconds: int
    execution_timeout: int


@dataclasses.dataclass(eq=False)
class Command:
    """One SendCommand: request as it came, the document it named and the nodes it found.

    growing: targets are still being found; counts: invocations by StatusDetails; number: commands are counted as sent.
    """

    command_id: str
    region: str
    request: t.Mapping[str, t.Any]
    document: Document
    steps: t.Sequence[Step]
    limits: Limits
    requested_at: float
    invocations: dict[str, Invocation] = dataclasses.field(default_factory=dict)
    counts: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    outcome: statuses.Outcome = _PENDING
    growing: bool = True
    cancelled: bool = False
    rate_exceeded: bool = False
    triggered_alarm: str = ""
    target_count: int = 0
    unsent: collections.deque[Invocation] = dataclasses.field(default_factory=collections.deque)
    in_flight: int = 0
    acknowledged: int = 0
    number: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing will change it any more but a cancel."""
        if self.growing or self.outcome.status in statuses.UNFINISHED:
            return False
        return not any(one.at_work or one.status in statuses.UNFINISHED for one in self.invocations.values())

    def chosen(self, instance_id: str) -> list[Invocation]:
        """All invocations, or that of an instance, [] when it has none."""
        if not instance_id:
            return list(self.invocations.values())
        return [self.invocations[instance_id]] if instance_id in self.invocations else []

    @property
    def error_count(self) -> int:
        """Invocations that count toward MaxErrors."""
        return sum(self.counts[details] for details in statuses.ERRORS)

    @property
    def completed_count(self) -> int:
        """Invocations that ended."""
        return sum(number for details, number in self.counts.items() if statuses.is_terminal(details))

    @property
    def expires_at(self) -> float:
        """When what has not started will not start any more (ExpiresAfter)."""
        return self.requested_at + self.limits.timeout_seconds + self.limits.execution_timeout
