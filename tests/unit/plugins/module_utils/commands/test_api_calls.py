# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs in API calls, exactly: a regression fails here without a clock.

Nodes take ten seconds; the wait polls as pause_after says. The figures are those of the guide on how the engine polls.
"""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight_calls import Preflight

from .fake_ssm import TO_ALL, Node

if t.TYPE_CHECKING:
    from .conftest import Scene

# 0.5 s apart until 5 s have passed, then a tenth of the time: 10 s are over with the eighteenth poll, written out
# so that a change of the pauses shows here.
POLLS_FOR_TEN_SECONDS = 17
FAILING = Node(status="Failed", details="Failed", rc=3, stderr="disk full\n")


def check_before_sending(scene: Scene, wanted: t.Any) -> None:
    preflight = Preflight(t.cast("t.Any", scene.ssm), scene.retrier, scene.observer.warn, scene.observer.warn)
    preflight.parameters("AWS-RunShellScript", None, {"commands": ["uptime"]})
    preflight.check_platform(wanted)


def run_by_tag(scene: Scene, **options: t.Any) -> None:
    wanted = scene.by_tag(**options)
    check_before_sending(scene, wanted)
    scene.run.send_to_targets(wanted)
    scene.run.watch()


def run_by_ids(scene: Scene, **options: t.Any) -> None:
    wanted = scene.by_ids(**options)
    check_before_sending(scene, wanted)
    scene.run.send_to_ids(wanted)
    scene.run.watch()


@pytest.mark.parametrize(("nodes", "pages"), [(1, 1), (50, 1), (51, 2), (1_000, 20)])
def test_by_tag(scene_of: type[Scene], nodes: int, pages: int) -> None:
    scene = scene_of(nodes)
    run_by_tag(scene)
    assert len(scene.verdict.results) == nodes
    assert dict(scene.ssm.calls) == {
        "DescribeDocument": 1,
        "DescribeInstanceInformation": 1,
        "SendCommand": 1,
        "ListCommands": POLLS_FOR_TEN_SECONDS,
        "ListCommandInvocations": pages,
    }


def test_fifty_ids(scene_of: type[Scene]) -> None:
    scene = scene_of(50)
    run_by_ids(scene)
    assert len(scene.verdict.results) == 50
    assert dict(scene.ssm.calls) == {
        "DescribeDocument": 1,
        "DescribeInstanceInformation": 1,
        "SendCommand": 1,
        "ListCommands": POLLS_FOR_TEN_SECONDS,
        "ListCommandInvocations": 1,
    }


def test_a_thousand_ids_share_one_call_a_poll(scene_of: type[Scene]) -> None:
    scene = scene_of(1_000)
    run_by_ids(scene, max_concurrency="100%", max_errors="100%")
    assert len(scene.verdict.results) == 1_000
    assert dict(scene.ssm.calls) == {
        "DescribeDocument": 1,
        "SendCommand": 20,
        "ListCommands": POLLS_FOR_TEN_SECONDS,
        "ListCommandInvocations": 20,
    }


@pytest.mark.parametrize(("nodes", "pages"), [(50, 1), (1_000, 20)])
def test_attaching_to_what_has_ended(scene_of: type[Scene], nodes: int, pages: int) -> None:
    scene = scene_of(nodes)
    sent = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.clock.now = 60.0
    scene.ssm.calls.clear()
    scene.run.attach([sent])
    scene.run.watch()
    assert len(scene.verdict.results) == nodes
    assert dict(scene.ssm.calls) == {"ListCommands": 1, "ListCommandInvocations": pages}


@pytest.mark.parametrize("nodes", [50, 1_000])
def test_nodes_with_stderr_or_much_output_cost_a_call_each(scene_of: type[Scene], nodes: int) -> None:
    scene = scene_of(nodes)
    for number in range(nodes // 10):
        scene.ssm.nodes[scene.ids[number]] = Node(stdout="x" * 2_500) if number % 2 else Node(stderr="warning\n")
    run_by_tag(scene)
    assert scene.ssm.calls["GetCommandInvocation"] == nodes // 10
    assert scene.ssm.calls["ListCommandInvocations"] == nodes // 50


def test_failures_shown_early_cost_one_page_for_each_new_count(scene_of: type[Scene]) -> None:
    scene = scene_of(1_000)
    for number in range(3):
        scene.ssm.nodes[scene.ids[number]] = Node(seconds=1.0 + number, status="Failed", details="Failed", rc=1)
    run_by_tag(scene)
    assert scene.ssm.calls["ListCommandInvocations"] == 20 + 3


def test_output_wanted_as_nodes_end_costs_a_listing_each_tenth_of_them(scene_of: type[Scene]) -> None:
    scene = scene_of(1_000)
    scene.observer.wants_output = True
    for number, node in enumerate(scene.ids):
        scene.ssm.nodes[node] = Node(seconds=number / 10)
    run_by_tag(scene)
    assert len(scene.observer.ended) == 1_000
    assert 20 * 5 < scene.ssm.calls["ListCommandInvocations"] <= 20 * 10


def test_the_preview_of_a_thousand_costs_pages_only(scene_of: type[Scene]) -> None:
    scene = scene_of(1_000)
    preflight = Preflight(t.cast("t.Any", scene.ssm), scene.retrier, scene.observer.warn, scene.observer.warn)
    assert len(preflight.nodes(scene.by_tag()) or ()) == 1_000
    assert dict(scene.ssm.calls) == {"DescribeInstanceInformation": 20}
