# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the engine's tests share: a fleet of fake nodes and a run over it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import (
    Dispatcher,
    LostResponses,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import FleetRun, RunServices
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Verdict

from .fake_ssm import Clock, FakeSSM, Node
from .given import make_request

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.progress import Counts
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline


class Recorder:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.wants_output = False
        self.command_ids: list[str] = []
        self.replaced_nodes: set[tuple[str, str]] = set()
        self.counts: list[Counts] = []
        self.ended: list[Invocation] = []
        self.results_read: list[tuple[int, int]] = []
        self.warnings: list[str] = []
        self.polls: list[tuple[str, bool]] = []

    def sent(self, command_id: str, document: str) -> None:
        self.command_ids.append(command_id)

    def replaced(self, command_id: str, nodes: t.Collection[str]) -> None:
        self.replaced_nodes.update((command_id, node) for node in nodes)

    def counts_changed(self, counts: Counts, elapsed: float) -> None:
        self.counts.append(counts)

    def collected(self, results: int, total: int, elapsed: float) -> None:
        self.results_read.append((results, total))

    def node_ended(self, invocation: Invocation) -> None:
        self.ended.append(invocation)

    def polled(self, command_id: str, *, ended: bool) -> None:
        self.polls.append((command_id, ended))

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def tell(self, text: str) -> None:
        self.warnings.append(text)


def tracker_of(ssm: FakeSSM, deadline: Deadline) -> Tracker:
    """A tracker over a fake, that retries until the deadline."""
    return Tracker(t.cast("t.Any", ssm), Retrier(deadline), deadline)


class Scene:
    """A fake account with `count` nodes, and a run over it."""

    def __init__(
        self,
        count: int,
        seconds: float = 10_000.0,
        *,
        resend: bool = False,
        wait_seconds: t.Callable[[t.Any], float] | None = None,
        account: FakeSSM | None = None,
    ) -> None:
        self.clock = account.clock if account else Clock()
        self.ids = [f"i-{number:017x}" for number in range(count)]
        self.ssm = account or FakeSSM(self.clock, {node: Node() for node in self.ids})
        self.observer = Recorder()
        client = t.cast("t.Any", self.ssm)
        deadline = self.clock.deadline(seconds)
        self.retrier = Retrier(deadline)
        tracker = Tracker(client, self.retrier, deadline)
        self.lost = LostResponses(look_up_seconds=60, resend=resend)
        self.dispatcher = Dispatcher(client, self.retrier, deadline, self.lost)
        self.stations = RunServices(
            reader=client,
            retrier=self.retrier,
            dispatcher=self.dispatcher,
            tracker=tracker,
            outputs=OutputReader(tracker, None, self.observer.warn),
            observer=self.observer,
            deadline=deadline,
            wait_seconds=wait_seconds,
        )
        self.run = FleetRun(self.stations)

    @classmethod
    def of(cls, scene: Scene) -> Scene:
        """Another run in the account of this one."""
        return cls(len(scene.ids), account=scene.ssm)

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
