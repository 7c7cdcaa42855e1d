# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment of a task decides where it sends and as whom, until its end; nodes do not get it."""

from __future__ import annotations

import json
import pathlib
import signal

from ansible_collections.ssmops.run_command.plugins.plugin_utils import interrupts

from tests.faults.test_stopped_controllers import SLOW, wait_for, wait_for_progress
from tests.support import local_sandbox
from tests.support.local_sandbox import LocalSandbox, Playbook, send_command

NOWHERE = "http://127.0.0.1:1"


def role_that_expires_soon(sandbox: LocalSandbox, folder: pathlib.Path) -> dict[str, str]:
    """An environment whose role is assumed for 900 s: botocore renews what has no more before every call."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    sandbox.client("iam").create_role(
        RoleName="operator", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    keys = sandbox.environment
    (folder / "credentials").write_text(
        f"[base]\naws_access_key_id = {keys['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {keys['AWS_SECRET_ACCESS_KEY']}\n"
    )
    (folder / "config").write_text(
        "[profile team]\nrole_arn = arn:aws:iam::123456789012:role/operator\nsource_profile = base\n"
        "duration_seconds = 900\n"
    )
    return {
        "AWS_PROFILE": "team",
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_ENDPOINT_URL": sandbox.url,
        "AWS_REGION": keys["AWS_REGION"],
    }


def test_a_stop_does_not_wait_for_credentials(tmp_path: pathlib.Path) -> None:
    """STS hangs while a role is to be renewed before every call: the command is cancelled with what is still valid."""
    with local_sandbox.running(tmp_path, "--seed-nodes", "1,Fleet=slow,sandbox:duration=60") as sandbox:
        task = send_command(SLOW, environment=role_that_expires_soon(sandbox, tmp_path))
        playbook = Playbook(tmp_path, sandbox, [task])
        process = playbook.start(variables={})
        command_id = wait_for_progress(playbook, process)
        hang = {"operation": "AssumeRole", "kind": "hang", "seconds": 60, "times": 99}
        sandbox.control("POST", "config", {"faults": [hang]})
        process.send_signal(signal.SIGINT)
        wait_for(lambda: sandbox.calls().get("CancelCommand", 0) == 1, interrupts.STOP_SECONDS)
        process.wait(30)
        assert f"asked AWS to cancel the commands {command_id}" in playbook.output()


def test_a_role_that_is_renewed_in_the_wait(tmp_path: pathlib.Path) -> None:
    """The shell names an endpoint that answers nothing and no profile, so each renewal must read the task's own."""
    with local_sandbox.running(tmp_path, "--seed-nodes", "1,Fleet=real") as sandbox:
        environment = role_that_expires_soon(sandbox, tmp_path)
        sandbox.clear_calls()
        task = send_command({"target_tags": {"Fleet": "real"}, "commands": ["sleep 2", "env"]}, environment=environment)
        playbook = Playbook(tmp_path, sandbox, [task])
        run = playbook.finish(playbook.start(variables={"AWS_ENDPOINT_URL": NOWHERE}))
        assert run.result is not None, run.output
        assert not run.result["failed"], run.result["msg"]
        assert sandbox.calls()["AssumeRole"] > 1
        account = sandbox.client("sts").get_caller_identity()["Account"]
        assert f"({environment['AWS_REGION']}, {sandbox.url}, account {account})" in run.output
        (entry,) = run.result["invocations"].values()
        assert "PATH=" in entry["stdout"]
        assert "AWS_PROFILE" not in entry["stdout"]
        assert sandbox.url not in entry["stdout"]
