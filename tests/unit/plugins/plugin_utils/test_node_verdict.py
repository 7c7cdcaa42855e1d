# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each host gets its own node's verdict, and never another's."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import build_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Run, Verdict
from ansible_collections.ssmops.run_command.plugins.plugin_utils.node_verdict import (
    CutResultError,
    MissingNodeError,
    VerdictError,
    node_of,
    verdict,
)

from ..module_utils.commands.given import given_result

NODE = "i-0123456789abcdef0"


def result_with(status: str, details: str, rc: int = 0, stderr: str = "") -> dict[str, t.Any]:
    """A result of send_command with one node."""
    text = output.Text("out\n", stderr)
    step = output.Step("aws:runShellScript", status, details, rc, None, None, text, {})
    found = output.Invocation(NODE, "web-1", "command", status, details, (step,))
    return given_result(found)


@pytest.mark.parametrize(
    ("hostvars", "given", "node"),
    [
        ({}, None, "host-1"),
        ({"instance_id": "i-1"}, None, "i-1"),
        ({"instance_id": "", "ssm_instance_id": "i-2"}, None, "i-2"),
        ({"ansible_aws_ssm_instance_id": "i-3"}, None, "i-3"),
        ({"instance_id": "i-1", "ssm_instance_id": "i-2", "ansible_aws_ssm_instance_id": "i-3"}, None, "i-1"),
        ({"instance_id": "i-1"}, "mi-4", "mi-4"),
    ],
)
def test_the_node_of_a_host(hostvars: dict[str, str], given: str | None, node: str) -> None:
    assert node_of("host-1", hostvars, given) == node


def test_success_is_a_change_and_brings_everything() -> None:
    found = verdict(result_with("Success", "Success", stderr="one\ntwo\n"), NODE)
    assert found["changed"]
    assert found["failed"] is False
    assert not found.get("unreachable")
    assert (found["rc"], found["stdout"], found["stdout_lines"]) == (0, "out\n", ["out"])
    assert found["stderr_lines"] == ["one", "two"]
    assert found["instance_name"] == "web-1"


@pytest.mark.parametrize("outcome", sorted(statuses.OUTCOMES))
def test_every_outcome_is_success_failure_or_out_of_reach(outcome: str) -> None:
    result = result_with("Failed", "Failed", 1)
    result["invocations"][NODE]["outcome"] = outcome
    found = verdict(result, NODE)
    unreachable = outcome in {"delivery_timed_out", "undeliverable"}
    assert found.get("unreachable", False) is unreachable
    assert found.get("skipped", False) is (outcome == "not_sent")
    assert found.get("failed", False) is (outcome not in {"success", "not_sent"} and not unreachable)
    assert found["changed"] is (outcome == "success")


def test_a_node_out_of_reach_is_not_failed_for_its_exit_code() -> None:
    found = verdict(result_with("TimedOut", "DeliveryTimedOut", -1), NODE)
    # Ansible sets failed for an rc other than 0 where there is no failed.
    assert (found["unreachable"], found["failed"]) == (True, False)
    assert found["msg"] == f"{NODE}: DeliveryTimedOut"


def test_a_failure_says_how() -> None:
    assert verdict(result_with("Failed", "Failed", 3), NODE)["msg"] == f"{NODE}: Failed, rc=3"


@pytest.mark.parametrize("status", ["Failed", "TimedOut"])
def test_a_status_cannot_control_the_terminal(status: str) -> None:
    result = result_with(status, "Undeliverable" if status == "TimedOut" else "Failed", 3)
    result["invocations"][NODE]["status_details"] = "x\x1b[2K\rok: [localhost]"
    assert verdict(result, NODE)["msg"].startswith(f"{NODE}: x[U+001B][2K[U+000D]ok: [localhost]")


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"msg": "failed"},
        {"invocations": None},
        {"results": [{"failed": True}]},
        {"results": ["x"]},
        {"nodes": []},
    ],
)
def test_another_result_is_refused(result: dict[str, t.Any]) -> None:
    with pytest.raises(VerdictError, match="is not a registered result of"):
        verdict(result, NODE)


def test_a_node_that_the_command_was_not_for_has_no_verdict() -> None:
    with pytest.raises(
        VerdictError, match=r"The command was not sent to i-2: the result has 1 other node\.$"
    ) as refusal:
        verdict(result_with("Success", "Success"), "i-2")
    assert not isinstance(refusal.value, CutResultError)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"summary": {"unlisted": 1, "total": 2}}, r"may have run on i-2: AWS counts 1 node that the result lacks\.$"),
        ({"lost_response": True}, r"may run on i-2: the response to SendCommand was lost\.$"),
    ],
)
def test_a_node_that_may_have_run_is_not_missing(more: dict[str, t.Any], sentence: str) -> None:
    result = {**result_with("Success", "Success"), **more}
    for given in (result, looped(result)):
        with pytest.raises(VerdictError, match=sentence) as refusal:
            verdict(given, "i-2")
        assert not isinstance(refusal.value, MissingNodeError)
    assert verdict(result, NODE)["changed"]


def test_a_task_that_did_not_wait_has_no_verdict() -> None:
    running = {**result_with("Success", "Success"), "invocations": {}}
    running["commands"][0]["status"] = "InProgress"
    with pytest.raises(VerdictError, match=rf"did not wait .* lacks {NODE}: wait for them with") as refusal:
        verdict(running, NODE)
    assert not isinstance(refusal.value, MissingNodeError)


