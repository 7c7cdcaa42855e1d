# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox with fleets, the two injectors, and a way to run a task against them."""

from __future__ import annotations

import os
import pathlib
import shutil
import typing as t

import pytest

from tests.faults.injectors import Injector, Microburst, MicroburstInjector, SandboxInjector
from tests.support import local_sandbox
from tests.support.local_sandbox import CHECKOUT, LocalSandbox, Playbook, PlaybookRun

if t.TYPE_CHECKING:
    from collections.abc import Iterator

SIXTY = 60
THOUSAND_GOOD = 900
THOUSAND_BAD = 100
_FLEETS = (
    f"{SIXTY},Fleet=sixty",
    f"{SIXTY},Fleet=slow,sandbox:duration=8",
    f"{THOUSAND_GOOD},Fleet=thousand,sandbox:duration=0.5",
    f"{THOUSAND_BAD},Fleet=thousand,sandbox:duration=0.5,sandbox:exit-code=1",
    "1,Fleet=one",
    "1,Fleet=silent,sandbox:ping-status=ConnectionLost",
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark of what takes long."""
    config.addinivalue_line("markers", "long: takes more than a few seconds; left out of the short form")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """A sandbox with all fleets."""
    options = [option for fleet in _FLEETS for option in ("--seed-nodes", fleet)]
    with local_sandbox.running(tmp_path_factory.mktemp("sandbox"), *options) as running:
        yield running


@pytest.fixture(scope="session")
def microburst(sandbox: LocalSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microburst]:
    """microburst in front of the sandbox; it must be there, as without it half of the proof is missing."""
    program = shutil.which("microburst", path=str(CHECKOUT / ".venv-faults" / "bin") + os.pathsep + os.environ["PATH"])
    if program is None:
        pytest.fail("microburst is not installed: make faults installs it in an environment of its own")
    proxy = Microburst(pathlib.Path(program), sandbox, tmp_path_factory.mktemp("microburst") / "log")
    yield proxy
    proxy.stop()


@pytest.fixture(params=["sandbox", "microburst"])
def injector(request: pytest.FixtureRequest, sandbox: LocalSandbox) -> Iterator[Injector]:
    """Both ways to make calls go wrong, one after the other."""
    made: Injector
    if request.param == "microburst":
        proxy: Microburst = request.getfixturevalue("microburst")
        made = MicroburstInjector(proxy.url)
        sandbox.endpoint_url = proxy.url
    else:
        made = SandboxInjector(sandbox)
    yield made
    made.clear()
    sandbox.endpoint_url = sandbox.url


class Scene(t.NamedTuple):
    """A sandbox, a folder for files, and what the commands sent so far did."""

    sandbox: LocalSandbox
    folder: pathlib.Path
    fleets: t.Mapping[str, frozenset[str]]
    earlier_commands: frozenset[str]

    def playbook(self, *tasks: dict[str, t.Any]) -> Playbook:
        """A playbook of these tasks."""
        return Playbook(self.folder, self.sandbox, tasks)

    def run(self, *tasks: dict[str, t.Any]) -> PlaybookRun:
        """Run these tasks from start to end."""
        return self.playbook(*tasks).run()

    def nodes(self, fleet: str) -> frozenset[str]:
        """Ids of a fleet's nodes."""
        return self.fleets[fleet]

    def executions(self) -> dict[str, int]:
        """How often each node ran something that this test sent."""
        times: dict[str, int] = {}
        for command_id, nodes in self.sandbox.executions().items():
            if command_id not in self.earlier_commands:
                for node, number in nodes.items():
                    times[node] = times.get(node, 0) + number
        return times

    def command_ids(self) -> list[str]:
        """Commands that this test sent."""
        return [command_id for command_id in self.sandbox.executions() if command_id not in self.earlier_commands]

    def still_running(self) -> list[str]:
        """Commands of this test that have not ended."""
        commands = self.sandbox.client("ssm").list_commands()["Commands"]
        ours = set(self.command_ids())
        running = {"Pending", "InProgress", "Cancelling"}
        return [
            command["CommandId"]
            for command in commands
            if command["CommandId"] in ours and command["Status"] in running
        ]


@pytest.fixture(scope="session")
def fleets(sandbox: LocalSandbox) -> dict[str, frozenset[str]]:
    """Node ids by fleet, read while all calls go well."""
    found: dict[str, set[str]] = {}
    pages = sandbox.client("ec2").get_paginator("describe_instances").paginate()
    for instance in (i for page in pages for reservation in page["Reservations"] for i in reservation["Instances"]):
        fleet = next(tag["Value"] for tag in instance["Tags"] if tag["Key"] == "Fleet")
        found.setdefault(fleet, set()).add(instance["InstanceId"])
    return {fleet: frozenset(ids) for fleet, ids in found.items()}


@pytest.fixture
def scene(sandbox: LocalSandbox, fleets: dict[str, frozenset[str]], tmp_path: pathlib.Path) -> Scene:
    """A test's own view of the sandbox."""
    sandbox.clear_calls()
    return Scene(sandbox, tmp_path, fleets, frozenset(sandbox.executions()))
