# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The managed nodes that a request reaches: the filters that find them, and the result of check mode. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import report, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.parts import asked_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Run, Verdict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted, named

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest

NodeFilters = list[dict[str, t.Any]]
# SendCommand's target keys that DescribeInstanceInformation supports as filters.
_FILTERABLE = ("tag:", "tag-key", "InstanceIds")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a request goes, in the words of a message: the region and the targets."""

    region: str
    targets: str


def can_filter(request: SendRequest) -> bool:
    """Whether DescribeInstanceInformation supports the targets of the request: not resource groups."""
    return all(target["Key"].startswith(_FILTERABLE) for target in request.targets)


def node_filters(request: SendRequest) -> Iterator[NodeFilters]:
    """Filters of DescribeInstanceInformation, one list per series of calls: 50 IDs each, or all targets together."""
    for part in request.id_parts():
        yield [{"Key": "InstanceIds", "Values": list(part)}]
    if request.targets and can_filter(request):
        yield [{"Key": target["Key"], "Values": list(target["Values"])} for target in request.targets]


def node_summary(node: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A node in the result of check mode."""
    return {
        "instance_id": node["InstanceId"],
        "name": node.get("ComputerName") or node.get("Name") or "",
        "ping_status": node.get("PingStatus", ""),
        "platform_type": node.get("PlatformType", ""),
        "agent_version": node.get("AgentVersion", ""),
    }


def missing_nodes(request: SendRequest, found: Iterable[Mapping[str, t.Any]]) -> list[str]:
    """Node IDs of the request, given as such or as its only target, that are not among the managed nodes `found`."""
    managed = {node["instance_id"] for node in found}
    asked = request.instance_ids or asked_nodes({"Targets": request.targets})
    return [node for node in asked if node not in managed]


def offline_nodes(found: Iterable[Mapping[str, t.Any]]) -> list[str]:
    """IDs of managed nodes that are not online now."""
    return [node["instance_id"] for node in found if node["ping_status"] != "Online"]


def preview(
    request: SendRequest, nodes: Sequence[Mapping[str, t.Any]] | None, place: Place, fail_on: str
) -> dict[str, t.Any]:
    """The result of check mode; `nodes` are those that the request would reach, None if they cannot be listed.

    It fails if AWS would refuse the request, and for want of a node as the task would by its C(fail_on).
    """
    if nodes is None:
        would_be = dict.fromkeys(request.instance_ids, statuses.NOT_SENT)
        where = place.targets if request.targets else f"InstanceIds = {named(request.instance_ids)}"
        message = f"The command would be sent to the nodes of {where}, which cannot be listed."
        return {**report.build_result(Verdict(Run((), would_be))), **_foreseen(None, message, failed=False)}
    missing = missing_nodes(request, nodes)
    # AWS refuses a request with such an ID, but drops it from a target without a word.
    without = dict.fromkeys(missing, statuses.UNSENT if request.instance_ids else statuses.UNLISTED)
    found = Verdict(Run((), {node["instance_id"]: statuses.NOT_SENT for node in nodes} | without))
    message = _reached(nodes) if nodes else _none_reached(request, place)
    if missing:
        message += f" Not managed in this account and region: {named(missing)}."
    if missing or not nodes:
        message += " Nodes that an earlier task of this play makes do not exist in check mode."
    failed = bool(missing and request.instance_ids) or found.is_failed(fail_on, timed_out=False)
    return {**report.build_result(found), **_foreseen(nodes, message, failed=failed)}


def _foreseen(nodes: Sequence[Mapping[str, t.Any]] | None, message: str, *, failed: bool) -> dict[str, t.Any]:
    changed = nodes is None or bool(nodes)
    return {"changed": changed, "failed": failed, "nodes": None if nodes is None else list(nodes), "msg": message}


def _reached(found: Sequence[Mapping[str, t.Any]]) -> str:
    offline = offline_nodes(found)
    message = f"The command would be sent to {counted(len(found), 'managed node')}"
    if not offline:
        return f"{message}."
    return f"{message}, of which {len(offline)} {'is' if len(offline) == 1 else 'are'} not Online: {named(offline)}."


def _none_reached(request: SendRequest, place: Place) -> str:
    if request.instance_ids:
        return f"The command would reach no node in {place.region}."
    return f"The command would reach no node: no managed node in {place.region} matches {place.targets}."


def refusal_hint(request: SendRequest, found: Sequence[Mapping[str, t.Any]]) -> str:
    """The likely reason for InvalidInstanceId, by the managed nodes `found`."""
    unmanaged = missing_nodes(request, found)
    if unmanaged:
        return (
            f". Not managed in this account and region: {named(unmanaged)} (is the agent running, does the node "
            "have an instance profile, is the region right?)."
        )
    offline = offline_nodes(found)
    return f". Not Online: {named(offline)}." if offline else ". All of the nodes are managed and Online by now."
