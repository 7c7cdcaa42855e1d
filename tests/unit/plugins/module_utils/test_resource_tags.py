# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as they are read where EC2 and SSM keep them, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import boto3
from ansible_collections.ssmops.run_command.plugins.module_utils import resource_tags
from botocore.stub import Stubber

CREDENTIALS: dict[str, t.Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
}
ONE, TWO = (f"i-{number:017x}" for number in (1, 2))


def test_instances_that_are_not_there_are_left_out() -> None:
    client = boto3.client("ec2", **CREDENTIALS)
    with Stubber(client) as stub:
        instance = {"InstanceId": ONE, "Tags": [{"Key": "Role", "Value": "web"}]}
        asked = {"Filters": [{"Name": "instance-id", "Values": [ONE, TWO]}]}
        stub.add_response("describe_instances", {"Reservations": [{"Instances": [instance]}]}, asked)
        assert resource_tags.describe_instance_tags(client, [ONE, TWO]) == {ONE: {"Role": "web"}}


def test_a_resource_that_ssm_does_not_have_is_none() -> None:
    client = boto3.client("ssm", **CREDENTIALS)
    with Stubber(client) as stub:
        asked = {"ResourceType": "Document", "ResourceId": "ops"}
        stub.add_response("list_tags_for_resource", {"TagList": [{"Key": "a", "Value": "b"}]}, asked)
        stub.add_client_error("list_tags_for_resource", "InvalidResourceId")
        assert resource_tags.list_resource_tags(client, "Document", "ops") == {"a": "b"}
        assert resource_tags.list_resource_tags(client, "Document", "ops") is None
