# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules of monitoring refuse before they ask for a client: the argument, the value and what is allowed."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import (
    command_log_info,
    dashboard,
    event_delivery_policy,
    event_rule,
    log_group,
    log_metric_filter,
    log_resource_policy,
    s3_lifecycle_rule,
    sns_topic,
)

from .run_module import run_module

QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
GROUP = {"name": "/ssm/commands"}
POLICY = {"name": "logs", "log_group_names": ["/x"]}
FILTER = {
    "name": "f",
    "log_group_name": "/x",
    "filter_pattern": "ERROR",
    "metric_name": "Errors",
    "metric_namespace": "RunCommand",
}
RULE = {"name": "r"}
RUN = {"id": "run", "document_name": "AWS-RunShellScript", "role_arn": "arn:aws:iam::123456789012:role/r"}
NODES = {"key": "tag:Role", "values": ["web"]}
LOG = {"log_group_name": "/ssm/commands"}
BUCKET = {"bucket": "output", "rule_id": "r", "expiration_days": 1}
TEXT = {"type": "text", "properties": {"markdown": "x"}}

BAD: list[tuple[t.Any, dict[str, t.Any], list[str]]] = [
    (log_group, {"name": "a b"}, ["name", "'a b'", "1 to 512"]),
    (log_group, GROUP | {"retention_in_days": 31}, ["retention_in_days", "31", "30, 60", "0 to keep"]),
    (log_group, GROUP | {"retention_in_days": "month"}, ["retention_in_days", "month", "int"]),
    (log_group, GROUP | {"kms_key_id": "alias/x"}, ["kms_key_id", "'alias/x'", "arn:aws:kms"]),
    (log_group, GROUP | {"log_group_class": "CHEAP"}, ["log_group_class", "CHEAP", "STANDARD"]),
    (log_group, GROUP | {"state": "gone"}, ["state", "gone", "present, absent"]),
    (log_group, GROUP | {"tags": {"aws:x": "y"}}, ["tags", "'aws:x'"]),
    (log_group, GROUP | {"tags": {"A": ["x"]}}, ["tags", "'A'", "text"]),
    (log_group, {}, ["name", "missing required"]),
    (log_resource_policy, {"name": "logs"}, ["state is present", "log_group_names"]),
    (log_resource_policy, POLICY | {"name": "a b"}, ["name", "'a b'", "spaces"]),
    (log_resource_policy, POLICY | {"log_group_names": ["a b"]}, ["log_group_names", "'a b'"]),
    (log_resource_policy, POLICY | {"services": ["events"]}, ["services", "'events'", "events.amazonaws.com"]),
    (log_metric_filter, {"name": "f", "log_group_name": "/x"}, ["filter_pattern, metric_name, metric_namespace"]),
    (log_metric_filter, FILTER | {"name": "a:b"}, ["name", "'a:b'"]),
    (log_metric_filter, FILTER | {"name": "a:b", "state": "absent"}, ["name", "'a:b'"]),
    (log_metric_filter, FILTER | {"log_group_name": "a b"}, ["log_group_name", "'a b'"]),
    (log_metric_filter, FILTER | {"filter_pattern": "{ $.x = 1"}, ["filter_pattern", "brace"]),
    (log_metric_filter, FILTER | {"metric_value": "two"}, ["metric_value", "'two'"]),
    (log_metric_filter, FILTER | {"metric_namespace": "AWS/x"}, ["metric_namespace", "'AWS/x'"]),
    (log_metric_filter, FILTER | {"default_value": 0, "dimensions": {"A": "$.a"}}, ["default_value", "dimensions"]),
    (log_metric_filter, FILTER | {"dimensions": {"A": "web"}}, ["dimensions.A", "'web'", "$.detail.status"]),
    (event_rule, {"name": "a b"}, ["name", "'a b'", "1 to 64"]),
    (event_rule, RULE | {"event_pattern": "{oops"}, ["event_pattern", "'{oops'", "not JSON"]),
    (event_rule, RULE | {"event_pattern": {"source": "x"}}, ["event_pattern.source", "list"]),
    (event_rule, RULE | {"event_pattern": {}}, ["event_pattern", "empty"]),
    (
        event_rule,
        RULE | {"event_pattern": {"source": ["x"]}, "on_command_status": {}},
        ["mutually exclusive", "event_pattern|on_command_status"],
    ),
    (event_rule, RULE | {"on_command_status": {"statuses": ["Lost"]}}, ["statuses", "Lost", "TimedOut"]),
    (event_rule, RULE | {"on_command_status": {"statuses": ["Delayed"]}}, ["statuses", "'Delayed'", "invocations"]),
    (event_rule, RULE | {"on_command_status": {"level": ["node"]}}, ["level", "node", "command, invocation"]),
    (
        event_rule,
        RULE | {"on_command_status": {"level": ["command"], "instance_ids": ["i-0123456789abcdef0"]}},
        ["instance_ids", "level invocation"],
    ),
    (event_rule, RULE | {"schedule_expression": "hourly"}, ["schedule_expression", "'hourly'", "rate(1 hour)"]),
    (
        event_rule,
        RULE | {"schedule_expression": "rate(1 hour)", "event_bus_name": "own"},
        ["schedule_expression", "'own'", "default bus"],
    ),
    (event_rule, RULE | {"targets": [{"id": "t"}]}, ["targets[t]", "exactly one"]),
    (event_rule, RULE | {"targets": [{"arn": QUEUE}]}, ["targets", "id"]),
    (event_rule, RULE | {"targets": [{"id": "t", "arn": "queue"}]}, ["targets[t].arn", "'queue'"]),
    (event_rule, RULE | {"targets": [{"id": "t", "arn": QUEUE}] * 2}, ["targets.id", "'t'", "2 times"]),
    (
        event_rule,
        RULE | {"targets": [{"id": f"t{number}", "arn": QUEUE} for number in range(6)]},
        ["targets", "6", "at most 5"],
    ),
    (event_rule, RULE | {"targets": [RUN]}, ["targets[run].run_command_targets", "exactly one"]),
    (
        event_rule,
        RULE | {"targets": [RUN | {"run_command_targets": [NODES], "role_arn": None}]},
        ["targets[run].role_arn", "missing"],
    ),
    (
        event_rule,
        RULE | {"targets": [RUN | {"run_command_targets": [NODES | {"key": "Role"}]}]},
        ["targets[run].run_command_targets.key", "'Role'", "tag:KEY"],
    ),
    (event_rule, RULE | {"targets": [{"id": "t", "arn": QUEUE, "parameters": {}}]}, ["targets[t].parameters"]),
    (
        event_rule,
        RULE | {"targets": [{"id": "t", "arn": QUEUE, "dead_letter_config": {"arn": "arn:aws:sns:x:1:t"}}]},
        ["targets[t].dead_letter_config.arn", "SQS queue"],
    ),
    (dashboard, {"name": "d"}, ["state is present", "body", "run_command"]),
    (dashboard, {"name": "a.b", "body": {"widgets": []}}, ["name", "'a.b'", "1 to 255"]),
    (dashboard, {"name": "d", "body": {}}, ["body.widgets", "list"]),
    (dashboard, {"name": "d", "body": {"widgets": [TEXT | {"x": 24}]}}, ["body.widgets[0].x", "24", "0 to 23"]),
    (dashboard, {"name": "d", "run_command": {"event_log_group_name": "a b"}}, ["run_command", "'a b'"]),
    (command_log_info, {}, ["log_group_name"]),
    (command_log_info, LOG | {"command_ids": ["7f3c"]}, ["command_ids", "'7f3c'", "36"]),
    (command_log_info, LOG | {"instance_ids": ["web-1"]}, ["instance_ids", "'web-1'"]),
    (command_log_info, LOG | {"streams": ["stdin"]}, ["streams", "stdin", "stdout, stderr"]),
    (command_log_info, LOG | {"start_time": "noon"}, ["start_time", "'noon'", "15m"]),
    (command_log_info, LOG | {"start_time": "1h", "end_time": "1d"}, ["end_time", "not after"]),
    (command_log_info, LOG | {"max_events": 0}, ["max_events", "0"]),
    (sns_topic, {"name": "a.b"}, ["name", "'a.b'"]),
    (
        sns_topic,
        {"name": "t", "subscriptions": [{"protocol": "email", "endpoint": "ops"}]},
        ["subscriptions.endpoint", "'ops'", "@"],
    ),
    (event_delivery_policy, {"rules": ["r"]}, ["one of", "queue", "topic"]),
    (event_delivery_policy, {"queue": "q", "topic": "t", "rules": ["r"]}, ["mutually exclusive", "queue|topic"]),
    (event_delivery_policy, {"queue": "q"}, ["state is present", "rules, cloudwatch_alarms"]),
    (event_delivery_policy, {"queue": "a b", "rules": ["r"]}, ["queue", "'a b'", "its name and its ARN"]),
    (event_delivery_policy, {"topic": QUEUE, "rules": ["r"]}, ["topic", QUEUE, "its name and its ARN"]),
    (event_delivery_policy, {"queue": "q", "rules": ["a b"]}, ["rules", "'a b'", "ARNs of rules"]),
    (event_delivery_policy, {"queue": "q", "cloudwatch_alarms": True}, ["cloudwatch_alarms", "topic"]),
    (s3_lifecycle_rule, {"bucket": "output", "rule_id": "r"}, ["state is present", "expiration_days"]),
    (s3_lifecycle_rule, BUCKET | {"bucket": "Output"}, ["bucket", "'Output'", "lowercase"]),
    (s3_lifecycle_rule, BUCKET | {"expiration_days": 0}, ["expiration_days", "0", "1 and more"]),
]


@pytest.mark.usefixtures("refuse_clients")
@pytest.mark.parametrize(("module", "options", "words"), BAD)
def test_refuses_in_one_sentence(
    module: t.Any, options: dict[str, t.Any], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    result = run_module(module.main, options, capsys)
    assert result["failed"]
    assert all(word in result["msg"] for word in words), result["msg"]
    assert "\n" not in result["msg"]
