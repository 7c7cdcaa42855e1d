# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of managed nodes beside that of EC2 instances by amazon.aws: calls, seconds and memory.

python tests/benchmark/inventory.py: both read the same 10,000 nodes in one run, with a latency for each call.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.benchmark.measuring import MemorySampler
from tests.support import local_sandbox
from tests.support.local_sandbox import CHECKOUT

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

NODES = 10_000
LATENCY = 0.025
SOURCES: t.Final = {
    "managed_nodes": {"plugin": "ssmops.run_command.managed_nodes", "regions": ["us-east-1"]},
    "aws_ec2": {"plugin": "amazon.aws.aws_ec2", "regions": ["us-east-1"], "hostnames": ["instance-id"]},
}


def read(sandbox: LocalSandbox, folder: pathlib.Path, name: str) -> dict[str, t.Any]:
    """Seconds, calls and memory (MB) of listing the hosts of a source."""
    source = folder / f"fleet.{name}.yml"
    source.write_text(json.dumps(SOURCES[name]))
    sandbox.clear_calls()
    began = time.monotonic()
    program = str(pathlib.Path(sys.executable).with_name("ansible-inventory"))
    with (folder / "hosts.json").open("wb") as listed:
        process = subprocess.Popen(
            [program, "--inventory", str(source), "--list"], env={**os.environ, **sandbox.environment}, stdout=listed
        )
        sampler = MemorySampler(process.pid)
        if process.wait():
            raise RuntimeError(f"{name}: ansible-inventory ended with {process.returncode}")
    seconds, memory = time.monotonic() - began, sampler.stop() // 1_000_000
    hosts = len(json.loads((folder / "hosts.json").read_bytes())["_meta"]["hostvars"])
    return {"hosts": hosts, "seconds": round(seconds, 1), "memory, MB": memory, "calls": dict(sandbox.calls())}


def main() -> None:
    """Print one line of JSON for each source."""
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(CHECKOUT / ".tree")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        folder = pathlib.Path(directory)
        with local_sandbox.running(folder, "--seed-nodes", f"{NODES},Fleet=large") as sandbox:
            sandbox.control("POST", "config", {"latency": {"*": LATENCY}})
            for name in SOURCES:
                sys.stdout.write(json.dumps({name: read(sandbox, folder, name)}) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
