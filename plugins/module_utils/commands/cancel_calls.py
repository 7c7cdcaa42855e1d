# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cancels commands, all at once and within a limit of time."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.client import SSMClient

PARALLEL_CALLS = 8


@dataclasses.dataclass(frozen=True)
class Cancellation:
    """The IDs of the commands that AWS cancels, and why it does not cancel the others, by command ID."""

    cancelled: tuple[str, ...]
    refused: t.Mapping[str, str]


class Canceller:
    """Requests cancellation.

    :param client: makes the calls.
    :param retrier: repeats them until `deadline`.
    """

    def __init__(self, client: SSMClient, retrier: Retrier, deadline: Deadline) -> None:
        self.client = client
        self.retrier = retrier
        self.deadline = deadline

    def cancel(self, command_ids: Sequence[str]) -> Cancellation:
        """Cancel these commands; those whose call has not returned by the deadline count as refused."""
        pool = concurrent.futures.ThreadPoolExecutor(PARALLEL_CALLS)
        calls = {command_id: pool.submit(self._cancel, command_id) for command_id in command_ids}
        concurrent.futures.wait(calls.values(), timeout=min(self.deadline.remaining(), threading.TIMEOUT_MAX))
        pool.shutdown(wait=False, cancel_futures=True)
        answers = {
            command_id: call.result() if call.done() and not call.cancelled() else "there was no response in time"
            for command_id, call in calls.items()
        }
        return Cancellation(
            tuple(command_id for command_id, refusal in answers.items() if refusal is None),
            {command_id: refusal for command_id, refusal in answers.items() if refusal is not None},
        )

    def _cancel(self, command_id: str) -> str | None:
        """The reason why it was not cancelled, or None."""
        try:
            self.retrier.call(ssm_commands.cancel_command, self.client, command_id, ())
        except AnsibleAWSError as error:
            return str(error)
        return None
