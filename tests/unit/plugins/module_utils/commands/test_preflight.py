# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the nodes that a request reaches are asked for, and named."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import messages, preflight
from ansible_collections.ssmops.run_command.plugins.module_utils.task import counted

from .given import given_result, make_request

NODES = [f"i-{number:017x}" for number in range(3)]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "n0"), (3, "n0, n1, n2"), (4, "n0, n1, n2 and 1 more"), (9, "n0, n1, n2 and 6 more")],
)
def test_ids_in_a_sentence(count: int, text: str) -> None:
    assert counted.named([f"n{number}" for number in range(count)], limit=3) == text
    assert counted.named([f"n{number}" for number in range(min(count, 3))], count=count) == text


def previewed(count: int, offline: int = 0) -> t.Any:
    nodes = [
        {"instance_id": node, "ping_status": "Online" if number >= offline else "ConnectionLost"}
        for number, node in enumerate(NODES[:count])
    ]
    return preview_of({"target_tags": {"Role": "web"}}, nodes)["msg"]


def preview_of(where: dict[str, t.Any], nodes: t.Any, fail_on: str = "any") -> t.Any:
    request = make_request(where)
    return preflight.preview(
        request, nodes, preflight.Place("eu-west-1", messages.target_text(request.targets)), fail_on
    )


def test_one_node_is_not_called_several() -> None:
    assert previewed(1) == "The command would be sent to 1 managed node."
    assert previewed(2, 1) == f"The command would be sent to 2 managed nodes, of which 1 is not Online: {NODES[0]}."
    assert previewed(3, 2).endswith(f"of which 2 are not Online: {NODES[0]}, {NODES[1]}.")


def test_a_target_without_a_node_is_named_with_its_region() -> None:
    assert previewed(0) == (
        "The command would reach no node: no managed node in eu-west-1 matches tag:Role = web. Nodes that an earlier "
        "task of this play makes do not exist in check mode."
    )


def test_ids_that_are_not_managed_are_named_with_the_region() -> None:
    assert preview_of({"instance_ids": NODES[:1]}, [])["msg"] == (
        f"The command would reach no node in eu-west-1. Not managed in this account and region: {NODES[0]}. Nodes that "
        "an earlier task of this play makes do not exist in check mode."
    )


def test_nodes_that_cannot_be_listed_are_not_called_none() -> None:
    found = preview_of({"resource_group": "fleet"}, None)
    assert found["msg"] == (
        "The command would be sent to the nodes of resource-groups:Name = fleet, which cannot be listed."
    )
    assert (found["nodes"], found["changed"], found["failed"], found["invocations"]) == (None, True, False, {})


def test_ids_whose_nodes_cannot_be_listed_are_not_called_unmanaged() -> None:
    found = preview_of({"instance_ids": NODES[:2]}, None)
    assert found["msg"] == (
        f"The command would be sent to the nodes of InstanceIds = {NODES[0]}, {NODES[1]}, which cannot be listed."
    )
    assert (found["failed"], found["summary"]["not_sent"], found["failed_instance_ids"]) == (False, 2, [])


def test_an_id_that_aws_would_drop_from_a_target_is_no_success() -> None:
    by_target = {"targets": [{"key": "InstanceIds", "values": NODES[:2]}]}
    found = preview_of(by_target, listed(NODES[0]))
    assert (found["failed"], found["failed_instance_ids"]) == (True, [NODES[1]])
    assert found["invocations"][NODES[1]]["outcome"] == "unlisted"
    assert f" Not managed in this account and region: {NODES[1]}." in found["msg"]
    assert not preview_of(by_target, listed(NODES[0]), "never")["failed"]


def listed(*nodes: str) -> list[dict[str, str]]:
    return [{"instance_id": node, "ping_status": "Online"} for node in nodes]


def test_a_preview_has_the_shape_of_a_result() -> None:
    found = preview_of({"instance_ids": NODES}, listed(*NODES[:2]))
    assert set(found) == {*given_result(), "nodes", "changed", "failed", "msg"}
    assert (found["command_ids"], found["commands"], found["summary_by_command"]) == ([], [], {})
    assert {node: entry["outcome"] for node, entry in found["invocations"].items()} == {
        NODES[0]: "not_sent",
        NODES[1]: "not_sent",
        NODES[2]: "unsent",
    }
    assert (found["invocations"][NODES[0]]["status_details"], found["invocations"][NODES[0]]["rc"]) == ("NotSent", -1)
    assert (found["summary"]["not_sent"], found["summary"]["unsent"], found["summary"]["total"]) == (2, 1, 3)
    assert (found["failed_instance_ids"], found["undelivered_instance_ids"]) == ([NODES[2]], [])
    assert (found["failed"], found["changed"]) == (True, True)


@pytest.mark.parametrize(
    ("where", "nodes", "fail_on", "failed"),
    [
        ({"target_tags": {"Role": "web"}}, NODES, "any", False),
        ({"target_tags": {"Role": "web"}}, NODES, "command", False),
        ({"target_tags": {"Role": "web"}}, [], "any", True),
        ({"target_tags": {"Role": "web"}}, [], "command", False),
        ({"target_tags": {"Role": "web"}}, [], "never", False),
        ({"instance_ids": NODES[:2]}, NODES[:1], "never", True),
    ],
)
def test_a_preview_fails_as_the_task_would(
    where: dict[str, t.Any], nodes: list[str], fail_on: str, failed: bool
) -> None:
    assert preview_of(where, listed(*nodes), fail_on)["failed"] is failed


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ({"target_tags": {"Role": ["web", "api"], "Level": 1}}, "tag:Role = web or api and tag:Level = 1"),
        ({"targets": [{"key": "tag-key", "values": ["Team"]}]}, "tag-key = Team"),
        ({"resource_group": "fleet"}, "resource-groups:Name = fleet"),
    ],
)
def test_the_targets_of_a_request_in_words(where: dict[str, t.Any], text: str) -> None:
    assert messages.target_text(make_request(where).targets) == text
