# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indirect node counting: extensions/audit/event_query.yml on results as they are in the events of a job."""

from __future__ import annotations

import json
import pathlib
import typing as t

import jq
import pytest
import yaml

from ..unit.plugins.action.conftest import Scene
from ..unit.plugins.module_utils.commands.fake_ssm import Node

ROOT = pathlib.Path(__file__).parents[2]
QUERIES: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "extensions/audit/event_query.yml").read_text())
SEND = "ssmops.run_command.send_command"
CANCEL = "ssmops.run_command.cancel_command"

# How a node of the account answers, and whether it was reached: (status details, exit code, reached)
ANSWERS = [
    ("Success", 0, True),
    ("Failed", 3, True),
    ("Failed", -1, True),
    ("ExecutionTimedOut", 137, True),
    ("Cancelled", 137, True),
    ("Cancelled", -1, False),
    ("Terminated", -1, False),
    ("Undeliverable", -1, False),
    ("DeliveryTimedOut", -1, False),
    ("InvalidPlatform", -1, False),
    ("AccessDenied", -1, False),
]
ALIKE = {
    "Success": "Success",
    "Cancelled": "Cancelled",
    "ExecutionTimedOut": "TimedOut",
    "DeliveryTimedOut": "TimedOut",
}


def counted(result: dict[str, t.Any], action: str = SEND) -> list[str]:
    """The nodes that AWX counts of a result, which is JSON by then, each line as AWX wants it."""
    lines = jq.compile(QUERIES[action]["query"]).input_text(json.dumps(result)).all()
    for line in lines:
        assert set(line) == {"name", "canonical_facts", "facts"}
        assert line["canonical_facts"] == {"instance_id": line["name"]}
        assert None not in line["facts"].values()
    return [line["name"] for line in lines]


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> Scene:
    """Three web servers that answer after ten seconds."""
    return Scene(monkeypatch, tmp_path)


def answering(details: str, rc: int) -> Node:
    """A node with this answer."""
    return Node(status=ALIKE.get(details, "Failed"), details=details, rc=rc, stdout="", stderr="")


def test_each_node_that_ran_is_counted_once(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[1]] = answering("Failed", 3)
    result = scene.send(max_errors="100%")
    assert result["failed"]
    assert counted(result) == scene.ids


@pytest.mark.parametrize(("details", "rc", "reached"), ANSWERS)
def test_a_node_is_counted_by_what_it_did(scene: Scene, details: str, rc: int, reached: bool) -> None:
    scene.ssm.nodes[scene.ids[1]] = answering(details, rc)
    result = scene.send(max_errors="100%", fail_on="never")
    entry = result["invocations"][scene.ids[1]]
    # The account in memory has an exit code where AWS would have none.
    entry["rc"] = rc
    assert entry["status_details"] == details
    assert counted(result) == [node for node in scene.ids if reached or node != scene.ids[1]]


def test_a_node_is_counted_for_any_of_its_results(scene: Scene) -> None:
    result = scene.send()
    ran = result["invocations"][scene.ids[0]]
    missed = {**ran, "outcome": "undeliverable", "rc": -1}
    for kept in ({"by_command": {"a": missed, "b": ran}}, {"earlier": [ran]}):
        assert counted({"invocations": {scene.ids[0]: {**missed, **kept}}}) == [scene.ids[0]]


def test_nodes_that_a_limit_has_cut_are_counted(scene: Scene) -> None:
    scene.ids = [f"i-{number:017x}" for number in range(400)]
    scene.ssm.nodes = {node: Node(stdout="x" * 3000) for node in scene.ids}
    scene.ssm.nodes[scene.ids[7]] = answering("Failed", 3)
    scene.ssm.nodes[scene.ids[9]] = answering("Undeliverable", -1)
    for budget, omitted in ((200_000, 0), (15_000, 390)):
        result = scene.send(max_errors="100%", result_max_bytes=budget)
        assert len(str(result)) <= budget
        assert result["result_cut"]["invocations"] >= omitted
        assert counted(result) == [node for node in scene.ids if node != scene.ids[9]]


def test_a_check_sends_nothing_and_counts_nobody(scene: Scene) -> None:
    result = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, check_mode=True)
    assert result["summary"]["not_sent"] == 3
    assert counted(result) == []


def test_nodes_that_were_sent_to_and_not_waited_for_are_counted(scene: Scene) -> None:
    result = scene.send(wait=False)
    assert counted(result) == sorted(result["invocations"])
    attached = scene.run({"command_ids": result["command_ids"]})
    assert counted(attached) == scene.ids


def test_a_refused_task_counts_nobody(scene: Scene) -> None:
    result = scene.run({"commands": ["uptime"], "target_tags": {"Role": "nobody"}})
    assert result["failed"]
    assert counted(result) == []


@pytest.mark.parametrize(
    "emptied",
    [
        {},
        {"failed": True, "msg": "instance_ids: no"},
        {"censored": "the output has been hidden due to the fact that 'no_log: true' was specified", "changed": True},
        {"results": [{"invocations": {"i-1": {"instance_id": "i-1"}}}], "changed": True},
        {"invocations": None, "outcomes": None},
        {"invocations": {}, "outcomes": {}},
        {"invocations": {"i-1": {}}},
        {"skipped": True, "skip_reason": "Conditional result was False"},
    ],
)
@pytest.mark.parametrize("action", QUERIES)
def test_what_has_no_nodes_is_no_error(action: str, emptied: dict[str, t.Any]) -> None:
    assert counted(emptied, action) == []


def test_a_cancellation_counts_the_nodes_that_it_stopped(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[1]] = answering("Cancelled", 137)
    scene.ssm.nodes[scene.ids[2]] = answering("Cancelled", -1)
    result = scene.send(fail_on="never", max_errors="100%")
    result["invocations"][scene.ids[2]]["rc"] = -1
    assert counted(result, CANCEL) == [scene.ids[1]]


def test_the_queries_name_modules_of_this_collection() -> None:
    for name, query in QUERIES.items():
        assert (ROOT / "plugins/modules" / f"{name.removeprefix('ssmops.run_command.')}.py").exists()
        assert set(query) == {"query"}
