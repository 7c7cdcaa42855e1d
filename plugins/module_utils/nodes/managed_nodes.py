# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Managed nodes as SSM describes them, selected and joined with their tags. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.transformation import boto3_resource_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.ssm_nodes import SOURCE_TYPES
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef

Filters = dict[str, tuple[str, ...]]

# botocore's DescribeInstanceInformation.
FILTER_KEYS = (
    "ActivationIds",
    "AgentVersion",
    "AssociationStatus",
    "IamRole",
    "InstanceIds",
    "PingStatus",
    "PlatformTypes",
    "ResourceType",
    "SourceIds",
    "SourceTypes",
    "tag-key",
)
FILTER_CHOICES = {
    "PingStatus": ("Online", "ConnectionLost", "Inactive"),
    "PlatformTypes": ("Windows", "Linux", "MacOS"),
    "ResourceType": ("ManagedInstance", "EC2Instance"),
    "SourceTypes": tuple(source for sources in SOURCE_TYPES.values() for source in sources),
}
# EC2's states of instances that exist or start, that can come online by themselves, and that are being terminated.
KEPT_INSTANCE_STATES = ("pending", "running", "stopping", "stopped")
STARTED_INSTANCE_STATES = ("pending", "running")
GONE_INSTANCE_STATES = ("shutting-down", "terminated")
TAG_FILTER_PATTERN = re.compile(r"tag:.{1,128}", re.DOTALL)
ONLINE = "Online"


def check_wait_timeout(options: Mapping[str, t.Any]) -> None:
    """Raises RequestError if wait_timeout is negative."""
    seconds = options.get("wait_timeout")
    if seconds is not None and seconds < 0:
        raise RequestError(f"wait_timeout: {seconds} is not a number of seconds to wait; allowed are 0 and more.")


def check_wait_for(options: Mapping[str, t.Any]) -> None:
    """Raises RequestError if wait_for is set without exactly one way to select the nodes to wait for."""
    check_wait_timeout(options)
    wait_for, ids, tags = options.get("wait_for"), options.get("instance_ids"), options.get("tags")
    if wait_for is None:
        return
    if (ids is None) == (not tags):
        raise RequestError(f"wait_for: it is {wait_for!r}, so set either instance_ids or tags to select the nodes.")
    if options.get("filters"):
        raise RequestError(
            f"filters: they cannot be set with wait_for {wait_for!r}, as nodes not yet listed match none."
        )


def parse_node_filters(
    filters: Mapping[str, t.Any] | None, tags: Mapping[str, t.Any] | None, values_max: int
) -> Filters:
    """Filters of DescribeInstanceInformation from the option filters and from tags.

    :raises RequestError: an unknown key, an invalid value, no values or too many.
    """
    parsed: Filters = {}
    for key, raw in (filters or {}).items():
        if key not in FILTER_KEYS and not TAG_FILTER_PATTERN.fullmatch(key):
            raise RequestError(f"filters: {key!r} is not a filter; allowed are {', '.join(FILTER_KEYS)} and tag:KEY.")
        parsed[key] = filter_values(raw, f"filters[{key}]", values_max)
        choices = FILTER_CHOICES.get(key)
        for value in parsed[key] if choices else ():
            if value not in t.cast("tuple[str, ...]", choices):
                raise RequestError(
                    f"filters[{key}]: {value!r} is not a valid value; allowed are {', '.join(choices or ())}."
                )
    return parsed | tag_filters(tags, values_max)


def parse_instance_filters(
    filters: Mapping[str, t.Any] | None, tags: Mapping[str, t.Any] | None, values_max: int
) -> Filters:
    """Filters of EC2's DescribeInstances from the option filters and from tags.

    :raises RequestError: no values or too many.
    """
    parsed = {str(name): filter_values(raw, f"filters[{name}]", values_max) for name, raw in (filters or {}).items()}
    return parsed | tag_filters(tags, values_max)


def tag_filters(tags: Mapping[str, t.Any] | None, values_max: int) -> Filters:
    """A filter for each tag: a key with one value or a list of alternative values."""
    return {f"tag:{key}": filter_values(raw, f"tags[{key}]", values_max) for key, raw in (tags or {}).items()}


def filter_values(raw: object, where: str, values_max: int) -> tuple[str, ...]:
    """The values of one filter as AWS accepts them. Raises RequestError for none, too many, or non-scalars."""
    values = list(raw) if isinstance(raw, list | tuple) else [raw]
    for value in values:
        if not isinstance(value, str | int | float):
            raise RequestError(f"{where}: {value!r} cannot be a value; allowed are strings and lists of strings.")
    if not 1 <= len(values) <= values_max:
        raise RequestError(f"{where}: it has {len(values)} values; allowed are 1 to {values_max}.")
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def online_ids(nodes: Iterable[InstanceInformationTypeDef]) -> set[str]:
    """The IDs of the nodes that SSM reports as Online."""
    return {node["InstanceId"] for node in nodes if node.get("PingStatus") == ONLINE}


def describe_nodes(
    nodes: Iterable[InstanceInformationTypeDef], tags: Mapping[str, Mapping[str, str]] | None
) -> list[dict[str, t.Any]]:
    """Nodes as a module returns them, sorted by ID, joined with `tags` (by node ID, None: not requested)."""
    described: list[dict[str, t.Any]] = []
    for node in sorted(nodes, key=lambda item: item["InstanceId"]):
        plain = _snake_case(node)
        joined = {} if tags is None else {"tags": dict(tags.get(node["InstanceId"], {}))}
        described.append({**plain, **joined})
    return described


def _snake_case(node: InstanceInformationTypeDef) -> dict[str, t.Any]:
    converted = boto3_resource_to_ansible_dict(
        node,
        transform_tags=False,
        force_tags=False,
        nested_transforms={"AssociationOverview": _association_overview},
    )
    return t.cast("dict[str, t.Any]", converted)


def _association_overview(overview: Mapping[str, t.Any]) -> dict[str, t.Any]:
    # The keys of the counts are statuses, which keep their case.
    names = {
        "DetailedStatus": "detailed_status",
        "InstanceAssociationStatusAggregatedCount": "instance_association_status_aggregated_count",
    }
    return {name: overview[key] for key, name in names.items() if key in overview}
