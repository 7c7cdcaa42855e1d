# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A result within a limit of its size, and outputs within one while they arrive. Pure.

AWX measures the C(str) of a whole result, and shows one of more than MAX_EVENT_RES characters as C({}).
"""

from __future__ import annotations

import bisect
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

Result = dict[str, t.Any]

# AWX's own default (awx/settings/defaults.py).
AWX_LIMIT = 700_000
# Characters for what is added after the cut: numbers, a false that becomes true, Ansible's keys, the message's note.
_RESERVE = 400
_EMPTY = len(str(["", [], ""]))
# Groups may have a fifth of a cut result; until they fit, they keep so many characters of each stream.
_SHARE_OF_GROUPS = 5
_LENGTHS_OF_GROUPS = (200, 80, 0)


def default_budget(environment: Mapping[str, str], *, in_job: bool) -> int | None:
    """What a result may have in a job of AWX, a tenth below what AWX takes; None outside of one.

    :param environment: AWX sets MAX_EVENT_RES in it.
    :param in_job: whether AWX's job variables exist.
    """
    given = environment.get("MAX_EVENT_RES")
    if given is None and not in_job:
        return None
    limit = int(given) if given and given.isdecimal() else 0
    return (limit or AWX_LIMIT) * 9 // 10


class ArrivingOutputs:
    """Cuts outputs while they arrive, so that memory holds little more than the result will have room for.

    An output keeps at least twice what fit_result will leave of it: the more arrive, the smaller is the share of each.

    :param budget: the characters that the result may have.
    """

    def __init__(self, budget: int) -> None:
        self._budget = 2 * budget
        self._sizes: list[int] = []
        self._limit = self._budget
        self._due = 1

    def cut(self, invocation: Invocation) -> Invocation:
        """The invocation with the ends of its texts, as much of them as may be of use."""
        size = sum(2 * len(step.text.stdout) + len(step.text.stderr) for step in invocation.steps)
        bisect.insort(self._sizes, size)
        if len(self._sizes) >= self._due:
            self._limit = output.fair_limit(self._sizes, self._budget)
            self._due = len(self._sizes) + 1 + len(self._sizes) // 16
        return _with_ends(invocation, self._limit / size) if size > self._limit else invocation


def _with_ends(invocation: Invocation, share: float) -> Invocation:
    """The invocation with this share of each stream, taken from the end of all steps together."""
    left_of_stdout = int(share * sum(len(step.text.stdout) for step in invocation.steps))
    left_of_stderr = int(share * sum(len(step.text.stderr) for step in invocation.steps))
    texts: dict[int, output.Text] = {}
    for position, step in reversed(list(enumerate(invocation.steps))):
        stdout, stderr = _end(step.text.stdout, left_of_stdout), _end(step.text.stderr, left_of_stderr)
        left_of_stdout -= len(stdout)
        left_of_stderr -= len(stderr)
        is_cut = (stdout, stderr) != (step.text.stdout, step.text.stderr)
        texts[position] = output.Text(stdout, stderr, step.text.truncated or is_cut)
    return output.replace_texts(invocation, texts)


def _end(text: str, length: int) -> str:
    return text[max(0, len(text) - length) :]


def fit_result(result: Result, budget: int) -> Result:
    """`result` cut to at most `budget` characters of C(str), as far as cutting node results can reach this.

    Groups get a fifth of it. Outputs are cut first, the largest before the small ones, keeping their ends; then the
    steps are removed; then whole nodes, those that succeeded first. C(outcomes) then has all nodes by outcome and exit
    code, or those that failed if there are too many. C(result_cut) has what was removed: the number of C(outputs) that
    were cut, whether C(plugins) were removed, and the number of C(invocations) that were removed; C(msg) says it in
    words. Of the result of check mode, the last of its C(nodes) are removed as well if they do not fit, and so are many
    C(commands) and the last C(groups); their numbers are in C(result_cut).
    """
    if _size(result) <= budget or "invocations" not in result:
        return result
    cut = {"outputs": 0, "plugins": False, "invocations": 0}
    invocations = {node: _without_texts_of_steps(entry) for node, entry in result["invocations"].items()}
    fitted = {**result, "invocations": invocations, "result_cut": cut}
    room = budget - _RESERVE
    _fit_groups(fitted, room // _SHARE_OF_GROUPS)
    cut["outputs"] = _cut_outputs(fitted, room)
    if _size(fitted) > room:
        cut["plugins"] = True
        for entry in _entries(fitted):
            entry.update(plugins=[], output_urls={})
    if _size(fitted) > room:
        cut["invocations"] = _omit_nodes(fitted, room)
    if _size(fitted) > room:
        _fit_groups(fitted, room - _size({**fitted, "groups": []}))
    if fitted.get("nodes") and _size(fitted) > room:
        fitted["nodes"] = _first_that_fit(fitted["nodes"], room - _size({**fitted, "nodes": []}))
        cut["nodes"] = len(result["nodes"]) - len(fitted["nodes"])
    fitted["msg"] = f"{result.get('msg', '')} {_note(fitted, budget)}".strip()
    return fitted


def _fit_groups(result: Result, room: int) -> None:
    """Shorten the texts of the groups and their lists of nodes, then remove the last ones, which is noted."""
    groups = result.get("groups", [])
    for length in _LENGTHS_OF_GROUPS:
        if not groups or _size(groups) <= room:
            return
        groups = result["groups"] = [_shortened(group, length) for group in groups]
    result["groups"] = _first_that_fit(groups, room)
    removed = groups[len(result["groups"]) :]
    if removed:
        before = result.get("groups_left_out", {"groups": 0, "nodes": 0})
        result["groups_left_out"] = {
            "groups": before["groups"] + len(removed),
            "nodes": before["nodes"] + sum(group["count"] for group in removed),
        }
        result["result_cut"]["groups"] = result["result_cut"].get("groups", 0) + len(removed)


def _shortened(group: Result, length: int) -> Result:
    streams = {stream: _end(group[stream], length) for stream in ("stdout", "stderr")}
    is_cut = any(streams[stream] != group[stream] for stream in streams)
    nodes = group["instance_ids"][: max(1, length // 20)]
    return {**group, **streams, "instance_ids": nodes, "truncated": group["truncated"] or is_cut}


def _first_that_fit(nodes: Sequence[Result], room: int) -> list[Result]:
    kept: list[Result] = []
    for node in nodes:
        room -= _size(node) + len(", ")
        if room < 0:
            break
        kept.append(node)
    return kept


def _note(result: Result, budget: int) -> str:
    cut = {"nodes": 0, "commands": 0, **result["result_cut"]}
    notes = [f"only the ends of {counted(cut['outputs'], 'output')} are left"] if cut["outputs"] else []
    if cut["plugins"]:
        notes.append("the steps are left out")
    if cut["commands"]:
        notes.append(f"{counted(cut['commands'], 'command')} only in command_ids")
    if cut.get("groups"):
        notes.append(f"{counted(cut['groups'], 'group')} left out")
    if cut["nodes"]:
        notes.append(f"{counted(cut['nodes'], 'node')} left out")
    if cut["invocations"]:
        listed = statuses.GOOD_OUTCOMES & result.get("outcomes", {}).keys()
        place = "only in outcomes" if listed else "only counted in summary"
        notes.append(f"{counted(cut['invocations'], 'node')} {place}")
    return f"The result was cut to {budget} characters (result_max_bytes): {', '.join(notes)}."


def _size(value: t.Any) -> int:
    return len(str(value))


def _without_texts_of_steps(entry: Result) -> Result:
    """A copy without the texts of each of several steps, which the node's own streams have too."""
    copied = {
        **entry,
        "plugins": [{key: step[key] for key in step if key not in {"stdout", "stderr"}} for step in entry["plugins"]],
    }
    if "by_command" in entry:
        copied["by_command"] = {key: _without_texts_of_steps(found) for key, found in entry["by_command"].items()}
    if "earlier" in entry:
        copied["earlier"] = [_without_texts_of_steps(found) for found in entry["earlier"]]
    return copied


