# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans the removal of an instance profile and its role, and finds what prevents it. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import serialize
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_plan import Step
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import is_made_by_module
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import (
    CORE_MANAGED_POLICY,
    NODE_POLICY,
    managed_policy_arn,
    trust_without_marks,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import ProfileRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import ProfileState, RoleState

NAMED_MAX = 10


@dataclasses.dataclass(frozen=True)
class ProfileUses:
    """What the removal depends on.

    :param associations: the association ID of each instance that uses the profile, by instance ID.
    :param holders: all instance profiles with this role.
    """

    profile: ProfileState | None
    role: RoleState | None
    associations: Mapping[str, str] = dataclasses.field(default_factory=dict)
    holders: tuple[str, ...] = ()

    @property
    def other_holders(self) -> list[str]:
        """The other instance profiles with this role."""
        own = None if self.profile is None else self.profile.name
        return [name for name in self.holders if name != own]

    @property
    def goes_with_role(self) -> bool:
        """Whether the role is deleted too: the module created it, and no other profile has it."""
        return self.role is not None and is_made_by_module(self.role.tags) and not self.other_holders


@dataclasses.dataclass(frozen=True)
class Removal:
    """The associations to remove, then the calls to make; what is kept and why, in one sentence each; what is left."""

    associations: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    kept: tuple[str, ...] = ()
    profile_after: ProfileState | None = None
    role_after: RoleState | None = None

    @property
    def is_change(self) -> bool:
        """Whether there is anything to change."""
        return bool(self.steps)


def plan_removal(around: ProfileUses, request: ProfileRequest, partition: str) -> Removal:
    """The plan to delete the profile, and the role if the module created it.

    The managed policies of the request do not prevent deleting the role.

    :raises RequestError: something uses the profile, the module did not create it, or the role has other policies,
        and the user does not consent.
    """
    profile, consent = around.profile, request.consent
    if profile is not None:
        thing = f"the instance profile {profile.name}"
        if not consent.may_delete(thing, is_made_by_module(profile.tags)):
            return _removal_of_traces(around)
    if not consent.force:
        _refuse_use(around)
        _refuse_others_policies(around, request.managed_policies or (), partition)
    steps = _profile_steps(around) + _role_steps(around)
    role = None if around.goes_with_role else _role_without_traces(around)
    return Removal(
        tuple(around.associations.values()) if profile else (), tuple(steps), tuple(_kept(around)), None, role
    )


def _removal_of_traces(around: ProfileUses) -> Removal:
    """The plan that leaves an adopted profile and its role, without what the module added to the role."""
    profile = t.cast("ProfileState", around.profile)
    is_own_role = around.role is not None and is_made_by_module(around.role.tags)
    sentences = (
        f"The instance profile {profile.name} with its role: this module did not create it, and force is not set.",
    )
    if is_own_role:
        return Removal((), (), sentences, profile, around.role)
    role = _role_without_traces(around)
    held = role if profile.role is not None and role is not None and profile.role.name == role.name else profile.role
    return Removal((), tuple(_role_steps(around)), sentences, dataclasses.replace(profile, role=held), role)


def _role_without_traces(around: ProfileUses) -> RoleState | None:
    role = around.role
    if role is None or around.other_holders:
        return role
    inline = tuple(name for name in role.inline if name != NODE_POLICY)
    return dataclasses.replace(role, inline=inline, node_policy=None, trust=trust_without_marks(role.trust))


def _refuse_use(around: ProfileUses) -> None:
    if around.profile is not None and around.associations:
        raise RequestError(
            f"name: the instance profile {around.profile.name} is used by {_some(sorted(around.associations))};"
            " disassociate it first, or set force."
        )


def _refuse_others_policies(around: ProfileUses, managed_policies: Sequence[str], partition: str) -> None:
    if around.role is None or not around.goes_with_role:
        return
    known = {managed_policy_arn(policy, partition) for policy in (CORE_MANAGED_POLICY, *managed_policies)}
    others = [arn for arn in around.role.attached if arn not in known]
    others += [name for name in around.role.inline if name != NODE_POLICY]
    if others:
        raise RequestError(
            f"name: the role {around.role.name} has other policies than this task's: {_some(others)};"
            " name the attached ones in managed_policies, remove them first, or set force."
        )


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED_MAX
    return ", ".join(names[:NAMED_MAX]) + (f" and {more} more" if more > 0 else "")


def _profile_steps(around: ProfileUses) -> list[Step]:
    profile = around.profile
    if profile is None:
        return []
    steps = [Step("delete_instance_profile", {"name": profile.name})]
    if profile.role is not None:
        removal = {"name": profile.name, "role_name": profile.role.name}
        steps.insert(0, Step("remove_role_from_instance_profile", removal))
    return steps


def _role_steps(around: ProfileUses) -> list[Step]:
    role = around.role
    if role is None or around.other_holders:
        return []
    name = {"role_name": role.name}
    if not around.goes_with_role:
        return _traces_steps(role)
    steps = [Step("detach_policy", {"arn": arn, "kind": "roles", "name": role.name}) for arn in role.attached]
    steps += [Step("delete_role_policy", {**name, "policy_name": policy}) for policy in role.inline]
    return [*steps, Step("delete_role", name)]


def _traces_steps(role: RoleState) -> list[Step]:
    """The calls that take what the module added from a role that it did not create."""
    name, trust = {"role_name": role.name}, trust_without_marks(role.trust)
    steps = [Step("delete_role_policy", {**name, "policy_name": NODE_POLICY})] if NODE_POLICY in role.inline else []
    if trust != role.trust:
        steps.append(Step("update_assume_role_policy", {**name, "document": serialize(trust)}))
    return steps


def _kept(around: ProfileUses) -> list[str]:
    if around.role is None or around.goes_with_role:
        return []
    if around.other_holders:
        return [f"The role {around.role.name}: the instance profiles {_some(around.other_holders)} use it."]
    return [f"The role {around.role.name} and the managed policies attached to it: this module did not create it."]
