# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes with equal answers are one group, whatever their line ends and what they call themselves."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import folding, output, report, result_size
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Run, Verdict

from .given import given_record, given_verdict

SHELL = "aws:runShellScript"
EC2 = "ip-10-0-0-7.eu-central-1.compute.internal"


def node(number: int, stdout: str = "", stderr: str = "", rc: int = 0, name: str = "") -> output.Invocation:
    status = "Failed" if rc else "Success"
    step = output.Step(SHELL, status, status, rc, None, None, output.Text(stdout, stderr), {})
    return output.Invocation(f"i-{number:017x}", name, "command", status, status, (step,))


def groups_of(*found: output.Invocation, masks: bool = True) -> list[folding.Group]:
    return folding.Folder(masks=masks).groups(found)


def counts(groups: list[folding.Group]) -> list[tuple[str, int, int]]:
    return [(group.answer.outcome, group.answer.rc, len(group.instance_ids)) for group in groups]


def test_the_largest_failures_come_first_then_the_others_by_size() -> None:
    found = [
        *(node(number, "ok") for number in range(9)),
        *(node(number, "other") for number in range(10, 12)),
        node(20, rc=3),
        *(node(number, "", "disk full", 1) for number in range(30, 34)),
        *(
            dataclasses.replace(node(number), status="InProgress", status_details="InProgress")
            for number in range(40, 45)
        ),
    ]
    groups = groups_of(*found)
    assert counts(groups) == [
        ("failed", 1, 4),
        ("failed", 3, 1),
        ("success", 0, 9),
        ("in_progress", 0, 5),
        ("success", 0, 2),
    ]
    assert groups[0].instance_ids == [f"i-{number:017x}" for number in range(30, 34)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a\nb\n", ""), ("a\r\nb", "")),
        (("", "x\r\n\r\n"), ("", "x")),
    ],
)
def test_line_ends_do_not_matter(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(groups_of(node(1, *one), node(2, *other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", ""), ("", "a")),
        (("a", "b"), ("ab", "")),
        (("a\n\nb", ""), ("a\nb", "")),
        ((" a", ""), ("a", "")),
        (("a\r", ""), ("a", "")),
    ],
)
def test_all_else_matters(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(groups_of(node(1, *one), node(2, *other))) == 2
    assert len(groups_of(node(1, *one), node(2, *one, rc=1))) == 2


NODE = "i-00000000000000001"
BY_ID = f"{NODE}.us-west-2.compute.internal"
WINDOWS = "EC2AMAZ-0A1B2C3"


@pytest.mark.parametrize(
    ("text", "name", "folded"),
    [
        (f"node {NODE} is down", "", "node [instance_id] is down"),
        (f"/srv/{NODE}-data.log", "", "/srv/[instance_id]-data.log"),
        (f"{EC2} and ip-10-0-0-7 at 10.0.0.7:22", EC2, "[instance_name] and [instance_name] at [ip_address]:22"),
        ("see ip-10-0-0-7. Or 10.0.0.7.", "ip-10-0-0-7", "see [instance_name]. Or [ip_address]."),
        (f"{BY_ID}, {NODE}", BY_ID, "[instance_name], [instance_id]"),
        ("web-1.example.com: no; web-1", "web-1.example.com", "[instance_name]: no; web-1"),
        # The case of host names does not matter, and that of all else stays.
        ("Up: IP-10-0-0-7.EU-Central-1.compute.internal", EC2, "Up: [instance_name]"),
        ("\u0130\u0130 Up: ec2amaz-0a1b2c3", WINDOWS, "\u0130\u0130 Up: [instance_name]"),
        (WINDOWS, f"{WINDOWS}.corp.example.com", "[instance_name]"),
    ],
)
def test_what_a_node_calls_itself_is_masked(text: str, name: str, folded: str) -> None:
    found = node(1, text, f"{text}\n", name=name)
    (group,) = groups_of(found)
    assert (group.answer.stdout, group.answer.stderr) == (folded, folded)
    (plain,) = groups_of(found, masks=False)
    assert plain.answer.stdout == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Plain words, files and versions are more than the node's name.
        *((f"{name}: down", name) for name in ("nginx", "error", "db1", "web-1", "root", "true", "100", "db")),
        *((f"{name} failed", name) for name in ("nginx.service", "app.conf", "1.2.3", "10.0.0.7", "node.js")),
        # Names and addresses of other nodes.
        ("ip-10-0-0-70 ip-10-0-0-7-2 ip-10-0-0-7.us-east-1.compute.internal my-ip-10-0-0-7", EC2),
        ("110.0.0.7 10.0.0.70 10.0.0.7.1 1.10.0.0.7", EC2),
        ("www.web-1.example.com web-1.example.com.au web_web-1.example.com", "web-1.example.com"),
        ("i-000000000000000012", ""),
    ],
)
def test_what_may_be_something_else_is_not_masked(text: str, name: str) -> None:
    (group,) = groups_of(node(1, text, name=name))
    assert group.answer.stdout == text


def test_different_meanings_do_not_become_equal() -> None:
    found = [node(1, "nginx: down", name="nginx"), node(2, "redis: down", name="redis")]
    assert len(groups_of(*found)) == 2


def test_nodes_that_name_themselves_are_one_group_unless_that_is_not_wanted() -> None:
    names = [EC2, BY_ID, "web-2.example.com"]
    found = [node(number, f"up: {name}", name=name) for number, name in enumerate(names)]
    assert [len(groups_of(*found, masks=masks)) for masks in (True, False)] == [1, 3]


def test_groups_are_right_though_the_texts_were_cut() -> None:
    folder = folding.Folder()
    arriving = result_size.ArrivingOutputs(500)
    found = [node(number, f"{number % 2}{'x' * 9_000}", rc=number % 2) for number in range(40)]
    found.append(node(99, f"another{'x' * 9_000}"))
    for one in found:
        folder.see(one)
    kept = [arriving.cut(one) for one in found]
    assert sum(len(one.stdout) for one in kept) < 3_000
    groups = folder.groups(kept)
    assert [len(group.instance_ids) for group in groups] == [20, 20, 1]
    assert {group.answer.stdout for group in groups} == {"x" * folding.MAX_TEXT}
    assert all(group.answer.truncated for group in groups)
    result = report.build_result(given_verdict(*kept), folder)
    assert len({entry["digest"] for entry in result["invocations"].values()}) == 3


def test_texts_of_many_different_answers_are_not_all_kept() -> None:
    folder = folding.Folder()
    found = [node(number, f"answer {number}") for number in range(folding.KEPT_ANSWERS + 5)]
    for one in found:
        folder.see(one)
    groups = folder.groups(node(number) for number in range(len(found)))
    texts = [group.answer.stdout for group in groups]
    assert len(set(texts)) == folding.KEPT_ANSWERS + 1
    assert len({group.answer.digest for group in groups}) == len(found)


def test_the_result_has_the_first_groups_and_says_what_is_left_out() -> None:
    many = [node(number, "ok") for number in range(100, 125)]
    found = [*(node(number, rc=1, stderr=f"error {number}\n") for number in range(22)), *many]
    result = report.build_result(given_verdict(*found))
    assert len(result["groups"]) == folding.MAX_GROUPS
    assert result["groups_left_out"] == {"groups": 3, "nodes": 27}
    one = result["groups"][0]
    assert one == {
        "outcome": "failed",
        "rc": 1,
        "count": 1,
        "instance_ids": ["i-00000000000000000"],
        "stdout": "",
        "stderr": "error 0",
        "truncated": False,
        "digest": result["invocations"]["i-00000000000000000"]["digest"],
    }
    (group,) = report.build_result(given_verdict(*many))["groups"]
    assert (group["count"], len(group["instance_ids"])) == (25, folding.MAX_IDS)


def test_a_node_counts_once_by_its_worst_result() -> None:
    again = dataclasses.replace(node(1, "fine"), command_id="second")
    records = [given_record(node(1, "", "no", 3)), given_record(again, command={"CommandId": "second"})]
    result = report.build_result(Verdict(Run(records)))
    assert [(group["rc"], group["count"]) for group in result["groups"]] == [(3, 1)]
    entry = result["invocations"]["i-00000000000000001"]
    assert entry["digest"] == entry["by_command"]["command"]["digest"] != entry["by_command"]["second"]["digest"]


@pytest.mark.parametrize("budget", [1_500, 6_000, 20_000, 60_000])
def test_groups_fit_into_what_a_result_may_have(budget: int) -> None:
    found = [node(number, f"{number % 30}\x00" * 200, "e" * number, number % 7) for number in range(300)]
    whole = report.build_result(given_verdict(*found))
    fitted = result_size.fit_result(whole, budget)
    assert len(str(fitted["groups"])) <= budget // 5
    left: dict[str, t.Any] = fitted.get("groups_left_out", {"groups": 0, "nodes": 0})
    assert left["nodes"] + sum(group["count"] for group in fitted["groups"]) == 300
    removed = len(whole["groups"]) - len(fitted["groups"])
    assert fitted["result_cut"].get("groups", 0) == removed
    assert (f"{removed} groups left out" in fitted["msg"]) == (removed > 1)
    assert [group["digest"] for group in fitted["groups"]] == [
        group["digest"] for group in whole["groups"][: len(fitted["groups"])]
    ]


def test_a_text_that_is_not_unicode_is_folded() -> None:
    assert len(groups_of(node(1, "\udcff"), node(2, "\udcff\n"))) == 1
