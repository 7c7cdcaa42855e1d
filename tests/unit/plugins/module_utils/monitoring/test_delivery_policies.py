# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may deliver to queues and topics: the statements, and that those of others are kept."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import delivery_policies as policies
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.delivery_policies import DeliverySpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

HERE = Place("aws", "us-east-1", "123456789012")
CHINA = Place("aws-cn", "cn-north-1", "123456789012")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
RULES = "arn:aws:events:us-east-1:123456789012:rule/"
FOREIGN = {"Sid": "Other", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
ALARMS = {
    "Sid": "AlarmsPublish",
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": TOPIC,
    "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"}},
}


def own(*rules: str) -> dict[str, t.Any]:
    return {
        "Sid": "EventRulesDeliver",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": [f"{RULES}{rule}" for rule in rules]}},
    }


def on_topic(*rules: str) -> dict[str, t.Any]:
    return own(*rules) | {"Action": "sns:Publish", "Resource": TOPIC}


def policy(*statements: t.Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}) if statements else ""


def statements(document: dict[str, t.Any] | None) -> list[t.Any]:
    return document["Statement"] if document else []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"queue": ""}, ["queue: ''", "its name and its ARN"]),
        ({"queue": "q" * 81}, ["queue: 'qqq"]),
        ({"queue": "a.b"}, ["queue: 'a.b'"]),
        ({"queue": TOPIC}, ["queue: 'arn:aws:sns"]),
        ({"queue": "x:y"}, ["queue: 'x:y'"]),
        ({"topic": "t" * 257}, ["topic: 'ttt"]),
        ({"topic": QUEUE}, ["topic: 'arn:aws:sqs"]),
        ({"queue": "q", "rules": ["a b"]}, ["rules: 'a b'", "1 to 64", "ARNs of rules"]),
        ({"queue": "q", "rules": [QUEUE]}, ["rules: 'arn:aws:sqs"]),
        ({"queue": "q", "rules": ["arn:aws:events:us-east-1:1:event-bus/x"]}, ["rules: 'arn:aws:events"]),
        ({"queue": "q", "cloudwatch_alarms": True}, ["cloudwatch_alarms", "allowed is a topic"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        DeliverySpec(**values)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("spec", "arn"),
    [
        (DeliverySpec(queue="events"), QUEUE),
        (DeliverySpec(queue=QUEUE), QUEUE),
        (DeliverySpec(queue="events.fifo"), f"{QUEUE}.fifo"),
        (DeliverySpec(topic="events"), TOPIC),
        (DeliverySpec(topic=TOPIC), TOPIC),
    ],
)
def test_finds_the_destination(spec: DeliverySpec, arn: str) -> None:
    assert str(spec.destination(HERE)) == arn


@pytest.mark.parametrize("arn", [QUEUE.replace("us-east-1", "eu-west-1"), QUEUE.replace("1234", "9999")])
def test_a_queue_of_somebody_else_is_refused(arn: str) -> None:
    with pytest.raises(RequestError, match=r"^queue: .* allowed is a queue of account 123456789012 in us-east-1\.$"):
        DeliverySpec(queue=arn, rules=["a"]).destination(HERE)


def test_rules_may_be_of_other_buses_and_patterns() -> None:
    spec = DeliverySpec(queue="events", rules=["a", f"{RULES}own/b", "a", f"{RULES}team-*"])
    assert spec.sources(HERE) == [f"{RULES}a", f"{RULES}own/b", f"{RULES}team-*"]


def test_a_queue_lets_rules_in_by_their_arns() -> None:
    plan = policies.plan_present(DeliverySpec(queue="events", rules=["a", "b"]), "", HERE)
    assert plan.before is None
    assert plan.after == {"Version": "2012-10-17", "Statement": [own("a", "b")]}


def test_a_topic_lets_rules_and_alarms_in() -> None:
    spec = DeliverySpec(topic="events", rules=["a"], cloudwatch_alarms=True)
    assert statements(policies.plan_present(spec, policy(FOREIGN), HERE).after) == [FOREIGN, on_topic("a"), ALARMS]


def test_in_another_partition() -> None:
    spec = DeliverySpec(topic="events", rules=["a"], cloudwatch_alarms=True)
    rules, alarms = statements(policies.plan_present(spec, "", CHINA).after)
    assert rules["Resource"] == alarms["Resource"] == "arn:aws-cn:sns:cn-north-1:123456789012:events"
    assert rules["Condition"] == {"ArnEquals": {"aws:SourceArn": ["arn:aws-cn:events:cn-north-1:123456789012:rule/a"]}}
    assert alarms["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:*"}
    }


