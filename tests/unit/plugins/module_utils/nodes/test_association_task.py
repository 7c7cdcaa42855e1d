# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task about instance profile associations asks for, and how it tells what came of it."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.association_task import (
    AssociationReport,
    NodeHealth,
    parse_association_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import AssociationResult
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

ONE, TWO = (f"i-{number:017x}" for number in (1, 2))
DONE = AssociationResult(ONE, "unchanged", "web", "web", "iip-assoc-1", "associated")
FAILED = AssociationResult(TWO, "failed", "old", "old", "iip-assoc-2", "associated", "has the instance profile old")


def test_ids_are_taken_once_and_filters_include_tags() -> None:
    by_id = parse_association_request({"name": "web", "instance_ids": [TWO, ONE, TWO]})
    assert by_id.instance_ids == (TWO, ONE)
    assert (by_id.absent, by_id.on_conflict, by_id.wait) == (False, "fail", True)
    by_tag = parse_association_request({"state": "absent", "tags": {"Role": "web"}, "filters": {"vpc-id": "vpc-1"}})
    assert by_tag.instance_ids is None
    assert by_tag.filters == {"vpc-id": ("vpc-1",), "tag:Role": ("web",)}
    assert by_tag.absent


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "filters and tags: both are empty, which would select every instance"),
        (
            {"instance_ids": ["mi-00000000000000003"]},
            "instance_ids: 'mi-00000000000000003' is not an EC2 instance's ID",
        ),
        (
            {"tags": {"a": "b"}, "state": "absent", "wait_online": True},
            "wait_online: it requires state 'present', but state is 'absent'",
        ),
        ({"tags": {"a": "b"}, "wait_timeout": -1}, "wait_timeout: -1"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, t.Any], says: str) -> None:
    with pytest.raises(RequestError, match=says):
        parse_association_request(options)


def test_a_report_is_the_modules_result() -> None:
    result = AssociationReport([DONE, FAILED]).result()
    assert not result["changed"]
    assert result["failed_instance_ids"] == [TWO]
    assert result["diff"] == {"before": {ONE: "web", TWO: "old"}, "after": {ONE: "web", TWO: "old"}}
    assert "ping_status" not in result["associations"][0]


def test_an_instance_that_is_not_online_is_a_failure() -> None:
    report = AssociationReport([DONE], {ONE: NodeHealth("ConnectionLost", "the agent was stopped")})
    assert report.failures == {ONE: "is not online: the agent was stopped"}
    described = report.result()["associations"][0]
    assert (described["ping_status"], described["offline_reason"]) == ("ConnectionLost", "the agent was stopped")


def test_the_message_names_ten_instances_and_counts_the_others() -> None:
    failed = [dataclasses.replace(FAILED, instance_id=f"i-{number:017x}") for number in range(12)]
    message = AssociationReport([DONE, *failed]).failure_message
    assert message.startswith("12 of 13 instances failed: i-00000000000000000 has the instance profile old; ")
    assert message.endswith("; and 2 more, see associations")
    assert message.count("has the instance profile old") == 10
