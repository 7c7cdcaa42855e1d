# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict is what was asked for against what is known: absence is never success."""

from __future__ import annotations

import dataclasses
import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation, Step, Text
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord, Run, Verdict


def node(name: str, details: str = "Success", command: str = "first") -> Invocation:
    running = {"InProgress", "Pending", "Delayed"}
    status = details if details in {"Success", *running} else "Failed"
    return Invocation(name, "", command, status, details, ())


def record(*found: Invocation, status: str = "Success", **more: t.Any) -> CommandRecord:
    command: t.Any = {
        "CommandId": found[0].command_id if found else "first",
        "Status": status if status in statuses.TERMINAL_STATUSES or status == "InProgress" else "Failed",
        "StatusDetails": status,
        "TargetCount": more.pop("targets", len(found)),
    }
    return CommandRecord(command, {one.instance_id: one for one in found}, **more)


GOOD, BAD = node("i-1"), node("i-2", "Failed")


@pytest.mark.parametrize(
    ("given", "fail_on", "timed_out", "failed"),
    [
        (record(GOOD), "any", False, False),
        (record(GOOD, BAD), "any", False, True),
        (record(), "any", False, True),
        (record(GOOD), "skipped", False, False),
        (record(GOOD, BAD), "skipped", False, True),
        (record(), "skipped", False, True),
        (record(GOOD), "any", True, True),
        (record(GOOD, BAD), "command", False, False),
        (record(GOOD, BAD, status="Failed"), "command", False, True),
        (record(GOOD, status="Failed"), "command", False, True),
        (record(), "command", False, False),
        (record(GOOD), "command", True, True),
        (record(BAD, status="Failed"), "never", False, False),
        (record(), "never", True, False),
        # Its alarm cancelled the command before it reached another node.
        (record(GOOD, status="Cancelled"), "any", False, True),
        (record(GOOD, status="Cancelled"), "command", False, True),
        (record(GOOD, asked=("i-1", "i-9")), "any", False, True),
        (record(GOOD, asked=("i-1", "i-9")), "command", False, True),
        (record(GOOD, targets=2), "any", False, True),
        (record(GOOD, targets=2), "command", False, True),
        (record(GOOD, targets=2), "never", False, False),
    ],
)
def test_when_the_task_fails(given: CommandRecord, fail_on: str, timed_out: bool, failed: bool) -> None:
    assert Verdict(Run([given])).is_failed(fail_on, timed_out=timed_out) is failed


@pytest.mark.parametrize("fail_on", ["any", "command", "never"])
def test_a_node_of_check_mode_is_no_failure(fail_on: str) -> None:
    found = Verdict(Run(never_sent={"i-1": statuses.NOT_SENT}))
    assert not found.is_failed(fail_on, timed_out=False)
    assert (found.outcomes, found.summary["not_sent"], found.summary["total"]) == ({"i-1": "not_sent"}, 1, 1)


def with_steps(name: str, *skipped: bool) -> Invocation:
    steps = [Step("step", "Success", "Success", 0, None, None, Text("", ""), {}, skipped=one) for one in skipped]
    return dataclasses.replace(node(name), steps=tuple(steps))


SKIPPED, IN_PART = with_steps("i-7", True, True), with_steps("i-8", True, False)


@pytest.mark.parametrize(
    ("found", "skipped", "failed"),
    [([GOOD], 0, False), ([IN_PART], 0, False), ([GOOD, SKIPPED], 1, True), ([SKIPPED, IN_PART, BAD], 1, True)],
)
def test_nodes_that_skipped_every_step_succeeded_and_are_counted(
    found: list[Invocation], skipped: int, failed: bool
) -> None:
    known = Verdict(Run([record(*found)]))
    assert known.skipped_nodes == (["i-7"] if skipped else [])
    assert (known.summary["skipped"], known.summary["total"]) == (skipped, len(found))
    assert known.summary_by_command["first"]["skipped"] == skipped
    assert known.is_failed("any", timed_out=False) is (BAD in found)
    assert known.is_failed("skipped", timed_out=False) is failed
    assert not known.is_failed("command", timed_out=False)


def test_a_node_that_skipped_the_steps_of_one_command_only_is_not_counted() -> None:
    ran = dataclasses.replace(with_steps("i-7", False), command_id="second")
    known = Verdict(Run([record(SKIPPED), record(ran)]))
    assert (known.skipped_nodes, known.summary["skipped"]) == ([], 0)
    assert [counts["skipped"] for counts in known.summary_by_command.values()] == [1, 0]


def test_a_node_that_aws_does_not_list_is_named() -> None:
    found = Verdict(Run([record(GOOD, asked=("i-1", "i-9"), targets=2)]))
    assert found.outcomes == {"i-1": "success", "i-9": "unlisted"}
    assert (found.summary["unlisted"], found.summary["total"]) == (1, 2)


def test_nodes_that_aws_only_counts_are_counted() -> None:
    found = Verdict(Run([record(GOOD, targets=3)]))
    assert (found.unnamed, found.summary["unlisted"], found.summary["total"]) == (2, 2, 3)


