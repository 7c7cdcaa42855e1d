# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms tell their topics when their state changes, where the topic's policy lets CloudWatch in."""

from __future__ import annotations

import json
import typing as t

import pytest

from .conftest import ACCOUNT, REGION, Aws

ALARM: dict[str, t.Any] = {
    "AlarmName": "failures",
    "AlarmDescription": "Commands fail",
    "Namespace": "Run",
    "MetricName": "Failed",
    "Dimensions": [{"Name": "Host", "Value": "web-1"}],
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 2,
    "Period": 300,
    "EvaluationPeriods": 1,
}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ops"


def policy(principal: t.Any, **condition: t.Any) -> dict[str, t.Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": TOPIC}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]}


@pytest.fixture
def queue(aws: Aws) -> str:
    """The URL of a queue that is told what the topic is told."""
    url, arn = aws.queue("told")
    aws.client("sns").create_topic(Name="ops")
    aws.client("sns").subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    return url


def told(aws: Aws, queue: str) -> list[dict[str, t.Any]]:
    return [json.loads(message["Body"]) for message in aws.messages(queue)]


def set_state(aws: Aws, *states: str) -> None:
    for state in states:
        aws.client("cloudwatch").set_alarm_state(AlarmName="failures", StateValue=state, StateReason="Tried out")


def test_a_change_is_told_in_the_words_of_cloudwatch(aws: Aws, queue: str) -> None:
    aws.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[TOPIC], OKActions=[])
    set_state(aws, "ALARM", "ALARM", "OK")
    (notification,) = told(aws, queue)
    assert notification["Subject"] == 'ALARM: "failures" in US East (N. Virginia)'
    message = json.loads(notification["Message"])
    assert message.pop("StateChangeTime").endswith("+0000")
    assert message.pop("AlarmConfigurationUpdatedTimestamp").endswith("+0000")
    assert message == {
        "AlarmName": "failures",
        "AlarmDescription": "Commands fail",
        "AWSAccountId": ACCOUNT,
        "NewStateValue": "ALARM",
        "NewStateReason": "Tried out",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:failures",
        "OldStateValue": "INSUFFICIENT_DATA",
        "OKActions": [],
        "AlarmActions": [TOPIC],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "Failed",
            "Namespace": "Run",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [{"value": "web-1", "name": "Host"}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 2.0,
            "TreatMissingData": "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def test_each_state_has_its_actions(aws: Aws, queue: str) -> None:
    actions = {"OKActions": [TOPIC], "InsufficientDataActions": [TOPIC, "arn:aws:automate:us-east-1:ec2:stop"]}
    aws.client("cloudwatch").put_metric_alarm(**ALARM, **actions)
    set_state(aws, "ALARM", "OK", "INSUFFICIENT_DATA")
    states = [json.loads(one["Message"])["NewStateValue"] for one in told(aws, queue)]
    assert sorted(states) == ["INSUFFICIENT_DATA", "OK"]


def test_actions_that_are_disabled_are_not_carried_out(aws: Aws, queue: str) -> None:
    aws.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[TOPIC], ActionsEnabled=False)
    set_state(aws, "ALARM")
    assert told(aws, queue) == []


SERVICE = {"Service": "cloudwatch.amazonaws.com"}


@pytest.mark.parametrize(
    ("document", "lets_in"),
    [
        (policy(SERVICE), True),
        (policy(SERVICE, ArnLike={"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:fail*"}), True),
        (policy(SERVICE, ArnLike={"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:x"}), False),
        (policy({"Service": "events.amazonaws.com"}), False),
        (policy({"AWS": "*"}, StringEquals={"AWS:SourceOwner": ACCOUNT}), True),
        (policy({"AWS": "*"}, StringEquals={"AWS:SourceOwner": "999999999999"}), False),
    ],
)
def test_the_policy_of_the_topic_decides(aws: Aws, queue: str, document: dict[str, t.Any], lets_in: bool) -> None:
    attribute = {"AttributeName": "Policy", "AttributeValue": json.dumps(document)}
    aws.client("sns").set_topic_attributes(TopicArn=TOPIC, **attribute)
    aws.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[TOPIC])
    set_state(aws, "ALARM")
    assert bool(told(aws, queue)) is lets_in


def test_a_topic_that_is_missing_harms_nobody(aws: Aws) -> None:
    aws.client("cloudwatch").put_metric_alarm(**ALARM, AlarmActions=[TOPIC])
    set_state(aws, "ALARM")
