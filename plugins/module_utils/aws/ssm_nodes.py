# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SSM's managed nodes and their service settings: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_lookup,
    aws_write,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.literals import NodeFilterKeyType
    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef, NodeTypeDef, ServiceSettingTypeDef

PAGE_SIZE = 50
# SSM accepts at most 100 values in one filter.
FILTER_VALUES_MAX = 100
# The sources of nodes, by the cloud providers of DescribeDocument; nodes elsewhere are AWS's hybrid nodes.
SOURCE_TYPES: t.Final = {
    "AWS": ("AWS::EC2::Instance", "AWS::SSM::ManagedInstance", "AWS::IoT::Thing"),
    "Azure": ("Microsoft.Compute/virtualMachines",),
    "GCP": ("compute.googleapis.com/Instance",),
}
DEFAULT_HOST_MANAGEMENT = "/ssm/managed-instance/default-ec2-instance-management-role"


@aws_call("describe the managed nodes")
def describe_instance_information(
    client: SSMClient, filters: Mapping[str, Sequence[str]]
) -> list[InstanceInformationTypeDef]:
    """The managed nodes that match every filter with one of its values; all pages."""
    pages = client.get_paginator("describe_instance_information").paginate(
        Filters=[{"Key": key, "Values": list(values)} for key, values in filters.items()],
        PaginationConfig={"PageSize": PAGE_SIZE},
    )
    return [node for page in pages for node in answer_field(page, "InstanceInformationList")]


def has_list_nodes(client: SSMClient) -> bool:
    """Whether botocore has ListNodes, which AWS added on November 21, 2024."""
    return hasattr(client, "list_nodes")


@aws_call("list the nodes of the resource data sync")
def list_nodes(client: SSMClient, sync_name: str, filters: Mapping[str, Sequence[str]]) -> list[NodeTypeDef]:
    """The nodes of a resource data sync that match every filter with one of its values; all pages."""
    pages = client.get_paginator("list_nodes").paginate(
        SyncName=sync_name,
        Filters=[
            {"Key": t.cast("NodeFilterKeyType", key), "Values": list(values), "Type": "Equal"}
            for key, values in filters.items()
        ],
        PaginationConfig={"PageSize": PAGE_SIZE},
    )
    return [node for page in pages for node in answer_field(page, "Nodes")]


@aws_lookup("get the service setting", missing=["ServiceSettingNotFound", "AccessDeniedException"])
def get_service_setting(client: SSMClient, setting_id: str) -> ServiceSettingTypeDef:
    """A setting of the account in this region; None if it does not exist, or the caller may not read it."""
    return t.cast(
        "ServiceSettingTypeDef", answer_field(client.get_service_setting(SettingId=setting_id), "ServiceSetting")
    )


@aws_call("get the service setting")
def require_service_setting(client: SSMClient, setting_id: str) -> ServiceSettingTypeDef:
    """Like get_service_setting, for a caller who needs it."""
    return t.cast(
        "ServiceSettingTypeDef", answer_field(client.get_service_setting(SettingId=setting_id), "ServiceSetting")
    )


@aws_write("update the service setting")
def update_service_setting(client: SSMClient, setting_id: str, value: str) -> None:
    """Set a setting of the account in this region."""
    client.update_service_setting(SettingId=setting_id, SettingValue=value)


@aws_write("reset the service setting")
def reset_service_setting(client: SSMClient, setting_id: str) -> None:
    """Set a setting of the account in this region to AWS's default."""
    client.reset_service_setting(SettingId=setting_id)


def has_host_management_calls(client: SSMClient) -> bool:
    """Whether botocore has the calls for a role that AWS manages; it has them from 1.44."""
    return hasattr(client, "register_default_host_management_configuration")


@aws_write("register the Default Host Management Configuration")
def register_host_management(client: SSMClient, permission_model: str, overwrite: bool) -> None:
    """RegisterDefaultHostManagementConfiguration, without a role: AWS makes it."""
    # The stubs have it in new versions only.
    t.cast("t.Any", client).register_default_host_management_configuration(
        PermissionModel=permission_model, Overwrite=overwrite
    )


@aws_write("deregister the Default Host Management Configuration with the role")
def deregister_host_management(client: SSMClient, role: str) -> None:
    """DeregisterDefaultHostManagementConfiguration, which deletes the role that AWS made, `role`."""
    t.cast("t.Any", client).deregister_default_host_management_configuration()