@pytest.mark.parametrize(
    ("there", "values", "after"),
    [
        ([own("a")], {"rules": ["b"]}, [own("a", "b")]),
        ([own("a")], {"rules": ["b"], "purge_rules": True}, [own("b")]),
        ([own("a")], {"rules": []}, [own("a")]),
        ([own("a")], {"rules": [], "purge_rules": True}, []),
        ([own("a"), FOREIGN], {"rules": ["b"]}, [FOREIGN, own("a", "b")]),
        ([own("a"), FOREIGN], {"rules": [], "purge_rules": True}, [FOREIGN]),
        ([own("a"), FOREIGN], {"cloudwatch_alarms": False}, [own("a"), FOREIGN]),
        # What somebody made of the statement by hand is put right; its rules are kept.
        ([own("a") | {"Principal": "*"}], {"rules": []}, [own("a")]),
        ([own("a") | {"Condition": {"ArnLike": {"AWS:SourceArn": f"{RULES}c"}}}], {"rules": ["a"]}, [own("c", "a")]),
    ],
)
def test_present(there: list[t.Any], values: dict[str, t.Any], after: list[t.Any]) -> None:
    plan = policies.plan_present(DeliverySpec(queue="events", **values), policy(*there), HERE)
    assert statements(plan.after) == after
    assert plan.is_change is (there != after)


@pytest.mark.parametrize(
    ("there", "rules", "after"),
    [
        ([own("a", "b")], ["a"], [own("b")]),
        ([own("a", "b")], ["c"], [own("a", "b")]),
        ([own("a"), FOREIGN], ["a"], [FOREIGN]),
        ([own("a")], None, []),
        ([FOREIGN], None, [FOREIGN]),
        ([FOREIGN], ["a"], [FOREIGN]),
        ([], None, []),
    ],
)
def test_absent(there: list[t.Any], rules: list[str] | None, after: list[t.Any]) -> None:
    plan = policies.plan_absent(DeliverySpec(queue="events", rules=rules), policy(*there), HERE)
    assert statements(plan.after) == after
    assert plan.is_change is (there != after)


def test_alarms_go_by_their_own_option_and_with_everything() -> None:
    there = policy(FOREIGN, on_topic("a"), ALARMS)
    off = DeliverySpec(topic="events", cloudwatch_alarms=False)
    assert statements(policies.plan_present(off, there, HERE).after) == [FOREIGN, on_topic("a")]
    assert statements(policies.plan_absent(DeliverySpec(topic="events"), there, HERE).after) == [FOREIGN]
    some = DeliverySpec(topic="events", rules=["a"])
    assert statements(policies.plan_absent(some, there, HERE).after) == [FOREIGN, ALARMS]
    alarms = DeliverySpec(topic="events", cloudwatch_alarms=True)
    assert statements(policies.plan_absent(alarms, there, HERE).after) == [FOREIGN, on_topic("a")]
    both = DeliverySpec(topic="events", rules=["a"], cloudwatch_alarms=True)
    assert statements(policies.plan_absent(both, there, HERE).after) == [FOREIGN]
    not_alarms = DeliverySpec(topic="events", rules=["a"], cloudwatch_alarms=False)
    assert statements(policies.plan_absent(not_alarms, there, HERE).after) == [FOREIGN, ALARMS]


@pytest.mark.parametrize("operator", ["ArnEquals", "ArnLike", "StringEquals", "StringLike"])
def test_rules_are_kept_whatever_operator_lets_them_in(operator: str) -> None:
    there = own("a") | {"Condition": {operator: {"AWS:SourceArn": f"{RULES}a"}}}
    plan = policies.plan_present(DeliverySpec(queue="events", rules=["b"]), policy(there), HERE)
    assert statements(plan.after) == [own("a", "b")]


def test_rules_of_several_statements_with_the_sid_are_kept() -> None:
    plan = policies.plan_present(DeliverySpec(queue="events", rules=["c"]), policy(own("a"), FOREIGN, own("b")), HERE)
    assert statements(plan.after) == [FOREIGN, own("a", "b", "c")]


def test_a_queue_s_policy_has_at_most_twenty_statements() -> None:
    others = [FOREIGN | {"Sid": f"Other{number}"} for number in range(20)]
    spec = DeliverySpec(queue="events", rules=["a"])
    assert len(statements(policies.plan_present(spec, policy(*others[1:]), HERE).after)) == 20
    with pytest.raises(RequestError, match="would have 21 statements; allowed are at most 20"):
        policies.plan_present(spec, policy(*others), HERE)


