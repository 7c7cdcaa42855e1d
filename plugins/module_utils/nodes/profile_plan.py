# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the calls from an instance profile as it is to the wanted one. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import document_size, serialize
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import same_meaning
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import (
    MAKER,
    ProfileState,
    RoleState,
    is_made_by_module,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import (
    CORE_MANAGED_POLICY,
    NODE_POLICY,
    has_core,
    managed_policy_arn,
    node_policy,
    other_trust,
    trust_document,
    unasked_statements,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import MARK_KEY, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
        CorePolicy,
        ProfileRequest,
    )

ROLE_DESCRIPTION = "Lets instances be managed nodes of AWS Systems Manager and take Run Command commands"
# The total size of a role's inline policies.
ROLE_POLICY_MAX_SIZE = 10240


@dataclasses.dataclass(frozen=True)
class Step:
    """One call: its name in profile_calls.py, and its arguments after the client."""

    call: str
    arguments: dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Plan:
    """The calls to make, in order, and the state they lead to (None: no instance profile)."""

    before: ProfileState | None
    after: ProfileState | None
    steps: tuple[Step, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.steps)


@dataclasses.dataclass(frozen=True)
class Place:
    """The partition and the account of the ARNs."""

    partition: str
    account: str


def plan_present(profile: ProfileState | None, role: RoleState | None, request: ProfileRequest, place: Place) -> Plan:
    """The plan for the wanted instance profile.

    :param profile: the instance profile, with its current role.
    :param role: the role that it should contain; None if it does not exist.
    :raises RequestError: the wanted state is not possible, or the module made neither and the user does not adopt it.
    """
    _check_owner(profile, role, request)
    if profile is not None and request.path is not None and request.path != profile.path:
        raise RequestError(
            f"path: the instance profile {profile.name} has the path {profile.path!r}, which IAM cannot change to"
            f" {request.path!r}; delete it first or leave path out."
        )
    new_role, role_steps = _plan_role(role, request, place)
    after, profile_steps = _plan_profile(profile, new_role, request, place)
    return Plan(before=profile, after=after, steps=(*role_steps, *profile_steps))


def _check_owner(profile: ProfileState | None, role: RoleState | None, request: ProfileRequest) -> None:
    if profile is not None:
        request.consent.check_change(f"the instance profile {profile.name}", is_made_by_module(profile.tags))
    if role is not None:
        request.consent.check_change(f"the role {role.name}", is_made_by_module(role.tags))


def _plan_profile(
    profile: ProfileState | None, role: RoleState, request: ProfileRequest, place: Place
) -> tuple[ProfileState, list[Step]]:
    name = request.name
    add_role = Step("add_role_to_instance_profile", {"name": name, "role_name": role.name})
    if profile is None:
        path, tags = request.path or "/", marked(request.tags, MAKER)
        arn = f"arn:{place.partition}:iam::{place.account}:instance-profile{path}{name}"
        creation = Step("create_instance_profile", {"name": name, "path": path, "tags": tags})
        return ProfileState(name, arn, path, None, None, tags, role), [creation, add_role]
    steps: list[Step] = []
    held = profile.role
    if held is not None and held.name != role.name:
        steps.append(Step("remove_role_from_instance_profile", {"name": name, "role_name": held.name}))
    if held is None or held.name != role.name:
        steps.append(add_role)
    tags, tag_steps = _plan_tags(profile.tags, request, ("instance_profile", {"name": name}))
    return dataclasses.replace(profile, role=role, tags=tags), steps + tag_steps


def _plan_role(role: RoleState | None, request: ProfileRequest, place: Place) -> tuple[RoleState, list[Step]]:
    steps: list[Step] = []
    if role is None:
        role, creation = _new_role(request, place)
        steps.append(creation)
    trust = trust_document(role.trust, request.also_hybrid, place.partition, place.account)
    if not same_meaning(trust, role.trust):
        steps.append(Step("update_assume_role_policy", {"role_name": role.name, "document": serialize(trust)}))
        role = dataclasses.replace(role, trust=trust)
    role, boundary_steps = _plan_boundary(role, request)
    role, policy_steps = _plan_policies(role, request, place)
    steps += boundary_steps + policy_steps
    if role.tags is not None:
        tags, tag_steps = _plan_tags(role.tags, request, ("role", {"role_name": role.name}))
        role, steps = dataclasses.replace(role, tags=tags), steps + tag_steps
    return role, steps


def _new_role(request: ProfileRequest, place: Place) -> tuple[RoleState, Step]:
    name, path = request.role_name or request.name, request.path or "/"
    trust = trust_document(None, request.also_hybrid, place.partition, place.account)
    tags = marked(request.tags, MAKER)
    creation: dict[str, t.Any] = {
        "RoleName": name,
        "Path": path,
        "AssumeRolePolicyDocument": serialize(trust),
        "Description": ROLE_DESCRIPTION,
        "Tags": tags,
    }
    if request.permissions_boundary:
        creation["PermissionsBoundary"] = request.permissions_boundary
    role = RoleState(
        name=name,
        arn=f"arn:{place.partition}:iam::{place.account}:role{path}{name}",
        path=path,
        trust=trust,
        tags=tags,
        permissions_boundary=request.permissions_boundary or "",
    )
    return role, Step("create_role", creation)


def _plan_boundary(role: RoleState, request: ProfileRequest) -> tuple[RoleState, list[Step]]:
    wanted = request.permissions_boundary
    if wanted is None or wanted == role.permissions_boundary:
        return role, []
    step = Step("delete_role_permissions_boundary", {"role_name": role.name})
    if wanted:
        step = Step("put_role_permissions_boundary", {"role_name": role.name, "policy_arn": wanted})
    return dataclasses.replace(role, permissions_boundary=wanted), [step]


def _plan_policies(role: RoleState, request: ProfileRequest, place: Place) -> tuple[RoleState, list[Step]]:
    core = _wanted_core(role, request, place)
    attached, attachment_steps = _plan_attachments(role, request, core, place)
    core_inline = None if core is None else core == "inline"
    document = node_policy(role.node_policy, request, core_inline, place.partition, place.account)
    document, document_steps = _plan_document(role, document)
    inline = {name for name in role.inline if name != NODE_POLICY} | ({NODE_POLICY} if document else set())
    after = dataclasses.replace(role, attached=attached, inline=tuple(sorted(inline)), node_policy=document)
    # Permissions are added before others are removed, so that a node always has its core permissions.
    gives = ("attach_policy", "put_role_policy")
    return after, sorted(attachment_steps + document_steps, key=lambda step: step.call not in gives)


def _wanted_core(role: RoleState, request: ProfileRequest, place: Place) -> CorePolicy | None:
    has_any = managed_policy_arn(CORE_MANAGED_POLICY, place.partition) in role.attached or has_core(role.node_policy)
    return request.core_policy or (None if has_any else "managed")


def _plan_attachments(
    role: RoleState, request: ProfileRequest, core: CorePolicy | None, place: Place
) -> tuple[tuple[str, ...], list[Step]]:
    core_arn = managed_policy_arn(CORE_MANAGED_POLICY, place.partition)
    named = [managed_policy_arn(policy, place.partition) for policy in request.managed_policies or ()]
    wanted = dict.fromkeys([core_arn, *named] if core == "managed" else named)
    unwanted = [core_arn] if core == "inline" else []
    if request.purge_managed_policies and request.managed_policies is not None:
        unwanted += [arn for arn in role.attached if arn != core_arn]
    attach = [arn for arn in wanted if arn not in role.attached]
    detach = [arn for arn in role.attached if arn in unwanted and arn not in wanted]
    steps = [Step("attach_policy", {"arn": arn, "kind": "roles", "name": role.name}) for arn in attach]
    steps += [Step("detach_policy", {"arn": arn, "kind": "roles", "name": role.name}) for arn in detach]
    return tuple(sorted({*role.attached, *attach} - {*detach})), steps


def _plan_document(role: RoleState, document: dict[str, t.Any] | None) -> tuple[dict[str, t.Any] | None, list[Step]]:
    current = role.node_policy
    if document is None:
        name = {"role_name": role.name, "policy_name": NODE_POLICY}
        return None, [] if current is None else [Step("delete_role_policy", name)]
    if current is not None and same_meaning(current, document):
        return current, []
    size = document_size(document)
    if size > ROLE_POLICY_MAX_SIZE:
        raise RequestError(
            "cloudwatch_log_groups, output_s3_buckets and agent_s3_regions: they make a role policy of"
            f" {size} characters; allowed are at most {ROLE_POLICY_MAX_SIZE}, so give fewer or use wildcards."
        )
    arguments = {"role_name": role.name, "policy_name": NODE_POLICY, "document": serialize(document)}
    return document, [Step("put_role_policy", arguments)]


def _plan_tags(
    current: Mapping[str, str], request: ProfileRequest, resource: tuple[str, dict[str, str]]
) -> tuple[dict[str, str], list[Step]]:
    if request.tags is None:
        return dict(current), []
    kind, name = resource
    to_set = {key: value for key, value in request.tags.items() if current.get(key) != value}
    others = sorted(key for key in current if key not in request.tags and key != MARK_KEY)
    # What was adopted keeps the tags that others gave it.
    to_remove = others if request.purge_tags and is_made_by_module(current) else []
    steps = [Step(f"untag_{kind}", {**name, "keys": to_remove})] if to_remove else []
    if to_set:
        steps.append(Step(f"tag_{kind}", {**name, "tags": to_set}))
    return {key: value for key, value in current.items() if key not in to_remove} | to_set, steps


def find_drift(role: RoleState, request: ProfileRequest, partition: str) -> dict[str, t.Any]:
    """What the role has that the request does not name: it is reported and not changed."""
    known = {managed_policy_arn(policy, partition) for policy in request.managed_policies or ()}
    known.add(managed_policy_arn(CORE_MANAGED_POLICY, partition))
    return {
        "attached_policies": [arn for arn in role.attached if arn not in known],
        "inline_policies": [name for name in role.inline if name != NODE_POLICY],
        "policy_statements": unasked_statements(role.node_policy, request),
        "trust_statements": other_trust(role.trust, request.also_hybrid),
    }
