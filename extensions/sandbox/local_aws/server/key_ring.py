# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that let a caller in: the sandbox's own, and those made through its IAM and STS."""

from __future__ import annotations

import string
import typing as t

from ..iam.keys import HeldKey, Key, fresh_key_id, fresh_secret
from ..moto import access_keys

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ..moto.data import MotoData

# Shorter ones can be guessed; AWS's own have 40 characters.
SHORTEST_SECRET: t.Final = 16
SHORTEST_KEY_ID: t.Final = 16


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

    def find(self, access_key_id: str) -> HeldKey | None:
        """The key of this id and who holds it, None when there is no active one."""
        # moto's lock may be held for long, and nobody who has the sandbox's own key needs to wait for it.
        if access_key_id == self._own.access_key_id:
            return HeldKey(self._own)
        with self._moto.lock:
            return access_keys.of_user(self._moto, access_key_id) or self._of_session(access_key_id)

    def _of_session(self, access_key_id: str) -> HeldKey | None:
        """Temporary keys, as long as there is still who they were made for: the holder of other keys, or a role."""
        session = access_keys.of_session(self._moto, access_key_id)
        if session is None:
            return None
        if session.owner_key_id is None:
            return HeldKey(session.key, session.record) if self._moto.role_exists(session.role_arn) else None
        owner = self.find(session.owner_key_id)
        return HeldKey(session.key, session.record, owner) if owner else None
