# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module event_delivery_policy from its arguments to its result, on answers written down."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import event_delivery_policy

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/events"
RULE = "arn:aws:events:us-east-1:123456789012:rule/r"
ALARMS = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"
CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ops"}
FOREIGN = {"Sid": "Other", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


def statement(action: str, resource: str) -> dict[str, t.Any]:
    return {
        "Sid": "EventRulesDeliver",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": [RULE]}},
    }


SEND = statement("sqs:SendMessage", QUEUE)
PUBLISH = statement("sns:Publish", TOPIC)


def policy(*statements: t.Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        stubs.answer("sts", "get_caller_identity", CALLER)
        return run_module(event_delivery_policy.main, options, capsys, check=check)

    return run_it


def queue_found(stubs: StubbedClients, text: str) -> None:
    stubs.answer("sqs", "get_queue_url", {"QueueUrl": URL}, {"QueueName": "events"})
    attributes = {"Attributes": {"Policy": text}} if text else {}
    stubs.answer(
        "sqs", "get_queue_attributes", attributes, {"QueueUrl": URL, "AttributeNames": ["Policy", "KmsMasterKeyId"]}
    )


def topic_found(stubs: StubbedClients, text: str) -> None:
    stubs.answer("sns", "get_topic_attributes", {"Attributes": {"Policy": text}}, {"TopicArn": TOPIC})


@pytest.mark.parametrize("key", ["alias/aws/sqs", "arn:aws:kms:us-east-1:123456789012:alias/aws/sqs"])
@pytest.mark.parametrize("check", [True, False])
def test_a_queue_with_the_key_of_aws_is_refused_as_nothing_arrives(
    run: Run, stubs: StubbedClients, key: str, check: bool
) -> None:
    stubs.answer("sqs", "get_queue_url", {"QueueUrl": URL})
    stubs.answer("sqs", "get_queue_attributes", {"Attributes": {"KmsMasterKeyId": key}})
    refused = run(check=check, queue="events", rules=["r"])["msg"]
    assert "queue: 'events' is encrypted with alias/aws/sqs, which EventBridge and CloudWatch cannot use" in refused


@pytest.mark.parametrize("options", [{"rules": ["r"]}, {"cloudwatch_alarms": True}])
def test_a_topic_with_the_key_of_aws_is_refused_as_nothing_arrives(
    run: Run, stubs: StubbedClients, options: dict[str, t.Any]
) -> None:
    attributes = {"Policy": policy(FOREIGN), "KmsMasterKeyId": "alias/aws/sns"}
    stubs.answer("sns", "get_topic_attributes", {"Attributes": attributes})
    assert "topic: 'events' is encrypted with alias/aws/sns" in run(topic="events", **options)["msg"]


def queue_is_set(stubs: StubbedClients, text: str) -> None:
    stubs.answer("sqs", "set_queue_attributes", expected={"QueueUrl": URL, "Attributes": {"Policy": text}})


@pytest.mark.parametrize("name", ["events", QUEUE])
def test_lets_a_rule_send_to_a_queue(run: Run, stubs: StubbedClients, name: str) -> None:
    queue_found(stubs, policy(FOREIGN))
    queue_is_set(stubs, policy(FOREIGN, SEND))
    result = run(queue=name, rules=["r"])
    assert result["changed"]
    assert result["delivery_policy"] == {
        "resource_arn": QUEUE,
        "rules": [RULE],
        "cloudwatch_alarms": False,
        "policy_document": json.loads(policy(FOREIGN, SEND)),
    }
    assert result["diff"]["before"]["policy_document"] == json.loads(policy(FOREIGN))


def test_check_mode_says_the_same_and_sets_nothing(run: Run, stubs: StubbedClients) -> None:
    queue_found(stubs, "")
    checked = run(check=True, queue="events", rules=["r"])
    queue_found(stubs, "")
    queue_is_set(stubs, policy(SEND))
    assert run(queue="events", rules=["r"]) == checked
    assert checked["changed"]


def test_what_is_let_in_is_left(run: Run, stubs: StubbedClients) -> None:
    queue_found(stubs, policy(SEND, FOREIGN))
    assert not run(queue="events", rules=["r"])["changed"]


def test_lets_rules_and_alarms_publish_to_a_topic(run: Run, stubs: StubbedClients) -> None:
    alarms = PUBLISH | {
        "Sid": "AlarmsPublish",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {"ArnLike": {"aws:SourceArn": ALARMS}},
    }
    topic_found(stubs, policy(FOREIGN))
    stubs.answer(
        "sns",
        "set_topic_attributes",
        expected={
            "TopicArn": TOPIC,
            "AttributeName": "Policy",
            "AttributeValue": policy(FOREIGN, PUBLISH, alarms),
        },
    )
    result = run(topic="events", rules=["r"], cloudwatch_alarms=True)
    assert result["delivery_policy"]["cloudwatch_alarms"]
    assert result["delivery_policy"]["rules"] == [RULE]


def test_takes_the_last_statement_out_of_a_queue(run: Run, stubs: StubbedClients) -> None:
    queue_found(stubs, policy(SEND))
    queue_is_set(stubs, "")
    result = run(queue="events", rules=["r"], state="absent")
    assert result["changed"]
    assert result["delivery_policy"]["policy_document"] is None
    assert result["diff"]["before"]["rules"] == [RULE]


def test_a_queue_that_is_not_there_is_refused(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sqs", "get_queue_url", NO_QUEUE)
    result = run(queue="events", rules=["r"])
    assert result["failed"]
    assert result["msg"].startswith("queue: there is no queue 'events'")


def test_in_check_mode_it_need_not_be_there(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sqs", "get_queue_url", NO_QUEUE)
    result = run(check=True, queue="events", rules=["r"])
    assert result["changed"]
    assert result["diff"]["before"] == {}
    assert result["delivery_policy"]["policy_document"] == json.loads(policy(SEND))
    stubs.fail("sns", "get_topic_attributes", "NotFound")
    sids = [
        item["Sid"]
        for item in run(check=True, topic="events", rules=["r"])["delivery_policy"]["policy_document"]["Statement"]
    ]
    assert sids == ["__default_statement_ID", "EventRulesDeliver"]


def test_absent_from_what_is_not_there_is_no_change(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sqs", "get_queue_url", NO_QUEUE)
    result = run(queue="events", state="absent")
    assert not result["changed"]
    assert "delivery_policy" not in result


def test_a_queue_of_another_account_is_not_asked_for(run: Run) -> None:
    result = run(queue=QUEUE.replace("123456789012", "210987654321"), rules=["r"])
    assert result["failed"]
    assert "allowed is a queue of account 123456789012 in us-east-1" in result["msg"]


KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
USE_KEY = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}


def queue_with_key(stubs: StubbedClients, alias: str, *statements: t.Any) -> None:
    """The next look finds a queue that lets the rule send, and has a key with these statements, by an alias."""
    stubs.answer("sqs", "get_queue_url", {"QueueUrl": URL})
    attributes = {"Policy": policy(SEND), "KmsMasterKeyId": alias}
    stubs.answer("sqs", "get_queue_attributes", {"Attributes": attributes})
    stubs.answer("kms", "describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": KEY}}, {"KeyId": alias})
    stubs.answer("kms", "get_key_policy", {"Policy": policy(*statements)}, {"KeyId": KEY, "PolicyName": "default"})


def test_a_key_that_lets_eventbridge_in_is_no_warning(run: Run, stubs: StubbedClients) -> None:
    queue_with_key(stubs, "alias/good", USE_KEY)
    result = run(queue="events", rules=["r"])
    assert not result["changed"]
    assert "alias/good" not in str(result.get("warnings"))


@pytest.mark.parametrize("check", [True, False])
def test_a_key_that_keeps_eventbridge_out_is_told(run: Run, stubs: StubbedClients, check: bool) -> None:
    queue_with_key(stubs, "alias/events")
    warning = run(check=check, queue="events", rules=["r"])["warnings"]
    assert "key alias/events of the queue events has a policy that does not let events.amazonaws.com call" in str(
        warning
    )


def test_a_key_whose_policy_may_not_be_read_is_told(run: Run, stubs: StubbedClients) -> None:
    attributes = {"Policy": policy(FOREIGN), "KmsMasterKeyId": "alias/events"}
    stubs.answer("sns", "get_topic_attributes", {"Attributes": attributes})
    stubs.answer("sns", "set_topic_attributes")
    stubs.fail("kms", "describe_key", "AccessDeniedException", "no")
    warning = run(topic="events", cloudwatch_alarms=True)["warnings"]
    assert "was not checked, as its policy could not be read" in str(warning)
    assert "unless it lets cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey" in str(warning)
