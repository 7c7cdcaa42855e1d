# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs and CloudWatch: searching, counting, alarming, and what a log group has."""

from __future__ import annotations

import datetime
import json
import time
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.moto import alarms

from .conftest import ACCOUNT, REGION, Aws, events_may

GROUP = "commands"
# The middle of five minutes, in milliseconds: what is written then lies within one period of an alarm.
NOW = (int(time.time()) // 300 * 300 + 150) * 1000


@pytest.fixture
def logs(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> t.Any:
    monkeypatch.setattr(alarms, "now", lambda: NOW / 1000)
    client = aws.client("logs")
    client.create_log_group(logGroupName=GROUP)
    return client


def write(logs: t.Any, stream: str, *messages: str, start: int = NOW) -> None:
    """Messages into a stream, a millisecond apart."""
    if stream not in [found["logStreamName"] for found in logs.describe_log_streams(logGroupName=GROUP)["logStreams"]]:
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    events = [{"timestamp": start + number, "message": message} for number, message in enumerate(messages)]
    logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)


def found(logs: t.Any, **more: t.Any) -> list[str]:
    """The messages FilterLogEvents finds, all pages."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=GROUP, **more)
    return [event["message"] for page in pages for event in page["events"]]


def code_of(call: t.Callable[..., t.Any], **arguments: t.Any) -> str:
    """The error's code."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_events_of_all_streams_come_in_order(logs: t.Any) -> None:
    write(logs, "a", "a0", "a1", start=NOW + 10)
    write(logs, "b", "b0", "b1", start=NOW)
    assert found(logs) == ["b0", "b1", "a0", "a1"]
    assert found(logs, startFromHead=False) == ["a1", "a0", "b1", "b0"]


SEARCHES: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"filterPattern": "?one ?three"}, ["one", "three"]),
    ({"logStreamNames": ["x/1/stdout"]}, ["one", "two"]),
    ({"logStreamNamePrefix": "x/2"}, ["three"]),
    ({"startTime": NOW + 1}, ["two", "three"]),
    ({"endTime": NOW}, ["one"]),
    ({"startTime": NOW + 1, "endTime": NOW + 1}, ["two"]),
    ({"filterPattern": "nothing"}, []),
]


@pytest.mark.parametrize(("asked", "messages"), SEARCHES)
def test_a_search(logs: t.Any, asked: dict[str, t.Any], messages: list[str]) -> None:
    write(logs, "x/1/stdout", "one", "two")
    write(logs, "x/2/stdout", "three", start=NOW + 5)
    assert found(logs, **asked) == messages


def test_pages_hold_every_event_once(logs: t.Any) -> None:
    write(logs, "a", *(f"a{number}" for number in range(25)))
    write(logs, "b", *(f"b{number}" for number in range(25)))
    messages = found(logs, PaginationConfig={"PageSize": 7})
    assert len(messages) == 50
    assert len(set(messages)) == 50


def test_what_comes_between_pages_moves_nothing(logs: t.Any) -> None:
    write(logs, "a", "one", "two", "three")
    page = logs.filter_log_events(logGroupName=GROUP, limit=2)
    write(logs, "b", "late", start=NOW - 10)
    write(logs, "a", "four", start=NOW + 10)
    rest = logs.filter_log_events(logGroupName=GROUP, nextToken=page["nextToken"])
    assert [event["message"] for event in rest["events"]] == ["three", "four"]


def test_a_page_has_a_megabyte_at_most(logs: t.Any) -> None:
    write(logs, "a", *("x" * 200_000 for _number in range(8)))
    page = logs.filter_log_events(logGroupName=GROUP)
    assert len(page["events"]) == 5
    assert len(found(logs)) == 8


WRONG_SEARCHES: list[tuple[dict[str, t.Any], str]] = [
    ({"filterPattern": "{ $.a"}, "InvalidParameterException"),
    ({"nextToken": "rubbish"}, "InvalidParameterException"),
    ({"limit": 10_001}, "InvalidParameterException"),
    ({"logStreamNames": ["a"], "logStreamNamePrefix": "a"}, "InvalidParameterException"),
    ({"logStreamNames": ["missing"]}, "ResourceNotFoundException"),
    ({"logGroupName": "missing"}, "ResourceNotFoundException"),
]


