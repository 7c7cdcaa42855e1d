# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps run on a node, and what their outcomes come to; the table of the real agent has the usual cases."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import plugins, statuses, steps

from .records import equals, plugin, step

ENDED = b"Plugin with name aws:runShellScript and id one skipped due to prior step with an exit condition"
FINALLY = {"finallyStep": True}
UNKNOWN = "Plugin with name {} is not supported by this version of ssm agent, please update to latest version."


@pytest.mark.parametrize(
    ("details", "exit_code", "inputs", "does_end"),
    [
        ("Success", 0, {}, False),
        ("Failed", 1, {}, False),
        ("Failed", 1, {"onFailure": "exit"}, True),
        ("Success", 168, {"onFailure": "successAndExit"}, True),
        ("Failed", 1, {"onFailure": "continue"}, False),
        ("ExecutionTimedOut", 137, {"onFailure": "exit"}, False),
        ("Success", 0, {"onFailure": "exit"}, False),
        ("Success", 0, {"onSuccess": "exit"}, True),
        ("Failed", 1, {"onSuccess": "exit"}, False),
        ("Cancelled", 137, {"onFailure": "exit"}, False),
        ("Failed", 169, {}, True),
        ("Pending", -1, {}, False),
    ],
)
def test_a_step_that_ends_the_document(details: str, exit_code: int, inputs: dict[str, t.Any], does_end: bool) -> None:
    runs = [plugin(details, exit_code, inputs=inputs), plugin(), plugin()]
    expected = steps.Reply(statuses.SUCCESS, 0, output=ENDED) if does_end else None
    assert steps.settle(runs, 1, "Linux") == expected
    assert steps.settle(runs, 2, "Linux") == expected


@pytest.mark.parametrize("value", [True, "true"])
def test_a_finally_step_runs_when_it_is_the_last(value: t.Any) -> None:
    ending, last = plugin("Failed", 169), plugin(inputs={"finallyStep": value})
    assert steps.settle([ending, last], 1, "Linux") is None
    assert steps.settle([ending, last, plugin()], 1, "Linux") is not None


def test_a_finally_step_minds_its_preconditions() -> None:
    last = plugin(inputs=FINALLY, preconditions=equals("platformType", "Windows"))
    told = steps.settle([plugin("Failed", 169), last], 1, "Linux")
    assert told is not None
    assert (told.details, told.exit_code, told.stdout) == ("Success", 0, b"")
    assert b"unsatisfied preconditions: '\"StringEquals\": [platformType, Windows]'. Step name: one" in told.output


@pytest.mark.parametrize(
    ("more", "platform", "details", "words"),
    [
        ({"action": "aws:nope"}, "Linux", "Failed", UNKNOWN.format("aws:nope") + " Step name: one"),
        (
            {"action": "aws:psModule"},
            "Linux",
            "Success",
            "skipped due to unsupported plugin: aws:psModule. Step name: one",
        ),
        ({}, "Windows", "Success", "skipped due to unsupported plugin: aws:runShellScript. Step name: one"),
        (
            {"action": "aws:psModule", "takes_preconditions": False},
            "Linux",
            "Failed",
            "Plugin with name aws:psModule is not supported in current platform. Step name: one",
        ),
        ({"action": "aws:nope", "takes_preconditions": False}, "Linux", "Failed", UNKNOWN.format("aws:nope")),
        (
            {"preconditions": equals("platformType", "Linux"), "takes_preconditions": False},
            "Linux",
            "Failed",
            "Precondition is not supported for document schema version prior to 2.2. Step name: one",
        ),
        ({"preconditions": equals("a", "a")}, "Linux", "Failed", "operator's arguments can't be identical'"),
    ],
)
def test_a_step_that_does_not_begin(more: dict[str, t.Any], platform: str, details: str, words: str) -> None:
    told = steps.settle([plugin(**more)], 0, platform)
    assert told is not None
    assert (told.details, told.exit_code) == (details, 0 if details == "Success" else 1)
    assert words in told.output.decode()


@pytest.mark.parametrize(
    ("exit_code", "inputs", "outcome"),
    [
        (0, {"onFailure": "exit"}, ("Success", 0, b"out", b"err")),
        (4, {}, ("Failed", 4, b"out", b"err")),
        (168, {}, ("Success", 168, b"out\nStep exited with code 168.", b"")),
        (169, {}, ("Failed", 169, b"out\nStep exited with code 169.", b"err\nStep exited with code 169.")),
        (4, {"onFailure": "exit"}, ("Failed", 4, b"out\nStep was found to have onFailure", b"err\nStep was found")),
        (4, {"onFailure": "successAndExit"}, ("Success", 168, b"out\nStep was found", b"err\nStep was found")),
        (137, {"onFailure": "exit"}, ("ExecutionTimedOut", 137, b"out", b"err")),
    ],
)
def test_what_is_told_of_a_step(
    exit_code: int, inputs: dict[str, t.Any], outcome: tuple[str, int, bytes, bytes]
) -> None:
    ended = steps.reply(statuses.of_exit_code(exit_code), exit_code, b"out", b"err")
    told = steps.conclude(step(inputs), ended)
    assert (told.details, told.exit_code) == outcome[:2]
    assert told.stdout.startswith(outcome[2])
    assert told.stderr.startswith(outcome[3])
    assert told.output == (b"out" if exit_code == 168 else ended.output)


def test_two_properties_are_one_plugin() -> None:
    first = steps.reply("Success", 0, b"a\n", b"")
    second = steps.reply("Failed", 6, b"b\n", b"no")
    assert steps.merge(first, second)[:4] == ("Failed", 6, b"a\n\nb\n", b"no")
    assert steps.merge(second, first)[:4] == ("Failed", 6, b"b\n\na\n", b"no\n")


@pytest.mark.parametrize(
    ("details", "folded"),
    [
        (["Success"], "Success"),
        (["Failed", "Success"], "Failed"),
        (["Failed", "ExecutionTimedOut", "Cancelled"], "Failed"),
        (["ExecutionTimedOut", "Cancelled"], "ExecutionTimedOut"),
        (["Success", "Cancelled"], "Cancelled"),
    ],
)
def test_what_the_steps_come_to(details: list[str], folded: str) -> None:
    assert steps.fold([plugin(found) for found in details]) == folded


@pytest.mark.parametrize(
    "action", ["aws:runDocument", "aws:downloadContent", "aws:configurePackage", "aws:runPowerShellScript"]
)
def test_a_plugin_that_is_lacking_says_so(action: str) -> None:
    answer = plugins.answer(action, {"name": "AmazonCloudWatchAgent"}, "Windows")
    assert (answer.is_success, answer.stdout) == (False, b"")
    assert answer.stderr.decode() == f"the sandbox cannot run this document: no node of it has the plugin {action}"
