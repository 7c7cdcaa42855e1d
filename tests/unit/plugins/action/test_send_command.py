# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task from its arguments to its result: what is sent, what comes back, and what is left when things go wrong."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import re
import signal
import typing as t

import pytest
from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import ARGUMENT_SPEC
from ansible_collections.ssmops.run_command.plugins.plugin_utils.interrupts import InterruptedTask
from botocore import exceptions

from ..module_utils.commands.fake_ssm import Document, Node, client_error
from ..module_utils.fake_outputs import FakeBucket, FakeLogs

if t.TYPE_CHECKING:
    from .conftest import Scene

FAILING = Node(status="Failed", details="Failed", rc=3, stderr="disk full\n")
NODE = "i-0000000000000000a"
ROLE = "arn:aws:iam::123456789012:role/sns"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:t"

# Options that end in the request: (the option, what else it needs, SendCommand's field, what it must be)
SENT: list[tuple[str, t.Any, dict[str, t.Any], str, t.Any]] = [
    ("document_name", "AWS-RunPowerShellScript", {}, "DocumentName", "AWS-RunPowerShellScript"),
    ("document_version", "$LATEST", {}, "DocumentVersion", "$LATEST"),
    ("document_hash", "ab12", {}, "DocumentHash", "ab12"),
    ("document_hash_type", "Sha1", {"document_hash": "ab12"}, "DocumentHashType", "Sha1"),
    ("parameters", {"commands": ["a"]}, {"commands": None}, "Parameters", {"commands": ["a"]}),
    ("commands", ["a", "b"], {}, "Parameters", {"commands": ["a", "b"]}),
    ("commands", "a, b\nc", {}, "Parameters", {"commands": ["a, b\nc"]}),
    ("commands", [True, 1.5], {}, "Parameters", {"commands": ["true", "1.5"]}),
    ("strict_shell", True, {}, "Parameters", {"commands": ["set -eu", "uptime"]}),
    ("working_directory", "/srv", {}, "Parameters", {"commands": ["uptime"], "workingDirectory": ["/srv"]}),
    ("execution_timeout", 60, {}, "Parameters", {"commands": ["uptime"], "executionTimeout": ["60"]}),
    ("instance_ids", [NODE], {"target_tags": None}, "InstanceIds", [NODE]),
    ("instance_ids", f"\n{NODE},\n", {"target_tags": None}, "InstanceIds", [NODE]),
    ("target_tags", {"Role": ["web", "db"]}, {}, "Targets", [{"Key": "tag:Role", "Values": ["web", "db"]}]),
    (
        "targets",
        [{"key": "tag-key", "values": ["Role"]}],
        {"target_tags": None},
        "Targets",
        [{"Key": "tag-key", "Values": ["Role"]}],
    ),
    (
        "resource_group",
        "fleet",
        {"target_tags": None},
        "Targets",
        [{"Key": "resource-groups:Name", "Values": ["fleet"]}],
    ),
    ("max_concurrency", "10%", {}, "MaxConcurrency", "10%"),
    ("max_errors", 3, {}, "MaxErrors", "3"),
    ("timeout_seconds", 90, {}, "TimeoutSeconds", 90),
    ("output_s3_bucket_name", "outputs", {}, "OutputS3BucketName", "outputs"),
    ("output_s3_key_prefix", "logs", {"output_s3_bucket_name": "outputs"}, "OutputS3KeyPrefix", "logs"),
    ("output_s3_region", "eu-west-1", {"output_s3_bucket_name": "outputs"}, "OutputS3Region", "eu-west-1"),
    (
        "cloudwatch_log_group_name",
        "/ops",
        {},
        "CloudWatchOutputConfig",
        {"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": "/ops"},
    ),
    ("cloudwatch_output_enabled", True, {}, "CloudWatchOutputConfig", {"CloudWatchOutputEnabled": True}),
    (
        "notification_config",
        {"notification_arn": TOPIC, "notification_events": ["Failed"], "notification_type": "Invocation"},
        {"service_role_arn": ROLE},
        "NotificationConfig",
        {"NotificationArn": TOPIC, "NotificationEvents": ["Failed"], "NotificationType": "Invocation"},
    ),
    ("service_role_arn", ROLE, {}, "ServiceRoleArn", ROLE),
    (
        "alarm_configuration",
        {"alarms": [{"name": "down"}], "ignore_poll_alarm_failure": True},
        {},
        "AlarmConfiguration",
        {"Alarms": [{"Name": "down"}], "IgnorePollAlarmFailure": True},
    ),
]
# Options with tests of their own, below or (stream_output) beside what streams.
BEHAVIOURS = {
    "script",
    "command_ids",
    "comment",
    "send_per_host",
    "wait",
    "wait_timeout",
    "on_interrupt",
    "on_timeout",
    "full_output",
    "stream_output",
    "output_dir",
    "result_max_bytes",
    "fold_mask",
    "fail_on",
    "retry_undelivered",
    "client_token",
    "client_token_max_age",
    "on_lost_response",
    "lost_response_timeout",
}


def test_every_option_is_tried() -> None:
    assert {option for option, *_rest in SENT} | BEHAVIOURS == set(ARGUMENT_SPEC)


@pytest.mark.parametrize(("option", "value", "besides", "field", "sent"), SENT)
def test_an_option_is_sent(
    scene: Scene, option: str, value: t.Any, besides: dict[str, t.Any], field: str, sent: t.Any
) -> None:
    scene.ssm.nodes[NODE] = Node()
    result = scene.send(**{**besides, option: value})
    assert not result["failed"], result["msg"]
    (request,) = scene.requests
    assert request[field] == sent


def test_only_what_is_given_is_sent(scene: Scene) -> None:
    scene.send()
    (request,) = scene.requests
    assert set(request) == {"DocumentName", "Parameters", "Targets", "Comment"}


def test_a_task_brings_every_node_s_result(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[1]] = FAILING
    result = scene.send()
    assert (result["changed"], result["failed"]) == (True, True)
    assert list(result["invocations"]) == scene.ids
    assert [entry["rc"] for entry in result["invocations"].values()] == [0, 3, 0]
    assert result["invocations"][scene.ids[1]]["stderr"] == "disk full\n"
    assert result["failed_instance_ids"] == [scene.ids[1]]
    assert result["command_ids"] == list(scene.ssm.commands)
    assert result["msg"] == (
        f"2 of 3 nodes succeeded (2 success, 1 failed). Failures: {scene.ids[1]} Failed rc=3 (disk full)."
    )
    assert scene.lines[0] == f"sent AWS-RunShellScript: command_id {result['command_ids'][0]} (eu-west-1)"
    assert scene.lines[-1].startswith("3/3 nodes done: 2 Success, 1 Failed; 0 in progress")
    json.dumps(result)


def test_more_than_fifty_ids_are_one_task(scene: Scene) -> None:
    ids = [f"i-{number:017x}" for number in range(120)]
    scene.ssm.nodes = {node: Node() for node in ids}
    result = scene.send(target_tags=None, instance_ids=ids, max_concurrency="20", max_errors="10%")
    assert len(result["command_ids"]) == 3
    assert sorted(result["invocations"]) == ids
    assert all(int(request["MaxConcurrency"]) <= 20 for request in scene.requests)
    assert int(scene.requests[0]["MaxErrors"]) == 12
    assert scene.ssm.calls["SendCommand"] == 3


@pytest.mark.parametrize(
    ("fail_on", "failed"), [("any", True), ("command", True), ("never", False)], ids=["any", "command", "never"]
)
def test_fail_on(scene: Scene, fail_on: str, failed: bool) -> None:
    scene.ssm.nodes[scene.ids[1]] = FAILING
    assert scene.send(fail_on=fail_on)["failed"] is failed


