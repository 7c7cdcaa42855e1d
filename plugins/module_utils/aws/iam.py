# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM roles and instance profiles: one API call per function. Managed policies and attachments: see iam_policies."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import ansible_dict_to_boto3_tag_list
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_lookup,
    aws_write,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import InstanceProfileTypeDef, RoleTypeDef

MISSING = ("NoSuchEntity",)
PAGE_SIZE = 1000


@aws_lookup("get the instance profile", missing=MISSING)
def get_instance_profile(client: IAMClient, name: str) -> InstanceProfileTypeDef:
    """GetInstanceProfile's C(InstanceProfile) with its tags and role; None if it does not exist."""
    answer = client.get_instance_profile(InstanceProfileName=name)
    return t.cast("InstanceProfileTypeDef", answer_field(answer, "InstanceProfile"))


@aws_lookup("get the role", missing=MISSING)
def get_role(client: IAMClient, name: str) -> RoleTypeDef:
    """GetRole's C(Role) with its tags and permissions boundary; None if it does not exist."""
    return t.cast("RoleTypeDef", answer_field(client.get_role(RoleName=name), "Role"))


@aws_call("list the managed policies of the role")
def list_attached_role_policies(client: IAMClient, role_name: str) -> list[str]:
    """The ARNs of the managed policies attached to the role, all pages, sorted."""
    pages = client.get_paginator("list_attached_role_policies").paginate(
        RoleName=role_name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(policy["PolicyArn"] for page in pages for policy in answer_field(page, "AttachedPolicies"))


@aws_call("list the inline policies of the role")
def list_role_policies(client: IAMClient, role_name: str) -> list[str]:
    """The names of the role's inline policies, all pages, sorted."""
    pages = client.get_paginator("list_role_policies").paginate(
        RoleName=role_name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(name for page in pages for name in answer_field(page, "PolicyNames"))


@aws_lookup("get the inline policy of the role", missing=MISSING)
def get_role_policy(client: IAMClient, role_name: str, policy_name: str) -> dict[str, t.Any]:
    """The document of an inline policy, as parsed JSON; None if the role has no policy with this name."""
    answer = client.get_role_policy(RoleName=role_name, PolicyName=policy_name)
    return t.cast("dict[str, t.Any]", answer_field(answer, "PolicyDocument"))


@aws_call("list the instance profiles of the role")
def list_instance_profiles_for_role(client: IAMClient, role_name: str) -> list[str]:
    """The names of the instance profiles with this role, all pages, sorted."""
    pages = client.get_paginator("list_instance_profiles_for_role").paginate(
        RoleName=role_name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(
        profile["InstanceProfileName"] for page in pages for profile in answer_field(page, "InstanceProfiles")
    )


@aws_write("create the role", subject="{RoleName}")
def create_role(client: IAMClient, **request: t.Any) -> None:
    """CreateRole; Tags in the request is a dict."""
    client.create_role(**{**request, "Tags": ansible_dict_to_boto3_tag_list(request["Tags"])})


@aws_write("update the trust policy of the role")
def update_assume_role_policy(client: IAMClient, role_name: str, document: str) -> None:
    """Set the trust policy of the role to the JSON text `document`."""
    client.update_assume_role_policy(RoleName=role_name, PolicyDocument=document)


@aws_write("set the permissions boundary of the role", subject="{role_name} ({policy_arn})")
def put_role_permissions_boundary(client: IAMClient, role_name: str, policy_arn: str) -> None:
    """Set the permissions boundary of the role to a managed policy."""
    client.put_role_permissions_boundary(RoleName=role_name, PermissionsBoundary=policy_arn)


@aws_deletion("delete the permissions boundary of the role", missing=MISSING)
def delete_role_permissions_boundary(client: IAMClient, role_name: str) -> None:
    """Remove the permissions boundary of the role."""
    client.delete_role_permissions_boundary(RoleName=role_name)


@aws_write("put the inline policy of the role", subject="{role_name} ({policy_name})")
def put_role_policy(client: IAMClient, role_name: str, policy_name: str, document: str) -> None:
    """Set the inline policy of the role with this name to the JSON text `document`."""
    client.put_role_policy(RoleName=role_name, PolicyName=policy_name, PolicyDocument=document)


@aws_deletion("delete the inline policy of the role", missing=MISSING, subject="{role_name} ({policy_name})")
def delete_role_policy(client: IAMClient, role_name: str, policy_name: str) -> None:
    """Delete one inline policy."""
    client.delete_role_policy(RoleName=role_name, PolicyName=policy_name)


@aws_write("tag the role")
def tag_role(client: IAMClient, role_name: str, tags: Mapping[str, str]) -> None:
    """Set these tags, keep the others."""
    client.tag_role(RoleName=role_name, Tags=ansible_dict_to_boto3_tag_list(dict(tags)))


@aws_write("untag the role")
def untag_role(client: IAMClient, role_name: str, keys: Sequence[str]) -> None:
    """Remove the tags with these keys."""
    client.untag_role(RoleName=role_name, TagKeys=list(keys))


@aws_deletion("delete the role", missing=MISSING)
def delete_role(client: IAMClient, role_name: str) -> None:
    """Delete a role that has no policies and is in no instance profile."""
    client.delete_role(RoleName=role_name)


@aws_write("create the instance profile")
def create_instance_profile(client: IAMClient, name: str, path: str, tags: Mapping[str, str]) -> None:
    """Create an instance profile without a role."""
    client.create_instance_profile(InstanceProfileName=name, Path=path, Tags=ansible_dict_to_boto3_tag_list(dict(tags)))


@aws_write("tag the instance profile")
def tag_instance_profile(client: IAMClient, name: str, tags: Mapping[str, str]) -> None:
    """Set these tags, keep the others."""
    client.tag_instance_profile(InstanceProfileName=name, Tags=ansible_dict_to_boto3_tag_list(dict(tags)))


@aws_write("untag the instance profile")
def untag_instance_profile(client: IAMClient, name: str, keys: Sequence[str]) -> None:
    """Remove the tags with these keys."""
    client.untag_instance_profile(InstanceProfileName=name, TagKeys=list(keys))


@aws_write("add the role to the instance profile", subject="{name} ({role_name})")
def add_role_to_instance_profile(client: IAMClient, name: str, role_name: str) -> None:
    """Add the role to an instance profile without a role."""
    client.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role_name)


@aws_deletion("remove the role from the instance profile", missing=MISSING, subject="{name} ({role_name})")
def remove_role_from_instance_profile(client: IAMClient, name: str, role_name: str) -> None:
    """Remove the role from the instance profile."""
    client.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role_name)


@aws_deletion("delete the instance profile", missing=MISSING)
def delete_instance_profile(client: IAMClient, name: str) -> None:
    """Delete an instance profile without a role."""
    client.delete_instance_profile(InstanceProfileName=name)
