# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a caller is, and which policies are his: read from moto."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..errors import ApiError
from .evaluate import Policies
from .policy import Statement, parse

USER = "User"
GROUP = "Group"
ROLE = "AssumedRole"


@dataclasses.dataclass(frozen=True)
class Identity:
    """A principal: kind is User, Group, AssumedRole or Account; statements are those of its own policies.

    boundary and session_policy are the statements that limit it (None: there is no such policy); principal_arn is
    what aws:PrincipalArn says, which for a session of a role is the role's.
    """

    arn: str
    name: str
    kind: str
    statements: tuple[Statement, ...] = ()
    boundary: tuple[Statement, ...] | None = None
    is_root: bool = False
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    session_policy: tuple[Statement, ...] | None = None
    principal_arn: str = ""
    user_id: str = ""

    @property
    def context(self) -> dict[str, list[str]]:
        """Condition keys that come from the principal."""
        arn = self.principal_arn or self.arn
        known = {
            "aws:principalarn": [arn],
            "aws:principaltype": [self.kind],
            "aws:principalaccount": [DEFAULT_ACCOUNT_ID],
        }
        if self.user_id:
            known["aws:userid"] = [self.user_id]
        if self.kind == USER:
            known["aws:username"] = [self.name]
        return known | {f"aws:principaltag/{key.lower()}": [value] for key, value in self.tags.items()}

    @property
    def policies(self) -> Policies:
        """What decides about the principal."""
        return Policies(self.statements, self.boundary, self.session_policy)


def _iam() -> t.Any:
    return get_backend("iam")[DEFAULT_ACCOUNT_ID]["aws"]


def of_access_key(access_key_id: str) -> Identity:
    """The user or the role session an access key belongs to.

    UnrecognizedClientException for an unknown or inactive key, ExpiredTokenException for a session that has ended.
    """
    iam = _iam()
    for user in list(iam.users.values()):
        if any(key.access_key_id == access_key_id and key.status == "Active" for key in user.access_keys):
            return _user(iam, user)
    session = session_of(access_key_id)
    if session is not None:
        return _session(session)
    raise ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")


def session_of(access_key_id: str) -> t.Any:
    """moto's record of temporary keys; None when the keys are not temporary."""
    return get_backend("sts")[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(access_key_id)


def of_arn(arn: str) -> Identity:
    """A user, group or role by its ARN; NoSuchEntity when there is none."""
    iam = _iam()
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


def _session(session: t.Any) -> Identity:
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if session.expiration <= now:
        raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
    try:
        role = of_arn(session.role_arn)
    except ApiError as error:
        raise ApiError("UnrecognizedClientException", f"The role {session.role_arn} is not there any more.") from error
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
        statements += parse(policy.name, default_document(policy))
    return statements


def _text(document: t.Any) -> str:
    return document["policy_document"] if isinstance(document, dict) else str(document)


def default_document(policy: t.Any) -> str:
    """Text of a managed policy's default version."""
    return next(str(v.document) for v in policy.versions if v.version_id == policy.default_version_id)


def _boundary(iam: t.Any, principal: t.Any) -> tuple[Statement, ...] | None:
    arn = getattr(principal, "permissions_boundary_arn", None)
    if not arn:
        return None
    policy = iam.managed_policies.get(arn)
    return tuple(parse(policy.name, default_document(policy))) if policy else ()