@pytest.mark.parametrize(("fail_on", "failed"), [("any", False), ("skipped", True)])
def test_a_node_that_skips_every_step_is_seen_and_fails_if_wanted(scene: Scene, fail_on: str, failed: bool) -> None:
    text = "Step execution skipped due to incompatible platform. Step name: aws:runShellScript"
    scene.ssm.nodes[scene.ids[1]] = Node(stdout=text)
    result = scene.send(fail_on=fail_on)
    assert (result["failed"], result["failed_instance_ids"], result["summary"]["skipped"]) == (failed, [], 1)
    assert result["msg"] == "3 of 3 nodes succeeded. 1 node skipped every step."
    assert result["invocations"][scene.ids[1]]["plugins"][0]["skipped"]


@pytest.mark.parametrize(
    ("task_vars", "comment", "start"),
    [
        ({}, None, "ssmops-"),
        ({}, "why", "why ssmops-"),
        ({"awx_job_id": 42}, None, "AWX job 42 ssmops-"),
        ({"tower_job_id": 42}, None, "AWX job 42 ssmops-"),
        ({"awx_job_id": 42}, "why", "why AWX job 42 ssmops-"),
        ({"awx_job_id": 42, "awx_job_template_id": 7}, "why", "why AWX job 42 AWX template 7 ssmops-"),
        ({"tower_job_id": 42, "tower_job_template_id": 7}, None, "AWX job 42 AWX template 7 ssmops-"),
        ({"awx_job_template_id": 7}, "why", "why ssmops-"),
        ({"awx_job_id": "1 token=deploy-7"}, "why", "why ssmops-"),
    ],
)
def test_comment(scene: Scene, task_vars: dict[str, t.Any], comment: str | None, start: str) -> None:
    scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}, "comment": comment}, task_vars)
    assert scene.requests[0]["Comment"].startswith(start)
    assert len(scene.requests[0]["Comment"]) == len(start) + 16


def test_a_script_of_the_controller_is_sent_as_it_is(scene: Scene) -> None:
    (scene.folder / "files").mkdir()
    (scene.folder / "files" / "report.sh").write_text("#!/bin/sh\n\necho 'a\x0cb'\n", encoding="utf-8")
    scene.send(commands=None, script="report.sh")
    assert scene.requests[0]["Parameters"]["commands"] == ["#!/bin/sh", "", "echo 'a\x0cb'"]


def test_a_script_of_windows_is_sent_as_one_of_unix(scene: Scene) -> None:
    (scene.folder / "report.sh").write_bytes(b"\xef\xbb\xbf#!/bin/bash\r\nprintf 'a\rb'\r\n")
    scene.send(commands=None, script="report.sh", strict_shell=True)
    assert scene.requests[0]["Parameters"]["commands"] == ["#!/bin/bash", "set -euo pipefail", "printf 'a\rb'"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xff\xfe", r"^script is 'report.sh': it must be UTF-8 text"), (b" \n", "the file must have at least one line")],
)
def test_a_script_that_cannot_be_sent_is_refused(scene: Scene, content: bytes, sentence: str) -> None:
    (scene.folder / "report.sh").write_bytes(content)
    result = scene.send(commands=None, script="report.sh")
    assert result["failed"]
    assert re.search(sentence, result["msg"])
    assert not scene.ssm.commands


def test_a_script_that_is_not_there_is_an_error(scene: Scene) -> None:
    result = scene.send(commands=None, script="report.sh")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "report.sh" in result["msg"]
    assert not scene.ssm.commands


# What is refused before a call that changes anything: (arguments, the start of the sentence)
REFUSED: list[tuple[dict[str, t.Any], str]] = [
    ({"commands": [{"echo": "a"}]}, "commands[1] has a value of the type dictionary: it must be text."),
    ({"commands": ["#!/usr/bin/env python3"], "strict_shell": True}, "strict_shell is for the shells ash, bash"),
    ({"timeout_seconds": 5}, "timeout_seconds is 5: it must be from 30 to 2592000."),
    ({"target_tags": None}, "Exactly one of instance_ids, targets,"),
    ({"commands": None}, "AWS-RunShellScript needs commands"),
    ({"parameters": {"comands": ["x"]}}, "parameters has 'comands': AWS-RunShellScript has no such parameter"),
    ({"document_name": "Nothing"}, "document_name is 'Nothing': there is no such document"),
    ({"document_version": "9"}, "document_version is '9': AWS-RunShellScript has no such version."),
    ({"document_name": "Windows-Only", "commands": None}, "document_name is 'Windows-Only': it is for Windows, and"),
    ({"wait": False, "full_output": True, "output_s3_bucket_name": "outputs"}, "full_output needs the results"),
]


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_is_wrong_is_refused_before_sending(
    scene: Scene, arguments: dict[str, t.Any], sentence: str, check_mode: bool
) -> None:
    scene.ssm.documents["Windows-Only"] = Document({}, platforms=("Windows",))
    whole = {"commands": ["uptime"], "target_tags": {"Role": "web"}, **arguments}
    result = scene.run(whole, check_mode=check_mode)
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["msg"].startswith(sentence)
    assert not scene.ssm.calls["SendCommand"]


def test_a_directory_that_cannot_be_made_is_refused_before_sending(scene: Scene) -> None:
    result = scene.send(output_dir="/dev/null/x")
    assert result["msg"].startswith("output_dir is '/dev/null/x': it must be a directory that can be written to (")
    assert not scene.ssm.commands


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"comands": ["x"]}, "Unsupported parameters: comands. Supported parameters include:"),
        ({"fail_on": "all"}, "value of fail_on must be one of: any, command, never, skipped, truncated, got: all"),
        ({"timeout_seconds": "soon"}, "argument 'timeout_seconds' is of type"),
        ({"targets": [{"key": "tag:Role"}]}, "missing required arguments: values found in targets"),
    ],
)
def test_what_is_no_argument_is_refused_without_a_client(
    scene: Scene, arguments: dict[str, t.Any], sentence: str
) -> None:
    with pytest.raises(AnsibleActionFail) as refusal:
        scene.send(**arguments)
    assert str(refusal.value).startswith(sentence)
    assert scene.configs == []


def test_async_is_told_what_to_use_instead(scene: Scene) -> None:
    with pytest.raises(AnsibleActionFail, match=r"cannot be combined with async: use wait: false, and attach later"):
        scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, async_val=60)
    assert scene.ssm.calls == {}


def test_check_mode_sends_nothing_and_tells_whom_it_would_reach(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[2]] = Node(ping="ConnectionLost")
    arguments = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "output_dir": str(scene.folder / "out")}
    result = scene.run(arguments, check_mode=True, diff=True)
    assert (result["changed"], result["failed"]) == (True, False)
    assert [(node["instance_id"], node["ping_status"]) for node in result["nodes"]] == [
        (scene.ids[0], "Online"),
        (scene.ids[1], "Online"),
        (scene.ids[2], "ConnectionLost"),
    ]
    assert result["msg"] == (f"The command would be sent to 3 managed nodes, of which 1 is not Online: {scene.ids[2]}.")
    assert json.loads(result["diff"]["after"]) == {
        "DocumentName": "AWS-RunShellScript",
        "Parameters": {"commands": ["uptime"]},
        "Targets": [{"Key": "tag:Role", "Values": ["web"]}],
        "Comment": "ssmops-................",
    }
    assert set(scene.ssm.calls) == {"DescribeDocument", "DescribeInstanceInformation"}
    assert not (scene.folder / "out").exists()


