# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which managed nodes targets and filters mean. Pure."""

from __future__ import annotations

import typing as t

from ..nodes.managed_nodes import PING_STATUSES
from ..wire.errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ..nodes.managed_nodes import Node

Filter = dict[str, t.Any]
GroupFilters = t.Callable[[str], list[Filter] | None]

_FIELDS: t.Final[Mapping[str, Callable[[Node], str]]] = {
    "InstanceIds": lambda node: node.instance_id,
    "PingStatus": lambda node: node.ping_status,
    "PlatformTypes": lambda node: node.platform,
    "ResourceType": lambda node: node.resource_type,
    "IamRole": lambda node: node.role_name,
    "AgentVersion": lambda node: node.agent_version,
    "SourceIds": lambda node: node.instance_id,
    "SourceTypes": lambda node: node.source_type,
    "ActivationIds": lambda node: node.activation_id,
}
# Keys that exist but that no node here has a value for.
_EMPTY_FIELDS: t.Final = frozenset({"AssociationStatus"})


def by_targets(nodes: Iterable[Node], targets: list[Filter], group_filters: GroupFilters) -> list[Node]:
    """Nodes that match every target, in their order; group_filters gives the tag filters of a resource group."""
    for target in targets:
        matches = _target_matcher(target, group_filters)
        nodes = [node for node in nodes if matches(node)]
    return list(nodes)


def named_ids(targets: Iterable[Filter]) -> list[str]:
    """The ids of nodes that targets name."""
    return [value for target in targets if _is_of_ids(target) for value in target.get("Values") or []]


def _is_of_ids(target: Filter) -> bool:
    # AWS's own examples write the key in lower case.
    return str(target.get("Key", "")).lower() == "instanceids"


def _target_matcher(target: Filter, group_filters: GroupFilters) -> Callable[[Node], bool]:
    key, values = str(target.get("Key", "")), set(target.get("Values") or [])
    if _is_of_ids(target):
        return lambda node: node.instance_id in values
    if key == "tag-key":
        return lambda node: bool(values & node.tags.keys())
    if key.startswith("tag:"):
        return lambda node: ("*" in values and key[4:] in node.tags) or node.tags.get(key[4:]) in values
    if key == "resource-groups:Name":
        filters = [group_filters(name) for name in values]
        return lambda node: any(_in_group(node, tag_filters) for tag_filters in filters)
    if key == "resource-groups:ResourceTypeFilters":
        return lambda _node: "AWS::EC2::Instance" in values or "AWS::AllSupported" in values
    raise ApiError("ValidationException", f"Target key {key} is not supported.")


def _in_group(node: Node, tag_filters: list[Filter] | None) -> bool:
    if tag_filters is None:
        return False
    return all(
        node.tags.get(tag["Key"]) in tag["Values"] if tag.get("Values") else tag["Key"] in node.tags
        for tag in tag_filters
    )


def by_information_filters(nodes: Iterable[Node], filters: list[Filter]) -> list[Node]:
    """Nodes that match every filter of DescribeInstanceInformation."""
    for given in filters:
        key = str(given.get("Key") or given.get("key") or "")
        values = set(given.get("Values") or given.get("valueSet") or [])
        _check_values(key, values)
        nodes = [node for node in nodes if _has_value(node, key, values)]
    return list(nodes)


def _check_values(key: str, values: set[str]) -> None:
    known = key in _FIELDS or key in _EMPTY_FIELDS or key == "tag-key" or key.startswith("tag:")
    if not known:
        raise ApiError("InvalidInstanceInformationFilterValue", f"The filter key {key} is not valid.")
    if key == "PingStatus" and not values <= PING_STATUSES:
        raise ApiError("InvalidInstanceInformationFilterValue", f"PingStatus has no value {sorted(values)}.")


def _has_value(node: Node, key: str, values: set[str]) -> bool:
    if key == "tag-key":
        return bool(values & node.tags.keys())
    if key.startswith("tag:"):
        return node.tags.get(key[4:]) in values
    field = _FIELDS.get(key)
    return field is not None and field(node) in values
