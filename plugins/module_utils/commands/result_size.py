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
# Node IDs by outcome and exit code.
Outcomes = dict[str, dict[str, list[str]]]
T = t.TypeVar("T")

# AWX's own default (awx/settings/defaults.py).
AWX_LIMIT = 700_000
# Characters for what is added after the cut: numbers, a false that becomes true, Ansible's keys, the message's note. A
# twentieth of the budget within these, as the note of a small result is short, and never more than a quarter.
_LEAST_RESERVE = 400
_LARGEST_RESERVE = 700
_EMPTY = len(str(["", [], ""]))
# Groups may have a fifth of a cut result; until they fit, they keep so many characters of each stream.
_SHARE_OF_GROUPS = 5
_LENGTHS_OF_GROUPS = (200, 80, 0)
# Lists of nodes that outcomes have as well, in the order in which they get what is left of the room; where it is not
# enough, each has a small part of it, as whoever only asks whether there are any must find some.
_ID_LISTS = ("failed_instance_ids", "undelivered_instance_ids")
_SHARE_OF_ID_LISTS = 50


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
    """`result` cut to at most `budget` (1,000 or more) characters of C(str).

    Groups get a fifth of it. Outputs are cut first, the largest before the small ones, keeping their ends; then the
    steps are removed; then whole nodes, those that succeeded first. C(outcomes) then has all nodes by outcome and exit
    code, or those that failed if there are too many, the worst first. The other lists of node IDs, many C(commands),
    the last C(groups) and, in check mode, the last of C(nodes) are shortened for it. If all of this is not enough,
    which needs a small budget, the diff, the last of C(command_ids) and the end of the message go.

    C(result_cut) has what was removed: the number of C(outputs) that were cut, whether C(plugins) were removed, the
    number of C(invocations) that were removed, C(only_counted) of which are not in C(outcomes), and how many were
    removed of the others. C(msg) says it in words.
    """
    if _size(result) <= budget or "invocations" not in result:
        return result
    cut = {"outputs": 0, "plugins": False, "invocations": 0}
    invocations = {node: _without_texts_of_steps(entry) for node, entry in result["invocations"].items()}
    fitted = {**result, "invocations": invocations, "result_cut": cut}
    room = budget - min(max(_LEAST_RESERVE, budget // 20), _LARGEST_RESERVE, budget // 4)
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
    if _size(fitted) > room:
        _omit_the_rest(fitted, room)
    fitted["msg"] = _message(fitted, budget)
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


def _first_that_fit(items: Sequence[T], room: int) -> list[T]:
    kept: list[T] = []
    for item in items:
        room -= len(repr(item)) + len(", ")
        if room < 0:
            break
        kept.append(item)
    return kept


def _omit_the_rest(result: Result, room: int) -> None:
    """What is left out only where the IDs of commands, or a diff, take more than the budget."""
    cut = result["result_cut"]
    if result.get("commands"):
        _omit_commands(result)
    if _size(result) > room and "diff" in result:
        del result["diff"]
        cut["diff"] = True
    if _size(result) > room:
        _shorten(result, "command_ids", result.get("command_ids", []), room - _size({**result, "command_ids": []}))


def _omit_commands(result: Result) -> None:
    result["result_cut"]["commands"] = len(result["commands"])
    result |= {"commands": [], "summary_by_command": {}}


def _shorten(result: Result, name: str, whole: Sequence[str], room: int) -> None:
    """Keep the first of a list of IDs, as many as fit, and note how many are left out."""
    result[name] = _first_that_fit(whole, room)
    left_out = len(whole) - len(result[name])
    result["result_cut"].pop(name, None)
    if left_out:
        result["result_cut"][name] = left_out


def _message(result: Result, budget: int) -> str:
    """The message with what was cut, as much of it as has room."""
    message, note = str(result.get("msg", "")), _note(result, budget)
    room = budget - _size({**result, "msg": ""})
    text = f"{message} {note}".strip()
    while len(repr(text)) - len(repr("")) > room and message:
        message = message[: len(message) * 9 // 10]
        text = f"{message}... {note}"
    return text if message else text[: max(0, room)]


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
    if cut.get("diff"):
        notes.append("the diff left out")
    notes += [f"{counted(cut[name], 'ID')} left out of {name}" for name in (*_ID_LISTS, "command_ids") if name in cut]
    only_counted = cut.get("only_counted", 0)
    if cut["invocations"] > only_counted:
        notes.append(f"{counted(cut['invocations'] - only_counted, 'node')} only in outcomes")
    if only_counted:
        notes.append(f"{counted(only_counted, 'node')} only counted in summary")
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
    """Remove as many nodes as necessary, those that succeeded first; returns how many.

    Where room is short, the ID of a node is in C(outcomes), and in another list only if there is room left.
    """
    found = result["invocations"]
    result["invocations"] = {}
    outcomes = _by_outcome(found)
    if _size(result) + _size(outcomes) > budget and len(result.get("commands", ())) > 1:
        # 20,000 node IDs make 400 commands; their IDs stay in command_ids.
        _omit_commands(result)
    lists = {name: result[name] for name in _ID_LISTS if result.get(name)}
    for name, ids in lists.items():
        _shorten(result, name, ids, budget // _SHARE_OF_ID_LISTS)
    result["outcomes"] = {}
    result["outcomes"] = _outcomes_that_fit(outcomes, budget - _size(result))
    for name, ids in lists.items():
        # A list that is not whole is of less use than what the nodes said.
        if _size({**result, name: ids}) <= budget:
            _shorten(result, name, ids, budget)
    kept = _nodes_that_fit(found, budget - _size(result))
    result["invocations"] = {node: entry for node, entry in found.items() if node in kept}
    only_counted = found.keys() - kept - set(_nodes_in(result["outcomes"]))
    if only_counted:
        result["result_cut"]["only_counted"] = len(only_counted)
    return len(found) - len(kept)


def _nodes_that_fit(found: Mapping[str, Result], room: int) -> set[str]:
    """The nodes whose entries have room, those that did not succeed first."""
    kept = set()
    for node in sorted(found, key=lambda node: (found[node]["outcome"] in statuses.GOOD_OUTCOMES, node)):
        room -= _size({node: found[node]})
        if room < 0:
            break
        kept.add(node)
    return kept


def _outcomes_that_fit(outcomes: Outcomes, room: int) -> Outcomes:
    """All of them, those of nodes that did not succeed, or as many of these as there is room for, the worst first."""
    failures = {outcome: nodes for outcome, nodes in outcomes.items() if outcome not in statuses.GOOD_OUTCOMES}
    for listed in (outcomes, failures):
        if _size(listed) <= room:
            return listed
    kept: Outcomes = {}
    for outcome in sorted(failures, key=statuses.severity, reverse=True):
        for rc, nodes in failures[outcome].items():
            room -= len(f"{outcome!r}: {{{rc!r}: []}}, ")
            fitting = _first_that_fit(nodes, room)
            if fitting:
                kept.setdefault(outcome, {})[rc] = fitting
            room -= _size(fitting)
    return kept


def _nodes_in(outcomes: Outcomes) -> Iterator[str]:
    return (node for nodes_by_rc in outcomes.values() for nodes in nodes_by_rc.values() for node in nodes)


def _by_outcome(invocations: Mapping[str, Mapping[str, t.Any]]) -> Outcomes:
    """The node IDs by outcome and exit code."""
    outcomes: Outcomes = {}
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
