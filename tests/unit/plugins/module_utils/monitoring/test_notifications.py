# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topics and queues that rules deliver to: their policies, and what differs."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import notifications, topics
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.queues import QueueSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.topics import TopicSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

HERE = Place("aws", "us-east-1", "123456789012")
CHINA = Place("aws-cn", "cn-north-1", "123456789012")
FOREIGN = {"Sid": "Other", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
RULES = "arn:aws:events:us-east-1:123456789012:rule/"


def policy(*statements: t.Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize(
    ("spec", "values", "words"),
    [
        (TopicSpec, {"name": "a.b"}, ["name: 'a.b'", "1 to 256"]),
        (TopicSpec, {"event_rules": ["a b"]}, ["event_rules: 'a b'", "1 to 64"]),
        (TopicSpec, {"subscriptions": [{"protocol": "email", "endpoint": "ops"}]}, ["subscriptions", "'ops'", "email"]),
        (TopicSpec, {"subscriptions": [{"protocol": "https", "endpoint": "http://x"}]}, ["'http://x'", "https"]),
        (TopicSpec, {"subscriptions": [{"protocol": "sqs", "endpoint": "queue"}]}, ["'queue'", "ARNs"]),
        (TopicSpec, {"subscriptions": [{"protocol": "sms", "endpoint": "0123"}]}, ["'0123'", "+"]),
        (QueueSpec, {"name": "a.fifo"}, ["name: 'a.fifo'", "1 to 80"]),
        (QueueSpec, {"message_retention_period": 59}, ["message_retention_period: 59", "60 to 1209600"]),
        (QueueSpec, {"visibility_timeout": 43_201}, ["visibility_timeout: 43201", "0 to 43200"]),
        (QueueSpec, {"event_rules": [""]}, ["event_rules: ''"]),
    ],
)
def test_refuses(spec: type[TopicSpec | QueueSpec], values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        spec(**{"name": "events", **values})
    assert all(word in str(refused.value) for word in words)


def test_takes_every_protocol_with_a_fitting_endpoint() -> None:
    endpoints = {
        "email": "ops@example.com",
        "email-json": "ops@example.com",
        "http": "http://example.com",
        "https": "https://example.com",
        "lambda": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "sms": "+491234",
        "sqs": "arn:aws:sqs:us-east-1:123456789012:q",
    }
    assert sorted(endpoints) == sorted(topics.PROTOCOLS)
    TopicSpec("events", subscriptions=[{"protocol": key, "endpoint": value} for key, value in endpoints.items()])


def test_a_queue_lets_rules_in_by_their_arns() -> None:
    attributes = QueueSpec("events", 60, 0, "alias/k", ["a", "b"]).attributes(HERE, {})
    assert {key: value for key, value in attributes.items() if key != "Policy"} == {
        "MessageRetentionPeriod": "60",
        "VisibilityTimeout": "0",
        "KmsMasterKeyId": "alias/k",
    }
    assert json.loads(attributes["Policy"])["Statement"] == [
        {
            "Sid": "EventRulesDeliver",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "arn:aws:sqs:us-east-1:123456789012:events",
            "Condition": {"ArnEquals": {"aws:SourceArn": [f"{RULES}a", f"{RULES}b"]}},
        }
    ]


def test_a_topic_lets_rules_and_alarms_in() -> None:
    attributes = TopicSpec("events", event_rules=["a"], cloudwatch_alarms=True).attributes(CHINA, {})
    rules, alarms = json.loads(attributes["Policy"])["Statement"]
    assert rules["Action"] == alarms["Action"] == "sns:Publish"
    assert rules["Resource"] == alarms["Resource"] == "arn:aws-cn:sns:cn-north-1:123456789012:events"
    assert rules["Condition"]["ArnEquals"]["aws:SourceArn"] == ["arn:aws-cn:events:cn-north-1:123456789012:rule/a"]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:*"}
    }


@pytest.mark.parametrize("spec", [TopicSpec("events"), QueueSpec("events")])
def test_what_is_not_set_is_not_asked_for(spec: TopicSpec | QueueSpec) -> None:
    assert spec.attributes(HERE, {"Policy": policy(FOREIGN)}) == {}


@pytest.mark.parametrize(
    ("current", "rules", "sids"),
    [
        (None, ["a"], ["EventRulesDeliver"]),
        (policy(FOREIGN), ["a"], ["Other", "EventRulesDeliver"]),
        (json.dumps({"Statement": FOREIGN}), ["a"], ["Other", "EventRulesDeliver"]),
        (policy(FOREIGN, {"Sid": "EventRulesDeliver"}), ["a"], ["Other", "EventRulesDeliver"]),
        (policy(FOREIGN, {"Sid": "EventRulesDeliver"}), [], ["Other"]),
    ],
)
def test_statements_of_others_are_kept(current: str | None, rules: list[str], sids: list[str]) -> None:
    there = {"Policy": current} if current else {}
    attributes = QueueSpec("events", event_rules=rules).attributes(HERE, there)
    assert [statement["Sid"] for statement in json.loads(attributes["Policy"])["Statement"]] == sids


def test_the_last_statement_takes_the_policy_with_it() -> None:
    current = {"Policy": policy({"Sid": "EventRulesDeliver"})}
    assert QueueSpec("events", event_rules=[]).attributes(HERE, current) == {"Policy": ""}


@pytest.mark.parametrize(
    ("rules_there", "rules_wanted", "is_change"),
    [
        (["a", "b"], ["b", "a"], False),
        (["a"], ["a"], False),
        (["a"], ["a", "b"], True),
        (["a"], [], True),
        ([], [], False),
    ],
)
def test_policies_are_compared_by_what_they_say(
    rules_there: list[str], rules_wanted: list[str], is_change: bool
) -> None:
    current = QueueSpec("events", event_rules=rules_there).attributes(HERE, {})
    wanted = QueueSpec("events", event_rules=rules_wanted).attributes(HERE, current)
    assert bool(notifications.attribute_change(current, wanted)) is is_change


def test_a_single_source_as_text_is_no_change() -> None:
    wanted = QueueSpec("events", event_rules=["a"]).attributes(HERE, {})
    current = {"Policy": wanted["Policy"].replace(f'["{RULES}a"]', f'"{RULES}a"')}
    assert current != wanted
    assert notifications.attribute_change(current, wanted) == {}


def test_other_attributes_are_compared_as_text() -> None:
    current = {"VisibilityTimeout": "30"}
    assert notifications.attribute_change(current, {"VisibilityTimeout": "30", "KmsMasterKeyId": ""}) == {}
    assert notifications.attribute_change(current, {"VisibilityTimeout": "31"}) == {"VisibilityTimeout": "31"}
