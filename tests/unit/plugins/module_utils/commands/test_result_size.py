# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A result that is cut keeps to its budget and says what was cut."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import (
    output,
    preflight,
    report,
    result_size,
    statuses,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import CommandRecord, Run, Verdict

from .given import make_request

COMMAND_ID = "11111111-2222-4333-8444-555555555555"


def step(stdout: str = "", stderr: str = "", rc: int = 0, name: str = "aws:runShellScript") -> output.Step:
    text = output.Text(stdout, stderr)
    return output.Step(name, "Success" if rc == 0 else "Failed", "", rc, None, None, text, {"stdout": f"s3://{name}"})


def node(name: str, *steps: output.Step, status: str = "Success") -> output.Invocation:
    return output.Invocation(name, "", COMMAND_ID, status, status, steps)


def result_of(*found: output.Invocation) -> dict[str, t.Any]:
    return {
        "command_ids": [COMMAND_ID],
        "commands": [{"command_id": COMMAND_ID, "document_name": "AWS-RunShellScript", "status": "Success"}],
        "invocations": {one.instance_id: report.invocation_result(one) for one in found},
        "summary": statuses.count_outcomes(one.outcome for one in found),
        "failed_instance_ids": [one.instance_id for one in found if one.outcome != statuses.SUCCESS],
        "undelivered_instance_ids": [],
    }


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
    return len(str(result))


def whole_or_counted(fitted: dict[str, t.Any], before: dict[str, t.Any], *names: str) -> bool:
    """Whether the lists are whole, or their first elements are there and the others are counted."""
    left_out = {name: fitted["result_cut"].get(name, 0) for name in names}
    return all(fitted[name] == before[name][: len(before[name]) - left_out[name]] for name in names)


@hypothesis.given(results(), st.integers(1_000, 12_000))
def test_a_cut_result_fits_and_says_what_was_cut(result: dict[str, t.Any], budget: int) -> None:
    before = copy.deepcopy(result)
    fitted = result_size.fit_result(result, budget)
    assert result == before
    if size(result) <= budget:
        assert fitted is result
        return
    cut = fitted["result_cut"]
    assert size(fitted) <= budget
    assert cut["invocations"] == len(before["invocations"]) - len(fitted["invocations"])
    for name, entry in fitted["invocations"].items():
        whole = before["invocations"][name]
        for stream in ("stdout", "stderr"):
            assert whole[stream].endswith(entry[stream])
        assert entry["truncated"] or (entry["stdout"], entry["stderr"]) == (whole["stdout"], whole["stderr"])
        assert entry["stdout_lines"] == entry["stdout"].splitlines()
        assert entry["rc"] == whole["rc"]
    assert fitted["summary"] == before["summary"]
    assert whole_or_counted(fitted, before, "commands", "command_ids", "failed_instance_ids")
    # Each node is in a list, or is counted.
    named = {node for by_rc in fitted.get("outcomes", {}).values() for nodes in by_rc.values() for node in nodes}
    assert len(before["invocations"].keys() - fitted["invocations"].keys() - named) == cut.get("only_counted", 0)
    if budget >= 2_000:
        assert fitted["msg"].startswith("what happened The result was cut to ")


def test_small_outputs_stay_whole_while_large_ones_are_cut() -> None:
    result = result_of(node("i-1", step("s" * 100)), node("i-2", step("l" * 50_000)), node("i-3", step("m" * 40_000)))
    fitted = result_size.fit_result(result, 20_000)
    kept = {name: len(entry["stdout"]) for name, entry in fitted["invocations"].items()}
    assert kept["i-1"] == 100
    assert abs(kept["i-2"] - kept["i-3"]) < 1_000
    assert 15_000 < size(fitted) <= 20_000
    assert fitted["result_cut"] == {"outputs": 2, "plugins": False, "invocations": 0}
    assert fitted["invocations"]["i-1"]["plugins"] == result["invocations"]["i-1"]["plugins"]


def test_an_end_that_costs_more_than_its_beginning_is_cut_until_it_fits() -> None:
    result = result_of(node("i-1", step("a" * 6_000 + "\x00" * 3_000), status="Failed"))
    fitted = result_size.fit_result(result, 8_000)
    assert fitted["result_cut"] == {"outputs": 1, "plugins": False, "invocations": 0}
    assert 6_000 < size(fitted) <= 8_000
    assert set(fitted["invocations"]["i-1"]["stdout"]) == {"\x00"}


