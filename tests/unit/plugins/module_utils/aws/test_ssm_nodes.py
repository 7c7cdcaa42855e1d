# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls about managed nodes send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.writes import recorded_writes

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "ssm"


def test_nodes_of_all_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"Filters": [{"Key": "tag:Role", "Values": ["web", "app"]}], "MaxResults": 50}
    pages: list[dict[str, t.Any]] = [{"InstanceInformationList": [{"InstanceId": name}]} for name in ("i-1", "i-2")]
    stub.add_response("describe_instance_information", {**pages[0], "NextToken": "more"}, asked)
    stub.add_response("describe_instance_information", pages[1], {**asked, "NextToken": "more"})
    found = ssm_nodes.describe_instance_information(client, {"tag:Role": ("web", "app")})
    assert [node["InstanceId"] for node in found] == ["i-1", "i-2"]


def test_nodes_of_a_resource_data_sync_of_all_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    if not ssm_nodes.has_list_nodes(client):
        with pytest.raises(KeyError):
            ssm_nodes.list_nodes(client, "sync", {})
        return
    wanted = {"Key": "Region", "Values": ["us-east-1", "us-east-2"], "Type": "Equal"}
    asked = {"SyncName": "sync", "Filters": [wanted], "MaxResults": 50}
    stub.add_response("list_nodes", {"Nodes": [{"Id": "i-1"}], "NextToken": "more"}, asked)
    stub.add_response("list_nodes", {"Nodes": [{"Id": "i-2"}]}, {**asked, "NextToken": "more"})
    found = ssm_nodes.list_nodes(client, "sync", {"Region": ("us-east-1", "us-east-2")})
    assert [node.get("Id") for node in found] == ["i-1", "i-2"]


@pytest.mark.parametrize("code", ["ServiceSettingNotFound", "AccessDeniedException"])
def test_a_setting_that_cannot_be_seen_is_none(stubbed: StubbedClient, code: str) -> None:
    client, stub = stubbed
    stub.add_client_error("get_service_setting", code)
    assert ssm_nodes.get_service_setting(client, ssm_nodes.DEFAULT_HOST_MANAGEMENT) is None


def test_a_setting_is_read_by_its_id(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    setting = {"SettingId": "/ssm/x", "SettingValue": "$None"}
    stub.add_response("get_service_setting", {"ServiceSetting": setting}, {"SettingId": "/ssm/x"})
    stub.add_client_error("get_service_setting", "InternalServerError")
    assert ssm_nodes.get_service_setting(client, "/ssm/x") == setting
    with pytest.raises(AnsibleAWSError, match=r"^Failed to get the service setting"):
        ssm_nodes.get_service_setting(client, "/ssm/x")
    for code in ("ServiceSettingNotFound", "AccessDeniedException"):
        stub.add_client_error("get_service_setting", code)
        with pytest.raises(AnsibleAWSError, match=r"^Failed to get the service setting"):
            ssm_nodes.require_service_setting(client, "/ssm/x")


def test_a_setting_is_set_and_reset(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_response("update_service_setting", {}, {"SettingId": "/ssm/x", "SettingValue": "y"})
    stub.add_response("reset_service_setting", {}, {"SettingId": "/ssm/x"})
    with recorded_writes() as writes:
        ssm_nodes.update_service_setting(client, "/ssm/x", "y")
        ssm_nodes.reset_service_setting(client, "/ssm/x")
    assert writes == ["updated the service setting /ssm/x", "reset the service setting /ssm/x"]


def test_aws_makes_the_role_of_default_host_management(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    if not ssm_nodes.has_host_management_calls(client):
        with pytest.raises(AttributeError):
            ssm_nodes.register_host_management(client, "SERVICE_MANAGED", False)
        return
    asked = {"PermissionModel": "SERVICE_MANAGED", "Overwrite": False}
    stub.add_response("register_default_host_management_configuration", {}, asked)
    stub.add_response("deregister_default_host_management_configuration", {}, {})
    with recorded_writes() as writes:
        ssm_nodes.register_host_management(client, "SERVICE_MANAGED", False)
        ssm_nodes.deregister_host_management(client, "aws-reserved/x")
    assert [write.rpartition(" ")[2] for write in writes] == ["SERVICE_MANAGED", "aws-reserved/x"]
