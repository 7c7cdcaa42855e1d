# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What send_command costs beside its peers: python tests/benchmark --help."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.benchmark import table
from tests.benchmark.measuring import Cost, measure
from tests.support import local_sandbox
from tests.support.local_sandbox import CHECKOUT

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

WORK_SECONDS = 10
OUTPUT_BYTES = 2_000
PEER_MAXIMUM = 1_000
# Programs of their own for each node take a quarter of an hour and more for 1,000: only where they are chosen.
SLOW = ("AWS CLI, 8 at a time", "Ansible task for each host")
SLOW_MAXIMUM = 50
PEERS = pathlib.Path(__file__).parent / "peers"
BIN = pathlib.Path(sys.executable).parent
AWS = CHECKOUT / ".venv-benchmark" / "bin" / "aws"


def subjects(nodes: int, folder: pathlib.Path, sandbox: LocalSandbox) -> dict[str, list[str]]:
    """Command lines of everything that is compared at a size."""
    fleet = str(nodes)
    playbook = [sys.executable, str(BIN / "ansible-playbook")]
    results = f"results={folder / 'results.txt'}"
    found = {"send_command": [*playbook, str(PEERS / "send_command.yml"), "-e", f"fleet={fleet}", "-e", results]}
    if nodes > PEER_MAXIMUM:
        return found
    inventory = folder / "inventory"
    inventory.write_text("".join(f"{node}\n" for node in node_ids(sandbox, fleet)))
    return found | {
        "boto3 loop": [sys.executable, str(PEERS / "boto3_loop.py"), fleet],
        "AWS CLI, 8 at a time": ["sh", str(PEERS / "aws_cli.sh"), str(AWS), fleet],
        "Ansible task for each host": [
            *playbook,
            str(PEERS / "task_for_each_host.yml"),
            "-i",
            str(inventory),
            "--forks",
            "20",
            "-e",
            f"aws={AWS}",
            "-e",
            results,
            "-e",
            f"ansible_python_interpreter={sys.executable}",
        ],
    }


def is_measured(subject: str, nodes: int) -> bool:
    """Whether a subject is measured at a size unless subjects are chosen."""
    return subject not in SLOW or nodes <= SLOW_MAXIMUM


def node_ids(sandbox: LocalSandbox, fleet: str) -> list[str]:
    """Nodes of a fleet."""
    filters = [{"Key": "tag:Fleet", "Values": [fleet]}]
    pages = sandbox.client("ssm").get_paginator("describe_instance_information").paginate(Filters=filters)
    return [node["InstanceId"] for page in pages for node in page["InstanceInformationList"]]


def run(sizes: list[int], chosen: list[str], folder: pathlib.Path) -> list[Cost]:
    """Measure every subject at every size against one sandbox."""
    simulated = f"sandbox:duration={WORK_SECONDS},sandbox:stdout-bytes={OUTPUT_BYTES}"
    options = [option for size in sizes for option in ("--seed-nodes", f"{size},Fleet={size},{simulated}")]
    costs = []
    with local_sandbox.running(folder, *options) as sandbox:
        for size in sizes:
            lines = subjects(size, folder, sandbox)
            for subject in [name for name in lines if name in chosen or (not chosen and is_measured(name, size))]:
                sandbox.control("POST", "config", {"latency": {"*": table.LATENCY}})
                cost = measure(subject, size, lines[subject], sandbox, folder)
                sandbox.control("DELETE", "config")
                if cost.results != size:
                    raise RuntimeError(f"{subject} has {cost.results} results for {size} nodes")
                sys.stderr.write(f"{subject}, {size} nodes: {cost.wall:.1f} s, {cost.total_calls} calls\n")
                costs.append(cost)
    return costs


def main() -> int:
    """Measure, print the table, and say what does not hold; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 1_000, 10_000])
    parser.add_argument("--subjects", nargs="+", default=[], help="some of what is compared (default: all)")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        costs = run(arguments.sizes, arguments.subjects, pathlib.Path(folder))
    if arguments.json:
        arguments.json.write_text(json.dumps([vars(cost) for cost in costs], indent=2, default=dict))
    sys.stdout.write(table.render(costs))
    missed = table.missed_targets(costs)
    sys.stdout.writelines(f"MISSED: {sentence}\n" for sentence in missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
