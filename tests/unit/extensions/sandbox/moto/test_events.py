# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge: which events reach which targets, and as what."""

from __future__ import annotations

import json
import re
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.moto import corrections
from moto.backends import get_backend

from .conftest import ACCOUNT, REGION, Aws, events_may

PATTERN = {"source": ["test"]}
GROUP = "/aws/events/commands"
GROUP_ARN = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"
NODE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
DOCUMENT = f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/rule"
RUN = {
    "Arn": DOCUMENT,
    "RoleArn": ROLE,
    "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:Role", "Values": ["web"]}]},
}


def bodies(aws: Aws, url: str) -> list[t.Any]:
    """The messages of a queue, parsed."""
    return [json.loads(message["Body"]) for message in aws.messages(url)]


def log_group(aws: Aws, policy: dict[str, t.Any] | None) -> None:
    """A log group, and the resource policy that lets EventBridge write to it."""
    aws.client("logs").create_log_group(logGroupName=GROUP)
    if policy:
        aws.client("logs").put_resource_policy(policyName="events", policyDocument=json.dumps(policy))


def logged(aws: Aws) -> list[t.Any]:
    """The messages of the log group, parsed."""
    events = aws.client("logs").filter_log_events(logGroupName=GROUP)["events"]
    return [json.loads(event["message"]) for event in events]


def test_an_event_has_aws_s_fields(aws: Aws) -> None:
    url, arn = aws.queue("q")
    aws.rule(PATTERN, {"Arn": arn})
    entry = aws.put({"status": "Failed"}, Resources=[NODE], Time=1_767_225_600)
    (event,) = bodies(aws, url)
    assert event == {
        "version": "0",
        "id": entry["EventId"],
        "detail-type": "T",
        "source": "test",
        "account": ACCOUNT,
        "time": "2026-01-01T00:00:00Z",
        "region": REGION,
        "resources": [NODE],
        "detail": {"status": "Failed"},
    }


def test_an_event_of_aws_s_own(aws: Aws) -> None:
    url, arn = aws.queue("q")
    aws.rule({"source": ["aws.ssm"], "detail": {"status": ["Failed"]}}, {"Arn": arn})
    for status in ("Success", "Failed"):
        corrections.put_aws_event("EC2 Command Status-change Notification", {"status": status}, [NODE], REGION)
    corrections.put_aws_event("T", {"status": "Failed"}, [], "eu-west-1")
    (event,) = bodies(aws, url)
    assert (event["source"], event["account"], event["region"]) == ("aws.ssm", ACCOUNT, REGION)
    assert (event["resources"], event["detail"]) == ([NODE], {"status": "Failed"})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["time"])


@pytest.mark.parametrize("change", ["disable_rule", "schedule"])
def test_who_gets_no_event(aws: Aws, change: str) -> None:
    url, arn = aws.queue("q")
    events = aws.client("events")
    if change == "schedule":
        events.put_rule(Name="rule", ScheduleExpression="rate(1 hour)")
        events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn}])
    else:
        aws.rule(PATTERN, {"Arn": arn})
        events.disable_rule(Name="rule")
    assert "EventId" in aws.put({})
    assert bodies(aws, url) == []


INPUTS: list[tuple[str, dict[str, t.Any], t.Any]] = [
    ("constant", {"Input": '{"a": [1]}'}, {"a": [1]}),
    ("path", {"InputPath": "$.detail.status"}, "Failed"),
    ("path of an object", {"InputPath": "$.detail.inner"}, {"x": 1}),
    (
        "template",
        {"InputTransformer": {"InputPathsMap": {"s": "$.detail.status"}, "InputTemplate": '{"is": <s>}'}},
        {"is": "Failed"},
    ),
    (
        "template in a text",
        {"InputTransformer": {"InputPathsMap": {"s": "$.detail.status"}, "InputTemplate": '{"is": "it <s>!"}'}},
        {"is": "it Failed!"},
    ),
    (
        "template of an object",
        {"InputTransformer": {"InputPathsMap": {"i": "$.detail.inner"}, "InputTemplate": '{"in": <i>}'}},
        {"in": {"x": 1}},
    ),
    (
        "template of a text",
        {"InputTransformer": {"InputPathsMap": {"s": "$.detail.status"}, "InputTemplate": '"was <s>"'}},
        "was Failed",
    ),
    (
        "quotes in a value",
        {"InputTransformer": {"InputPathsMap": {"q": "$.detail.quoted"}, "InputTemplate": '{"q": "<q>"}'}},
        {"q": 'say "hi"'},
    ),
    (
        "an element",
        {"InputTransformer": {"InputPathsMap": {"r": "$.resources[0]"}, "InputTemplate": '{"node": <r>}'}},
        {"node": NODE},
    ),
    (
        "a missing value",
        {"InputTransformer": {"InputPathsMap": {"m": "$.detail.missing"}, "InputTemplate": '{"m": <m>}'}},
        {"m": ""},
    ),
    (
        "the rule",
        {"InputTransformer": {"InputPathsMap": {}, "InputTemplate": '{"rule": "<aws.events.rule-name>"}'}},
        {"rule": "rule"},
    ),
]


