# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: managed_nodes
version_added: 1.0.0
short_description: Managed nodes of AWS Systems Manager as hosts
description:
  - The hosts are the managed nodes of Systems Manager, of one or more regions and accounts. These are EC2 instances,
    hybrid nodes and nodes of other clouds, in the group C(managed_nodes).
  - The source is a YAML file whose name ends with C(managed_nodes.yml) or C(managed_nodes.yaml).
  - Nodes that M(ssmops.run_command.send_command) can send to do not need to be reachable by SSH. Send to them in one
    task on V(localhost), and use M(ssmops.run_command.node_result) to give each host its own result.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - "Required permissions: ssm:DescribeInstanceInformation, ec2:DescribeInstances, ssm:ListTagsForResource for hybrid
    nodes, and sts:AssumeRole with O(accounts). With O(resource_data_sync), ssm:ListNodes only."
  - It takes one call per 50 nodes, one per hybrid node for its tags, and one per 200 instances, or one per 1,000 if
    there are more than 1,000. Regions and accounts are read at the same time.
  - "Variables of each host, each only if AWS has a value, as strings unless noted: C(instance_id), C(region),
    C(account_id), C(node_name), C(node_tags) (dictionary), C(ping_status), C(last_ping_date_time),
    C(registration_date),
    C(agent_version), C(is_latest_version) (boolean), C(platform_type), C(platform_name), C(platform_version),
    C(resource_type), C(iam_role), C(activation_id), C(ip_address), C(computer_name), C(association_status),
    C(association_overview) (dictionary), C(last_association_execution_date),
    C(last_successful_association_execution_date), C(source_id), C(source_type), C(source_location)."
  - "Variables of EC2 instances only: C(availability_zone), C(image_id), C(instance_type), C(private_dns_name),
    C(private_ip_address), C(public_dns_name), C(public_ip_address), C(subnet_id), C(vpc_id)."
  - "Variables of each host with O(resource_data_sync): C(instance_id), C(region), C(account_id),
    C(organizational_unit_id), C(organizational_unit_path), C(capture_time), when AWS last looked at the node,
    C(node_name), C(instance_status), C(managed_status), C(agent_type), C(agent_version), C(platform_type),
    C(platform_name), C(platform_version), C(resource_type), C(ip_address), C(computer_name), C(availability_zone),
    C(availability_zone_id), C(source_id), C(source_type), C(source_location). There are no others: above all not
    C(node_tags), C(ping_status), and those of EC2."
