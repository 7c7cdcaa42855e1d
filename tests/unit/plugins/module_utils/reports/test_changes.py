# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of a command are compared node by node, and nothing that was cut passes for a change."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.changes import (
    LABELS,
    NAMED_GONE,
    compare,
    comparison_notes,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Runs, parse_runs

from .samples import OTHER_COMMAND_ID, command, invocation

if t.TYPE_CHECKING:
    from .samples import Entry


def listed(*entries: Entry, **changes: t.Any) -> Runs:
    return parse_runs([command(list(entries), **changes)])


def sent(*entries: Entry, **more: t.Any) -> Runs:
    return parse_runs(
        {"commands": [command([])], "invocations": {entry["instance_id"]: entry for entry in entries}, **more}
    )


def kinds(now: Runs, before: Runs) -> dict[str, str]:
    """What changed of each node, by the end of its ID."""
    found, nodes = compare(now, before)
    counts = {change["label"]: change["count"] for change in found}
    for label in set(LABELS) - {"Gone"}:
        assert counts[label] == sum(LABELS[kind] == label for kind in nodes.values())
    return {node.lstrip("i-0"): LABELS[kind] for node, kind in nodes.items()}


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (invocation(1), invocation(1), "Same answer"),
        (invocation(1), invocation(1, "failed"), "Now failing"),
        (invocation(1, "undeliverable"), invocation(1), "Now succeeding"),
        (invocation(1, "undeliverable"), invocation(1, "failed"), "Other answer"),
        (invocation(1), invocation(1, stdout="else"), "Other answer"),
        (invocation(1), invocation(1, stdout="i-00000000000000001 is well\r\n"), "Same answer"),
        (invocation(1), invocation(1, rc=1), "Other answer"),
        (invocation(1, "in_progress"), invocation(1), "Other answer"),
        (invocation(1, "in_progress"), invocation(1, "failed"), "Now failing"),
        (invocation(2), invocation(1), "New"),
        # A digest that was taken of the whole texts counts more than what is left of them.
        (invocation(1, digest="a"), invocation(1, digest="b"), "Other answer"),
        (invocation(1, digest="a", stdout="1"), invocation(1, digest="a", stdout="2"), "Same answer"),
        (invocation(1, digest="a"), invocation(1), "Same answer"),
    ],
)
def test_kinds(before: Entry, now: Entry, kind: str) -> None:
    assert kinds(listed(now), listed(before)) == {"1": kind}


def test_nodes_that_are_gone_are_named_and_counted() -> None:
    found, nodes = compare(listed(), listed(*(invocation(number) for number in range(NAMED_GONE + 1))))
    (gone,) = (change for change in found if change["label"] == "Gone")
    assert (gone["count"], len(gone["nodes"]), nodes) == (NAMED_GONE + 1, NAMED_GONE, {})


def test_the_worst_result_of_a_node_counts_and_not_one_that_was_replaced() -> None:
    bad = invocation(1, "failed", command_id=OTHER_COMMAND_ID)
    two = parse_runs([command([bad]), command([invocation(1)])])
    assert kinds(two, listed(bad)) == {"1": "Same answer"}
    again = sent(invocation(1, earlier=[invocation(1, "undeliverable")]))
    assert kinds(again, listed(invocation(1))) == {"1": "Same answer"}


def test_nodes_that_were_cut_are_compared_by_what_is_left_of_them() -> None:
    cut = {"outputs": 0, "plugins": True, "invocations": 2}
    known = sent(
        invocation(1, "failed"),
        outcomes={"success": {"0": ["i-00000000000000002"]}, "failed": {"3": ["i-00000000000000001", "i-3"]}},
        result_cut=cut,
    )
    whole = listed(invocation(1, "failed"), invocation(2), invocation(3))
    assert kinds(known, whole) == {"1": "Same answer", "2": "Same answer", "3": "New"}
    assert comparison_notes(known, whole) == []
    unknown = sent(invocation(1, "failed"), result_cut=cut)
    assert kinds(unknown, whole) == {"1": "Same answer"}
    assert compare(unknown, whole)[0][LABELS.index("Gone")]["count"] == 0
    assert kinds(whole, unknown) == {"1": "Same answer"}
    assert comparison_notes(unknown, whole) == ["Nodes that result_max_bytes removed from a result are not compared."]


def test_runs_of_different_documents_are_told_apart() -> None:
    other = listed(invocation(1), document_name="Team-Patch")
    assert comparison_notes(listed(invocation(1)), other) == [
        "The run before was of another document: Team-Patch, and this one of AWS-RunShellScript."
    ]
