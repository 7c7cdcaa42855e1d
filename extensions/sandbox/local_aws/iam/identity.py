# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a caller is and which policies are his, and what must be known of an account to tell."""

from __future__ import annotations

import dataclasses
import typing as t

from .evaluate import Policies

if t.TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .calls import Account
    from .policy import Statement

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
            "aws:principalaccount": [arn.split(":")[4]],
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


class OwnedKeys(t.Protocol):
    """Temporary keys that the holder of other keys has asked for; policy is a federated user's, "" for none."""

    owner_key_id: str
    arn: str
    user_id: str
    is_federated: bool
    policy: str


class Principals(t.Protocol):
    """Who there is in the account; the lock is to be held while asking."""

    @property
    def lock(self) -> AbstractContextManager[object]:
        """The lock around all that is read here."""

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""

    def of_holder(self, holder: object) -> Identity:
        """The user or the role session that holds a key, by HeldKey.holder; NoSuchEntity when its role is gone."""

    def of_arn(self, arn: str) -> Identity:
        """A user, group or role by its ARN; NoSuchEntity when there is none."""

    def trust_policy(self, role_arn: str) -> str | None:
        """Text of a role's trust policy; None when there is no such role."""

    def account(self, region: str) -> Account:
        """The account's resources in a region."""