@pytest.mark.parametrize(("target", "body"), [pytest.param(*row[1:], id=row[0]) for row in INPUTS])
def test_what_a_target_gets(aws: Aws, target: dict[str, t.Any], body: t.Any) -> None:
    url, arn = aws.queue("q")
    aws.rule(PATTERN, {"Arn": arn, **target})
    aws.put({"status": "Failed", "inner": {"x": 1}, "quoted": 'say "hi"'}, Resources=[NODE])
    assert bodies(aws, url) == [body]


def test_a_topic_is_a_target(aws: Aws) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    url, queue_arn = aws.queue("q", policy={"Version": "2012-10-17", "Statement": []})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(events_may("sns:Publish", topic))
    )
    transformer = {"InputPathsMap": {"s": "$.detail.status"}, "InputTemplate": '"a command ended: <s>"'}
    aws.rule(PATTERN, {"Arn": topic}, {"Arn": topic, "InputTransformer": transformer})
    aws.put({"status": "Failed"})
    whole, text = (body["Message"] for body in bodies(aws, url))
    assert json.loads(whole)["detail"] == {"status": "Failed"}
    assert text == "a command ended: Failed"


def test_a_log_group_is_a_target(aws: Aws) -> None:
    log_group(aws, events_may(["logs:CreateLogStream", "logs:PutLogEvents"], f"{GROUP_ARN}:*"))
    aws.rule(PATTERN, {"Arn": GROUP_ARN})
    aws.put({"status": "Failed"})
    (event,) = logged(aws)
    assert event["detail"] == {"status": "Failed"}


