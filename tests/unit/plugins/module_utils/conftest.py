# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that answer as a test writes down, each with its Stubber."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.service_models import StubbedClient, stubbed_client

if t.TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ec2() -> Iterator[StubbedClient]:
    """EC2."""
    with stubbed_client("ec2") as stubbed:
        yield stubbed


@pytest.fixture
def ssm() -> Iterator[StubbedClient]:
    """SSM."""
    with stubbed_client("ssm") as stubbed:
        yield stubbed


@pytest.fixture
def stubbed(request: pytest.FixtureRequest) -> Iterator[StubbedClient]:
    """The service that the test's file names: C(SERVICE = "iam")."""
    with stubbed_client(request.module.SERVICE) as made:
        yield made
