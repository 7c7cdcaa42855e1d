# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs moto's own tests of the services that the sandbox has against a sandbox.

    python tests/moto_suite DIRECTORY [ARGUMENTS FOR pytest]

The tests are in moto's source distribution, of the version that the sandbox needs; they are unpacked in DIRECTORY.
"""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.support import local_sandbox

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

HERE: t.Final = pathlib.Path(__file__).parent
SERVICES: t.Final = ("ssm", "iam", "ec2", "logs", "events", "cloudwatch", "sns", "sqs", "s3", "sts")


def unpacked(directory: pathlib.Path) -> pathlib.Path:
    """A directory with moto's tests, downloaded once for each version."""
    version = importlib.metadata.version("moto")
    place = directory / f"moto-{version}"
    if not place.exists():
        with tempfile.TemporaryDirectory() as folder:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "moto"]
            subprocess.run([*pip, "--dest", folder, f"moto=={version}"], check=True)
            (archive,) = pathlib.Path(folder).glob("moto-*.tar.gz")
            with tarfile.open(archive) as opened:
                wanted = [one for one in opened.getmembers() if pathlib.PurePath(one.name).parts[1:2] == ("tests",)]
                opened.extractall(pathlib.Path(folder), wanted, filter="data")
            directory.mkdir(parents=True, exist_ok=True)
            shutil.move(pathlib.Path(folder) / f"moto-{version}", place)
    return place


def environment(sandbox: LocalSandbox) -> dict[str, str]:
    """What the adapter and moto's tests need to find the sandbox."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    return {
        **inherited,
        **{name: value for name, value in sandbox.environment.items() if name != "AWS_ENDPOINT_URL"},
        "AWS_EC2_METADATA_DISABLED": "true",
        "TEST_SERVER_MODE": "true",
        "TEST_SERVER_MODE_ENDPOINT": sandbox.url,
        "SANDBOX_CONTROL_TOKEN": sandbox.control_token,
        "EXPECTED_FAILURES": str(HERE / "expected_failures.txt"),
        "PYTHONPATH": str(HERE),
    }


def main(directory: str, arguments: list[str]) -> int:
    """Run the tests; the exit code of pytest."""
    place = unpacked(pathlib.Path(directory))
    # As in moto's own server: they take a second of each test that uses IAM.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
    is_chosen = any(argument.startswith("tests/") for argument in arguments)
    tests = [] if is_chosen else [f"tests/test_{service}" for service in SERVICES]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "moto_suite_adapter", "--rootdir", ".", "-c", os.devnull]
    with (
        tempfile.TemporaryDirectory(prefix="moto-suite-") as folder,
        local_sandbox.running(pathlib.Path(folder)) as sandbox,
    ):
        ran = subprocess.run([*pytest, *tests, *arguments], check=False, cwd=place, env=environment(sandbox))
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
