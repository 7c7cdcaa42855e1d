# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job tells of the results of its regions, in a few kilobytes however large the fleet is. Pure.

AWX stores artifacts and events as they are: nobody else limits or hides what is in them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import grouped
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import NEVER_RAN
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted, named
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable_line

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Group = dict[str, t.Any]
Overview = dict[str, t.Any]

# What 100 command IDs and twice 75 node IDs take as JSON stays below 10,000 bytes together with the rest.
MAX_COMMAND_IDS: t.Final = 100
MAX_NODE_IDS: t.Final = 75
MAX_LINE: t.Final = 100
NAMED_IN_GROUP: t.Final = 3
# The node may have run the command, may run it still, or may run it later.
OPEN_OUTCOMES: t.Final = statuses.UNFINISHED_OUTCOMES | {statuses.UNKNOWN, statuses.UNLISTED}


def begin(client_token: str, regions: Iterable[str]) -> Overview:
    """What is known before the first region: the artifact with the token and the regions, and nothing else."""
    artifact = {
        "client_token": client_token,
        "regions": list(regions),
        "command_ids": {},
        "counts": {"total": 0},
        "failed_instance_ids": [],
        "unknown_instance_ids": [],
        "cut": False,
    }
    groups = {"groups": [], "groups_more": {"groups": 0, "nodes": 0}}
    return {"artifact": artifact, "failures": [], "nodes": [], "problems": [], "stopped": False, **groups}


def add_result(before: Overview, result: Mapping[str, t.Any], region: str, shown: int) -> Overview:
    """`before` with a result of send_command or cancel_command in one region.

    C(artifact) is what later jobs get; C(failures), C(groups) and C(nodes) are lines for people, at most `shown` of
    each, and C(groups_more) the numbers of groups that have none, and of their nodes; of C(problems) each is a sentence
    about a region that did not succeed; C(stopped) tells whether AWS sent the command to no further nodes, because of
    max_errors.

    :param result: a result; one without C(summary) is that of a task that failed before it knew its nodes.
    """
    summary = result.get("summary") or {}
    failed = [node for node in result.get("failed_instance_ids") or [] if isinstance(node, str)]
    open_nodes = sorted(_nodes_with(result, OPEN_OUTCOMES))
    problem = _problem(result, summary)
    return {
        "artifact": _artifact(before["artifact"], result, region, (failed, open_nodes)),
        "failures": [*before["failures"], *_failures(result, failed, region)][:shown],
        "nodes": [*before["nodes"], *_foreseen(result, region)][:shown],
        "problems": [*before["problems"], *([f"{region}: {problem}" if region else problem] if problem else [])],
        "stopped": before["stopped"] or summary.get(statuses.TERMINATED, 0) > 0,
        **_groups(before, result, region, shown),
    }


def _groups(before: Overview, result: Mapping[str, t.Any], region: str, shown: int) -> Overview:
    """The lines of all groups, and how many have none; C(nodes) has those of check mode."""
    groups = [group for group in result.get("groups") or [] if group["outcome"] != statuses.NOT_SENT]
    room = max(0, shown - len(before["groups"]))
    left, counted_left = groups[room:], result.get("groups_left_out") or {}
    more = before["groups_more"]
    return {
        "groups": [*before["groups"], *_group_lines(groups[:room], region)],
        "groups_more": {
            "groups": more["groups"] + len(left) + counted_left.get("groups", 0),
            "nodes": more["nodes"] + sum(group["count"] for group in left) + counted_left.get("nodes", 0),
        },
    }


def _group_lines(groups: Sequence[Group], region: str) -> Iterator[str]:
    """A line for each group; those of different answers differ, as far as they may show it."""
    says = [_last_line(group["stderr"]) or _last_line(group["stdout"]) for group in groups]
    alike = _by_line(groups, says)
    says = [_with_own_line(group, text, alike[_key(group, text)]) for group, text in zip(groups, says, strict=True)]
    alike = _by_line(groups, says)
    for group, text in zip(groups, says, strict=True):
        is_alike = len(alike[_key(group, text)]) > 1 and group.get("digest")
        yield _group_line(group, region, [text, f"digest={group['digest']}" if is_alike else ""])


def _key(group: Group, text: str) -> tuple[str, int, str]:
    return group["outcome"], group["rc"], text


def _by_line(groups: Sequence[Group], says: Sequence[str]) -> Mapping[tuple[str, int, str], Sequence[Group]]:
    """The groups whose lines say the same."""
    return grouped((_key(group, text), group) for group, text in zip(groups, says, strict=True))


