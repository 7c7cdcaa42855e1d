# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets callers do what their policies allow."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ..wire.errors import ApiError
from . import evaluate, requirements, trust
from .calls import Call
from .identity import Identity
from .operations import prefix_of
from .policy import parse

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .identity import OwnedKeys, Principals
    from .keys import HeldKey
    from .policy import Statement

# How each service writes that a caller may not; code and HTTP status.
_DENIALS: t.Final[Mapping[str, tuple[str, int]]] = {
    "ec2": ("UnauthorizedOperation", 403),
    "iam": ("AccessDenied", 403),
    "monitoring": ("AccessDenied", 403),
    "s3": ("AccessDenied", 403),
    "sns": ("AuthorizationError", 403),
    "sqs": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
}
_DENIAL: t.Final = ("AccessDeniedException", 400)
# STS answers these to everyone with credentials.
_FREE: t.Final = frozenset({("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")})


class Decision(t.NamedTuple):
    """The answer to one question, with AWS's reason for a refusal."""

    allowed: bool
    explicit_deny: bool
    reason: str
    statements: tuple[Statement, ...]


_EVERYTHING = Decision(allowed=True, explicit_deny=False, reason="", statements=())


_ALL_ALLOWED: t.Final = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'


class Enforcer:
    """Asks the policies of callers; the sandbox's own key may do everything."""

    def __init__(self, principals: Principals) -> None:
        self._principals = principals
        arn = f"arn:aws:iam::{principals.account_id}:root"
        self._root = Identity(arn=arn, name="root", kind="Account", is_root=True)

    def identity(self, held: HeldKey) -> Identity:
        """Who holds a key; NoSuchEntity for a session whose role is gone."""
        if held.owner is not None:
            return _limited(self.identity(held.owner), held.holder)
        return self._root if held.holder is None else self._principals.of_holder(held.holder)

    def decide(self, caller: Identity, action: str, resource: str, context: Mapping[str, Sequence[str]]) -> Decision:
        """Whether a caller may do an action (ssm:SendCommand) to a resource (an ARN, or *)."""
        if caller.is_root:
            return _EVERYTHING
        known = _moment() | caller.context | evaluate.lower_keys(context)
        verdict = evaluate.decide(caller.policies, evaluate.Question(action, resource, known))
        denied = verdict.decision == evaluate.EXPLICIT_DENY
        allowed = verdict.decision == evaluate.ALLOWED
        reason = "" if allowed else _reason(caller, action, resource, verdict)
        return Decision(allowed, denied, reason, verdict.statements)

    def authorize_request(
        self, caller: Identity, service: str, operation: str, region: str, parameters: Mapping[str, t.Any]
    ) -> None:
        """Raise the service's denial unless the caller may make this request.

        service is its signing name; parameters are by the names of the service's API (botocore's members).
        """
        if caller.is_root or (service, operation) in _FREE:
            return
        account = self._principals.account(region)
        call = Call(prefix_of(service), operation, region, parameters, account, caller.arn)
        for asked in requirements.of_request(call):
            context = {"aws:RequestedRegion": [region], **asked.context}
            decision = self.decide(caller, asked.action, asked.resource, context)
            is_trusted = asked.action in trust.ACTIONS
            allowed = self._is_trusted(caller, asked, decision) if is_trusted else decision.allowed
            if not allowed:
                raise _denial(service, decision.reason or _plain_reason(caller, asked.action, asked.resource))

    def _is_trusted(self, caller: Identity, asked: requirements.Asked, decision: Decision) -> bool:
        """In one account, a trust policy that names the caller is enough; one that names the account needs his too."""
        document = self._principals.trust_policy(asked.resource)
        if document is None or decision.explicit_deny:
            return False
        who = trust.Asking(caller.principal_arn or caller.arn, self._principals.account_id, asked.action)
        said = trust.trust_of(document, who, {**caller.context, **asked.context})
        return not said.denies and (said.names_caller or (said.names_account and decision.allowed))


def _limited(owner: Identity, session: OwnedKeys) -> Identity:
    """The identity of keys that their owner has asked for: a federated user has no more than its session policy."""
    if not session.is_federated:
        return owner
    statements = tuple(parse("root", _ALL_ALLOWED)) if owner.is_root else owner.statements
    policy = tuple(parse("session policy", session.policy)) if session.policy else ()
    return dataclasses.replace(
        owner,
        arn=session.arn,
        user_id=session.user_id,
        kind="FederatedUser",
        is_root=False,
        statements=statements,
        session_policy=policy,
    )


def _denial(service: str, reason: str) -> ApiError:
    code, status = _DENIALS.get(service, _DENIAL)
    text = f"You are not authorized to perform this operation. {reason}" if service == "ec2" else reason
    return ApiError(code, text, status=status)


def _moment() -> dict[str, Sequence[str]]:
    """Condition keys that every request has; the sandbox stands for AWS's own address, which is reached by TLS."""
    now = datetime.datetime.now(datetime.UTC)
    return {
        "aws:currenttime": [now.strftime("%Y-%m-%dT%H:%M:%SZ")],
        "aws:epochtime": [str(int(now.timestamp()))],
        "aws:securetransport": ["true"],
        "aws:sourceip": ["127.0.0.1"],
    }


def _plain_reason(caller: Identity, action: str, resource: str) -> str:
    return f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"


def _reason(caller: Identity, action: str, resource: str, verdict: evaluate.Verdict) -> str:
    article = "an" if verdict.layer == evaluate.IDENTITY_POLICY else "a"
    because = (
        f"with an explicit deny in {article} {verdict.layer}"
        if verdict.decision == evaluate.EXPLICIT_DENY
        else f"because no {verdict.layer} allows the {action} action"
    )
    return f"{_plain_reason(caller, action, resource)} {because}"
