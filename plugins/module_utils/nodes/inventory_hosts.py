# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Managed nodes as hosts of an inventory: where they are read, their variables and their names. Pure."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import ONLINE, describe_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_ec2.type_defs import InstanceTypeDef, ReservationTypeDef
    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef

Variables = dict[str, t.Any]

TAG_NAME_PREFIX = "tag:"
# Ansible reserves C(name) and C(tags) for tasks.
_RENAMED: t.Final = {"name": "node_name", "tags": "node_tags"}
# Of an instance in EC2, by variable; the names are those of amazon.aws.aws_ec2.
_INSTANCE_FIELDS: t.Final[Mapping[str, t.Any]] = {
    "image_id": "ImageId",
    "instance_type": "InstanceType",
    "private_dns_name": "PrivateDnsName",
    "private_ip_address": "PrivateIpAddress",
    "public_dns_name": "PublicDnsName",
    "public_ip_address": "PublicIpAddress",
    "subnet_id": "SubnetId",
    "vpc_id": "VpcId",
}


@dataclasses.dataclass(frozen=True)
class Account:
    """An account that is read with a role; without one, the account of the credentials."""

    assume_role_arn: str = ""
    external_id: str = ""

    @property
    def account_id(self) -> str:
        """The ID in the role's ARN; "" without a role."""
        arn = parse_arn(self.assume_role_arn)
        return arn.account if arn else ""


@dataclasses.dataclass(frozen=True)
class Place:
    """One region of one account."""

    region: str
    account: Account

    def __str__(self) -> str:
        return f"{self.region} with {self.account.assume_role_arn}" if self.account.assume_role_arn else self.region


@dataclasses.dataclass(frozen=True)
class Found:
    """What was read in a place: its nodes, those that are instances in EC2, and the tags of the others by ID."""

    place: Place
    nodes: Sequence[InstanceInformationTypeDef]
    reservations: Sequence[ReservationTypeDef]
    tags: Mapping[str, Mapping[str, str]]


def parse_accounts(raw: Sequence[object] | None) -> tuple[Account, ...]:
    """The accounts of the option C(accounts); without any, that of the credentials.

    :raises RequestError: an item is not a dictionary of C(assume_role_arn), the ARN of a role, and C(external_id).
    """
    return tuple(_account(f"accounts[{number}]", item) for number, item in enumerate(raw or (), 1)) or (Account(),)


def _account(where: str, item: object) -> Account:
    if not isinstance(item, dict) or not set(item) <= {"assume_role_arn", "external_id"}:
        raise RequestError(f"{where} is {item!r}: it must have assume_role_arn, and may have external_id.")
    account = Account(str(item.get("assume_role_arn") or ""), str(item.get("external_id") or ""))
    arn = parse_arn(account.assume_role_arn)
    if arn is None or arn.service != "iam" or not arn.resource.startswith("role/"):
        raise RequestError(f"{where}.assume_role_arn is {account.assume_role_arn!r}: it must be the ARN of a role.")
    return account


def node_filters(filters: Mapping[str, t.Any] | None, *, include_offline: bool) -> dict[str, t.Any]:
    """The filters of DescribeInstanceInformation: those given, and that the node is online unless it may be offline."""
    given = dict(filters or {})
    return given if include_offline else {"PingStatus": ONLINE, **given}


def host_variables(found: Found) -> list[Variables]:
    """The variables of each node, sorted by ID. What AWS has no value for is not set."""
    instances = {
        instance["InstanceId"]: (reservation.get("OwnerId", ""), instance)
        for reservation in found.reservations
        for instance in reservation.get("Instances", ())
    }
    owner = found.place.account.account_id or next((owner for owner, _instance in instances.values()), "")
    tags = {
        **{node: boto3_tag_list_to_ansible_dict(one.get("Tags", [])) for node, (_owner, one) in instances.items()},
        **found.tags,
    }
    described = []
    for node in describe_nodes(found.nodes, tags):
        account_id, instance = instances.get(node["instance_id"], (owner, None))
        described.append(
            {
                **as_variables(node),
                **(_instance_variables(instance) if instance else {}),
                "region": found.place.region,
                **({"account_id": account_id} if account_id else {}),
            }
        )
    return described


def as_variables(node: Mapping[str, t.Any]) -> Variables:
    """A node as a module returns it, with names that Ansible does not reserve and values that a cache keeps."""
    return {_RENAMED.get(name, name): _plain(value) for name, value in node.items()}


def _instance_variables(instance: InstanceTypeDef) -> Variables:
    fields: Mapping[str, t.Any] = t.cast("Mapping[str, t.Any]", instance)
    values = {name: fields.get(field) for name, field in _INSTANCE_FIELDS.items()}
    values["availability_zone"] = fields.get("Placement", {}).get("AvailabilityZone")
    return {name: value for name, value in values.items() if value}


def _plain(value: t.Any) -> t.Any:
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def named_hosts(hosts: Iterable[Variables], preferences: Sequence[str]) -> tuple[dict[str, Variables], list[str]]:
    """Hosts by the first of their names that is set, or by the node ID; and the names that could not be given.

    These are names that several nodes would have, or that mean another host: localhost, and IDs of other nodes.

    :param preferences: names of variables, and C(tag:KEY) for a tag.
    """
    wanted = [(next(_names(host, preferences), host["instance_id"]), host) for host in hosts]
    counts = collections.Counter(name for name, _host in wanted)
    taken = {"localhost", *(host["instance_id"] for _name, host in wanted)}
    refused = dict.fromkeys(
        name for name, host in wanted if counts[name] > 1 or (name in taken and name != host["instance_id"])
    )
    return {host["instance_id"] if name in refused else name: host for name, host in wanted}, list(refused)


def _names(host: Variables, preferences: Sequence[str]) -> Iterator[str]:
    for preference in preferences:
        if preference.startswith(TAG_NAME_PREFIX):
            value = host.get("node_tags", {}).get(preference.removeprefix(TAG_NAME_PREFIX))
        else:
            value = host.get(preference)
        if value and isinstance(value, str):
            yield value
