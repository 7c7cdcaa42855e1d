# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access keys, who holds them, and how fresh ones are made."""

from __future__ import annotations

import secrets
import string
import typing as t

_KEY_CHARACTERS: t.Final = string.ascii_uppercase + "234567"


class Key(t.NamedTuple):
    """An access key; session_token is "" for one that lasts, expires_at is in seconds since the epoch."""

    access_key_id: str
    secret: str
    session_token: str = ""
    expires_at: float | None = None


class HeldKey(t.NamedTuple):
    """A key, and who holds it.

    holder is what Principals.of_holder reads, None for the sandbox's own key; owner is the key that temporary ones were
    asked for with, None for all others.
    """

    key: Key
    holder: t.Any = None
    owner: HeldKey | None = None


def fresh_key_id(prefix: str = "AKIA") -> str:
    """A random access key id."""
    return prefix + "".join(secrets.choice(_KEY_CHARACTERS) for _number in range(16))


def fresh_secret() -> str:
    """A random secret access key."""
    return secrets.token_urlsafe(30)
