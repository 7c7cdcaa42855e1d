# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a client's calls go is told in words, and telling it makes no call."""

from __future__ import annotations

import pathlib
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_place import client_place

ROLE = "arn:aws:iam::123456789012:role/operator"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    """Keys in the environment, and no other settings."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_ACCOUNT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def new_client(region: str = "eu-west-1", profile: str | None = None, **more: t.Any) -> t.Any:
    return boto3.session.Session(profile_name=profile).client("ssm", region_name=region, **more)


@pytest.mark.parametrize(
    ("region", "endpoint_url", "place"),
    [
        ("eu-west-1", None, "eu-west-1"),
        ("cn-north-1", None, "cn-north-1"),
        ("us-iso-east-1", None, "us-iso-east-1"),
        ("eu-west-1", "https://ssm.eu-west-1.api.aws", "eu-west-1"),
        ("us-gov-west-1", "https://ssm-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("eu-west-1", "https://vpce-0abc.ssm.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("eu-west-1", "https://ssm.us-east-1.amazonaws.com", "eu-west-1, https://ssm.us-east-1.amazonaws.com"),
        ("us-east-1", "http://127.0.0.1:4566", "us-east-1, http://127.0.0.1:4566"),
        ("us-east-1", "http://me:hunter2@ssm.us-east-1.test:80/x", "us-east-1, http://ssm.us-east-1.test:80/x"),
        ("us-east-1", "https://ssm.us-east-1.notamazonaws.com", "us-east-1, https://ssm.us-east-1.notamazonaws.com"),
    ],
)
def test_the_region_and_an_endpoint_that_is_not_aws_s(region: str, endpoint_url: str | None, place: str) -> None:
    assert client_place(new_client(region, endpoint_url=endpoint_url)) == place


def test_the_account_of_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    assert client_place(new_client()) == "eu-west-1, account 123456789012"
    # As amazon.aws does it.
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret-of-the-test"}
    assert client_place(new_client(**keys)) == "eu-west-1, account 123456789012"
    assert client_place(new_client(**{**keys, "aws_access_key_id": "AKIAOTHER"})) == "eu-west-1"


def test_the_account_of_a_role_is_known_once_it_is_assumed(tmp_path: pathlib.Path) -> None:
    (tmp_path / "config").write_text(f"[profile team]\nrole_arn = {ROLE}\ncredential_source = Environment\n")
    client = new_client(profile="team", endpoint_url="http://127.0.0.1:1")
    # A call would fail: nothing answers there.
    assert client_place(client) == "eu-west-1, http://127.0.0.1:1"
    client._request_signer._credentials._account_id = "123456789012"
    assert client_place(client) == "eu-west-1, http://127.0.0.1:1, account 123456789012"


def test_a_client_without_credentials_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert client_place(new_client()) == "eu-west-1"
