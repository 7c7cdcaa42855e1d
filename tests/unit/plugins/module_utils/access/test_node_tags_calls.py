# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of nodes are read in few calls, each from where it is."""

from __future__ import annotations

import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.node_tags_calls import read_tags
from botocore.stub import Stubber

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ssm.client import SSMClient


HYBRID = "mi-00000000000000003"


def credentials() -> dict[str, t.Any]:
    return {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


@pytest.fixture
def ec2() -> Iterator[tuple[EC2Client, Stubber]]:
    client: EC2Client = boto3.client("ec2", **credentials())
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


@pytest.fixture
def ssm() -> Iterator[tuple[SSMClient, Stubber]]:
    client: SSMClient = boto3.client("ssm", **credentials())
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def test_tags_are_read_from_where_they_are(ec2: tuple[EC2Client, Stubber], ssm: tuple[SSMClient, Stubber]) -> None:
    ids = [f"i-{number:017x}" for number in range(201)]
    for part in (ids[:200], ids[200:]):
        instances = [{"InstanceId": item, "Tags": [{"Key": "Name", "Value": item}]} for item in part]
        asked = {"Filters": [{"Name": "instance-id", "Values": part}]}
        ec2[1].add_response("describe_instances", {"Reservations": [{"Instances": instances}]}, asked)
    asked_of_ssm = {"ResourceType": "ManagedInstance", "ResourceId": HYBRID}
    ssm[1].add_response("list_tags_for_resource", {"TagList": [{"Key": "Rack", "Value": "7"}]}, asked_of_ssm)
    tags = read_tags(ec2[0], ssm[0], [*ids, HYBRID])
    assert tags == {**{item: {"Name": item} for item in ids}, HYBRID: {"Rack": "7"}}


def test_a_hybrid_node_that_is_gone_is_not_in_the_answer(
    ec2: tuple[EC2Client, Stubber], ssm: tuple[SSMClient, Stubber]
) -> None:
    ssm[1].add_client_error("list_tags_for_resource", "InvalidResourceId")
    assert read_tags(ec2[0], ssm[0], [HYBRID]) == {}
