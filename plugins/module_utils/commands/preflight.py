# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which managed nodes a request reaches, as DescribeInstanceInformation is asked for them. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest

NodeFilters = list[dict[str, t.Any]]
# SendCommand's target keys that DescribeInstanceInformation filters on as well.
_FILTERABLE = ("tag:", "tag-key", "InstanceIds")


def can_filter(request: SendRequest) -> bool:
    """Whether DescribeInstanceInformation can be asked for the request's targets: resource groups it does not know."""
    return all(target["Key"].startswith(_FILTERABLE) for target in request.targets)


def node_filters(request: SendRequest) -> Iterator[NodeFilters]:
    """Filters of DescribeInstanceInformation, one list for each call chain: ids in fifties, or the targets together."""
    for part in request.id_parts():
        yield [{"Key": "InstanceIds", "Values": list(part)}]
    if request.targets and can_filter(request):
        yield [{"Key": target["Key"], "Values": list(target["Values"])} for target in request.targets]


def node_summary(node: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What check mode says of a node."""
    return {
        "instance_id": node["InstanceId"],
        "name": node.get("ComputerName") or node.get("Name") or "",
        "ping_status": node.get("PingStatus", ""),
        "platform_type": node.get("PlatformType", ""),
        "agent_version": node.get("AgentVersion", ""),
    }


def named(ids: Sequence[str], limit: int = 10) -> str:
    """Ids in a sentence, the first `limit` by name."""
    more = f" and {len(ids) - limit} more" if len(ids) > limit else ""
    return ", ".join(ids[:limit]) + more
