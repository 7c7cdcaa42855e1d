# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine keeps to beside its floors: limits of rate, memory, ramps, a command of no length.

python tests/benchmark/engine.py: each scenario is measured beside what it is compared with, in one run.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / ".tree"))

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, report
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Folder
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord, Run, Verdict

from tests.benchmark.measuring import MemorySampler, last_end
from tests.support import local_sandbox
from tests.support.local_sandbox import CHECKOUT, Playbook, send_command

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

LATENCY = 0.025
ALLOWED_RATE = 10
PEERS = pathlib.Path(__file__).parent / "peers"
FLEETS = (
    "1,Fleet=one,sandbox:duration=0",
    "1000,Fleet=limited,sandbox:duration=1,sandbox:stdout-bytes=5000",
    "10000,Fleet=large,sandbox:duration=1,sandbox:stdout-bytes=2000",
    "10000,Fleet=wide,sandbox:duration=1,sandbox:stdout-bytes=32000",
    "500,Fleet=ids,sandbox:duration=20",
)
Figures = dict[str, t.Any]


class Bench:
    """A sandbox with the fleets, and a folder for playbooks."""

    def __init__(self, sandbox: LocalSandbox, folder: pathlib.Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        # Beside a playbook, Ansible finds them.
        shutil.copytree(PEERS / "action_plugins", folder / "action_plugins", dirs_exist_ok=True)

    def play(self, *tasks: dict[str, t.Any]) -> Figures:
        """Seconds, calls by operation and peak memory (MB, all processes) of a playbook."""
        self._sandbox.clear_calls()
        playbook = Playbook(self._folder, self._sandbox, tasks)
        began = time.monotonic()
        process = playbook.start()
        sampler = MemorySampler(process.pid)
        run = playbook.finish(process, 1_800)
        wall = time.monotonic() - began
        memory = sampler.stop() // 1_000_000
        if run.returncode or (run.result is not None and run.result["failed"]):
            raise RuntimeError(run.output[-2_000:])
        return {"wall": round(wall, 2), "memory": memory, "calls": dict(self._sandbox.calls()), "output": run.output}

    def send(self, **arguments: t.Any) -> Figures:
        """The same for one task of send_command, with the seconds from the last node's end to the next task."""
        before = set(self._sandbox.executions())
        task = send_command({"commands": ["work"], "max_concurrency": "100%", **arguments})
        figures = self.play(task, self._note_time())
        sent = set(self._sandbox.executions()) - before
        return {**figures, "sent": sent, "tail": round(self._noted_time() - last_end(self._sandbox, sent), 2)}

    def listed_alone(self, command_id: str) -> float:
        """Seconds that boto3 takes for the pages of a command's invocations, with nothing done with them."""
        ssm = self._sandbox.client("ssm")
        ssm.list_commands()
        began = time.monotonic()
        for _page in ssm.get_paginator("list_command_invocations").paginate(CommandId=command_id, Details=True):
            pass
        return round(time.monotonic() - began, 2)

    def taken_alone(self) -> float:
        """Seconds from the return of an action to the next task, where the result is that of the last task sent."""
        result, returned = self._folder / "same_result.json", self._folder / "returned.txt"
        (self._folder / "result.json").rename(result)
        task = {"same_result": {"result": str(result), "returned": str(returned)}, "register": "registered"}
        self.play(task, self._note_time())
        return round(self._noted_time() - float(returned.read_text()), 2)

    def _note_time(self) -> dict[str, t.Any]:
        return {
            "ansible.builtin.copy": {
                "content": "{{ now(utc=true).timestamp() }}",
                "dest": str(self._folder / "ended.txt"),
                "mode": "0600",
            }
        }

    def _noted_time(self) -> float:
        return float((self._folder / "ended.txt").read_text())

    def configure(self, **values: t.Any) -> None:
        """Set latency, limits and so on; what was set before is as at the start."""
        self._sandbox.control("DELETE", "config")
        self._sandbox.control("POST", "config", values)

    def ids(self, fleet: str) -> list[str]:
        """The node IDs of a fleet."""
        filters = [{"Key": "tag:Fleet", "Values": [fleet]}]
        pages = self._sandbox.client("ssm").get_paginator("describe_instance_information").paginate(Filters=filters)
        return [node["InstanceId"] for page in pages for node in page["InstanceInformationList"]]


def one_node(bench: Bench) -> Figures:
    """A command of no length, beside a play that does nothing and a task of boto3 without any promise."""
    bench.configure()
    tasks: dict[str, dict[str, t.Any]] = {
        "empty play": {"ansible.builtin.meta": "noop"},
        "boto3 alone": {"bare_send": {"fleet": "one"}},
        "send_command": {"ssmops.run_command.send_command": {"target_tags": {"Fleet": "one"}, "commands": ["work"]}},
    }
    # In turns: what else the machine does meets all of them.
    rounds = [{name: bench.play(task)["wall"] for name, task in tasks.items()} for _round in range(5)]
    walls = {name: min(seconds[name] for seconds in rounds) for name in tasks}
    more = {f"{name}, more": round(walls[name] - walls["empty play"], 2) for name in ("boto3 alone", "send_command")}
    return {**walls, **more, "target": 0.5}


def limited_rate(bench: Bench) -> Figures:
    """1,000 nodes that each need a call of their own, at 10 of these per second."""
    limit = {"rate": ALLOWED_RATE, "burst": ALLOWED_RATE}
    bench.configure(latency={"*": LATENCY}, rate_limits={"GetCommandInvocation": limit})
    figures = bench.send(target_tags={"Fleet": "limited"})
    calls = figures["calls"]["GetCommandInvocation"]
    return {
        "calls": calls,
        "calls at most": 1_100,
        "throttled, %": round(100 * (calls - 1_000) / calls, 1),
        "tail": figures["tail"],
        "tail at most": round(1.15 * 1_000 / ALLOWED_RATE + 5, 1),
    }


def large_fleet(bench: Bench) -> Figures:
    """10,000 nodes: the tail beside what boto3 takes for its pages, and ansible-core for the same result."""
    bench.configure(latency={"*": LATENCY})
    figures = bench.send(target_tags={"Fleet": "large"})
    floor = figures["calls"]["ListCommandInvocations"] * LATENCY
    return {
        "calls": sum(figures["calls"].values()),
        "tail": figures["tail"],
        "floor": floor,
        "boto3 alone": bench.listed_alone(figures["sent"].pop()),
        "ansible-core alone": bench.taken_alone(),
        "target": 1.2 * floor + 1,
    }


def wide_outputs(bench: Bench) -> Figures:
    """10,000 nodes with 32 kB each, saved to files, with a result of 600,000 characters."""
    bench.configure()
    figures = bench.send(target_tags={"Fleet": "wide"}, output_dir="outputs", result_max_bytes=600_000)
    return {"memory, MB": figures["memory"], "target": 400, "seconds": figures["wall"]}


def by_ids(bench: Bench) -> Figures:
    """500 node IDs, beside the same nodes by tag."""
    bench.configure()
    tags = bench.send(target_tags={"Fleet": "ids"})["wall"]
    ids = bench.ids("ids")
    ramped = bench.send(instance_ids=ids)["wall"]
    at_once = bench.send(instance_ids=ids, max_errors="100%")["wall"]
    return {"by tag": tags, "by ID": ramped, "by ID, max_errors 100%": at_once}


def folding(_bench: Bench) -> Figures:
    """10,000 nodes that name themselves in 2,000 characters, folded, beside the JSON of the same result."""
    found = [_answered(number) for number in range(10_000)]
    folder = Folder()
    began = time.process_time()
    for invocation in found:
        folder.see(invocation)
    groups = folder.groups(found)
    folded = time.process_time() - began
    command: t.Any = {"CommandId": "c", "Status": "Success"}
    verdict = Verdict(Run([CommandRecord(command, {one.instance_id: one for one in found})]))
    result = report.build_result(verdict, folder)
    began = time.process_time()
    json.dumps(result)
    dumped = time.process_time() - began
    figures = {"groups": len(groups), "seconds": round(folded, 2), "json.dumps": round(dumped, 2)}
    return {**figures, "times json.dumps": round(folded / dumped, 1), "target, seconds": 1}


def _answered(number: int) -> output.Invocation:
    name = f"ip-10-0-{number // 250}-{number % 250}.ec2.internal"
    line = f"{name}: {number % 7} of the disks are full{'.' * 40}\r\n"
    status = "Success" if number % 7 else "Failed"
    step = output.Step("aws:runShellScript", status, status, 0, None, None, output.Text(line * 20, line), {})
    return output.Invocation(f"i-{number:017x}", name, "c", status, status, (step,))


SCENARIOS: t.Final = {
    scenario.__name__: scenario for scenario in (one_node, large_fleet, limited_rate, wide_outputs, by_ids, folding)
}


def measured(chosen: list[str]) -> Iterator[tuple[str, Figures]]:
    """The figures of the chosen scenarios."""
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(CHECKOUT / ".tree")
    options = [option for fleet in FLEETS for option in ("--seed-nodes", fleet)]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        path = pathlib.Path(folder)
        with local_sandbox.running(path, *options) as sandbox:
            for name in chosen:
                yield name, SCENARIOS[name](Bench(sandbox, path))


def main() -> None:
    """Print one line of JSON for each scenario."""
    parser = argparse.ArgumentParser(prog="engine", description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), help=", ".join(SCENARIOS))
    for name, figures in measured(parser.parse_args().scenarios):
        sys.stdout.write(json.dumps({name: figures}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
