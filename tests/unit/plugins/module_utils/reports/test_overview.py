# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The overview of a job: what counts is in it, and it stays small."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.overview import add_result, begin

HERE = "eu-central-1"
THERE = "us-east-1"


def node_id(number: int) -> str:
    return f"mi-{number:017x}"


def result(*outcomes: str, sent: int = 1, **more: t.Any) -> dict[str, t.Any]:
    """A result with a node for each outcome."""
    entries = {
        node_id(number): {
            "outcome": outcome,
            "status_details": outcome.title(),
            "instance_name": f"n{number}",
            "rc": 3 if outcome == "failed" else 0 if outcome == "success" else -1,
            "stderr": "first\ndisk full\n" if outcome == "failed" else "",
            "stdout": "SECRET",
        }
        for number, outcome in enumerate(outcomes)
    }
    failed = [node for node, entry in entries.items() if entry["outcome"] not in statuses.GOOD_OUTCOMES]
    return {
        "command_ids": [f"11111111-2222-4333-8444-{number:012x}" for number in range(sent)],
        "commands": [{"command_id": "c", "status": "Failed" if failed else "Success"}],
        "invocations": entries,
        "summary": statuses.count_outcomes(outcomes) | {"skipped": 0},
        "failed_instance_ids": failed,
        "msg": f"{len(outcomes) - len(failed)} of {len(outcomes)} nodes succeeded.",
        **more,
    }


def test_before_anything_is_sent_there_is_the_token() -> None:
    assert begin("awx-job-1", [HERE])["artifact"] == {
        "client_token": "awx-job-1",
        "regions": [HERE],
        "command_ids": {},
        "counts": {"total": 0},
        "failed_instance_ids": [],
        "unknown_instance_ids": [],
        "cut": False,
    }


def test_regions_add_up() -> None:
    first = add_result(begin("t", [HERE, THERE]), result("success", "failed"), HERE, 20)
    both = add_result(first, result("success", "unknown"), THERE, 20)
    assert both["artifact"] == {
        "client_token": "t",
        "regions": [HERE, THERE],
        "command_ids": {region: ["11111111-2222-4333-8444-000000000000"] for region in (HERE, THERE)},
        "counts": {"success": 2, "failed": 1, "unknown": 1, "total": 4},
        "failed_instance_ids": [node_id(1)],
        "unknown_instance_ids": [node_id(1)],
        "cut": False,
    }
    assert both["failures"] == [
        f"{HERE}  {node_id(1)}  n1  Failed  rc=3  disk full",
        f"{THERE}  {node_id(1)}  n1  Unknown",
    ]
    assert both["problems"] == [f"{HERE}: 1 of 2 nodes succeeded.", f"{THERE}: 1 of 2 nodes succeeded."]
    assert "SECRET" not in json.dumps(both)


def test_the_artifact_is_small_whatever_the_fleet() -> None:
    overview = begin("x" * 36, [HERE, THERE])
    for region in (HERE, THERE):
        outcomes = ["failed"] * 3_000 + ["unknown"] * 3_000
        overview = add_result(overview, result(*outcomes, sent=80), region, 20)
    artifact = overview["artifact"]
    assert len(json.dumps({"ssm_run_command": artifact})) < 10_000
    assert len(json.dumps(overview)) < 20_000
    assert artifact["cut"]
    assert artifact["counts"] == {"failed": 6_000, "unknown": 6_000, "total": 12_000}
    assert len(artifact["failed_instance_ids"]) == len(artifact["unknown_instance_ids"]) == 75
    assert sum(len(ids) for ids in artifact["command_ids"].values()) == 100
    assert len(overview["failures"]) == 20


def test_nodes_that_were_cut_from_the_result_count() -> None:
    whole = result("success", "failed", "unlisted")
    cut = {
        **whole,
        "invocations": {node_id(1): whole["invocations"][node_id(1)]},
        "outcomes": {"success": {"0": [node_id(0)]}, "failed": {"3": [node_id(1)]}, "unlisted": {"-1": [node_id(2)]}},
    }
    of_cut, of_whole = (add_result(begin("", [HERE]), one, HERE, 20) for one in (cut, whole))
    assert of_cut["artifact"] == of_whole["artifact"]
    assert f"{HERE}  {node_id(2)}" in of_cut["failures"]


def test_a_list_of_failures_that_was_cut_from_the_result_is_cut_in_the_artifact() -> None:
    short = {
        **result("failed", "failed"),
        "failed_instance_ids": [node_id(0)],
        "result_cut": {"failed_instance_ids": 1},
    }
    assert add_result(begin("", [HERE]), short, HERE, 20)["artifact"]["cut"]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (result("success"), ""),
        (result("not_sent", changed=True, nodes=[]), ""),
        (result(nodes=None, msg="cannot be listed."), ""),
        (result(msg="no node matches."), "no node matches."),
        (result("success", "pending"), "1 of 2 nodes succeeded."),
        (result("success", commands=[{"status": "Cancelled"}], msg="Cancelled."), "Cancelled."),
        (result("success", error={"code": "Throttling"}, msg="Refused."), "Refused."),
        ({"msg": "run_tags: no."}, "run_tags: no."),
        ({}, "it did not succeed."),
    ],
)  # fmt: skip
def test_what_is_not_known_to_have_succeeded_is_a_problem(given: dict[str, t.Any], problem: str) -> None:
    found = add_result(begin("", [HERE]), given, HERE, 20)
    assert found["problems"] == ([f"{HERE}: {problem}"] if problem else [])


