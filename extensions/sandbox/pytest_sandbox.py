# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of pytest for code that calls Run Command with boto3; the guide for the sandbox shows how to use them.

With this file's directory in pytest's setting pythonpath, a conftest.py has pytest_plugins = ["pytest_sandbox"].
"""

from __future__ import annotations

import json
import os
import typing as t

import boto3
import pytest
import sandbox_python
import sandbox_start

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 60
_STOP_SECONDS = 30


class SsmSandbox:
    """A sandbox that serves."""

    def __init__(self, ready: dict[str, t.Any]) -> None:
        self.endpoint_url: str = ready["endpoint_url"]
        # For the header X-Sandbox-Token of requests to the sandbox's own addresses.
        self.control_token: str = ready["control_token"]
        # What a program needs in its environment to use the sandbox, and no file of the user.
        self.environment: dict[str, str] = {
            "AWS_ENDPOINT_URL": ready["endpoint_url"],
            "AWS_REGION": ready["region"],
            "AWS_DEFAULT_REGION": ready["region"],
            "AWS_ACCESS_KEY_ID": ready["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": ready["secret_access_key"],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str, **options: t.Any) -> t.Any:
        """A boto3 client of the sandbox, such as client("ssm"); options go to boto3, region_name among them."""
        known = self.environment
        defaults = {
            "endpoint_url": self.endpoint_url,
            "region_name": known["AWS_REGION"],
            "aws_access_key_id": known["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": known["AWS_SECRET_ACCESS_KEY"],
        }
        return boto3.client(t.cast("t.Any", service), **{**defaults, **options})


@pytest.fixture(scope="session")
def ssm_sandbox_options() -> list[str]:
    """Options of the sandbox's command line; a conftest.py may have a fixture of this name with others."""
    return []


@pytest.fixture(scope="session")
def ssm_sandbox(ssm_sandbox_options: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SsmSandbox]:
    """A sandbox for all tests, with a Python that has what it needs; the first time, its environment is made."""
    python = sandbox_python.prepare_python(os.environ)
    folder = tmp_path_factory.mktemp("ssm-sandbox")
    files = sandbox_start.Files(folder / "sandbox.log", folder / "ready.json")
    process = sandbox_start.start_sandbox(str(python), ssm_sandbox_options, files, _START_SECONDS)
    try:
        yield SsmSandbox(json.loads(files.ready.read_text(encoding="utf-8")))
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


@pytest.fixture
def ssm_sandbox_environment(ssm_sandbox: SsmSandbox, monkeypatch: pytest.MonkeyPatch) -> SsmSandbox:
    """The sandbox, to which every client leads that the test makes: nothing of the user's own AWS is left."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in ssm_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return ssm_sandbox
