# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a managed policy with its document and attachments, and carries out a plan."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import serialize
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy import (
    Plan,
    PolicyState,
    Version,
    next_version_id,
    versions_to_prune,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam_policies

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam_policies import Names
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import PolicyTypeDef

# IAM's documentation mentions seconds until a change is visible everywhere.
CREATION_TIMEOUT = 60


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of a plan: the resulting state, and the versions that were deleted to make room."""

    state: PolicyState | None
    pruned_versions: tuple[str, ...] = ()


def read_policy(client: IAMClient, arn: str) -> PolicyState | None:
    """The policy with this ARN or, as IAM's names are unique across paths, with its name; None if there is none."""
    policy = iam_policies.get_policy(client, arn) or _find_elsewhere(client, arn)
    if policy is None:
        return None
    return PolicyState(
        arn=policy["Arn"],
        name=policy["PolicyName"],
        path=policy["Path"],
        description=policy.get("Description", ""),
        default_version_id=policy["DefaultVersionId"],
        document=iam_policies.get_policy_document(client, policy["Arn"], policy["DefaultVersionId"]),
        tags=boto3_tag_list_to_ansible_dict(policy.get("Tags", [])),
        attachments=_read_attachments(client, policy),
        boundary_of=policy.get("PermissionsBoundaryUsageCount", 0),
    )


def _find_elsewhere(client: IAMClient, arn: str) -> PolicyTypeDef | None:
    name = arn.rsplit("/", maxsplit=1)[-1]
    for policy in iam_policies.list_local_policies(client):
        if policy["PolicyName"] == name:
            return iam_policies.get_policy(client, policy["Arn"])
    return None


def _read_attachments(client: IAMClient, policy: PolicyTypeDef) -> Names:
    if not policy.get("AttachmentCount", 1):
        return {"users": [], "groups": [], "roles": []}
    return iam_policies.list_attachments(client, policy["Arn"])


def apply_plan(client: IAMClient, plan: Plan, *, check_mode: bool) -> Outcome:
    """Carry out a plan; in check mode only read what the outcome needs."""
    if plan.delete and plan.before is not None:
        return _delete(client, plan.before, plan, check_mode=check_mode)
    if plan.after is None or not plan.is_change:
        return Outcome(plan.after)
    if plan.create:
        return Outcome(plan.after if check_mode else _create(client, plan, plan.after))
    return _update(client, plan, plan.after, check_mode=check_mode)


def _create(client: IAMClient, plan: Plan, wanted: PolicyState) -> PolicyState:
    policy = iam_policies.create_policy(
        client, wanted.name, wanted.path, serialize(wanted.document), wanted.description, wanted.tags
    )
    arn = policy["Arn"]
    if plan.attach:
        iam_policies.wait_for_policy(client, arn, CREATION_TIMEOUT)
    for kind, name in plan.attach:
        iam_policies.attach_policy(client, arn, kind, name)
    return dataclasses.replace(wanted, arn=arn, default_version_id=policy.get("DefaultVersionId", "v1"))


def _update(client: IAMClient, plan: Plan, wanted: PolicyState, *, check_mode: bool) -> Outcome:
    pruned: tuple[str, ...] = ()
    if plan.new_version:
        version_id, pruned = _replace_document(client, wanted, check_mode=check_mode)
        wanted = dataclasses.replace(wanted, default_version_id=version_id)
    if not check_mode:
        _update_surroundings(client, plan, wanted.arn)
    return Outcome(wanted, pruned)


def _replace_document(client: IAMClient, wanted: PolicyState, *, check_mode: bool) -> tuple[str, tuple[str, ...]]:
    """The ID of the new version, and the versions that are deleted for it."""
    if check_mode:
        versions = _read_versions(client, wanted.arn)
        return next_version_id(versions), tuple(versions_to_prune(versions))
    try:
        return iam_policies.create_policy_version(client, wanted.arn, serialize(wanted.document)), ()
    except is_ansible_aws_error_code("LimitExceeded"):
        # Only now: IAM says this to a caller that may create versions.
        pruned = tuple(versions_to_prune(_read_versions(client, wanted.arn)))
        if not pruned:
            raise
    for version_id in pruned:
        iam_policies.delete_policy_version(client, wanted.arn, version_id)
    return iam_policies.create_policy_version(client, wanted.arn, serialize(wanted.document)), pruned


def _update_surroundings(client: IAMClient, plan: Plan, arn: str) -> None:
    if plan.tags_to_remove:
        iam_policies.untag_policy(client, arn, plan.tags_to_remove)
    if plan.tags_to_set:
        iam_policies.tag_policy(client, arn, plan.tags_to_set)
    for kind, name in plan.detach:
        iam_policies.detach_policy(client, arn, kind, name)
    for kind, name in plan.attach:
        iam_policies.attach_policy(client, arn, kind, name)


def _delete(client: IAMClient, state: PolicyState, plan: Plan, *, check_mode: bool) -> Outcome:
    versions = [version.version_id for version in _read_versions(client, state.arn) if not version.is_default]
    if not check_mode:
        for kind, name in plan.detach:
            iam_policies.detach_policy(client, state.arn, kind, name)
        for version_id in versions:
            iam_policies.delete_policy_version(client, state.arn, version_id)
        iam_policies.delete_policy(client, state.arn)
    return Outcome(None, tuple(versions))


def _read_versions(client: IAMClient, arn: str) -> list[Version]:
    return [
        Version(version["VersionId"], version["IsDefaultVersion"], version["CreateDate"])
        for version in iam_policies.list_policy_versions(client, arn)
    ]
