# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One sandbox and one installed collection for all tests of AWX, and a controller that runs jobs with them."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from awx_plugins.credentials.plugins import aws
from awx_plugins.interfaces._temporary_private_credential_api import Credential

from tests.awx.jobs import Controller
from tests.support import local_sandbox
from tests.support.local_sandbox import CHECKOUT, LocalSandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

HOME_REGION = "eu-central-1"
OTHER_REGION = "us-east-1"
# Together 1,200 nodes in two regions, of which 50 fail.
_SEEDED = (
    "575,Fleet=large,sandbox:duration=1",
    "25,Fleet=large,sandbox:duration=1,sandbox:exit-code=3,sandbox:stderr-bytes=300",
    "3,Fleet=small,Role=web,sandbox:duration=0.2",
    "3,Fleet=slow,sandbox:duration=60",
    "2,Fleet=quiet,sandbox:duration=25",
)


def _node(number: int, **tags: str) -> dict[str, t.Any]:
    return {"instance_id": f"mi-{number:017x}", "region": OTHER_REGION, "name": f"rack-{number}", "tags": tags}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """A sandbox with a fleet in two regions, and small ones."""
    options = ["--region", HOME_REGION, *(option for fleet in _SEEDED for option in ("--seed-nodes", fleet))]
    good = {"Fleet": "large", "sandbox:duration": "1"}
    bad = {**good, "sandbox:exit-code": "3", "sandbox:stderr-bytes": "300"}
    nodes = [_node(number, **(good if number < 575 else bad)) for number in range(600)]
    with local_sandbox.running(tmp_path_factory.mktemp("sandbox"), *options) as running:
        running.control("POST", "config", {"nodes": nodes})
        yield running


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with nothing but the collection, installed from its archive."""
    folder = tmp_path_factory.mktemp("installed")
    program = str(pathlib.Path(sys.executable).with_name("ansible-galaxy"))
    # With the checkout on one of its paths, ansible-galaxy takes the collection for installed.
    paths = {"PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH"}
    clean = {name: value for name, value in os.environ.items() if name not in paths}
    build = [program, "collection", "build", "--output-path", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True, env=clean)
    (archive,) = folder.glob("*.tar.gz")
    install = ["collection", "install", "--no-deps", "--offline", "--collections-path", str(folder), str(archive)]
    subprocess.run([program, *install], check=True, capture_output=True, env=clean)
    return folder


@pytest.fixture(scope="session")
def credential(sandbox: LocalSandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What AWX's AWS credential adds to the environment of a job; the address of the sandbox, for want of AWS."""
    known = sandbox.environment
    inputs = {"username": known["AWS_ACCESS_KEY_ID"], "password": known["AWS_SECRET_ACCESS_KEY"]}
    environment: dict[str, str] = {}
    aws.custom_injectors(Credential(inputs), environment, str(tmp_path_factory.mktemp("credential")))
    return {**environment, "AWS_ENDPOINT_URL": known["AWS_ENDPOINT_URL"]}


@pytest.fixture(scope="session")
def controller(
    collections: pathlib.Path, credential: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Controller:
    """Runs jobs with the installed collection and the credential."""
    return Controller(collections, tmp_path_factory.mktemp("jobs"), credential)
