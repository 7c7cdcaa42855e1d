# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the managed nodes of a region with what EC2 knows of them, or of a sync, in as few calls as possible."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.node_tags_calls import read_tags
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2, ssm_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.inventory_hosts import Found
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import KEPT_INSTANCE_STATES
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import node_type_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.inventory_hosts import Place
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import Filters
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ec2.type_defs import ReservationTypeDef
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import NodeTypeDef

# Up to here, 200 IDs per call take no more calls than all instances of an account with few others.
NAMED_INSTANCES_MAX = 1_000


def read_place(ssm: SSMClient, ec2_client: EC2Client, place: Place, filters: Filters) -> Found:
    """The managed nodes of a place that match the filters.

    :raises AnsibleAWSError: a call fails.
    """
    nodes = ssm_nodes.describe_instance_information(ssm, filters)
    ids = [node["InstanceId"] for node in nodes]
    instances = [node_id for node_id in ids if node_type_of(node_id) == "ec2"]
    hybrid = [node_id for node_id in ids if node_type_of(node_id) == "managed"]
    return Found(place, nodes, _reservations(ec2_client, instances, filters), read_tags(ec2_client, ssm, hybrid))


def _reservations(client: EC2Client, ids: Sequence[str], filters: Filters) -> list[ReservationTypeDef]:
    if len(ids) <= NAMED_INSTANCES_MAX:
        parts = chunks(ids, ec2.FILTER_VALUES_MAX)
        return [found for part in parts for found in ec2.describe_reservations(client, {"instance-id": part})]
    # EC2 and SSM have the same tags of an instance, so its filters by tag reduce the pages here, too.
    by_tag = {key: values for key, values in filters.items() if key.startswith("tag")}
    wanted = {**by_tag, "instance-state-name": KEPT_INSTANCE_STATES}
    return ec2.describe_reservations(client, wanted, ec2.PAGE_SIZE_MAX)


def read_sync(ssm: SSMClient, name: str, filters: Filters) -> list[NodeTypeDef]:
    """The nodes of a resource data sync that match the filters.

    :raises RequestError: botocore is too old. :raises AnsibleAWSError: a call fails.
    """
    if not ssm_nodes.has_list_nodes(ssm):
        raise RequestError(
            "resource_data_sync: this version of botocore does not have ListNodes; install one that was released after"
            " November 21, 2024."
        )
    return ssm_nodes.list_nodes(ssm, name, filters)
