#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: managed_node_info
version_added: 1.0.0
short_description: List managed nodes of AWS Systems Manager, or wait until they are online
description:
  - Lists the managed nodes of SSM with their ping status, agent, platform and tags.
  - Can wait until nodes are online, for example before a task that sends commands to instances that were just started.
author:
  - ssmops.run_command contributors (@ssmops)
attributes:
  diff_mode:
    support: none
    details:
      - The module changes nothing.
notes:
  - SSM only lists nodes whose agent has contacted it. An instance without an agent, a network route or permissions is
    not in the list.
  - "Required permissions: ssm:DescribeInstanceInformation, with O(include_tags), O(tags) or O(wait_for)
    ec2:DescribeInstances, with O(include_tags) or O(tags) ssm:ListTagsForResource."
  - "Optional permissions: ssm:GetServiceSetting, without which Default Host Management is not returned."
options:
  instance_ids:
    description:
      - The IDs of the nodes, C(i-) or C(mi-). If not set, all nodes of the region.
    type: list
    elements: str
  filters:
    description:
      - List only nodes that match all of these filters of C(DescribeInstanceInformation), each a name with a value or a
        list of values.
      - The names are C(ActivationIds), C(AgentVersion), C(AssociationStatus), C(IamRole), C(InstanceIds),
        C(PingStatus) (C(Online), C(ConnectionLost), C(Inactive)), C(PlatformTypes) (C(Windows), C(Linux), C(MacOS)),
        C(ResourceType) (C(ManagedInstance), C(EC2Instance)), C(SourceIds), C(SourceTypes) (C(AWS::EC2::Instance),
        C(AWS::SSM::ManagedInstance), C(AWS::IoT::Thing), C(Microsoft.Compute/virtualMachines) for Azure,
        C(compute.googleapis.com/Instance) for Google Cloud), C(tag-key) and C(tag:KEY).
    type: dict
  tags:
    description:
      - List only nodes that have all of these tags, each a key with a value or a list of alternative values.
    type: dict
  include_tags:
    description:
      - Whether to return the tags. This takes one call for every 200 EC2 instances and one for each hybrid node.
    type: bool
    default: true
  wait_for:
    description:
      - With V(online), waits until all nodes in O(instance_ids) are online, or all nodes with O(tags) and at least one.
        These are the EC2 instances that are pending or running, whether SSM lists them or not, and the hybrid nodes.
      - Requires either O(instance_ids) or O(tags), and does not support O(filters). With an empty list, there is
        nothing to wait for.
      - If some nodes are not online in time, the task fails and returns their IDs.
      - M(ssmops.run_command.instance_profile_association) with O(ssmops.run_command.instance_profile_association#module:wait_online)
        also reports the likely reason.
    type: str
    choices: [online]
  wait_timeout:
    description:
      - The maximum time to wait, in seconds.
    type: int
    default: 300
seealso:
  - module: ssmops.run_command.default_host_management
  - module: ssmops.run_command.instance_profile_association
  - module: ssmops.run_command.send_command
  - module: amazon.aws.ec2_instance_info
  - name: Troubleshooting managed node availability
    description: Reasons why a node may not be in the list, in the AWS Systems Manager User Guide.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-troubleshooting-managed-nodes.html
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: List all managed nodes of the region
  ssmops.run_command.managed_node_info:
  register: nodes

- name: List the Linux web servers of Finance that lost their connection
  ssmops.run_command.managed_node_info:
    filters:
      PingStatus: ConnectionLost
      PlatformTypes: Linux
    tags:
      Finance: WebServers

- name: Wait until two instances that were just started accept commands
  ssmops.run_command.managed_node_info:
    instance_ids:
      - i-0123456789abcdef0
      - i-0fedcba9876543210
    wait_for: online
    wait_timeout: 600

- name: Wait until every instance of the web tier is online
  ssmops.run_command.managed_node_info:
    tags:
      Tier: [web, proxy]
    wait_for: online

- name: Fail if an agent is out of date
  ssmops.run_command.managed_node_info:
    filters:
      PingStatus: Online
    include_tags: false
  register: nodes
  failed_when: nodes.managed_nodes | rejectattr('is_latest_version') | length > 0
"""

RETURN = r"""
managed_nodes:
  description: The nodes, sorted by ID. Keys for which SSM has no value are omitted.
  returned: always
  type: list
  elements: dict
  sample:
    - instance_id: i-0123456789abcdef0
      ping_status: Online
      last_ping_date_time: "2026-02-03T04:05:06+00:00"
      agent_version: 3.3.2746.0
      is_latest_version: true
      platform_type: Linux
      platform_name: Amazon Linux
      platform_version: "2023"
      resource_type: EC2Instance
      ip_address: 10.0.0.12
      computer_name: ip-10-0-0-12.ec2.internal
      tags: {"Finance": "WebServers"}
  contains:
    instance_id:
      description: The ID of the node.
      returned: success
      type: str
      sample: i-0123456789abcdef0
    name:
      description: The name that a hybrid node was given when it was activated.
      returned: when SSM has it
      type: str
      sample: rack-7
    ping_status:
      description: C(Online), C(ConnectionLost) or C(Inactive).
      returned: success
      type: str
      sample: Online
    last_ping_date_time:
      description: When the agent last contacted SSM.
      returned: when SSM has it
      type: str
      sample: "2026-02-03T04:05:06+00:00"
    registration_date:
      description: When a hybrid node was registered.
      returned: when SSM has it
      type: str
      sample: "2026-01-02T03:04:05+00:00"
    agent_version:
      description: The version of SSM Agent.
      returned: when SSM has it
      type: str
      sample: 3.3.2746.0
    is_latest_version:
      description: Whether the node runs the latest version of the agent.
      returned: when SSM has it
      type: bool
      sample: true
    platform_type:
      description: C(Linux), C(Windows) or C(MacOS).
      returned: when SSM has it
      type: str
      sample: Linux
    platform_name:
      description: The name of the operating system.
      returned: when SSM has it
      type: str
      sample: Amazon Linux
    platform_version:
      description: The version of the operating system.
      returned: when SSM has it
      type: str
      sample: "2023"
    resource_type:
      description: C(EC2Instance), or C(ManagedInstance) for a hybrid node.
      returned: when SSM has it
      type: str
      sample: EC2Instance
    iam_role:
      description: The role of a hybrid node, or of Default Host Management Configuration.
      returned: when SSM has it
      type: str
      sample: service-role/hybrid-nodes
    activation_id:
      description: The activation of a hybrid node.
      returned: when SSM has it
      type: str
      sample: 1234abcd-12ab-34cd-56ef-1234567890ab
    ip_address:
      description: The IP address that the agent reports.
      returned: when SSM has it
      type: str
      sample: 10.0.0.12
    computer_name:
      description: The computer name that the agent reports.
      returned: when SSM has it
      type: str
      sample: ip-10-0-0-12.ec2.internal
    association_status:
      description: The status of the State Manager associations of the node.
      returned: when SSM has it
      type: str
      sample: Success
    association_overview:
      description: The number of State Manager associations with each status.
      returned: when SSM has it
      type: dict
      sample: {"detailed_status": "Success", "instance_association_status_aggregated_count": {"Success": 1}}
    last_association_execution_date:
      description: When a State Manager association last ran.
      returned: when SSM has it
      type: str
      sample: "2026-02-03T04:00:00+00:00"
    last_successful_association_execution_date:
      description: When a State Manager association last succeeded.
      returned: when SSM has it
      type: str
      sample: "2026-02-03T04:00:00+00:00"
    source_id:
      description: The ID of the node at its source.
      returned: when SSM has it
      type: str
      sample: i-0123456789abcdef0
    source_type:
      description:
        - The type of the source of the node, C(AWS::EC2::Instance), C(AWS::SSM::ManagedInstance), C(AWS::IoT::Thing),
          C(Microsoft.Compute/virtualMachines) or C(compute.googleapis.com/Instance).
        - Older versions of botocore omit it.
      returned: when SSM has it
      type: str
      sample: AWS::EC2::Instance
    source_location:
      description: The location of a node of another cloud. Versions of botocore before 1.44 omit it.
      returned: when SSM has it
      type: str
      sample: westeurope
    tags:
      description: The tags of the instance in EC2, or of the hybrid node in SSM.
      returned: with O(include_tags=true)
      type: dict
      sample: {"Finance": "WebServers"}
default_host_management:
  description:
    - Default Host Management Configuration, which makes instances managed nodes without an instance profile.
    - Null if the caller may not read it.
  returned: always
  type: dict
  sample: {"enabled": true, "role": "service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole", "status": "Customized"}
  contains:
    enabled:
      description: Whether it is enabled in this region.
      returned: success
      type: bool
      sample: true
    role:
      description: The role that the instances get. Empty if it is disabled.
      returned: success
      type: str
      sample: service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole
    status:
      description: C(Default), C(Customized) or C(PendingUpdate).
      returned: success
      type: str
      sample: Customized
offline_instance_ids:
  description: The IDs of the nodes that were not online in time, with O(wait_for=online).
  returned: on failure
  type: list
  elements: str
  sample: [i-0fedcba9876543210]
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.access.node_tags_calls import read_tags
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.ssm_nodes import (
    DEFAULT_HOST_MANAGEMENT,
    FILTER_VALUES_MAX,
    get_service_setting,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.host_management import (
    describe_default_host_management,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import (
    Filters,
    check_wait_for,
    describe_nodes,
    online_ids,
    parse_node_filters,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes_calls import (
    Nodes,
    expected_online,
    read_nodes,
    wait_for_online,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import parse_node_ids

ARGUMENT_SPEC: dict[str, t.Any] = {
    "instance_ids": {"type": "list", "elements": "str"},
    "filters": {"type": "dict"},
    "tags": {"type": "dict"},
    "include_tags": {"type": "bool", "default": True},
    "wait_for": {"type": "str", "choices": ["online"]},
    "wait_timeout": {"type": "int", "default": 300},
}


def find_nodes(module: AnsibleAWSModule, node_ids: tuple[str, ...], filters: Filters) -> tuple[Nodes, set[str]]:
    """The nodes, and the IDs of those that did not come online in time."""
    client, tags = module.client("ssm"), module.params["tags"]
    if not module.params["wait_for"]:
        return read_nodes(client, node_ids, filters), set()
    ec2_client = module.client("ec2")
    return wait_for_online(
        lambda: read_nodes(client, node_ids, filters),
        lambda nodes: node_ids or expected_online(ec2_client, tags, nodes),
        Deadline(module.params["wait_timeout"]),
    )


def list_nodes(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The nodes; fails the task if some did not come online in time."""
    params = module.params
    check_wait_for(params)
    node_ids = parse_node_ids(params["instance_ids"])
    filters = parse_node_filters(params["filters"], params["tags"], FILTER_VALUES_MAX)
    nodes: Nodes = []
    offline: set[str] = set()
    is_asked = params["instance_ids"] != []
    if is_asked:
        nodes, offline = find_nodes(module, node_ids, filters)
    tags = None
    if params["include_tags"]:
        tags = read_tags(module.client("ec2"), module.client("ssm"), [node["InstanceId"] for node in nodes])
    result = {
        "changed": False,
        "managed_nodes": describe_nodes(nodes, tags),
        "default_host_management": read_default_host_management(module),
    }
    if params["wait_for"] and is_asked and (offline or not online_ids(nodes)):
        names = ", ".join(sorted(offline)) or "no instance that is running and no node has these tags"
        module.fail_json(
            msg=f"wait_for: not online after {params['wait_timeout']} seconds: {names}.",
            offline_instance_ids=sorted(offline),
            **result,
        )
    return result


def read_default_host_management(module: AnsibleAWSModule) -> dict[str, t.Any] | None:
    """Default Host Management Configuration of the region."""
    return describe_default_host_management(get_service_setting(module.client("ssm"), DEFAULT_HOST_MANAGEMENT))


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run(module, lambda: list_nodes(module))


if __name__ == "__main__":
    main()
