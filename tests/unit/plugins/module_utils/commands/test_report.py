# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One result of a run: nothing of a node is lost, the message says what matters."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, report, statuses, verdict
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Folder

from .given import given_record

COMMAND_ID = "11111111-2222-4333-8444-555555555555"
MOMENT = datetime.datetime(2026, 11, 23, 11, 0, tzinfo=datetime.UTC)
COMMAND: t.Any = {
    "CommandId": COMMAND_ID,
    "DocumentName": "AWS-RunShellScript",
    "Comment": "why ssmops-0123456789abcdef",
    "Status": "Success",
    "StatusDetails": "Success",
    "RequestedDateTime": MOMENT,
    "TargetCount": 0,
    "CompletedCount": 0,
    "Parameters": {"commands": ["mysql --password=hunter2"]},
}


def step(stdout: str = "", stderr: str = "", rc: int = 0, name: str = "aws:runShellScript") -> output.Step:
    text = output.Text(stdout, stderr)
    end = MOMENT + datetime.timedelta(seconds=rc + 1)
    return output.Step(name, "Success" if rc == 0 else "Failed", "", rc, MOMENT, end, text, {"stdout": f"s3://{name}"})


def node(name: str, *steps: output.Step, status: str = "Success", details: str | None = None) -> output.Invocation:
    return output.Invocation(name, "", COMMAND_ID, status, details or status, steps)


def result_of(*found: output.Invocation, **more: t.Any) -> dict[str, t.Any]:
    return report.build_result(verdict_of(*found, **more))


def verdict_of(
    *found: output.Invocation, never_sent: dict[str, str] | None = None, command: t.Any = None, **more: t.Any
) -> verdict.Verdict:
    return verdict.Verdict(verdict.Run([given_record(*found, command=command or COMMAND, **more)], never_sent or {}))


def test_a_node_with_one_step_has_its_texts_once() -> None:
    entry = report.invocation_result(node("i-1", step("a\nb", "warn\n")))
    assert (entry["stdout"], entry["stderr"], entry["stdout_lines"]) == ("a\nb", "warn\n", ["a", "b"])
    assert (entry["started_at"], entry["finished_at"]) == ("2026-11-23T11:00:00+00:00", "2026-11-23T11:00:01+00:00")
    assert entry["output_urls"] == {"stdout": "s3://aws:runShellScript"}
    assert "stdout" not in entry["plugins"][0]


def test_steps_keep_their_texts_apart_and_the_node_has_all() -> None:
    entry = report.invocation_result(
        node("i-1", step("a\n", name="one"), step("b\n", "no\n", 3, "two"), status="Failed")
    )
    assert (entry["stdout"], entry["stderr"], entry["rc"]) == ("a\nb\n", "no\n", 3)
    assert [(found["name"], found["stdout"], found["rc"]) for found in entry["plugins"]] == [
        ("one", "a\n", 0),
        ("two", "b\n", 3),
    ]
    assert entry["finished_at"] == "2026-11-23T11:00:04+00:00"


def test_each_step_begins_on_a_line_of_its_own() -> None:
    entry = report.invocation_result(
        node("i-1", step("a", "x\r\n"), step("", "y"), step("b\n\n", "z"), step("c"), status="Failed")
    )
    assert (entry["stdout"], entry["stderr"]) == ("a\nb\n\nc", "x\r\ny\nz")
    assert entry["stdout_lines"] == ["a", "b", "", "c"]
    assert [found["stdout"] for found in entry["plugins"]] == ["a", "", "b\n\n", "c"]


def test_a_step_that_was_skipped_is_told() -> None:
    skipped = dataclasses.replace(step(name="two"), skipped=True)
    assert [found["skipped"] for found in report.invocation_result(node("i-1", step("a"), skipped))["plugins"]] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("steps", "status", "stderr"),
    [
        ((), "Failed", "no such plugin"),
        ((step("", "oh"),), "Failed", "oh\nno such plugin"),
        ((step("", "why: no such plugin\n"),), "Failed", "why: no such plugin\n"),
        ((step("a"),), "Success", ""),
    ],
)
def test_why_a_document_did_not_run_is_on_stderr(steps: tuple[output.Step, ...], status: str, stderr: str) -> None:
    found = dataclasses.replace(node("i-1", *steps, status=status), trace="no such plugin")
    assert report.invocation_result(found)["stderr"] == stderr