def test_steps_lose_their_own_texts_and_nothing_else_first() -> None:
    result = result_of(node("i-1", step("a" * 4_000, name="one"), step("b" * 4_000, rc=3, name="two"), status="Failed"))
    (entry,) = result_size.fit_result(result, 18_000)["invocations"].values()
    assert len(entry["stdout"]) == 8_001
    assert [(found["name"], found["rc"]) for found in entry["plugins"]] == [("one", 0), ("two", 3)]
    assert [found.get("stdout") for found in entry["plugins"]] == [None, None]


def test_nodes_that_failed_outlast_those_that_succeeded() -> None:
    nodes = [node(f"i-{number:02}", step("ok")) for number in range(20)]
    bad = [node(f"i-9{number}", step("no", rc=1), status="Failed") for number in range(3)]
    fitted = result_size.fit_result(result_of(*nodes, *bad), 4_000)
    assert {"i-90", "i-91", "i-92"} <= set(fitted["invocations"])
    assert 0 < fitted["result_cut"]["invocations"] < 20
    assert size(fitted) <= 4_000
    assert fitted["outcomes"] == {
        "success": {"0": [f"i-{number:02}" for number in range(20)]},
        "failed": {"1": ["i-90", "i-91", "i-92"]},
    }
    assert fitted["msg"].endswith("nodes only in outcomes.")


def big_fleet(count: int, failed: int) -> dict[str, t.Any]:
    """The result of a fleet that says nothing; the last nodes failed."""
    good, bad = node("", step("")), node("", step("", rc=3), status="Failed")
    names = [f"i-{number:017x}" for number in range(count)]
    result = result_of()
    for number, name in enumerate(names):
        found = bad if number >= count - failed else good
        result["invocations"][name] = report.invocation_result(dataclasses.replace(found, instance_id=name))
    return {**result, "failed_instance_ids": names[count - failed :], "msg": "what happened"}


def test_25_000_silent_nodes_are_in_what_awx_takes() -> None:
    budget = result_size.default_budget({"MAX_EVENT_RES": "700000"}, in_job=False)
    assert budget == 630_000
    fitted = result_size.fit_result(big_fleet(25_000, 10), budget)
    assert size(fitted) <= budget
    assert [len(fitted["outcomes"][outcome][rc]) for outcome, rc in (("success", "0"), ("failed", "3"))] == [24_990, 10]
    assert set(fitted["failed_instance_ids"]) <= set(fitted["invocations"])
    assert fitted["result_cut"]["outputs"] == 0
    assert not any(entry["truncated"] for entry in fitted["invocations"].values())


def test_of_more_nodes_the_failed_ones_are_listed_and_all_are_counted() -> None:
    fitted = result_size.fit_result(big_fleet(30_000, 1_000), 630_000)
    assert size(fitted) <= 630_000
    assert list(fitted["outcomes"]) == ["failed"]
    assert len(fitted["outcomes"]["failed"]["3"]) == 1_000
    assert fitted["msg"].endswith("nodes only counted in summary.")


def told_fleet(count: int, details: str, first: str = "i-0") -> dict[str, t.Any]:
    """The result that a task has of a fleet whose nodes all ended with these StatusDetails."""
    reached = details not in {"Undeliverable", "DeliveryTimedOut"}
    steps = (step("", "no space left on device\n" if reached else "", rc=1 if reached else -1),)
    command: t.Any = {"CommandId": COMMAND_ID, "Status": "Failed", "StatusDetails": details, "TargetCount": count}
    one = output.Invocation("i-1", "", COMMAND_ID, "Failed", details, steps)
    known = Verdict(Run([CommandRecord(command, {"i-1": one})]))
    result = report.build_result(known)
    (entry,) = result["invocations"].values()
    (group,) = result["groups"]
    names = [f"{first}{number:016x}" for number in range(count)]
    return {
        **result,
        "invocations": {name: {**entry, "instance_id": name} for name in names},
        "groups": [{**group, "count": count, "instance_ids": names[: len(group["instance_ids"])]}],
        "summary": {**result["summary"], entry["outcome"]: count, "total": count},
        "failed_instance_ids": names,
        "undelivered_instance_ids": [] if reached else names,
        "msg": report.message(known, timed_out=False, region="eu-west-1"),
        "failed": True,
        "changed": True,
    }


def nodes_in(outcomes: dict[str, dict[str, list[str]]]) -> list[str]:
    return [node for by_rc in outcomes.values() for nodes in by_rc.values() for node in nodes]


