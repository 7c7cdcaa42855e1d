# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the nodes that a request reaches are asked for, and named."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import preflight

from .given import make_request

NODES = [f"i-{number:017x}" for number in range(3)]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "n0"), (3, "n0, n1, n2"), (4, "n0, n1, n2 and 1 more"), (9, "n0, n1, n2 and 6 more")],
)
def test_ids_in_a_sentence(count: int, text: str) -> None:
    assert preflight.named([f"n{number}" for number in range(count)], limit=3) == text


def previewed(count: int, offline: int = 0) -> str:
    nodes = [
        {"instance_id": node, "ping_status": "Online" if number >= offline else "ConnectionLost"}
        for number, node in enumerate(NODES[:count])
    ]
    return str(preflight.preview(make_request({"target_tags": {"Role": "web"}}), nodes, "eu-west-1")["msg"])


def test_one_node_is_not_called_several() -> None:
    assert previewed(1) == "The command would be sent to 1 managed node."
    assert previewed(2, 1) == f"The command would be sent to 2 managed nodes, of which 1 is not Online: {NODES[0]}."
    assert previewed(3, 2).endswith(f"of which 2 are not Online: {NODES[0]}, {NODES[1]}.")


def test_a_target_without_a_node_is_named_with_its_region() -> None:
    assert previewed(0) == "The command would reach no node: no managed node in eu-west-1 matches tag:Role = web."


def test_ids_that_are_not_managed_are_named_with_the_region() -> None:
    wanted = make_request({"instance_ids": NODES[:1]})
    assert preflight.preview(wanted, [], "eu-west-1")["msg"] == (
        f"The command would reach no node in eu-west-1. Not managed in this account and region: {NODES[0]}."
    )


def test_nodes_that_cannot_be_listed_are_not_called_none() -> None:
    wanted = make_request({"resource_group": "fleet"})
    assert preflight.preview(wanted, None, "eu-west-1")["msg"] == (
        "The command would be sent to the nodes of resource-groups:Name = fleet, which cannot be listed."
    )


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ({"target_tags": {"Role": ["web", "api"], "Level": 1}}, "tag:Role = web or api and tag:Level = 1"),
        ({"targets": [{"key": "tag-key", "values": ["Team"]}]}, "tag-key = Team"),
        ({"resource_group": "fleet"}, "resource-groups:Name = fleet"),
    ],
)
def test_the_targets_of_a_request_in_words(where: dict[str, t.Any], text: str) -> None:
    assert preflight.target_text(make_request(where)) == text
