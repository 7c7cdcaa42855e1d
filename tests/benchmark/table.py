# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a table, and the targets they must meet. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmark.measuring import Cost

OURS = "send_command"
# Seconds that the sandbox takes for each call.
LATENCY = 0.025
# Peers that must make at least 40 times as many calls at 1,000 nodes, if they are measured there.
COMPARED = ("AWS CLI, 8 at a time", "boto3 loop")
CALLS_RATIO = 40
TAIL_SECONDS = {1_000: 2.0, 10_000: 10.0}
MEMORY_BYTES = 500_000_000
_COLUMNS = ("Tool", "Nodes", "Calls", "By operation", "Wall time, s", "Tail, s", "Floor, s", "Memory, MB")


def render(costs: Sequence[Cost]) -> str:
    """A reStructuredText list table."""
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in [_COLUMNS, *(_row(cost) for cost in costs)]:
        lines += [f"   {'* -' if number == 0 else '  -'} {cell}".rstrip() for number, cell in enumerate(row)]
    return "\n".join(lines) + "\n"


def _row(cost: Cost) -> tuple[str, ...]:
    operations = ", ".join(f"{number} {name}" for name, number in sorted(cost.calls.items()))
    return (
        cost.subject,
        f"{cost.nodes:,}",
        f"{cost.total_calls:,}",
        operations,
        f"{cost.wall:.1f}",
        f"{cost.tail:.1f}",
        f"{floor(cost):.1f}" if cost.subject == OURS else "",
        f"{cost.memory / 1e6:.0f}",
    )


def floor(cost: Cost) -> float:
    """Seconds that the listing takes when nothing but the API's latency counts: each page names the next."""
    return cost.calls.get("ListCommandInvocations", 0) * LATENCY


def missed_targets(costs: Sequence[Cost]) -> list[str]:
    """A sentence for every target that does not hold."""
    missed = []
    for ours in (cost for cost in costs if cost.subject == OURS):
        limit = TAIL_SECONDS.get(ours.nodes)
        if limit is not None and ours.tail > limit:
            missed.append(f"the tail at {ours.nodes} nodes is {ours.tail:.1f} s, more than {limit} s")
        if ours.memory > MEMORY_BYTES:
            missed.append(f"{ours.nodes} nodes take {ours.memory / 1e6:.0f} MB, more than {MEMORY_BYTES / 1e6:.0f}")
        if ours.nodes == 1_000:
            missed += _missed_calls(ours, costs)
    return missed


def _missed_calls(ours: Cost, costs: Sequence[Cost]) -> list[str]:
    missed = []
    if ours.calls.get("SendCommand") != 1 or ours.calls.get("ListCommandInvocations", 0) > 20:
        missed.append(f"{ours.nodes} nodes take the calls {dict(ours.calls)}")
    for peer in costs:
        if peer.subject in COMPARED and peer.nodes == ours.nodes:
            ratio = peer.total_calls / ours.total_calls
            if ratio < CALLS_RATIO:
                missed.append(f"{peer.subject} makes {ratio:.0f} times as many calls, less than {CALLS_RATIO}")
    return missed
