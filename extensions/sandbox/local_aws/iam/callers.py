# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks for a Run Command operation, and what he may do."""

from __future__ import annotations

import typing as t

from ..wire.errors import ApiError
from .enforcer import Enforcer

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .enforcer import Decision
    from .identity import Identity, Principals


class Caller(t.Protocol):
    """A caller, known or not."""

    def allows(self, action: str, resource: str, tags: Mapping[str, str]) -> bool:
        """Whether the caller may do this to the resource with these tags."""

    def require(self, action: str, resource: str, tags: Mapping[str, str]) -> None:
        """AccessDeniedException unless he may."""

    def require_passing(self, role_arn: str) -> None:
        """AccessDeniedException unless he may hand this role to SSM."""


class Anybody:
    """A caller where IAM is not enforced."""

    def allows(self, _action: str, _resource: str, _tags: Mapping[str, str]) -> bool:
        """Yes."""
        return True

    def require(self, _action: str, _resource: str, _tags: Mapping[str, str]) -> None:
        """Nothing is refused."""

    def require_passing(self, _role_arn: str) -> None:
        """Nothing is refused."""


class IamCaller:
    """A caller whose policies decide."""

    def __init__(self, enforcer: Enforcer, identity: Identity, principals: Principals, region: str) -> None:
        self._enforcer = enforcer
        self._identity = identity
        self._principals = principals
        self._region = region

    def allows(self, action: str, resource: str, tags: Mapping[str, str]) -> bool:
        """Whether the policies allow it."""
        return self._decision(action, resource, tags).allowed

    def require(self, action: str, resource: str, tags: Mapping[str, str]) -> None:
        """AccessDeniedException with AWS's reason unless they do."""
        _refuse(self._decision(action, resource, tags))

    def require_passing(self, role_arn: str) -> None:
        """AccessDeniedException with AWS's reason unless he may pass the role to SSM."""
        _refuse(self._decide("iam:PassRole", role_arn, {"iam:PassedToService": ["ssm.amazonaws.com"]}))

    def _decision(self, action: str, resource: str, tags: Mapping[str, str]) -> Decision:
        context = {}
        for key, value in tags.items():
            context[f"ssm:resourceTag/{key}"] = context[f"aws:ResourceTag/{key}"] = [value]
        return self._decide(action, resource, context)

    def _decide(self, action: str, resource: str, context: dict[str, list[str]]) -> Decision:
        known = {"aws:RequestedRegion": [self._region], **context}
        with self._principals.lock:
            return self._enforcer.decide(self._identity, action, resource, known)


def _refuse(decision: Decision) -> None:
    if not decision.allowed:
        raise ApiError("AccessDeniedException", decision.reason)


def role_of_rule(role_arn: str, principals: Principals, region: str) -> IamCaller:
    """The role an EventBridge rule acts with; NoSuchEntity when it is not there.

    A rule has no other rights than its role's, whether or not IAM is enforced for the sandbox's users.
    """
    with principals.lock:
        identity = principals.of_arn(role_arn)
    return IamCaller(Enforcer(principals), identity, principals, region)
