# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources that a request of EC2 names: their ids say of which type they are. Pure."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .calls import Call
    from .reference import ResourceType

# How the ids of a resource type begin.
_PREFIXES: t.Final[Mapping[str, str]] = {
    "capacity-reservation": "cr",
    "customer-gateway": "cgw",
    "dhcp-options": "dopt",
    "egress-only-internet-gateway": "eigw",
    "elastic-ip": "eipalloc",
    "fleet": "fleet",
    "host-reservation": "hr",
    "image": "ami",
    "instance": "i",
    "internet-gateway": "igw",
    "launch-template": "lt",
    "natgateway": "nat",
    "network-acl": "acl",
    "network-interface": "eni",
    "placement-group": "pg",
    "prefix-list": "pl",
    "route-table": "rtb",
    "security-group": "sg",
    "security-group-rule": "sgr",
    "snapshot": "snap",
    "spot-fleet-request": "sfr",
    "spot-instances-request": "sir",
    "subnet": "subnet",
    "transit-gateway": "tgw",
    "transit-gateway-attachment": "tgw-attach",
    "transit-gateway-route-table": "tgw-rtb",
    "volume": "vol",
    "vpc": "vpc",
    "vpc-endpoint": "vpce",
    "vpc-flow-log": "fl",
    "vpc-peering-connection": "pcx",
    "vpn-connection": "vpn",
    "vpn-gateway": "vgw",
}
_ID: t.Final = re.compile(r"(?P<prefix>[a-z-]+)-\w+")
# Parameters whose values are ids of resources; a tag or a name may look like one.
_HOLDS_IDS: t.Final = re.compile(r".*(?:Id|Ids|Resources|Groups)")
_VARIABLE: t.Final = re.compile(r"\$\{(?!Partition|Region|Account)(\w+)\}")


def named_in(call: Call, kind: ResourceType) -> list[Mapping[str, str]]:
    """What stands for the variable of a type's ARN, for each resource of the type in the call; each once."""
    variable = _VARIABLE.findall(kind.arn)[-1]
    prefix = _PREFIXES.get(kind.name)
    names = [one for one in _ids(call.parameters, "") if (found := _ID.fullmatch(one)) and found["prefix"] == prefix]
    if kind.name == "instance":
        names += [call.account.instance_of_association(one) for one in call.values("AssociationId")]
    if kind.name == "key-pair":
        names += call.values("KeyName")
    return [{variable: name} for name in dict.fromkeys(names) if name]


def names_others(call: Call, kinds: Iterable[ResourceType]) -> bool:
    """Whether a request gives or takes tags of a resource whose type its id does not tell."""
    prefixes = {_PREFIXES.get(kind.name) for kind in kinds}
    found = (_ID.fullmatch(one) for one in call.values("Resources"))
    return any(match is None or match["prefix"] not in prefixes for match in found)


def _ids(value: t.Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _ids(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, name)
    elif isinstance(value, str) and _HOLDS_IDS.fullmatch(name):
        yield value
