# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that never answer, fail in numbers, or write more, or stranger, than fits."""

from __future__ import annotations

import typing as t

import pytest

from tests.support.local_sandbox import send_command

if t.TYPE_CHECKING:
    from tests.faults.conftest import Scene

pytestmark = pytest.mark.usefixtures("injector")
ONE = {"target_tags": {"Fleet": "one"}}


def only_invocation(scene: Scene, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """What the fleet of one answered."""
    run = scene.run(send_command({**ONE, **arguments}))
    assert run.result is not None, run.output
    (invocation,) = run.result["invocations"].values()
    assert set(scene.executions().values()) == {1}
    return t.cast("dict[str, t.Any]", invocation)


def test_node_that_never_answers(scene: Scene) -> None:
    scene.sandbox.control("POST", "config", {"settings": {"time_scale": 0.05}})
    run = scene.run(send_command({"target_tags": {"Fleet": "silent"}, "commands": ["work"], "timeout_seconds": 30}))
    scene.sandbox.control("POST", "config", {"settings": {"time_scale": 1.0}})
    assert run.result is not None, run.output
    assert run.result["failed"]
    assert run.result["summary"]["delivery_timed_out"] == 1
    assert set(run.result["undelivered_instance_ids"]) == scene.nodes("silent")
    assert set(scene.executions().values()) == {0}


def test_output_of_one_character_too_many_says_so(scene: Scene) -> None:
    found = only_invocation(scene, {"commands": ["printf '%024001d' 0"]})
    assert found["truncated"]
    # The agent's mark is within the 24,000 bytes.
    assert found["stdout"] == "0" * 23_980


def test_output_at_the_limit_may_be_all(scene: Scene) -> None:
    found = only_invocation(scene, {"commands": ["printf '%023999d' 0"]})
    assert not found["truncated"]
    assert found["stdout"] == "0" * 23_999


@pytest.mark.parametrize(
    "size", [24_001, pytest.param(5_000_000, marks=pytest.mark.long)], ids=["24001", "five million"]
)
def test_output_is_whole_from_the_bucket(scene: Scene, size: int) -> None:
    scene.sandbox.client("s3").create_bucket(Bucket="outputs")
    arguments = {
        "commands": [f"seq 1 {size} | head -c {size}"],
        "output_s3_bucket_name": "outputs",
        "full_output": True,
    }
    found = only_invocation(scene, arguments)
    assert not found["truncated"]
    assert len(found["stdout"]) == size
    assert found["stdout"] == "".join(f"{number}\n" for number in range(1, size + 1))[:size]


def test_binary_output_does_not_break_the_task(scene: Scene) -> None:
    found = only_invocation(scene, {"commands": [r"printf 'a\377\376\000b\n'"]})
    assert found["rc"] == 0
    assert found["stdout"] == "a\ufffd\ufffd\x00b\n"


@pytest.mark.long
def test_errors_of_a_thousand_stop_at_max_errors(scene: Scene) -> None:
    arguments = {
        "target_tags": {"Fleet": "thousand"},
        "commands": ["work"],
        "max_concurrency": "10%",
        "max_errors": "5%",
    }
    run = scene.run(send_command(arguments))
    assert run.result is not None, run.output
    summary = run.result["summary"]
    assert run.result["failed"]
    assert summary["total"] == len(run.result["invocations"]) == 1_000
    assert summary["failed"] > 50
    assert summary["terminated"] > 0
    assert summary["success"] + summary["failed"] + summary["terminated"] == 1_000
    ran = {node for node, times in scene.executions().items() if times}
    assert set(scene.executions().values()) <= {0, 1}
    assert ran == {
        node for node, found in run.result["invocations"].items() if found["outcome"] in {"success", "failed"}
    }
