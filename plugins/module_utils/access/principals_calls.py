# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM knows about a principal: its tags and ID, and the documents of all of its policies.

A policy that the caller may not read is named instead of read.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import view_statements
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam, iam_policies, iam_principals
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.iam_policies import Kind
    from mypy_boto3_iam.client import IAMClient

Document = dict[str, t.Any]
DENIED = ("AccessDenied", "AccessDeniedException")
R = t.TypeVar("R")


@dataclasses.dataclass(frozen=True)
class PolicyDocuments:
    """The documents of a principal's policies and of its permissions boundary, and the names of those not read."""

    documents: tuple[Document, ...] = ()
    boundary: tuple[Document, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Profile:
    """The tags and the ID of a user or role.

    The tags are None if sessions of a role may bring their own; the ID is empty for a role, as sessions have their own.
    """

    tags: dict[str, str] | None
    user_id: str = ""


def kind_and_name(principal: str) -> tuple[str, str]:
    """C(user), C(group) or C(role), and the name without a path, from an ARN."""
    kind, _slash, rest = principal.split(":", 5)[5].partition("/")
    return kind, rest.rsplit("/", maxsplit=1)[-1]


def read_profile(client: IAMClient, principal: str) -> Profile | None:
    """The tags of a user or role; None for a group, and if the caller may not read them."""
    kind, name = kind_and_name(principal)
    read: dict[str, Callable[[], t.Any]] = {
        "user": lambda: iam_principals.get_user(client, name),
        "role": lambda: iam.get_role(client, name),
    }
    found = _unless_denied(read[kind]) if kind in read else None
    if found is None:
        return None
    tags = boto3_tag_list_to_ansible_dict(found.get("Tags", []))
    if kind == "user":
        return Profile(tags, found["UserId"])
    return Profile(None if _lets_sessions_bring_tags(found.get("AssumeRolePolicyDocument") or {}) else tags)


def _lets_sessions_bring_tags(trust: Document) -> bool:
    """Whether a role's trust policy allows sts:TagSession, and so session tags, which replace the role's."""
    views = view_statements(trust)
    return any(view.effect == "Allow" and view.covers_action("sts:TagSession") for view in views)


def read_policies(client: IAMClient, principal: str) -> PolicyDocuments:
    """All identity-based policies of a user, group or role, those of a user's groups and its boundary included."""
    kind, name = kind_and_name(principal)
    reader = _Reader(client)
    reader.read_entity(kind, name)
    if kind == "user":
        for group in reader.listed(f"the groups of user {name}", iam_principals.list_groups_for_user, name):
            reader.read_entity("group", group)
    if kind != "group":
        reader.read_boundary(kind, name)
    return PolicyDocuments(tuple(reader.documents), tuple(reader.boundary), tuple(reader.unreadable))


def missing_principals(client: IAMClient, principals: Iterable[tuple[Kind, str]]) -> list[str]:
    """The principals, such as C(user alice), that do not exist; one that the caller may not read counts as existing."""
    return [f"{kind[:-1]} {name}" for kind, name in principals if not _may_exist(client, kind, name)]


def _may_exist(client: IAMClient, kind: Kind, name: str) -> bool:
    get: dict[Kind, t.Any] = {
        "users": iam_principals.get_user,
        "groups": iam_principals.get_group,
        "roles": iam.get_role,
    }
    try:
        return get[kind](client, name) is not None
    except AnsibleAWSError as error:
        if error_code(error) not in DENIED:
            raise
        return True


def _unless_denied(call: Callable[[], R]) -> R | None:
    try:
        return call()
    except AnsibleAWSError as error:
        if error_code(error) not in DENIED:
            raise
        return None


# For each kind of principal: list the inline policies, get one, list the attached managed policies.
_CALLS: dict[str, tuple[t.Any, t.Any, t.Any]] = {
    "user": (
        iam_principals.list_user_policies,
        iam_principals.get_user_policy,
        iam_principals.list_attached_user_policies,
    ),
    "group": (
        iam_principals.list_group_policies,
        iam_principals.get_group_policy,
        iam_principals.list_attached_group_policies,
    ),
    "role": (iam.list_role_policies, iam.get_role_policy, iam.list_attached_role_policies),
}


class _Reader:
    def __init__(self, client: IAMClient) -> None:
        self._client = client
        self.documents: list[Document] = []
        self.boundary: list[Document] = []
        self.unreadable: list[str] = []

    def listed(self, what: str, call: Callable[[IAMClient, str], list[str]], name: str) -> list[str]:
        found = _unless_denied(functools.partial(call, self._client, name))
        if found is None:
            self.unreadable.append(what)
        return found or []

    def read_entity(self, kind: str, name: str) -> None:
        list_inline, get_inline, list_attached = _CALLS[kind]
        for policy in self.listed(f"the inline policies of {kind} {name}", list_inline, name):
            where = f"the inline policy {policy} of {kind} {name}"
            self._keep(self.documents, where, functools.partial(get_inline, self._client, name, policy))
        for arn in self.listed(f"the managed policies of {kind} {name}", list_attached, name):
            self._keep(self.documents, arn, functools.partial(_managed_document, self._client, arn))

    def read_boundary(self, kind: str, name: str) -> None:
        get = iam_principals.get_user if kind == "user" else iam.get_role
        found: t.Any = _unless_denied(functools.partial(get, self._client, name))
        if found is None:
            self.unreadable.append(f"the permissions boundary of {kind} {name}")
            return
        arn = (found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        if arn:
            self._keep(self.boundary, arn, functools.partial(_managed_document, self._client, arn))

    def _keep(self, into: list[Document], what: str, read: Callable[[], Document | None]) -> None:
        document = _unless_denied(read)
        if document is None:
            self.unreadable.append(what)
        else:
            into.append(document)


def _managed_document(client: IAMClient, arn: str) -> Document | None:
    policy = iam_policies.get_policy(client, arn)
    return None if policy is None else iam_policies.get_policy_document(client, arn, policy["DefaultVersionId"])
