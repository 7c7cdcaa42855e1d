# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending and attaching end in the same result; what differs is who changed something."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun, Telling
from ansible_collections.ssmops.run_command.plugins.plugin_utils.node_verdict import (
    MissingNodeError,
    VerdictError,
    verdict,
)
from botocore import exceptions

from ..module_utils.commands.conftest import Scene
from ..module_utils.commands.fake_ssm import TO_ALL, Node, client_error
from ..module_utils.commands.given import make_request, send_options

WAIT = send_options({}).wait


def command_run(scene: Scene, files: dict[tuple[str, str], str] | None = None, **changes: t.Any) -> CommandRun:
    wait = dataclasses.replace(WAIT, **changes)
    return CommandRun(scene.stations, lambda: None, wait, Telling("any", files or {}))


def no_hint(_error: Exception) -> str:
    return ""


def test_both_ways_give_the_same_result() -> None:
    scene = Scene(3)
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details="Failed", rc=3)
    sent = command_run(scene).send(scene.by_tag(), no_hint)
    attached = command_run(scene).attach(tuple(sent["command_ids"]))
    assert (sent["changed"], attached["changed"]) == (True, False)
    assert sent["failed"]
    assert sent["msg"].startswith("2 of 3 nodes succeeded (2 success, 1 failed). Failures: ")
    assert attached == {**sent, "changed": False}


def test_ids_beyond_the_limit_are_sent_while_it_waits() -> None:
    scene = Scene(120)
    result = command_run(scene).send(scene.by_ids(max_concurrency="1"), no_hint)
    assert len(result["command_ids"]) == 3
    assert result["summary"]["success"] == 120


def test_attaching_never_sends_again() -> None:
    scene = Scene(1)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    sent = command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    attached = command_run(scene, retry_undelivered=3).attach(tuple(sent["command_ids"]))
    assert attached["undelivered_instance_ids"] == scene.ids
    assert scene.ssm.calls["SendCommand"] == 1


def test_attaching_without_waiting_tells_what_is_known() -> None:
    scene = Scene(2)
    sent = command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    assert (sent["changed"], sent["msg"].startswith("Sent")) == (True, True), sent["msg"]
    attached = command_run(scene, wait=False).attach(tuple(sent["command_ids"]))
    assert (attached["changed"], attached["failed"]) == (False, False)
    assert [found["outcome"] for found in attached["invocations"].values()] == ["in_progress"] * 2
    assert scene.clock.now < 1.0


def test_where_everything_was_delivered_nothing_is_sent_again() -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Failed", rc=1)
    result = command_run(scene, retry_undelivered=3).send(scene.by_tag(), no_hint)
    assert scene.ssm.calls["SendCommand"] == 1
    assert len(result["command_ids"]) == 1
    assert result["undelivered_instance_ids"] == []


@pytest.mark.parametrize(("retries", "sent"), [(0, 1), (1, 2), (3, 4)])
def test_what_stays_undelivered_is_sent_so_often(retries: int, sent: int) -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    result = command_run(scene, retry_undelivered=retries).send(scene.by_tag(), no_hint)
    assert scene.ssm.executions == {scene.ids[0]: sent, scene.ids[1]: 1}
    assert result["undelivered_instance_ids"] == [scene.ids[0]]


@pytest.mark.parametrize("hint", ["", ". Ask your team."])
def test_an_error_is_told_with_its_hint(hint: str) -> None:
    scene = Scene(1)
    scene.ssm.before["SendCommand"] = [client_error("AccessDeniedException")]
    result = command_run(scene).send(scene.by_tag(), lambda _error: hint)
    assert (result["failed"], result["changed"], result["command_ids"]) == (True, False, [])
    assert result["error"]["code"] == "AccessDeniedException"
    assert result["msg"].endswith(". Ask your team.") is bool(hint)


def test_files_are_named_where_their_nodes_are() -> None:
    scene = Scene(2)
    sent = command_run(scene).send(scene.by_tag(), no_hint)["command_ids"]
    files = {(sent[0], scene.ids[0]): "a.txt", (sent[0], "i-other"): "b.txt", ("other", scene.ids[1]): "c.txt"}
    result = command_run(scene, files).attach(tuple(sent))
    assert result["invocations"][scene.ids[0]]["output_file"] == "a.txt"
    assert "output_file" not in result["invocations"][scene.ids[1]]
    assert "i-other" not in result["invocations"]