@pytest.mark.parametrize(("asked", "code"), WRONG_SEARCHES)
def test_searches_that_are_refused(logs: t.Any, asked: dict[str, t.Any], code: str) -> None:
    assert code_of(logs.filter_log_events, **{"logGroupName": GROUP, **asked}) == code


def put_filter(logs: t.Any, pattern: str, name: str = "f", **transformation: t.Any) -> None:
    """A metric filter."""
    metric = {"metricName": "Failed", "metricNamespace": "Run", "metricValue": "1", **transformation}
    logs.put_metric_filter(logGroupName=GROUP, filterName=name, filterPattern=pattern, metricTransformations=[metric])


def total(aws: Aws, name: str = "Failed", **dimensions: str) -> float:
    """The sum of a metric."""
    now = datetime.datetime.now(datetime.UTC)
    data = aws.client("cloudwatch").get_metric_statistics(
        Namespace="Run",
        MetricName=name,
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in data))


FAILED = json.dumps({"detail": {"status": "Failed", "document-name": "D", "rc": 7}})


def test_a_metric_filter_counts(aws: Aws, logs: t.Any) -> None:
    put_filter(logs, '{ $.detail.status = "Failed" }')
    write(logs, "a", FAILED, '{"detail": {"status": "Success"}}', FAILED, "no JSON")
    assert total(aws) == 2


def test_a_metric_s_value_is_taken_from_the_event(aws: Aws, logs: t.Any) -> None:
    put_filter(
        logs, "{ $.detail.rc = * }", metricValue="$.detail.rc", dimensions={"Document": "$.detail.document-name"}
    )
    put_filter(logs, "[level, ms]", name="columns", metricName="Took", metricValue="$ms")
    write(logs, "a", FAILED, "INFO 250", "INFO 50", "INFO soon")
    assert total(aws, Document="D") == 7
    assert total(aws, "Took") == 300


def test_a_default_value_counts_what_does_not_match(aws: Aws, logs: t.Any) -> None:
    put_filter(logs, "ERROR", defaultValue=5)
    write(logs, "a", "fine")
    assert total(aws) == 5


