# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys that were made through moto's IAM and STS; hold moto's lock."""

from __future__ import annotations

import datetime
import typing as t

from ..iam.keys import HeldKey, Key

if t.TYPE_CHECKING:
    from .data import MotoData


class Session(t.NamedTuple):
    """Temporary keys: owner_key_id is the key they were asked for with, None for those of a role; record is moto's."""

    key: Key
    owner_key_id: str | None
    role_arn: str
    record: t.Any


def of_user(moto: MotoData, access_key_id: str) -> HeldKey | None:
    """A user's active key of this id, held by moto's record of the user; None when there is none."""
    for user in moto.backend("iam", "aws").users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id and key.status == "Active":
                return HeldKey(Key(access_key_id, key.secret_access_key), user)
    return None


def of_session(moto: MotoData, access_key_id: str) -> Session | None:
    """The temporary keys of this id, ended or not; None when there are none."""
    found = moto.backend("sts", "aws").get_assumed_role_from_access_key(access_key_id)
    if found is None:
        return None
    # moto's moments are UTC without saying so.
    expires_at = found.expiration.replace(tzinfo=datetime.UTC).timestamp()
    key = Key(access_key_id, found.secret_access_key, found.session_token, expires_at)
    return Session(key, getattr(found, "owner_key_id", None), getattr(found, "role_arn", ""), found)
