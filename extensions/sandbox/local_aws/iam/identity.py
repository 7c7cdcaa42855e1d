# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a caller is, and which policies are his: read from moto."""

from __future__ import annotations

import dataclasses
import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..errors import ApiError
from .policy import Statement, parse


@dataclasses.dataclass(frozen=True)
class Identity:
    """A principal; statements are those of all its policies, boundary those of its permissions boundary if any."""

    arn: str
    name: str
    kind: str
    statements: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None
    is_root: bool = False
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def context(self) -> dict[str, list[str]]:
        """Condition keys that come from the principal."""
        known = {"aws:principalarn": [self.arn], "aws:principaltype": [self.kind]}
        if self.kind == "User":
            known["aws:username"] = [self.name]
        return known | {f"aws:principaltag/{key.lower()}": [value] for key, value in self.tags.items()}


def _iam() -> t.Any:
    return get_backend("iam")[DEFAULT_ACCOUNT_ID]["aws"]


def of_access_key(access_key_id: str) -> Identity:
    """The user or the role session an access key belongs to; UnrecognizedClientException for an unknown key."""
    iam = _iam()
    for user in iam.users.values():
        if any(key.access_key_id == access_key_id for key in user.access_keys):
            return _user(iam, user)
    role = get_backend("sts")[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(access_key_id)
    if role is not None:
        return of_arn(role.role_arn)
    raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")


def of_arn(arn: str) -> Identity:
    """A user, group or role by its ARN; NoSuchEntity when there is none."""
    iam = _iam()
    for kind, found in (("User", iam.users), ("Group", iam.groups), ("Role", iam.roles)):
        for principal in found.values():
            if principal.arn == arn:
                return {"User": _user, "Group": _group, "Role": _role}[kind](iam, principal)
    raise ApiError("NoSuchEntity", f"The principal {arn} cannot be found.", status=404)


def _user(iam: t.Any, user: t.Any) -> Identity:
    statements = _own_statements(user)
    for group in iam.groups.values():
        if user in group.users:
            statements += _own_statements(group)
    return Identity(
        arn=user.arn,
        name=user.name,
        kind="User",
        statements=tuple(statements),
        boundary=_boundary(iam, user),
        tags=_tags(iam, user.arn),
    )


def _group(_iam_backend: t.Any, group: t.Any) -> Identity:
    return Identity(arn=group.arn, name=group.name, kind="Group", statements=tuple(_own_statements(group)))


def _role(iam: t.Any, role: t.Any) -> Identity:
    return Identity(
        arn=role.arn,
        name=role.name,
        kind="AssumedRole",
        statements=tuple(_own_statements(role)),
        boundary=_boundary(iam, role),
        tags={tag["Key"]: tag["Value"] for tag in role.tags or []},
    )


def _tags(iam: t.Any, arn: str) -> dict[str, str]:
    return dict(iam.tagger.get_tag_dict_for_resource(arn))


def _own_statements(principal: t.Any) -> list[Statement]:
    inline = principal.policies
    # moto keeps the inline policies of roles and users by name, each as its text.
    statements = [statement for name, text in inline.items() for statement in parse(name, text)]
    for policy in principal.managed_policies.values():
        statements += parse(policy.name, default_document(policy))
    return statements


def default_document(policy: t.Any) -> str:
    """Text of a managed policy's default version."""
    return str(next(v.document for v in policy.versions if v.version_id == policy.default_version_id))


def _boundary(iam: t.Any, principal: t.Any) -> tuple[Statement, ...] | None:
    arn = getattr(principal, "permissions_boundary_arn", None)
    if not arn:
        return None
    policy = iam.managed_policies.get(arn)
    return tuple(parse(policy.name, default_document(policy))) if policy else ()