@pytest.mark.parametrize("what", ["invocations", "nodes"])
@pytest.mark.parametrize(("cut", "error"), [(1, CutResultError), (0, MissingNodeError)])
def test_a_node_that_was_cut_out_is_not_taken_for_one_without_a_command(
    what: str, cut: int, error: type[Exception]
) -> None:
    result = {**result_with("Success", "Success"), "result_cut": {what: cut}}
    with pytest.raises(error) as refusal:
        verdict(result, "i-2")
    assert refusal.type is error


@pytest.mark.parametrize(
    ("outcome", "rc", "expected"),
    [
        ("success", "0", {"rc": 0, "failed": False, "changed": True}),
        ("failed", "3", {"rc": 3, "failed": True, "msg": "i-2: failed, rc=3"}),
        ("undeliverable", "-1", {"rc": -1, "failed": False, "unreachable": True}),
    ],
)
def test_a_node_that_was_cut_out_has_its_outcome(outcome: str, rc: str, expected: dict[str, t.Any]) -> None:
    outcomes = {"failed": {"1": ["i-3"]}, outcome: {rc: ["i-1", "i-2"]}}
    cut = {**result_with("Success", "Success"), "result_cut": {"invocations": 1}, "outcomes": outcomes}
    found = verdict(cut, "i-2")
    assert {key: found.get(key) for key in expected} == expected
    assert (found["stdout"], found["stderr_lines"], found["truncated"]) == ("", [], True)


def test_a_document_that_succeeded_is_not_failed_for_its_exit_code() -> None:
    # onFailure: successAndExit
    found = verdict(result_with("Success", "Success", 168), NODE)
    assert (found["rc"], found["failed"], found["changed"]) == (168, False, True)


def looped(*results: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"changed": True, "results": [{"item": number, **result} for number, result in enumerate(results)]}


SUCCEEDED = result_with("Success", "Success")
FAILED = result_with("Failed", "Failed", 3)
AWAY = result_with("Failed", "Undeliverable", -1)
OTHERS: dict[str, t.Any] = {"invocations": {"i-2": {}}}
PREVIEW: dict[str, t.Any] = {"nodes": [{"instance_id": NODE}], **build_result(Verdict(Run((), {NODE: "not_sent"})))}
UNLISTABLE: dict[str, t.Any] = {"nodes": None, **build_result(Verdict(Run()))}


@pytest.mark.parametrize(
    ("items", "failed", "unreachable"),
    [
        ([SUCCEEDED, OTHERS], False, False),
        ([OTHERS, FAILED], True, False),
        ([SUCCEEDED, FAILED, SUCCEEDED], True, False),
        ([FAILED, AWAY], True, False),
        ([AWAY, SUCCEEDED], False, True),
        ([{"skipped": True}, SUCCEEDED], False, False),
    ],
)
def test_of_a_loop_the_worst_of_the_node_counts(items: list[dict[str, t.Any]], failed: bool, unreachable: bool) -> None:
    found = verdict(looped(*items), NODE)
    assert (found["failed"], found.get("unreachable", False)) == (failed, unreachable)
    entries = [item["invocations"][NODE] for item in items if NODE in item.get("invocations", {})]
    assert found.get("by_item", entries) == entries
    assert ("by_item" in found) is (len(entries) > 1)


@pytest.mark.parametrize("items", [[], [OTHERS], [{"skipped": True}], [OTHERS, OTHERS]])
def test_a_node_that_no_item_was_for_is_missing(items: list[dict[str, t.Any]]) -> None:
    with pytest.raises(MissingNodeError, match=rf"^The command was not sent to {NODE} by any item of the loop\.$"):
        verdict(looped(*items), NODE)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (
            {"failed": True, "msg": "no"},
            r"^result\.results\[2\] is of a task that failed before it knew of a node: no$",
        ),
        ({**OTHERS, "result_cut": {"invocations": 1}}, "^The result was truncated"),
    ],
)
def test_an_item_that_may_have_failed_on_the_node_is_not_left_out(item: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(VerdictError, match=sentence) as refusal:
        verdict(looped(SUCCEEDED, item), NODE)
    assert not isinstance(refusal.value, MissingNodeError)


@pytest.mark.parametrize(
    "result",
    [
        PREVIEW,
        UNLISTABLE,
        {**PREVIEW, "invocations": {}, "outcomes": {"not_sent": {"-1": [NODE]}}, "result_cut": {"invocations": 1}},
        looped(PREVIEW, {"nodes": [], "invocations": {}}),
    ],
)
def test_in_check_mode_the_node_is_skipped(result: dict[str, t.Any]) -> None:
    assert verdict(result, NODE) == {
        "skipped": True,
        "changed": False,
        "msg": f"{NODE}: nothing was sent in check mode.",
    }


def test_in_check_mode_another_node_is_missing() -> None:
    with pytest.raises(MissingNodeError, match=r"^The command was not sent to i-2: the result has 1 other node\.$"):
        verdict(PREVIEW, "i-2")


def test_a_task_that_was_skipped_sent_nothing() -> None:
    with pytest.raises(MissingNodeError, match=r": the task was skipped\.$"):
        verdict({"skipped": True, "changed": False}, NODE)
