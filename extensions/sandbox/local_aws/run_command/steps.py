# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps of a document run on a node, and what their outcomes come to, as the agent decides it. Pure."""

from __future__ import annotations

import typing as t

from . import outputs, plugins, preconditions, statuses

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import PluginRun
    from .plan import Step

_EXIT: t.Final = "exit"
_SUCCESS_AND_EXIT: t.Final = "successAndExit"
_EXIT_CODES: t.Final = frozenset({statuses.EXIT_WITH_SUCCESS, statuses.EXIT_WITH_FAILURE})
_UNKNOWN_PLUGIN: t.Final = (
    "Plugin with name %s is not supported by this version of ssm agent, please update to latest version."
)
_ENDED: t.Final = "Plugin with name %s and id %s skipped due to prior step with an exit condition"
_FURTHER: t.Final = "Further document steps will be skipped."
_FAILED_EXIT_CODE: t.Final = 1


class Reply(t.NamedTuple):
    """What the agent reports of a step; details: StatusDetails; output: what a listing shows of both streams."""

    details: str
    exit_code: int
    stdout: bytes = b""
    stderr: bytes = b""
    output: bytes = b""


# What it reports of a step that was not begun when the command was cancelled.
CANCELLED: t.Final = Reply(statuses.CANCELLED, _FAILED_EXIT_CODE)
# The same of one that ran, and had written nothing.
STOPPED: t.Final = Reply(statuses.CANCELLED, statuses.STOPPED_EXIT_CODE)


def reply(details: str, exit_code: int, stdout: bytes, stderr: bytes) -> Reply:
    """The report of a step that wrote this."""
    shown, trouble = outputs.reply(stdout), outputs.reply(stderr)
    return Reply(details, exit_code, shown, trouble, outputs.plugin_output(shown, trouble))


def reply_of_plugin(answer: plugins.Answer) -> Reply:
    """The report of a plugin that ran no script."""
    if answer.is_success:
        return reply(statuses.SUCCESS, 0, answer.stdout, answer.stderr)
    return reply(statuses.FAILED, _FAILED_EXIT_CODE, answer.stdout, answer.stderr)


def merge(first: Reply, second: Reply) -> Reply:
    """The report of a plugin that ran twice: the first exit code that is not 0, outputs below each other."""
    return reply(
        statuses.fold_plugins([first.details, second.details]),
        first.exit_code or second.exit_code,
        _below(first.stdout, second.stdout),
        _below(first.stderr, second.stderr),
    )


def _below(first: bytes, second: bytes) -> bytes:
    return first + b"\n" + second if first else second


def settle(runs: Sequence[PluginRun], position: int, platform: str) -> Reply | None:
    """The report of the step at this position when it is skipped or fails before it begins; None: it is to run."""
    step = runs[position].step
    if _is_ended(runs, position):
        return _skipped(
            f"Plugin with name {step.action} and id {step.name} skipped due to prior step with an exit condition"
        )
    if step.takes_preconditions:
        return _settle_cross_platform(step, platform)
    if not plugins.is_known(step.action):
        return _failed(_UNKNOWN_PLUGIN % step.action, step)
    if not plugins.is_supported(step.action, platform):
        return _failed(f"Plugin with name {step.action} is not supported in current platform.", step)
    if step.preconditions:
        return _failed("Precondition is not supported for document schema version prior to 2.2.", step)
    return None


def _settle_cross_platform(step: Step, platform: str) -> Reply | None:
    judgement = preconditions.judge(step.preconditions, platform)
    remarks = ", ".join(judgement.remarks)
    if not plugins.is_known(step.action) and judgement.is_met:
        return _failed(_UNKNOWN_PLUGIN % step.action, step)
    if not plugins.is_supported(step.action, platform):
        return _skipped(f"Step execution skipped due to unsupported plugin: {step.action}. Step name: {step.name}")
    if not judgement.is_met:
        return _skipped(f"Step execution skipped due to unsatisfied preconditions: '{remarks}'. Step name: {step.name}")
    return (
        _failed(f"Unrecognized precondition(s): '{remarks}', please update agent to latest version.", step)
        if remarks
        else None
    )


def _skipped(text: str) -> Reply:
    return Reply(statuses.SUCCESS, 0, output=text.encode())


def _failed(text: str, step: Step) -> Reply:
    return Reply(statuses.FAILED, _FAILED_EXIT_CODE, output=f"{text} Step name: {step.name}".encode())


def _is_ended(runs: Sequence[PluginRun], position: int) -> bool:
    is_last = position == len(runs) - 1
    if is_last and runs[position].step.flag("finallyStep") == "true":
        return False
    return any(_ends_document(run) for run in runs[:position])


def _ends_document(run: PluginRun) -> bool:
    if run.exit_code in _EXIT_CODES:
        return True
    flag = {statuses.FAILED: "onFailure", statuses.SUCCESS: "onSuccess"}.get(run.details)
    return flag is not None and run.step.flag(flag) == _EXIT


def conclude(step: Step, ended: Reply) -> Reply:
    """The report of a step that ran, with what the agent adds to one that ends the document."""
    if ended.exit_code == statuses.EXIT_WITH_SUCCESS:
        text = f"\nStep exited with code 168. Therefore, marking step as succeeded. {_FURTHER}".encode()
        output = outputs.plugin_output(ended.stdout, b"")
        return Reply(statuses.SUCCESS, ended.exit_code, ended.stdout + text, b"", output)
    if ended.exit_code == statuses.EXIT_WITH_FAILURE:
        return _with(ended, f"\nStep exited with code 169. Therefore, marking step as Failed. {_FURTHER}")
    if ended.details == statuses.FAILED and step.flag("onFailure") in {_EXIT, _SUCCESS_AND_EXIT}:
        told = _with(ended, f"\nStep was found to have onFailure property. {_FURTHER}")
        if step.flag("onFailure") == _SUCCESS_AND_EXIT:
            return told._replace(details=statuses.SUCCESS, exit_code=statuses.EXIT_WITH_SUCCESS)
        return told
    return ended


def _with(ended: Reply, text: str) -> Reply:
    return ended._replace(stdout=ended.stdout + text.encode(), stderr=ended.stderr + text.encode())


def fold(runs: Sequence[PluginRun]) -> str:
    """StatusDetails of an invocation all of whose steps ended."""
    return statuses.fold_plugins([run.details for run in runs])
