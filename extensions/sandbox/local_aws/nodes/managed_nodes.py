# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed nodes: EC2 instances whose role lets the agent connect, and declared hybrid nodes."""

from __future__ import annotations

import dataclasses
import functools
import threading
import time
import typing as t

from ..wire.arns import partition_of
from . import role_rights, simulation
from . import software as installed

if t.TYPE_CHECKING:
    from ..moto.data import Ec2Instance, MotoData

EC2_INSTANCE = "EC2Instance"
MANAGED_INSTANCE = "ManagedInstance"
ONLINE = "Online"
CONNECTION_LOST = "ConnectionLost"
PING_STATUSES: t.Final = frozenset({ONLINE, CONNECTION_LOST, "Inactive"})
PLATFORMS: t.Final = frozenset({"Linux", "Windows", "MacOS"})
PING_STATUS_TAG = "sandbox:ping-status"
PLATFORM_NAMES: t.Final = {
    "Linux": "Amazon Linux",
    "Windows": "Microsoft Windows Server 2022 Datacenter",
    "MacOS": "macOS",
}
PLATFORM_VERSIONS: t.Final = {"Linux": "2023", "Windows": "10.0.20348", "MacOS": "15.1"}


# What is silent for longer is lost: a real agent asks for messages all the time.
AGENT_SILENCE_SECONDS: t.Final = 60.0


class AgentReport(t.NamedTuple):
    """What a real agent says of its node."""

    agent_version: str
    platform_name: str
    platform_version: str
    computer_name: str
    ip_address: str


def _ec2_domain(region: str) -> str:
    """The domain of host names ("EC2 instance hostnames", Amazon EC2 User Guide)."""
    return "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"


@dataclasses.dataclass(frozen=True)
class Node:
    """One managed node.

    role_policies: texts of the policies of its agent's role; role_boundary: that of what limits them, "" for none;
    changed_software: what commands have made of what its tags say; agent: what a real one has reported.
    activation_id: what it was registered with; registered_at: when, in seconds since the epoch.
    """

    instance_id: str
    region: str
    account_id: str
    resource_type: str = EC2_INSTANCE
    platform: str = "Linux"
    ping_status: str = ONLINE
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    ip_address: str = ""
    role_name: str = ""
    role_policies: tuple[str, ...] = ()
    role_boundary: str = ""
    name: str = ""
    agent: AgentReport | None = None
    changed_software: installed.Software | None = None
    activation_id: str = ""
    registered_at: float | None = None

    @property
    def arn(self) -> str:
        """The resource IAM checks SendCommand on."""
        service, kind = ("ec2", "instance") if self.resource_type == EC2_INSTANCE else ("ssm", "managed-instance")
        return f"arn:{partition_of(self.region)}:{service}:{self.region}:{self.account_id}:{kind}/{self.instance_id}"

    @property
    def source_type(self) -> str:
        """Where it comes from, as DescribeInstanceInformation says it."""
        return "AWS::EC2::Instance" if self.resource_type == EC2_INSTANCE else "AWS::SSM::ManagedInstance"

    @property
    def computer_name(self) -> str:
        """Host name of the node; of an instance, as EC2 names it by its ID, since instances of moto share addresses."""
        if self.agent and self.agent.computer_name:
            return self.agent.computer_name
        if self.name:
            return self.name
        if self.resource_type == EC2_INSTANCE:
            return f"{self.instance_id}.{_ec2_domain(self.region)}"
        address = self.ip_address.replace(".", "-")
        return f"ip-{address}-{self.instance_id[-4:]}" if address else self.instance_id

    @property
    def rights(self) -> role_rights.RoleRights:
        """What the agent may do with its role."""
        return role_rights.RoleRights(self.role_policies, self.arn, self.role_boundary)

    def may_read_parameter(self, name: str) -> bool:
        """Whether the agent can read a parameter of the Parameter Store; a hybrid node with no role can."""
        return not self.role_name or self.rights.may_read_parameter(name)

    @property
    def takes_commands(self) -> bool:
        """Whether the agent answers and commands reach it; a hybrid node with no role is let do so."""
        return self.ping_status == ONLINE and (not self.role_name or self.rights.takes_commands())

    @functools.cached_property
    def simulation(self) -> simulation.Simulation | None:
        """What the node does instead of executing scripts; None: it executes them."""
        return simulation.from_tags(self.tags)

    @functools.cached_property
    def software(self) -> installed.Software:
        """What is installed on the node; ValueError for a tag that says nothing."""
        return self.changed_software or installed.from_tags(self.tags)

    @property
    def agent_version(self) -> str:
        """The version of its agent."""
        changed = self.changed_software
        return changed.agent_version if changed else installed.agent_version(self.tags)