PUT_ONLY = events_may("logs:PutLogEvents", f"{GROUP_ARN}:*")
ANOTHER_RULE = events_may(
    "logs:*", "*", Condition={"ArnEquals": {"aws:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/other"}}
)
ANOTHER_SERVICE = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"}, "Action": "*", "Resource": "*"}]
}


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(None, id="none"),
        pytest.param(PUT_ONLY, id="no stream may be made"),
        pytest.param(ANOTHER_RULE, id="another rule"),
        pytest.param(ANOTHER_SERVICE, id="another service"),
    ],
)
def test_a_log_group_must_let_events_in(aws: Aws, policy: dict[str, t.Any] | None) -> None:
    log_group(aws, policy)
    url, dead = aws.queue("dead")
    aws.rule(
        PATTERN, {"Arn": GROUP_ARN, "DeadLetterConfig": {"Arn": dead}, "Input": '{"timestamp": 1, "message": "secret"}'}
    )
    aws.put({"status": "Failed"})
    assert logged(aws) == []
    (letter,) = aws.messages(url)
    assert json.loads(letter["Body"])["detail"] == {"status": "Failed"}
    texts = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert texts.pop("ERROR_MESSAGE")
    assert texts == {
        "ERROR_CODE": "NO_PERMISSIONS",
        "RULE_ARN": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/rule",
        "TARGET_ARN": GROUP_ARN,
    }


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:none", "RESOURCE_NOT_FOUND"),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:none", "RESOURCE_NOT_FOUND"),
        (f"{GROUP_ARN}-none", "RESOURCE_NOT_FOUND"),
        ("arn:aws:sqs:nowhere:1:q", "RESOURCE_NOT_FOUND"),
        ("arn:aws:lambda:us-east-1:123456789012:function:f", "SDK_CLIENT_ERROR"),
    ],
)
def test_a_target_that_is_not_there(aws: Aws, target: str, code: str) -> None:
    url, dead = aws.queue("dead")
    other_url, other = aws.queue("other")
    aws.rule(PATTERN, {"Arn": target, "DeadLetterConfig": {"Arn": dead}}, {"Arn": other})
    assert "EventId" in aws.put({})
    (letter,) = aws.messages(url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == code
    assert len(bodies(aws, other_url)) == 1


@pytest.mark.parametrize("dead", ["arn:aws:sqs:nowhere:1:q", f"arn:aws:sqs:{REGION}:{ACCOUNT}:none", "rubbish"])
def test_a_dead_letter_queue_that_is_not_there_breaks_nothing(aws: Aws, dead: str) -> None:
    other_url, other = aws.queue("other")
    missing = f"arn:aws:sqs:{REGION}:{ACCOUNT}:missing"
    aws.rule(PATTERN, {"Arn": missing, "DeadLetterConfig": {"Arn": dead}}, {"Arn": other})
    assert "EventId" in aws.put({})
    assert len(bodies(aws, other_url)) == 1


def test_a_queue_must_let_the_rule_in(aws: Aws) -> None:
    allowed = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/mine"
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    url, _arn = aws.queue("q", events_may("sqs:SendMessage", arn, Condition={"ArnEquals": {"aws:SourceArn": allowed}}))
    aws.rule(PATTERN, {"Arn": arn}, name="mine")
    aws.rule(PATTERN, {"Arn": arn}, name="other")
    aws.put({})
    assert len(aws.messages(url)) == 1


@pytest.mark.parametrize(
    ("more", "parameters"),
    [
        ({}, {}),
        ({"Input": '{"commands": ["uptime"]}'}, {"commands": ["uptime"]}),
        (
            {"Input": '{"commands": "uptime", "executionTimeout": 60}'},
            {"commands": ["uptime"], "executionTimeout": ["60"]},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"commands": ["echo <n>"]}'}},
            {"commands": ["echo 5"]},
        ),
    ],
)
def test_a_command_is_a_target(aws: Aws, more: dict[str, t.Any], parameters: dict[str, t.Any]) -> None:
    aws.rule(PATTERN, {**RUN, **more})
    aws.put({"n": 5})
    assert aws.commands == [(DOCUMENT, [{"Key": "tag:Role", "Values": ["web"]}], parameters, ROLE, REGION)]


def test_an_input_that_is_no_object_runs_nothing(aws: Aws) -> None:
    url, dead = aws.queue("dead")
    aws.rule(PATTERN, {**RUN, "InputPath": "$.detail.list", "DeadLetterConfig": {"Arn": dead}})
    aws.put({"list": ["uptime"]})
    assert aws.commands == []
    assert len(aws.messages(url)) == 1


def test_another_bus_still_gets_events(aws: Aws) -> None:
    events = aws.client("events")
    bus = events.create_event_bus(Name="other")["EventBusArn"]
    url, arn = aws.queue("q")
    events.put_rule(Name="there", EventBusName="other", EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule="there", EventBusName="other", Targets=[{"Id": "1", "Arn": arn}])
    aws.rule(PATTERN, {"Arn": bus})
    aws.put({"status": "Failed"})
    (event,) = bodies(aws, url)
    assert event["detail"] == {"status": "Failed"}


