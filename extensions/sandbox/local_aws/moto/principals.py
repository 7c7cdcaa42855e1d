# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who there is in the account, and which policies are theirs: read from moto's IAM and STS."""

from __future__ import annotations

import dataclasses
import typing as t

from moto.iam.models import User

from ..iam.identity import GROUP, ROLE, USER, Identity
from ..iam.policy import Statement, parse
from ..wire.errors import ApiError
from .account import MotoAccount

if t.TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .data import MotoData


class MotoPrincipals:
    """What iam.identity.Principals asks for, from moto's data."""

    def __init__(self, moto: MotoData) -> None:
        self._moto = moto

    @property
    def lock(self) -> AbstractContextManager[object]:
        """The lock around every use of moto."""
        return self._moto.lock

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""
        return self._moto.account_id

    def of_holder(self, holder: t.Any) -> Identity:
        """The user or the role session that holds a key, by moto's record of it; NoSuchEntity when its role is gone."""
        return _user(self._iam(), holder) if isinstance(holder, User) else self._of_session(holder)

    def of_arn(self, arn: str) -> Identity:
        """A user, group or role by its ARN; NoSuchEntity when there is none."""
        iam = self._iam()
        readers: tuple[tuple[t.Any, t.Callable[[t.Any, t.Any], Identity]], ...] = (
            (iam.users, _user),
            (iam.groups, _group),
            (iam.roles, _role),
        )
        for found, read in readers:
            for principal in list(found.values()):
                if principal.arn == arn:
                    return read(iam, principal)
        raise ApiError("NoSuchEntity", f"The principal {arn} cannot be found.", status=404)

    def trust_policy(self, role_arn: str) -> str | None:
        """Text of a role's trust policy; None when there is no such role."""
        roles = list(self._iam().roles.values())
        return next((role.assume_role_policy_document for role in roles if role.arn == role_arn), None)

    def account(self, region: str) -> MotoAccount:
        """The account's resources in a region."""
        return MotoAccount(self._moto, region)

    def _iam(self) -> t.Any:
        return self._moto.backend("iam", "aws")

    def _of_session(self, session: t.Any) -> Identity:
        role = self.of_arn(session.role_arn)
        return dataclasses.replace(
            role,
            arn=session.arn,
            principal_arn=session.role_arn,
            user_id=session.user_id,
            session_policy=tuple(parse("session policy", session.policy)) if session.policy else None,
        )


def _user(iam: t.Any, user: t.Any) -> Identity:
    groups = [group for group in list(iam.groups.values()) if user in group.users]
    return Identity(
        arn=user.arn,
        name=user.name,
        kind=USER,
        statements=tuple(statement for principal in (user, *groups) for statement in _own_statements(principal)),
        boundary=_boundary(iam, user),
        tags=dict(iam.tagger.get_tag_dict_for_resource(user.arn)),
        user_id=user.id,
    )


def _group(_iam_backend: t.Any, group: t.Any) -> Identity:
    return Identity(arn=group.arn, name=group.name, kind=GROUP, statements=tuple(_own_statements(group)))


def _role(iam: t.Any, role: t.Any) -> Identity:
    return Identity(
        arn=role.arn,
        name=role.name,
        kind=ROLE,
        statements=tuple(_own_statements(role)),
        boundary=_boundary(iam, role),
        tags={tag["Key"]: tag["Value"] for tag in role.tags or []},
    )


def _own_statements(principal: t.Any) -> list[Statement]:
    # moto keeps inline policies by name, each as its text.
    statements = [found for name, text in principal.policies.items() for found in parse(name, _text(text))]
    for policy in principal.managed_policies.values():
        statements += parse(policy.name, _default_document(policy))
    return statements


def _text(document: t.Any) -> str:
    return document["policy_document"] if isinstance(document, dict) else str(document)


def _default_document(policy: t.Any) -> str:
    """Text of a managed policy's default version."""
    return next(str(v.document) for v in policy.versions if v.version_id == policy.default_version_id)


def _boundary(iam: t.Any, principal: t.Any) -> tuple[Statement, ...] | None:
    arn = getattr(principal, "permissions_boundary_arn", None)
    if not arn:
        return None
    policy = iam.managed_policies.get(arn)
    return tuple(parse(policy.name, _default_document(policy))) if policy else ()
