# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps of a document run on a node, and what their outcomes come to. Pure."""

from __future__ import annotations

import typing as t

from . import statuses
from .documents import SHELL

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .documents import Step
    from .model import PluginRun

_STOPPED: t.Final = frozenset({statuses.FAILED, statuses.EXECUTION_TIMED_OUT})


def skip_reason(plugins: Sequence[PluginRun], position: int, platform: str) -> str:
    """Why the step at this position does not run, in the agent's manner; "" when it runs."""
    step = plugins[position].step
    ending = next((plugin.step.name for plugin in plugins[:position] if _ends_document(plugin)), "")
    if ending and not step.is_finally:
        return f"Step execution skipped because step {ending} ended the document"
    if not meets_preconditions(step, platform):
        return f"Step execution skipped due to unsatisfied preconditions: platformType is {platform}"
    return ""


def _ends_document(plugin: PluginRun) -> bool:
    if plugin.details in _STOPPED:
        return plugin.step.on_failure in {"exit", "successAndExit"}
    return plugin.details == statuses.SUCCESS and plugin.step.is_end and plugin.exit_code == 0


def meets_preconditions(step: Step, platform: str) -> bool:
    """Whether the node fulfils every StringEquals of a step."""
    operands = list(step.precondition.get("StringEquals", ()))
    seen = [platform if operand == "platformType" else operand for operand in operands]
    return len(set(seen)) <= 1


def is_executable(step: Step) -> bool:
    """Whether a node here can run this plugin: shell scripts are executed, other plugins fail by name."""
    return step.action == SHELL


def fold(plugins: Sequence[PluginRun]) -> str:
    """StatusDetails of an invocation all of whose steps ended."""
    return statuses.fold_plugins(
        [
            plugin.details
            for plugin in plugins
            if not (plugin.details in _STOPPED and plugin.step.on_failure == "successAndExit")
        ]
    )
