# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of a task on a fleet: parts are sent as the rate budget allows, watched until they end, and collected.

Only this file knows all steps: dispatch, track, collect.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import (
    attached,
    progress,
    rate_control,
    statuses,
    track,
    verdict,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token_calls import (
    Recollection,
    find_adoption,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import (
    Marks,
    marks_of_command,
    new_tokens,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import LostResponseError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import Dispatcher
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import listed_invocation
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import Part, asked_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import MAX_IDS_PER_COMMAND
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import LEAST_PATIENCE
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import is_transient
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancel_calls import Canceller
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token import Adoption
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import Memory
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import Observer
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef, CommandTypeDef

# Seconds that cancelled commands get to end before the available results are collected.
CANCEL_GRACE = 10.0
# Failures listed while a command runs; the others are reported at the end, so that they do not cost a call per node.
EARLY_FAILURES = 20


@dataclasses.dataclass(frozen=True)
class _Unanswered:
    """A SendCommand call that is under way."""

    document: str
    token: str
    instance_ids: tuple[str, ...]
    share: rate_control.Share | None


@dataclasses.dataclass(frozen=True)
class RunServices:
    """The objects that a run works with."""

    reader: SSMClient
    retrier: Retrier
    dispatcher: Dispatcher
    tracker: Tracker
    outputs: OutputReader
    observer: Observer
    deadline: Deadline
    wait_seconds: Callable[[CommandTypeDef], float] | None = None
    """The seconds to wait for a command that was just sent or found; None if the deadline is the user's."""
    memory: Memory | None = None
    """What earlier tasks of the run have sent with the client token."""


class FleetRun:
    """The commands of a task from the first call to the last node's result.

    Public state, for handling interrupts and errors: `parts` (all commands, in the order in which they were sent or
    named), `unsent` (IDs of nodes that wait for a command), `unknown` (IDs of nodes whose command may run: the response
    to SendCommand was lost), `timed_out`.
    """

    def __init__(self, services: RunServices) -> None:
        self._services = services
        self.parts: list[Part] = []
        self.unsent: list[str] = []
        self.unknown: list[str] = []
        # The same of a command to targets, of whose nodes nothing is known.
        self._has_lost_targets = False
        self.timed_out = False
        self._counts: progress.Counts | None = None
        self._budget: rate_control.RateBudget | None = None
        self._max_errors: int | None = None
        self._has_too_many_errors = False
        self._unanswered: _Unanswered | None = None
        self._parts_left: list[tuple[int, tuple[str, ...]]] = []
        # How many times the task has sent to nodes again, with what an earlier run with its client token has.
        self._again = 0
        self._is_resending = False
        self._request: SendRequest | None = None
        # Commands that have ended, and whose last lines were not displayed when the wait was over.
        self._unshown: list[str] = []
        # Until when outputs may lag behind once the wait is over.
        self._grace: Deadline | None = None
        self._tokens = new_tokens()
        # Commands to attach to that AWS has not listed yet.
        self._sought: list[str] = []

    @property
    def command_ids(self) -> list[str]:
        """All commands, in the order in which they were sent or named."""
        return [part.command_id for part in self.parts]

    @property
    def active_command_ids(self) -> list[str]:
        """Commands that AWS does not say have ended, with those that it does not list yet."""
        return [part.command_id for part in self.parts if not part.has_ended] + self._sought

    @property
    def _open_parts(self) -> list[Part]:
        """Commands that run, and those whose results are not all known yet."""
        return [part for part in self.parts if not part.ended]

    @property
    def unanswered_token(self) -> str | None:
        """The token of a command that is being sent, and about which AWS has not answered."""
        return self._unanswered.token if self._unanswered else None

    @property
    def resent_tokens(self) -> list[str]:
        """The tokens of requests that were sent again after a lost response: two commands may have each."""
        return self._services.dispatcher.resent_tokens

    @property
    def adopted_ids(self) -> list[str]:
        """Commands that another task has sent."""
        return [part.command_id for part in self.parts if not part.is_own]

    @property
    def has_sent(self) -> bool:
        """Whether this task has sent a command, or may have sent one."""
        return self._has_lost_targets or bool(self.unknown) or any(part.is_own for part in self.parts)

    @property
    def has_ended(self) -> bool:
        """Whether every command has ended, by its last known state in AWS."""
        return not self.active_command_ids

    @property
    def _stopped(self) -> bool:
        """Whether nothing more may be sent.

        Whoever cancels one of the commands, a person or an alarm, means the whole task, whichever run has sent it.
        """
        is_lost = any(part.is_lost for part in self.parts)
        return self._has_too_many_errors or is_lost or bool(self.cancelled_ids)

    @property
    def cancelled_ids(self) -> list[str]:
        """Commands that AWS says are or were cancelled."""
        return [part.command_id for part in self.parts if part.is_cancelled]

    def attach(self, command_ids: Iterable[str]) -> None:
        """Attach to commands that were sent before.

        :raises UnknownCommandError: AWS does not list one of them; the others are attached to.
        """
        named = list(command_ids)
        self._sought = list(dict.fromkeys(named))
        for command in self._services.tracker.find_all(named):
            self._sought.remove(command["CommandId"])
            self._add(Part(command, asked=asked_nodes(command), is_own=False))
            self.parts.sort(key=lambda part: named.index(part.command_id))

    def known(self) -> verdict.Run:
        """Everything known about the commands so far."""
        over = self._budget is not None and (self._has_too_many_errors or self._budget.exceeded(self._errors_before))
        return verdict.Run(
            records=[part.record(divided=self._is_divided) for part in self.parts],
            never_sent={
                **dict.fromkeys(self.unsent, statuses.TERMINATED if over else statuses.UNSENT),
                **dict.fromkeys(self.unknown, statuses.UNKNOWN),
            },
            max_errors=self._max_errors if self._is_divided else None,
            has_lost_targets=self._has_lost_targets,
        )

    @property
    def _is_divided(self) -> bool:
        parts = sum(part.share is not None or part.is_one_of_several for part in self.parts)
        return parts + bool(self.unsent) > 1

    def send(self, request: SendRequest) -> None:
        """Send the request: to its targets, or to as many of its node IDs as may run now; `watch` sends to the rest.

        With a client token, attach to the commands that have it, and send only what is missing.

        :raises RequestError: the client token was used for another request.
        """
        self._request = request
        services = self._services
        recollection = Recollection.of(services.memory, services.deadline) if services.memory else None
        found = find_adoption(services.reader, services.retrier, request, recollection)
        for command in found.commands:
            self._adopt(command)
        self._check_unlisted(request, found)
        if request.instance_ids:
            self.send_to_ids(request, found.missing_ids)
        elif not found.is_complete:
            self.send_to_targets(request)

    def _check_unlisted(self, request: SendRequest, found: Adoption) -> None:
        """Send nothing that an earlier task of this run has sent, or may have sent, and that AWS does not list."""
        document = request.fields["DocumentName"]
        try:
            self._services.dispatcher.check_unlisted(document, found.unlisted, track.VISIBILITY_DELAY)
        except AnsibleAWSError:
            self.unknown = list(found.unknown_ids)
            self._has_lost_targets = bool(request.targets)
            self.unsent = [node for node in found.missing_ids if node not in set(found.unknown_ids)]
            raise

    def _adopt(self, command: CommandTypeDef) -> None:
        asked = asked_nodes(command)
        marks = marks_of_command(command)
        self._again = max(self._again, marks.again)
        self._add(Part(command, asked=asked, is_own=False, is_one_of_several=marks.part[1] > 1))

    def send_to_targets(self, request: SendRequest) -> None:
        """Send one command to the request's targets."""
        self._request = request
        limits = {"MaxConcurrency": request.max_concurrency, "MaxErrors": request.max_errors}
        fields = {name: value for name, value in limits.items() if value is not None}
        self._send(request, {**fields, "Targets": list(request.targets)}, None)

    def send_to_ids(self, request: SendRequest, ids: Sequence[str] | None = None) -> None:
        """Send as many commands to the node IDs of the request as may run now; `watch` sends the rest.

        :param ids: those that are still to be sent to, if not all.
        """
        self._request = request
        self.unsent = list(request.instance_ids if ids is None else ids)
        numbered = enumerate(request.id_parts(), 1)
        self._parts_left = [(number, part) for number, part in numbered if set(part) <= set(self.unsent)]
        self._budget = rate_control.RateBudget(
            len(request.instance_ids),
            MAX_IDS_PER_COMMAND,
            request.max_concurrency or rate_control.DEFAULT_MAX_CONCURRENCY,
            request.max_errors or rate_control.DEFAULT_MAX_ERRORS,
        )
        # Of all the nodes of the task, not only of those that it sends to again.
        self._max_errors = self._budget.max_errors if self._max_errors is None else self._max_errors
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self._request is not None and self.unsent and not self._stopped and self._budget is not None:
            if self._budget.ramps and any(not part.is_own and not part.has_ended for part in self.parts):
                # An earlier run's command has the limits of that run: what is missing waits for its end.
                return
            share = self._take_share(self._budget)
            if share is None:
                return
            # Parts have the same nodes in every run: a client token finds them by their number.
            ids = self._parts_left[0][1] if self._parts_left else tuple(self.unsent[:MAX_IDS_PER_COMMAND])
            limits = {"MaxConcurrency": str(share.max_concurrency), "MaxErrors": str(share.max_errors)}
            self._send(self._request, {**limits, "InstanceIds": list(ids)}, share)

    def _take_share(self, budget: rate_control.RateBudget) -> rate_control.Share | None:
        standing = self._standing()
        if budget.ramps and budget.allows(standing):
            standing = self._proven(standing, budget)
        return budget.take(standing)

    def _proven(self, standing: rate_control.Standing, budget: rate_control.RateBudget) -> rate_control.Standing:
        """With the nodes that AWS lists as Success, from no more commands than the next share needs."""
        standing = dataclasses.replace(standing, succeeded=sum(map(self._succeeded, self.parts)))
        running = [part for part in self.parts if not part.ended and part.completed != part.proven_at]
        for part in sorted(running, key=lambda part: part.proven_at - part.completed):
            if budget.allows(standing):
                break
            self._prove(part)
            standing = dataclasses.replace(standing, succeeded=sum(map(self._succeeded, self.parts)))
        return standing

    def _standing(self) -> rate_control.Standing:
        waiting = set(self.unsent)
        counts = [part.counts(waiting) for part in self.parts]
        return rate_control.Standing(
            waiting=len(self.unsent),
            open=sum(len(part.asked) - part.completed for part in self._open_parts),
            succeeded=sum(count.outcomes.get("Success", 0) for count in counts),
            errors_before=self._errors_before,
        )

    def _succeeded(self, part: Part) -> int:
        return part.counts(set(self.unsent)).outcomes.get("Success", 0) if part.ended else part.proven

    def _prove(self, part: Part) -> None:
        """Count what has succeeded: AWS's counters have it together with nodes that could not be sent to."""
        try:
            listed = self._services.tracker.invocations(part.command_id, "Success")
            part.proven, part.proven_at = sum(1 for _invocation in listed), part.completed
        except AnsibleAWSError as error:
            if not is_transient(error):
                raise

    @property
    def _errors_before(self) -> int:
        return sum(part.errors for part in self.parts if not part.is_own)

    def _send(self, request: SendRequest, fields: dict[str, t.Any], share: rate_control.Share | None) -> None:
        token = next(self._tokens)
        comment = request.comment_with(self._marks(request, token))
        ids = asked_nodes(fields)
        self._unanswered = _Unanswered(request.fields["DocumentName"], token, ids, share)
        try:
            command = self._services.dispatcher.send({**request.fields, **fields, "Comment": comment}, token)
        except LostResponseError:
            self._has_gone(ids)
            self.unknown.extend(ids)
            self._has_lost_targets = not ids
            raise
        self._sent(command)
        self._services.observer.sent(command["CommandId"], command.get("DocumentName", ""))

    def _marks(self, request: SendRequest, token: str) -> Marks:
        if self._is_resending:
            return Marks(token, request.client_token, again=self._again)
        if self._parts_left:
            return Marks(token, request.client_token, (self._parts_left[0][0], len(list(request.id_parts()))))
        # What waits besides the parts are nodes that AWS had not sent an earlier one to.
        return Marks(token, request.client_token, again=self._again + 1 if request.instance_ids else 0)

    def _sent(self, command: CommandTypeDef) -> None:
        """The command that was being sent runs: its nodes' earlier results are replaced from now on."""
        if self._unanswered is None:
            return
        ids = self._unanswered.instance_ids
        for part in self.parts:
            part.sent_again.update(part.collected.keys() & set(ids))
        self._add(Part(command, share=self._unanswered.share, asked=ids))
        self._has_gone(ids)
        self._unanswered = None

    def _has_gone(self, ids: Collection[str]) -> None:
        """These node IDs do not wait any more."""
        gone = set(ids)
        self.unsent = [node for node in self.unsent if node not in gone]
        self._parts_left = self._parts_left[1:]

    def _add(self, part: Part) -> None:
        wait_seconds, deadline = self._services.wait_seconds, self._services.deadline
        if wait_seconds is not None:
            (deadline.extend if self.parts else deadline.move)(wait_seconds(part.command))
        self.parts.append(part)
        if not part.is_own:
            self._relate()

    def _relate(self) -> None:
        """Take commands of another task as that one did, as far as their marks tell."""
        replaced = attached.replaced_nodes([part.command for part in self.parts])
        for part in self.parts:
            part.sent_again |= replaced.get(part.command_id, set())
            self._services.observer.replaced(part.command_id, part.sent_again)
        if self._request is None:
            self._max_errors = attached.shared_max_errors([part.command for part in self.parts])
            for part in self.parts:
                part.is_one_of_several = self._max_errors is not None and bool(part.asked)

    def recover_unanswered(self, patience: Deadline) -> str | None:
        """After an interrupt: attach to the command that was just being sent, if AWS lists it before `patience` ends.

        Returns its token if this is unknown; None if all commands are known.
        """
        lost = self._unanswered
        if lost is None:
            return None
        try:
            search = self._services.dispatcher.search(lost.document, lost.token)
            command = self._services.dispatcher.recall(search, patience)
        except AnsibleAWSError as error:
            self._services.observer.warn(f"Whether a command was sent is not known: {error}")
            return lost.token
        if command is None:
            return lost.token
        self._sent(command)
        return None

    def watch(self) -> None:
        """Wait until every command has ended and every node's result is known, or the deadline has passed.

        The nodes still in `unsent` are sent to as others finish.
        """
        deadline = self._services.deadline
        while self._open_parts and not deadline.expired:
            deadline.sleep(self._pause())
            try:
                self._poll()
            except AnsibleAWSError as error:
                if not deadline.expired or not is_transient(error):
                    raise
                break
            if not deadline.expired:
                self._send_waiting()
        # What still runs comes first: it may have to be cancelled.
        if not self.active_command_ids:
            self._finish_lagging()
        self.timed_out = bool(self.active_command_ids) or self._is_cut_short

    @property
    def _is_cut_short(self) -> bool:
        """Whether nodes were not sent to because the wait is over, and for no other reason."""
        has_errors = self._budget is not None and self._budget.exceeded(self._errors_before)
        return bool(self.unsent) and self._services.deadline.expired and not self._stopped and not has_errors

    def _pause(self) -> float:
        """Seconds until something is to be asked: the status of a command, or the results that one lacks."""
        elapsed = self._services.deadline.elapsed
        active = self._open_parts
        pauses = [part.look_again_at - elapsed for part in active if part.has_ended]
        if len(pauses) < len(active):
            pauses.append(track.pause_after(elapsed))
        return max(0.0, min(pauses))

    def _finish_lagging(self) -> None:
        """Wait for the results of commands that have ended, which may take longer than the task waits."""
        deadline = self._services.deadline
        while lagging := [part for part in self._open_parts if part.has_ended]:
            deadline.pause(max(0.0, min(part.look_again_at for part in lagging) - deadline.elapsed))
            for part in lagging:
                self._end(part)
                self._show(part)
        self._show_rest()

    def _must_end(self) -> Deadline | None:
        """The deadline while something waits for it: what still runs may have to be cancelled before all is read."""
        return self._services.deadline if self.active_command_ids and self._grace is None else None

    def _is_late(self) -> bool:
        deadline = self._must_end()
        return deadline is not None and deadline.expired

    def _show(self, part: Part) -> None:
        """Tell the observer of a poll, later if the wait is over; of an end that was broken off then, once more."""
        began_late = self._services.deadline.expired
        is_told = not self._is_late()
        if is_told:
            self._services.observer.polled(part.command_id, ended=part.ended)
        if part.ended and not (is_told and (began_late or not self._services.deadline.expired)):
            self._unshown.append(part.command_id)

    def _show_rest(self) -> None:
        while self._unshown:
            self._services.observer.polled(self._unshown.pop(0), ended=True)

    def _poll(self) -> None:
        active = self._open_parts
        running = [part for part in active if not part.has_ended]
        if running:
            listed = self._services.tracker.refresh([part.command for part in running])
            for part in running:
                self._update_part(part, listed.get(part.command_id))
            self._check_lost()
            self._collect_early([part for part in running if not part.has_ended])
        for part in active:
            if part.has_ended:
                self._end(part)
            self._show(part)
        self._report_counts()
        self._stop_when_errors_exceed()

    def _update_part(self, part: Part, command: CommandTypeDef | None) -> None:
        elapsed = self._services.deadline.elapsed
        if command is not None:
            part.command = command
            part.unlisted_since = None
            part.is_lost = False
        elif part.unlisted_since is None:
            part.unlisted_since = elapsed
        elif elapsed - part.unlisted_since > track.VISIBILITY_DELAY and not part.is_lost:
            part.is_lost = True
            self._warn_of_lost(part)

    def _warn_of_lost(self, part: Part) -> None:
        if len(self._open_parts) > 1:
            self._services.observer.warn(f"{_lost([part])}. The task waits for the other commands")

    def _check_lost(self) -> None:
        """Commands that AWS does not list any more are given up when the others have ended.

        :raises UnknownCommandError: no other command is waited for.
        """
        lost = [part for part in self._open_parts if part.is_lost]
        if lost and len(lost) == len(self._open_parts):
            raise _lost(lost)

    def _report_counts(self) -> None:
        waiting = set(self.unsent)
        counts = progress.total_counts(
            (part.counts(waiting) for part in self.parts), len(self.unsent) + len(self.unknown)
        )
        if counts != self._counts:
            self._services.observer.counts_changed(counts, self._services.deadline.elapsed)
        self._counts = counts

    def _collect_early(self, running: Sequence[Part]) -> None:
        for part in running:
            if self._is_late():
                return
            completed, errors = part.command.get("CompletedCount", 0), part.command.get("ErrorCount", 0)
            news = completed - len(part.collected)
            failures = sum(found.outcome != statuses.SUCCESS for found in part.collected.values())
            if self._services.observer.wants_output and news > part.command.get("TargetCount", 0) // 10:
                self._collect_results(part, None)
            elif failures < EARLY_FAILURES and errors > part.failures_told:
                # Once for each new count: some errors have a different status, and would cause a lookup in every poll.
                part.failures_told = errors
                self._collect_results(part, "Failed", EARLY_FAILURES - failures)

    def _collect_results(self, part: Part, status: str | None, at_most: int | None = None) -> None:
        """List the invocations of a part: what has ended is kept with its texts, the others as `running`.

        It breaks off when the wait is over while something still runs, see `_is_late`.
        """
        part.read = part.read or status is None
        running: dict[str, Invocation] = {}
        until = self._must_end()

        def ended() -> t.Iterator[CommandInvocationTypeDef]:
            for listed in self._services.tracker.invocations(part.command_id, status):
                if until is not None and until.expired:
                    return
                if not statuses.is_terminal(listed["Status"]):
                    running[listed["InstanceId"]] = listed_invocation(t.cast("dict[str, t.Any]", listed))[0]
                elif listed["InstanceId"] not in part.collected:
                    yield listed

        chosen = itertools.islice(ended(), at_most)
        for invocation in self._services.outputs.read(chosen, until=until, lag=self._lag(until)):
            part.collected[invocation.instance_id] = invocation
            self._services.observer.node_ended(invocation)
            self._services.observer.collected(len(part.collected), part.targets, self._services.deadline.elapsed)
        if status is None and not (until is not None and until.expired):
            part.running = running

    def _lag(self, until: Deadline | None) -> Deadline:
        """Until when the outputs of one reading may lag behind its listing."""
        left = track.VISIBILITY_DELAY if until is None else min(track.VISIBILITY_DELAY, until.remaining())
        return self._grace or self._services.deadline.another(left)

    def _end(self, part: Part) -> None:
        """Collect a command that has ended, unless all its nodes are not there yet: listings lag behind."""
        deadline = self._services.deadline
        if deadline.elapsed < part.look_again_at or self._is_late():
            return
        part.lagging_since = deadline.elapsed if part.lagging_since is None else part.lagging_since
        missing = self._read_whole(part)
        if self._is_late():
            return
        if missing:
            lagging = deadline.elapsed - part.lagging_since
            if lagging < track.VISIBILITY_DELAY and not part.reached_none:
                is_one_page = part.targets <= ssm_commands.PAGE_SIZE
                shortest = track.FIRST_PAUSE if is_one_page else track.SHORTEST_PAUSE
                part.look_again_at = deadline.elapsed + track.pause_before_looking_again(lagging, shortest)
                return
            self._services.observer.warn(missing)
        part.ended = True
        self._settle(part)

    def _read_whole(self, part: Part) -> str:
        """List the results of a command that has ended; what is missing of them, in a sentence, or ""."""
        try:
            self._collect_results(part, None)
        except AnsibleAWSError as error:
            # Before, the retries had their time; after, this is the only reading.
            if not self._services.deadline.expired or not is_transient(error):
                raise
            return f"The results of the command {part.command_id} could not be read: {error}"
        if not part.running and len(part.collected) >= part.targets:
            return ""
        return (
            f"AWS lists {counted(len(part.collected), 'result')} of the command {part.command_id}, and "
            f"counts {counted(part.targets, 'node')}."
        )

    def _settle(self, part: Part) -> None:
        """Return the part's share; nodes that AWS never sent it to wait for another part if the errors allow it."""
        if part.share is None or self._budget is None:
            return
        collected = part.collected.values()
        errors = sum(found.outcome in statuses.ERROR_OUTCOMES for found in collected)
        self._budget.give_back(part.share, errors)
        # Without an error, something else ended it, and would end it again.
        if errors and not self._budget.exceeded(0):
            self.unsent.extend(found.instance_id for found in collected if found.outcome == statuses.TERMINATED)

    def _stop_when_errors_exceed(self) -> None:
        if self._budget is None or self._stopped:
            return
        running = self._open_parts
        errors = sum(part.errors for part in running if part.is_own)
        if not self._budget.exceeded(errors + self._errors_before):
            return
        self._has_too_many_errors = True
        for part in running:
            pending = self._services.tracker.invocations(part.command_id, "Pending")
            ids = [invocation["InstanceId"] for invocation in pending]
            if ids:
                self._cancel_nodes(part.command_id, ids)

    def _cancel_nodes(self, command_id: str, ids: Sequence[str]) -> None:
        try:
            self._services.retrier.call(ssm_commands.cancel_command, self._services.reader, command_id, ids)
        except AnsibleAWSError as error:
            self._services.observer.warn(f"The command {command_id} continues, though it should not: {error}")

    def resend_undelivered(self) -> bool:
        """Send once more to the nodes that AWS could not reach at all; False if there are none.

        Only Undeliverable is sent again: after a delivery timeout the node may have run the command.
        """
        known = verdict.Verdict(self.known())
        ids = known.nodes_with({statuses.UNDELIVERABLE})
        # Nodes that wait have their own reason, such as too many errors or the end of the wait.
        if not ids or self._stopped or self._request is None or self.unsent or self._services.deadline.expired:
            return False
        limit = self._error_limit(known)
        errors = len(known.nodes_with(statuses.ERROR_OUTCOMES))
        if errors > limit:
            return False
        self._max_errors = limit
        self._again += 1
        self._is_resending = True
        left = str(limit - errors)
        self.send_to_ids(dataclasses.replace(self._request, instance_ids=tuple(ids), targets=(), max_errors=left))
        return True

    def _error_limit(self, known: verdict.Verdict) -> int:
        """How many nodes of the task may fail, in all its commands."""
        if self._max_errors is not None:
            return self._max_errors
        limit = (self._request and self._request.max_errors) or rate_control.DEFAULT_MAX_ERRORS
        return rate_control.absolute_limit(limit, known.summary["total"])

    def cancel(self, canceller: Canceller, command_ids: Sequence[str] | None = None) -> tuple[str, ...]:
        """Cancel what has not ended, or of that these commands; the IDs that AWS cancels."""
        answer = canceller.cancel(self.active_command_ids if command_ids is None else command_ids)
        for command_id, reason in answer.refused.items():
            self._services.observer.warn(f"The command {command_id} could not be cancelled: {reason}")
        return answer.cancelled

    def sent_twice(self) -> list[str]:
        """IDs of commands that AWS listed so late that they were sent again; those that have not ended are cancelled.

        If this cannot be found out, there is a warning.

        It is empty unless the user allows to send again after a lost response.
        """
        services = self._services
        try:
            duplicates = services.dispatcher.duplicates(set(self.command_ids))
        except AnsibleAWSError as error:
            self._warn_of_duplicates(error)
            return []
        for command in duplicates:
            if not statuses.is_terminal(command["Status"]):
                self._cancel_nodes(command["CommandId"], ())
        return [command["CommandId"] for command in duplicates]

    def running_duplicates(self, patience: Deadline) -> list[str] | None:
        """During a stop: what `sent_twice` would find that has not ended; None, after a warning, if AWS does not tell.

        :param patience: until when calls are repeated.
        """
        services = self._services
        try:
            found = services.dispatcher.duplicates(set(self.command_ids), services.retrier.within(patience))
        except AnsibleAWSError as error:
            self._warn_of_duplicates(error)
            return None
        return [command["CommandId"] for command in found if not statuses.is_terminal(command["Status"])]

    def _warn_of_duplicates(self, error: AnsibleAWSError) -> None:
        tokens = " and ".join(self.resent_tokens)
        self._services.observer.warn(
            f"Whether a command that was sent again has run twice is not known, look for {tokens} in the comments of "
            f"the commands: {error}"
        )

    def collect_unfinished(self, grace: float) -> None:
        """Wait up to `grace` seconds for cancelled commands to end, and keep the results so far."""
        patience = self._services.deadline.another(grace)
        lag = grace + LEAST_PATIENCE if self.timed_out else track.VISIBILITY_DELAY
        self._grace = self._services.deadline.another(lag)
        try:
            while self._open_parts and not patience.expired:
                patience.pause(track.SHORTEST_PAUSE)
                self._poll()
            for part in self._open_parts:
                self._collect_results(part, None)
        except AnsibleAWSError as error:
            if not may_pass(error):
                raise
            self._services.observer.warn(f"The results of nodes that may have ended could not be read: {error}")
        self._show_rest()


def may_pass(error: AnsibleAWSError) -> bool:
    """Whether more time may help: AWS does not answer, or does not list a command yet."""
    return isinstance(error, track.UnknownCommandError) or is_transient(error)


def _lost(parts: Sequence[Part]) -> track.UnknownCommandError:
    commands = track.in_words([part.command_id for part in parts])
    return track.UnknownCommandError(
        f"AWS has not listed {commands} for {track.VISIBILITY_DELAY:.0f} seconds: the endpoint has lost it, or answers "
        "for another account or region"
    )
