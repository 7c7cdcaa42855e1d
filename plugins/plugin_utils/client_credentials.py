# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credentials of a client as they are, without the calls that renew them.

botocore renews temporary credentials while it signs a request, which can take minutes. It has no public way to the
credentials of a client; their properties renew them, their fields do not.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import Credentials, ReadOnlyCredentials


def fields_of_credentials(client: BaseClient) -> dict[str, t.Any]:
    """The fields of a client's credentials, empty if it has none."""
    credentials = _credentials(client)
    return vars(credentials) if credentials else {}


def stop_renewing(client: BaseClient) -> None:
    """Have `client` sign with the credentials that it has now: renewing them could take longer than a stop may."""
    credentials = _credentials(client)
    if credentials is not None and not isinstance(credentials, _CurrentCredentials):
        t.cast("t.Any", client)._request_signer._credentials = _CurrentCredentials(credentials)


def _credentials(client: BaseClient) -> Credentials | None:
    return getattr(getattr(client, "_request_signer", None), "_credentials", None)


class _CurrentCredentials:
    """What botocore's signer asks of credentials."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The credentials as they are; those that were never fetched are fetched."""
        current: ReadOnlyCredentials | None = vars(self._credentials).get("_frozen_credentials")
        return current or self._credentials.get_frozen_credentials()