class Nodes:
    """The managed nodes of every region, read from moto and from what tests declared."""

    # Reading 10,000 instances takes a third of a second. What requests change is read again at once (forget).
    KEPT_SECONDS: t.ClassVar = 5.0

    def __init__(self, moto: MotoData) -> None:
        self._moto = moto
        self._lock = threading.Lock()
        self.software_changes = installed.SoftwareChanges()
        self._hybrid: dict[str, Node] = {}
        self._ping_statuses: dict[str, str] = {}
        self._platforms: dict[str, str] = {}
        self._read: dict[str, tuple[float, dict[str, Node]]] = {}
        self._expected: dict[str, Node] = {}
        self._heard: dict[str, float] = {}

    def declare(self, node: Node) -> None:
        """Add or replace a hybrid node."""
        with self._lock:
            self._hybrid[node.instance_id] = node
            self._read.clear()

    def remove(self, instance_id: str) -> None:
        """Forget a hybrid node."""
        with self._lock:
            for known in (self._hybrid, self._expected, self._heard, self._ping_statuses, self._platforms):
                known.pop(instance_id, None)
            self._read.clear()

    def expect(self, node: Node) -> None:
        """Add a hybrid node with a real agent, which is there once that reports."""
        with self._lock:
            self._expected[node.instance_id] = node

    def report(self, instance_id: str, platform: str, agent: AgentReport) -> None:
        """Take what the agent of a node that is expected says; ValueError for an unknown node or platform."""
        if platform not in PLATFORMS:
            raise ValueError(f"PlatformType must be one of {', '.join(sorted(PLATFORMS))}, not {platform!r}")
        with self._lock:
            known = self._hybrid.get(instance_id) or self._expected.get(instance_id)
            if known is None:
                raise ValueError(f"{instance_id} was not declared as a node with an agent")
            # The first report of an agent has less than those that follow.
            kept = known.agent or AgentReport("", "", "", "", "")
            merged = AgentReport(*(new or old for new, old in zip(agent, kept, strict=True)))
            self._hybrid[instance_id] = dataclasses.replace(
                known, agent=merged, platform=platform, ip_address=merged.ip_address
            )
            self._heard[instance_id] = time.monotonic()
            self._read.clear()

    def hear(self, instance_id: str) -> bool:
        """Note that a node's agent is alive; whether it has reported."""
        with self._lock:
            if instance_id not in self._heard:
                return False
            was_lost = self._is_lost(instance_id)
            self._heard[instance_id] = time.monotonic()
            if was_lost:
                self._read.clear()
            return True

    def _is_lost(self, instance_id: str) -> bool:
        heard = self._heard.get(instance_id)
        return heard is not None and time.monotonic() > heard + AGENT_SILENCE_SECONDS

    def set_tags(self, instance_id: str, tags: t.Mapping[str, str]) -> None:
        """Give a hybrid node these tags instead of those it has."""
        with self._lock:
            self._hybrid[instance_id] = dataclasses.replace(self._hybrid[instance_id], tags=dict(tags))
            self._read.clear()

    def set_ping_status(self, instance_id: str, ping_status: str) -> None:
        """Make a node's agent answer or not, whatever EC2 says; ValueError for an unknown status."""
        if ping_status not in PING_STATUSES:
            raise ValueError(f"ping_status must be one of {', '.join(sorted(PING_STATUSES))}, not {ping_status!r}")
        with self._lock:
            self._ping_statuses[instance_id] = ping_status
            self._read.clear()

    def set_platform(self, instance_id: str, platform: str) -> None:
        """Make a node's agent report another platform; ValueError for an unknown one."""
        if platform not in PLATFORMS:
            raise ValueError(f"platform must be one of {', '.join(sorted(PLATFORMS))}, not {platform!r}")
        with self._lock:
            self._platforms[instance_id] = platform
            self._read.clear()

    def software(self, node: Node) -> installed.Software:
        """What is installed on a node by now."""
        return self.software_changes.get(node.instance_id, node.tags) or installed.from_tags(node.tags)

    def set_software(self, node: Node, changed: installed.Software) -> None:
        """Note what a command has made of it."""
        if changed != self.software(node):
            self.software_changes.put(node.instance_id, node.tags, changed)
            self.forget()

    def forget(self) -> None:
        """Read moto again next time; called when a request may have changed EC2 or IAM."""
        with self._lock:
            self._read.clear()

    def clear(self) -> None:
        """Forget everything that was declared."""
        with self._lock:
            for declared in (
                self._hybrid,
                self._ping_statuses,
                self._platforms,
                self._read,
                self._expected,
                self._heard,
            ):
                declared.clear()
        self.software_changes.clear()

    def managed(self, region: str) -> t.Mapping[str, Node]:
        """Managed nodes of a region by id, in the order of their ids."""
        with self._lock:
            read_at, nodes = self._read.get(region, (0.0, {}))
        if read_at and time.monotonic() - read_at < self.KEPT_SECONDS:
            return nodes
        started = time.monotonic()
        nodes = self._read_nodes(region)
        with self._lock:
            self._read[region] = (started, nodes)
        return nodes

    def everywhere(self) -> list[Node]:
        """The managed nodes of all regions."""
        regions = set(self._moto.ec2_regions())
        with self._lock:
            regions.update(node.region for node in self._hybrid.values())
        return [node for region in sorted(regions) for node in self.managed(region).values()]

    def _read_nodes(self, region: str) -> dict[str, Node]:
        instances = self._moto.instances(region)
        with self._lock:
            nodes = (self._of_instance(instance, region) for instance in instances)
            found = [node for node in nodes if node.rights.is_managed()]
            hybrid = [self._reported(node) for node in self._hybrid.values() if node.region == region]
        return {node.instance_id: node for node in sorted(found + hybrid, key=lambda node: node.instance_id)}

    def _of_instance(self, instance: Ec2Instance, region: str) -> Node:
        return self._reported(
            Node(
                instance_id=instance.instance_id,
                region=region,
                account_id=self._moto.account_id,
                platform=instance.platform,
                ping_status=ONLINE if instance.state == "running" else CONNECTION_LOST,
                tags=instance.tags,
                ip_address=instance.private_ip,
                role_name=instance.role_name,
                role_policies=instance.role_policies,
                role_boundary=instance.role_boundary,
            )
        )

    def _reported(self, node: Node) -> Node:
        tagged = node.tags.get(PING_STATUS_TAG)
        tagged = tagged if tagged in PING_STATUSES else node.ping_status
        tagged = CONNECTION_LOST if self._is_lost(node.instance_id) else tagged
        ping_status = self._ping_statuses.get(node.instance_id, tagged)
        platform = self._platforms.get(node.instance_id, node.platform)
        changed = self.software_changes.get(node.instance_id, node.tags)
        if (ping_status, platform, changed) == (node.ping_status, node.platform, None):
            return node
        return dataclasses.replace(node, ping_status=ping_status, platform=platform, changed_software=changed)


