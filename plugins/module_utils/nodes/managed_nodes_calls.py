# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads managed nodes with their tags in as few calls as possible, and waits for them."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2, ssm_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import (
    STARTED_INSTANCE_STATES,
    online_ids,
    tag_filters,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import node_type_of

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import Filters
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef

Nodes = list["InstanceInformationTypeDef"]

# The agent of a node reports every few minutes, and right after it starts.
FIRST_POLL_DELAY = 1.0
POLL_DELAY_MAX = 10.0
POLL_DELAY_GROWTH = 1.5


def read_nodes(client: SSMClient, node_ids: Sequence[str], filters: Filters) -> Nodes:
    """The managed nodes that match the filters, and are in `node_ids` unless that is empty."""
    if not node_ids:
        return ssm_nodes.describe_instance_information(client, filters)
    return [
        node
        for part in chunks(node_ids, ssm_nodes.FILTER_VALUES_MAX)
        for node in ssm_nodes.describe_instance_information(client, {**filters, "InstanceIds": tuple(part)})
    ]


def expected_online(client: EC2Client, tags: Mapping[str, t.Any], nodes: Nodes) -> set[str]:
    """The IDs of the nodes with these tags that can come online: hybrid `nodes`, and running instances in EC2.

    EC2 lists instances before SSM does, and SSM lists them for a while after they are stopped or terminated.
    """
    hybrid = {node["InstanceId"] for node in nodes if node_type_of(node["InstanceId"]) == "managed"}
    filters = {**tag_filters(tags, ec2.FILTER_VALUES_MAX), "instance-state-name": STARTED_INSTANCE_STATES}
    return hybrid | {instance["InstanceId"] for instance in ec2.describe_instances(client, filters)}


def wait_for_online(
    read: Callable[[], Nodes], expected: Callable[[Nodes], Collection[str]], deadline: Deadline
) -> tuple[Nodes, set[str]]:
    """Read nodes until all expected nodes are online, or the deadline has passed.

    :param expected: the IDs that must be online, from the nodes just read; an empty result is not sufficient.
    :return: the nodes as last read, and the IDs that are not online.
    """
    delay = FIRST_POLL_DELAY
    while True:
        nodes = read()
        wanted = set(expected(nodes))
        offline = wanted - online_ids(nodes)
        if (wanted and not offline) or deadline.expired:
            return nodes, offline
        deadline.sleep(delay)
        delay = min(delay * POLL_DELAY_GROWTH, POLL_DELAY_MAX)
