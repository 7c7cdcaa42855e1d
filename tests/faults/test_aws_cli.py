# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS CLI, whose signer is not the one that the sandbox was tested with, gets in by the right secret only."""

from __future__ import annotations

import os
import pathlib
import subprocess
import typing as t

import pytest

from tests.support.local_sandbox import CHECKOUT

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

AWS = CHECKOUT / ".venv-faults" / "bin" / "aws"


def run(
    sandbox: LocalSandbox, folder: pathlib.Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    if not AWS.exists():
        pytest.fail("the AWS CLI is not installed: make faults installs it in an environment of its own")
    own = {"HOME": str(folder), "PATH": os.environ["PATH"], **sandbox.environment, **environment}
    return subprocess.run([str(AWS), *arguments], env=own, cwd=folder, capture_output=True, text=True, check=False)


CALLS = {
    "ssm list-commands": "InvalidSignatureException",
    "iam list-users": "SignatureDoesNotMatch",
    "s3api list-buckets": "SignatureDoesNotMatch",
}


@pytest.mark.parametrize("call", CALLS)
def test_the_right_secret_gets_in_and_a_wrong_one_does_not(
    sandbox: LocalSandbox, tmp_path: pathlib.Path, call: str
) -> None:
    right = run(sandbox, tmp_path, *call.split())
    assert right.returncode == 0, right.stderr
    wrong = run(sandbox, tmp_path, *call.split(), AWS_SECRET_ACCESS_KEY="wrong", AWS_MAX_ATTEMPTS="1")
    assert wrong.returncode != 0
    assert CALLS[call] in wrong.stderr


def test_a_file_goes_up_and_comes_down(sandbox: LocalSandbox, tmp_path: pathlib.Path) -> None:
    (tmp_path / "up").write_bytes(os.urandom(9_000_000))
    for arguments in (["mb", "s3://cli"], ["cp", "up", "s3://cli/a b?c"], ["cp", "s3://cli/a b?c", "down"]):
        done = run(sandbox, tmp_path, "s3", *arguments)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "down").read_bytes() == (tmp_path / "up").read_bytes()
