# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module sns_topic from its arguments to its result, on answers written down."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import sns_topic

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

MARK = {"Key": "ssmops:made-by", "Value": "ssmops.run_command.sns_topic"}
TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
CALLER = {"UserId": "u", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ops"}
MAIL = {"protocol": "email", "endpoint": "ops@example.com"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        stubs.answer("sts", "get_caller_identity", CALLER)
        return run_module(sns_topic.main, {"name": "events", **options}, capsys, check=check)

    return run_it


def topic_found(
    stubs: StubbedClients, *subscriptions: tuple[str, str, str], own: bool = True, **attributes: str
) -> None:
    stubs.answer("sns", "get_topic_attributes", {"Attributes": {"TopicArn": TOPIC, **attributes}}, {"TopicArn": TOPIC})
    stubs.answer("sns", "list_tags_for_resource", {"Tags": [{"Key": "Team", "Value": "x"}, *([MARK] if own else [])]})
    listed = [
        {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}
        for protocol, endpoint, arn in subscriptions
    ]
    for number, one in enumerate(listed):
        stubs.answer("sns", "list_subscriptions_by_topic", {"Subscriptions": [one], "NextToken": str(number)})
    stubs.answer("sns", "list_subscriptions_by_topic", {"Subscriptions": []})


def test_makes_a_topic(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFound")
    created = {"Name": "events", "Attributes": {"DisplayName": "Ops"}, "Tags": [{"Key": "Team", "Value": "x"}, MARK]}
    stubs.answer("sns", "create_topic", {"TopicArn": TOPIC}, created)
    stubs.answer(
        "sns",
        "subscribe",
        {"SubscriptionArn": "pending confirmation"},
        {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "ops@example.com"},
    )
    result = run(display_name="Ops", subscriptions=[MAIL, MAIL], tags={"Team": "x"})
    assert result["changed"]
    assert result["topic"]["subscriptions"] == [MAIL | {"subscription_arn": None}]


def test_a_topic_in_check_mode_is_as_it_would_be(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFound")
    checked = run(check=True, subscriptions=[MAIL], tags={"Team": "x"})
    topic_found(stubs, ("email", "ops@example.com", "PendingConfirmation"))
    done = run(subscriptions=[MAIL], tags={"Team": "x"})
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
    joining = {"TopicArn": TOPIC, "Protocol": MAIL["protocol"], "Endpoint": MAIL["endpoint"]}
    stubs.answer("sns", "subscribe", {"SubscriptionArn": "pending confirmation"}, joining)
    stubs.answer("sns", "unsubscribe", expected={"SubscriptionArn": f"{TOPIC}:1"})
    result = run(kms_master_key_id="", subscriptions=[MAIL], purge_subscriptions=True, tags={"Owner": "y"})
    assert result["changed"]
    assert result["topic"]["display_name"] == "Old"
    assert result["topic"]["kms_master_key_id"] is None
    # A subscription that waits for consent has no ARN to end it by.
    assert [item["endpoint"] for item in result["topic"]["subscriptions"]] == ["old@example.com", "ops@example.com"]


def test_a_masked_password_is_the_same_subscription_and_never_shown(run: Run, stubs: StubbedClients) -> None:
    hook = {"protocol": "https", "endpoint": "https://ops:secret@example.com/hook?a=b:c@d"}
    shown = "https://ops:****@example.com/hook?a=b:c@d"
    topic_found(stubs, ("https", shown, f"{TOPIC}:1"))
    assert not run(subscriptions=[hook], purge_subscriptions=True)["changed"]
    topic_found(stubs)
    joining = {"TopicArn": TOPIC, "Protocol": "https", "Endpoint": hook["endpoint"]}
    stubs.answer("sns", "subscribe", {"SubscriptionArn": "pending confirmation"}, joining)
    joined = run(subscriptions=[hook])
    assert [item["endpoint"] for item in joined["topic"]["subscriptions"]] == [shown]
    assert "secret" not in str({**joined, "invocation": None})


@pytest.mark.parametrize("check", [True, False])
def test_absent(run: Run, stubs: StubbedClients, check: bool) -> None:
    topic_found(stubs)
    if not check:
        stubs.answer("sns", "delete_topic", expected={"TopicArn": TOPIC})
    result = run(state="absent", check=check)
    assert result["changed"]
    assert "topic" not in result
    assert result["diff"]["before"]["name"] == "events"


def test_a_topic_of_others_is_refused_by_name_adopted_or_kept(run: Run, stubs: StubbedClients) -> None:
    topic_found(stubs, own=False)
    assert run(display_name="Ops")["msg"].startswith(
        "name: the topic events was not made by this collection; set adopt"
    )
    topic_found(stubs, own=False)
    assert "the topic events was not made by this collection; set force" in run(state="absent")["msg"]
    topic_found(stubs, own=False)
    stubs.answer("sns", "tag_resource", expected={"ResourceArn": TOPIC, "Tags": [{"Key": "Owner", "Value": "y"}]})
    assert run(tags={"Owner": "y"}, adopt=True)["topic"]["tags"] == {"Team": "x", "Owner": "y"}
    topic_found(stubs, own=False)
    kept = run(state="absent", adopt=True)
    assert not kept["changed"]
    assert "Kept the topic events" in str(kept["warnings"])


def test_absent_of_none_is_no_change(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("sns", "get_topic_attributes", "NotFoundException")
    assert not run(state="absent")["changed"]