@pytest.mark.parametrize("order", [1, -1])
def test_attached_to_two_commands_no_result_hides_another(order: int) -> None:
    scene = Scene(3)
    scene.ssm.nodes = {node: Node(status="Failed", details="Failed", rc=7) for node in scene.ids}
    bad = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.clock.now += 20
    first = command_run(scene).attach((bad,))
    scene.ssm.nodes = {node: Node() for node in scene.ids}
    good = scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"]
    scene.clock.now += 20
    assert first["failed"]
    for node in scene.ids:
        with_result(scene, bad, node, "Failed")
    result = command_run(scene).attach((bad, good)[::order])
    assert result["failed"]
    assert result["msg"].startswith("0 of 3 nodes succeeded (3 failed).")
    entry = result["invocations"][scene.ids[0]]
    assert (entry["command_id"], sorted(entry["by_command"])) == (bad, sorted([bad, good]))
    assert "earlier" not in entry


def without_node(scene: Scene, node: str) -> None:
    """AWS's listings lack the node for ever, and its counters do not count it."""
    listing, commands = scene.ssm.list_command_invocations, scene.ssm.list_commands

    def listed(**request: t.Any) -> dict[str, t.Any]:
        answer = listing(**request)
        found = [one for one in answer["CommandInvocations"] if one["InstanceId"] != node]
        return {**answer, "CommandInvocations": found}

    def counted(**request: t.Any) -> dict[str, t.Any]:
        answer = commands(**request)
        for command in answer["Commands"]:
            command["TargetCount"] -= 1
        return answer

    fake = t.cast("t.Any", scene.ssm)
    fake.list_command_invocations, fake.list_commands = listed, counted


@pytest.mark.parametrize("by", ["ids", "target"])
def test_a_node_id_that_aws_does_not_list_is_no_success(by: str) -> None:
    scene = Scene(3)
    without_node(scene, scene.ids[2])
    target = {"key": "InstanceIds", "values": scene.ids}
    wanted = scene.by_ids() if by == "ids" else make_request({"targets": [target]}, {"commands": ["uptime"]})
    result = command_run(scene).send(wanted, no_hint)
    assert result["failed"]
    assert result["failed_instance_ids"] == [scene.ids[2]]
    assert result["msg"].startswith("2 of 3 nodes succeeded (2 success, 1 unlisted).")


def test_a_command_that_its_alarm_cancelled_is_no_success() -> None:
    scene = Scene(2)
    commands = scene.ssm.list_commands

    def cancelled(**request: t.Any) -> dict[str, t.Any]:
        answer = commands(**request)
        for command in answer["Commands"]:
            if command["Status"] == "Success":
                command |= {"Status": "Cancelled", "StatusDetails": "Cancelled"}
        return answer

    t.cast("t.Any", scene.ssm).list_commands = cancelled
    result = command_run(scene).send(scene.by_tag(), no_hint)
    assert result["failed"]
    assert result["msg"].startswith("2 of 2 nodes succeeded. AWS ended the command")
    assert result["msg"].endswith("with Cancelled.")


def test_nodes_that_were_not_sent_to_in_time_are_unsent() -> None:
    scene = Scene(60, seconds=5.0)
    result = command_run(scene, on_timeout="leave").send(scene.by_ids(max_concurrency="1"), no_hint)
    outcomes = {found["outcome"] for node, found in result["invocations"].items() if node in scene.ids[50:]}
    assert outcomes == {"unsent"}
    assert result["summary"]["terminated"] == 0


def test_nodes_whose_command_was_refused_are_unsent() -> None:
    scene = Scene(60)
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    result = command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert {result["invocations"][node]["outcome"] for node in scene.ids[50:]} == {"unsent"}
    assert result["msg"].endswith(" 10 nodes were not sent to.")