def test_check_mode_names_the_ids_that_are_not_managed(scene: Scene) -> None:
    arguments = {"commands": ["uptime"], "instance_ids": [scene.ids[0], NODE]}
    result = scene.run(arguments, check_mode=True)
    assert (result["failed"], result["failed_instance_ids"]) == (True, [NODE])
    assert f" Not managed in this account and region: {NODE}." in result["msg"]
    assert scene.ssm.calls["DescribeInstanceInformation"] == 2


def test_check_mode_of_a_resource_group_says_that_it_cannot_tell(scene: Scene) -> None:
    result = scene.run({"commands": ["uptime"], "resource_group": "fleet"}, check_mode=True)
    assert (result["changed"], result["failed"], result["nodes"]) == (True, False, None)
    assert scene.warnings == ["The nodes of a resource group cannot be listed before sending."]


def test_check_mode_may_not_list_nodes_and_says_so(scene: Scene) -> None:
    scene.ssm.before["DescribeInstanceInformation"] = [
        client_error("AccessDeniedException", "DescribeInstanceInformation") for _number in range(2)
    ]
    result = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, check_mode=True)
    assert (result["changed"], result["failed"], result["nodes"]) == (True, False, None)
    assert scene.warnings[-1] == "The nodes were not listed: ssm:DescribeInstanceInformation is not allowed."


@pytest.mark.parametrize("fail_on", ["any", "command", "never"])
def test_check_mode_without_a_node_changes_nothing_and_fails_as_the_task_would(scene: Scene, fail_on: str) -> None:
    arguments = {"commands": ["uptime"], "target_tags": {"Role": ["nobody", "none"], "Level": 1}, "fail_on": fail_on}
    result = scene.run(arguments, check_mode=True)
    assert (result["changed"], result["nodes"]) == (False, [])
    assert "no managed node in eu-west-1 matches tag:Role = nobody or none and tag:Level = 1." in result["msg"]
    assert result["failed"] is (fail_on == "any")
    assert scene.run(arguments)["failed"] is result["failed"]


def test_check_mode_without_waiting_does_not_fail_for_want_of_a_node(scene: Scene) -> None:
    arguments = {"commands": ["uptime"], "target_tags": {"Role": "nobody"}, "wait": False}
    assert not scene.run(arguments, check_mode=True)["failed"]
    assert not scene.run(arguments).get("failed", False)
    arguments = {"commands": ["uptime"], "instance_ids": [NODE], "wait": False}
    assert scene.run(arguments, check_mode=True)["failed"]


def test_check_mode_has_the_shape_of_the_task(scene: Scene) -> None:
    arguments = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "client_token": "deploy-7"}
    foreseen = scene.run(arguments, check_mode=True)
    done = {key for key in scene.run(arguments) if not key.startswith("_")}
    attached = scene.run(arguments, check_mode=True)
    assert set(foreseen) == set(attached) == {*done, "nodes"}
    assert set(foreseen["summary"]) == set(attached["summary"])
    assert foreseen["summary"]["not_sent"] == foreseen["summary"]["total"] == 3
    assert (attached["summary"]["total"], attached["nodes"], attached["failed"]) == (0, None, False)


def test_diff_shows_what_was_sent(scene: Scene) -> None:
    result = scene.run({"commands": ["uptime"], "instance_ids": scene.ids, "max_errors": "1"}, diff=True)
    shown = json.loads(result["diff"]["after"])
    assert (shown["InstanceIds"], shown["MaxErrors"]) == (scene.ids, "1")
    assert "diff" not in scene.send()


def test_no_node_is_a_failure_without_a_change(scene: Scene) -> None:
    scene.ssm.nodes.clear()
    result = scene.send()
    assert (result["changed"], result["failed"]) == (False, True)
    assert result["msg"] == "The command reached no node: no managed node in eu-west-1 matches tag:Role = web."
    attached = scene.run({"command_ids": result["command_ids"]})
    assert attached["msg"] == result["msg"]


def test_without_waiting_it_ends_when_it_has_sent(scene: Scene) -> None:
    result = scene.send(wait=False)
    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert result["invocations"] == {}
    assert result["msg"].startswith(f"Sent {result['command_ids'][0]}. Attach with command_ids")
    assert scene.clock.now == 0.0


def sent_before(scene: Scene) -> str:
    command_id = str(scene.send(wait=False)["command_ids"][0])
    scene.ssm.calls.clear()
    scene.lines.clear()
    return command_id


def test_attaching_gives_what_waiting_would_have(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[1]] = FAILING
    waited = scene.send()
    attached = scene.run({"command_ids": waited["command_ids"]})
    assert scene.ssm.calls["SendCommand"] == 1
    assert attached["changed"] is False
    assert {key: attached[key] for key in waited if key != "changed"} == {
        key: value for key, value in waited.items() if key != "changed"
    }


def fails_at_first(scene: Scene, node: str, details: str) -> None:
    """The first command ends with these details on a node; later ones succeed."""
    first = "00000000-0000-4000-8000-000000000000"
    real = scene.ssm._invocation

    def invocation(command: t.Any, instance_id: str) -> dict[str, t.Any]:
        found = real(command, instance_id)
        if (command.command_id, instance_id) == (first, node) and found["Status"] == "Success":
            return {**found, "Status": "Failed", "StatusDetails": details}
        return found

    t.cast("t.Any", scene.ssm)._invocation = invocation


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("targets", [{"target_tags": {"Role": "web"}}, {}])
def test_attaching_knows_what_the_task_has_sent_again(scene: Scene, order: int, targets: dict[str, t.Any]) -> None:
    fails_at_first(scene, scene.ids[0], "Undeliverable")
    where = targets or {"instance_ids": scene.ids}
    first = scene.run({"commands": ["uptime"], **where, "retry_undelivered": 1})
    assert (first["failed"], len(first["command_ids"])) == (False, 2)
    attached = scene.run({"command_ids": first["command_ids"][::order]})
    by_order = {"command_ids", "commands", "summary_by_command", "changed"}
    assert {name: value for name, value in attached.items() if name not in by_order} == {
        name: value for name, value in first.items() if name not in by_order
    }
    assert attached["summary_by_command"] == first["summary_by_command"]


def test_what_another_task_has_sent_again_hides_nothing(scene: Scene) -> None:
    fails_at_first(scene, scene.ids[0], "Undeliverable")
    failed = scene.send()
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    other = scene.send(retry_undelivered=1)
    attached = scene.run({"command_ids": [*failed["command_ids"], other["command_ids"][1]]})
    assert attached["failed"]
    assert "earlier" not in attached["invocations"][scene.ids[0]]


# How many of 150 nodes fail from the 51st on, the options, and whether the task fails by its commands.
LIMITS: list[tuple[int, dict[str, t.Any], bool]] = [
    (7, {"max_errors": "10"}, False),
    (11, {"max_errors": "10"}, True),
    (60, {"max_errors": "100%", "wait": False}, False),
    (0, {"max_errors": "0"}, False),
]


@pytest.mark.parametrize(("failures", "options", "is_failed"), LIMITS)
def test_attaching_divides_the_errors_as_the_task_did(
    scene: Scene, failures: int, options: dict[str, t.Any], is_failed: bool
) -> None:
    ids = [f"i-{number:017x}" for number in range(150)]
    scene.ssm.nodes = {node: Node() for node in ids}
    for node in ids[50 : 50 + failures]:
        scene.ssm.nodes[node] = Node(status="Failed", details="Failed", rc=1)
    sending = {"commands": ["uptime"], "instance_ids": ids, "fail_on": "command", "max_concurrency": "100%"}
    first = scene.run({**sending, **options})
    scene.clock.now += 100
    attached = scene.run({"command_ids": first["command_ids"], "fail_on": "command"})
    assert (first.get("failed", False), attached["failed"]) == (is_failed, is_failed)


