# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules: requests, and what makes one that is there the one asked for."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import RuleSpec, RuleState
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

HERE = Place("aws", "us-east-1", "123456789012")
RULE_ARN = "arn:aws:events:us-east-1:123456789012:rule/r"
MARK = {"ssmops:made-by": "ssmops.run_command.event_rule"}
PATTERN = {"source": ["aws.ssm"], "detail": {"status": ["Failed", "TimedOut"]}}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:"


def parse(**params: t.Any) -> RuleSpec:
    return RuleSpec.parse({"name": "r", "purge_tags": True, "purge_targets": False, **params})


def there(*targets: str, **fields: t.Any) -> RuleState:
    rule = {
        "Name": "r",
        "Arn": RULE_ARN,
        "EventBusName": "default",
        "State": "ENABLED",
        "EventPattern": json.dumps(PATTERN),
    }
    return RuleState(
        rule | fields, {"Team": "platform", **MARK}, [{"Id": name, "Arn": QUEUE + name} for name in targets]
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"name": "a b"}, ["name: 'a b'", "1 to 64"]),
        ({"name": "x" * 65}, ["name: "]),
        ({"description": "x" * 513}, ["description: ", "513", "512"]),
        ({"schedule_expression": "rate(1 minutes)"}, ["schedule_expression: 'rate(1 minutes)'", "rate(5 minutes)"]),
        ({"schedule_expression": "rate(5 minute)"}, ["schedule_expression"]),
        ({"schedule_expression": "rate(0 minutes)"}, ["schedule_expression"]),
        ({"schedule_expression": "cron(0 3 * * *)"}, ["schedule_expression", "six fields"]),
        ({"schedule_expression": "rate(1 day)", "event_bus_name": "own"}, ["schedule_expression", "'own'", "default"]),
        ({"event_pattern": "{oops"}, ["event_pattern: '{oops'", "not JSON"]),
        ({"event_pattern": "[1]"}, ["event_pattern: '[1]'", "not a dictionary"]),
        ({"event_pattern": {"source": "aws.ssm"}}, ["event_pattern.source"]),
        ({"event_pattern": {"source": ["x" * 4_096]}}, ["event_pattern: ", "4096"]),
        ({"on_command_status": {"level": []}}, ["on_command_status.level"]),
        ({"targets": [{"id": "t"}]}, ["targets[t]"]),
    ],
)
def test_refuses(params: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        parse(**params)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize("schedule", ["rate(1 hour)", "rate(15 minutes)", "cron(0 3 * * ? *)", ""])
def test_takes_schedules(schedule: str) -> None:
    assert parse(schedule_expression=schedule).schedule_expression == schedule


@pytest.mark.parametrize("pattern", [PATTERN, json.dumps(PATTERN)])
def test_takes_a_pattern_as_dictionary_and_as_text(pattern: t.Any) -> None:
    assert parse(event_pattern=pattern).event_pattern == PATTERN


@pytest.mark.parametrize(
    ("place", "bus", "arn"),
    [
        (HERE, "default", "arn:aws:events:us-east-1:123456789012:rule/r"),
        (HERE, "own", "arn:aws:events:us-east-1:123456789012:rule/own/r"),
        (
            HERE,
            "arn:aws:events:us-east-1:123456789012:event-bus/own",
            "arn:aws:events:us-east-1:123456789012:rule/own/r",
        ),
        (Place("aws-cn", "cn-north-1", "1"), "default", "arn:aws-cn:events:cn-north-1:1:rule/r"),
    ],
)
def test_the_arn_of_a_rule(place: Place, bus: str, arn: str) -> None:
    assert event_rules.rule_arn(place, bus, "r") == arn


def test_a_rule_of_others_is_refused_unless_it_is_adopted_and_keeps_its_tags() -> None:
    current = RuleState(there().rule, {"Owner": "ops"}, [])
    with pytest.raises(RequestError, match="name: the rule r was not made by this collection; set adopt"):
        event_rules.plan(parse(force=True), current, HERE)
    plan = event_rules.plan(parse(tags={"Team": "platform"}, adopt=True), current, HERE)
    assert plan.after.tags == {"Owner": "ops", "Team": "platform"}


def test_makes_a_rule() -> None:
    spec = parse(event_pattern=PATTERN, tags={"Team": "platform"}, targets=[{"id": "q", "arn": f"{QUEUE}q"}])
    plan = event_rules.plan(spec, None, HERE)
    assert plan.put_rule == {"EventPattern": json.dumps(PATTERN, separators=(",", ":")), "State": "ENABLED"}
    assert plan.put_targets == [{"Id": "q", "Arn": f"{QUEUE}q"}]
    assert plan.after.result() == there("q").result()


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"event_pattern": PATTERN},
        {"event_pattern": {"detail": {"status": ["TimedOut", "Failed"]}, "source": ["aws.ssm"]}},
        {"enabled": True},
        {"schedule_expression": "", "description": "", "role_arn": ""},
        {"tags": {"Team": "platform"}},
        {"targets": [{"id": "a", "arn": f"{QUEUE}a"}]},
        {"targets": [{"id": "b", "arn": f"{QUEUE}b"}, {"id": "a", "arn": f"{QUEUE}a"}], "purge_targets": True},
    ],
)
def test_what_is_so_or_not_set_is_left(params: dict[str, t.Any]) -> None:
    current = there("a", "b")
    plan = event_rules.plan(parse(**params), current, HERE)
    assert not plan
    assert plan.after.result() == current.result()


