# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changed between two runs of a command, node by node. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.answers import STREAMS, known_digests

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Entry, Runs

Data = dict[str, t.Any]

NOW_FAILING, NOW_SUCCEEDING, OTHER_ANSWER, NEW, GONE, SAME, NOT_COMPARED = range(7)
LABELS: t.Final = ("Now failing", "Now succeeding", "Other answer", "New", "Gone", "Same answer", "Not compared")
# How the node ends is not known.
_OPEN: t.Final = statuses.UNFINISHED_OUTCOMES | {statuses.NOT_SENT}
# Nodes that are gone have no row; of these, so many are named.
NAMED_GONE: t.Final = 200


def compare(now: Runs, before: Runs) -> tuple[list[Data], Mapping[str, int]]:
    """The kinds of changes, each with C(label) and C(count), and the kind of each node of `now`, by ID.

    C(nodes) has the IDs of nodes that are gone, the first ones, as they have no result in `now`.

    :return: kinds in the order of LABELS.
    """
    kinds = {node: _kind(entry, before.by_node.get(node)) for node, entry in now.by_node.items()}
    if not _has_all_nodes(before):
        kinds = {node: kind for node, kind in kinds.items() if kind != NEW}
    gone = sorted(before.by_node.keys() - now.by_node.keys()) if _has_all_nodes(now) else []
    counts = [0] * len(LABELS)
    for kind in kinds.values():
        counts[kind] += 1
    counts[GONE] = len(gone)
    found: list[Data] = [
        {"label": label, "count": count, "nodes": []} for label, count in zip(LABELS, counts, strict=True)
    ]
    found[GONE]["nodes"] = gone[:NAMED_GONE]
    return found, kinds


def comparison_notes(now: Runs, before: Runs, kinds: Mapping[str, int]) -> Sequence[str]:
    """What a reader of the comparison has to know.

    :param kinds: as from `compare`.
    """
    notes = []
    documents = [{str(command.get("document_name") or "") for command in runs.commands} for runs in (now, before)]
    if documents[0] != documents[1]:
        named = [", ".join(sorted(found)) or "no document" for found in documents]
        notes.append(f"The run before was of another document: {named[1]}, and this one of {named[0]}.")
    if not (now.is_complete and before.is_complete):
        notes.append("Nodes that result_max_bytes removed from a result are not compared.")
    for runs, name, kind in ((now, "This run", "gone"), (before, "The run before", "new")):
        if not _has_ended(runs):
            notes.append(f"{name} had not ended when its result was read: which nodes are {kind} is not known.")
    if NOT_COMPARED in kinds.values():
        notes.append(
            "Not compared are nodes that had not ended in one of the runs, and nodes with the same outcome and exit "
            "code of which one of the results has not the whole output."
        )
    return notes


def _has_all_nodes(runs: Runs) -> bool:
    return runs.is_complete and _has_ended(runs)


def _has_ended(runs: Runs) -> bool:
    """Whether AWS lists no further nodes."""
    return all(statuses.is_terminal(str(command.get("status") or "")) for command in runs.commands)


def _kind(now: Entry, before: Entry | None) -> int:
    if before is None:
        return NEW
    if {now["outcome"], before["outcome"]} & _OPEN:
        return NOT_COMPARED
    if _is_failure(now) != _is_failure(before):
        return NOW_FAILING if _is_failure(now) else NOW_SUCCEEDING
    if _ending(now) != _ending(before):
        return OTHER_ANSWER
    return _kind_by_texts(now, before)


def _is_failure(entry: Entry) -> bool:
    return entry["outcome"] not in statuses.GOOD_OUTCOMES


def _ending(entry: Entry) -> tuple[str, int]:
    return entry["outcome"], entry.get("rc", output.NEVER_RAN)


def _kind_by_texts(now: Entry, before: Entry) -> int:
    """By digests, where both were taken with masks, or both without; otherwise, or without texts, nothing is known."""
    if now.get("digest") and now["digest"] == before.get("digest"):
        return SAME
    if "stdout" not in now or "stdout" not in before:
        return NOT_COMPARED
    known = [known_digests(entry) for entry in (now, before)]
    both = known[0].keys() & known[1].keys()
    if any(known[0][masks] == known[1][masks] for masks in both):
        return SAME
    return OTHER_ANSWER if both and not _may_lack_the_difference(now, before) else NOT_COMPARED


def _may_lack_the_difference(now: Entry, before: Entry) -> bool:
    """Whether both may be of the same output, of which one result has less."""
    both = (now, before)
    if not any(entry.get("truncated") for entry in both):
        return False
    if any(len(known_digests(entry)) == 1 for entry in both):
        # result_max_bytes removed a beginning after the digest was taken; the other's digest is of what there is.
        return any(entry.get("truncated") for entry in both if not entry.get("digest"))
    texts = [[entry.get(stream) or "" for stream in STREAMS] for entry in both]
    return all(one.startswith(other) or other.startswith(one) for one, other in zip(*texts, strict=True))
