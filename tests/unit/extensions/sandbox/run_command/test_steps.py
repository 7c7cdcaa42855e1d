# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps run on a node, and what their outcomes come to."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import steps

from .records import plugin

LINUX_ONLY = {"StringEquals": ["platformType", "Linux"]}
ENDED = "Step execution skipped because step first ended the document"
NOT_HERE = "Step execution skipped due to unsatisfied preconditions: platformType is Linux"


@pytest.mark.parametrize(
    ("details", "exit_code", "step", "does_end"),
    [
        ("Success", 0, {}, False),
        ("Failed", 1, {}, False),
        ("Failed", 1, {"on_failure": "exit"}, True),
        ("Failed", 1, {"on_failure": "successAndExit"}, True),
        ("Failed", 1, {"on_failure": "continue"}, False),
        ("ExecutionTimedOut", 137, {"on_failure": "exit"}, True),
        ("Success", 0, {"on_failure": "exit"}, False),
        ("Cancelled", 137, {"on_failure": "exit"}, False),
        ("Success", 0, {"is_end": True}, True),
        ("Success", 194, {"is_end": True}, False),
        ("Failed", 1, {"is_end": True}, False),
        ("Pending", -1, {"is_end": True}, False),
        ("Failed", 1, {"is_end": True, "on_failure": "exit"}, True),
    ],
)
def test_a_step_that_ends_the_document(details: str, exit_code: int, step: dict[str, t.Any], does_end: bool) -> None:
    plugins = [plugin(details, exit_code, name="first", **step), plugin(name="second"), plugin(name="third")]
    assert steps.skip_reason(plugins, 1, "Linux") == (ENDED if does_end else "")
    assert steps.skip_reason(plugins, 2, "Linux") == (ENDED if does_end else "")


def test_the_last_step_runs_when_it_is_the_finally_step() -> None:
    ending = plugin("Failed", 1, name="first", on_failure="exit")
    assert steps.skip_reason([ending, plugin(is_finally=True)], 1, "Linux") == ""
    limited = plugin(is_finally=True, precondition={"StringEquals": ["platformType", "Windows"]})
    assert steps.skip_reason([ending, limited], 1, "Linux") == NOT_HERE


def test_what_comes_later_ends_nothing() -> None:
    ending = plugin("Failed", 1, on_failure="exit")
    assert steps.skip_reason([ending, ending], 0, "Linux") == ""


@pytest.mark.parametrize(
    ("precondition", "platform", "is_met"),
    [
        ({}, "Linux", True),
        (LINUX_ONLY, "Linux", True),
        (LINUX_ONLY, "Windows", False),
        ({"StringEquals": ["Windows", "platformType"]}, "Windows", True),
        ({"StringEquals": ["Windows", "platformType"]}, "Linux", False),
        ({"StringEquals": ["a", "a"]}, "Linux", True),
        ({"StringEquals": ["a", "b"]}, "Linux", False),
        ({"StringEquals": []}, "Linux", True),
    ],
)
def test_preconditions(precondition: dict[str, list[str]], platform: str, is_met: bool) -> None:
    one = plugin(precondition=precondition)
    assert steps.meets_preconditions(one.step, platform) == is_met
    assert bool(steps.skip_reason([one], 0, platform)) != is_met


def test_a_precondition_is_told_with_the_platform() -> None:
    one = plugin(precondition={"StringEquals": ["platformType", "Windows"]})
    assert steps.skip_reason([one], 0, "Linux") == NOT_HERE


@pytest.mark.parametrize(
    ("action", "is_executable"),
    [("aws:runShellScript", True), ("aws:runPowerShellScript", False), ("aws:runDocument", False)],
)
def test_plugins_that_a_node_can_run(action: str, is_executable: bool) -> None:
    assert steps.is_executable(plugin(action=action).step) == is_executable


@pytest.mark.parametrize(
    ("outcomes", "details"),
    [
        ([("Success", "")], "Success"),
        ([("Failed", ""), ("Success", "")], "Failed"),
        ([("Failed", "exit")], "Failed"),
        ([("Failed", "successAndExit"), ("Success", "")], "Success"),
        ([("ExecutionTimedOut", "successAndExit")], "Success"),
        ([("Cancelled", "successAndExit")], "Cancelled"),
        ([("Failed", "successAndExit"), ("Failed", "")], "Failed"),
        ([("Failed", ""), ("ExecutionTimedOut", ""), ("Cancelled", "")], "Cancelled"),
    ],
)
def test_what_the_steps_come_to(outcomes: list[tuple[str, str]], details: str) -> None:
    assert steps.fold([plugin(found, on_failure=on_failure) for found, on_failure in outcomes]) == details