@pytest.mark.parametrize(
    ("current", "params", "put"),
    [
        ({}, {"enabled": False}, {"EventPattern": json.dumps(PATTERN), "State": "DISABLED"}),
        (
            {"Description": "d", "RoleArn": "arn:x"},
            {"schedule_expression": "rate(1 day)"},
            {
                "Description": "d",
                "RoleArn": "arn:x",
                "EventPattern": json.dumps(PATTERN),
                "ScheduleExpression": "rate(1 day)",
                "State": "ENABLED",
            },
        ),
        ({"Description": "d"}, {"description": ""}, {"EventPattern": json.dumps(PATTERN), "State": "ENABLED"}),
        (
            {"State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"},
            {"enabled": True, "description": "d"},
            {
                "EventPattern": json.dumps(PATTERN),
                "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
                "Description": "d",
            },
        ),
        ({}, {"event_pattern": {"source": ["x"]}}, {"EventPattern": '{"source":["x"]}', "State": "ENABLED"}),
    ],
)
def test_puts_again_what_the_rule_would_lose(
    current: dict[str, t.Any], params: dict[str, t.Any], put: dict[str, t.Any]
) -> None:
    assert event_rules.plan(parse(**params), there(**current), HERE).put_rule == put


@pytest.mark.parametrize(
    ("purge", "removed", "left"),
    [(False, [], ["a", "b", "c"]), (True, ["b"], ["a", "c"])],
)
def test_only_targets_named_are_changed_unless_purged(purge: bool, removed: list[str], left: list[str]) -> None:
    options = [{"id": "a", "arn": f"{QUEUE}other"}, {"id": "c", "arn": f"{QUEUE}c"}]
    plan = event_rules.plan(parse(targets=options, purge_targets=purge), there("a", "b"), HERE)
    assert [target["Id"] for target in plan.put_targets] == ["a", "c"]
    assert plan.remove_target_ids == removed
    assert [target["id"] for target in plan.after.result()["targets"]] == left
    assert plan.put_rule is None


def test_targets_that_are_there_count() -> None:
    current = there("a", "b", "c", "d", "e")
    options = [{"id": "f", "arn": f"{QUEUE}f"}]
    with pytest.raises(RequestError, match="targets: the rule would have 6"):
        event_rules.plan(parse(targets=options), current, HERE)
    assert event_rules.plan(parse(targets=options, purge_targets=True), current, HERE).put_targets


def test_a_rule_without_pattern_and_schedule_is_refused() -> None:
    with pytest.raises(RequestError, match="event_pattern: the rule 'r' would have neither"):
        event_rules.plan(parse(), None, HERE)


def test_a_rule_of_aws_is_refused() -> None:
    with pytest.raises(RequestError, match="name: 'r' is a rule managed by autoscaling"):
        event_rules.plan(parse(enabled=False), there(ManagedBy="autoscaling.amazonaws.com"), HERE)


def maybe(*values: t.Any) -> st.SearchStrategy[t.Any]:
    return st.none() | st.sampled_from(values)


TARGETS = st.fixed_dictionaries(
    {"id": st.sampled_from("abc"), "arn": st.sampled_from([f"{QUEUE}a", f"{QUEUE}b"])},
    optional={
        "input_path": maybe("$", "$.detail"),
        "input_transformer": st.fixed_dictionaries(
            {
                "input_template": st.sampled_from(['"<s>"', '"<s>!"']),
                "input_paths_map": st.sampled_from([{"s": "$.a"}, {"s": "$.b"}]),
            }
        ),
        "role_arn": maybe("arn:aws:iam::123456789012:role/a"),
        "retry_policy": st.fixed_dictionaries({"maximum_retry_attempts": maybe(0, 3)}),
        "sqs_parameters": st.fixed_dictionaries({"message_group_id": st.sampled_from("gh")}),
    },
).filter(lambda target: not (target.get("input_path") and target.get("input_transformer")))
PARAMS = st.fixed_dictionaries(
    {
        "description": maybe("", "d", "e"),
        "event_pattern": maybe(PATTERN, {"source": ["aws.ssm"]}),
        "schedule_expression": maybe("", "rate(1 day)"),
        "enabled": maybe(True, False),
        "role_arn": maybe("", "arn:aws:iam::123456789012:role/a"),
        "tags": maybe({}, {"A": "1"}, {"A": "2", "B": "1"}),
        "purge_tags": st.booleans(),
        "targets": st.lists(TARGETS, unique_by=lambda target: str(target["id"]), max_size=3),
        "purge_targets": st.booleans(),
    }
)


@given(PARAMS, PARAMS)
def test_a_plan_is_a_change_exactly_when_the_rule_differs_and_the_next_is_none(
    first: dict[str, t.Any], second: dict[str, t.Any]
) -> None:
    current = event_rules.plan(parse(**{**first, "event_pattern": PATTERN}), None, HERE).after
    plan = event_rules.plan(parse(**second), current, HERE)
    assert bool(plan) is (plan.after.result() != current.result())
    again = event_rules.plan(parse(**second), plan.after, HERE)
    assert not again
    assert again.after.result() == plan.after.result()
    named = {target["id"] for target in second["targets"]}
    others = [target for target in current.targets if target["Id"] not in named]
    left = [target for target in plan.after.targets if target["Id"] not in named]
    assert left == ([] if second["purge_targets"] else others)


def test_takes_what_is_just_within() -> None:
    spec = parse(name="x" * 64, description="d" * 512)
    assert (len(spec.name), len(spec.description or "")) == (64, 512)
    length = len('{"source":[""]}')
    assert parse(event_pattern={"source": ["x" * (4_096 - length)]}).event_pattern
    with pytest.raises(RequestError, match="4097"):
        parse(event_pattern={"source": ["x" * (4_097 - length)]})