def test_too_many_errors_stop_what_comes_after() -> None:
    stopped = add_result(begin("", [HERE]), result("failed", "terminated"), HERE, 20)
    assert stopped["stopped"]
    assert add_result(stopped, result("success"), THERE, 20)["stopped"]
    assert not add_result(begin("", [HERE]), result("failed"), HERE, 20)["stopped"]


def test_check_mode_shows_the_nodes() -> None:
    node = {"instance_id": node_id(0), "name": "web-1", "platform_type": "Linux", "ping_status": "Online"}
    found = add_result(begin("", [HERE]), result("not_sent", nodes=[node]), HERE, 20)
    assert found["nodes"] == [f"{HERE}  {node_id(0)}  web-1  Linux  Online"]
    assert found["failures"] == []


def group(outcome: str, count: int, **more: t.Any) -> dict[str, t.Any]:
    ids = [node_id(number) for number in range(min(count, 20))]
    rc = {"success": 0, "failed": 3}.get(outcome, -1)
    return {"outcome": outcome, "rc": rc, "count": count, "instance_ids": ids, "stdout": "", "stderr": "", **more}


def test_groups_are_one_line_each_and_bounded() -> None:
    sent = [
        group("failed", 412, stdout="x\n", stderr="first\n\x1b[2Jdisk full\n \n"),
        group("undeliverable", 2),
        group("success", 9, stdout="6.1\n"),
    ]
    found = add_result(begin("", [HERE]), result(groups=sent), HERE, 20)
    ids = [node_id(number) for number in range(3)]
    assert found["groups"] == [
        f"{HERE}  412 nodes  failed  rc=3  [U+001B][2Jdisk full  {', '.join(ids)} and 409 more",
        f"{HERE}  2 nodes  undeliverable  {ids[0]}, {ids[1]}",
        f"{HERE}  9 nodes  success  rc=0  6.1  {', '.join(ids)} and 6 more",
    ]
    assert found["groups_more"] == {"groups": 0, "nodes": 0}
    more = result(groups=sent, groups_left_out={"groups": 3, "nodes": 4})
    both = add_result(found, more, THERE, 4)
    assert both["groups"] == [*found["groups"], found["groups"][0].replace(HERE, THERE)]
    assert both["groups_more"] == {"groups": 5, "nodes": 15}
    assert "disk full" not in json.dumps(both["artifact"])


def ends(*groups: dict[str, t.Any]) -> list[str]:
    """What the lines of the groups say after the exit code and before the nodes."""
    lines = add_result(begin("", [HERE]), result(groups=list(groups)), "", 20)["groups"]
    return [line.split("rc=3  ")[1].split(f"  {node_id(0)}")[0] for line in lines]


def test_lines_of_different_answers_differ() -> None:
    last = "summary: 1 problem\n"
    assert ends(*(group("failed", 1, stdout=f"disk {disk} full\n{last}") for disk in ("/var", "/home"))) == [
        "disk /var full … summary: 1 problem",
        "disk /home full … summary: 1 problem",
    ]
    assert ends(*(group("failed", 1, stdout=text, stderr=last) for text in ("one\nfine\n", "two\nfine\n"))) == [
        "one … summary: 1 problem",
        "two … summary: 1 problem",
    ]
    assert ends(group("failed", 1, stdout=last), group("failed", 1, stdout="more\n" + last)) == [
        "summary: 1 problem",
        "more … summary: 1 problem",
    ]


def test_lines_tell_answers_apart_that_differ_where_no_text_is() -> None:
    long = "x" * 200
    same = [group("failed", 1, stdout=f"{long}{number}", digest=f"d{number}") for number in range(2)]
    assert ends(*same) == [f"{'x' * 100}  digest={digest}" for digest in ("d0", "d1")]
    same = [group("failed", 1, stdout="end", digest=f"d{number}") for number in range(2)]
    assert ends(*same) == ["end  digest=d0", "end  digest=d1"]
    # Under no_log there is neither.
    assert len(add_result(begin("", [HERE]), result(groups=[group("failed", 1, digest="")] * 2), "", 9)["groups"]) == 2


def test_groups_of_check_mode_are_in_the_nodes() -> None:
    assert add_result(begin("", [HERE]), result(groups=[group("not_sent", 3)]), HERE, 20)["groups"] == []
