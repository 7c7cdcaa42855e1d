# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Node ids are known by their form, and nothing else passes for one."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task import node_ids
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


@pytest.mark.parametrize(
    ("node_id", "node_type"),
    [("i-01234567", "ec2"), ("i-0123456789abcdef0", "ec2"), ("mi-0123456789abcdef0", "managed")],
)
def test_node_type(node_id: str, node_type: str) -> None:
    assert node_ids.node_type_of(node_id) == node_type


@pytest.mark.parametrize(
    "node_id", ["", "i-", "i-0123456", "mi-01234567", "i-0123456789ABCDEF0", "web-1", "i-01234567 "]
)
def test_what_is_no_node_id_is_refused_by_name(node_id: str) -> None:
    with pytest.raises(RequestError, match=r"instance_ids: .* is not a node ID"):
        node_ids.node_type_of(node_id)


def test_ids_are_taken_once() -> None:
    ids = ["i-0123456789abcdef0", "mi-0123456789abcdef0", "i-0123456789abcdef0"]
    assert node_ids.parse_node_ids(ids) == ("i-0123456789abcdef0", "mi-0123456789abcdef0")
    assert node_ids.parse_node_ids(None) == ()
    with pytest.raises(RequestError, match="instance_ids: 'web1' is not a node ID"):
        node_ids.parse_node_ids(["web1"])
