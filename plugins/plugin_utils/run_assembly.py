# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assembles a run of commands from the options of a task: its clients, its deadline, what it is told with."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import (
    Dispatcher,
    LostResponses,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import RunServices
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Folder
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.result_size import ArrivingOutputs
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import LEAST_PATIENCE, Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.wait_time import seconds_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_credentials import stop_renewing
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun, Telling

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import Memory
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import TaskOptions
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation, Text
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.output_files import OutputFiles
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.progress_display import ProgressDisplay


@dataclasses.dataclass(frozen=True)
class Console:
    """What a task displays while it runs, the files it writes, and the client and the retries it reads with."""

    reader: t.Any
    retrier: Retrier
    display: ProgressDisplay
    files: OutputFiles | None

    def keeper(self, budget: int | None, folder: Folder) -> Callable[[Invocation], Invocation]:
        """Shows, saves and compares each invocation whole, and returns what a result within `budget` needs of it."""
        arriving = ArrivingOutputs(budget) if budget else None

        def keep(whole: Invocation) -> Invocation:
            self.display.output_read(whole)
            folder.see(whole)
            return arriving.cut(whole) if arriving else whole

        return keep


def assembled_run(
    options: TaskOptions,
    console: Console,
    client_for: Callable[[str], t.Any],
    seconds: float,
    memory: Memory | None = None,
) -> CommandRun:
    """A run that waits for so many seconds, or as long as AWS gives each command if the user does not say it.

    :param client_for: makes a client of a service (s3, logs) to read outputs with.
    :param memory: what the tasks of the run have sent with the client token.
    """
    deadline = Deadline(seconds)
    retrier = console.retrier.within(deadline, LEAST_PATIENCE)
    tracker = Tracker(console.reader, retrier, deadline)
    if options.result.stream_output:
        console.display.stream(client_for("logs"), log_groups(options, tracker), deadline)
    full_text = _full_text(tracker, client_for, retrier) if options.result.full_output else None
    folder = Folder(masks=options.result.fold_mask)
    keep = console.keeper(options.result.result_max_bytes, folder)
    lost = LostResponses(options.wait.lost_response_timeout, options.wait.on_lost_response == "resend")
    as_aws_says = functools.partial(seconds_of, otherwise=seconds)
    services = RunServices(
        reader=console.reader,
        retrier=retrier,
        dispatcher=Dispatcher(console.reader, retrier, deadline, lost, memory),
        tracker=tracker,
        outputs=OutputReader(tracker, full_text, console.display.warn, keep),
        observer=console.display,
        deadline=deadline,
        wait_seconds=None if options.wait.wait_timeout else as_aws_says,
        memory=memory,
    )
    written = console.files.written if console.files else {}
    telling = Telling(options.result.fail_on, written, folder, secret=console.display.secret)
    return CommandRun(services, functools.partial(stop_renewing, console.reader), options.wait, telling)


def _full_text(
    tracker: Tracker, client_for: Callable[[str], t.Any], retrier: Retrier
) -> Callable[[Invocation, int], Text]:
    # Ansible compiles what is imported anew in every run, and few tasks need this.
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands import whole_output_calls

    return whole_output_calls.CommandOutputs(tracker.find, client_for, retrier).text


def log_groups(options: TaskOptions, tracker: Tracker) -> Callable[[str], str]:
    """The log group of each command, by ID: of this task's own by its options, of others as they were sent."""
    if not isinstance(options, AttachOptions):
        return lambda _command_id: options.log_group
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands import whole_output_calls

    return lambda command_id: whole_output_calls.OutputPlaces.of_command(tracker.find(command_id)).log_group
