# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input of a report: the results of send_command and of command_info, in one format. Pure."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

Entry = Mapping[str, t.Any]
ALLOWED = "the result of send_command or of command_info, or its commands"


@dataclasses.dataclass(frozen=True)
class Runs:
    """Commands (as from command_result), invocations (as from invocation_result), and notes for the reader.

    :param by_node: the result of each node that counts, its worst; those that were cut have only outcome and rc.
    :param is_complete: whether all nodes are in `by_node`.
    """

    commands: Sequence[Entry]
    invocations: Sequence[Entry]
    notes: Sequence[str] = ()
    by_node: Entry = dataclasses.field(default_factory=dict)
    is_complete: bool = True


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
    by_node: dict[str, Entry] = {}
    for entry in invocations:
        known = by_node.get(entry["instance_id"])
        if known is None or _severity(entry) > _severity(known):
            by_node[entry["instance_id"]] = entry
    return Runs(t.cast("Sequence[Entry]", commands), invocations, by_node=by_node)


def _severity(entry: Entry) -> int:
    """How bad an outcome is; one that is not known is refused later, by its name."""
    return statuses.severity(entry["outcome"]) if entry["outcome"] in statuses.BEST_TO_WORST else -1


def _of_sent(result: Entry) -> Runs:
    found = result["invocations"]
    if not isinstance(found, Mapping):
        raise RequestError(f"The report's invocations are of type {type(found).__name__}; allowed is {ALLOWED}.")
    invocations: list[Entry] = []
    for invocation in found.values():
        by_command = invocation.get("by_command", {"": invocation})
        invocations += [*by_command.values(), *invocation.get("earlier", ())]
    cut = result.get("result_cut") or {}
    by_node = {**_cut_nodes(result), **found}
    is_complete = len(by_node) == len(found) + cut.get("invocations", 0)
    return Runs(result["commands"], invocations, _truncation_notes(cut), by_node, is_complete)


def _cut_nodes(result: Entry) -> dict[str, Entry]:
    """What C(outcomes) has of all nodes, if some were removed."""
    return {
        node: {"instance_id": node, "outcome": outcome, "rc": int(rc)}
        for outcome, nodes_by_rc in (result.get("outcomes") or {}).items()
        for rc, nodes in nodes_by_rc.items()
        for node in nodes
    }


def _truncation_notes(cut: Entry) -> list[str]:
    notes = []
    if cut.get("outputs"):
        notes.append(f"result_max_bytes removed the beginnings of {counted(cut['outputs'], 'output')}.")
    if cut.get("plugins"):
        notes.append("result_max_bytes removed the output of single steps.")
    if cut.get("invocations"):
        notes.append(f"result_max_bytes removed {counted(cut['invocations'], 'node')}.")
    return notes