def test_attaching_waits_for_what_still_runs(scene: Scene) -> None:
    result = scene.run({"command_ids": [sent_before(scene)]})
    assert result["summary"]["success"] == 3
    assert 10.0 <= scene.clock.now < 12.0


def test_attaching_without_waiting_gives_what_there_is(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(seconds=1.0)
    scene.ssm.nodes[scene.ids[1]] = Node(seconds=1.0, status="Failed", details="Failed", rc=1)
    command_id = sent_before(scene)
    scene.clock.now = 2.0
    result = scene.run({"command_ids": [command_id], "wait": False})
    assert (result["failed"], result["changed"], scene.clock.now) == (False, False, 2.0)
    assert [entry["outcome"] for entry in result["invocations"].values()] == ["success", "failed", "in_progress"]
    assert result["msg"] == "2 of 3 listed nodes ended so far, of which 1 did not succeed; the commands continue."
    scene.clock.now = 60.0
    ended = scene.run({"command_ids": [command_id], "wait": False})
    assert (ended["failed"], ended["summary"]["success"]) == (True, 2)


def test_attaching_to_what_aws_does_not_list_is_an_error(scene: Scene) -> None:
    result = scene.run({"command_ids": ["11111111-2222-4333-8444-555555555555"]})
    assert result["failed"]
    assert "AWS has not listed the command 11111111-2222-4333-8444-555555555555" in result["msg"]


@pytest.mark.parametrize(
    ("on_timeout", "cancels", "end"),
    [
        ("cancel", 1, " The command was cancelled where it had not ended."),
        ("leave", 0, " The command continues: attach with command_ids: [00000000-0000-4000-8000-000000000000]."),
    ],
)
def test_when_wait_timeout_is_over(scene: Scene, on_timeout: str, cancels: int, end: str) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(seconds=1.0)
    result = scene.send(wait_timeout=5, on_timeout=on_timeout)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("The command had not ended after wait_timeout.")
    assert result["msg"].endswith(end)
    assert scene.ssm.calls["CancelCommand"] == cancels
    assert len(result["invocations"]) == 3
    assert result["invocations"][scene.ids[0]]["stdout"] == "ok\n"


def test_a_client_token_makes_the_task_idempotent(scene: Scene) -> None:
    first = scene.send(client_token="deploy-7")
    sending = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "client_token": "deploy-7"}
    foreseen = scene.run({**sending, "client_token_max_age": 3600}, check_mode=True)
    second = scene.send(client_token="deploy-7")
    refused = scene.send(client_token="deploy-7", commands=["reboot"])
    assert (foreseen["changed"], foreseen["command_ids"]) == (False, first["command_ids"])
    assert foreseen["msg"].startswith("Nothing would be sent, as client_token was used before: the task would attach")
    assert (second["changed"], second["command_ids"]) == (False, first["command_ids"])
    assert refused["failed"]
    assert "with other parameters" in refused["msg"]
    assert scene.ssm.calls["SendCommand"] == 1


def list_late(scene: Scene, seconds: float) -> None:
    """AWS lists each command so many seconds after it was sent."""
    real = scene.ssm.list_commands

    def listing(**request: t.Any) -> dict[str, t.Any]:
        page = real(**request)
        sent_at = {command_id: command.sent_at for command_id, command in scene.ssm.commands.items()}
        listed = [one for one in page["Commands"] if scene.clock.now - sent_at[one["CommandId"]] >= seconds]
        return {**page, "Commands": listed}

    t.cast("t.Any", scene.ssm).list_commands = listing


@pytest.mark.parametrize("check", [True, False])
def test_a_task_knows_what_the_run_has_sent_with_its_client_token(scene: Scene, check: bool) -> None:
    list_late(scene, 3)
    sending = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "client_token": "deploy-7"}
    first = scene.run({**sending, "wait": False})
    scene.clock.now += 1
    second = scene.run(sending, check_mode=check)
    assert (second["failed"], second["changed"], second["command_ids"]) == (False, False, first["command_ids"])
    assert set(scene.ssm.executions.values()) == {1}


def test_a_task_does_not_mistake_another_request_for_its_own(scene: Scene) -> None:
    list_late(scene, 3)
    scene.send(client_token="deploy-7", wait=False)
    refused = scene.send(client_token="deploy-7", commands=["reboot"])
    assert refused["failed"]
    assert "with other parameters" in refused["msg"]
    assert scene.ssm.calls["SendCommand"] == 1


def test_a_retry_after_a_lost_response_attaches(scene: Scene) -> None:
    list_late(scene, 12)
    scene.ssm.after["SendCommand"] = [client_error("InternalServerError", status=500)]
    arguments = {"client_token": "deploy-7", "lost_response_timeout": 5}
    first = scene.send(**arguments)
    second = scene.send(**arguments)
    assert (first["failed"], second["failed"]) == (True, False)
    assert set(scene.ssm.executions.values()) == {1}
    assert second["command_ids"] == list(scene.ssm.commands)


@pytest.mark.parametrize("targets", [{"target_tags": {"Role": "web"}}, {"instance_ids": 1}])
@pytest.mark.parametrize("check", [True, False])
def test_a_retry_sends_nothing_while_the_command_may_run(scene: Scene, targets: dict[str, t.Any], check: bool) -> None:
    list_late(scene, 1_000)
    scene.ssm.after["SendCommand"] = [client_error("InternalServerError", status=500)]
    where = {"instance_ids": scene.ids} if "instance_ids" in targets else targets
    arguments = {"commands": ["uptime"], **where, "client_token": "deploy-7", "lost_response_timeout": 5}
    scene.run(arguments)
    before = scene.clock.now
    second = scene.run(arguments, check_mode=check)
    assert 60 <= scene.clock.now - before <= 65
    token = next(iter(scene.requests))["Comment"].rsplit(" ", 1)[-1]
    assert second["failed"]
    assert "has not listed the command for 60 seconds; it was not sent again" in second["msg"]
    assert f"look for {token} in the comments" in second["msg"]
    assert second["changed"]
    assert second["summary"]["unknown"] == (3 if "instance_ids" in targets else 0)
    assert len(scene.ssm.commands) == 1


def test_a_retry_sends_again_where_the_user_allows_it_and_tells_what_has_run_twice(scene: Scene) -> None:
    list_late(scene, 70)
    scene.ssm.after["SendCommand"] = [client_error("InternalServerError", status=500)]
    scene.send(client_token="deploy-7", lost_response_timeout=5)
    second = scene.send(client_token="deploy-7", lost_response_timeout=5, on_lost_response="resend")
    assert len(scene.ssm.commands) == 2
    assert second["failed"]
    assert all(command_id in second["msg"] for command_id in scene.ssm.commands)


def test_what_aws_has_accepted_is_never_sent_again(scene: Scene) -> None:
    list_late(scene, 1_000)
    first = scene.send(client_token="deploy-7", wait=False)
    second = scene.send(client_token="deploy-7", on_lost_response="resend")
    assert second["failed"]
    assert f"AWS has not listed the command {first['command_ids'][0]} for 60 seconds" in second["msg"]
    assert len(scene.ssm.commands) == 1


def test_what_aws_has_refused_is_sent_without_a_wait(scene: Scene) -> None:
    scene.ssm.before["SendCommand"] = [client_error("AccessDeniedException")]
    scene.send(client_token="deploy-7", wait=False)
    before = scene.clock.now
    assert scene.send(client_token="deploy-7", wait=False)["changed"]
    assert scene.clock.now == before


