# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in: from which host, by which key. The sandbox runs shell commands, so everything else stays out."""

from __future__ import annotations

import hmac
import time
import typing as t

from ..wire import signatures, unsigned
from ..wire.errors import ApiError
from ..wire.refusals import Reason, Refusal

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..iam.keys import HeldKey, Key
    from ..wire.messages import Request
    from ..wire.signatures import Credential
    from .key_ring import KeyRing

CONTROL_HEADER: t.Final = "x-sandbox-token"
_LOOPBACK_NAMES: t.Final = ("127.0.0.1", "localhost", "[::1]")
_INVALID: t.Final = "The security token included in the request is invalid."
# Signatures of version 2 name no region.
_LEGACY_REGION: t.Final = "us-east-1"


class Admission:
    """The checks before anything of a request is acted on."""

    def __init__(self, keys: KeyRing, control_token: str, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._control_token = control_token.encode()
        self._clock = clock

    def check_place(self, request: Request, port: int) -> None:
        """ApiError unless a request was sent to a loopback address, by a program and not by a web page."""
        allowed = [f"{name}:{port}" for name in _LOOPBACK_NAMES]
        host = request.headers.get("host", "")
        if host.lower() not in allowed:
            raise _refused(f"The header Host must be one of {', '.join(allowed)}, not {host[:100]!r}.")
        if "origin" in request.headers:
            raise _refused("The sandbox answers no requests of web pages: the header Origin is refused.")
        if request.method == "OPTIONS":
            raise _refused("The sandbox answers no OPTIONS requests.")
        if not request.target.startswith("/") or "#" in request.target:
            raise ApiError("InvalidURI", "The request target must be a path, with no fragment.")

    def is_controller(self, request: Request) -> bool:
        """Whether a request carries the control token."""
        return hmac.compare_digest(request.headers.get(CONTROL_HEADER, "").encode(), self._control_token)

    def caller(self, request: Request) -> tuple[Credential, HeldKey]:
        """Who signed a request, for which region and service, and whose key it was.

        :raises Refusal: nobody who is known did, or not lately.
        :raises ApiError: 501 for an operation that clients do not sign, or a signature that cannot be verified here.
        """
        signature = signatures.read(request)
        operation = unsigned.operation_of(request, is_signed=signature is not None)
        if operation:
            raise ApiError("NotImplemented", f"The sandbox has no {operation}: clients do not sign it.", status=501)
        if signature is None:
            raise Refusal(Reason.MISSING, "Missing Authentication Token")
        held = self._keys.find(signature.credential.access_key_id)
        if held is None:
            raise Refusal(Reason.UNKNOWN_KEY, _INVALID)
        self._check_token(held.key, signature.token)
        signature.verify(held.key.secret, self._clock())
        credential = signature.credential
        return credential if credential.region else credential._replace(region=_LEGACY_REGION), held

    def _check_token(self, key: Key, given: str) -> None:
        if not hmac.compare_digest(key.session_token.encode(), given.encode()):
            raise Refusal(Reason.WRONG_TOKEN, _INVALID)
        if key.expires_at is not None and key.expires_at <= self._clock():
            raise Refusal(Reason.EXPIRED_TOKEN, "The security token included in the request is expired")


def _refused(why: str) -> ApiError:
    return ApiError("AccessDenied", why, status=403)
