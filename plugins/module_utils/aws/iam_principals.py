# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM users and groups, and the policies that they have: one API call per function. Roles: see iam."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import answer_field, aws_call, aws_lookup
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam import MISSING, PAGE_SIZE

if t.TYPE_CHECKING:
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import GroupTypeDef, UserTypeDef


@aws_lookup("get the user", missing=MISSING)
def get_user(client: IAMClient, name: str) -> UserTypeDef:
    """GetUser's C(User) with its ID, tags and permissions boundary; None if it does not exist."""
    return t.cast("UserTypeDef", answer_field(client.get_user(UserName=name), "User"))


@aws_lookup("get the group", missing=MISSING)
def get_group(client: IAMClient, name: str) -> GroupTypeDef:
    """GetGroup's C(Group), without all of its members; None if it does not exist."""
    return t.cast("GroupTypeDef", answer_field(client.get_group(GroupName=name, MaxItems=1), "Group"))


@aws_call("list the groups of the user")
def list_groups_for_user(client: IAMClient, name: str) -> list[str]:
    """The names of the user's groups, all pages, sorted."""
    pages = client.get_paginator("list_groups_for_user").paginate(
        UserName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(group["GroupName"] for page in pages for group in answer_field(page, "Groups"))


@aws_call("list the inline policies of the user")
def list_user_policies(client: IAMClient, name: str) -> list[str]:
    """The names of the user's inline policies, all pages, sorted."""
    pages = client.get_paginator("list_user_policies").paginate(UserName=name, PaginationConfig={"PageSize": PAGE_SIZE})
    return sorted(policy for page in pages for policy in answer_field(page, "PolicyNames"))


@aws_lookup("get the inline policy of the user", missing=MISSING)
def get_user_policy(client: IAMClient, name: str, policy_name: str) -> dict[str, t.Any]:
    """The document of an inline policy, as parsed JSON; None if the user has no policy with this name."""
    answer = client.get_user_policy(UserName=name, PolicyName=policy_name)
    return t.cast("dict[str, t.Any]", answer_field(answer, "PolicyDocument"))


@aws_call("list the managed policies of the user")
def list_attached_user_policies(client: IAMClient, name: str) -> list[str]:
    """The ARNs of the managed policies attached to the user, all pages, sorted."""
    pages = client.get_paginator("list_attached_user_policies").paginate(
        UserName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(policy["PolicyArn"] for page in pages for policy in answer_field(page, "AttachedPolicies"))


@aws_call("list the inline policies of the group")
def list_group_policies(client: IAMClient, name: str) -> list[str]:
    """The names of the group's inline policies, all pages, sorted."""
    pages = client.get_paginator("list_group_policies").paginate(
        GroupName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(policy for page in pages for policy in answer_field(page, "PolicyNames"))


@aws_lookup("get the inline policy of the group", missing=MISSING)
def get_group_policy(client: IAMClient, name: str, policy_name: str) -> dict[str, t.Any]:
    """The document of an inline policy, as parsed JSON; None if the group has no policy with this name."""
    answer = client.get_group_policy(GroupName=name, PolicyName=policy_name)
    return t.cast("dict[str, t.Any]", answer_field(answer, "PolicyDocument"))


@aws_call("list the managed policies of the group")
def list_attached_group_policies(client: IAMClient, name: str) -> list[str]:
    """The ARNs of the managed policies attached to the group, all pages, sorted."""
    pages = client.get_paginator("list_attached_group_policies").paginate(
        GroupName=name, PaginationConfig={"PageSize": PAGE_SIZE}
    )
    return sorted(policy["PolicyArn"] for page in pages for policy in answer_field(page, "AttachedPolicies"))