def test_a_second_filter_of_a_name_replaces_the_first(aws: Aws, logs: t.Any) -> None:
    put_filter(logs, "ERROR")
    put_filter(logs, "WARN")
    write(logs, "a", "ERROR", "WARN", "WARN")
    (kept,) = logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    assert (kept["filterPattern"], kept["creationTime"] // 10_000) == ("WARN", pytest.approx(NOW // 10_000, abs=20))
    assert total(aws) == 2
    logs.delete_metric_filter(logGroupName=GROUP, filterName="f")
    write(logs, "a", "WARN", start=NOW + 10)
    assert total(aws) == 2


def test_metric_filters_that_are_refused(logs: t.Any) -> None:
    one = {
        "filterName": "f",
        "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
    }
    assert (
        code_of(logs.put_metric_filter, logGroupName="missing", filterPattern="", **one) == "ResourceNotFoundException"
    )
    assert (
        code_of(logs.put_metric_filter, logGroupName=GROUP, filterPattern="{ $.a", **one) == "InvalidParameterException"
    )
    assert code_of(logs.delete_metric_filter, logGroupName=GROUP, filterName="f") == "ResourceNotFoundException"
    for number in range(100):
        put_filter(logs, "", name=f"f{number}")
    put_filter(logs, "again", name="f0")
    assert code_of(logs.put_metric_filter, logGroupName=GROUP, filterPattern="", **one) == "LimitExceededException"


def test_a_pattern_can_be_tried(logs: t.Any) -> None:
    answer = logs.test_metric_filter(filterPattern="[level, ms > 100]", logEventMessages=["INFO 50", "INFO 250"])
    assert answer["matches"] == [
        {"eventNumber": 2, "eventMessage": "INFO 250", "extractedValues": {"$level": "INFO", "$ms": "250"}}
    ]


def group_of(logs: t.Any) -> dict[str, t.Any]:
    """The log group as DescribeLogGroups shows it."""
    (group,) = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    return t.cast("dict[str, t.Any]", group)


def test_a_name_that_moto_refuses_is_refused(logs: t.Any) -> None:
    assert code_of(logs.create_log_group, logGroupName="a" * 513) == "InvalidParameterException"
    assert code_of(logs.create_log_group, logGroupName=GROUP) == "ResourceAlreadyExistsException"


def test_a_key_is_set_and_removed(aws: Aws, logs: t.Any) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    logs.associate_kms_key(logGroupName=GROUP, kmsKeyId=key)
    assert group_of(logs)["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName=GROUP)
    assert "kmsKeyId" not in group_of(logs)
    nobody = key[:-4] + "0000"
    assert code_of(logs.associate_kms_key, logGroupName=GROUP, kmsKeyId=nobody) == "InvalidParameterException"
    assert code_of(logs.create_log_group, logGroupName="g", kmsKeyId=nobody) == "InvalidParameterException"
    logs.associate_kms_key(resourceIdentifier=group_of(logs)["arn"], kmsKeyId=key)
    assert group_of(logs)["kmsKeyId"] == key


def test_class_and_protection_are_kept(logs: t.Any) -> None:
    assert (group_of(logs)["logGroupClass"], group_of(logs)["deletionProtectionEnabled"]) == ("STANDARD", False)
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=True)
    assert group_of(logs)["deletionProtectionEnabled"] is True
    assert code_of(logs.delete_log_group, logGroupName=GROUP) == "ValidationException"
    logs.put_log_group_deletion_protection(logGroupIdentifier=GROUP, deletionProtectionEnabled=False)
    logs.delete_log_group(logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP, logGroupClass="INFREQUENT_ACCESS", deletionProtectionEnabled=True)
    group = group_of(logs)
    assert (group["logGroupClass"], group["deletionProtectionEnabled"]) == ("INFREQUENT_ACCESS", True)


def test_a_group_takes_its_things_along(logs: t.Any) -> None:
    logs.tag_log_group(logGroupName=GROUP, tags={"Owner": "ann"})
    put_filter(logs, "ERROR")
    assert group_of(logs)["metricFilterCount"] == 1
    logs.delete_log_group(logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP)
    assert logs.list_tags_log_group(logGroupName=GROUP)["tags"] == {}
    assert logs.describe_metric_filters(logGroupName=GROUP)["metricFilters"] == []
    assert group_of(logs)["metricFilterCount"] == 0


def test_a_group_that_is_there_already(logs: t.Any) -> None:
    assert code_of(logs.create_log_group, logGroupName=GROUP) == "ResourceAlreadyExistsException"
    assert code_of(logs.delete_log_group, logGroupName="missing") == "ResourceNotFoundException"


@pytest.mark.parametrize("days", [0, 2, 31, 3654])
def test_days_that_aws_does_not_take(logs: t.Any, days: int) -> None:
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=30)
    asked = {"logGroupName": GROUP, "retentionInDays": days}
    assert code_of(logs.put_retention_policy, **asked) == "InvalidParameterException"
    assert group_of(logs)["retentionInDays"] == 30


def test_resource_policies_are_ten_at_most(logs: t.Any) -> None:
    text = json.dumps(events_may("logs:PutLogEvents", "*"))
    for number in range(10):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument=text)
    logs.put_resource_policy(policyName="p0", policyDocument=text)
    asked = {"policyName": "one more", "policyDocument": text}
    assert code_of(logs.put_resource_policy, **asked) == "LimitExceededException"
    logs.delete_resource_policy(policyName="p9")
    logs.put_resource_policy(**asked)
    names = [policy["policyName"] for policy in logs.describe_resource_policies()["resourcePolicies"]]
    assert names == [*(f"p{number}" for number in range(9)), "one more"]


