# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ListNodes says of nodes, and its filters."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import node_listing

from tests.support.service_models import check_answer

from .records import ACCOUNT, REGION, node

NODES = [
    node("i-00000000000000001", ip_address="10.0.0.1"),
    node("i-00000000000000002", ping_status="ConnectionLost", platform="Windows"),
    node("mi-00000000000000003", resource_type="ManagedInstance", name="rack-7"),
]


def listed(*filters: dict[str, t.Any]) -> list[str]:
    found = list(node_listing.listed(NODES, filters, 1_000.0))
    check_answer("ssm", "ListNodes", {"Nodes": found})
    return [one["Id"][-1] for one in found]


def test_a_node_has_the_fields_of_aws() -> None:
    assert next(iter(node_listing.listed(NODES, [], 1_000.0))) == {
        "CaptureTime": 1_000.0,
        "Id": "i-00000000000000001",
        "Owner": {"AccountId": ACCOUNT},
        "Region": REGION,
        "NodeType": {
            "Instance": {
                "AgentType": "amazon-ssm-agent",
                "AgentVersion": NODES[0].agent_version,
                "ComputerName": "i-00000000000000001.ec2.internal",
                "InstanceStatus": "Active",
                "IpAddress": "10.0.0.1",
                "ManagedStatus": "Managed",
                "PlatformName": "Amazon Linux",
                "PlatformType": "Linux",
                "PlatformVersion": "2023",
                "ResourceType": "EC2Instance",
                "SourceId": "i-00000000000000001",
                "SourceType": "AWS::EC2::Instance",
            }
        },
    }


@pytest.mark.parametrize(
    ("key", "values", "kind", "expected"),
    [
        ("InstanceStatus", ["Active"], "Equal", "13"),
        ("InstanceStatus", ["Active", "ConnectionLost"], "Equal", "123"),
        ("PlatformType", ["Windows"], "NotEqual", "13"),
        ("InstanceId", ["i-", "x"], "BeginWith", "12"),
        ("Region", [REGION], "Equal", "123"),
        ("AccountId", ["000000000000"], "Equal", ""),
        ("OrganizationalUnitId", ["ou-b8dn-sasv9tfp"], "Equal", ""),
        ("ManagedStatus", ["Managed"], "Equal", "123"),
        ("ManagedStatus", ["All"], "Equal", "123"),
        ("ManagedStatus", ["Unmanaged"], "Equal", ""),
    ],
)
def test_a_filter(key: str, values: list[str], kind: str, expected: str) -> None:
    assert listed({"Key": key, "Values": values, "Type": kind}) == list(expected)


def test_every_filter_counts_and_is_of_equality_by_itself() -> None:
    filters: list[dict[str, t.Any]] = [{"Key": "InstanceStatus", "Values": ["Active"]}]
    assert listed(*filters, {"Key": "ResourceType", "Values": ["ManagedInstance"]}) == ["3"]
