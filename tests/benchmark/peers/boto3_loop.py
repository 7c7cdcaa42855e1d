# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer: SendCommand, and GetCommandInvocation for each node every two seconds until it ended."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import sys
import time

import boto3
from botocore.config import Config

POLL_SECONDS = 2
# More would wait for a connection of the client's pool.
THREADS = 32
ENDED = {"Success", "Failed", "Cancelled", "TimedOut"}


def main(fleet: str) -> None:
    """Run on the nodes of a fleet and write one line for each result."""
    ssm = boto3.client("ssm", config=Config(max_pool_connections=THREADS))
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

    def poll(instance_id: str) -> tuple[str, str, int]:
        answer = ssm.get_command_invocation(CommandId=command_id, InstanceId=instance_id)
        return instance_id, answer["Status"], len(answer["StandardOutputContent"])

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        while waiting:
            began = time.monotonic()
            answers = list(pool.map(poll, waiting))
            results += [f"{node} {status} {length}\n" for node, status, length in answers if status in ENDED]
            waiting = [node for node, status, _length in answers if status not in ENDED]
            time.sleep(max(0.0, began + POLL_SECONDS - time.monotonic()) if waiting else 0)
    pathlib.Path(os.environ["RESULTS"]).write_text("".join(results))


if __name__ == "__main__":
    main(sys.argv[1])
