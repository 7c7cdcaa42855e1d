# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attaches an instance profile to instances: finds them, associates it, and waits until they are online."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import (
    AnsibleAWSError,
    is_ansible_aws_error_code,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.association_task import (
    AssociationReport,
    NodeHealth,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import (
    AssociationResult,
    DesiredState,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations_calls import (
    ensure_associations,
    find_profile,
    preview,
    read_role_rights,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import (
    GONE_INSTANCE_STATES,
    KEPT_INSTANCE_STATES,
    ONLINE,
    STARTED_INSTANCE_STATES,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes_calls import (
    read_nodes,
    wait_for_online,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.offline import explain_offline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.association_task import AssociationRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes_calls import Nodes
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ec2.type_defs import InstanceTypeDef
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import InstanceProfileTypeDef
    from mypy_boto3_ssm.client import SSMClient

# A profile that another program has just created may not be visible to readers of IAM yet.
PROFILE_GRACE = 10


@dataclasses.dataclass(frozen=True)
class Clients:
    """The clients of one task; that of SSM only for wait_online."""

    ec2: EC2Client
    iam: IAMClient
    ssm: SSMClient | None = None


class AssociationTask:
    """One request, carried out with these clients before one deadline."""

    def __init__(self, clients: Clients, request: AssociationRequest, deadline: Deadline | None = None) -> None:
        self._clients = clients
        self._request = request
        self._deadline = deadline or Deadline(request.wait_timeout)

    def run(self, *, check_mode: bool) -> AssociationReport:
        """The result of each instance, in check mode the expected one.

        :raises RequestError: there is no instance profile with this name.
        :raises AnsibleAWSError: the instances or their profiles could not be read at all.
        """
        instances = self._find_instances()
        ids = self._request.instance_ids or sorted(instances)
        if not ids:
            return AssociationReport((), None, ("No instance was given, or matches filters and tags.",))
        profile, warnings = self._find_profile(check_mode=check_mode)
        desired = DesiredState(
            profile_name=self._request.name,
            profile_id=profile["InstanceProfileId"] if profile else None,
            on_conflict=self._request.on_conflict,
            absent=self._request.absent,
        )
        results = {
            node: self._result_of_missing(node, instances.get(node)) for node in ids if self._is_gone(node, instances)
        }
        present = [node for node in ids if node not in results]
        for result in self._associate(present, desired, check_mode=check_mode):
            results[result.instance_id] = result
        ordered = [results[node] for node in ids]
        health = self._see_health(ordered, instances, check_mode=check_mode) if self._request.wait_online else None
        return AssociationReport(ordered, health, warnings)

    def _associate(self, ids: Sequence[str], desired: DesiredState, *, check_mode: bool) -> list[AssociationResult]:
        if not ids:
            return []
        if check_mode:
            return preview(self._clients.ec2, ids, desired)
        return ensure_associations(self._clients.ec2, ids, desired, self._deadline, wait=self._request.wait)

    def _find_instances(self) -> dict[str, InstanceTypeDef]:
        ids = self._request.instance_ids
        if ids is None:
            filters = {"instance-state-name": KEPT_INSTANCE_STATES, **self._request.filters}
            found = ec2.describe_instances(self._clients.ec2, filters)
        else:
            found = self._describe(ids)
        return {instance["InstanceId"]: instance for instance in found}

    def _describe(self, ids: Sequence[str]) -> list[InstanceTypeDef]:
        return [
            instance
            for part in chunks(ids, ec2.FILTER_VALUES_MAX)
            for instance in ec2.describe_instances(self._clients.ec2, {"instance-id": part})
        ]

    def _find_profile(self, *, check_mode: bool) -> tuple[InstanceProfileTypeDef | None, tuple[str, ...]]:
        name = self._request.name
        if self._request.absent or name is None:
            return None, ()
        grace = Deadline(0 if check_mode else min(PROFILE_GRACE, self._deadline.remaining()))
        try:
            profile = find_profile(self._clients.iam, name, grace)
        except is_ansible_aws_error_code("AccessDenied"):
            # A caller who may associate profiles may lack permissions to read IAM; EC2 reports a missing profile.
            return None, ()
        if profile is not None:
            return profile, ()
        missing = f"name: there is no instance profile {name!r} in this account"
        if check_mode:
            return None, (f"{missing} yet.",)
        raise RequestError(f"{missing}; allowed is one that exists.")

    @staticmethod
    def _is_gone(instance_id: str, instances: Mapping[str, InstanceTypeDef]) -> bool:
        return instance_id not in instances or instances[instance_id]["State"]["Name"] in GONE_INSTANCE_STATES

    def _result_of_missing(self, instance_id: str, instance: InstanceTypeDef | None) -> AssociationResult:
        reason = f"is {instance['State']['Name']}" if instance else "is not an instance of this account and region"
        outcome: t.Literal["unchanged", "failed"] = "unchanged" if self._request.absent else "failed"
        return AssociationResult(instance_id, outcome, "", "", None, "", reason)

    def _see_health(
        self, results: Sequence[AssociationResult], instances: Mapping[str, InstanceTypeDef], *, check_mode: bool
    ) -> dict[str, NodeHealth]:
        profiles = {item.instance_id: item.after for item in results if item.outcome != "failed"}
        if check_mode:
            ssm = t.cast("SSMClient", self._clients.ssm)
            pings = _ping_statuses(read_nodes(ssm, list(profiles), {}) if profiles else [])
            return {node: NodeHealth(pings.get(node, ""), "") for node in profiles}
        try:
            return self._wait_for_health(profiles, instances)
        except AnsibleAWSError as error:
            # The associations have been made, and the result must have them.
            return {node: NodeHealth("", f"its state in SSM was not read: {error}") for node in profiles}

    def _wait_for_health(
        self, profiles: Mapping[str, str], instances: Mapping[str, InstanceTypeDef]
    ) -> dict[str, NodeHealth]:
        ssm = t.cast("SSMClient", self._clients.ssm)
        startable = [node for node in profiles if instances[node]["State"]["Name"] in STARTED_INSTANCE_STATES]
        nodes: Nodes = []
        late: set[str] = set()
        if startable:
            nodes, late = wait_for_online(lambda: read_nodes(ssm, startable, {}), lambda _: startable, self._deadline)
        offline = {node: name for node, name in profiles.items() if node in late or node not in startable}
        health = {node: NodeHealth(ONLINE, "") for node in profiles if node not in offline}
        return health | self._explain(offline, instances, nodes) if offline else health

    def _explain(
        self, offline: Mapping[str, str], instances: Mapping[str, InstanceTypeDef], nodes: Nodes
    ) -> dict[str, NodeHealth]:
        rights = {name: read_role_rights(self._clients.iam, name) for name in set(offline.values())}
        known = {node["InstanceId"]: node for node in nodes}
        pings = _ping_statuses(nodes)
        latest = {**instances, **self._read_again(list(offline))}
        return {
            node: NodeHealth(pings.get(node, ""), explain_offline(latest[node], known.get(node), rights[name]))
            for node, name in offline.items()
        }

    def _read_again(self, ids: Sequence[str]) -> dict[str, InstanceTypeDef]:
        """The instances as they are now; none if this read is refused, as their first one still explains a little."""
        try:
            return {instance["InstanceId"]: instance for instance in self._describe(ids)}
        except AnsibleAWSError:
            return {}


def _ping_statuses(nodes: Nodes) -> dict[str, str]:
    return {node["InstanceId"]: node.get("PingStatus", "") for node in nodes}
