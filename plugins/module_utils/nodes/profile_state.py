# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An instance profile and its role as they are, and as the module returns them. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import is_marked

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_iam.type_defs import InstanceProfileTypeDef, RoleTypeDef

MAKER: t.Final = "instance_profile"


@dataclasses.dataclass(frozen=True)
class RoleState:
    """A role. `tags` and `permissions_boundary` are None if they were not read; no boundary is C("")."""

    name: str
    arn: str
    path: str
    trust: dict[str, t.Any]
    attached: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    node_policy: dict[str, t.Any] | None = None
    tags: dict[str, str] | None = None
    permissions_boundary: str | None = None


@dataclasses.dataclass(frozen=True)
class ProfileState:
    """An instance profile; the ID and the date are None if it does not exist yet."""

    name: str
    arn: str
    path: str
    profile_id: str | None
    create_date: str | None
    tags: dict[str, str]
    role: RoleState | None


def is_made_by_module(tags: Mapping[str, str] | None) -> bool:
    """Whether the tags of a role or an instance profile include the module's tag."""
    return is_marked(tags, MAKER)


def account_of(arn: str) -> str:
    """The account in an ARN."""
    return arn.split(":")[4]


def parse_role(role: RoleTypeDef) -> RoleState:
    """A role in GetInstanceProfile's response: without tags and boundary."""
    return RoleState(
        name=role["RoleName"],
        arn=role["Arn"],
        path=role["Path"],
        trust=dict(t.cast("Mapping[str, t.Any]", role.get("AssumeRolePolicyDocument", {}))),
    )


def parse_role_details(role: RoleTypeDef) -> RoleState:
    """A role in GetRole's response."""
    return dataclasses.replace(
        parse_role(role),
        tags=boto3_tag_list_to_ansible_dict(role.get("Tags", [])),
        permissions_boundary=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
    )


def parse_profile(profile: InstanceProfileTypeDef, role: RoleState | None) -> ProfileState:
    """An instance profile with its role."""
    return ProfileState(
        name=profile["InstanceProfileName"],
        arn=profile["Arn"],
        path=profile["Path"],
        profile_id=profile["InstanceProfileId"],
        create_date=profile["CreateDate"].isoformat(),
        tags=boto3_tag_list_to_ansible_dict(profile.get("Tags", [])),
        role=role,
    )


def describe_profile(profile: ProfileState | None) -> dict[str, t.Any]:
    """An instance profile as the module returns it; empty if there is none."""
    if profile is None:
        return {}
    roles = [] if profile.role is None else [_describe_identity(profile.role)]
    return {
        "arn": profile.arn,
        "create_date": profile.create_date,
        "instance_profile_id": profile.profile_id,
        "instance_profile_name": profile.name,
        "path": profile.path,
        "roles": roles,
        "tags": profile.tags,
    }


def describe_role(role: RoleState | None) -> dict[str, t.Any]:
    """A role with its policies as the module returns it; empty if there is none. Omits what was not read."""
    if role is None:
        return {}
    details: dict[str, t.Any] = {}
    if role.tags is not None:
        details["tags"] = role.tags
    if role.permissions_boundary is not None:
        details["permissions_boundary"] = role.permissions_boundary
    return {
        **_describe_identity(role),
        "assume_role_policy_document": role.trust,
        "attached_policies": list(role.attached),
        "inline_policies": list(role.inline),
        "policy_document": role.node_policy or {},
        **details,
    }


def _describe_identity(role: RoleState) -> dict[str, str]:
    return {"arn": role.arn, "path": role.path, "role_name": role.name}
