# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine's tests share: a fleet of fake nodes and a run over it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import Dispatcher
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import FleetRun, RunServices
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Verdict

from .fake_ssm import Clock, FakeSSM, Node
from .given import make_request

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import Counts


class Recorder:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.wants_output = False
        self.command_ids: list[str] = []
        self.counts: list[Counts] = []
        self.ended: list[Invocation] = []
        self.warnings: list[str] = []
        self.polls: list[tuple[str, bool]] = []

    def sent(self, command_id: str, document: str) -> None:
        self.command_ids.append(command_id)

    def counts_changed(self, counts: Counts, elapsed: float) -> None:
        self.counts.append(counts)

    def node_ended(self, invocation: Invocation) -> None:
        self.ended.append(invocation)

    def polled(self, command_id: str, *, ended: bool) -> None:
        self.polls.append((command_id, ended))

    def warn(self, text: str) -> None:
        self.warnings.append(text)


class Scene:
    """A fake account with `count` nodes, and a run over it."""

    def __init__(self, count: int, seconds: float = 10_000.0) -> None:
        self.clock = Clock()
        self.ids = [f"i-{number:017x}" for number in range(count)]
        self.ssm = FakeSSM(self.clock, {node: Node() for node in self.ids})
        self.observer = Recorder()
        client = t.cast("t.Any", self.ssm)
        deadline = self.clock.deadline(seconds)
        tracker = Tracker(client, deadline)
        self.dispatcher = Dispatcher(client, client, deadline)
        self.stations = RunServices(
            reader=client,
            dispatcher=self.dispatcher,
            tracker=tracker,
            outputs=OutputReader(tracker, None, self.observer.warn),
            observer=self.observer,
            deadline=deadline,
        )
        self.run = FleetRun(self.stations)

    @property
    def verdict(self) -> Verdict:
        """What is known now."""
        return Verdict(self.run.known())

    def by_tag(self, **options: t.Any) -> SendRequest:
        return self._request({"target_tags": {"Role": "web"}, **options})

    def by_ids(self, **options: t.Any) -> SendRequest:
        return self._request({"instance_ids": self.ids, **options})

    def _request(self, options: dict[str, t.Any]) -> SendRequest:
        return make_request(options, {"commands": ["uptime"]})


@pytest.fixture(name="scene_of")
def fixture_scene_of() -> type[Scene]:
    """Makes a scene of so many nodes."""
    return Scene