def test_a_lost_part_leaves_the_others_as_they_are(scene: Scene) -> None:
    ids = [f"i-{number:017x}" for number in range(120)]
    scene.ssm.nodes = {node: Node() for node in ids}
    scene.ssm.after["SendCommand"] = [None, client_error("InternalServerError", status=500)]
    real = scene.ssm.list_commands
    lost = "00000000-0000-4000-8000-000000000001"

    def listing(**request: t.Any) -> dict[str, t.Any]:
        page = real(**request)
        return {**page, "Commands": [one for one in page["Commands"] if one["CommandId"] != lost]}

    t.cast("t.Any", scene.ssm).list_commands = listing
    arguments = {"commands": ["uptime"], "instance_ids": ids, "max_errors": "100%", "client_token": "deploy-7"}
    scene.run(arguments)
    second = scene.run(arguments)
    assert second["command_ids"] == ["00000000-0000-4000-8000-000000000000"]
    counts = {outcome: number for outcome, number in second["summary"].items() if number}
    assert counts == {"pending": 50, "unknown": 50, "unsent": 20, "total": 120}
    assert set(scene.ssm.executions.values()) == {1}


@pytest.mark.parametrize("other", [{"region": "eu-north-1"}, {"profile": "other"}, {"client_token": "deploy-8"}])
def test_what_is_remembered_is_of_one_token_place_and_key(scene: Scene, other: dict[str, str]) -> None:
    list_late(scene, 1_000)
    scene.send(client_token="deploy-7", wait=False)
    vars(scene.meta)["region_name"] = other.get("region", "eu-west-1")
    before = scene.clock.now
    assert not scene.send(**{"client_token": "deploy-7", "wait": False, **other}).get("failed")
    assert scene.clock.now == before


def test_a_client_token_that_cannot_be_written_down_is_not_sent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(scene.folder / "missing"))
    result = scene.send(client_token="deploy-7", send_per_host=True)
    assert result["failed"]
    assert result["msg"].startswith("What this run has sent with the same client_token cannot be read: ")
    assert not scene.ssm.commands


def test_check_mode_foresees_that_only_the_missing_parts_are_sent(scene: Scene) -> None:
    ids = [f"i-{number:017x}" for number in range(70)]
    scene.ssm.nodes = {node: Node() for node in ids}
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    arguments = {"commands": ["uptime"], "instance_ids": ids, "max_errors": "100%", "client_token": "deploy-7"}
    first = scene.run(arguments)
    foreseen = scene.run(arguments, check_mode=True)
    assert (foreseen["changed"], foreseen["failed"], foreseen["command_ids"]) == (True, False, first["command_ids"])
    assert list(foreseen["invocations"]) == [node["instance_id"] for node in foreseen["nodes"]] == ids[50:]
    assert foreseen["msg"] == (
        f"client_token was used before: the task would attach to {first['command_ids'][0]}. The command would be "
        "sent to 20 managed nodes."
    )
    again = scene.run(arguments)
    assert again["command_ids"][:1] == first["command_ids"]
    assert set(scene.ssm.executions.values()) == {1}


@pytest.mark.parametrize("count", [3, 70])
def test_the_diff_has_the_comment_that_is_sent(scene: Scene, count: int) -> None:
    ids = [f"i-{number:017x}" for number in range(count)]
    scene.ssm.nodes = {node: Node() for node in ids}
    arguments = {"commands": ["uptime"], "instance_ids": ids, "comment": "c" * 76, "client_token": "deploy-7"}
    result = scene.run(arguments, diff=True)
    shown = json.loads(result["diff"]["after"])["Comment"]
    sent = scene.requests[0]["Comment"]
    assert shown == sent[:-16] + "." * 16


AGE = 3_600


def old_commands(scene: Scene, arguments: dict[str, t.Any], age: int) -> list[str]:
    """The IDs of two commands with a client token, of which the first was sent before the token's maximum age."""
    sent = scene.run(arguments)["command_ids"]
    scene.ssm.epoch -= datetime.timedelta(seconds=age)
    scene.ssm.commands[sent[1]].sent_at = age - 600
    scene.clock.now = age
    return list(sent)


@pytest.mark.parametrize("count", [3, 70])
@pytest.mark.parametrize("check", [True, False])
def test_a_task_that_began_before_the_maximum_age_is_found_whole(scene: Scene, count: int, check: bool) -> None:
    ids = [f"i-{number:017x}" for number in range(count)]
    scene.ssm.nodes = {node: Node() for node in ids}
    if count == 3:
        fails_at_first(scene, ids[0], "Undeliverable")
    where = {"target_tags": {"Role": "web"}} if count == 3 else {"instance_ids": ids, "max_errors": "100%"}
    arguments = {"commands": ["uptime"], **where, "client_token": "nightly", "retry_undelivered": 1}
    sent = old_commands(scene, arguments, 2 * AGE)
    scene.forget()
    result = scene.run({**arguments, "client_token_max_age": AGE}, check_mode=check)
    assert (result["failed"], result["changed"], result["command_ids"]) == (False, False, sent)
    assert check or result["summary"]["success"] == count


def test_an_old_output_that_is_read_late_does_not_replace_the_file(scene: Scene, tmp_path: pathlib.Path) -> None:
    fails_at_first(scene, scene.ids[0], "Undeliverable")
    sent = scene.send(client_token="deploy-7", retry_undelivered=1)["command_ids"]
    real, listed_at = scene.ssm.list_command_invocations, scene.clock.now + 5

    def listing(**request: t.Any) -> dict[str, t.Any]:
        page = real(**request)
        if request["CommandId"] != sent[0]:
            return page
        for found in page["CommandInvocations"]:
            for plugin in found["CommandPlugins"]:
                plugin["Output"] = "old\n"
        return page if scene.clock.now > listed_at else {"CommandInvocations": []}

    t.cast("t.Any", scene.ssm).list_command_invocations = listing
    result = scene.send(client_token="deploy-7", output_dir=str(tmp_path / "out"))
    assert result["command_ids"] == sent
    texts = [(tmp_path / "out" / f"{node}.txt").read_text() for node in scene.ids]
    assert texts == ["ok\n", "old\n", "old\n"]


def test_a_task_whose_beginning_is_gone_is_not_taken_for_whole(scene: Scene) -> None:
    fails_at_first(scene, scene.ids[0], "Undeliverable")
    arguments = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "client_token": "nightly"}
    sent = old_commands(scene, {**arguments, "retry_undelivered": 1}, 31 * 86_400)
    scene.forget()
    result = scene.run(arguments)
    assert result["failed"]
    assert f"the command {sent[1]} has it and is not the first of its task" in result["msg"]
    assert len(scene.ssm.commands) == 2


@pytest.mark.parametrize("wait", [True, False])
def test_what_is_sent_besides_what_was_found_is_named(scene: Scene, wait: bool) -> None:
    ids = [f"i-{number:017x}" for number in range(70)]
    scene.ssm.nodes = {node: Node() for node in ids}
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    arguments = {"commands": ["uptime"], "instance_ids": ids, "max_errors": "100%", "client_token": "deploy-7"}
    scene.run(arguments)
    again = scene.run({**arguments, "wait": wait})
    first, second = again["command_ids"]
    assert again["msg"].startswith(f"client_token was used before: attached to {first}, and sent {second}. ")
    assert "Not sent again" not in again["msg"]


@pytest.mark.parametrize(("choice", "sends"), [("fail", 1), ("resend", 2)])
def test_a_lost_response(scene: Scene, choice: str, sends: int) -> None:
    scene.ssm.before["SendCommand"] = [client_error("InternalServerError", status=500)]
    result = scene.send(on_lost_response=choice, lost_response_timeout=20)
    assert scene.ssm.calls["SendCommand"] == sends
    assert result["failed"] is (choice == "fail")
    assert ("for 20 seconds; it was not sent again" in result["msg"]) is (choice == "fail")


