# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets callers do what their policies allow."""

from __future__ import annotations

import typing as t

from ..errors import ApiError
from . import evaluate, identity, resources
from .identity import Identity

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .policy import Statement

# Services whose denial is AccessDenied; the others write AccessDeniedException.
_PLAIN_DENIAL: t.Final = frozenset({"iam", "s3", "sts", "sqs", "sns"})
_DENIALS: t.Final = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}


class Decision(t.NamedTuple):
    """The answer to one question, with AWS's reason for a refusal."""

    allowed: bool
    explicit_deny: bool
    reason: str
    statements: tuple[Statement, ...]


class Enforcer:
    """Asks the policies of callers; the root key may do everything."""

    def __init__(self, root_access_key_id: str) -> None:
        self._root_access_key_id = root_access_key_id

    def identity(self, access_key_id: str) -> Identity:
        """Who has this access key; UnrecognizedClientException for nobody."""
        if access_key_id == self._root_access_key_id:
            return Identity(arn="arn:aws:iam::123456789012:root", name="root", kind="Account", is_root=True)
        return identity.of_access_key(access_key_id)

    def decide(self, caller: Identity, action: str, resource: str, context: Mapping[str, Sequence[str]]) -> Decision:
        """Whether a caller may do an action (ssm:SendCommand) to a resource (an ARN, or *)."""
        if caller.is_root:
            return Decision(allowed=True, explicit_deny=False, reason="", statements=())
        question = evaluate.Question(action, resource, caller.context | evaluate.lower_keys(context))
        verdict = evaluate.decide(caller.statements, question, caller.boundary)
        denied = verdict.decision == evaluate.EXPLICIT_DENY
        allowed = verdict.decision == evaluate.ALLOWED
        reason = "" if allowed else _reason(caller, action, resource, explicit=denied)
        return Decision(allowed, denied, reason, verdict.statements)

    def authorize_request(
        self, caller: Identity, service: str, operation: str, region: str, request: Mapping[str, t.Any]
    ) -> None:
        """Raise the service's denial unless the caller may make this request."""
        if caller.is_root or operation in {"GetCallerIdentity", "GetSessionToken"}:
            return
        asked = resources.of_request(service, operation, region, request)
        for action, resource in asked:
            context = {"aws:RequestedRegion": [region]}
            decision = self.decide(caller, action, resource, context)
            if not decision.allowed:
                plain = "AccessDenied" if service in _PLAIN_DENIAL else "AccessDeniedException"
                raise ApiError(_DENIALS.get(service, plain), decision.reason, status=403 if service != "ssm" else 400)


def _reason(caller: Identity, action: str, resource: str, *, explicit: bool) -> str:
    because = (
        "with an explicit deny in an identity-based policy"
        if explicit
        else f"because no identity-based policy allows the {action} action"
    )
    return f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource} {because}"
