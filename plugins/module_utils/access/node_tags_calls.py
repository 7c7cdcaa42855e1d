# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of nodes, which decide who may send to them."""

from __future__ import annotations

import concurrent.futures
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2, resource_tags
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import node_type_of

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ssm.client import SSMClient

# botocore's connection pool has 10 connections.
WORKERS = 10


def read_tags(ec2_client: EC2Client, ssm_client: SSMClient, node_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The tags of nodes by ID: EC2 instances many at a time, hybrid nodes one by one.

    Missing nodes are not in the result.
    """
    instances = [node_id for node_id in node_ids if node_type_of(node_id) == "ec2"]
    tags: dict[str, dict[str, str]] = {}
    for part in chunks(instances, ec2.FILTER_VALUES_MAX):
        for instance in ec2.describe_instances(ec2_client, {"instance-id": part}):
            tags[instance["InstanceId"]] = boto3_tag_list_to_ansible_dict(instance.get("Tags", []))
    hybrid = [node_id for node_id in node_ids if node_type_of(node_id) == "managed"]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        found = pool.map(
            lambda node_id: resource_tags.list_resource_tags(ssm_client, "ManagedInstance", node_id), hybrid
        )
        tags |= {node_id: of_node for node_id, of_node in zip(hybrid, found, strict=True) if of_node is not None}
    return tags
