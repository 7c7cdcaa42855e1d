# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a command: targets, sending by MaxConcurrency and MaxErrors, timeouts, cancel, outcome.

Every change happens under one lock. moto's lock is never taken while it is held.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
import time
import typing as t

from ..wire.errors import ApiError
from . import rate_control, statuses, steps
from .model import Invocation, PluginRun

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ..nodes.managed_nodes import Node, Nodes
    from ..wire.settings import Settings
    from .agent_service import AgentService
    from .agents import Agents
    from .commands import Commands
    from .model import Command
    from .notifications import Notifier
    from .scheduler import Scheduler

_GROWTH_STEPS = 10
_ALARM_POLL_SECONDS = 0.5


class Target(t.NamedTuple):
    """A node that a command found. refused: StatusDetails it ends with instead of running."""

    node: Node
    refused: str = ""


@dataclasses.dataclass(eq=False)
class Engine:
    """All commands of all regions; whoever looks at them holds the lock."""

    nodes: Nodes
    agents: Agents
    service: AgentService
    scheduler: Scheduler
    notifier: Notifier
    settings: Settings
    commands: Commands
    lock: threading.RLock = dataclasses.field(default_factory=threading.RLock)

    # What the API asks for

    def submit(self, command: Command, targets: Sequence[Target], *, named: bool) -> None:
        """Begin a command; named: the caller named the nodes, so that all are known at once."""
        with self.lock:
            self.commands.add(command, len(targets))
            if self.commands.is_due:
                self.scheduler.after(0, self._put_away)
            if self._exceeds_pending_limit(len(targets)):
                command.rate_exceeded, command.growing = True, False
                self._update_outcome(command)
                return
            self.notifier.command_changed(command)
            if named:
                self._add(command, targets)
                command.growing = False
                self._pump(command)
            else:
                self._grow(command, list(targets), parts=_GROWTH_STEPS if self.settings.target_growth else 1)
            total = command.limits.timeout_seconds + command.limits.execution_timeout
            expire = functools.partial(self._expire, command)
            self.scheduler.after(total * self.settings.time_scale, expire, command.command_id)

    def cancel(self, command_id: str, instance_ids: Sequence[str]) -> None:
        """Cancel on these nodes, on all when none is named; InvalidCommandId, InvalidInstanceId."""
        with self.lock:
            command = self.commands.get(command_id)
            if command is None:
                raise ApiError("InvalidCommandId", "")
            unknown = [instance_id for instance_id in instance_ids if instance_id not in command.invocations]
            if unknown:
                raise ApiError("InvalidInstanceId", f"{unknown[0]} is not a target of the command.")
            if not instance_ids:
                command.cancelled = True
            chosen = instance_ids or list(command.invocations)
            for instance_id in chosen:
                self._cancel_invocation(command.invocations[instance_id])
            self._pump(command)
            self._update_outcome(command)
            self.commands.note(command)

    def watch_alarm(self, command: Command, is_firing: t.Callable[[], bool], name: str) -> None:
        """Cancel the command when its alarm fires while it runs."""
        if statuses.is_terminal(command.outcome.details):
            return
        if is_firing():
            with self.lock:
                command.triggered_alarm = name
            self.cancel(command.command_id, [])
            return
        again = functools.partial(self.watch_alarm, command, is_firing, name)
        self.scheduler.after(_ALARM_POLL_SECONDS, again)

    def clear(self) -> None:
        """Forget every command; what runs is stopped."""
        with self.lock:
            for command in self.commands.recent():
                for invocation in command.invocations.values():
                    invocation.cancelled = True
                command.unsent.clear()
            self.commands.clear()
            self.scheduler.clear()

    def _put_away(self) -> None:
        # By the scheduler's thread alone: what it takes for a moment, the C library keeps for each thread that took it.
        with self.lock:
            self.scheduler.drop(self.commands.put_away())

    # Targets

    def _exceeds_pending_limit(self, number: int) -> bool:
        limit = self.settings.max_pending_invocations
        if limit is None:
            return False
        pending = sum(command.target_count - command.completed_count for command in self.commands.recent())
        return pending + number > limit

    def _grow(self, command: Command, remaining: list[Target], parts: int) -> None:
        with self.lock:
            size = -(-len(remaining) // parts) if parts else 0
            self._add(command, remaining[:size])
            del remaining[:size]
            command.growing = bool(remaining)
            self._pump(command)
            self._update_outcome(command)
        if remaining:
            again = functools.partial(self._grow, command, remaining, parts - 1)
            self.scheduler.after(self.settings.target_growth / _GROWTH_STEPS, again)

    def _add(self, command: Command, targets: Sequence[Target]) -> None:
        for target in targets:
            invocation = Invocation(
                command=command,
                node=target.node,
                plugins=[PluginRun(step) for step in command.steps],
                refused=target.refused,
            )
            command.invocations[target.node.instance_id] = invocation
            command.unsent.append(invocation)
            command.counts[statuses.PENDING] += 1
            self.notifier.invocation_changed(invocation)
        command.target_count += len(targets)
        if command.cancelled:
            for invocation in list(command.unsent):
                self._cancel_invocation(invocation)

    # Sending

    def _pump(self, command: Command) -> None:
        """Send to as many more nodes as may run now; to none any more after too many errors."""
        if command.error_count > rate_control.error_limit(command.limits.max_errors, command.target_count):
            self._terminate_unsent(command)
            return
        limit = rate_control.concurrency_limit(command.limits.max_concurrency, command.target_count)
        while command.unsent and command.in_flight < rate_control.window(limit, command.acknowledged):
            invocation = command.unsent.popleft()
            if invocation.details != statuses.PENDING:
                continue
            if invocation.refused:
                self._set_details(invocation, invocation.refused)
                continue
            command.in_flight += 1
            invocation.sent_at = time.time()
            deadline = time.monotonic() + command.limits.timeout_seconds * self.settings.time_scale
            arrive = functools.partial(self._arrive, invocation, deadline)
            self.scheduler.after(self.settings.delivery_delay, arrive)

    def _terminate_unsent(self, command: Command) -> None:
        while command.unsent:
            invocation = command.unsent.popleft()
            if invocation.details == statuses.PENDING:
                self._set_details(invocation, statuses.TERMINATED)

    def _arrive(self, invocation: Invocation, deadline: float) -> None:
        """The node's agent gets the command, or does not answer: then again later, until the deadline."""
        node = self.nodes.managed(invocation.node.region).get(invocation.node.instance_id)
        with self.lock:
            if statuses.is_terminal(invocation.details):
                return
            if node is None:
                self._finish(invocation, statuses.UNDELIVERABLE)
            elif node.agent is not None:
                self._deliver(invocation, deadline)
            elif node.takes_commands:
                self._acknowledged(invocation)
                invocation.at_work = True
                self.agents.start(invocation, self._ended)
            elif time.monotonic() >= deadline:
                self._finish(invocation, statuses.DELIVERY_TIMED_OUT)
            else:
                if invocation.details != statuses.DELAYED:
                    self._set_details(invocation, statuses.DELAYED)
                again = functools.partial(self._arrive, invocation, deadline)
                delay = min(self.settings.redelivery_interval, max(0.0, deadline - time.monotonic()))
                self.scheduler.after(delay, again)

    def _deliver(self, invocation: Invocation, deadline: float) -> None:
        """Leave it for a real agent, which comes for it when it can, or until the deadline does not."""
        give_up = functools.partial(self._give_up, invocation)
        self.scheduler.after(max(0.0, deadline - time.monotonic()), give_up, invocation.command.command_id)
        invocation.at_work = True
        # Not here: the agents' own lock is never taken while this one is held.
        deliver = functools.partial(self.service.deliver, invocation, self._acknowledged, self._ended)
        self.scheduler.after(0, deliver)

    def _give_up(self, invocation: Invocation) -> None:
        with self.lock:
            if invocation.details in {statuses.PENDING, statuses.DELAYED}:
                self._finish(invocation, statuses.DELIVERY_TIMED_OUT)

    def _acknowledged(self, invocation: Invocation) -> None:
        with self.lock:
            if not statuses.is_terminal(invocation.details):
                invocation.command.acknowledged += 1
                self._set_details(invocation, statuses.IN_PROGRESS)
                self._pump(invocation.command)

    # Ending

    def _ended(self, invocation: Invocation, details: str) -> None:
        with self.lock:
            invocation.at_work = False
            if not statuses.is_terminal(invocation.details):
                self._finish(invocation, details)

    def _finish(self, invocation: Invocation, details: str) -> None:
        invocation.command.in_flight -= 1
        self._set_details(invocation, details)
        self._pump(invocation.command)
        self._update_outcome(invocation.command)

    def _cancel_invocation(self, invocation: Invocation) -> None:
        if statuses.is_terminal(invocation.details) or invocation.cancelled:
            return
        was_sent = bool(invocation.sent_at)
        if invocation.details == statuses.IN_PROGRESS:
            # The agent answers later, when it has stopped the script.
            invocation.cancelled = True
            self._set_details(invocation, statuses.CANCELLING)
            if invocation.node.agent is not None:
                self.scheduler.after(0, functools.partial(self.service.cancel, invocation))
            elif invocation.node.simulation is not None:
                stop = functools.partial(self._stop_simulated, invocation)
                self.scheduler.after(self.settings.delivery_delay, stop)
            return
        invocation.command.in_flight -= was_sent
        invocation.cancelled = True
        for plugin in invocation.plugins:
            plugin.details = statuses.CANCELLED
        self._set_details(invocation, statuses.CANCELLED)

    def _stop_simulated(self, invocation: Invocation) -> None:
        for plugin in invocation.plugins:
            if not statuses.is_terminal(plugin.details):
                was_running = plugin.details == statuses.IN_PROGRESS
                plugin.end(steps.STOPPED if was_running else steps.CANCELLED)
        self._ended(invocation, steps.fold(invocation.plugins))

    def _expire(self, command: Command) -> None:
        """Nothing ends after the total timeout: whoever gave no terminal answer counts as not delivered."""
        with self.lock:
            command.unsent.clear()
            for invocation in command.invocations.values():
                if not statuses.is_terminal(invocation.details):
                    invocation.cancelled = True
                    self._set_details(invocation, statuses.DELIVERY_TIMED_OUT)
            self._update_outcome(command)

    def _set_details(self, invocation: Invocation, details: str) -> None:
        counts = invocation.command.counts
        counts[invocation.details] -= 1
        counts[details] += 1
        invocation.details = details
        self.notifier.invocation_changed(invocation)
        self._update_outcome(invocation.command)

    def _update_outcome(self, command: Command) -> None:
        outcome = self._outcome_of(command)
        if outcome == command.outcome:
            return
        changed = outcome.status != command.outcome.status
        command.outcome = outcome
        if changed:
            self.notifier.command_changed(command)

    def _outcome_of(self, command: Command) -> statuses.Outcome:
        if command.rate_exceeded:
            return statuses.Outcome(statuses.FAILED, statuses.RATE_EXCEEDED)
        tolerated = rate_control.error_limit(command.limits.max_errors, command.target_count)
        return statuses.fold_command(command.counts, tolerated, cancelled=command.cancelled, growing=command.growing)