def test_a_cancel_that_is_refused_is_not_called_one(scene: Scene) -> None:
    scene.ssm.before["CancelCommand"] = [client_error("AccessDeniedException", "CancelCommand")]
    scene.ssm.nodes = {node: Node(seconds=1_000.0) for node in scene.ids}
    result = scene.send(wait_timeout=5)
    continuing = f" Cancellation was refused, and these continue: command_ids: [{result['command_ids'][0]}]."
    assert result["msg"].endswith(continuing)
    assert "Cancellation was requested" not in result["msg"]
    assert "could not be cancelled" in scene.warnings[0]


def test_check_mode_that_attached_cancels_nothing(scene: Scene) -> None:
    command_id = sent_before(scene)
    result = scene.run({"command_ids": [command_id], "wait_timeout": 2}, check_mode=True)
    assert "continues" in result["msg"]
    assert scene.ssm.calls["CancelCommand"] == 0


def test_undeliverable_nodes_are_tried_again(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    result = scene.send(retry_undelivered=2)
    assert scene.ssm.executions == {scene.ids[0]: 1, scene.ids[1]: 3, scene.ids[2]: 1}
    assert len(result["command_ids"]) == 3
    assert len(result["invocations"][scene.ids[1]]["earlier"]) == 2
    assert result["undelivered_instance_ids"] == [scene.ids[1]]


def test_files_are_written_and_named(scene: Scene) -> None:
    folder = scene.folder / "out" / "deep"
    scene.ssm.nodes[scene.ids[2]] = Node(seconds=1_000.0)
    result = scene.send(output_dir=str(folder), wait_timeout=20, on_timeout="leave")
    for node in scene.ids[:2]:
        path = pathlib.Path(result["invocations"][node]["output_file"])
        assert path == folder / f"{node}.txt"
        assert path.read_text() == "ok\n"
    assert "output_file" not in result["invocations"][scene.ids[2]]


def test_a_node_of_several_commands_has_a_file_for_each(scene: Scene) -> None:
    sent = [*scene.send()["command_ids"], *scene.send()["command_ids"]]
    result = scene.run({"command_ids": sent, "output_dir": str(scene.folder / "out")})
    node = scene.ids[0]
    entries = result["invocations"][node]["by_command"]
    files = [entries[command_id]["output_file"] for command_id in sent]
    assert files == [str(scene.folder / "out" / f"{node}.{command_id}.txt") for command_id in sent]
    assert [pathlib.Path(file).read_text() for file in files] == ["ok\n", "ok\n"]
    assert result["invocations"][node]["output_file"] in files


def test_a_directory_that_goes_away_does_not_cost_the_results(scene: Scene) -> None:
    folder = scene.folder / "out"
    scene.ssm.on_send = lambda _request: folder.rmdir()
    result = scene.send(output_dir=str(folder))
    assert (result["failed"], result["summary"]["success"]) == (False, 3)
    assert "output_file" not in result["invocations"][scene.ids[0]]
    assert [warning.split(" was not saved: ")[0] for warning in scene.warnings] == [
        f"The output of {node}" for node in scene.ids
    ]


@pytest.mark.parametrize("budget", [2_000, 4_000, 20_000])
def test_the_whole_result_keeps_to_its_budget(scene: Scene, budget: int) -> None:
    scene.ssm.nodes = {
        node: Node(stdout=f"{node}\n" * 500, status="Failed", details="Failed", rc=1) for node in scene.ids
    }
    result = scene.send(result_max_bytes=budget)
    assert len(str(result)) <= budget
    assert result["failed"]
    assert result["result_cut"]["outputs"] == 3


@pytest.mark.parametrize(("fold_mask", "counts"), [(True, [2, 1]), (False, [1, 1, 1])])
def test_equal_answers_are_folded_before_a_result_is_cut(scene: Scene, fold_mask: bool, counts: list[int]) -> None:
    scene.ssm.nodes = {
        node: Node(stdout=f"{text} {node}\n" * 500, status="Failed", details="Failed", rc=1)
        for node, text in zip(scene.ids, ("a", "b", "a"), strict=True)
    }
    result = scene.send(result_max_bytes=6_000, fold_mask=fold_mask)
    assert result["result_cut"]["outputs"] == 3
    assert [group["count"] for group in result["groups"]] == counts
    assert f"{counts[0]} nodes Failed rc=1" in result["msg"] or counts[0] == 1
    assert all(group["truncated"] for group in result["groups"])


def test_check_mode_has_groups_too(scene: Scene) -> None:
    (group,) = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, check_mode=True)["groups"]
    assert (group["outcome"], group["rc"], group["instance_ids"]) == ("not_sent", -1, scene.ids)


@pytest.mark.parametrize(
    ("environment", "task_vars"),
    [
        ({"MAX_EVENT_RES": "4000"}, {}),
        ({"MAX_EVENT_RES": "4000"}, {"awx_job_id": 7}),
        ({}, {"tower_job_id": 7}),
        ({}, {}),
    ],
)
def test_a_job_of_awx_has_results_that_awx_takes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], task_vars: dict[str, int]
) -> None:
    scene.ssm.nodes = {node: Node(stdout="x" * 20_000) for node in scene.ids}
    monkeypatch.delenv("MAX_EVENT_RES", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, task_vars)
    if environment:
        assert 2_500 < len(str(result)) <= 3_600
        assert result["result_cut"]["outputs"] == 3
    else:
        assert "result_cut" not in result


def test_files_have_the_whole_output_of_a_result_that_is_cut(scene: Scene) -> None:
    scene.ssm.nodes = {node: Node(stdout=f"{node}\n" * 1_000) for node in scene.ids}
    result = scene.send(result_max_bytes=5_000, output_dir=str(scene.folder / "out"))
    for node in scene.ids:
        assert (scene.folder / "out" / f"{node}.txt").read_text() == f"{node}\n" * 1_000
        assert result["invocations"][node]["truncated"]


def test_a_result_is_not_printed_whole_because_of_v(scene: Scene) -> None:
    assert scene.send()["_ansible_verbose_override"] is True
    checked = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, check_mode=True)
    assert "_ansible_verbose_override" not in checked


