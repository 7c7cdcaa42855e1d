# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GetSessionToken and GetFederationToken make keys that work; moto's are the same for everybody and let nobody in."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.sts.responses import TokenResponse
from moto.sts.utils import random_session_token

from ..iam.keys import fresh_key_id, fresh_secret
from ..wire.errors import ApiError
from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("GetSessionToken, GetFederationToken", "give all the same keys", "make keys that let their owner in"),
)
_DEFAULT_SECONDS: t.Final = 43_200
_SHORTEST_SECONDS: t.Final = 900
_LONGEST_SECONDS: t.Final = 129_600


@dataclasses.dataclass
class OwnedSession:
    """Keys that the holder of other keys has asked for; moto finds it among the sessions of roles.

    policy is a federated user's session policy, "" for none; expiration is UTC without saying so, as moto's are.
    """

    owner_key_id: str
    arn: str
    user_id: str
    account_id: str
    expiration: datetime.datetime
    is_federated: bool = False
    policy: str = ""
    access_key_id: str = dataclasses.field(default_factory=lambda: fresh_key_id("ASIA"))
    secret_access_key: str = dataclasses.field(default_factory=fresh_secret)
    session_token: str = dataclasses.field(default_factory=random_session_token)


def apply() -> None:
    """Put the corrections in place."""
    wrap(TokenResponse, "get_session_token", _get_session_token)
    wrap(TokenResponse, "get_federation_token", _get_federation_token)


def _get_session_token(original: t.Any, response: t.Any) -> ActionResult:
    del original
    return ActionResult({"Credentials": _credentials(_session(response))})


def _get_federation_token(original: t.Any, response: t.Any) -> ActionResult:
    session = _session(response)
    answer = t.cast("dict[str, t.Any]", original(response).result)
    session.arn = str(answer["FederatedUser"]["Arn"])
    session.user_id = str(answer["FederatedUser"]["FederatedUserId"])
    session.is_federated = True
    session.policy = response._get_param("Policy") or ""
    return ActionResult({**answer, "Credentials": _credentials(session)})


def _session(response: t.Any) -> OwnedSession:
    owner = response.get_access_key()
    if response.backend.get_assumed_role_from_access_key(owner):
        raise ApiError("AccessDenied", f"Cannot call {response._get_action()} with session credentials", status=403)
    user_id, arn, account_id = response.backend.get_caller_identity(owner, response.region)
    seconds = response._get_int_param("DurationSeconds", _DEFAULT_SECONDS)
    if not _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
        message = f"DurationSeconds must be from {_SHORTEST_SECONDS} to {_LONGEST_SECONDS}, not {seconds}"
        raise ApiError("ValidationError", message)
    session = OwnedSession(owner, arn, user_id, account_id, utcnow() + datetime.timedelta(seconds=seconds))
    response.backend.assumed_roles.append(session)
    return session


def _credentials(session: OwnedSession) -> dict[str, t.Any]:
    return {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
        "Expiration": session.expiration,
    }