def test_a_lost_response_to_targets_is_no_success_of_the_nodes_that_are_known() -> None:
    found = Verdict(Run([record(GOOD)], has_lost_targets=True))
    assert found.is_failed("command", timed_out=False)
    assert not found.is_failed("never", timed_out=False)


def test_a_node_of_a_running_command_is_pending_until_it_is_listed() -> None:
    found = Verdict(Run([record(GOOD, status="InProgress", asked=("i-1", "i-9"))]))
    assert found.outcomes == {"i-1": "success", "i-9": "pending"}
    unread = Verdict(Run([record(status="InProgress", asked=("i-1",), read=False)]))
    assert unread.outcomes == {"i-1": "pending"}


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_commands_the_worst_result_of_a_node_counts(order: int) -> None:
    failing = record(node("i-1", "Failed", "one"), node("i-2", "Failed", "one"), status="Failed")
    fine = record(node("i-1", command="two"), node("i-2", command="two"))
    found = Verdict(Run([failing, fine][::order]))
    assert found.outcomes == {"i-1": "failed", "i-2": "failed"}
    assert [one.command_id for one in found.results["i-1"]] == ["one", "two"]
    assert found.summary["total"] == 2
    assert {command: counts["total"] for command, counts in found.summary_by_command.items()} == {"one": 2, "two": 2}


def test_a_resend_that_may_have_run_is_the_nodes_outcome() -> None:
    sent = record(node("i-1", "Undeliverable"), node("i-2", "Undeliverable"), status="Failed")
    found = Verdict(Run([sent], {"i-1": "unknown", "i-2": "unsent"}))
    assert found.outcomes == {"i-1": "unknown", "i-2": "undeliverable"}


def test_only_what_was_sent_again_is_replaced() -> None:
    first = record(node("i-1", "Undeliverable"), GOOD, status="Failed", sent_again={"i-1"})
    found = Verdict(Run([record(node("i-1", "Undeliverable"), status="Failed", sent_again={"i-1"}), record(GOOD)]))
    assert found.outcomes == {"i-1": "success"}
    assert [one.outcome for one in found.earlier["i-1"]] == ["undeliverable"]
    assert not found.is_failed("any", timed_out=False)
    assert not found.is_failed("command", timed_out=False)
    assert Verdict(Run([first])).results == {}


@pytest.mark.parametrize(("errors", "allowed", "failed"), [(6, 10, False), (6, 5, True), (0, 0, False)])
def test_a_task_in_parts_fails_as_one_command_would(errors: int, allowed: int, failed: bool) -> None:
    nodes = [node(f"i-{number:02}", "Failed" if number < errors else "Success") for number in range(60)]
    parts = [
        record(*nodes[:50], status="Failed" if errors else "Success", divided=True),
        record(*nodes[50:], divided=True),
    ]
    assert Verdict(Run(parts, max_errors=allowed)).is_failed("command", timed_out=False) is failed


@pytest.mark.parametrize("ending", ["Incomplete", "Cancelled", "RateExceeded", "DeliveryTimedOut"])
def test_a_part_that_ended_otherwise_fails(ending: str) -> None:
    parts = [record(GOOD, BAD, status=ending, divided=True), record(GOOD, divided=True)]
    assert Verdict(Run(parts, max_errors=10)).is_failed("command", timed_out=False)


def test_every_outcome_has_its_severity() -> None:
    assert sorted(statuses.BEST_TO_WORST) == sorted(statuses.OUTCOMES)
    assert statuses.BEST_TO_WORST[0] == statuses.SUCCESS


DETAILS = st.sampled_from(["Success", "Failed", "Cancelled", "Undeliverable", "InProgress"])
RECORDS = st.lists(
    st.tuples(st.sets(st.integers(0, 5), min_size=1), st.sets(st.integers(0, 5)), DETAILS), min_size=1, max_size=4
)


@hypothesis.given(RECORDS, st.dictionaries(st.integers(0, 7), st.sampled_from(["unsent", "unknown", "terminated"])))
def test_the_order_of_commands_changes_nothing_and_no_node_is_lost(
    drawn: list[tuple[set[int], set[int], str]], never: dict[int, str]
) -> None:
    records = [
        record(*(node(f"i-{one}", details, str(position)) for one in found), asked=tuple(f"i-{one}" for one in asked))
        for position, (found, asked, details) in enumerate(drawn)
    ]
    unsent = {f"i-{one}": outcome for one, outcome in never.items()}
    forwards, backwards = Verdict(Run(records, unsent)), Verdict(Run(records[::-1], unsent))
    assert forwards.outcomes == backwards.outcomes
    everyone = {f"i-{one}" for found, asked, _details in drawn for one in found | asked} | set(unsent)
    assert set(forwards.outcomes) == everyone
    succeeded = all(outcome == "success" for outcome in forwards.outcomes.values())
    assert forwards.is_failed("any", timed_out=False) is not succeeded
