# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of a task on the controller: two ways in, sending and attaching, and one way to the result."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import messages, report
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancel_calls import Canceller
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import (
    CANCEL_GRACE,
    FleetRun,
    may_pass,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Folder
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import UnknownCommandError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Verdict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import named
from ansible_collections.ssmops.run_command.plugins.plugin_utils.aws_action import failure
from ansible_collections.ssmops.run_command.plugins.plugin_utils.interrupts import ACTION_SECONDS, run_when_stopped

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import RunServices
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import WaitOptions
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline

Result = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Telling:
    """How the result of a task is told: when it is a failure, and with what.

    :param output_files: the file of each output by command ID and node ID, as far as they are written.
    :param folder: has seen the answers of the nodes whole.
    :param secret: the task has C(no_log): its message has no text of a node or of AWS.
    """

    fail_on: str
    output_files: Mapping[tuple[str, str], str]
    folder: Folder = dataclasses.field(default_factory=Folder)
    secret: bool = False


class CommandRun:
    """The commands of one task; failures include everything known about them.

    :param hurry: called before the last calls of a controller that is being interrupted.
    """

    def __init__(self, services: RunServices, hurry: Callable[[], None], wait: WaitOptions, telling: Telling) -> None:
        self._services = services
        self._hurry = hurry
        self._wait = wait
        self._telling = telling
        self._fleet = FleetRun(services)
        # Those that AWS was asked to cancel when the wait was over: that it cancels, and that it does not.
        self._cancelled: tuple[str, ...] = ()
        self._uncancelled: list[str] = []

    def send(self, request: SendRequest, explain: Callable[[AnsibleAWSError], str]) -> Result:
        """Send, and return the results of the nodes unless the task does not wait.

        :param explain: additional text for an error's message.
        """
        fleet = self._fleet
        with self._cancelling_when_stopped():
            try:
                fleet.send(request)
                if not self._wait.wait:
                    message = messages.unwaited_message(fleet.adopted_ids, fleet.command_ids)
                    return {"changed": fleet.has_sent, **self._told_of_duplicates({**self._known(), "msg": message})}
                self._watch()
            except AnsibleAWSError as error:
                return self._failed(error, explain(error))
            # The last look for what has run twice is a part of what may be stopped.
            result = self._finished()
        changed = fleet.has_sent and (bool(result["summary"]["total"]) or fleet.timed_out)
        if fleet.adopted_ids:
            sent = [command_id for command_id in fleet.command_ids if command_id not in fleet.adopted_ids]
            result["msg"] = f"{messages.adopted_note(fleet.adopted_ids, sent)} {result['msg']}"
        return {"changed": changed, **result}

    def attach(self, command_ids: tuple[str, ...]) -> Result:
        """Attach to commands that were sent before, and return their results; without waiting, the current ones."""
        if not self._wait.wait:
            # It only looks.
            self._wait = self._wait.without_cancelling()
        with self._cancelling_when_stopped():
            try:
                self._look_up(command_ids)
                if not self._wait.wait and not self._fleet.has_ended:
                    return self._so_far()
                self._watch()
            except AnsibleAWSError as error:
                return self._failed(error, "")
            return {"changed": False, **self._finished()}

    def _so_far(self) -> Result:
        """The results of commands of which some have not ended."""
        self._fleet.collect_unfinished(0)
        verdict = Verdict(self._fleet.known())
        result = self._known(verdict)
        failed = verdict.has_failed_so_far(self._telling.fail_on)
        return {"changed": False, "failed": failed, **result, "msg": messages.running_message(result)}

    def _look_up(self, command_ids: tuple[str, ...]) -> None:
        """Attach; what AWS does not list when the wait is over has not ended in time, as other commands have not.

        :raises AnsibleAWSError: AWS does not list one of the commands, or refuses a call.
        """
        try:
            self._fleet.attach(command_ids)
        except AnsibleAWSError as error:
            if self._wait.wait and self._services.deadline.expired and may_pass(error):
                return
            if isinstance(error, UnknownCommandError):
                # Nothing is lost: the result has what is known of the others.
                self._fleet.collect_unfinished(0)
            raise

    def _watch(self) -> None:
        try:
            self._watch_to_the_end()
        except UnknownCommandError:
            if self._wait.on_timeout == "cancel":
                self._cancel_active()
            raise

    def _watch_to_the_end(self) -> None:
        fleet = self._fleet
        fleet.watch()
        for _attempt in range(self._wait.retry_undelivered):
            if fleet.timed_out or not fleet.resend_undelivered():
                break
            fleet.watch()
        if not fleet.timed_out:
            return
        if self._wait.on_timeout == "cancel":
            self._cancel_active()
        fleet.collect_unfinished(CANCEL_GRACE if self._cancelled else 0)

    def _cancel_active(self) -> None:
        """Cancel what has not ended, as the wait for it is over."""
        active = self._fleet.active_command_ids
        self._cancelled = self._cancel(self._services.deadline.another(CANCEL_GRACE))
        self._uncancelled = [command_id for command_id in active if command_id not in self._cancelled]

    def _cancel(self, deadline: Deadline, command_ids: Sequence[str] | None = None) -> tuple[str, ...]:
        canceller = Canceller(self._services.reader, self._services.retrier.within(deadline), deadline)
        return self._fleet.cancel(canceller, command_ids)

    def _cancelling_when_stopped(self) -> AbstractContextManager[None]:
        return run_when_stopped(self._stop, self._services.observer.tell, self._left)

    def _left(self) -> str:
        """What may still run after a stop that did not end."""
        fleet = self._fleet
        return messages.left_note(fleet.active_command_ids, fleet.unanswered_token, fleet.resent_tokens)

    def _stop(self, reason: str) -> str:
        """Cancel or leave the commands of a controller that is being interrupted; returns what was done."""
        fleet = self._fleet
        deadline = self._services.deadline.another(ACTION_SECONDS)
        cancelling = self._wait.on_interrupt == "cancel"
        self._hurry()
        self._services.tracker.stop_waiting()
        # What is known first: looking up what was being sent may take all the time that is left.
        known = fleet.active_command_ids
        cancelled = list(self._cancel(deadline)) if cancelling else []
        unanswered = fleet.recover_unanswered(deadline)
        late = [command_id for command_id in fleet.active_command_ids if command_id not in known]
        # A token that AWS does not list now would not be listed a moment later.
        sent_again = [token for token in fleet.resent_tokens if token != unanswered]
        duplicates = fleet.running_duplicates(deadline) if sent_again else []
        late += duplicates or []
        if cancelling and late:
            cancelled += self._cancel(deadline, late)
        return messages.interruption_message(
            reason,
            left=[command_id for command_id in (*known, *late) if command_id not in cancelled],
            cancelled=cancelled,
            unanswered=unanswered,
            sent_again=sent_again if duplicates is None else (),
        )

    def _known(self, verdict: Verdict | None = None) -> Result:
        self._services.outputs.warn_of_gaps()
        telling = self._telling
        known = verdict or Verdict(self._fleet.known())
        result = report.build_result(known, telling.folder, shows_texts=not telling.secret)
        for node, entry in result["invocations"].items():
            for shown in (entry, *entry.get("by_command", {}).values()):
                path = telling.output_files.get((shown["command_id"], node))
                if path:
                    shown["output_file"] = path
        return result

    def _finished(self) -> Result:
        verdict = Verdict(self._fleet.known())
        message = self._message(verdict)
        failed = verdict.is_failed(self._telling.fail_on, timed_out=self._fleet.timed_out)
        truncated = self._truncated_nodes(verdict) if self._telling.fail_on == "truncated" else []
        if truncated:
            failed = True
            message += f" The output of {named(truncated)} is incomplete."
        return self._told_of_duplicates({**self._known(verdict), "failed": failed, "msg": message})

    def _message(self, verdict: Verdict) -> str:
        """What became of the nodes, and why the wait was over if it was."""
        fleet = self._fleet
        timed_out = fleet.timed_out
        region = self._services.reader.meta.region_name
        message = report.message(
            verdict, self._telling.folder, timed_out=timed_out, region=region, shows_texts=not self._telling.secret
        )
        if not timed_out:
            return message + (messages.cancelled_note(fleet.cancelled_ids) if fleet.unsent else "")
        has_run = bool(fleet.active_command_ids or self._cancelled or self._uncancelled)
        over = messages.timed_out_note(own_limit=self._services.wait_seconds is None, has_run=has_run)
        return over + message + self._after_timeout()

    def _after_timeout(self) -> str:
        active = self._fleet.active_command_ids
        return messages.after_timeout(self._wait.on_timeout, active, self._uncancelled, self._cancelled)

    def _truncated_nodes(self, verdict: Verdict) -> list[str]:
        """The nodes whose output AWS or its place did not have whole, whatever a result has room for."""
        truncated = self._services.outputs.truncated
        return [
            node for node, found in verdict.results.items() if any((one.command_id, node) in truncated for one in found)
        ]

    def _told_of_duplicates(self, result: Result) -> Result:
        """A result that fails if a command that was sent again was listed late, and so has run twice."""
        twice = self._fleet.sent_twice()
        if not twice:
            return result
        message = messages.sent_twice_message(self._fleet.command_ids, twice) + result["msg"]
        return {**result, "failed": True, "msg": message}

    def _failed(self, error: AnsibleAWSError, explanation: str) -> Result:
        fleet = self._fleet
        result = {"changed": fleet.has_sent, **self._known(), **failure(error, secret=self._telling.secret)}
        if explanation:
            # AWS often returns a code without a message.
            result["msg"] = result["msg"].rstrip(": ") + explanation
        notes = self._left_note() + messages.unsent_note(len(fleet.unsent))
        return self._told_of_duplicates({**result, "msg": messages.with_notes(result["msg"], notes)})

    def _left_note(self) -> str:
        """What became of the commands that an error has left."""
        if self._cancelled or self._uncancelled:
            return self._after_timeout()
        running = [part.command_id for part in self._fleet.parts if not part.has_ended]
        return messages.still_running_note(running) if running else ""
