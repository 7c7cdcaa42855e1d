# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that let a caller in: the sandbox's own, and those made through its IAM and STS."""

from __future__ import annotations

import datetime
import secrets
import string
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .moto_data import MotoData

_KEY_CHARACTERS: t.Final = string.ascii_uppercase + "234567"
# Shorter ones can be guessed; AWS's own have 40 characters.
SHORTEST_SECRET: t.Final = 16
SHORTEST_KEY_ID: t.Final = 16


class Key(t.NamedTuple):
    """An access key; session_token is "" for one that lasts, expires_at is in seconds since the epoch."""

    access_key_id: str
    secret: str
    session_token: str = ""
    expires_at: float | None = None


def fresh_key_id(prefix: str = "AKIA") -> str:
    """A random access key id."""
    return prefix + "".join(secrets.choice(_KEY_CHARACTERS) for _number in range(16))


def fresh_secret() -> str:
    """A random secret access key."""
    return secrets.token_urlsafe(30)


def own_key(environment: Mapping[str, str]) -> Key:
    """The sandbox's own key: the pair that the environment gives, else a fresh one.

    :raises ValueError: half a pair is given, or one that is too short.
    """
    access_key_id = environment.get("SANDBOX_ACCESS_KEY_ID", "")
    secret = environment.get("SANDBOX_SECRET_ACCESS_KEY", "")
    if not access_key_id and not secret:
        return Key(fresh_key_id(), fresh_secret())
    if not access_key_id or not secret:
        raise ValueError("SANDBOX_ACCESS_KEY_ID and SANDBOX_SECRET_ACCESS_KEY go together")
    allowed = frozenset(string.ascii_uppercase + string.digits)
    if len(access_key_id) < SHORTEST_KEY_ID or not allowed.issuperset(access_key_id):
        raise ValueError(f"SANDBOX_ACCESS_KEY_ID needs at least {SHORTEST_KEY_ID} capital letters and digits")
    if len(secret) < SHORTEST_SECRET or not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise ValueError(f"SANDBOX_SECRET_ACCESS_KEY needs at least {SHORTEST_SECRET} characters, with no space")
    return Key(access_key_id, secret)


class KeyRing:
    """Finds keys by their ids."""

    def __init__(self, own: Key, moto: MotoData) -> None:
        self._own = own
        self._moto = moto

    def find(self, access_key_id: str) -> Key | None:
        """The key of this id, None when there is no active one."""
        # moto's lock may be held for long, and nobody who has the sandbox's own key needs to wait for it.
        if access_key_id == self._own.access_key_id:
            return self._own
        with self._moto.lock:
            return self._of_user(access_key_id) or self._of_session(access_key_id)

    def _of_user(self, access_key_id: str) -> Key | None:
        for user in self._moto.backend("iam", "aws").users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key_id and key.status == "Active":
                    return Key(access_key_id, key.secret_access_key)
        return None

    def _of_session(self, access_key_id: str) -> Key | None:
        session = self._moto.backend("sts", "aws").get_assumed_role_from_access_key(access_key_id)
        if session is None or not self._is_owned(session):
            return None
        # moto's moments are UTC without saying so.
        expires_at = session.expiration.replace(tzinfo=datetime.UTC).timestamp()
        return Key(access_key_id, session.secret_access_key, session.session_token, expires_at)

    def _is_owned(self, session: t.Any) -> bool:
        """Whether there is still who the keys were made for: the holder of other keys, or a role."""
        owner = getattr(session, "owner_key_id", None)
        if owner is not None:
            return self.find(owner) is not None
        return self._moto.role_exists(session.role_arn)
