# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ownership_info from its arguments to its result, on answers written down."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.modules import ownership_info

from .run_module import run_module

if t.TYPE_CHECKING:
    import pytest

    from .stubbed_clients import StubbedClients

ACCOUNT = "123456789012"
CALLER = {"UserId": "u", "Account": ACCOUNT, "Arn": f"arn:aws-cn:iam::{ACCOUNT}:user/ops"}
METRIC = {"name": "f-Failed", "metric_namespace": "RunCommand", "metric_name": "Failed"}
FILTER = {**METRIC, "log_group_name": "/aws/events/f"}


def tags(maker: str) -> list[dict[str, str]]:
    return [{"Key": "ssmops:made-by", "Value": f"ssmops.run_command.{maker}"}]


def test_asks_for_the_account_if_it_is_not_given(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> None:
    stubs.answer("sts", "get_caller_identity", CALLER)
    result = run_module(ownership_info.main, {}, capsys)
    assert (result["account_id"], result["region"], result["partition"]) == (ACCOUNT, "us-east-1", "aws-cn")
    assert result["resources"] == []


def test_an_account_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> None:
    assert "account_id: '1' is not an account ID" in run_module(ownership_info.main, {"account_id": "1"}, capsys)["msg"]


def everything(stubs: StubbedClients) -> None:
    """Of each kind one is there, and of most another one is not."""
    rule = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/f-events"
    stubs.answer("events", "list_tags_for_resource", {"Tags": tags("event_rule")}, {"ResourceARN": rule})
    stubs.fail("events", "list_tags_for_resource", "ResourceNotFoundException")
    stubs.answer("sns", "list_tags_for_resource", {"Tags": tags("event_rule")})
    stubs.answer("sqs", "get_queue_url", {"QueueUrl": "https://q"})
    stubs.answer("sqs", "list_queue_tags", {"Tags": {"ssmops:made-by": "ssmops.run_command.monitoring"}})
    stubs.fail("sqs", "get_queue_url", "AWS.SimpleQueueService.NonExistentQueue")
    stubs.answer("ssm", "list_tags_for_resource", {"TagList": []})
    stubs.fail("ssm", "list_tags_for_resource", "InvalidResourceId")
    stubs.fail("iam", "get_role", "NoSuchEntity")
    stubs.answer("s3", "head_bucket")
    stubs.fail("s3", "get_bucket_tagging", "NoSuchTagSet")
    stubs.fail("s3", "head_bucket", "404")
    body = {"DashboardBody": json.dumps({"widgets": []}), "DashboardArn": "a", "DashboardName": "f"}
    stubs.answer("cloudwatch", "get_dashboard", body)
    alarm = {"AlarmName": "f-Failed", "Namespace": "RunCommand", "MetricName": "Other"}
    stubs.answer("cloudwatch", "describe_alarms", {"MetricAlarms": [alarm]}, {"AlarmNames": ["f-Failed"]})
    transformation = {"metricName": "Failed", "metricNamespace": "RunCommand", "metricValue": "1"}
    there = {"metricFilters": [{"filterName": "f-Failed", "metricTransformations": [transformation]}]}
    stubs.answer("logs", "describe_metric_filters", there, {"logGroupName": "/aws/events/f"})
    stubs.fail("logs", "describe_metric_filters", "ResourceNotFoundException")


WANTED = {
    "rules": ["f-events", "gone"],
    "topics": ["f"],
    "queues": ["f", "gone"],
    "documents": ["Doc", "gone"],
    "roles": ["gone"],
    "buckets": ["f", "gone"],
    "dashboards": ["f"],
    "alarms": [METRIC],
    "metric_filters": [FILTER, {**FILTER, "name": "g"}, {**FILTER, "log_group_name": "/gone"}],
}


def test_tells_what_exists_and_whose_it_is(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> None:
    everything(stubs)
    result = run_module(ownership_info.main, {"account_id": ACCOUNT, **WANTED}, capsys)
    assert {one["title"]: one["is_own"] for one in result["resources"]} == {
        "rule f-events": True,
        "topic f": False,
        "queue f": True,
        "dashboard f": False,
        "document Doc": False,
        "bucket f": False,
        "alarm f-Failed": False,
        "metric filter f-Failed": True,
    }
    assert result["existing"]["queues"] == ["f"]
    assert result["existing"]["roles"] == []
    assert (result["foreign"]["queues"], result["foreign"]["alarms"]) == ([], ["f-Failed"])