@pytest.mark.parametrize("count", [12_000, 24_000, 30_000])
@pytest.mark.parametrize("details", ["Failed", "Undeliverable"])
def test_of_a_fleet_that_failed_an_id_stands_in_one_list_at_least(count: int, details: str) -> None:
    fitted = result_size.fit_result(told_fleet(count, details), 630_000)
    assert 600_000 < size(fitted) <= 630_000
    cut, named = fitted["result_cut"], nodes_in(fitted["outcomes"])
    assert list(fitted["outcomes"]) == [details.lower()]
    assert len(named) == (count if count < 25_000 else count - cut["only_counted"])
    assert len(named) >= min(count, 25_000)
    assert f"{count - cut.get('only_counted', 0) - len(fitted['invocations'])} nodes only in outcomes" in fitted["msg"]
    assert ("nodes only counted in summary" in fitted["msg"]) is (count == 30_000)
    # Whoever only asks whether there are any finds some.
    for name in ("failed_instance_ids", "undelivered_instance_ids"):
        wanted = count if details == "Undeliverable" or name == "failed_instance_ids" else 0
        assert len(fitted[name]) + cut.get(name, 0) == wanted
        assert len(fitted[name]) >= min(wanted, 500)
        assert (f"{cut.get(name)} IDs left out of {name}" in fitted["msg"]) is (name in cut)
    assert (fitted["invocations"] == {}) is (count == 30_000)
    assert fitted["summary"]["total"] == count


def test_the_nodes_whose_ids_outcomes_have_are_not_only_counted() -> None:
    fitted = result_size.fit_result(told_fleet(200, "Failed"), 20_000)
    assert len(nodes_in(fitted["outcomes"])) == 200
    assert "only_counted" not in fitted["result_cut"]
    assert fitted["msg"].endswith(f"{200 - len(fitted['invocations'])} nodes only in outcomes.")


def test_of_too_many_failures_the_worst_are_listed() -> None:
    fleet = told_fleet(28_000, "Undeliverable")
    others = told_fleet(2_000, "Failed", first="i-f")
    fleet["invocations"] |= others["invocations"]
    fitted = result_size.fit_result(fleet, 630_000)
    assert size(fitted) <= 630_000
    assert fitted["outcomes"]["failed"]["1"] == list(others["invocations"])


@pytest.mark.parametrize("budget", [1_000, 2_000, 10_000, 100_000])
@pytest.mark.parametrize("count", [1, 700])
def test_a_small_budget_is_kept_to_whatever_the_commands(count: int, budget: int) -> None:
    result = told_fleet(3_000, "Undeliverable")
    commands = [{**result["commands"][0], "command_id": f"{number:036d}"} for number in range(count)]
    result |= {
        "command_ids": [command["command_id"] for command in commands],
        "commands": commands,
        "summary_by_command": {command["command_id"]: result["summary"] for command in commands},
        "diff": {"before": "", "after": "i-0123456789abcdef0" * 10_000},
        "boto3_version": "1.40.0",
        "botocore_version": "1.40.0",
    }
    fitted = result_size.fit_result(result, budget)
    assert size(fitted) <= budget
    assert whole_or_counted(fitted, result, "command_ids")
    assert fitted["result_cut"]["diff"] is True


def test_of_20_000_node_ids_the_nodes_are_kept_rather_than_the_commands() -> None:
    result = big_fleet(20_000, 10)
    commands = [
        {**result["commands"][0], "command_id": f"{number:036d}", "comment": "x" * 100} for number in range(400)
    ]
    result |= {
        "command_ids": [command["command_id"] for command in commands],
        "commands": commands,
        "summary_by_command": {command["command_id"]: dict(result["summary"]) for command in commands},
    }
    fitted = result_size.fit_result(result, 630_000)
    assert size(fitted) <= 630_000
    assert len(fitted["outcomes"]["success"]["0"]) == 19_990
    assert (len(fitted["command_ids"]), fitted["commands"], fitted["summary_by_command"]) == (400, [], {})
    assert fitted["result_cut"]["commands"] == 400
    assert "400 commands only in command_ids" in fitted["msg"]


def test_results_of_several_commands_are_cut_too() -> None:
    result = result_of(node("i-1", step("a" * 9_000)))
    entry = result["invocations"]["i-1"]
    entry["by_command"] = {name: copy.deepcopy(entry) for name in ("first", "second")}
    entry["earlier"] = [copy.deepcopy(entry["by_command"]["first"])]
    fitted = result_size.fit_result(result, 20_000)
    assert size(fitted) <= 20_000
    assert fitted["result_cut"] == {"outputs": 4, "plugins": False, "invocations": 0}