def test_nodes_of_a_lost_response_are_unknown() -> None:
    scene = Scene(60)
    t.cast("t.Any", scene.ssm.before)["SendCommand"] = [None, exceptions.ReadTimeoutError(endpoint_url="x")]
    result = command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert {result["invocations"][node]["outcome"] for node in scene.ids[50:]} == {"unknown"}
    assert (result["failed"], result["changed"]) == (True, True)
    assert "It may run" in result["msg"]
    assert "not sent to" not in result["msg"]


def test_a_lost_response_to_targets_may_be_a_change_of_nodes_that_nobody_knows() -> None:
    scene = Scene(3)
    t.cast("t.Any", scene.ssm.after)["SendCommand"] = [exceptions.ReadTimeoutError(endpoint_url="x")]
    t.cast("t.Any", scene.ssm).list_commands = lambda **_request: {"Commands": []}
    result = command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    assert scene.ssm.executions[scene.ids[0]] == 1
    assert (result["failed"], result["changed"], result["lost_response"]) == (True, True, True)
    with pytest.raises(VerdictError, match=r"may run on i-0+: the response to SendCommand was lost\.$") as refusal:
        verdict(result, scene.ids[0])
    assert not isinstance(refusal.value, MissingNodeError)


@pytest.mark.parametrize("nodes", ["ids", "tag"])
def test_a_listing_that_breaks_off_leaves_no_node_out(nodes: str) -> None:
    scene = Scene(120)
    request = scene.by_tag() if nodes == "tag" else scene.by_ids(max_errors="100%", max_concurrency="100%")
    error = client_error("ExpiredTokenException", "ListCommandInvocations")
    scene.ssm.before["ListCommandInvocations"] = [None, error]
    result = command_run(scene).send(request, no_hint)
    assert result["failed"]
    assert (result["summary"]["success"], result["summary"]["total"]) == (50, 120)
    assert sorted(result["invocations"])[:50] == scene.ids[:50]
    if nodes == "tag":
        assert result["summary"]["unlisted"] == 70
        with pytest.raises(VerdictError, match=r": AWS counts 70 nodes that the result lacks\.$") as refusal:
            verdict(result, scene.ids[119])
        assert not isinstance(refusal.value, MissingNodeError)


def test_a_refused_resend_leaves_the_node_undeliverable() -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    scene.ssm.before["SendCommand"] = [None, client_error("InvalidInstanceId")]
    result = command_run(scene, retry_undelivered=1).send(scene.by_tag(), no_hint)
    assert result["failed"]
    assert result["undelivered_instance_ids"] == [scene.ids[0]]
    assert result["summary"]["total"] == 2


@pytest.mark.parametrize("count", [40, 60])
def test_errors_that_are_allowed_are_no_failure_of_the_command_however_nodes_are_named(count: int) -> None:
    scene = Scene(count)
    for node in scene.ids[:6]:
        scene.ssm.nodes[node] = Node(status="Failed", details="Failed", rc=1)
    within_limits(scene)
    run = CommandRun(scene.stations, lambda: None, WAIT, Telling("command", {}))
    result = run.send(scene.by_ids(max_concurrency="100%", max_errors="10"), no_hint)
    assert result["summary"]["failed"] == 6
    assert not result["failed"]


def within_limits(scene: Scene) -> None:
    """As AWS does, a command with no more errors than MaxErrors is a Success."""
    commands = scene.ssm.list_commands

    def judged(**request: t.Any) -> dict[str, t.Any]:
        answer = commands(**request)
        for command in answer["Commands"]:
            allowed = int(scene.ssm.commands[command["CommandId"]].request["MaxErrors"])
            if command["Status"] == "Failed" and command["ErrorCount"] <= allowed:
                command |= {"Status": "Success", "StatusDetails": "Success"}
        return answer

    t.cast("t.Any", scene.ssm).list_commands = judged


