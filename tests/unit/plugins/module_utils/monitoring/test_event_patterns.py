# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event patterns: those of Run Command's status changes, and when two mean the same."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_patterns
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import CommandStatusChange
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from local_aws.wire.validation import service_model

COMMAND = "EC2 Command Status-change Notification"
INVOCATION = "EC2 Command Invocation Status-change Notification"
NODE = "i-0123456789abcdef0"


@pytest.mark.parametrize(
    ("option", "pattern"),
    [
        ({"level": ["command"]}, {"source": ["aws.ssm"], "detail-type": [COMMAND]}),
        (
            {"level": ["invocation", "command"], "statuses": []},
            {"source": ["aws.ssm"], "detail-type": [COMMAND, INVOCATION]},
        ),
        (
            {"level": ["command"], "statuses": ["Failed", "TimedOut"], "document_names": ["AWS-RunShellScript"]},
            {
                "source": ["aws.ssm"],
                "detail-type": [COMMAND],
                "detail": {"status": ["Failed", "TimedOut"], "document-name": ["AWS-RunShellScript"]},
            },
        ),
        (
            {"level": ["invocation"], "statuses": ["Delayed"], "instance_ids": [NODE, "mi-0123456789abcdef0"]},
            {
                "source": ["aws.ssm"],
                "detail-type": [INVOCATION],
                "detail": {"status": ["Delayed"], "instance-id": [NODE, "mi-0123456789abcdef0"]},
            },
        ),
    ],
)
def test_builds_the_pattern(option: dict[str, t.Any], pattern: dict[str, t.Any]) -> None:
    built = CommandStatusChange.parse(option).pattern()
    assert built == pattern
    event_patterns.check_pattern(built)


def test_statuses_are_those_of_botocore_s_model_but_for_the_passing_one() -> None:
    model: t.Any = service_model("ssm")
    cancelling = {"Cancelling"}
    assert set(event_patterns.COMMAND_STATUSES) == set(model.shape_for("CommandStatus").enum) - cancelling
    assert set(event_patterns.STATUSES) == set(model.shape_for("CommandInvocationStatus").enum) - cancelling


@pytest.mark.parametrize("level", ["command", "invocation"])
def test_every_status_of_a_level_is_taken(level: str) -> None:
    statuses = ["Pending", "InProgress", "Success", "TimedOut", "Cancelled", "Failed"]
    built = CommandStatusChange.parse({"level": [level], "statuses": statuses}).pattern()
    assert built["detail"] == {"status": statuses}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"level": []}, ["level", "empty list", "command and invocation"]),
        ({"level": ["command"], "instance_ids": [NODE]}, ["instance_ids", "level command", "invocation"]),
        ({"level": ["command", "invocation"], "instance_ids": [NODE]}, ["instance_ids"]),
        ({"level": ["command"], "statuses": ["Delayed"]}, ["statuses", "'Delayed'", "TimedOut"]),
        ({"level": ["invocation"], "instance_ids": ["web-1"]}, ["instance_ids", "'web-1'", "17"]),
    ],
)
def test_refuses_what_no_event_can_match(option: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        CommandStatusChange.parse(option)
    assert all(word in str(refused.value) for word in ["on_command_status.", *words])


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ([], ["event_pattern: []", "dictionary"]),
        ({}, ["event_pattern: an empty"]),
        ({"source": "aws.ssm"}, ["event_pattern.source: 'aws.ssm'", "list"]),
        ({"detail": {"status": "Failed"}}, ["event_pattern.detail.status: 'Failed'"]),
        ({"detail": {}}, ["event_pattern.detail: an empty"]),
        ({"source": []}, ["event_pattern.source: an empty list"]),
    ],
)
def test_refuses_what_has_not_the_form(pattern: t.Any, words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        event_patterns.check_pattern(pattern)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": ["1", "2"], "b": ["3"]}, {"b": ["3"], "a": ["2", "1"]}, True),
        ({"a": [{"prefix": "x"}, "y"]}, {"a": ["y", {"prefix": "x"}]}, True),
        ({"a": {"b": ["1", "2"]}}, {"a": {"b": ["2", "1"]}}, True),
        ({"a": ["1"]}, {"a": ["1", "2"]}, False),
        ({"a": ["1"]}, {"a": [1]}, False),
        ({"a": ["1"]}, {"b": ["1"]}, False),
    ],
)
def test_a_list_is_a_set_of_alternatives(one: t.Any, other: t.Any, same: bool) -> None:
    assert event_patterns.same_pattern(one, other) is same