def test_a_node_that_nothing_ran_on_has_the_same_keys() -> None:
    ran, not_ran = report.invocation_result(node("i-1", step("a"))), report.invocation_result(node("i-2"))
    assert set(ran) == set(not_ran)
    assert (not_ran["rc"], not_ran["stdout"], not_ran["started_at"]) == (-1, "", None)


def test_a_command_is_listed_without_its_parameters() -> None:
    result = result_of(node("i-1", step("ok")))
    assert result["command_ids"] == [COMMAND_ID]
    assert "hunter2" not in json.dumps(result)
    assert result["commands"][0]["requested_date_time"] == "2026-11-23T11:00:00+00:00"
    assert result["commands"][0]["expires_after"] is None


def test_nodes_are_sorted_and_counted_by_outcome() -> None:
    result = result_of(
        node("i-3", step(rc=1), status="Failed"),
        node("i-1", step("ok")),
        node("i-2", status="TimedOut", details="Delivery Timed Out"),
        never_sent={"i-4": "terminated", "i-5": "unsent", "i-6": "unknown"},
    )
    assert list(result["invocations"]) == ["i-1", "i-2", "i-3", "i-4", "i-5", "i-6"]
    assert result["failed_instance_ids"] == ["i-2", "i-3", "i-4", "i-5", "i-6"]
    assert result["undelivered_instance_ids"] == ["i-2"]
    assert {outcome: number for outcome, number in result["summary"].items() if number} == {
        "success": 1,
        "failed": 1,
        "delivery_timed_out": 1,
        "terminated": 1,
        "unsent": 1,
        "unknown": 1,
        "total": 6,
    }
    details = [(found["status"], found["status_details"]) for found in result["invocations"].values()]
    assert details[3:] == [("Failed", "Terminated"), ("", "Unsent"), ("", "Unknown")]


def test_results_that_were_replaced_are_kept() -> None:
    first = given_record(node("i-1", status="Failed", details="Undeliverable"), command=COMMAND, sent_again=["i-1"])
    second = given_record(node("i-1", step("ok")), command={**COMMAND, "CommandId": "second"})
    result = report.build_result(verdict.Verdict(verdict.Run([first, second])))
    assert result["invocations"]["i-1"]["stdout"] == "ok"
    assert [found["outcome"] for found in result["invocations"]["i-1"]["earlier"]] == ["undeliverable"]
    assert result["summary"]["total"] == 1
    assert "by_command" not in result["invocations"]["i-1"]


GOOD, BAD = node("i-1", step("ok")), node("i-2", step(rc=3), status="Failed")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([GOOD], "1 of 1 node succeeded."),
        ([GOOD, BAD], "1 of 2 nodes succeeded (1 success, 1 failed). Failures: i-2 Failed rc=3."),
        (
            [node("i-1", step("", "first\ndisk full \n\n", 3), status="Failed")],
            "0 of 1 node succeeded (1 failed). Failures: i-1 Failed rc=3 (disk full).",
        ),
        (
            [node("i-1", status="TimedOut", details="DeliveryTimedOut")],
            "0 of 1 node succeeded (1 delivery timed out). Failures: i-1 DeliveryTimedOut.",
        ),
        ([], "The command reached no node: no managed node in eu-west-1 matches the targets."),
    ],
)
def test_message(found: list[output.Invocation], text: str) -> None:
    assert report.message(verdict_of(*found), timed_out=False, region="eu-west-1") == text


def test_targets_without_a_node_are_named_with_their_region() -> None:
    targets = [{"Key": "tag:Role", "Values": ["web", "api"]}, {"Key": "tag-key", "Values": ["Team"]}]
    first = given_record(command={**COMMAND, "Targets": targets})
    second = given_record(command={**COMMAND, "Targets": [{"Key": "tag:Role", "Values": ["db"]}]})
    for records, where in (
        ([first], "tag:Role = web or api and tag-key = Team"),
        ([first, first], "tag:Role = web or api and tag-key = Team"),
        ([first, second], "tag:Role = web or api and tag-key = Team, or tag:Role = db"),
    ):
        text = report.message(verdict.Verdict(verdict.Run(records)), timed_out=False, region="eu-west-1")
        assert text == f"The command reached no node: no managed node in eu-west-1 matches {where}."


