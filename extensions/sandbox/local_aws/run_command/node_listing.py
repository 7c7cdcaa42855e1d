# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed nodes as ListNodes lists them, and its filters. Pure."""

from __future__ import annotations

import typing as t

from ..nodes.managed_nodes import CONNECTION_LOST, ONLINE, instance_information

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..nodes.managed_nodes import Node

Json = dict[str, t.Any]

# That of Quick Setup, the only one that ListNodes supports.
SYNC_NAME: t.Final = "AWS-QuickSetup-ManagedNode"
_MANAGED: t.Final = "Managed"
# The members of DescribeInstanceInformation that ListNodes has, too.
_SHARED: t.Final = (
    "AgentVersion",
    "ComputerName",
    "Name",
    "PlatformName",
    "PlatformType",
    "PlatformVersion",
    "ResourceType",
    "SourceId",
    "SourceType",
)


def listed(nodes: Iterable[Node], filters: Sequence[Json], now: float) -> Iterator[Json]:
    """The Node of each node that passes every filter; now: seconds since the epoch."""
    shown = (_node(node, now) for node in nodes)
    return (one for one in shown if all(_passes(one, given) for given in filters))


def _node(node: Node, now: float) -> Json:
    information = instance_information(node, now)
    instance: Json = {
        "AgentType": "amazon-ssm-agent",
        # AWS's example says Active; ConnectionLost is that of the same attribute in its inventory.
        "InstanceStatus": "Active" if node.ping_status == ONLINE else CONNECTION_LOST,
        "IpAddress": information["IPAddress"],
        "ManagedStatus": _MANAGED,
        **{name: information.get(name) for name in _SHARED},
    }
    return {
        "CaptureTime": now,
        "Id": node.instance_id,
        "Owner": {"AccountId": node.account_id},
        "Region": node.region,
        "NodeType": {"Instance": {name: value for name, value in instance.items() if value}},
    }


def _passes(shown: Json, given: Json) -> bool:
    fields = {"InstanceId": shown["Id"], "Region": shown["Region"], **shown["Owner"], **shown["NodeType"]["Instance"]}
    values: list[str] = given["Values"]
    key, kind = given["Key"], given.get("Type", "Equal")
    value = str(fields.get(key, ""))
    if kind == "BeginWith":
        return value.startswith(tuple(values))
    is_equal = value in values or (key == "ManagedStatus" and "All" in values)
    return is_equal is (kind == "Equal")