def test_the_whole_output_comes_from_the_bucket(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(stdout="x" * 30_000)
    key = f"logs/00000000-0000-4000-8000-000000000000/{scene.ids[0]}/awsrunShellScript/0.awsrunShellScript/stdout"
    scene.others["s3"] = FakeBucket("outputs", {key: b"x" * 30_000})
    result = scene.send(full_output=True, output_s3_bucket_name="outputs", output_s3_key_prefix="logs")
    assert result["invocations"][scene.ids[0]]["stdout"] == "x" * 30_000
    assert not result["invocations"][scene.ids[0]]["truncated"]


@pytest.mark.parametrize(
    ("arguments", "group"),
    [
        ({"cloudwatch_output_enabled": True}, "/aws/ssm/AWS-RunShellScript"),
        ({"cloudwatch_log_group_name": "/ops"}, "/ops"),
    ],
)
def test_the_whole_output_comes_from_the_log_group(scene: Scene, arguments: dict[str, t.Any], group: str) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(stdout="x" * 30_000)
    logs = scene.others["logs"] = FakeLogs(group)
    logs.add(f"00000000-0000-4000-8000-000000000000/{scene.ids[0]}/aws-runShellScript/stdout", "x" * 30_000)
    result = scene.send(full_output=True, **arguments)
    assert result["invocations"][scene.ids[0]]["stdout"] == "x" * 30_000 + "\n"


def test_a_bucket_without_the_output_costs_one_warning_and_no_result(scene: Scene) -> None:
    scene.ssm.nodes = {node: Node(stdout="x" * 30_000) for node in scene.ids}
    scene.others["s3"] = FakeBucket("outputs", {})
    result = scene.send(full_output=True, output_s3_bucket_name="outputs")
    assert not result["failed"]
    assert all(found["truncated"] for found in result["invocations"].values())
    assert scene.warnings == [
        f"The output of {', '.join(scene.ids)} is incomplete: the node wrote nothing to the bucket outputs, which its "
        "role must let it write to (s3:PutObject, s3:GetEncryptionConfiguration)."
    ]


@pytest.mark.parametrize("budget", [None, 5_000])
def test_output_that_is_not_whole_fails_the_task_if_wanted(scene: Scene, budget: int | None) -> None:
    long, short = scene.ids[0], scene.ids[1:]
    scene.ssm.nodes = {long: Node(stdout="x" * 30_000), **{node: Node(stdout="x" * 20_000) for node in short}}
    scene.others["s3"] = FakeBucket("outputs", {})
    wanted = {"full_output": True, "output_s3_bucket_name": "outputs", "result_max_bytes": budget}
    result = scene.send(fail_on="truncated", **wanted)
    assert result["failed"]
    assert f"3 of 3 nodes succeeded. The output of {long} is incomplete." in result["msg"]
    scene.ssm.nodes[long] = Node()
    assert not scene.send(fail_on="truncated", **wanted)["failed"]
    scene.ssm.nodes[long] = FAILING
    assert scene.send(fail_on="truncated", **wanted)["failed"]


def test_an_attached_command_says_itself_where_its_output_is(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(stdout="x" * 30_000)
    sent = scene.send(wait=False, cloudwatch_log_group_name="/sent/here")
    logs = scene.others["logs"] = FakeLogs("/sent/here")
    logs.add(f"{sent['command_ids'][0]}/{scene.ids[0]}/aws-runShellScript/stdout", "x" * 30_000)
    result = scene.run(
        {
            "command_ids": sent["command_ids"],
            "full_output": True,
            "stream_output": True,
            "cloudwatch_output_enabled": True,
        }
    )
    assert len(result["invocations"][scene.ids[0]]["stdout"]) == 30_001
    assert f"{scene.ids[0]} stdout: {'x' * 30_000}" in scene.lines


def test_a_lost_answer_does_not_send_twice(scene: Scene) -> None:
    scene.ssm.after["SendCommand"] = [exceptions.ConnectionClosedError(endpoint_url="x")]
    result = scene.send()
    assert not result["failed"]
    assert set(scene.ssm.executions.values()) == {1}


def test_no_client_retries_by_itself_whatever_the_user_says(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    scene.send(aws_config={"retries": {"mode": "adaptive", "max_attempts": 9}, "read_timeout": 3})
    found = [(config.retries, config.read_timeout) for _service, config in scene.configs]
    assert all(retries == {"total_max_attempts": 1, "mode": "standard"} for retries, _timeout in found)
    assert {timeout for _retries, timeout in found} == {3}


def test_an_unknown_setting_of_botocore_is_named(scene: Scene) -> None:
    result = scene.send(aws_config={"retires": {}})
    assert (result["failed"], result["msg"]) == (True, "aws_config has 'retires': botocore has no such setting.")


def test_a_timeout_that_is_no_number_is_named(scene: Scene) -> None:
    result = scene.send(aws_config={"read_timeout": "soon"})
    assert result["msg"] == "aws_config.read_timeout is 'soon': it must be a number of seconds."
    assert not scene.send(aws_config={"read_timeout": "7", "connect_timeout": 2.5})["failed"]
    assert {(config.read_timeout, config.connect_timeout) for _service, config in scene.configs} == {(7.0, 2.5)}


def test_expired_credentials_leave_the_ids_to_attach_to(scene: Scene) -> None:
    scene.ssm.before["ListCommands"] = [None, client_error("ExpiredTokenException", "ListCommands")]
    result = scene.send()
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["error"]["code"] == "ExpiredTokenException"
    assert f"attach to them with command_ids: [{result['command_ids'][0]}]." in result["msg"]
    attached = scene.run({"command_ids": result["command_ids"]})
    assert attached["summary"]["success"] == 3


def refuse_nodes(scene: Scene) -> dict[str, t.Any]:
    scene.ssm.before["SendCommand"] = [client_error("InvalidInstanceId")]
    return scene.send(target_tags=None, instance_ids=[*scene.ids, NODE])


def test_a_node_that_is_not_managed_is_named(scene: Scene) -> None:
    result = refuse_nodes(scene)
    assert result["failed"]
    assert result["error"]["code"] == "InvalidInstanceId"
    assert f"Not managed in this account and region: {NODE} (is the agent running" in result["msg"]
    assert result["msg"].endswith("4 nodes were not sent to.")
    assert sorted(result["invocations"]) == sorted([*scene.ids, NODE])


def test_a_node_that_is_managed_and_offline_is_named(scene: Scene) -> None:
    scene.ssm.nodes[NODE] = Node(ping="ConnectionLost")
    assert f". Not Online: {NODE}." in refuse_nodes(scene)["msg"]


def test_nodes_that_may_not_be_described_do_not_hide_the_error(scene: Scene) -> None:
    scene.ssm.before["DescribeInstanceInformation"] = [
        client_error("AccessDeniedException", "DescribeInstanceInformation") for _number in range(2)
    ]
    result = refuse_nodes(scene)
    assert result["error"]["code"] == "InvalidInstanceId"
    assert "A node is not managed in this account and region, or not running (" in result["msg"]


def test_a_part_that_is_refused_keeps_those_that_were_sent(scene: Scene) -> None:
    ids = [f"i-{number:017x}" for number in range(120)]
    scene.ssm.nodes = {node: Node() for node in ids}
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    result = scene.send(target_tags=None, instance_ids=ids, max_concurrency="100%", max_errors="100%")
    assert len(result["command_ids"]) == 1
    assert f"attach to them with command_ids: [{result['command_ids'][0]}]." in result["msg"]
    assert result["msg"].endswith("70 nodes were not sent to.")


def test_no_secret_of_the_connection_gets_out(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(stdout="my key is wJalrXUtnFEMI\n")
    result = scene.send(access_key="AKIAEXAMPLE", secret_key="wJalrXUtnFEMI")
    assert "wJalrXUtnFEMI" not in json.dumps(result)
    assert result["invocations"][scene.ids[1]]["stdout"] == "ok\n"


def test_with_no_log_no_output_is_displayed(scene: Scene) -> None:
    scene.ssm.nodes[scene.ids[0]] = Node(
        stdout="hunter2\n", stderr="hunter2\n", status="Failed", details="Failed", rc=1
    )
    scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, no_log=True)
    assert scene.lines
    assert "hunter2" not in "".join([*scene.lines, *scene.warnings])


def quoting(code: str, operation: str) -> t.Any:
    """An error of AWS whose message quotes the request."""
    error = client_error(code, operation)
    error.response["Error"]["Message"] = "Value 'hunter2' is not valid"
    t.cast("t.Any", error.response)["message"] = "Value 'hunter2' is not valid"
    return error


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("DescribeDocument", {}),
        ("SendCommand", {}),
        ("ListCommands", {}),
        ("DescribeInstanceInformation", {"target_tags": None, "instance_ids": [NODE]}),
    ],
)
def test_with_no_log_no_word_of_a_node_or_of_aws_is_in_the_message(
    scene: Scene, operation: str, arguments: dict[str, t.Any]
) -> None:
    scene.ssm.nodes = {node: Node(stderr="hunter2\n", status="Failed", details="Failed", rc=1) for node in scene.ids}
    whole = {"commands": ["uptime"], "target_tags": {"Role": "web"}, **arguments}
    if operation == "DescribeInstanceInformation":
        # The check of the platform reads the nodes first.
        scene.ssm.before["SendCommand"] = [client_error("InvalidInstanceId")]
        scene.ssm.before[operation] = [None, None, quoting("ValidationException", operation)]
    else:
        scene.ssm.before[operation] = [quoting("ValidationException", operation)]
    refused = scene.run(whole, no_log=True)
    assert (refused["failed"], refused["error"]) == (True, {"code": refused["error"]["code"]})
    assert "(hidden by no_log)" in refused["msg"]
    failed = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, no_log=True)
    assert failed["msg"].startswith("0 of 3 nodes succeeded (3 failed). Failures: ")
    texts = {key: value for key, value in failed.items() if key != "invocations"}
    assert "hunter2" not in json.dumps([refused, texts])


