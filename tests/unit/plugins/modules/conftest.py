# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of modules share."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from moto import mock_aws
from moto.iam.aws_managed_policies import aws_managed_policies_data

from .stubbed_clients import StubbedClients

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients take AWS's own endpoints, which moto stands for, whatever the environment says."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    for name in ("AWS_URL", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws(no_endpoint: None) -> Iterator[None]:
    """An empty account of moto's."""
    with mock_aws():
        yield


@functools.cache
def policies_of_aws() -> str:
    """AWS's own managed policies for SSM and S3, as moto has them; all would take a second in each account."""
    whole = json.loads(aws_managed_policies_data)
    return json.dumps({name: policy for name, policy in whole.items() if name.startswith(("AmazonSSM", "AmazonS3"))})


@pytest.fixture
def aws_with_policies(no_endpoint: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account of moto's that knows AWS's own managed policies."""
    monkeypatch.setattr("moto.iam.models.aws_managed_policies_data", policies_of_aws())
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        yield


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedClients]:
    """Clients that answer as the test writes down; what it wrote must all be asked for."""
    clients = StubbedClients(monkeypatch)
    yield clients
    clients.assert_all_used()


@pytest.fixture
def refuse_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any request for a client fails the test."""

    def refuse(_self: object, service: str) -> t.NoReturn:
        raise AssertionError(f"asked for a client of {service}")

    monkeypatch.setattr(AnsibleAWSModule, "client", refuse)
