# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""stdout and stderr of a node, exactly as the node wrote them.

ListCommandInvocations returns the first 2,500 characters of each step, with stdout and stderr in one text;
GetCommandInvocation the first 24,000 of stdout and 8,000 of stderr; S3 and CloudWatch Logs everything.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import agent_texts, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.agent_texts import (
    STDERR_LIMIT,
    STDERR_SEPARATOR,
    STDOUT_LIMIT,
    Ending,
    fills,
)

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

# CommandPlugin.Output (API reference). The agent truncates by bytes of UTF-8 (amazon-ssm-agent, iohandler.go), so a
# text with this many bytes may be truncated.
INLINE_LIMIT = 2_500
# AWS's ResponseCode for a step that did not run.
NEVER_RAN = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """The output of one step: both streams, and whether more was written than they contain."""

    stdout: str
    stderr: str
    truncated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One plugin of a document on one node. Times are None until AWS returns them; `rc` is -1 until it ran.

    `skipped`: the agent did not run it, by a precondition or because an earlier step ended the document.
    `is_listed_whole`: the listing has all that it wrote, and as far as can be told on its streams.
    """

    name: str
    status: str
    status_details: str
    rc: int
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    text: Text
    urls: Mapping[str, str]
    skipped: bool = False
    is_listed_whole: bool = True

    @property
    def ending(self) -> Ending:
        """What tells the agent's words in its texts from the script's."""
        return Ending(self.name, self.status, self.rc)


@dataclasses.dataclass(frozen=True, slots=True)
class Invocation:
    """The result of one command on one node.

    `trace` is AWS's TraceOutput: why the agent could not run the document at all.
    """

    instance_id: str
    instance_name: str
    command_id: str
    status: str
    status_details: str
    steps: tuple[Step, ...]
    trace: str = ""

    @property
    def outcome(self) -> str:
        """One of statuses.OUTCOMES."""
        return statuses.outcome_of(self.status, self.status_details)

    @property
    def rc(self) -> int:
        """The exit code of the first step that did not exit with 0, or otherwise of the last; -1 if no step ran."""
        codes = [step.rc for step in self.steps if step.rc != NEVER_RAN]
        return next((code for code in codes if code != 0), codes[-1] if codes else NEVER_RAN)

    @property
    def is_skipped(self) -> bool:
        """Whether the agent skipped every step, which AWS calls Success."""
        return bool(self.steps) and all(step.skipped for step in self.steps)

    @property
    def failed_step(self) -> Step | None:
        """The first step that ended otherwise than with Success; None if none did."""
        bad = statuses.TERMINAL_STATUSES - {"Success"}
        return next((step for step in self.steps if step.status in bad), None)

    @property
    def truncated(self) -> bool:
        """Whether the node wrote more than the texts of the steps contain."""
        return any(step.text.truncated for step in self.steps)

    @property
    def stdout(self) -> str:
        """The stdout of all steps, each beginning on a line of its own."""
        return joined_texts(step.text.stdout for step in self.steps)

    @property
    def stderr(self) -> str:
        """The stderr of all steps, each beginning on a line of its own, and why the document did not run."""
        return joined_texts([*(step.text.stderr for step in self.steps), self.reason])

    @property
    def reason(self) -> str:
        """Why the agent could not run the document; "" if it ran, or if a step's stderr says so too."""
        is_said = self.outcome == statuses.SUCCESS or any(self.trace.strip() in step.text.stderr for step in self.steps)
        return "" if is_said else self.trace


def inline_text(output: str) -> Text | None:
    """The text of a listing's C(Output) if it is certainly complete and on one stream; otherwise None."""
    if fills(output, INLINE_LIMIT) or STDERR_SEPARATOR in output:
        return None
    return Text(output, "")


def inline_fallback(output: str, ending: Ending) -> Text:
    """The best interpretation of a listing's C(Output) if more is not available: marked as truncated."""
    return Text(*agent_texts.listed_streams(output, ending), truncated=True)


