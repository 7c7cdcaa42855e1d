# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A result within a limit of its size. Pure."""

from __future__ import annotations

import copy
import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Result = dict[str, t.Any]


def fit_result(result: Result, budget: int) -> Result:
    """`result` truncated so that its JSON has at most `budget` bytes, as far as truncating node results can reach this.

    Outputs are cut first, the largest before the small ones, keeping their ends; then the steps are removed; then whole
    nodes, those that succeeded first. C(result_cut) has what was removed: the number of C(outputs) that were cut,
    whether C(plugins) were removed, and the number of C(invocations) that were removed.
    """
    if _size(result) <= budget:
        return result
    cut = {"outputs": 0, "plugins": False, "invocations": 0}
    fitted = {**copy.deepcopy(result), "result_cut": cut}
    for invocation in fitted["invocations"].values():
        # With several steps, their texts are also in the node's own streams.
        for step in invocation["plugins"]:
            step.pop("stdout", None)
            step.pop("stderr", None)
    cut["outputs"] = _cut_outputs(fitted, budget)
    if _size(fitted) > budget:
        cut["plugins"] = True
        for invocation in fitted["invocations"].values():
            invocation.update(plugins=[], output_urls={})
    if _size(fitted) > budget:
        cut["invocations"] = _omit_nodes(fitted, budget)
    return fitted


def _size(value: t.Any) -> int:
    return len(json.dumps(value, default=str))


def _output_cost(invocation: Mapping[str, t.Any]) -> int:
    return _size(invocation["stdout"]) + _size(invocation["stdout_lines"]) + _size(invocation["stderr"])


def _cut_outputs(result: Result, budget: int) -> int:
    invocations = list(result["invocations"].values())
    costs = [_output_cost(invocation) for invocation in invocations]
    # A number, and a false that becomes true, may take a few bytes more.
    allowed = output.fair_limit(costs, max(0, budget - (_size(result) - sum(costs)) - 10))
    cut = 0
    for invocation, cost in zip(invocations, costs, strict=True):
        if cost > allowed:
            _keep_ends(invocation, allowed)
            cut += 1
    return cut


def _keep_ends(invocation: Result, allowed: int) -> None:
    invocation["truncated"] = True
    cost = _output_cost(invocation)
    # Escapes and lines are not distributed evenly, so one cut by the share may leave too much.
    while cost > allowed and (invocation["stdout"] or invocation["stderr"]):
        for stream in ("stdout", "stderr"):
            text = invocation[stream]
            invocation[stream] = text[len(text) - int(len(text) * 0.95 * allowed / cost) :]
        invocation["stdout_lines"] = invocation["stdout"].splitlines()
        cost = _output_cost(invocation)


def _omit_nodes(result: Result, budget: int) -> int:
    """Remove as many nodes as necessary, those that succeeded first; returns how many."""
    found = result["invocations"]
    failed = set(result["failed_instance_ids"])
    left = budget - _size({**result, "invocations": {}}) - 10
    kept = set()
    for node in sorted(found, key=lambda node: (node not in failed, node)):
        left -= _size({node: found[node]})
        if left < 0:
            break
        kept.add(node)
    result["invocations"] = {node: entry for node, entry in found.items() if node in kept}
    return len(found) - len(kept)