def preview_of(count: int) -> dict[str, t.Any]:
    nodes = [{"instance_id": f"i-{number:017x}", "name": "", "ping_status": "Online"} for number in range(count)]
    return preflight.preview(
        make_request({"target_tags": {"Role": "web"}}), nodes, preflight.Place("eu-west-1", "all"), "any"
    )


@pytest.mark.parametrize(("count", "kept"), [(10, 10), (60, 60), (1_000, None)])
def test_of_check_mode_as_many_nodes_are_kept_as_fit(count: int, kept: int | None) -> None:
    result = preview_of(count)
    fitted = result_size.fit_result(result, 10_000)
    assert (fitted is result) is (count == 10)
    assert size(fitted) <= 10_000
    assert kept in {None, len(fitted["nodes"])}
    assert fitted["nodes"] == result["nodes"][: len(fitted["nodes"])]
    if kept is None:
        left_out = fitted["result_cut"]["nodes"]
        assert left_out == count - len(fitted["nodes"])
        assert size(fitted) > 9_000
        assert fitted["msg"].endswith(f"{left_out} nodes left out, 1000 nodes only counted in summary.")
    elif fitted is not result:
        assert (fitted["outcomes"]["not_sent"]["-1"], fitted["result_cut"]["invocations"]) == (
            sorted(result["invocations"]),
            count - len(fitted["invocations"]),
        )


def test_a_result_without_any_node_stays_as_it_is() -> None:
    result = {"failed": True, "msg": "x" * 2_000}
    assert result_size.fit_result(result, 10_000) is result
    unlistable = preflight.preview(
        make_request({"resource_group": "fleet"}), None, preflight.Place("eu-west-1", "all"), "any"
    )
    assert result_size.fit_result({**unlistable, "msg": "x" * 2_000}, 1_000)["nodes"] is None


@pytest.mark.parametrize(
    ("environment", "in_job", "budget"),
    [
        ({}, False, None),
        ({}, True, 630_000),
        ({"MAX_EVENT_RES": "1000000"}, False, 900_000),
        ({"MAX_EVENT_RES": "1000000"}, True, 900_000),
        ({"MAX_EVENT_RES": ""}, False, 630_000),
        ({"MAX_EVENT_RES": "0"}, False, 630_000),
        ({"MAX_EVENT_RES": "much"}, False, 630_000),
    ],
)
def test_only_a_job_of_awx_has_a_default(environment: dict[str, str], in_job: bool, budget: int | None) -> None:
    assert result_size.default_budget(environment, in_job=in_job) == budget


def test_memory_holds_little_more_than_the_result_has_room_for() -> None:
    arriving = result_size.ArrivingOutputs(600_000)
    kept = [arriving.cut(node(f"i-{number}", step("x" * 32_000))) for number in range(3_000)]
    assert sum(len(found.steps[0].text.stdout) for found in kept) < 10 * 600_000
    assert not kept[0].truncated
    assert kept[-1].truncated
    assert len(kept[-1].steps[0].text.stdout) >= 600_000 // 3_000 // 2


@hypothesis.given(st.lists(st.tuples(STEPS, st.integers(0, 3)), max_size=12), st.integers(1_000, 12_000))
def test_what_is_cut_on_arrival_would_be_cut_in_the_end(
    drawn: list[tuple[list[output.Step], int]], budget: int
) -> None:
    whole = [node(f"i-{number:02}", *steps * times) for number, (steps, times) in enumerate(drawn)]
    arriving = result_size.ArrivingOutputs(budget)
    kept = [arriving.cut(found) for found in whole]
    for before, after in zip(map(report.invocation_result, whole), map(report.invocation_result, kept), strict=True):
        assert before["stdout"].endswith(after["stdout"])
        assert before["stderr"].endswith(after["stderr"])
        assert after["truncated"] is (len(after["stdout"] + after["stderr"]) < len(before["stdout"] + before["stderr"]))
    late = result_size.fit_result(result_of(*whole), budget)["invocations"]
    early = result_size.fit_result(result_of(*kept), budget)["invocations"]
    assert early.keys() == late.keys()
    assert {name for name in early if early[name]["truncated"]} == {name for name in late if late[name]["truncated"]}