@pytest.mark.parametrize("failing", [["ListCommands"], ["ListCommands", "ListCommandInvocations"]])
def test_the_end_of_the_wait_is_kept_though_listings_fail(failing: list[str]) -> None:
    scene = Scene(2, seconds=5.0)
    scene.ssm.nodes = {node: Node(seconds=100.0) for node in scene.ids}
    for operation in failing:
        scene.ssm.before[operation] = [client_error("ThrottlingException", operation)] * 10_000
    result = command_run(scene).send(scene.by_ids(), no_hint)
    assert result["failed"]
    assert result["msg"].startswith("The command had not ended after wait_timeout.")
    assert scene.ssm.calls["CancelCommand"] == 1
    assert scene.clock.now < 40
    assert "could not be read" in scene.observer.warnings[-1]


def test_a_command_that_is_no_longer_listed_is_cancelled() -> None:
    scene = Scene(2)
    commands = scene.ssm.list_commands
    t.cast("t.Any", scene.ssm).list_commands = lambda **request: (
        commands(**request) if scene.clock.now < 2 else {"Commands": []}
    )
    result = command_run(scene).send(scene.by_tag(), no_hint)
    assert "has not listed the command" in result["msg"]
    assert scene.ssm.calls["CancelCommand"] == 1


def with_token(scene: Scene, count: int | None = None, **changes: t.Any) -> t.Any:
    where = {"target_tags": {"Role": "web"}} if count is None else {"instance_ids": scene.ids[:count]}
    parameters = {"commands": [changes.pop("commands", "uptime")]}
    limits = {"max_concurrency": "100%", "client_token": "deploy-7", **changes}
    return make_request({**where, **limits}, parameters)


@pytest.mark.parametrize("count", [None, 3])
def test_a_client_token_that_was_used_sends_nothing(count: int | None) -> None:
    scene = Scene(3)
    first = command_run(scene).send(with_token(scene, count), no_hint)
    again = command_run(Scene.of(scene)).send(with_token(scene, count), no_hint)
    assert (first["changed"], again["changed"]) == (True, False)
    assert again["msg"] == (
        f"Not sent again, as client_token was used before: attached to {first['command_ids'][0]}. {first['msg']}"
    )
    assert again == {**first, "changed": False, "msg": again["msg"]}
    assert set(scene.ssm.executions.values()) == {1}


def test_a_client_token_attaches_to_what_still_runs() -> None:
    scene = Scene(3)
    sent = command_run(scene, wait=False).send(with_token(scene), no_hint)
    unwaited = command_run(Scene.of(scene), wait=False).send(with_token(scene), no_hint)
    assert (unwaited["command_ids"], unwaited["changed"]) == (sent["command_ids"], False)
    assert unwaited["msg"].endswith("Attach with command_ids to get the results.")
    result = command_run(Scene.of(scene)).send(with_token(scene), no_hint)
    assert (result["command_ids"], result["failed"], result["changed"]) == (sent["command_ids"], False, False)


@pytest.mark.parametrize("sent_before", [0, 1, 2])
def test_of_a_task_in_parts_only_the_missing_ones_are_sent(sent_before: int) -> None:
    scene = Scene(120)
    scene.ssm.before["SendCommand"] = [*[None] * sent_before, client_error("AccessDeniedException")]
    first = command_run(scene).send(with_token(scene, 120, max_errors="100%"), no_hint)
    assert first["failed"]
    scene.clock.now += 60
    second = command_run(Scene.of(scene)).send(with_token(scene, 120, max_errors="100%"), no_hint)
    assert (second["failed"], second["changed"]) == (False, True)
    assert scene.ssm.executions == dict.fromkeys(scene.ids, 1)
    comments = [command.request["Comment"].rsplit(" ", 1)[0] for command in scene.ssm.commands.values()]
    assert comments == [f"token=deploy-7 part {number}/3" for number in (1, 2, 3)]


def test_errors_of_an_earlier_run_count() -> None:
    scene = Scene(120)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Failed", rc=1)
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    wanted = with_token(scene, 120, max_concurrency="1")
    command_run(scene, wait=False).send(wanted, no_hint)
    scene.clock.now += 60
    second = command_run(Scene.of(scene)).send(wanted, no_hint)
    assert second["summary"] == {**second["summary"], "success": 49, "failed": 1, "terminated": 70}
    assert len(scene.ssm.commands) == 1