options:
  plugin:
    description: The name of the plugin.
    type: str
    required: true
    choices: [ssmops.run_command.managed_nodes]
  regions:
    description:
      - The regions to read. The default is O(region).
    type: list
    elements: str
    default: []
  accounts:
    description:
      - The accounts to read, each with the role to assume in it. The default is the account of the credentials.
      - Each item has C(assume_role_arn), the ARN of the role, and if the role requires it, C(external_id).
    type: list
    elements: dict
    default: []
  resource_data_sync:
    description:
      - The resource data sync to read with C(ListNodes), in O(region), the home region of Systems Manager. It has the
        managed nodes of all accounts and regions of an organization, and takes one call per 50 nodes and no roles.
        AWS supports V(AWS-QuickSetup-ManagedNode), which Quick Setup creates.
      - A sync has neither tags nor what EC2 knows of instances, since these require a role in each account; for
        them, set O(accounts) and O(regions) instead. It cannot be set together with O(accounts), O(regions) or O(tags).
      - Requires a version of botocore that was released after November 21, 2024.
    type: str
  filters:
    description:
      - Only nodes that match all of these filters of C(DescribeInstanceInformation), each a name with a value or a list
        of values. The names are those of O(ssmops.run_command.managed_node_info#module:filters).
      - With O(resource_data_sync), these are filters of C(ListNodes), such as C(AccountId), C(Region), C(PlatformType)
        and C(OrganizationalUnitId), with up to five values. Up to three are possible, or four if
        O(include_offline) is true or C(InstanceStatus) is among them.
    type: dict
    default: {}
  tags:
    description:
      - Only nodes that have all of these tags, each a key with a value or a list of alternative values.
    type: dict
    default: {}
  include_offline:
    description:
      - Whether to include nodes that are not online. A filter C(PingStatus) has priority.
      - With O(resource_data_sync), whether to include nodes whose C(instance_status) is not V(Active). This is as of
        their C(capture_time), so an active node can be offline by now. A filter C(InstanceStatus) has priority.
    type: bool
    default: false
  hostnames:
    description:
      - What a host is named after, names of variables and C(tag:KEY) for the value of a tag, the preferred one first.
      - Nodes without any of these are named after their ID, and so are nodes that would have the same name, or
        C(localhost), or the ID of another node.
    type: list
    elements: str
    default: [instance_id]
  on_failure:
    description:
      - What to do if a region, an account or a resource data sync cannot be read. With V(warn), its nodes are missing, and the result is not
        cached.
    type: str
    choices: [fail, warn]
    default: fail
extends_documentation_fragment:
  - constructed
  - inventory_cache
  - ssmops.run_command.requirements.aws
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
"""

EXAMPLES = r"""
# The nodes that are online in one region, in groups by platform and by the tag Role.
plugin: ssmops.run_command.managed_nodes
regions:
  - us-east-1
keyed_groups:
  - key: platform_type | lower
    prefix: platform
  - key: node_tags.Role
    prefix: role
---
# Web servers of two accounts and regions, named after the tag Name, read at most every 10 minutes.
plugin: ssmops.run_command.managed_nodes
regions:
  - us-east-1
  - eu-central-1
accounts:
  - assume_role_arn: arn:aws:iam::111122223333:role/inventory
  - assume_role_arn: arn:aws:iam::444455556666:role/inventory
    external_id: fleet
tags:
  Role: [web, proxy]
hostnames:
  - tag:Name
  - computer_name
on_failure: warn
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_timeout: 600
cache_connection: inventory_cache
---
# All Windows nodes, whether they are online or not, with a group of those whose agent is out of date.
plugin: ssmops.run_command.managed_nodes
filters:
  PlatformTypes: Windows
include_offline: true
groups:
  outdated: not is_latest_version
compose:
  ansible_host: private_ip_address | default(ip_address)
---
# The Linux nodes of two accounts of an organization, from its resource data sync, in groups by account and region.
plugin: ssmops.run_command.managed_nodes
region: us-east-1
resource_data_sync: AWS-QuickSetup-ManagedNode
filters:
  AccountId: ["111122223333", "444455556666"]
  PlatformType: Linux
keyed_groups:
  - key: account_id
    prefix: account
  - key: region
    separator: ""
"""

import concurrent.futures
import functools
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.plugin_utils.inventory import AWSInventoryBase
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.ssm_nodes import FILTER_VALUES_MAX
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.sts import assume_role
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.inventory_hosts import (
    Account,
    Place,
    Variables,
    host_variables,
    named_hosts,
    node_filters,
    parse_accounts,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.inventory_hosts_calls import (
    read_place,
    read_sync,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import parse_node_filters
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.synced_hosts import (
    sync_filters,
    synced_variables,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

GROUP = "managed_nodes"
SESSION_NAME = "ansible-managed-nodes"
# Places that are read at the same time.
WORKERS = 8
NAMES_SHOWN = 5
SYNC_OPTIONS = ("regions", "accounts", "tags", "filters", "include_offline")


class InventoryModule(AWSInventoryBase):
    """The source of hosts."""

    NAME = "ssmops.run_command.managed_nodes"
    INVENTORY_FILE_SUFFIXES = ("managed_nodes.yml", "managed_nodes.yaml")

    # The parent takes versions of boto3 as well, which are not optional here.
    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:  # type: ignore[override]  # see above
        """Add the hosts of a source; a cached one costs no call."""
        base = self._base
        # Not the parent's, which assumes a role even if everything is cached.
        BaseInventoryPlugin.parse(base, inventory, loader, path, cache)
        self.require_aws_sdk()
        base._read_config_data(path)
        is_cached, hosts = base.get_cached_result(path, cache)
        if not is_cached:
            try:
                sync = self._option("resource_data_sync")
                hosts, failures = self._read_sync(sync) if sync else self._read()
            except RequestError as error:
                raise AnsibleParserError(str(error)) from error
            if not failures:
                base.update_cached_result(path, cache, hosts)
        self._populate(hosts)

    @property
    def _base(self) -> t.Any:
        """The plugin as its parents know it, which have no annotations."""
        return self

    def _option(self, name: str) -> t.Any:
        return self._base.get_option(name)

    def _do_fail(self, message: str) -> t.NoReturn:
        raise AnsibleParserError(message)

    def _read(self) -> tuple[list[Variables], list[str]]:
        """The variables of all nodes, and the places that could not be read.

        :raises RequestError: an option is invalid. :raises AnsibleParserError: a place cannot be read, and must be.
        """
        wanted = node_filters(self._option("filters"), include_offline=self._option("include_offline"))
        filters = parse_node_filters(wanted, self._option("tags"), FILTER_VALUES_MAX)
        # Clients are made by this thread, because options may be templates.
        clients, failures = self._clients()
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            reads = {place: pool.submit(read_place, *pair, place, filters) for place, pair in clients.items()}
        hosts: list[Variables] = []
        for place, read in reads.items():
            try:
                hosts += host_variables(read.result())
            except AnsibleAWSError as error:
                failures += self._failed([place], error)
        return hosts, failures

    def _read_sync(self, name: str) -> tuple[list[Variables], list[str]]:
        """Like _read, of the nodes of a resource data sync."""
        filters = sync_filters({option: self._option(option) for option in SYNC_OPTIONS})
        if not self.region:
            raise RequestError("region is not set: set it to the home region of resource_data_sync, or set AWS_REGION.")
        try:
            return synced_variables(read_sync(self._base.client("ssm"), name, filters)), []
        except AnsibleAWSError as error:
            return [], self._failed([f"the resource data sync {name} in {self.region}"], error)

    def _clients(self) -> tuple[dict[Place, tuple[t.Any, t.Any]], list[str]]:
        """Clients of SSM and of EC2 for each place, and the places whose role cannot be assumed."""
        clients: dict[Place, tuple[t.Any, t.Any]] = {}
        failures: list[str] = []
        for account in parse_accounts(self._option("accounts")):
            places = self._places(account)
            try:
                credentials = self._credentials(account)
            except AnsibleAWSError as error:
                failures += self._failed(places, error)
                continue
            for place in places:
                client = functools.partial(self._base.client, region=place.region, **credentials)
                clients[place] = client("ssm"), client("ec2")
        return clients, failures

    def _places(self, account: Account) -> list[Place]:
        regions = self._option("regions") or [self.region]
        if not all(regions):
            raise RequestError("regions is not set: name the regions, or set region or AWS_REGION.")
        return [Place(region, account) for region in dict.fromkeys(regions)]

    def _failed(self, places: Sequence[Place | str], error: AnsibleAWSError) -> list[str]:
        """The names of places that cannot be read, if that is allowed."""
        names = [str(place) for place in places]
        message = f"The managed nodes of {', '.join(names)} cannot be read: {error}"
        if self._option("on_failure") == "fail":
            raise AnsibleParserError(message) from error
        self.warn(f"{message}. These nodes are missing.")
        return names

    def _credentials(self, account: Account) -> dict[str, str | None]:
        """Options of a client: those of the role, if there is one."""
        if not account.assume_role_arn:
            return {}
        client = self._base.client("sts")
        role = assume_role(client, account.assume_role_arn, SESSION_NAME, account.external_id)
        return {
            "profile_name": None,
            "aws_access_key_id": role["AccessKeyId"],
            "aws_secret_access_key": role["SecretAccessKey"],
            "aws_session_token": role["SessionToken"],
        }

    def _populate(self, hosts: list[Variables]) -> None:
        preferences, strict = self._option("hostnames"), self._option("strict")
        named, refused = named_hosts(hosts, preferences)
        if refused:
            names = counted.named(refused, NAMES_SHOWN)
            self.warn(f"Nodes whose name is also another host's are named after their IDs: {names}.")
        base = self._base
        base.inventory.add_group(GROUP)
        compose, groups, keyed_groups = (self._option(name) for name in ("compose", "groups", "keyed_groups"))
        for name, variables in named.items():
            base.inventory.add_host(name, group=GROUP)
            for variable, value in variables.items():
                base.inventory.set_variable(name, variable, value)
            base._set_composite_vars(compose, variables, name, strict=strict)
            base._add_host_to_composed_groups(groups, variables, name, strict=strict)
            base._add_host_to_keyed_groups(keyed_groups, variables, name, strict=strict)
