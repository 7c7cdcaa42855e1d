# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM's managed policies, their attachments, and its policy simulation: one API call per function."""

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
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam import MISSING, PAGE_SIZE

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import EvaluationResultTypeDef, PolicyTypeDef, PolicyVersionTypeDef

Kind = t.Literal["users", "groups", "roles"]
KINDS: tuple[Kind, ...] = ("users", "groups", "roles")
Names = dict[Kind, list[str]]
WAIT_DELAY = 1


@aws_lookup("get the managed policy", missing=MISSING)
def get_policy(client: IAMClient, arn: str) -> PolicyTypeDef:
    """GetPolicy's C(Policy), with tags and description; None if the ARN does not exist."""
    policy: PolicyTypeDef = answer_field(client.get_policy(PolicyArn=arn), "Policy")
    return policy


@aws_call("list the managed policies of the account")
def list_local_policies(client: IAMClient) -> list[PolicyTypeDef]:
    """The account's own managed policies, all pages, without tags and description."""
    pages = client.get_paginator("list_policies").paginate(Scope="Local", PaginationConfig={"PageSize": PAGE_SIZE})
    return [policy for page in pages for policy in answer_field(page, "Policies")]


@aws_call("get the version of the managed policy")
def get_policy_document(client: IAMClient, arn: str, version_id: str) -> dict[str, t.Any]:
    """The document of one version, as parsed JSON."""
    version = answer_field(client.get_policy_version(PolicyArn=arn, VersionId=version_id), "PolicyVersion")
    return t.cast("dict[str, t.Any]", answer_field(version, "Document"))


@aws_call("list the versions of the managed policy")
def list_policy_versions(client: IAMClient, arn: str) -> list[PolicyVersionTypeDef]:
    """The versions of a policy, without their documents."""
    pages = client.get_paginator("list_policy_versions").paginate(PolicyArn=arn)
    return [version for page in pages for version in answer_field(page, "Versions")]


@aws_call("list the entities the managed policy is attached to")
def list_attachments(client: IAMClient, arn: str) -> Names:
    """The names of the users, groups and roles with the policy attached; without permissions boundaries."""
    pages = client.get_paginator("list_entities_for_policy").paginate(
        PolicyArn=arn, PolicyUsageFilter="PermissionsPolicy", PaginationConfig={"PageSize": PAGE_SIZE}
    )
    found: Names = {"users": [], "groups": [], "roles": []}
    for page in pages:
        found["users"] += [user["UserName"] for user in page.get("PolicyUsers", [])]
        found["groups"] += [group["GroupName"] for group in page.get("PolicyGroups", [])]
        found["roles"] += [role["RoleName"] for role in page.get("PolicyRoles", [])]
    return {kind: sorted(found[kind]) for kind in KINDS}


@aws_write("create the managed policy")
def create_policy(
    client: IAMClient, name: str, path: str, document: str, description: str | None, tags: Mapping[str, str]
) -> PolicyTypeDef:
    """CreatePolicy's C(Policy); `document` is JSON text."""
    request: dict[str, t.Any] = {"PolicyName": name, "Path": path, "PolicyDocument": document}
    if description:
        request["Description"] = description
    if tags:
        request["Tags"] = ansible_dict_to_boto3_tag_list(dict(tags))
    policy: PolicyTypeDef = answer_field(client.create_policy(**request), "Policy")
    return policy


@aws_call("wait until the managed policy can be read")
def wait_for_policy(client: IAMClient, arn: str, timeout: int) -> None:
    """Wait, at most `timeout` seconds, until a new policy is visible to readers of IAM."""
    config = {"Delay": WAIT_DELAY, "MaxAttempts": max(1, timeout // WAIT_DELAY)}
    client.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig=t.cast("t.Any", config))


@aws_write("create a version of the managed policy")
def create_policy_version(client: IAMClient, arn: str, document: str) -> str:
    """Create a new default version with the JSON text `document`; its ID."""
    answer = client.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    return str(answer_field(answer, "PolicyVersion")["VersionId"])


@aws_deletion("delete a version of the managed policy", missing=MISSING, subject="{arn} ({version_id})")
def delete_policy_version(client: IAMClient, arn: str, version_id: str) -> None:
    """Delete one version; the default version cannot be deleted."""
    client.delete_policy_version(PolicyArn=arn, VersionId=version_id)


@aws_deletion("delete the managed policy", missing=MISSING)
def delete_policy(client: IAMClient, arn: str) -> None:
    """Delete a policy without attachments and with only its default version."""
    client.delete_policy(PolicyArn=arn)


@aws_write("tag the managed policy")
def tag_policy(client: IAMClient, arn: str, tags: Mapping[str, str]) -> None:
    """Set these tags, keep the others."""
    client.tag_policy(PolicyArn=arn, Tags=ansible_dict_to_boto3_tag_list(dict(tags)))


@aws_write("untag the managed policy")
def untag_policy(client: IAMClient, arn: str, keys: Sequence[str]) -> None:
    """Remove the tags with these keys."""
    client.untag_policy(PolicyArn=arn, TagKeys=list(keys))


@aws_write("attach the managed policy", subject="{arn} ({kind}: {name})")
def attach_policy(client: IAMClient, arn: str, kind: Kind, name: str) -> None:
    """Attach a policy to one user, group or role."""
    if kind == "users":
        client.attach_user_policy(UserName=name, PolicyArn=arn)
    elif kind == "groups":
        client.attach_group_policy(GroupName=name, PolicyArn=arn)
    else:
        client.attach_role_policy(RoleName=name, PolicyArn=arn)


@aws_deletion("detach the managed policy", missing=MISSING, subject="{arn} ({kind}: {name})")
def detach_policy(client: IAMClient, arn: str, kind: Kind, name: str) -> None:
    """Detach a policy from one user, group or role."""
    if kind == "users":
        client.detach_user_policy(UserName=name, PolicyArn=arn)
    elif kind == "groups":
        client.detach_group_policy(GroupName=name, PolicyArn=arn)
    else:
        client.detach_role_policy(RoleName=name, PolicyArn=arn)


@aws_call("simulate the policies of the principal")
def simulate_principal_policy(
    client: IAMClient, principal_arn: str, documents: Sequence[str], request: Mapping[str, t.Any]
) -> list[EvaluationResultTypeDef]:
    """The results, all pages, for a user, group or role with `documents` (JSON texts) added to its policies.

    :param request: ActionNames, ResourceArns and ContextEntries.
    """
    added = {"PolicyInputList": list(documents)} if documents else {}
    pages = client.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=principal_arn, **t.cast("t.Any", added), **t.cast("t.Any", request)
    )
    return [result for page in pages for result in answer_field(page, "EvaluationResults")]


@aws_call("simulate the policy documents")
def simulate_custom_policy(
    client: IAMClient, documents: Sequence[str], request: Mapping[str, t.Any]
) -> list[EvaluationResultTypeDef]:
    """Like simulate_principal_policy, for a principal with these `documents` (JSON texts) and no other policy."""
    pages = client.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=list(documents), **t.cast("t.Any", request)
    )
    return [result for page in pages for result in answer_field(page, "EvaluationResults")]


@aws_lookup("get the context keys of the principal's policies", missing=["AccessDenied"])
def get_context_keys(client: IAMClient, principal_arn: str) -> list[str]:
    """The condition keys in the policies of a user, group or role; None if the caller may not read them."""
    answer = client.get_context_keys_for_principal_policy(PolicySourceArn=principal_arn)
    keys: list[str] = answer_field(answer, "ContextKeyNames")
    return keys