def _entries(result: Result) -> Iterator[Result]:
    """All entries of results: the nodes', and those of several commands and of those that were sent again."""
    for entry in result["invocations"].values():
        yield entry
        yield from entry.get("by_command", {}).values()
        yield from entry.get("earlier", ())


def _output_cost(entry: Mapping[str, t.Any]) -> int:
    """The characters that the outputs take; 0 without outputs."""
    return _size([entry["stdout"], entry["stdout_lines"], entry["stderr"]]) - _EMPTY


def _cut_outputs(result: Result, budget: int) -> int:
    entries = list(_entries(result))
    costs = [_output_cost(entry) for entry in entries]
    allowed = output.fair_limit(costs, max(0, budget - (_size(result) - sum(costs))))
    cut = 0
    for entry, cost in zip(entries, costs, strict=True):
        if cost > allowed:
            _keep_ends(entry, allowed)
            cut += 1
    return cut


def _keep_ends(entry: Result, allowed: int) -> None:
    entry["truncated"] = True
    cost = _output_cost(entry)
    # Escapes and lines are not distributed evenly, so one cut by the share may leave too much.
    while cost > allowed and (entry["stdout"] or entry["stderr"]):
        for stream in ("stdout", "stderr"):
            entry[stream] = _end(entry[stream], int(len(entry[stream]) * 0.95 * allowed / cost))
        entry["stdout_lines"] = entry["stdout"].splitlines()
        cost = _output_cost(entry)


