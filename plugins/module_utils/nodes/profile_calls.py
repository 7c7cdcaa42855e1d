# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an instance profile with its role, carries out a plan, and waits for the result."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import (
    AnsibleAWSError,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2, iam, iam_policies
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import LIVE_STATES
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import ProfileUses
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import (
    is_made_by_module,
    parse_profile,
    parse_role,
    parse_role_details,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import NODE_POLICY

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_plan import Plan, Step
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import Removal
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import ProfileRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import ProfileState, RoleState
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient

POLL_DELAY = 1.0
# The calls that a step of a plan can name.
CALLS: dict[str, Callable[..., object]] = {
    "create_role": iam.create_role,
    "update_assume_role_policy": iam.update_assume_role_policy,
    "put_role_permissions_boundary": iam.put_role_permissions_boundary,
    "delete_role_permissions_boundary": iam.delete_role_permissions_boundary,
    "attach_policy": iam_policies.attach_policy,
    "detach_policy": iam_policies.detach_policy,
    "put_role_policy": iam.put_role_policy,
    "delete_role_policy": iam.delete_role_policy,
    "tag_role": iam.tag_role,
    "untag_role": iam.untag_role,
    "delete_role": iam.delete_role,
    "create_instance_profile": iam.create_instance_profile,
    "tag_instance_profile": iam.tag_instance_profile,
    "untag_instance_profile": iam.untag_instance_profile,
    "add_role_to_instance_profile": iam.add_role_to_instance_profile,
    "remove_role_from_instance_profile": iam.remove_role_from_instance_profile,
    "delete_instance_profile": iam.delete_instance_profile,
}


def read_profile_and_role(client: IAMClient, request: ProfileRequest) -> tuple[ProfileState | None, RoleState | None]:
    """The instance profile with its role, and the role of the request; None for what does not exist."""
    found = iam.get_instance_profile(client, request.name)
    held = parse_role(found["Roles"][0]) if found is not None and found["Roles"] else None
    name = request.role_name or (held.name if held else request.name)
    answer = iam.get_role(client, name)
    role = None if answer is None else _with_policies(client, parse_role_details(answer))
    if held is not None and role is not None and held.name == role.name:
        held = role
    return None if found is None else parse_profile(found, held), role


def _with_policies(client: IAMClient, role: RoleState) -> RoleState:
    inline = iam.list_role_policies(client, role.name)
    return dataclasses.replace(
        role,
        attached=tuple(iam.list_attached_role_policies(client, role.name)),
        inline=tuple(inline),
        node_policy=iam.get_role_policy(client, role.name, NODE_POLICY) if NODE_POLICY in inline else None,
    )


def read_surroundings(client: IAMClient, ec2_client: EC2Client, request: ProfileRequest) -> ProfileUses:
    """Read what the removal of the instance profile and its role depends on."""
    found = iam.get_instance_profile(client, request.name)
    held = parse_role(found["Roles"][0]) if found is not None and found["Roles"] else None
    role_name = request.role_name or (held.name if held else request.name)
    answer = iam.get_role(client, role_name)
    role = None if answer is None else parse_role_details(answer)
    holders: tuple[str, ...] = ()
    if role is not None:
        role = _with_policies(client, role)
        if is_made_by_module(role.tags):
            holders = tuple(iam.list_instance_profiles_for_role(client, role.name))
    profile = None if found is None else parse_profile(found, held)
    associations = {} if profile is None else _users(ec2_client, profile.arn)
    return ProfileUses(profile, role, associations, holders)


def _users(client: EC2Client, arn: str) -> dict[str, str]:
    return {
        association["InstanceId"]: association["AssociationId"]
        for association in ec2.describe_associations(client, {"state": LIVE_STATES})
        if association["IamInstanceProfile"]["Arn"] == arn
    }


def apply_plan(client: IAMClient, plan: Plan, deadline: Deadline) -> None:
    """Make the calls of a plan. A call that does not see the result of an earlier one is retried until the deadline."""
    made = [
        str(step.arguments.get("RoleName") or step.arguments["name"])
        for step in plan.steps
        if step.call.startswith("create_")
    ]
    # IAM also returns NoSuchEntity for a managed policy; waiting helps only for what was just created.
    names = re.compile("|".join(rf"(?<![\w/+=,.@-]){re.escape(name)}(?![\w+=,@-])" for name in made) or "(?!)")
    for step in plan.steps:
        _make_call(client, step, deadline, ("NoSuchEntity", names))


def apply_removal(client: IAMClient, ec2_client: EC2Client, removal: Removal, deadline: Deadline) -> None:
    """Remove the associations, the instance profile and its role.

    A call that still sees what an earlier one removed is retried until the deadline.
    """
    for association_id in removal.associations:
        ec2.disassociate_instance_profile(ec2_client, association_id)
    for step in removal.steps:
        _make_call(client, step, deadline, ("DeleteConflict", re.compile("")))


def _make_call(client: IAMClient, step: Step, deadline: Deadline, passing: tuple[str, re.Pattern[str]]) -> None:
    """Make a call, retrying while it fails with the code and text of a temporary error."""
    code, text = passing
    while True:
        try:
            CALLS[step.call](client, **step.arguments)
        except AnsibleAWSError as error:
            if error_code(error) == "EntityAlreadyExists" and _is_made(client, step):
                return
            if error_code(error) != code or deadline.expired or not text.search(str(error)):
                raise
            deadline.sleep(POLL_DELAY)
        else:
            return


def _is_made(client: IAMClient, step: Step) -> bool:
    """Whether an earlier attempt of this step made what now exists already: its answer was lost."""
    if step.call == "create_role":
        role = iam.get_role(client, step.arguments["RoleName"])
        return role is not None and is_made_by_module(parse_role_details(role).tags)
    if step.call == "create_instance_profile":
        profile = iam.get_instance_profile(client, step.arguments["name"])
        return profile is not None and is_made_by_module(parse_profile(profile, None).tags)
    return False


def wait_until_readable(client: IAMClient, name: str, role_name: str, deadline: Deadline) -> ProfileState:
    """The instance profile with its role, once both, and the role in the profile, are visible to readers of IAM.

    :raises AnsibleAWSError: they are not before the deadline.
    """
    role = None
    while True:
        role = role or iam.get_role(client, role_name)
        profile = iam.get_instance_profile(client, name) if role else None
        if profile is not None and [held["RoleName"] for held in profile["Roles"]] == [role_name]:
            return parse_profile(profile, parse_role(profile["Roles"][0]))
        if deadline.expired:
            raise AnsibleAWSError(
                f"Timeout trying to read the instance profile {name} with the role {role_name}: raise wait_timeout"
            )
        deadline.sleep(POLL_DELAY)


def wait_until_gone(client: IAMClient, name: str, deadline: Deadline) -> None:
    """Return once the instance profile is no longer visible to readers of IAM.

    :raises AnsibleAWSError: it still is at the deadline.
    """
    while iam.get_instance_profile(client, name) is not None:
        if deadline.expired:
            raise AnsibleAWSError(f"Timeout waiting until the instance profile {name} is gone: raise wait_timeout")
        deadline.sleep(POLL_DELAY)
