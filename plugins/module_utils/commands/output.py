# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""stdout and stderr of a node, exactly as the node wrote them.

ListCommandInvocations brings the first 2,500 characters of each step, stdout and stderr in one text;
GetCommandInvocation the first 24,000 of stdout and 8,000 of stderr; S3 and CloudWatch Logs everything.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

# CommandPlugin.Output and GetCommandInvocation (API reference). The agent cuts by bytes of UTF-8 (amazon-ssm-agent,
# iohandler.go), so a text that has as many bytes may have been cut.
INLINE_LIMIT = 2_500
STDOUT_LIMIT = 24_000
STDERR_LIMIT = 8_000
STDERR_SEPARATOR = "----------ERROR-------"
# AWS's ResponseCode of a step that never ran.
NEVER_RAN = -1


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """What one step wrote: both streams, and whether more was written than these hold."""

    stdout: str
    stderr: str
    truncated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One plugin of a document on one node. Times are None while AWS gives none; `rc` is -1 until it ran."""

    name: str
    status: str
    status_details: str
    rc: int
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    text: Text
    urls: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Invocation:
    """What one command did on one node."""

    instance_id: str
    instance_name: str
    command_id: str
    status: str
    status_details: str
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> str:
        """One of statuses.OUTCOMES."""
        return statuses.outcome_of(self.status, self.status_details)

    @property
    def rc(self) -> int:
        """The exit code of the first step that did not end with 0, or else of the last; -1 when none ran."""
        codes = [step.rc for step in self.steps if step.rc != NEVER_RAN]
        return next((code for code in codes if code != 0), codes[-1] if codes else NEVER_RAN)

    @property
    def truncated(self) -> bool:
        """Whether the node wrote more than the steps' texts hold."""
        return any(step.text.truncated for step in self.steps)


def inline_text(output: str) -> Text | None:
    """The text of a listing's C(Output) when that is surely all of it, on one stream; otherwise None."""
    if _fills(output, INLINE_LIMIT) or STDERR_SEPARATOR in output:
        return None
    return Text(output, "")


def inline_fallback(output: str) -> Text:
    """The best reading of a listing's C(Output) where more cannot be had: marked as truncated."""
    stdout, separator, stderr = output.partition(f"\n{STDERR_SEPARATOR}\n")
    return Text(stdout, stderr if separator else "", truncated=True)


def limited_text(stdout: str, stderr: str) -> Text:
    """The text of GetCommandInvocation; a stream that fills its limit may have been cut there."""
    return Text(stdout, stderr, truncated=_fills(stdout, STDOUT_LIMIT) or _fills(stderr, STDERR_LIMIT))


def _fills(text: str, limit: int) -> bool:
    return len(text) >= limit or len(text.encode(errors="surrogatepass")) >= limit


def longer_text(limited: Text, whole: Text) -> Text:
    """`whole`, unless it is shorter than what GetCommandInvocation gave: then it is not all there yet."""
    is_all = len(whole.stdout) >= len(limited.stdout) and len(whole.stderr) >= len(limited.stderr)
    return whole if is_all else limited


def listed_invocation(listed: Mapping[str, t.Any]) -> tuple[Invocation, tuple[int, ...]]:
    """From an entry of ListCommandInvocations: the invocation, and the positions of steps whose text is not exact."""
    plugins: Sequence[Mapping[str, t.Any]] = listed.get("CommandPlugins") or ()
    texts = [inline_text(plugin.get("Output") or "") for plugin in plugins]
    steps = tuple(
        _listed_step(plugin, text or inline_fallback(plugin.get("Output") or ""))
        for plugin, text in zip(plugins, texts, strict=True)
    )
    invocation = Invocation(
        instance_id=listed["InstanceId"],
        instance_name=listed.get("InstanceName") or "",
        command_id=listed["CommandId"],
        status=listed["Status"],
        status_details=listed.get("StatusDetails") or listed["Status"],
        steps=steps,
    )
    return invocation, tuple(position for position, text in enumerate(texts) if text is None)


def _listed_step(plugin: Mapping[str, t.Any], text: Text) -> Step:
    return Step(
        name=plugin.get("Name") or "",
        status=plugin.get("Status") or "",
        status_details=plugin.get("StatusDetails") or plugin.get("Status") or "",
        rc=plugin.get("ResponseCode", NEVER_RAN),
        started_at=plugin.get("ResponseStartDateTime"),
        finished_at=plugin.get("ResponseFinishDateTime"),
        text=text,
        urls={
            stream: plugin[field]
            for stream, field in (("stdout", "StandardOutputUrl"), ("stderr", "StandardErrorUrl"))
            if plugin.get(field)
        },
    )


def with_texts(invocation: Invocation, texts: Mapping[int, Text]) -> Invocation:
    """`invocation` with the texts of some steps (by position) replaced."""
    steps = tuple(
        dataclasses.replace(step, text=texts[position]) if position in texts else step
        for position, step in enumerate(invocation.steps)
    )
    return dataclasses.replace(invocation, steps=steps)


def fair_limit(sizes: Sequence[int], budget: int) -> int:
    """The largest length L such that no size over L, cut to L, and all the others whole fit `budget` together.

    Small outputs are kept whole before large ones get more.
    """
    left = budget
    for count, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        if size * count > left:
            return max(0, left // count)
        left -= size
    return max(sizes, default=0)
