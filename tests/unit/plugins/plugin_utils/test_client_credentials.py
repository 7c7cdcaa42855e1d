# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client signs with another one's credentials of the moment, and renews nothing."""

from __future__ import annotations

import datetime
import typing as t

import boto3
from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_credentials import (
    fields_of_credentials,
    stop_renewing,
)
from botocore.credentials import Credentials, DeferredRefreshableCredentials, RefreshableCredentials


def new_client(credentials: Credentials | None = None) -> t.Any:
    session = boto3.session.Session("AKIASTATIC", "secret-of-the-test", region_name="eu-west-1")
    client: t.Any = session.client("ssm", endpoint_url="http://127.0.0.1:1")
    if credentials is not None:
        client._request_signer._credentials = credentials
    return client


class Renewals:
    """Keys KEY-1, KEY-2, ... that expire after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.number = 0
        self._seconds = seconds

    def fetch(self) -> dict[str, str]:
        self.number += 1
        expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=self._seconds)
        key = {"access_key": f"KEY-{self.number}", "secret_key": "secret-of-the-test", "token": "token"}
        return {**key, "expiry_time": expires.isoformat()}


def key_of_a_request(client: t.Any) -> str:
    """The key ID that the client signs a request with."""
    url: str = client.generate_presigned_url("list_commands")
    return url.partition("Credential=")[2].partition("%2F")[0]


def test_what_is_about_to_expire_is_used_as_it_is() -> None:
    renewals = Renewals(seconds=60)
    client = new_client(RefreshableCredentials.create_from_metadata(renewals.fetch(), renewals.fetch, "test"))
    assert key_of_a_request(client) == "KEY-2"
    stop_renewing(client)
    stop_renewing(client)
    assert [key_of_a_request(client), key_of_a_request(client)] == ["KEY-2", "KEY-2"]
    assert renewals.number == 2


def test_what_was_never_fetched_is_fetched() -> None:
    renewals = Renewals(seconds=3_600)
    client = new_client(DeferredRefreshableCredentials(renewals.fetch, "test"))
    stop_renewing(client)
    assert key_of_a_request(client) == "KEY-1"


def test_keys_without_an_end_are_the_same() -> None:
    client = new_client()
    stop_renewing(client)
    assert key_of_a_request(client) == "AKIASTATIC"


def test_a_client_without_credentials_has_no_fields() -> None:
    client = new_client()
    client._request_signer._credentials = None
    assert fields_of_credentials(client) == {}
    stop_renewing(client)
    assert client._request_signer._credentials is None
