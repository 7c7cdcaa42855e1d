# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the output that a listing page does not contain, for many nodes at once."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import threading
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import named

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ssm.type_defs import CommandInvocationTypeDef

# Concurrent GetCommandInvocation calls: with AWS's usual 50 ms per response, more would only be throttled.
PARALLEL_READS = 8
# Invocations whose texts are read or wait for an earlier one: more would only take memory.
MAX_WAITING = 2 * PARALLEL_READS
# The shortest PluginName that GetCommandInvocation takes (botocore's service model).
MIN_PLUGIN_NAME = 4


@dataclasses.dataclass
class _Reading:
    """An invocation whose texts are read: `task` returns it whole, None if the listing has all; `gaps`: what lacks."""

    listed: output.Invocation
    task: concurrent.futures.Future[output.Invocation] | None = None
    gaps: list[str] = dataclasses.field(default_factory=list)

    def is_done(self, until: Deadline | None) -> bool:
        """Whether it is whole; waits for it, at most until then."""
        if until is None:
            return True
        if self.task is not None:
            concurrent.futures.wait([self.task], timeout=min(until.remaining(), threading.TIMEOUT_MAX))
        return not until.expired

    def result(self) -> output.Invocation:
        """The invocation, waited for."""
        return self.listed if self.task is None else self.task.result()


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

    def read(
        self,
        listed: Iterable[CommandInvocationTypeDef],
        *,
        until: Deadline | None = None,
        lag: Deadline | None = None,
    ) -> Iterator[output.Invocation]:
        """The invocations, in order, with exact texts; unavailable ones are marked as truncated, see `warn_of_gaps`.

        :param until: when the reading ends, whatever is left of it.
        :param lag: until when texts may lag behind the listing; if not given, each of them for VISIBILITY_DELAY.
        """
        pool = concurrent.futures.ThreadPoolExecutor(PARALLEL_READS)
        try:
            for reading in self._in_order(listed, pool, lag):
                if not reading.is_done(until):
                    return
                whole = reading.result()
                for reason in reading.gaps:
                    self._incomplete.setdefault(reason.rstrip(". "), set()).add(whole.instance_id)
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

    def _in_order(
        self,
        listed: Iterable[CommandInvocationTypeDef],
        pool: concurrent.futures.ThreadPoolExecutor,
        lag: Deadline | None,
    ) -> Iterator[_Reading]:
        waiting: collections.deque[_Reading] = collections.deque()
        try:
            for entry in listed:
                invocation, inexact = output.listed_invocation(t.cast("dict[str, t.Any]", entry))
                reading = _Reading(invocation)
                if inexact:
                    reading.task = pool.submit(self._completed, reading, inexact, lag)
                waiting.append(reading)
                if len(waiting) > MAX_WAITING:
                    yield waiting.popleft()
        except AnsibleAWSError:
            # What was listed before is known.
            yield from waiting
            raise
        yield from waiting

    def _completed(self, reading: _Reading, inexact: tuple[int, ...], lag: Deadline | None) -> output.Invocation:
        texts: dict[int, output.Text] = {}
        for position in inexact:
            text = self._read_step(reading, position, lag)
            texts[position] = self._whole(reading, position, text) if text.truncated else text
        return output.replace_texts(reading.listed, texts)

    def _whole(self, reading: _Reading, position: int, limited: output.Text) -> output.Text:
        if self._full_text is None:
            return limited
        try:
            written = self._full_text(reading.listed, position)
        except AnsibleAWSError as error:
            reading.gaps.append(str(error))
            return limited
        whole = output.whole_text(written, reading.listed.steps[position].ending)
        text = output.longer_text(limited, whole)
        if text is limited:
            reading.gaps.append("the place that the node writes it to has less than AWS returns")
        elif text.truncated:
            reading.gaps.append("it is longer than what full_output reads of a stream")
        return text

    def _read_step(self, reading: _Reading, position: int, lag: Deadline | None) -> output.Text:
        invocation, step = reading.listed, reading.listed.steps[position]
        name = step.name if len(invocation.steps) > 1 else None
        if name is not None and len(name) < MIN_PLUGIN_NAME:
            return self._read_short_name(reading, step)
        try:
            answer = self._tracker.ended_step(invocation.command_id, invocation.instance_id, name, lag)
        except AnsibleAWSError as error:
            reading.gaps.append(str(error))
            return step.text
        stdout, stderr = answer.get("StandardOutputContent", ""), answer.get("StandardErrorContent", "")
        text = output.limited_text(stdout, stderr, step.ending)
        if not statuses.is_terminal(answer["Status"]):
            return dataclasses.replace(text, truncated=True)
        return text

    def _read_short_name(self, reading: _Reading, step: output.Step) -> output.Text:
        if step.is_listed_whole:
            return dataclasses.replace(step.text, truncated=False)
        if self._full_text is None:
            reading.gaps.append(
                f"AWS returns only 2,500 characters of the step {step.name}, because its name has fewer than "
                f"{MIN_PLUGIN_NAME} characters; full_output reads the others"
            )
        return step.text