def limited_text(stdout: str, stderr: str, ending: Ending) -> Text:
    """The script's text from GetCommandInvocation's; a stream that reaches its limit may be truncated."""
    is_cut = fills(stdout, STDOUT_LIMIT) or fills(stderr, STDERR_LIMIT)
    return Text(*agent_texts.limited_streams(stdout, stderr, ending), truncated=is_cut)


def whole_text(written: Text, ending: Ending) -> Text:
    """The script's text from what the agent wrote to S3 or CloudWatch Logs."""
    streams = agent_texts.whole_streams(written.stdout, written.stderr, ending)
    return dataclasses.replace(written, stdout=streams.stdout, stderr=streams.stderr)


def longer_text(limited: Text, whole: Text) -> Text:
    """`whole`, unless it is shorter than the text of GetCommandInvocation: then it is not complete yet."""
    is_all = len(whole.stdout) >= len(limited.stdout) and len(whole.stderr) >= len(limited.stderr)
    return whole if is_all else limited


def joined_texts(texts: Iterable[str]) -> str:
    """Texts one after the other, with a line end where the former lacks one, so that no line has parts of two."""
    parts = [text for text in texts if text]
    ended = [text if text.endswith("\n") else f"{text}\n" for text in parts[:-1]]
    return "".join(ended + parts[-1:])


def listed_invocation(listed: Mapping[str, t.Any]) -> tuple[Invocation, tuple[int, ...]]:
    """From an entry of ListCommandInvocations: the invocation, and the positions of steps with inexact texts."""
    plugins: Sequence[Mapping[str, t.Any]] = listed.get("CommandPlugins") or ()
    steps = [_listed_step(plugin) for plugin in plugins]
    invocation = Invocation(
        instance_id=listed["InstanceId"],
        instance_name=listed.get("InstanceName") or "",
        command_id=listed["CommandId"],
        status=listed["Status"],
        status_details=listed.get("StatusDetails") or listed["Status"],
        steps=tuple(step for step, _is_exact in steps),
        trace=listed.get("TraceOutput") or "",
    )
    return invocation, tuple(position for position, (_step, is_exact) in enumerate(steps) if not is_exact)


def _listed_step(plugin: Mapping[str, t.Any]) -> tuple[Step, bool]:
    """The step, and whether its text is exact."""
    ending = Ending(plugin.get("Name") or "", plugin.get("Status") or "", plugin.get("ResponseCode", NEVER_RAN))
    output = plugin.get("Output") or ""
    skipped = agent_texts.is_skipped(output, ending)
    exact = Text("", "") if skipped else _exact_text(output, ending)
    step = Step(
        name=ending.name,
        status=ending.status,
        status_details=plugin.get("StatusDetails") or ending.status,
        rc=ending.rc,
        started_at=plugin.get("ResponseStartDateTime"),
        finished_at=plugin.get("ResponseFinishDateTime"),
        text=exact or inline_fallback(output, ending),
        urls={
            stream: plugin[field]
            for stream, field in (("stdout", "StandardOutputUrl"), ("stderr", "StandardErrorUrl"))
            if plugin.get(field)
        },
        skipped=skipped,
        is_listed_whole=not fills(output, INLINE_LIMIT) and output.count(f"\n{STDERR_SEPARATOR}\n") <= 1,
    )
    return step, exact is not None


def _exact_text(output: str, ending: Ending) -> Text | None:
    # Why the agent did not run a step is an error to the user, not a script's output.
    return Text("", output) if agent_texts.is_refused(output, ending) else inline_text(output)


def replace_texts(invocation: Invocation, texts: Mapping[int, Text]) -> Invocation:
    """`invocation` with the texts of some steps (by position) replaced."""
    steps = tuple(
        dataclasses.replace(step, text=texts[position]) if position in texts else step
        for position, step in enumerate(invocation.steps)
    )
    return dataclasses.replace(invocation, steps=steps)


def fair_limit(sizes: Sequence[int], budget: int) -> int:
    """The largest length L such that all sizes, each cut to at most L, fit into `budget` together.

    Small outputs stay complete before large ones get more.
    """
    left = budget
    for count, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        if size * count > left:
            return max(0, left // count)
        left -= size
    return max(sizes, default=0)
