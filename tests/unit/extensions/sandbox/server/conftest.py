# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox that enforces IAM, and what tells that nobody did anything in it."""

from __future__ import annotations

import typing as t

import pytest

from tests.support import warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

NODE = "mi-0123456789abcdef0"


@pytest.fixture(scope="package")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """One sandbox for all: what is refused leaves no trace in it."""
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--enforce-iam") as running:
        running.control("POST", "nodes", {"instance_id": NODE})
        yield running


@pytest.fixture
def untouched(sandbox: LocalSandbox) -> Iterator[None]:
    """Fails the test when it has run a command, declared a node or changed the configuration."""
    ssm = sandbox.client("ssm")

    def state() -> t.Any:
        nodes = ssm.describe_instance_information()["InstanceInformationList"]
        return [node["InstanceId"] for node in nodes], ssm.list_commands()["Commands"], sandbox.executions()

    before = state()
    yield
    assert state() == before