def test_a_topic_keeps_the_policy_of_its_owner_as_its_last() -> None:
    spec = DeliverySpec(topic="events")
    plan = policies.plan_absent(spec, policy(ALARMS), HERE)
    assert plan.after == json.loads(policies.first_policy(spec, HERE))
    assert plan.after == {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [
                    "SNS:GetTopicAttributes",
                    "SNS:SetTopicAttributes",
                    "SNS:AddPermission",
                    "SNS:RemovePermission",
                    "SNS:DeleteTopic",
                    "SNS:Subscribe",
                    "SNS:ListSubscriptionsByTopic",
                    "SNS:Publish",
                ],
                "Resource": TOPIC,
                "Condition": {"StringEquals": {"AWS:SourceOwner": "123456789012"}},
            }
        ],
    }


def test_a_new_queue_has_no_policy() -> None:
    assert policies.first_policy(DeliverySpec(queue="events"), HERE) == ""


@pytest.mark.parametrize(
    "condition",
    [{"ArnEquals": {"aws:SourceArn": f"{RULES}a"}}, {"ArnEquals": {"aws:SourceArn": [f"{RULES}a"]}}],
)
@pytest.mark.parametrize("listed", [True, False])
def test_a_list_of_one_is_no_change(condition: dict[str, t.Any], listed: bool) -> None:
    statement = own("a") | {"Condition": condition}
    there = json.dumps({"Statement": [statement] if listed else statement})
    assert not policies.plan_present(DeliverySpec(queue="events", rules=["a"]), there, HERE).is_change


def test_the_order_of_rules_is_no_change() -> None:
    spec = DeliverySpec(queue="events", rules=["b", "a"], purge_rules=True)
    assert not policies.plan_present(spec, policy(own("a", "b")), HERE).is_change


@pytest.mark.parametrize(("kind", "is_refused"), [("queue", True), ("topic", False)])
def test_a_queue_has_room_for_so_much(kind: str, is_refused: bool) -> None:
    names = {kind: "events"}
    spec = DeliverySpec(names.get("queue"), names.get("topic"), rules=[f"{'r' * 50}-{number}" for number in range(100)])
    if is_refused:
        with pytest.raises(RequestError, match=r"rules: .* bytes; allowed are at most 8192"):
            policies.plan_present(spec, "", HERE)
    else:
        assert policies.plan_present(spec, "", HERE).is_change


def test_a_policy_that_is_too_long_can_be_made_shorter() -> None:
    there = policy(own(*(f"{'r' * 50}-{number}" for number in range(100))))
    assert policies.plan_absent(DeliverySpec(queue="events"), there, HERE).after is None


NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)
OTHERS = st.lists(st.sampled_from("GHIJ"), unique=True, max_size=3)


@given(OTHERS, OTHERS, NAMES, NAMES, st.booleans(), st.booleans())
def test_others_survive_and_a_second_time_is_no_change(
    first: list[str], last: list[str], there: list[str], rules: list[str], purge: bool, gone: bool
) -> None:
    before = [FOREIGN | {"Sid": f"1{sid}"} for sid in first]
    behind = [FOREIGN | {"Sid": f"2{sid}"} for sid in last]
    current = policy(*before, *([own(*there)] if there else []), *behind)
    spec = DeliverySpec(queue="events", rules=rules, purge_rules=purge)
    plan_it = policies.plan_absent if gone else policies.plan_present
    plan = plan_it(spec, current, HERE)
    assert [item for item in statements(plan.after) if item["Sid"] != "EventRulesDeliver"] == before + behind
    assert not plan_it(spec, json.dumps(plan.after) if plan.after else "", HERE).is_change
    left = {arn.removeprefix(RULES) for arn in policies.rules_of(plan.after)}
    assert left == (set(there) - set(rules) if gone else set(rules) | (set() if purge else set(there)))


@pytest.mark.parametrize(("kind", "longest"), [("queue", 80), ("topic", 256)])
def test_names_may_be_so_long(kind: str, longest: int) -> None:
    assert DeliverySpec(**t.cast("t.Any", {kind: "n" * longest})).given == "n" * longest
    assert DeliverySpec(**t.cast("t.Any", {kind: "n" * (longest - 5) + ".fifo"})).option == kind


@pytest.mark.parametrize(("spare", "is_refused"), [(0, False), (-1, True)])
def test_a_queue_s_policy_may_have_8192_bytes(spare: int, is_refused: bool) -> None:
    def length(*rules: str) -> int:
        plan = policies.plan_present(DeliverySpec(queue="events", rules=rules), "", HERE)
        return len(json.dumps(plan.after, separators=(",", ":")))

    many = [f"{RULES}{'r' * 90}-{number:02}" for number in range(50)]
    last = f"{RULES}{'r' * (1 + 8_192 - length(*many, f'{RULES}r') - spare)}"
    if is_refused:
        with pytest.raises(RequestError, match="8193 bytes"):
            length(*many, last)
    else:
        assert length(*many, last) == 8_192