@pytest.mark.parametrize("text", ["{", "{}", "[]", json.dumps({"Statement": ["x" * 5_120]})])
def test_resource_policies_that_are_none(logs: t.Any, text: str) -> None:
    asked = {"policyName": "p", "policyDocument": text}
    assert code_of(logs.put_resource_policy, **asked) == "InvalidParameterException"


def put_alarm(aws: Aws, **more: t.Any) -> None:
    """An alarm on what the metric filter counts."""
    alarm = {
        "AlarmName": "failures",
        "Namespace": "Run",
        "MetricName": "Failed",
        "Statistic": "Sum",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "Threshold": 2,
        "Period": 300,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    aws.client("cloudwatch").put_metric_alarm(**{**alarm, **more})


def alarm_state(aws: Aws) -> str:
    """The alarm's state."""
    (alarm,) = aws.client("cloudwatch").describe_alarms(AlarmNames=["failures"])["MetricAlarms"]
    return str(alarm["StateValue"])


def test_an_alarm_follows_a_metric_filter(aws: Aws, logs: t.Any) -> None:
    put_filter(logs, '{ $.detail.status = "Failed" }')
    put_alarm(aws)
    assert alarm_state(aws) == "INSUFFICIENT_DATA"
    write(logs, "a", FAILED)
    assert alarm_state(aws) == "OK"
    write(logs, "a", FAILED, start=NOW + 10)
    assert alarm_state(aws) == "ALARM"


@pytest.mark.parametrize(
    ("datum", "state"),
    [
        ({"Value": 2}, "ALARM"),
        ({"Value": 1}, "OK"),
        ({"Values": [0.5, 1], "Counts": [2, 1]}, "ALARM"),
        ({"Values": [0.5, 1]}, "OK"),
        ({"StatisticValues": {"Sum": 2, "SampleCount": 4, "Minimum": 0, "Maximum": 1}}, "ALARM"),
        ({"Value": 2, "Timestamp": datetime.datetime.fromtimestamp(NOW / 1000 - 900, datetime.UTC)}, "OK"),
        ({"Value": 2, "Timestamp": datetime.datetime.fromtimestamp(NOW / 1000, datetime.UTC)}, "ALARM"),
    ],
)
def test_an_alarm_follows_data_of_every_form(aws: Aws, logs: t.Any, datum: dict[str, t.Any], state: str) -> None:
    aws.client("cloudwatch").put_metric_data(Namespace="Run", MetricData=[{"MetricName": "Failed", **datum}])
    put_alarm(aws)
    assert alarm_state(aws) == state


def test_an_alarm_that_is_changed_keeps_its_state(aws: Aws, logs: t.Any) -> None:
    put_alarm(aws)
    aws.client("cloudwatch").set_alarm_state(AlarmName="failures", StateValue="ALARM", StateReason="test")
    put_alarm(aws, Threshold=3)
    assert alarm_state(aws) == "ALARM"


def test_an_alarm_of_other_dimensions_stays(aws: Aws, logs: t.Any) -> None:
    put_filter(logs, "ERROR")
    put_alarm(aws, Threshold=1, Dimensions=[{"Name": "Document", "Value": "D"}])
    write(logs, "a", "ERROR")
    assert alarm_state(aws) == "INSUFFICIENT_DATA"


def test_the_account_is_the_sandbox_s(aws: Aws, logs: t.Any) -> None:
    assert group_of(logs)["arn"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}:*"


def test_a_log_group_of_another_class_has_no_metric_filters(aws: Aws) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/rare", logGroupClass="INFREQUENT_ACCESS")
    transformation = {"metricName": "M", "metricNamespace": "N", "metricValue": "1"}
    with pytest.raises(ClientError, match="InvalidOperationException"):
        logs.put_metric_filter(
            logGroupName="/rare", filterName="f", filterPattern="x", metricTransformations=[transformation]
        )
