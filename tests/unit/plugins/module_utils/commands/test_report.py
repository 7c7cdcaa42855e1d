# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One result of a run: nothing of a node is lost, the message says what matters, and cutting keeps to its budget."""

from __future__ import annotations

import copy
import datetime
import json
import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, report, statuses, verdict

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
    *found: output.Invocation, never_sent: dict[str, str] | None = None, command: t.Any = COMMAND, **more: t.Any
) -> verdict.Verdict:
    return verdict.Verdict(verdict.Run([given_record(*found, command=command, **more)], never_sent or {}))


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


AGENT = "failed to run commands: exit status 3"


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([GOOD], "1 of 1 node succeeded."),
        ([GOOD, BAD], "1 of 2 nodes succeeded (1 success, 1 failed). Failures: i-2 Failed rc=3."),
        (
            [node("i-1", step("", f"first\ndisk full \n\n{AGENT}", 3), status="Failed")],
            "0 of 1 node succeeded (1 failed). Failures: i-1 Failed rc=3 (disk full).",
        ),
        (
            [node("i-1", step("", AGENT, 3), status="Failed")],
            f"0 of 1 node succeeded (1 failed). Failures: i-1 Failed rc=3 ({AGENT}).",
        ),
        (
            [node("i-1", status="TimedOut", details="DeliveryTimedOut")],
            "0 of 1 node succeeded (1 delivery timed out). Failures: i-1 DeliveryTimedOut.",
        ),
        ([], "The command reached no node: no managed node matches the targets."),
    ],
)
def test_message(found: list[output.Invocation], text: str) -> None:
    assert report.message(verdict_of(*found), timed_out=False) == text


def test_the_message_names_the_first_failures_and_counts_the_others() -> None:
    failed = [node(f"i-{number}", step("", "x" * 300, 1), status="Failed") for number in range(9)]
    text = report.message(verdict_of(*failed), timed_out=True)
    assert text.startswith("The command had not ended after wait_timeout. 0 of 9 nodes")
    assert text.count("rc=1") == report.NAMED_FAILURES
    assert text.endswith("; and 4 more.")
    assert "x" * 200 in text
    assert "x" * 201 not in text


@pytest.mark.parametrize("details", ["RateExceeded", "AccessDenied"])
def test_a_command_that_aws_ended_before_any_node_is_not_blamed_on_the_targets(details: str) -> None:
    found = verdict_of(command={**COMMAND, "Status": "Failed", "StatusDetails": details})
    assert report.message(found, timed_out=False) == f"The command reached no node: AWS ended it with {details}."


TEXTS = st.text(st.characters(codec="utf-8"), max_size=400) | st.text("\x00\n\u2028", max_size=400)
STEPS = st.lists(st.builds(step, TEXTS, TEXTS, st.integers(0, 2)), max_size=3)


@st.composite
def results(draw: st.DrawFn) -> dict[str, t.Any]:
    """Results of up to twelve nodes that succeeded, failed or were never sent to."""
    nodes = []
    for number in range(draw(st.integers(0, 12))):
        steps = draw(STEPS)
        nodes.append(node(f"i-{number:017x}", *steps, status="Failed" if any(one.rc for one in steps) else "Success"))
    return {**result_of(*nodes), "msg": "what happened", "changed": True, "failed": False}


def size(result: dict[str, t.Any]) -> int:
    return len(json.dumps(result))


@hypothesis.given(results(), st.integers(1_000, 12_000))
def test_a_cut_result_fits_and_says_what_was_cut(result: dict[str, t.Any], budget: int) -> None:
    before = copy.deepcopy(result)
    fitted = report.fit_result(result, budget)
    assert result == before
    if size(result) <= budget:
        assert fitted is result
        return
    cut = fitted["result_cut"]
    assert size(fitted) <= budget or fitted["invocations"] == {}
    assert cut["invocations"] == len(before["invocations"]) - len(fitted["invocations"])
    for name, entry in fitted["invocations"].items():
        whole = before["invocations"][name]
        for stream in ("stdout", "stderr"):
            assert whole[stream].endswith(entry[stream])
        assert entry["truncated"] or (entry["stdout"], entry["stderr"]) == (whole["stdout"], whole["stderr"])
        assert entry["stdout_lines"] == entry["stdout"].splitlines()
        assert entry["rc"] == whole["rc"]
    for kept in ("command_ids", "commands", "summary", "failed_instance_ids", "msg"):
        assert fitted[kept] == before[kept]


def test_small_outputs_stay_whole_while_large_ones_are_cut() -> None:
    result = result_of(node("i-1", step("s" * 100)), node("i-2", step("l" * 50_000)), node("i-3", step("m" * 40_000)))
    fitted = report.fit_result(result, 20_000)
    kept = {name: len(entry["stdout"]) for name, entry in fitted["invocations"].items()}
    assert kept["i-1"] == 100
    assert abs(kept["i-2"] - kept["i-3"]) < 1_000
    assert 15_000 < size(fitted) <= 20_000
    assert fitted["result_cut"] == {"outputs": 2, "plugins": False, "invocations": 0}
    assert fitted["invocations"]["i-1"]["plugins"] == result["invocations"]["i-1"]["plugins"]


def test_an_end_that_costs_more_than_its_beginning_is_cut_until_it_fits() -> None:
    result = result_of(node("i-1", step("a" * 6_000 + "\x00" * 3_000), status="Failed"))
    fitted = report.fit_result(result, 8_000)
    assert fitted["result_cut"] == {"outputs": 1, "plugins": False, "invocations": 0}
    assert 6_000 < size(fitted) <= 8_000
    assert set(fitted["invocations"]["i-1"]["stdout"]) == {"\x00"}


def test_steps_lose_their_own_texts_and_nothing_else_first() -> None:
    result = result_of(node("i-1", step("a" * 4_000, name="one"), step("b" * 4_000, rc=3, name="two"), status="Failed"))
    (entry,) = report.fit_result(result, 18_000)["invocations"].values()
    assert len(entry["stdout"]) == 8_000
    assert [(found["name"], found["rc"]) for found in entry["plugins"]] == [("one", 0), ("two", 3)]
    assert [found.get("stdout") for found in entry["plugins"]] == [None, None]


def test_nodes_that_failed_outlast_those_that_succeeded() -> None:
    nodes = [node(f"i-{number:02}", step("ok")) for number in range(20)]
    bad = [node(f"i-9{number}", step("no", rc=1), status="Failed") for number in range(3)]
    fitted = report.fit_result(result_of(*nodes, *bad), 4_000)
    assert {"i-90", "i-91", "i-92"} <= set(fitted["invocations"])
    assert 0 < fitted["result_cut"]["invocations"] < 20
    assert size(fitted) <= 4_000


def test_every_outcome_but_success_is_a_failure() -> None:
    assert result_of(
        *(node(f"i-{outcome}", status="InProgress", details=outcome) for outcome in ("Pending", "Delayed"))
    )["failed_instance_ids"] == ["i-Delayed", "i-Pending"]
    assert set(result_of()["summary"]) == {*statuses.OUTCOMES, "total"}
