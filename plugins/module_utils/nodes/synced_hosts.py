# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes of a resource data sync, those of an organization, as hosts of an inventory. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.transformation import boto3_resource_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.inventory_hosts import Variables, as_variables
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import Filters, filter_values
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_ssm.type_defs import NodeTypeDef

# botocore's ListNodes, without ManagedStatus, which is always Managed here.
NODE_FILTER_KEYS = (
    "AccountId",
    "AgentType",
    "AgentVersion",
    "AvailabilityZone",
    "AvailabilityZoneId",
    "ComputerName",
    "InstanceId",
    "InstanceStatus",
    "IpAddress",
    "OrganizationalUnitId",
    "OrganizationalUnitPath",
    "PlatformName",
    "PlatformType",
    "PlatformVersion",
    "Region",
    "ResourceType",
    "SourceId",
    "SourceLocation",
    "SourceType",
)
NODE_FILTERS_MAX = NODE_FILTER_VALUES_MAX = 5
# What the API reference's examples of ListNodes and ListNodesSummary have; AWS documents no list of values.
ACTIVE = "Active"
# Options of places, which a sync has by itself, and of what it does not have.
_OTHER_OPTIONS: t.Final = ("regions", "accounts", "tags")


def sync_filters(options: Mapping[str, t.Any]) -> Filters:
    """Filters of ListNodes from the options of the inventory: managed nodes, active unless they may be offline.

    :raises RequestError: an option that a sync does not go with, an unknown key, no values, too many values or filters.
    """
    for name in _OTHER_OPTIONS:
        if options[name]:
            raise RequestError(
                f"resource_data_sync cannot be combined with {name}; filters has Region and AccountId, and ListNodes"
                " has no tags."
            )
    parsed: Filters = {} if options["include_offline"] else {"InstanceStatus": (ACTIVE,)}
    for key, raw in (options["filters"] or {}).items():
        if key not in NODE_FILTER_KEYS:
            allowed = ", ".join(NODE_FILTER_KEYS)
            raise RequestError(f"filters: {key!r} is not a filter of ListNodes; allowed are {allowed}.")
        parsed[key] = filter_values(raw, f"filters[{key}]", NODE_FILTER_VALUES_MAX)
    parsed["ManagedStatus"] = ("Managed",)
    if len(parsed) > NODE_FILTERS_MAX:
        raise RequestError(
            f"filters: with ManagedStatus and any InstanceStatus, there are {len(parsed)}; allowed are at most"
            f" {NODE_FILTERS_MAX}."
        )
    return parsed


def synced_variables(nodes: Iterable[NodeTypeDef]) -> list[Variables]:
    """The variables of each node, sorted by ID. What AWS has no value for is not set."""
    return sorted((_variables(node) for node in nodes), key=lambda host: str(host["instance_id"]))


def _variables(node: NodeTypeDef) -> Variables:
    fields: dict[str, t.Any] = {**node.get("Owner", {}), **node.get("NodeType", {}).get("Instance", {})}
    fields |= {"InstanceId": node["Id"], "Region": node.get("Region"), "CaptureTime": node.get("CaptureTime")}
    given = {name: value for name, value in fields.items() if value}
    plain = boto3_resource_to_ansible_dict(given, transform_tags=False, force_tags=False)
    return as_variables(t.cast("Variables", plain))
