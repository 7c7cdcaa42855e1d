# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential type of the pack: its injectors, rendered as AWX does it, let boto3 assume the role."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import boto3
import pytest

from scripts.pattern import read_data

from ..support.local_sandbox import LocalSandbox
from .controller.credential_types import Injection, inject

(TYPE,) = read_data()["controller_credential_types"]
ROLE = "fleet"
EXTERNAL_ID = "4711"


@pytest.fixture(scope="module")
def role_arn(sandbox: LocalSandbox) -> str:
    """A role that wants an external ID."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = sandbox.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=document)
    return t.cast("str", made["Role"]["Arn"])


def inject_role(sandbox: LocalSandbox, folder: pathlib.Path, role_arn: str, **more: str) -> Injection:
    """What a job with a credential of the type gets, its file written."""
    keys = sandbox.environment
    values = {
        "access_key": keys["AWS_ACCESS_KEY_ID"],
        "secret_key": keys["AWS_SECRET_ACCESS_KEY"],
        "role_arn": role_arn,
        "region": keys["AWS_REGION"],
        **more,
    }
    injected = inject(TYPE["injectors"], values, {"config": str(folder / "config")})
    (folder / "config").write_text(injected.files["config"])
    return injected


def caller(monkeypatch: pytest.MonkeyPatch, environment: t.Mapping[str, str]) -> str:
    """Who boto3 is in a job with this environment."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return boto3.Session().client("sts").get_caller_identity()["Arn"]


def test_a_job_is_the_role_and_knows_its_region(
    sandbox: LocalSandbox, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, role_arn: str
) -> None:
    injected = inject_role(sandbox, tmp_path, role_arn, external_id=EXTERNAL_ID)
    environment = {**injected.env, "AWS_ENDPOINT_URL": sandbox.environment["AWS_ENDPOINT_URL"]}
    assert caller(monkeypatch, environment).endswith(f":assumed-role/{ROLE}/awx")
    assert boto3.Session().region_name == sandbox.environment["AWS_REGION"]
    assert not any(sandbox.environment["AWS_SECRET_ACCESS_KEY"] in value for value in injected.env.values())


def test_keys_in_the_environment_would_win(
    sandbox: LocalSandbox,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    role_arn: str,
    credential: dict[str, str],
) -> None:
    injected = inject_role(sandbox, tmp_path, role_arn, external_id=EXTERNAL_ID)
    # This is why tasks/aws_credential.yml refuses both together.
    assert ROLE not in caller(monkeypatch, {**injected.env, **credential})
