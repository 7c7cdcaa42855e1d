# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changed between two runs of a command, node by node. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.answers import entry_digest

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Entry, Runs

Data = dict[str, t.Any]

NOW_FAILING, NOW_SUCCEEDING, OTHER_ANSWER, NEW, GONE, SAME = range(6)
LABELS: t.Final = ("Now failing", "Now succeeding", "Other answer", "New", "Gone", "Same answer")
# Nodes that are gone have no row; of these, so many are named.
NAMED_GONE: t.Final = 200


def compare(now: Runs, before: Runs) -> tuple[list[Data], Mapping[str, int]]:
    """The kinds of changes, each with C(label) and C(count), and the kind of each node of `now`, by ID.

    C(nodes) has the IDs of nodes that are gone, the first ones, as they have no result in `now`.

    :return: kinds in the order of LABELS.
    """
    kinds = {node: _kind(entry, before.by_node.get(node)) for node, entry in now.by_node.items()}
    if not before.is_complete:
        kinds = {node: kind for node, kind in kinds.items() if kind != NEW}
    gone = sorted(before.by_node.keys() - now.by_node.keys()) if now.is_complete else []
    counts = [0] * len(LABELS)
    for kind in kinds.values():
        counts[kind] += 1
    counts[GONE] = len(gone)
    found: list[Data] = [
        {"label": label, "count": count, "nodes": []} for label, count in zip(LABELS, counts, strict=True)
    ]
    found[GONE]["nodes"] = gone[:NAMED_GONE]
    return found, kinds


def comparison_notes(now: Runs, before: Runs) -> Sequence[str]:
    """What a reader of the comparison has to know."""
    notes = []
    documents = [{str(command.get("document_name") or "") for command in runs.commands} for runs in (now, before)]
    if documents[0] != documents[1]:
        named = [", ".join(sorted(found)) or "no document" for found in documents]
        notes.append(f"The run before was of another document: {named[1]}, and this one of {named[0]}.")
    if not (now.is_complete and before.is_complete):
        notes.append("Nodes that result_max_bytes removed from a result are not compared.")
    return notes


def _kind(now: Entry, before: Entry | None) -> int:
    if before is None:
        return NEW
    if _is_failure(now) != _is_failure(before):
        return NOW_FAILING if _is_failure(now) else NOW_SUCCEEDING
    return SAME if _key(now, before) == _key(before, now) else OTHER_ANSWER


def _is_failure(entry: Entry) -> bool:
    return entry["outcome"] not in statuses.GOOD_OUTCOMES | statuses.UNFINISHED_OUTCOMES


def _key(entry: Entry, other: Entry) -> tuple[str, int, str]:
    """What is compared: the texts only if both results have them, and digests only if both were taken while whole."""
    outcome, rc = entry["outcome"], entry.get("rc", output.NEVER_RAN)
    if "stdout" not in entry or "stdout" not in other:
        return outcome, rc, ""
    given = entry if entry.get("digest") and other.get("digest") else {**entry, "digest": ""}
    return outcome, rc, entry_digest(given)
