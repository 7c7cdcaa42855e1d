# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input of a report: the results of send_command and of command_info, in one format. Pure."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

Entry = Mapping[str, t.Any]
ALLOWED = "the result of send_command or of command_info, or its commands"


@dataclasses.dataclass(frozen=True)
class Runs:
    """Commands (as from command_result), invocations (as from invocation_result), and notes for the reader."""

    commands: Sequence[Entry]
    invocations: Sequence[Entry]
    notes: Sequence[str] = ()


def parse_runs(result: object) -> Runs:
    """From a result of send_command, a result of command_info, or the list of commands in the latter.

    :raises RequestError: it is none of these.
    """
    if _is_list(result):
        return _of_commands(t.cast("Sequence[object]", result))
    if not isinstance(result, Mapping):
        raise RequestError(f"The report's input is of type {type(result).__name__}; allowed is {ALLOWED}.")
    if not _is_list(result.get("commands")):
        raise RequestError(f"The report's input has no list of commands; allowed is {ALLOWED}.")
    if "invocations" not in result:
        return _of_commands(result["commands"])
    return _of_sent(result)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _of_commands(commands: Sequence[object]) -> Runs:
    invocations: list[Entry] = []
    for command in commands:
        if not isinstance(command, Mapping) or not _is_list(command.get("invocations")):
            raise RequestError(
                "A command of the report's input has no invocations; allowed are commands that command_info has read "
                "with include_invocations."
            )
        invocations += command["invocations"]
    return Runs(t.cast("Sequence[Entry]", commands), invocations)


def _of_sent(result: Entry) -> Runs:
    found = result["invocations"]
    if not isinstance(found, Mapping):
        raise RequestError(f"The report's invocations are of type {type(found).__name__}; allowed is {ALLOWED}.")
    invocations: list[Entry] = []
    for invocation in found.values():
        by_command = invocation.get("by_command", {"": invocation})
        invocations += [*by_command.values(), *invocation.get("earlier", ())]
    return Runs(result["commands"], invocations, _truncation_notes(result.get("result_cut") or {}))


def _truncation_notes(cut: Entry) -> list[str]:
    notes = []
    if cut.get("outputs"):
        notes.append(f"result_max_bytes removed the beginnings of {counted(cut['outputs'], 'output')}.")
    if cut.get("plugins"):
        notes.append("result_max_bytes removed the output of single steps.")
    if cut.get("invocations"):
        notes.append(f"result_max_bytes removed {counted(cut['invocations'], 'node')}.")
    return notes
