# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox of the tests is as one that a user starts, but for the time that its start takes."""

from __future__ import annotations

import pathlib
import signal
import subprocess
import typing as t

import pytest

from tests.support import local_sandbox, warm_sandbox

Json = dict[str, t.Any]
KEY_ID, SECRET = "AKIAFIXEDFIXEDFIXED1", "a-fixed-secret-of-tests"


def told(sandbox: local_sandbox.LocalSandbox) -> Json:
    """What clients are told at the start, as far as it is the same each time."""
    iam, ssm = sandbox.client("iam"), sandbox.client("ssm")
    image = sandbox.client("ec2").describe_images(Owners=["amazon"])["Images"][0]
    (node,) = ssm.describe_instance_information()["InstanceInformationList"]
    return {
        "environment": {**sandbox.environment, "AWS_ENDPOINT_URL": ""},
        "image": image["Name"],
        "managed policies": len(iam.list_policies(Scope="AWS", MaxItems=1000)["Policies"]),
        "documents": [one["Name"] for one in ssm.list_documents()["DocumentIdentifiers"]],
        "platform": node["PlatformName"],
        "tags": {tag["Key"]: tag["Value"] for tag in sandbox.client("ec2").describe_tags()["Tags"]},
        "health": sandbox.control("GET", "health"),
        "calls": sandbox.calls(),
    }


def test_it_is_as_one_that_is_started_cold(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("SANDBOX_SECRET_ACCESS_KEY", SECRET)
    answers = []
    for number, way in enumerate((local_sandbox, warm_sandbox)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with way.running(folder, "--seed-nodes", "1,Role=web", "--region", "eu-west-1") as sandbox:
            answers.append(told(sandbox))
            assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["sandbox.json", "sandbox.log"]
            (life,) = [path for path in folder.iterdir() if path.is_dir()]
            modes = [path.stat().st_mode & 0o777 for path in (folder / "sandbox.log", folder / "sandbox.json", life)]
            assert modes == [0o600, 0o600, 0o700]
        assert sandbox.process.wait(30) == 0
        assert [path.name for path in folder.iterdir()] == ["sandbox.log"]
    assert answers[0] == answers[1]


def test_each_has_its_own_ids_and_leaves_nothing_to_the_next(tmp_path: pathlib.Path) -> None:
    found = []
    for _start in range(2):
        with warm_sandbox.running(tmp_path, "--seed-nodes", "1") as sandbox:
            sandbox.client("sqs").create_queue(QueueName="left")
            (node,) = sandbox.client("ssm").describe_instance_information()["InstanceInformationList"]
            found.append((node["InstanceId"], sandbox.control_token))
            assert len(sandbox.client("sqs").list_queues()["QueueUrls"]) == 1
    assert len({part for one in found for part in one}) == 4


def test_its_end_is_told_as_that_of_a_child(tmp_path: pathlib.Path) -> None:
    sandbox = warm_sandbox.start(tmp_path)
    assert sandbox.process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        sandbox.process.wait(0)
    sandbox.kill()
    assert sandbox.process.poll() == -signal.SIGKILL
    # It has ended: nobody else may get this.
    sandbox.process.send_signal(signal.SIGKILL)
