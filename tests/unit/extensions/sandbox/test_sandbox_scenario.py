# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a Molecule scenario leads to its sandbox, or nowhere."""

from __future__ import annotations

import json
import pathlib

import boto3
import botocore.exceptions
import pytest
import sandbox_scenario

READY = {
    "endpoint_url": "http://127.0.0.1:4567",
    "region": "eu-central-1",
    "access_key_id": "AKIASANDBOX000000001",
    "secret_access_key": "a%secret/of+the=sandbox",
}


@pytest.fixture
def directory(tmp_path: pathlib.Path) -> pathlib.Path:
    """The directory of a sandbox that serves."""
    folder = tmp_path / ".sandbox"
    folder.mkdir()
    (folder / "ready.json").write_text(json.dumps(READY))
    return folder


@pytest.fixture
def environment(directory: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of its scenario, which is this process's own too."""
    variables = {
        "AWS_CONFIG_FILE": str(directory / "aws"),
        "AWS_SHARED_CREDENTIALS_FILE": str(directory / "aws"),
        "AWS_PROFILE": "ssmops-sandbox",
    }
    for name in (
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        *sandbox_scenario.stronger_variables(dict.fromkeys(FORBIDDEN, "x")),
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


FORBIDDEN = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SSM",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_ROLE_ARN",
    "AWS_URL",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
]


def test_boto3_finds_the_sandbox_by_the_environment(environment: dict[str, str], directory: pathlib.Path) -> None:
    assert sandbox_scenario.main(["write"]) == 0
    client = boto3.Session().client("ssm")
    keys = boto3.Session().get_credentials()
    assert (client.meta.endpoint_url, client.meta.region_name) == (READY["endpoint_url"], READY["region"])
    assert keys is not None
    assert (keys.access_key, keys.secret_key) == (READY["access_key_id"], READY["secret_access_key"])
    assert pathlib.Path(environment["AWS_CONFIG_FILE"]).stat().st_mode & 0o777 == 0o600
    assert (directory / ".gitignore").read_text() == "*\n"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("variables", [{}, {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real"}])
def test_without_its_sandbox_there_is_no_client(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(botocore.exceptions.ProfileNotFound):
        boto3.Session().client("ssm", region_name="us-east-1")


def test_nothing_is_written_where_none_serves(
    environment: dict[str, str], directory: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (directory / "ready.json").unlink()
    assert sandbox_scenario.main(["write"]) == 1
    assert "ready.json" in capsys.readouterr().err
    assert not pathlib.Path(environment["AWS_CONFIG_FILE"]).exists()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_could_lead_to_aws_is_named(environment: dict[str, str], name: str) -> None:
    with pytest.raises(sandbox_scenario.ScenarioError, match=rf"unset {name}\."):
        sandbox_scenario.check_environment({**environment, name: "x"})


def test_an_empty_variable_is_none(environment: dict[str, str], directory: pathlib.Path) -> None:
    variables = {**environment, **dict.fromkeys(FORBIDDEN, ""), "AWS_REGION": "eu-west-1", "HOME": "/h"}
    assert sandbox_scenario.check_environment(variables) == directory


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_CONFIG_FILE", ""),
        ("AWS_CONFIG_FILE", "/h/.aws/config"),
        ("AWS_CONFIG_FILE", ".sandbox/aws"),
        ("AWS_SHARED_CREDENTIALS_FILE", ""),
        ("AWS_SHARED_CREDENTIALS_FILE", "/h/.aws/credentials"),
        ("AWS_PROFILE", ""),
        ("AWS_PROFILE", "production"),
    ],
)
@pytest.mark.parametrize("argument", ["directory", "check", "write"])
def test_the_scenarios_own_variables_must_agree(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    argument: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert sandbox_scenario.main([argument]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{name} is {value or 'not set'}")
    assert "ansible.env of molecule.yml" in said
    assert environment[name]


def test_a_scenario_can_be_destroyed_with_keys_in_the_environment(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    assert sandbox_scenario.main(["directory"]) == 0
    assert capsys.readouterr().out.strip() == str(pathlib.Path(environment["AWS_CONFIG_FILE"]).parent)


def test_other_arguments_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert sandbox_scenario.main([]) == 2
    assert "prints the directory" in capsys.readouterr().err