@pytest.mark.parametrize(("count", "text"), [(1, "1 node skipped"), (2, "2 nodes skipped")])
def test_the_message_counts_nodes_that_skipped_every_step(count: int, text: str) -> None:
    skipped = dataclasses.replace(step(), skipped=True)
    found = [GOOD, *(node(f"i-{number + 5}", skipped, skipped) for number in range(count))]
    assert report.message(verdict_of(*found), timed_out=False, region="eu-west-1") == (
        f"{count + 1} of {count + 1} nodes succeeded. {text} every step."
    )


def not_ended_well(name: str, status: str, rc: int = -1, stderr: str = "", **more: t.Any) -> output.Step:
    return dataclasses.replace(step("", stderr, rc, name), status=status, **more)


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ([step(name="check"), step("", "boom\n", 3, "deploy")], "rc=3 in step deploy (boom)"),
        (
            [step("", "old\n", name="check"), not_ended_well("deploy", "TimedOut", stderr="late\n"), step(name="x")],
            "in step deploy (late)",
        ),
        # The document goes on after a failed step, unless it says otherwise.
        ([step("", "boom\n", 3, "deploy"), step("", "fine\n", name="clean")], "rc=3 in step deploy (boom)"),
        ([step("", "why\n", 3, "one"), step("", "then\n", 4, "two")], "rc=3 in step one (why)"),
        ([step("", "only this\n", name="check"), step(rc=3, name="deploy")], "rc=3 in step deploy"),
        ([step("", "why\n", 3, "alone")], "rc=3 (why)"),
        ([step("", "odd\n", name="one"), step("", "too\n", name="two")], "rc=0 (too)"),
    ],
)
def test_the_message_names_the_step_that_failed(steps: list[output.Step], text: str) -> None:
    failed = node("i-1", *steps, status="Failed")
    assert report.message(verdict_of(failed), timed_out=False, region="eu-west-1").endswith(
        f"Failures: i-1 Failed {text}."
    )


def test_with_no_log_no_text_of_a_node_is_in_the_message() -> None:
    failed = node("i-1", step("", "password is hunter2\n", 3), status="Failed")
    assert report.message(verdict_of(failed), timed_out=False, region="eu-west-1", shows_texts=False) == (
        "0 of 1 node succeeded (1 failed). Failures: i-1 Failed rc=3."
    )


@pytest.mark.parametrize(
    ("stderr", "shown"),
    [
        ("\x1b[31mred\x1b[0m\n", "red"),
        ("\x1b[2Kok: [localhost]\n", "[U+001B][2Kok: [localhost]"),
        ("\u202ekcab\n", "[U+202E]kcab"),
        ("a\x1b]0;title\x07b\n", "a[U+001B]]0;title[U+0007]b"),
    ],
)
def test_text_of_a_node_cannot_control_the_terminal(stderr: str, shown: str) -> None:
    failed = node("i-1", step("", stderr, 3), status="Failed")
    assert report.message(verdict_of(failed), timed_out=False, region="eu-west-1").endswith(
        f"i-1 Failed rc=3 ({shown})."
    )


@pytest.mark.parametrize(
    "failed",
    [
        node("i-1", step("", "", 3, "a\x1b[2K\rok: [localhost]"), step(name="second"), status="Failed"),
        node("i-1", step("", "", 3), status="Failed", details="Failed\x1b[2K\rok: [localhost]"),
        node("i-1\x1b[2K\rok: [localhost]", step("", "", 3), status="Failed"),
    ],
)
def test_no_name_in_the_message_can_control_the_terminal(failed: output.Invocation) -> None:
    text = report.message(verdict_of(failed), timed_out=False, region="eu-west-1")
    assert "[U+001B][2K[U+000D]ok: [localhost]" in text
    assert text.isprintable()


def test_a_resend_that_may_have_run_has_no_command_of_its_own() -> None:
    first = given_record(node("i-1", status="Failed", details="Undeliverable"), command=COMMAND)
    result = report.build_result(verdict.Verdict(verdict.Run([first], {"i-1": "unknown"})))
    entry = result["invocations"]["i-1"]
    assert entry["outcome"] == "unknown"
    assert {name: one["outcome"] for name, one in entry["by_command"].items()} == {COMMAND_ID: "undeliverable"}