WRONG_TARGETS: list[tuple[str, list[dict[str, t.Any]], str]] = [
    ("too many", [{"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}] * 6, "LimitExceededException"),
    ("no ARN", [{"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}, {"Arn": "q"}], "ValidationException"),
    ("half an ARN", [{"Arn": "arn:aws"}], "ValidationException"),
    ("two inputs", [{"Arn": GROUP_ARN, "Input": "{}", "InputPath": "$.a"}], "ValidationException"),
    ("command without a role", [{**RUN, "RoleArn": ""}], "ValidationException"),
    ("stream without a role", [{"Arn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s"}], "ValidationException"),
    ("command without targets", [{"Arn": DOCUMENT, "RoleArn": ROLE}], "ValidationException"),
    (
        "command with another key",
        [{**RUN, "RunCommandParameters": {"RunCommandTargets": [{"Key": "Name", "Values": ["a"]}]}}],
        "ValidationException",
    ),
    (
        "command with too many values",
        [{**RUN, "RunCommandParameters": {"RunCommandTargets": [{"Key": "InstanceIds", "Values": ["i"] * 51}]}}],
        "ValidationException",
    ),
]


@pytest.mark.parametrize(("targets", "code"), [pytest.param(*row[1:], id=row[0]) for row in WRONG_TARGETS])
def test_targets_that_are_refused(aws: Aws, targets: list[dict[str, t.Any]], code: str) -> None:
    filled = [{name: value for name, value in target.items() if value} for target in targets]
    with pytest.raises(ClientError) as caught:
        aws.rule(PATTERN, *filled)
    assert caught.value.response["Error"]["Code"] == code
    assert aws.client("events").list_targets_by_rule(Rule="rule")["Targets"] == []


@pytest.mark.parametrize("pattern", ["[]", "{}", '{"source": [{"startswith": "a"}]}', "{"])
def test_patterns_that_are_refused(aws: Aws, pattern: str) -> None:
    with pytest.raises(ClientError) as caught:
        aws.client("events").put_rule(Name="r", EventPattern=pattern)
    assert caught.value.response["Error"]["Code"] == "InvalidEventPatternException"


SCHEDULES = [
    "rate(1 day)",
    "cron(0/15 8-17 ? * MON-FRI *)",
    "cron(0 3 L * ? 2026-2030)",
    "cron(5,35 14 ? JAN,feb 2#1 *)",
]
WRONG_SCHEDULES = [
    "hourly",
    "cron(60 3 * * ? *)",
    "cron(0 3 * * * *)",
    "cron(0 3 32 * ? *)",
    "cron(0 3 ? * 8L *)",
    "cron(a/x 3 * * ? *)",
]


@pytest.mark.parametrize("schedule", [*SCHEDULES, *WRONG_SCHEDULES])
def test_schedules_that_are_none_are_refused(aws: Aws, schedule: str) -> None:
    events = aws.client("events")
    if schedule in SCHEDULES:
        events.put_rule(Name="r", ScheduleExpression=schedule)
        assert events.describe_rule(Name="r")["ScheduleExpression"] == schedule
    else:
        with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
            events.put_rule(Name="r", ScheduleExpression=schedule)


KEY_STATEMENT: dict[str, t.Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Resource": "*",
}


@pytest.mark.parametrize(
    ("statement", "delivers"),
    [
        (KEY_STATEMENT, True),
        ({**KEY_STATEMENT, "Action": "kms:Decrypt"}, False),
        ({**KEY_STATEMENT, "Condition": {"ArnLike": {"aws:SourceArn": "*"}}}, False),
        (None, False),
    ],
)
def test_a_key_must_let_eventbridge_in(aws: Aws, statement: dict[str, t.Any] | None, delivers: bool) -> None:
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    url, _arn = aws.queue("q")
    key = "alias/aws/sqs"
    if statement is not None:
        kms = aws.client("kms")
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/events", TargetKeyId=key)
        key = "alias/events"
    attributes = {"KmsMasterKeyId": key, "Policy": json.dumps(events_may("sqs:SendMessage", arn))}
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)
    aws.rule(PATTERN, {"Arn": arn})
    aws.put({"status": "Failed"})
    assert bool(bodies(aws, url)) == delivers


def test_nobody_sends_events_of_aws(aws: Aws) -> None:
    url, arn = aws.queue("q")
    aws.rule({"source": [{"prefix": ""}]}, {"Arn": arn})
    events = [{"Source": source, "DetailType": "T", "Detail": "{}"} for source in ("mine", "aws.ssm", "yours")]
    answer = aws.client("events").put_events(Entries=events)
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][1]["ErrorCode"] == "NotAuthorizedForSourceException"
    assert [body["id"] for body in bodies(aws, url)] == [answer["Entries"][number]["EventId"] for number in (0, 2)]


def test_a_pattern_can_be_tried(aws: Aws) -> None:
    event = {"id": "1", "source": "test", "account": ACCOUNT, "time": "t", "region": REGION, "detail-type": "T"}
    asked = {"EventPattern": json.dumps(PATTERN), "Event": json.dumps({**event, "resources": [], "detail": {}})}
    assert aws.client("events").test_event_pattern(**asked)["Result"] is True
    other = aws.client("events").test_event_pattern(**{**asked, "EventPattern": '{"source": ["x"]}'})
    assert other["Result"] is False
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        aws.client("events").test_event_pattern(**{**asked, "EventPattern": "[]"})


def test_a_bus_without_rules_takes_events(aws: Aws) -> None:
    corrections.put_aws_event("T", {}, [], REGION)
    assert get_backend("events")[ACCOUNT][REGION].event_buses["default"].rules == {}
