# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the output that a listing page does not contain, for many nodes at once."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef

# Concurrent GetCommandInvocation calls: with AWS's usual 50 ms per response, more would only be throttled.
PARALLEL_READS = 8
# Invocations converted to results together, so that the pages of a large fleet are not all held twice.
BATCH = 200


class OutputReader:
    """Converts listed invocations to invocations with exact texts.

    :param full_text: reads the complete text of a step (by position) where GetCommandInvocation's is truncated, from S3
        or CloudWatch Logs, and returns None if there is none; itself None if the user named no such source.
    :param warn: takes a sentence for the user.
    """

    def __init__(
        self,
        tracker: Tracker,
        full_text: Callable[[output.Invocation, int], output.Text | None] | None,
        warn: Callable[[str], None],
    ) -> None:
        self._tracker = tracker
        self._full_text = full_text
        self._warn = warn

    def read(self, listed: Iterable[CommandInvocationTypeDef]) -> Iterator[output.Invocation]:
        """The invocations, in order, with exact texts; unavailable texts are marked as truncated, with a warning."""
        pool = concurrent.futures.ThreadPoolExecutor(PARALLEL_READS)
        try:
            yield from self._read_in_batches(listed, pool)
        finally:
            # No waiting: an interrupt must not block on reads in progress.
            pool.shutdown(wait=False, cancel_futures=True)

    def _read_in_batches(
        self, listed: Iterable[CommandInvocationTypeDef], pool: concurrent.futures.ThreadPoolExecutor
    ) -> Iterator[output.Invocation]:
        waiting: list[tuple[output.Invocation, concurrent.futures.Future[output.Invocation] | None]] = []
        for entry in listed:
            invocation, inexact = output.listed_invocation(t.cast("dict[str, t.Any]", entry))
            task = pool.submit(self._completed, invocation, inexact) if inexact else None
            waiting.append((invocation, task))
            if len(waiting) >= BATCH:
                yield from _results(waiting)
                waiting.clear()
        yield from _results(waiting)

    def _completed(self, invocation: output.Invocation, inexact: tuple[int, ...]) -> output.Invocation:
        texts: dict[int, output.Text] = {}
        for position in inexact:
            text = self._read_step(invocation, position)
            texts[position] = self._whole(invocation, position, text) if text.truncated else text
        return output.replace_texts(invocation, texts)

    def _whole(self, invocation: output.Invocation, position: int, limited: output.Text) -> output.Text:
        if self._full_text is None:
            return limited
        try:
            whole = self._full_text(invocation, position)
        except AnsibleAWSError as error:
            self._warn(f"The output of {invocation.instance_id} is incomplete: {error}")
            return limited
        if whole is None:
            return limited
        return output.longer_text(limited, output.whole_text(whole, invocation.steps[position].ending))

    def _read_step(self, invocation: output.Invocation, position: int) -> output.Text:
        step = invocation.steps[position]
        name = step.name if len(invocation.steps) > 1 else None
        try:
            answer = self._tracker.ended_step(invocation.command_id, invocation.instance_id, name)
        except AnsibleAWSError as error:
            self._warn(f"The output of {invocation.instance_id} is incomplete: {error}")
            return step.text
        stdout, stderr = answer.get("StandardOutputContent", ""), answer.get("StandardErrorContent", "")
        text = output.limited_text(stdout, stderr, step.ending)
        if not statuses.is_terminal(answer["Status"]):
            return dataclasses.replace(text, truncated=True)
        return text


def _results(
    waiting: Iterable[tuple[output.Invocation, concurrent.futures.Future[output.Invocation] | None]],
) -> Iterator[output.Invocation]:
    for invocation, task in waiting:
        yield invocation if task is None else task.result()
