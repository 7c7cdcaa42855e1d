# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the output that a listing page does not contain, for many nodes at once."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import named

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef

# Concurrent GetCommandInvocation calls: with AWS's usual 50 ms per response, more would only be throttled.
PARALLEL_READS = 8
# Invocations whose texts are read or wait for an earlier one: more would only take memory.
MAX_WAITING = 2 * PARALLEL_READS
# The shortest PluginName that GetCommandInvocation takes (botocore's service model).
MIN_PLUGIN_NAME = 4


class OutputReader:
    """Converts listed invocations to invocations with exact texts.

    :param full_text: reads the complete text of a step (by position) where GetCommandInvocation's is truncated, from S3
        or CloudWatch Logs, and raises AnsibleAWSError if it cannot; itself None if the user wants no complete texts.
    :param warn: takes a sentence for the user.
    :param keep: takes each invocation with its whole texts, and returns what is worth keeping of it in memory.

    Public: `truncated` (command ID and node ID of the results whose texts could not be read whole so far).
    """

    def __init__(
        self,
        tracker: Tracker,
        full_text: Callable[[output.Invocation, int], output.Text] | None,
        warn: Callable[[str], None],
        keep: Callable[[output.Invocation], output.Invocation] = lambda whole: whole,
    ) -> None:
        self._tracker = tracker
        self._full_text = full_text
        self._warn = warn
        self._keep = keep
        self.truncated: set[tuple[str, str]] = set()
        self._incomplete: dict[str, set[str]] = {}

    def read(self, listed: Iterable[CommandInvocationTypeDef]) -> Iterator[output.Invocation]:
        """The invocations, in order, with exact texts; unavailable ones are marked as truncated, see `warn_of_gaps`."""
        pool = concurrent.futures.ThreadPoolExecutor(PARALLEL_READS)
        try:
            for whole in self._read_in_order(listed, pool):
                if whole.truncated:
                    self.truncated.add((whole.command_id, whole.instance_id))
                yield self._keep(whole)
        finally:
            # No waiting: an interrupt must not block on reads in progress.
            pool.shutdown(wait=False, cancel_futures=True)

    def warn_of_gaps(self) -> None:
        """One warning for each reason why texts are incomplete, with the nodes; later calls warn of later gaps only."""
        gaps, self._incomplete = self._incomplete, {}
        for reason, nodes in gaps.items():
            self._warn(f"The output of {named(sorted(nodes))} is incomplete: {reason}.")

    def _note_gap(self, invocation: output.Invocation, reason: str) -> None:
        self._incomplete.setdefault(reason.rstrip(". "), set()).add(invocation.instance_id)

    def _read_in_order(
        self, listed: Iterable[CommandInvocationTypeDef], pool: concurrent.futures.ThreadPoolExecutor
    ) -> Iterator[output.Invocation]:
        waiting: collections.deque[tuple[output.Invocation, concurrent.futures.Future[output.Invocation] | None]]
        waiting = collections.deque()
        try:
            for entry in listed:
                invocation, inexact = output.listed_invocation(t.cast("dict[str, t.Any]", entry))
                task = pool.submit(self._completed, invocation, inexact) if inexact else None
                waiting.append((invocation, task))
                if len(waiting) > MAX_WAITING:
                    yield _result(*waiting.popleft())
        except AnsibleAWSError:
            # What the pages before had is known, and the error comes after it.
            yield from (_result(*one) for one in waiting)
            raise
        while waiting:
            yield _result(*waiting.popleft())

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
            written = self._full_text(invocation, position)
        except AnsibleAWSError as error:
            self._note_gap(invocation, str(error))
            return limited
        whole = output.whole_text(written, invocation.steps[position].ending)
        text = output.longer_text(limited, whole)
        if text is limited:
            self._note_gap(invocation, "the place that the node writes it to has less than AWS returns")
        elif text.truncated:
            self._note_gap(invocation, "it is longer than what full_output reads of a stream")
        return text

    def _read_step(self, invocation: output.Invocation, position: int) -> output.Text:
        step = invocation.steps[position]
        name = step.name if len(invocation.steps) > 1 else None
        if name is not None and len(name) < MIN_PLUGIN_NAME:
            return self._read_short_name(invocation, step)
        try:
            answer = self._tracker.ended_step(invocation.command_id, invocation.instance_id, name)
        except AnsibleAWSError as error:
            self._note_gap(invocation, str(error))
            return step.text
        stdout, stderr = answer.get("StandardOutputContent", ""), answer.get("StandardErrorContent", "")
        text = output.limited_text(stdout, stderr, step.ending)
        if not statuses.is_terminal(answer["Status"]):
            return dataclasses.replace(text, truncated=True)
        return text

    def _read_short_name(self, invocation: output.Invocation, step: output.Step) -> output.Text:
        if step.is_listed_whole:
            return dataclasses.replace(step.text, truncated=False)
        if self._full_text is None:
            self._note_gap(
                invocation,
                f"AWS returns only 2,500 characters of the step {step.name}, because its name has fewer than "
                f"{MIN_PLUGIN_NAME} characters; full_output reads the others",
            )
        return step.text


def _result(
    invocation: output.Invocation, task: concurrent.futures.Future[output.Invocation] | None
) -> output.Invocation:
    return invocation if task is None else task.result()
