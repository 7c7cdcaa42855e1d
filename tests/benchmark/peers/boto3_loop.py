# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer: SendCommand, and GetCommandInvocation for each node every two seconds until it ended."""

from __future__ import annotations

import os
import pathlib
import sys
import time

import boto3

POLL_SECONDS = 2
ENDED = {"Success", "Failed", "Cancelled", "TimedOut"}


def main(fleet: str) -> None:
    """Run on the nodes of a fleet and write one line for each result."""
    ssm = boto3.client("ssm")
    command_id = ssm.send_command(
        DocumentName="AWS-RunShellScript",
        Targets=[{"Key": "tag:Fleet", "Values": [fleet]}],
        Parameters={"commands": ["work"]},
        MaxConcurrency="100%",
    )["Command"]["CommandId"]
    time.sleep(POLL_SECONDS)
    pages = ssm.get_paginator("list_command_invocations").paginate(CommandId=command_id)
    waiting = [found["InstanceId"] for page in pages for found in page["CommandInvocations"]]
    results = []
    while waiting:
        still_waiting = []
        for instance_id in waiting:
            answer = ssm.get_command_invocation(CommandId=command_id, InstanceId=instance_id)
            if answer["Status"] in ENDED:
                results.append(f"{instance_id} {answer['Status']} {len(answer['StandardOutputContent'])}\n")
            else:
                still_waiting.append(instance_id)
        waiting = still_waiting
        time.sleep(POLL_SECONDS)
    pathlib.Path(os.environ["RESULTS"]).write_text("".join(results))


if __name__ == "__main__":
    main(sys.argv[1])