def test_with_no_log_the_targets_are_not_named() -> None:
    found = verdict_of(command={**COMMAND, "Targets": [{"Key": "tag:Role", "Values": ["hunter2"]}]})
    assert report.message(found, timed_out=False, region="eu-west-1", shows_texts=False) == (
        "The command reached no node: no managed node in eu-west-1 matches the targets."
    )


@pytest.mark.parametrize(
    ("masks", "text"),
    [
        (True, "2 nodes Failed rc=3 ([instance_name]: disk full): i-5, i-6."),
        (False, "i-5 Failed rc=3 (ip-10-0-0-5: disk full); i-6 Failed rc=3 (ip-10-0-0-6: disk full)."),
    ],
)
def test_the_message_folds_nodes_with_the_same_error(masks: bool, text: str) -> None:
    failed = [
        dataclasses.replace(
            node(f"i-{number}", step("", f"ip-10-0-0-{number}: disk full\r\n", 3), status="Failed"),
            instance_name=f"ip-10-0-0-{number}.ec2.internal",
        )
        for number in (5, 6)
    ]
    found = report.message(verdict_of(GOOD, *failed), Folder(masks=masks), timed_out=False, region="eu-west-1")
    assert found == f"1 of 3 nodes succeeded (1 success, 2 failed). Failures: {text}"


def test_the_message_names_the_largest_groups_of_failures_and_counts_the_others() -> None:
    def failed(count: int, first: int, rc: int) -> list[output.Invocation]:
        return [node(f"i-{first + number}", step("", "x" * 300, rc), status="Failed") for number in range(count)]

    found = [*failed(1, 10, 1), *failed(9, 20, 2), *failed(2, 30, 3), *failed(1, 40, 4), *failed(1, 50, 5)]
    text = report.message(verdict_of(*found), timed_out=True, region="eu-west-1")
    assert text.startswith("0 of 14 nodes succeeded (14 failed). ")
    error = "x" * 200
    assert text.endswith(
        f"Failures: 9 nodes Failed rc=2 ({error}): i-20, i-21, i-22, i-23, i-24 and 4 more; "
        f"2 nodes Failed rc=3 ({error}): i-30, i-31; i-10 Failed rc=1 ({error}); and 2 more nodes in 2 other groups."
    )
    short = report.message(verdict_of(*found[:13]), timed_out=False, region="eu-west-1", shows_texts=False)
    assert short.endswith(
        "Failures: 9 nodes Failed rc=2: i-20, i-21, i-22, i-23, i-24 and 4 more; 2 nodes Failed rc=3: i-30, i-31; "
        "i-10 Failed rc=1; and 1 more node in 1 other group."
    )


def test_the_message_names_a_step_only_if_it_failed_on_all_nodes_of_a_group() -> None:
    def in_step(name: str, first: str, second: str) -> output.Invocation:
        return node(name, step("", "boom\n", 3, first), step("", "", 0, second), status="Failed")

    one, other = in_step("i-1", "deploy", "check"), in_step("i-2", "deploy", "check")
    ending = "2 nodes Failed rc=3 in step deploy (boom): i-1, i-2."
    assert report.message(verdict_of(one, other), timed_out=False, region="eu-west-1").endswith(ending)
    other = in_step("i-2", "start", "check")
    ending = "2 nodes Failed rc=3 (boom): i-1, i-2."
    assert report.message(verdict_of(one, other), timed_out=False, region="eu-west-1").endswith(ending)


@pytest.mark.parametrize("details", ["RateExceeded", "AccessDenied"])
def test_a_command_that_aws_ended_before_any_node_is_not_blamed_on_the_targets(details: str) -> None:
    found = verdict_of(command={**COMMAND, "Status": "Failed", "StatusDetails": details})
    assert (
        report.message(found, timed_out=False, region="eu-west-1")
        == f"The command reached no node: AWS ended it with {details}."
    )


def test_every_outcome_but_success_is_a_failure() -> None:
    assert result_of(
        *(node(f"i-{outcome}", status="InProgress", details=outcome) for outcome in ("Pending", "Delayed"))
    )["failed_instance_ids"] == ["i-Delayed", "i-Pending"]
    assert set(result_of()["summary"]) == {*statuses.OUTCOMES, "total", "skipped"}
