# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes, read in few calls and waited for."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes_calls import (
    expected_online,
    read_nodes,
    wait_for_online,
)

from ..commands.fake_ssm import Clock

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

HYBRID = "mi-00000000000000003"


def node(node_id: str, ping_status: str = "Online") -> t.Any:
    return {"InstanceId": node_id, "PingStatus": ping_status}


def test_all_nodes_are_one_listing(ssm: StubbedClient) -> None:
    client, stub = ssm
    asked = {"Filters": [{"Key": "PingStatus", "Values": ["Online"]}], "MaxResults": 50}
    stub.add_response("describe_instance_information", {"InstanceInformationList": [node("i-1")]}, asked)
    assert read_nodes(client, (), {"PingStatus": ("Online",)}) == [node("i-1")]


def test_expected_are_running_instances_and_hybrid_nodes(ec2: StubbedClient) -> None:
    running = "i-00000000000000001"
    ec2[1].add_response("describe_instances", {"Reservations": [{"Instances": [{"InstanceId": running}]}]})
    nodes = [node("i-00000000000000002", "ConnectionLost"), node(HYBRID)]
    assert expected_online(ec2[0], {"Role": "web"}, nodes) == {running, HYBRID}


def test_waits_longer_each_time_and_never_past_the_deadline() -> None:
    clock = Clock()
    polls: list[float] = []

    def read() -> list[t.Any]:
        polls.append(clock.now)
        return [node("i-1"), node("i-2", "Inactive")]

    nodes, offline = wait_for_online(read, lambda _nodes: ["i-1", "i-2", "i-3"], clock.deadline(30))
    assert offline == {"i-2", "i-3"}
    assert len(nodes) == 2
    assert polls == [0, 1, 2.5, 4.75, 8.125, 13.1875, 20.78125, 30]


def test_nobody_expected_is_not_enough() -> None:
    clock = Clock()
    answers = iter([[], [], [node("i-1")]])
    nodes, offline = wait_for_online(
        lambda: next(answers), lambda nodes: [item["InstanceId"] for item in nodes], clock.deadline(60)
    )
    assert nodes == [node("i-1")]
    assert offline == set()
