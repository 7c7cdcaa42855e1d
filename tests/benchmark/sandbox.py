# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the sandbox is, and how much memory it takes: the figures of its README, from one run.

    python tests/benchmark/sandbox.py [--commands 5000]

A request is signed once and sent again and again on one connection, so that the figures are the sandbox's and not
those of a client.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import pathlib
import sys
import tempfile
import time
import typing as t

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.benchmark.measuring import resident_bytes
from tests.support import local_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
NODES = 1_000
LISTINGS = 2_000
PAGE = 50
SIMULATED = "sandbox:duration=0,sandbox:stdout-bytes=200"


class Ssm:
    """One connection to the sandbox that sends each request as it was signed at first."""

    def __init__(self, sandbox: LocalSandbox) -> None:
        self._environment = sandbox.environment
        self._host = sandbox.url.removeprefix("http://")
        self._connection = http.client.HTTPConnection(self._host)
        self._signed: dict[tuple[str, str], dict[str, str]] = {}

    def ask(self, operation: str, **request: t.Any) -> Json:
        """The answer to a call."""
        body = json.dumps(request)
        if (operation, body) not in self._signed:
            self._signed[operation, body] = self._sign(operation, body)
        self._connection.request("POST", "/", body, self._signed[operation, body])
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"{operation}: {answer.decode()}")
        return t.cast("Json", json.loads(answer))

    def _sign(self, operation: str, body: str) -> dict[str, str]:
        headers = {"X-Amz-Target": f"AmazonSSM.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        made = AWSRequest("POST", f"http://{self._host}/", headers=headers, data=body)
        keys = Credentials(self._environment["AWS_ACCESS_KEY_ID"], self._environment["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(keys, "ssm", self._environment["AWS_REGION"]).add_auth(made)
        return {name: str(value) for name, value in made.headers.items()}

    def nodes(self) -> int:
        """How many nodes are online."""
        number = 0
        more: Json = {}
        while True:
            page = self.ask("DescribeInstanceInformation", MaxResults=PAGE, **more)
            number += len([node for node in page["InstanceInformationList"] if node["PingStatus"] == "Online"])
            if "NextToken" not in page:
                return number
            more = {"NextToken": page["NextToken"]}

    def send(self, role: str) -> str:
        """Send a command to the nodes with a tag; its id."""
        targets = [{"Key": "tag:Role", "Values": [role]}]
        request: Json = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo hello"]}}
        return str(self.ask("SendCommand", Targets=targets, MaxConcurrency="100%", **request)["Command"]["CommandId"])

    def wait(self, command_id: str) -> None:
        """Wait for the end of a command."""
        while self.ask("ListCommands", CommandId=command_id)["Commands"][0]["Status"] != "Success":
            time.sleep(0.02)


@contextlib.contextmanager
def timed() -> Iterator[list[float]]:
    """Appends the seconds of its block to what it gives."""
    seconds: list[float] = []
    began = time.monotonic()
    yield seconds
    seconds.append(time.monotonic() - began)


def figures(folder: pathlib.Path, commands: int) -> Iterator[tuple[str, str]]:
    """What was measured, and the figure."""
    fleets = (f"1,Role=one,{SIMULATED}", f"{PAGE},Role=page,{SIMULATED}", f"{NODES},Role=real")
    with timed() as seconds:
        sandbox = local_sandbox.start(folder, *(option for fleet in fleets for option in ("--seed-nodes", fleet)))
    try:
        ssm = Ssm(sandbox)
        yield f"start with {NODES:,} nodes, until it answers", f"{seconds[0]:.1f} s"
        with timed() as seconds:
            while ssm.nodes() < 1 + PAGE + NODES:
                pass
        yield "then, until all of them are listed as online", f"{seconds[0]:.2f} s"
        with timed() as seconds:
            ssm.wait(ssm.send("real"))
        yield f"a command to {NODES:,} nodes with subprocesses, until all have ended", f"{seconds[0]:.1f} s"
        yield from rates(ssm)
        yield from memory(ssm, sandbox.process.pid, commands)
    finally:
        sandbox.stop()


def rates(ssm: Ssm) -> Iterator[tuple[str, str]]:
    """Listings in a second, of a command with one node and of a page of fifty."""
    for role, title in (("one", "one node"), ("page", f"{PAGE} nodes")):
        command_id = ssm.send(role)
        ssm.wait(command_id)
        with timed() as seconds:
            for _number in range(LISTINGS):
                ssm.ask("ListCommandInvocations", CommandId=command_id, Details=True)
        yield f"ListCommandInvocations with details, {title}", f"{LISTINGS / seconds[0]:,.0f} a second"


def memory(ssm: Ssm, pid: int, commands: int) -> Iterator[tuple[str, str]]:
    """Commands in a second, and the memory on the way."""
    shown: list[str] = []
    with timed() as seconds:
        for number in range(1, commands + 1):
            last = ssm.send("one")
            if number in {commands // 5, commands * 3 // 5, commands}:
                ssm.wait(last)
                shown.append(f"{resident_bytes(pid) / 1e6:.0f} MB after {number:,}")
    yield "SendCommand to a simulated node", f"{commands / seconds[0]:,.0f} a second"
    yield "memory over these commands", ", ".join(shown)


def main() -> None:
    """Measure, and print a table for the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", type=int, default=5_000)
    commands = parser.parse_args().commands
    sys.stdout.write("| what | figure |\n| --- | --- |\n")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for title, figure in figures(pathlib.Path(folder), commands):
            sys.stdout.write(f"| {title} | {figure} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
