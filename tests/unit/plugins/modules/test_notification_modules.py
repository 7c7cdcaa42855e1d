# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules sns_topic and sqs_queue from their arguments to their results, on answers written down."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import sns_topic, sqs_queue

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/events"
RULE = "arn:aws:events:us-east-1:123456789012:rule/r"
CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ops"}
MAIL = {"protocol": "email", "endpoint": "ops@example.com"}


def policy(action: str, resource: str, *rules: str) -> str:
    statement = {
        "Sid": "EventRulesDeliver",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": list(rules)}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> Run:
    def run_it(module: t.Any, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        stubs.answer("sts", "get_caller_identity", CALLER)
        return run_module(module.main, {"name": "events", **options}, capsys, check=check)

    return run_it


def topic_found(stubs: StubbedClients, *subscriptions: tuple[str, str, str], **attributes: str) -> None:
    stubs.answer("sns", "get_topic_attributes", {"Attributes": {"TopicArn": TOPIC, **attributes}}, {"TopicArn": TOPIC})
    stubs.answer("sns", "list_tags_for_resource", {"Tags": [{"Key": "Team", "Value": "x"}]})
    listed = [
        {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}
        for protocol, endpoint, arn in subscriptions
    ]
    for number, one in enumerate(listed):
        stubs.answer("sns", "list_subscriptions_by_topic", {"Subscriptions": [one], "NextToken": str(number)})
    stubs.answer("sns", "list_subscriptions_by_topic", {"Subscriptions": []})


def queue_found(stubs: StubbedClients, **attributes: str) -> None:
    stubs.answer("sqs", "get_queue_url", {"QueueUrl": URL}, {"QueueName": "events"})
    everything = {"MessageRetentionPeriod": "345600", "VisibilityTimeout": "30", **attributes}
    stubs.answer("sqs", "get_queue_attributes", {"Attributes": everything})
    stubs.answer("sqs", "list_queue_tags", {"Tags": {"Team": "x"}})


def test_makes_a_topic(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFound")
    attributes = {"DisplayName": "Ops", "Policy": policy("sns:Publish", TOPIC, RULE)}
    created = {"Name": "events", "Attributes": attributes, "Tags": [{"Key": "Team", "Value": "x"}]}
    stubs.answer("sns", "create_topic", {"TopicArn": TOPIC}, created)
    stubs.answer(
        "sns",
        "subscribe",
        {"SubscriptionArn": "pending confirmation"},
        {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "ops@example.com"},
    )
    result = run(sns_topic, display_name="Ops", event_rules=["r"], subscriptions=[MAIL, MAIL], tags={"Team": "x"})
    assert result["changed"]
    assert result["topic"]["subscriptions"] == [MAIL | {"subscription_arn": None}]
    assert result["topic"]["policy"] == json.loads(attributes["Policy"])


def test_a_topic_in_check_mode_is_as_it_would_be(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFound")
    checked = run(sns_topic, check=True, event_rules=["r"], subscriptions=[MAIL], tags={"Team": "x"})
    topic_found(stubs, ("email", "ops@example.com", "PendingConfirmation"), Policy=policy("sns:Publish", TOPIC, RULE))
    done = run(sns_topic, event_rules=["r"], subscriptions=[MAIL], tags={"Team": "x"})
    assert checked["changed"]
    assert not done["changed"]
    assert checked["topic"] == done["topic"]


def test_changes_a_topic(run: Run, stubs: StubbedClients) -> None:
    topic_found(
        stubs,
        ("sqs", QUEUE, f"{TOPIC}:1"),
        ("email", "old@example.com", "PendingConfirmation"),
        DisplayName="Old",
        KmsMasterKeyId="alias/k",
    )
    stubs.answer(
        "sns",
        "set_topic_attributes",
        expected={"TopicArn": TOPIC, "AttributeName": "KmsMasterKeyId", "AttributeValue": ""},
    )
    stubs.answer("sns", "untag_resource", expected={"ResourceArn": TOPIC, "TagKeys": ["Team"]})
    stubs.answer("sns", "tag_resource", expected={"ResourceArn": TOPIC, "Tags": [{"Key": "Owner", "Value": "y"}]})
    stubs.answer("sns", "subscribe", {"SubscriptionArn": "pending confirmation"})
    stubs.answer("sns", "unsubscribe", expected={"SubscriptionArn": f"{TOPIC}:1"})
    result = run(sns_topic, kms_master_key_id="", subscriptions=[MAIL], purge_subscriptions=True, tags={"Owner": "y"})
    assert result["changed"]
    assert result["topic"]["display_name"] == "Old"
    assert result["topic"]["kms_master_key_id"] is None
    # A subscription that waits for consent has no ARN to end it by.
    assert [item["endpoint"] for item in result["topic"]["subscriptions"]] == ["old@example.com", "ops@example.com"]


def test_makes_a_queue(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sqs", "get_queue_url", "AWS.SimpleQueueService.NonExistentQueue")
    attributes = {"VisibilityTimeout": "60", "Policy": policy("sqs:SendMessage", QUEUE, RULE)}
    created = {"QueueName": "events", "Attributes": attributes, "tags": {"Team": "x"}}
    stubs.answer("sqs", "create_queue", {"QueueUrl": URL}, created)
    result = run(sqs_queue, visibility_timeout=60, event_rules=["r"], kms_master_key_id="", tags={"Team": "x"})
    assert result["changed"]
    assert result["queue"] == {
        "name": "events",
        "queue_arn": QUEUE,
        "queue_url": URL,
        "message_retention_period": 345_600,
        "visibility_timeout": 60,
        "kms_master_key_id": None,
        "policy": json.loads(attributes["Policy"]),
        "tags": {"Team": "x"},
    }


def test_a_queue_in_check_mode_is_as_it_would_be(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sqs", "get_queue_url", "QueueDoesNotExist")
    checked = run(sqs_queue, check=True, event_rules=["r"], tags={"Team": "x"})
    queue_found(stubs, Policy=policy("sqs:SendMessage", QUEUE, RULE))
    done = run(sqs_queue, event_rules=["r"], tags={"Team": "x"})
    assert checked["changed"]
    assert not done["changed"]
    assert checked["queue"] | {"queue_url": URL} == done["queue"]


def test_changes_a_queue(run: Run, stubs: StubbedClients) -> None:
    queue_found(stubs, Policy=policy("sqs:SendMessage", QUEUE, RULE), KmsMasterKeyId="alias/k")
    changed = {"MessageRetentionPeriod": "60", "Policy": ""}
    stubs.answer("sqs", "set_queue_attributes", expected={"QueueUrl": URL, "Attributes": changed})
    stubs.answer("sqs", "untag_queue", expected={"QueueUrl": URL, "TagKeys": ["Team"]})
    stubs.answer("sqs", "tag_queue", expected={"QueueUrl": URL, "Tags": {"Owner": "y"}})
    result = run(sqs_queue, message_retention_period=60, event_rules=[], tags={"Owner": "y"})
    assert result["queue"]["policy"] is None
    assert result["queue"]["kms_master_key_id"] == "alias/k"
    assert result["queue"]["message_retention_period"] == 60


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("module", "key"), [(sns_topic, "topic"), (sqs_queue, "queue")])
def test_absent(run: Run, stubs: StubbedClients, module: t.Any, key: str, check: bool) -> None:
    if module is sns_topic:
        topic_found(stubs)
    else:
        queue_found(stubs)
    if not check:
        stubs.answer(*(("sns", "delete_topic") if module is sns_topic else ("sqs", "delete_queue")))
    result = run(module, state="absent", check=check)
    assert result["changed"]
    assert key not in result
    assert result["diff"]["before"]["name"] == "events"


def test_absent_of_none_is_no_change(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFoundException")
    assert not run(sns_topic, state="absent")["changed"]
    stubs.fail("sqs", "get_queue_url", "QueueDoesNotExist")
    assert not run(sqs_queue, state="absent")["changed"]