def test_node_ids_may_come_in_another_order() -> None:
    scene = Scene(120)
    first = command_run(scene).send(with_token(scene, 120, max_errors="100%"), no_hint)
    scene.ids.reverse()
    second = command_run(Scene.of(scene)).send(with_token(scene, 120, max_errors="100%"), no_hint)
    assert second["command_ids"] == first["command_ids"]


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"commands": "reboot"}, "other parameters"),
        ({"document_name": "AWS-RunPowerShellScript"}, "another document"),
        ({"document_version": "2"}, "another version of the document"),
        ({"count": 2}, "other nodes"),
        ({"count": None}, "other nodes"),
    ],
)
def test_a_client_token_belongs_to_one_request(changes: dict[str, t.Any], difference: str) -> None:
    scene = Scene(3)
    command_run(scene).send(with_token(scene, 3, document_version="1"), no_hint)
    with pytest.raises(RequestError, match=f"deploy-7.*has it, with {difference}. A token belongs to one request"):
        command_run(Scene.of(scene)).send(
            with_token(scene, **{"count": 3, "document_version": "1", **changes}), no_hint
        )
    assert len(scene.ssm.commands) == 1


def test_nodes_that_were_sent_to_again_have_their_last_result() -> None:
    scene = Scene(3)
    first = command_run(scene).send(with_token(scene), no_hint)
    with_result(scene, first["command_ids"][0], scene.ids[0], "Undeliverable")
    scene.ssm.send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=scene.ids[:1],
        Parameters={"commands": ["uptime"]},
        Comment="token=deploy-7 again 1 ssmops-0123456789abcdef",
    )
    scene.clock.now += 60
    again = command_run(Scene.of(scene)).send(with_token(scene), no_hint)
    assert not again["failed"]
    assert [found["outcome"] for found in again["invocations"][scene.ids[0]]["earlier"]] == ["undeliverable"]


def test_a_command_that_is_sent_again_says_so() -> None:
    scene = Scene(2)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    command_run(scene, retry_undelivered=2).send(with_token(scene), no_hint)
    comments = [command.request["Comment"].rsplit(" ", 1)[0] for command in scene.ssm.commands.values()]
    assert comments == ["token=deploy-7", "token=deploy-7 again 1", "token=deploy-7 again 2"]


def with_result(scene: Scene, command_id: str, node: str, details: str) -> None:
    """AWS lists this result of a node for a command."""
    listing = scene.ssm.list_command_invocations

    def listed(**request: t.Any) -> dict[str, t.Any]:
        answer = listing(**request)
        for found in answer["CommandInvocations"]:
            if (found["CommandId"], found["InstanceId"]) == (command_id, node):
                found |= {"Status": "Failed", "StatusDetails": details}
        return answer

    t.cast("t.Any", scene.ssm).list_command_invocations = listed


def test_the_search_goes_back_as_far_as_the_user_says() -> None:
    scene = Scene(3)
    asked: list[str] = []
    commands = scene.ssm.list_commands

    def remembering(**request: t.Any) -> dict[str, t.Any]:
        asked.extend(one["value"] for one in request.get("Filters", []))
        return commands(**request)

    t.cast("t.Any", scene.ssm).list_commands = remembering
    command_run(scene).send(with_token(scene, client_token_max_age=3_600), no_hint)
    since = datetime.datetime.fromisoformat(asked[0])
    age = datetime.datetime.now(datetime.UTC) - since
    assert datetime.timedelta(minutes=59) < age < datetime.timedelta(minutes=61)


def test_without_a_client_token_nothing_is_searched() -> None:
    scene = Scene(3)
    command_run(scene, wait=False).send(scene.by_tag(), no_hint)
    assert scene.ssm.calls == {"SendCommand": 1}


def test_what_an_earlier_run_has_sent_is_a_canary_too() -> None:
    scene = Scene(500)
    scene.ssm.nodes = {node: Node(seconds=60.0, status="Failed", details="Failed", rc=1) for node in scene.ids}
    wanted = with_token(scene, 500)
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    t.cast("t.Any", scene.ssm.before)["ListCommands"] = [None, client_error("ExpiredTokenException", "ListCommands")]
    command_run(scene).send(wanted, no_hint)
    scene.ssm.before.clear()
    for _again in range(3):
        result = command_run(Scene.of(scene)).send(wanted, no_hint)
        assert result["failed"]
    assert len(scene.ssm.commands) == 1
    assert sum(scene.ssm.executions.values()) == 50


