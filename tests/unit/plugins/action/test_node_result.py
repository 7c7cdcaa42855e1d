# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of an inventory get their own nodes' verdicts, and the recap counts them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import typing as t

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.ssmops.run_command.plugins.action import node_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import build_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Run, Verdict

from tests.support.actions import make_action

from ..module_utils.commands.given import given_result
from .played import ANSIBLE, warm_program


def ended(node: str, status: str, details: str, rc: int) -> output.Invocation:
    step = output.Step("aws:runShellScript", status, details, rc, None, None, output.Text(f"{node}\n", ""), {})
    return output.Invocation(node, "", "command", status, details, (step,))


RESULT = given_result(
    ended("i-good", "Success", "Success", 0),
    ended("i-bad", "Failed", "Failed", 3),
    ended("i-away", "TimedOut", "DeliveryTimedOut", -1),
    ended("i-exit", "Success", "Success", 168),
)


def run(arguments: dict[str, t.Any], task_vars: dict[str, t.Any] | None = None, **keywords: t.Any) -> dict[str, t.Any]:
    return make_action(node_result.ActionModule, arguments, **keywords).run(task_vars=task_vars)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("arguments", "task_vars", "stdout"),
    [
        ({}, {"inventory_hostname": "i-good"}, "i-good\n"),
        ({}, {"inventory_hostname": "web-1", "instance_id": "i-good"}, "i-good\n"),
        ({}, {"inventory_hostname": "web-1", "ssm_instance_id": "i-bad", "instance_id": "i-good"}, "i-good\n"),
        ({"instance_id": "i-bad"}, {"inventory_hostname": "web-1", "instance_id": "i-good"}, "i-bad\n"),
    ],
)
def test_the_node_of_the_host(
    arguments: dict[str, t.Any], task_vars: dict[str, t.Any], stdout: str, check_mode: bool
) -> None:
    assert run({"result": RESULT, **arguments}, task_vars, check_mode=check_mode)["stdout"] == stdout


def test_a_host_without_a_node_fails_or_is_skipped() -> None:
    host = {"inventory_hostname": "web-9"}
    with pytest.raises(AnsibleActionFail, match="The command was not sent to web-9"):
        run({"result": RESULT}, host)
    assert run({"result": RESULT, "missing": "skip"}, host) == {
        "skipped": True,
        "msg": "The command was not sent to web-9: the result has 4 other nodes.",
    }


def test_the_hosts_of_a_loop_are_those_of_all_items() -> None:
    looped = {"results": [{"item": 1, **RESULT}, {"item": 2, "skipped": True}]}
    assert run({"result": looped}, {"inventory_hostname": "i-good"})["stdout"] == "i-good\n"
    assert run({"result": looped, "missing": "skip"}, {"inventory_hostname": "web-9"})["skipped"]


def test_in_check_mode_a_host_is_skipped() -> None:
    preview = build_result(Verdict(Run((), {"i-good": "not_sent"})))
    assert run({"result": preview}, {"inventory_hostname": "i-good"}, check_mode=True)["skipped"]


@pytest.mark.parametrize("missing", ["fail", "skip"])
@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ({"msg": "no result of send_command"}, "result is not a registered result of"),
        ({**RESULT, "result_cut": {"invocations": 1}}, "The result was truncated by result_max_bytes"),
    ],
)
def test_what_cannot_be_told_is_never_skipped(result: dict[str, t.Any], sentence: str, missing: str) -> None:
    with pytest.raises(AnsibleActionFail, match=sentence):
        run({"result": result, "missing": missing}, {"inventory_hostname": "web-9"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "missing required arguments: result"),
        ({"result": RESULT, "missing": "ignore"}, "value of missing must be one of: fail, skip, got: ignore"),
        ({"result": RESULT, "node": "i-good"}, r"Unsupported parameters .*node"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(AnsibleActionFail, match=sentence):
        run(arguments, {"inventory_hostname": "i-good"})


def play(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """A play over four hosts, one of which names its node by a template."""
    task = {"ssmops.run_command.node_result": {"result": RESULT}}
    after = {"ansible.builtin.debug": {"msg": "still here: {{ inventory_hostname }}"}}
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [task, after]}]
    hosts = {
        "good": {"node_name": "good", "instance_id": "i-{{ node_name }}"},
        "bad": {"ssm_instance_id": "i-bad"},
        "away": {"instance_id": "i-away"},
        "exit": {"instance_id": "i-exit"},
    }
    (folder / "play.json").write_text(json.dumps(plays))
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    return subprocess.run(
        [warm_program(), "-i", "hosts.json", "play.json"],
        cwd=folder,
        env={**os.environ, **ANSIBLE},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_recap_of_a_real_play_tells_the_truth(tmp_path: pathlib.Path) -> None:
    played = play(tmp_path)
    recap = {
        host: {word: int(number) for word, number in re.findall(r"(\w+)=(\d+)", counts)}
        for host, counts in re.findall(r"^(good|bad|away|exit) +: (.*)$", played.stdout, re.MULTILINE)
    }
    told = {host: (found["ok"], found["unreachable"], found["failed"]) for host, found in recap.items()}
    assert told == {"good": (2, 0, 0), "bad": (0, 0, 1), "away": (0, 1, 0), "exit": (2, 0, 0)}, played.stdout
    assert sorted(re.findall(r"still here: (\w+)", played.stdout)) == ["exit", "good"]
