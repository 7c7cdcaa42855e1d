# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer: the fewest lines that send a command and wait for its results, ten times a second."""

from __future__ import annotations

import time
import typing as t

import boto3
from ansible.plugins.action import ActionBase

POLL_SECONDS = 0.1


class ActionModule(ActionBase):
    """Takes C(fleet), the value of a tag."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        ssm = boto3.client("ssm")
        command = ssm.send_command(
            DocumentName="AWS-RunShellScript",
            Targets=[{"Key": "tag:Fleet", "Values": [self._task.args["fleet"]]}],
            Parameters={"commands": ["work"]},
        )["Command"]
        found: list[t.Any] = []
        while not found or any(one["Status"] in {"Pending", "InProgress"} for one in found):
            time.sleep(POLL_SECONDS)
            found = ssm.list_command_invocations(CommandId=command["CommandId"], Details=True)["CommandInvocations"]
        return {"changed": True, "found": [one["Status"] for one in found]}
