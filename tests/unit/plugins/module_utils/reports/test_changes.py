# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of a command are compared node by node, and nothing that was cut passes for a change."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import folding, report
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.changes import (
    LABELS,
    NAMED_GONE,
    compare,
    comparison_notes,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Runs, parse_runs

from ..commands.given import given_verdict
from ..commands.test_folding import node
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


def notes(now: Runs, before: Runs) -> list[str]:
    return list(comparison_notes(now, before, compare(now, before)[1]))


NOT_COMPARED = (
    "Not compared are nodes that had not ended in one of the runs, and nodes with the same outcome and exit code "
    "of which one of the results has not the whole output."
)
LONG = f"i-00000000000000001 is well {'x' * 90}"
CUT = "xxx"


def digested(whole: str, left: str = "", *, masks: bool = True) -> Entry:
    """An entry of a task that has read the whole text, and of which result_max_bytes has left an end."""
    found = node(1, whole)
    entry = report.build_result(given_verdict(found), folding.Folder(masks=masks))["invocations"][found.instance_id]
    return {**entry, "stdout": left or whole, "truncated": bool(left)}


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
        # What has not ended, or would be sent, neither fails nor succeeds.
        *(
            (invocation(1, before), invocation(1, now), "Not compared")
            for ended in ("success", "failed")
            for is_open in ("pending", "in_progress", "delayed", "not_sent")
            for before, now in ((is_open, ended), (ended, is_open))
        ),
        (invocation(2), invocation(1), "New"),
        # A digest that was taken of the whole texts counts more than what is left of them.
        (invocation(1, digest="a"), invocation(1, digest="b"), "Other answer"),
        (invocation(1, digest="a", stdout="1"), invocation(1, digest="a", stdout="2"), "Same answer"),
        # What was cut, and what it was cut of.
        (digested(LONG, CUT), invocation(1, stdout=LONG), "Same answer"),
        (digested(LONG, CUT), invocation(1, stdout="else"), "Other answer"),
        (digested(LONG, CUT), invocation(1, stdout=LONG[:40], truncated=True), "Not compared"),
        (digested(LONG, CUT), digested("else"), "Other answer"),
        (digested(LONG, CUT), digested("else", CUT), "Other answer"),
        # Read less far than the other.
        (invocation(1, stdout=LONG[:40], truncated=True), digested(LONG), "Not compared"),
        (invocation(1, stdout=LONG[1:40], truncated=True), digested(LONG), "Other answer"),
        # With masks, and without.
        (digested(LONG), digested(LONG, masks=False), "Same answer"),
        (digested(LONG), digested("else", masks=False), "Other answer"),
        (digested(LONG, CUT), digested(LONG, masks=False), "Same answer"),
        (digested(LONG, CUT), digested(LONG, CUT, masks=False), "Not compared"),
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
    assert kinds(known, whole) == {"1": "Same answer", "2": "Not compared", "3": "New"}
    assert notes(known, whole) == [NOT_COMPARED]
    unknown = sent(invocation(1, "failed"), result_cut=cut)
    assert kinds(unknown, whole) == {"1": "Same answer"}
    assert compare(unknown, whole)[0][LABELS.index("Gone")]["count"] == 0
    assert kinds(whole, unknown) == {"1": "Same answer"}
    assert notes(unknown, whole) == ["Nodes that result_max_bytes removed from a result are not compared."]


def test_runs_of_different_documents_are_told_apart() -> None:
    other = listed(invocation(1), document_name="Team-Patch")
    assert notes(listed(invocation(1)), other) == [
        "The run before was of another document: Team-Patch, and this one of AWS-RunShellScript."
    ]


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Cancelling"])
def test_of_a_run_that_has_not_ended_no_node_is_gone_or_new(status: str) -> None:
    whole = listed(invocation(1), invocation(2))
    running = listed(invocation(1), status=status)
    assert {change["label"]: change["count"] for change in compare(running, whole)[0]}["Gone"] == 0
    assert notes(running, whole) == [
        "This run had not ended when its result was read: which nodes are gone is not known."
    ]
    assert kinds(whole, running) == {"1": "Same answer"}
    assert notes(whole, running) == [
        "The run before had not ended when its result was read: which nodes are new is not known."
    ]