def instance_information(node: Node, now: float) -> dict[str, t.Any]:
    """A node as DescribeInstanceInformation describes it; now: seconds since the epoch."""
    name, version = PLATFORM_NAMES[node.platform], PLATFORM_VERSIONS[node.platform]
    agent = node.agent or AgentReport(node.agent_version, name, version, "", "")
    described: dict[str, t.Any] = {
        "InstanceId": node.instance_id,
        "PingStatus": node.ping_status,
        "LastPingDateTime": now if node.ping_status == ONLINE else now - 600,
        "AgentVersion": agent.agent_version,
        "IsLatestVersion": agent.agent_version == installed.NEWEST_AGENT,
        "PlatformType": node.platform,
        "PlatformName": agent.platform_name,
        "PlatformVersion": agent.platform_version,
        "ResourceType": node.resource_type,
        "IPAddress": node.ip_address,
        "ComputerName": node.computer_name,
        "SourceId": node.instance_id,
        "SourceType": node.source_type,
    }
    if node.resource_type == MANAGED_INSTANCE:
        registered_at = now - 86_400 if node.registered_at is None else node.registered_at
        described |= {"Name": node.name, "IamRole": node.role_name, "RegistrationDate": registered_at}
        described |= {"ActivationId": node.activation_id} if node.activation_id else {}
    return described