def test_a_command_that_was_cancelled_by_somebody_ends_the_ramp() -> None:
    scene = Scene(500)
    scene.ssm.nodes = {node: Node(seconds=60.0) for node in scene.ids}
    cancel_at_thirty(scene)
    result = command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert len(scene.ssm.commands) == 1
    assert result["summary"] == {**result["summary"], "cancelled": 50, "unsent": 450}


def cancel_at_thirty(scene: Scene) -> None:
    """Somebody cancels every command after 30 seconds."""
    commands = scene.ssm.list_commands

    def cancelled(**request: t.Any) -> dict[str, t.Any]:
        if scene.clock.now >= 30 and not scene.ssm.calls["CancelCommand"]:
            scene.ssm.cancel_command(CommandId=next(iter(scene.ssm.commands)))
        return commands(**request)

    t.cast("t.Any", scene.ssm).list_commands = cancelled


def test_nodes_that_run_are_in_the_result_of_an_error() -> None:
    scene = Scene(200)
    scene.ssm.before["SendCommand"] = [None, client_error("AccessDeniedException")]
    result = command_run(scene).send(scene.by_ids(max_concurrency="100%", max_errors="100%"), no_hint)
    assert result["summary"] == {**result["summary"], "pending": 50, "unsent": 150, "total": 200}


def test_a_second_look_that_is_refused_does_not_cost_the_result() -> None:
    scene = Scene(3, resend=True)
    t.cast("t.Any", scene.ssm.before)["SendCommand"] = [exceptions.ConnectionClosedError(endpoint_url="x")]
    run = command_run(scene)
    duplicates = scene.dispatcher.duplicates

    def refused(known: set[str]) -> t.Any:
        scene.ssm.before["ListCommands"] = [client_error("AccessDeniedException", "ListCommands")]
        return duplicates(known)

    t.cast("t.Any", scene.dispatcher).duplicates = refused
    result = run.send(scene.by_tag(), no_hint)
    assert result["summary"]["success"] == 3
    assert "is not known" in scene.observer.warnings[-1]


def test_undelivered_nodes_are_not_sent_to_again_after_too_many_errors() -> None:
    scene = Scene(3)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    scene.ssm.nodes[scene.ids[1]] = Node(status="Failed", details="Failed", rc=1)
    command_run(scene, retry_undelivered=2).send(scene.by_tag(), no_hint)
    assert len(scene.ssm.commands) == 1
    command_run(Scene.of(scene), retry_undelivered=2).send(scene.by_tag(max_errors="1"), no_hint)
    assert len(scene.ssm.commands) == 4


def test_a_missing_file_of_credentials_is_one_error() -> None:
    scene = Scene(1)
    t.cast("t.Any", scene.ssm.before)["SendCommand"] = [FileNotFoundError(2, "No such file", "token")]
    result = command_run(scene).send(scene.by_tag(), no_hint)
    assert result["failed"]
    assert "No such file" in result["msg"]


def test_parts_that_are_missing_after_a_resend_keep_their_numbers() -> None:
    scene = Scene(120)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Undeliverable", rc=-1, stdout="")
    wanted = with_token(scene, 120, max_errors="100%")
    scene.ssm.before["SendCommand"] = [None, None, client_error("AccessDeniedException")]
    command_run(scene).send(wanted, no_hint)
    scene.ssm.send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=scene.ids[:1],
        Parameters={"commands": ["uptime"]},
        Comment="token=deploy-7 again 1 ssmops-0123456789abcdef",
    )
    scene.clock.now += 60
    command_run(Scene.of(scene)).send(wanted, no_hint)
    comments = [command.request["Comment"].rsplit(" ", 1)[0] for command in scene.ssm.commands.values()]
    assert comments[-1] == "token=deploy-7 part 3/3"