def _omit_nodes(result: Result, budget: int) -> int:
    """Remove as many nodes as necessary, those that succeeded first; returns how many."""
    found = result["invocations"]
    result["invocations"] = {}
    outcomes = _by_outcome(found)
    failures = {outcome: nodes for outcome, nodes in outcomes.items() if outcome not in statuses.GOOD_OUTCOMES}
    if _size(result) + _size(outcomes) > budget and len(result.get("commands", ())) > 1:
        # 20,000 node IDs make 400 commands; their IDs stay in command_ids.
        result["result_cut"]["commands"] = len(result["commands"])
        result |= {"commands": [], "summary_by_command": {}}
    room = budget - _size(result) - len("'outcomes': , ")
    for listed in (outcomes, failures):
        if _size(listed) <= room:
            result["outcomes"] = listed
            room -= _size(listed)
            break
    kept = set()
    for node in sorted(found, key=lambda node: (found[node]["outcome"] in statuses.GOOD_OUTCOMES, node)):
        room -= _size({node: found[node]})
        if room < 0:
            break
        kept.add(node)
    result["invocations"] = {node: entry for node, entry in found.items() if node in kept}
    return len(found) - len(kept)


def _by_outcome(invocations: Mapping[str, Mapping[str, t.Any]]) -> dict[str, dict[str, list[str]]]:
    """The node IDs by outcome and exit code."""
    outcomes: dict[str, dict[str, list[str]]] = {}
    for node, entry in invocations.items():
        outcomes.setdefault(entry["outcome"], {}).setdefault(str(entry["rc"]), []).append(node)
    return outcomes


def entry_of_cut_node(result: Mapping[str, t.Any], instance_id: str) -> Result | None:
    """What C(outcomes) tells of a node that was removed from C(invocations), with empty outputs; None if nothing."""
    for outcome, nodes_by_rc in result.get("outcomes", {}).items():
        for rc, nodes in nodes_by_rc.items():
            if instance_id in nodes:
                nothing = {"stdout": "", "stderr": "", "stdout_lines": [], "truncated": True}
                return {
                    "instance_id": instance_id,
                    "outcome": outcome,
                    "status_details": outcome,
                    "rc": int(rc),
                    **nothing,
                }
    return None
