# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds commands, cancels those that run, and waits for their end."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import cancellation, report, track, verdict
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancel_calls import Canceller
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import CommandSearch
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import listed_invocation
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import asked_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import OUTAGE_TOLERANCE
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancellation import CancelRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import CommandTypeDef

Result = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class CommandCanceller:
    """Cancels what a request means.

    :param client: makes the calls, which are repeated while AWS throttles them.
    :param deadline: until when to wait for the end of cancelled commands.
    """

    client: SSMClient
    deadline: Deadline

    def cancel(self, request: CancelRequest, *, check: bool) -> Result:
        """The result of the module; in check mode, nothing is cancelled.

        :raises AnsibleAWSError: AWS does not list a command that is named, or refuses a call but CancelCommand.
        """
        found = self._find(request)
        running = [command["CommandId"] for command in found if cancellation.is_running(command)]
        if check or not running:
            message = cancellation.message(len(found), len(running), 0, check=check)
            return {"changed": bool(running), "cancelled_command_ids": running, **self._results(found), "msg": message}
        answer = Canceller(self.client, self._retrier, self.deadline.another(OUTAGE_TOLERANCE)).cancel(running)
        after = self._wait_for_end(found, answer.cancelled)
        ended = [one for one in after if one["CommandId"] in answer.cancelled and not cancellation.is_running(one)]
        message = cancellation.message(len(found), len(answer.cancelled), len(ended), check=False)
        refusals = [f" {command_id} was not cancelled: {reason}." for command_id, reason in answer.refused.items()]
        return {
            "changed": bool(answer.cancelled),
            "failed": bool(refusals) or len(ended) < len(answer.cancelled),
            "cancelled_command_ids": list(answer.cancelled),
            **self._results(after),
            "msg": message + "".join(refusals),
        }

    # Made once: the pace that AWS allows is remembered from call to call.
    @functools.cached_property
    def _retrier(self) -> Retrier:
        return Retrier(self.deadline, least=OUTAGE_TOLERANCE)

    @functools.cached_property
    def _tracker(self) -> Tracker:
        return Tracker(self.client, self._retrier, self.deadline)

    def _find(self, request: CancelRequest) -> list[CommandTypeDef]:
        now = datetime.datetime.now(datetime.UTC)
        if request.command_ids:
            return request.chosen([self._tracker.find(command_id) for command_id in request.command_ids], now)
        search = CommandSearch(None, now - datetime.timedelta(seconds=request.max_age))
        return request.chosen(search.commands(self.client, self._retrier), now)

    def _wait_for_end(self, found: Sequence[CommandTypeDef], cancelled: Sequence[str]) -> list[CommandTypeDef]:
        """The commands as they are when the cancelled ones have ended, or the deadline has passed."""
        known = {command["CommandId"]: command for command in found}
        while True:
            waiting = [known[command_id] for command_id in cancelled if cancellation.is_running(known[command_id])]
            if not waiting or self.deadline.expired:
                return list(known.values())
            self.deadline.sleep(track.pause_after(self.deadline.elapsed))
            known.update(self._tracker.refresh(waiting))

    def _results(self, commands: Sequence[CommandTypeDef]) -> Result:
        records = [
            verdict.CommandRecord(
                command,
                {
                    listed["InstanceId"]: listed_invocation(t.cast("dict[str, t.Any]", listed))[0]
                    for listed in self._tracker.invocations(command["CommandId"])
                },
                asked=asked_nodes(command),
            )
            for command in commands
        ]
        return report.build_result(verdict.Verdict(verdict.Run(records)))
