# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes targets and filters mean."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import selection
from local_aws.wire.errors import ApiError

from .records import node

NODES = [
    node("i-1", tags={"Role": "web", "Env": "test"}, role_name="nodes"),
    node("i-2", tags={"Role": "db"}, ping_status="ConnectionLost"),
    node("i-3", tags={"Env": "prod", "Role": "web"}, platform="Windows"),
    node(
        "mi-4",
        tags={},
        resource_type="ManagedInstance",
        ping_status="Inactive",
        role_name="hybrid",
        activation_id="a-4",
    ),
]
GROUPS: dict[str, list[dict[str, t.Any]]] = {
    "web": [{"Key": "Role", "Values": ["web"]}],
    "web-test": [{"Key": "Role", "Values": ["web"]}, {"Key": "Env", "Values": ["test", "lab"]}],
    "any-role": [{"Key": "Role"}],
    "any-env": [{"Key": "Env", "Values": []}],
}


def target(key: str, *values: str) -> dict[str, t.Any]:
    return {"Key": key, "Values": list(values)}


def ids(*targets: dict[str, t.Any]) -> list[str]:
    return [found.instance_id for found in selection.by_targets(NODES, list(targets), GROUPS.get)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (target("InstanceIds", "mi-4", "i-1", "i-9"), ["i-1", "mi-4"]),
        (target("tag-key", "Env"), ["i-1", "i-3"]),
        (target("tag-key", "Env", "Role"), ["i-1", "i-2", "i-3"]),
        (target("tag-key", "web"), []),
        (target("tag:Role", "web"), ["i-1", "i-3"]),
        (target("tag:Role", "web", "db"), ["i-1", "i-2", "i-3"]),
        (target("tag:role", "web"), []),
        (target("tag:Role", "*"), ["i-1", "i-2", "i-3"]),
        (target("tag:Env", "*"), ["i-1", "i-3"]),
        (target("tag:Env", "test", "*"), ["i-1", "i-3"]),
        (target("tag:Missing", "*"), []),
        (target("tag:Role", "w*"), []),
        (target("resource-groups:Name", "web"), ["i-1", "i-3"]),
        (target("resource-groups:Name", "web-test"), ["i-1"]),
        (target("resource-groups:Name", "any-role"), ["i-1", "i-2", "i-3"]),
        (target("resource-groups:Name", "any-env"), ["i-1", "i-3"]),
        (target("resource-groups:Name", "missing"), []),
        (target("resource-groups:Name", "missing", "web-test"), ["i-1"]),
        (target("resource-groups:ResourceTypeFilters", "AWS::EC2::Instance"), ["i-1", "i-2", "i-3", "mi-4"]),
        (target("resource-groups:ResourceTypeFilters", "AWS::AllSupported"), ["i-1", "i-2", "i-3", "mi-4"]),
        (target("resource-groups:ResourceTypeFilters", "AWS::S3::Bucket"), []),
    ],
)
def test_a_target(given: dict[str, t.Any], found: list[str]) -> None:
    assert ids(given) == found


def test_every_target_counts() -> None:
    assert ids(target("tag:Role", "web"), target("tag:Env", "prod")) == ["i-3"]
    assert ids(target("tag:Env", "prod"), target("tag:Role", "web")) == ["i-3"]
    assert ids(target("tag:Role", "db"), target("tag:Env", "prod")) == []
    assert ids() == ["i-1", "i-2", "i-3", "mi-4"]


@pytest.mark.parametrize("key", ["instance-ids", "tag", "resource-groups:Tag", ""])
def test_a_target_that_is_none(key: str) -> None:
    with pytest.raises(ApiError, match=f"Target key {key} is not supported") as refusal:
        ids(target(key, "web"))
    assert refusal.value.code == "ValidationException"


def described(*filters: dict[str, t.Any]) -> list[str]:
    return [found.instance_id for found in selection.by_information_filters(NODES, list(filters))]


@pytest.mark.parametrize(
    ("key", "values", "found"),
    [
        ("InstanceIds", ["i-2", "mi-4", "i-9"], ["i-2", "mi-4"]),
        ("PingStatus", ["Online"], ["i-1", "i-3"]),
        ("PingStatus", ["ConnectionLost", "Inactive"], ["i-2", "mi-4"]),
        ("PingStatus", ["Online", "ConnectionLost", "Inactive"], ["i-1", "i-2", "i-3", "mi-4"]),
        ("PlatformTypes", ["Windows"], ["i-3"]),
        ("PlatformTypes", ["Linux"], ["i-1", "i-2", "mi-4"]),
        ("ResourceType", ["ManagedInstance"], ["mi-4"]),
        ("ResourceType", ["EC2Instance"], ["i-1", "i-2", "i-3"]),
        ("IamRole", ["nodes"], ["i-1"]),
        ("AgentVersion", ["3.3.3050.0"], ["i-1", "i-2", "i-3", "mi-4"]),
        ("AgentVersion", ["1.0"], []),
        ("ActivationIds", ["a-1"], []),
        ("ActivationIds", ["a-1", "a-4"], ["mi-4"]),
        ("AssociationStatus", ["Success"], []),
        ("SourceIds", ["i-1"], ["i-1"]),
        ("SourceTypes", ["AWS::EC2::Instance"], ["i-1", "i-2", "i-3"]),
        ("SourceTypes", ["AWS::SSM::ManagedInstance", "Microsoft.Compute/virtualMachines"], ["mi-4"]),
        ("tag-key", ["Env"], ["i-1", "i-3"]),
        ("tag:Role", ["web"], ["i-1", "i-3"]),
        ("tag:Role", ["*"], []),
    ],
)
def test_a_filter_in_both_spellings(key: str, values: list[str], found: list[str]) -> None:
    assert described({"Key": key, "Values": values}) == found
    assert described({"key": key, "valueSet": values}) == found


def test_every_filter_counts() -> None:
    web, online = {"Key": "tag:Role", "Values": ["web"]}, {"key": "PlatformTypes", "valueSet": ["Windows"]}
    assert described(web, online) == described(online, web) == ["i-3"]
    assert described() == ["i-1", "i-2", "i-3", "mi-4"]


@pytest.mark.parametrize(
    ("key", "values", "words"),
    [
        ("Colour", ["red"], "The filter key Colour is not valid"),
        ("tags:Role", ["web"], "The filter key tags:Role is not valid"),
        ("PingStatus", ["Online", "Offline"], "PingStatus has no value"),
    ],
)
def test_a_filter_that_is_none(key: str, values: list[str], words: str) -> None:
    with pytest.raises(ApiError, match=words) as refusal:
        described({"Key": key, "Values": values})
    assert refusal.value.code == "InvalidInstanceInformationFilterValue"
