# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes chosen by filters, and shown."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import (
    FILTER_CHOICES,
    describe_nodes,
    online_ids,
    parse_instance_filters,
    parse_node_filters,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from local_aws.wire.validation import service_model

NODE: dict[str, t.Any] = {
    "InstanceId": "i-2",
    "PingStatus": "Online",
    "LastPingDateTime": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    "IPAddress": "10.0.0.1",
    "IsLatestVersion": True,
    "AssociationOverview": {"InstanceAssociationStatusAggregatedCount": {"Success": 1}},
}


def test_filters_and_tags_become_one() -> None:
    parsed = parse_node_filters(
        {"PingStatus": "Online", "PlatformTypes": ["Linux", "MacOS"], "tag:Tier": ["a"]}, {"Finance": ["x", 7]}, 100
    )
    assert parsed == {
        "PingStatus": ("Online",),
        "PlatformTypes": ("Linux", "MacOS"),
        "tag:Tier": ("a",),
        "tag:Finance": ("x", "7"),
    }
    assert parse_node_filters(None, None, 100) == {}


def test_instance_filters_have_any_name() -> None:
    assert parse_instance_filters({"vpc-id": "vpc-1", "ebs-optimized": True}, {"a": "b"}, 200) == {
        "vpc-id": ("vpc-1",),
        "ebs-optimized": ("true",),
        "tag:a": ("b",),
    }


@pytest.mark.parametrize(
    ("filters", "tags", "says"),
    [
        ({"pingStatus": "Online"}, None, r"filters: 'pingStatus' is not a filter; allowed are .*PingStatus"),
        ({"tag:": "x"}, None, "filters: 'tag:' is not a filter"),
        ({"PingStatus": "online"}, None, r"filters\[PingStatus\]: 'online' is not a valid value; allowed are Online"),
        ({"ResourceType": ["EC2Instance", "x"]}, None, r"filters\[ResourceType\]: 'x'"),
        ({"IamRole": []}, None, r"filters\[IamRole\]: it has 0 values; allowed are 1 to 3"),
        ({"IamRole": ["a", "b", "c", "d"]}, None, r"filters\[IamRole\]: it has 4 values"),
        ({"IamRole": {"a": 1}}, None, r"filters\[IamRole\]: {'a': 1} cannot be a value"),
        (None, {"a": None}, r"tags\[a\]: None cannot be a value"),
    ],
)
def test_bad_filters_are_refused_by_name(filters: t.Any, tags: t.Any, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        parse_node_filters(filters, tags, 3)


def test_online_are_those_that_ping() -> None:
    nodes: t.Any = [NODE, {"InstanceId": "i-3", "PingStatus": "ConnectionLost"}, {"InstanceId": "i-4"}]
    assert online_ids(nodes) == {"i-2"}


def test_nodes_are_shown_by_id_with_their_tags() -> None:
    nodes: t.Any = [NODE, {"InstanceId": "i-1"}]
    first, second = describe_nodes(nodes, {"i-2": {"Finance": "WebServers"}})
    assert first == {"instance_id": "i-1", "tags": {}}
    assert second == {
        "instance_id": "i-2",
        "ping_status": "Online",
        "last_ping_date_time": "2026-01-02T00:00:00+00:00",
        "ip_address": "10.0.0.1",
        "is_latest_version": True,
        "association_overview": {"instance_association_status_aggregated_count": {"Success": 1}},
        "tags": {"Finance": "WebServers"},
    }


def test_tags_that_were_not_asked_for_are_not_shown() -> None:
    assert describe_nodes(t.cast("t.Any", [{"InstanceId": "i-1"}]), None) == [{"instance_id": "i-1"}]


def test_a_node_of_another_cloud() -> None:
    node = {"InstanceId": "mi-1", "SourceType": "Microsoft.Compute/virtualMachines", "SourceLocation": "westeurope"}
    (described,) = describe_nodes(t.cast("t.Any", [node]), None)
    assert described["source_type"] == "Microsoft.Compute/virtualMachines"
    assert described["source_location"] == "westeurope"


def test_source_types_are_those_of_the_newest_botocore() -> None:
    """Older ones do not list the other clouds, and send what they are given."""
    shape: t.Any = service_model("ssm").shape_for("SourceType")
    known = shape.enum
    assert set(known) <= set(FILTER_CHOICES["SourceTypes"])