def _with_own_line(group: Group, last: str, alike: Sequence[Group]) -> str:
    """`last`, after the last line that not all groups have in which it is the last one."""
    common = set.intersection(*(set(_lines(one)) for one in alike))
    own = next((line for line in _lines(group) if line not in common), "") if len(alike) > 1 else ""
    own = readable_line(own)[:MAX_LINE]
    return f"{own} … {last}" if own and own != last else last


def _lines(group: Group) -> list[str]:
    """The lines of both streams with something in them, from the end."""
    lines = [*group["stdout"].splitlines(), *group["stderr"].splitlines()]
    return [line.strip() for line in reversed(lines) if line.strip()]


def _group_line(group: Group, region: str, says: Iterable[str]) -> str:
    words = [region, counted(group["count"], "node"), group["outcome"]]
    words += [f"rc={group['rc']}"] if group["rc"] != NEVER_RAN else []
    words += [*says, named(group["instance_ids"], NAMED_IN_GROUP, group["count"])]
    return "  ".join(word for word in words if word)


def _last_line(text: str) -> str:
    """The last line with something in it, as a terminal may show it."""
    return "".join(readable_line(line)[:MAX_LINE] for line in text.strip().splitlines()[-1:])


def _artifact(
    before: Mapping[str, t.Any], result: Mapping[str, t.Any], region: str, nodes: tuple[list[str], list[str]]
) -> dict[str, t.Any]:
    failed, open_nodes = nodes
    sent = sum(len(ids) for ids in before["command_ids"].values())
    command_ids = list(result.get("command_ids") or [])
    kept = command_ids[: max(0, MAX_COMMAND_IDS - sent)]
    all_failed = [*before["failed_instance_ids"], *(node for node in failed if node not in open_nodes)]
    all_open = [*before["unknown_instance_ids"], *open_nodes]
    counts = dict(before["counts"])
    for outcome, number in (result.get("summary") or {}).items():
        if number:
            counts[outcome] = counts.get(outcome, 0) + number
    return {
        **before,
        "command_ids": {**before["command_ids"], **({region: kept} if kept else {})},
        "counts": counts,
        "failed_instance_ids": all_failed[:MAX_NODE_IDS],
        "unknown_instance_ids": all_open[:MAX_NODE_IDS],
        "cut": before["cut"]
        or "failed_instance_ids" in (result.get("result_cut") or {})
        or len(kept) < len(command_ids)
        or len(all_failed) > MAX_NODE_IDS
        or len(all_open) > MAX_NODE_IDS,
    }


def _nodes_with(result: Mapping[str, t.Any], outcomes: frozenset[str]) -> Iterator[str]:
    """The nodes with these outcomes, those that were cut from C(invocations) too."""
    for node, entry in (result.get("invocations") or {}).items():
        if entry["outcome"] in outcomes:
            yield node
    for outcome, nodes_by_rc in (result.get("outcomes") or {}).items():
        if outcome in outcomes:
            yield from (node for nodes in nodes_by_rc.values() for node in nodes if node not in result["invocations"])


def _problem(result: Mapping[str, t.Any], summary: Mapping[str, int]) -> str:
    """Why the region did not succeed; empty if it did."""
    bad = summary.get("total", 0) - sum(summary.get(outcome, 0) for outcome in statuses.GOOD_OUTCOMES)
    listed = result.get("nodes", ()) is None
    none = not summary.get("total", 0) and not listed
    ended = [
        command
        for command in result.get("commands") or []
        if statuses.is_terminal(command["status"]) and command["status"] != "Success"
    ]
    return str(result.get("msg", "")) or "it did not succeed." if bad or none or ended or "error" in result else ""


def _failures(result: Mapping[str, t.Any], failed: Iterable[str], region: str) -> Iterator[str]:
    invocations = result.get("invocations") or {}
    for node in failed:
        entry = invocations.get(node, {})
        words = [region, node, entry.get("instance_name", ""), entry.get("status_details") or entry.get("outcome", "")]
        words += [f"rc={entry['rc']}"] if entry.get("rc", NEVER_RAN) != NEVER_RAN else []
        words += [_last_line(entry.get("stderr") or "")]
        yield "  ".join(word for word in words if word)


def _foreseen(result: Mapping[str, t.Any], region: str) -> Iterator[str]:
    """The nodes that check mode says the command would reach."""
    for node in result.get("nodes") or []:
        words = [region, node["instance_id"], node["name"], node["platform_type"], node["ping_status"]]
        yield "  ".join(word for word in words if word)