def test_with_no_log_no_target_and_no_token_is_in_the_message(scene: Scene) -> None:
    nowhere = {"commands": ["uptime"], "target_tags": {"Role": "hunter2"}}
    for check_mode in (True, False):
        result = scene.run(nowhere, no_log=True, check_mode=check_mode)
        assert "no managed node in eu-west-1 matches the targets." in result["msg"]
    scene.send(client_token="hunter2")
    arguments = {"commands": ["reboot"], "target_tags": {"Role": "web"}, "client_token": "hunter2"}
    refused = scene.run(arguments, no_log=True)
    assert refused["msg"].startswith("client_token is (hidden by no_log): the command ")


def test_with_no_log_a_command_that_is_lost_is_named(scene: Scene) -> None:
    unknown = "11111111-2222-4333-8444-555555555555"
    result = scene.run({"command_ids": [unknown]}, no_log=True)
    assert f"AWS has not listed the command {unknown}" in result["msg"]
    assert "hidden" not in result["msg"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"comment": "hunter2" * 20}, "comment is (hidden by no_log): it must be at most"),
        ({"script": "hunter2", "commands": None}, "script is (hidden by no_log): it must be UTF-8 text"),
        ({"script": "hunter2.sh", "commands": None}, "script is (hidden by no_log): there is no such file"),
        ({"output_dir": "/dev/null/hunter2"}, "output_dir is (hidden by no_log): it must be a directory"),
        ({"parameters": {"workingDirectory": {"hunter2": b"hunter2"}}}, "parameters.workingDirectory"),
    ],
)
def test_with_no_log_what_is_refused_is_named_and_not_shown(
    scene: Scene, arguments: dict[str, t.Any], named: str
) -> None:
    (scene.folder / "hunter2").write_bytes(b"\xff")
    whole = {"commands": ["uptime"], "target_tags": {"Role": "web"}, **arguments}
    result = scene.run(whole, no_log=True)
    assert result["msg"].startswith(named)
    assert "hunter2" not in result["msg"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"timeout_seconds": "hunter2"}, "timeout_seconds has a value that is not allowed (hidden by no_log)."),
        ({"fail_on": "hunter2"}, "fail_on has a value that is not allowed (hidden by no_log)."),
        ({"commands": None, "parameters": "hunter2"}, "parameters has a value that is not allowed (hidden by no_log)."),
        (
            {"notification_config": {"notification_arn": "a", "notification_events": ["hunter2"]}},
            "notification_events has a value that is not allowed (hidden by no_log).",
        ),
        ({"targets": [{"key": "hunter2"}]}, "missing required arguments: values found in targets"),
        ({"comands": "hunter2"}, "Unsupported parameters: comands."),
    ],
)
def test_with_no_log_what_ansible_refuses_is_named_and_not_shown(
    scene: Scene, arguments: dict[str, t.Any], sentence: str
) -> None:
    with pytest.raises(AnsibleActionFail) as refusal:
        scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}, **arguments}, no_log=True)
    assert str(refusal.value).startswith(sentence)
    assert "hunter2" not in str(refusal.value)


def test_with_no_log_the_words_of_aws_are_not_shown(scene: Scene) -> None:
    error = client_error("ValidationException", "DescribeDocument")
    error.response["Error"]["Message"] = "Value 'hunter2' is too long"
    scene.ssm.before["DescribeDocument"] = [error]
    result = scene.run({"commands": ["uptime"], "target_tags": {"Role": "web"}}, no_log=True)
    assert result["msg"] == "Failed to describe the document: ValidationException (hidden by no_log)"


class Stop:
    """Raises something while the task waits, after so many seconds."""

    def __init__(self, scene: Scene, seconds: float, error: BaseException) -> None:
        real = scene.clock.sleep

        def sleep(pause: float) -> None:
            real(pause)
            if scene.clock.now >= seconds:
                t.cast("t.Any", scene.clock).sleep = real
                raise error

        t.cast("t.Any", scene.clock).sleep = sleep


class TaskTimeout(BaseException):
    """As ansible-core's."""


@pytest.mark.parametrize("secret", [True, False])
@pytest.mark.parametrize(("on_interrupt", "cancels"), [("cancel", 1), ("leave", 0)])
def test_a_timeout_of_the_task_cancels_or_leaves(scene: Scene, on_interrupt: str, cancels: int, secret: bool) -> None:
    Stop(scene, 3.0, TaskTimeout("Timed out after 3 second(s)."))
    arguments = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "on_interrupt": on_interrupt}
    with pytest.raises(TaskTimeout):
        scene.run(arguments, no_log=secret)
    (command_id,) = scene.ssm.commands
    assert scene.ssm.calls["CancelCommand"] == cancels
    done = "asked AWS to cancel the commands" if cancels else "the commands continue, attach with command_ids:"
    (told,) = scene.warnings
    assert told.startswith(f"Timed out after 3 second(s).: {done}")
    assert command_id in told


def test_a_signal_cancels_all_commands_that_run_once_each(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    # No parent whose stderr would be written to.
    monkeypatch.setattr(os, "getppid", lambda: 0)
    ids = [f"i-{number:017x}" for number in range(120)]
    scene.ssm.nodes = {node: Node() for node in ids}
    Stop(scene, 3.0, InterruptedTask(signal.SIGTERM, "interrupted by SIGTERM"))
    before = signal.signal(signal.SIGTERM, lambda *_args: None)
    try:
        with pytest.raises(InterruptedTask):
            scene.send(target_tags=None, instance_ids=ids, max_concurrency="100%", max_errors="100%")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert scene.ssm.calls["CancelCommand"] == 3
    assert all(len(command.cancelled) == len(command.nodes) for command in scene.ssm.commands.values())


def test_a_command_whose_sending_was_interrupted_is_cancelled(scene: Scene) -> None:
    t.cast("t.Any", scene.ssm.after)["SendCommand"] = [TaskTimeout("late")]
    with pytest.raises(TaskTimeout):
        scene.send()
    (command,) = scene.ssm.commands.values()
    assert len(command.cancelled) == 3
    assert command.command_id in scene.warnings[0]


def test_what_cannot_be_cancelled_is_left_and_said(scene: Scene) -> None:
    scene.ssm.before["CancelCommand"] = [client_error("AccessDeniedException", "CancelCommand")]
    Stop(scene, 3.0, TaskTimeout("late"))
    with pytest.raises(TaskTimeout):
        scene.send()
    (command_id,) = scene.ssm.commands
    assert "could not be cancelled: Failed to cancel the command" in scene.warnings[0]
    assert scene.warnings[1] == f"late: the commands continue, attach with command_ids: [{command_id}]."


def test_a_missing_permission_to_describe_is_a_warning(scene: Scene) -> None:
    scene.ssm.before["DescribeDocument"] = [client_error("AccessDeniedException", "DescribeDocument")]
    assert not scene.send()["failed"]
    assert "ssm:DescribeDocument is not allowed" in scene.warnings[0]
