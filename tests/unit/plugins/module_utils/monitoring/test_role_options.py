# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the role monitoring: each refusal names the option, before anything is made."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import role_options
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

HERE = Place("aws", "us-east-1", "123456789012")
ROLE = Path(__file__).parents[5] / "roles" / "monitoring"
REMEDIATION = {"name": "r", "schedule_expression": "rate(1 day)", "commands": ["x"], "target_tags": {"Role": "web"}}
ALARM = {"name": "a", "pattern": "ERROR"}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def options(**given: t.Any) -> dict[str, t.Any]:
    """The role's defaults, and what is given without its prefix."""
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    plain = {
        key: value.replace("{{ monitoring_name }}", "fleet") if isinstance(value, str) else value
        for key, value in defaults.items()
    }
    return {**plain, "monitoring_name": "fleet", **{f"monitoring_{key}": value for key, value in given.items()}}


def check(given: dict[str, t.Any]) -> None:
    role_options.check_options(given, HERE)
    role_options.plan_remediations(given, HERE)


def test_the_defaults_and_whole_lists_are_taken() -> None:
    check(options())
    check({"monitoring_name": "fleet"})
    check(
        options(
            tags={"Team": "ops"},
            topic_arn="arn:aws:sns:us-east-1:210987654321:ops",
            queue_arn=QUEUE,
            kms_key_id="arn:aws:kms:us-east-1:123456789012:key/1",
            output_bucket_name="fleet.output",
            output_alarms=[ALARM, {"name": "gone", "state": "absent"}],
            remediations=[REMEDIATION, {"name": "gone", "state": "absent"}],
        )
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "a b"}, "monitoring_name: 'a b' is not a valid prefix"),
        ({"tags": {"aws:x": "y"}}, "monitoring_tags: 'aws:x' is not a key"),
        ({"metric_namespace": "AWS/SSM"}, "monitoring_metric_namespace: 'AWS/SSM' begins with AWS/"),
        ({"metric_namespace": "a:b"}, "monitoring_metric_namespace: 'a:b' is not a name"),
        ({"output_log_group_name": "a b"}, "monitoring_output_log_group_name: 'a b'"),
        ({"event_log_group_name": ""}, "monitoring_event_log_group_name: ''"),
        ({"resource_policy_name": "a b"}, "monitoring_resource_policy_name: 'a b'"),
        ({"kms_key_id": "alias/x"}, "monitoring_kms_key_id: 'alias/x'"),
        ({"topic_arn": "topic"}, "monitoring_topic_arn: 'topic' is not the ARN of a topic"),
        ({"topic_arn": QUEUE}, f"monitoring_topic_arn: '{QUEUE}' is not the ARN of a topic"),
        (
            {"queue_arn": "arn:aws:sqs:us-east-1:1:q"},
            "monitoring_queue_arn: 'arn:aws:sqs:us-east-1:1:q' is not the ARN",
        ),
        (
            {"dead_letter_queue_arn": QUEUE.replace("us-", "eu-")},
            "monitoring_dead_letter_queue_arn: 'arn:aws:sqs:eu-east-1",
        ),
        ({"topic_arn": "arn:aws:sns:us-east-1:123456789012:t", "topic_kms_key_id": "k"}, "is a topic of your own"),
        (
            {"topic_kms_key_id": "alias/aws/sns"},
            "monitoring_topic_kms_key_id: the topic would be encrypted with alias/aws/sns",
        ),
        (
            {"topic_subscriptions": [{"protocol": "email", "endpoint": "ops@example"}]},
            "monitoring_topic_subscriptions.endpoint: 'ops@example'",
        ),
        ({"output_bucket_name": "Bucket"}, "monitoring_output_bucket_name: 'Bucket'"),
        ({"output_bucket_expiration_days": 0}, "monitoring_output_bucket_expiration_days: 0"),
        ({"event_levels": ["command"]}, "monitoring_failure_statuses: Failed, TimedOut are counted"),
        ({"event_statuses": ["Failed"]}, "monitoring_failure_statuses: Failed, TimedOut are counted"),
        ({"failure_period": 90}, "monitoring_failure_period: 90"),
        ({"alarm_actions": ["mail"]}, "monitoring_alarm_actions: 'mail' is not the ARN of an action"),
        ({"output_alarms": [ALARM, ALARM]}, "monitoring_output_alarms[a]: it needs a unique name"),
        ({"output_alarms": [{"name": "a"}]}, "monitoring_output_alarms[a]: it has no pattern"),
        ({"output_alarms": [ALARM | {"pattern": "{ $.x"}]}, "monitoring_output_alarms[a].filter_pattern: '{ $.x'"),
        ({"output_alarms": [ALARM | {"metric_value": "x"}]}, "monitoring_output_alarms[a].metric_value: 'x'"),
        ({"output_alarms": [ALARM | {"period": 61}]}, "monitoring_output_alarms[a].period: 61"),
        ({"output_alarms": [ALARM | {"actions": ["x"]}]}, "monitoring_output_alarms[a].actions: 'x'"),
        (
            {"output_alarms": [ALARM | {"dimensions": {"H": "$.h"}}]},
            "monitoring_output_alarms[a].alarm_dimensions: they name nothing",
        ),
        ({"remediations": [REMEDIATION, REMEDIATION]}, "monitoring_remediations[r]: it needs a unique name"),
        ({"remediations": [REMEDIATION | {"name": "x" * 50}]}, "which has 68 characters"),
        ({"remediations": [REMEDIATION | {"name": "x" * 44}]}, "the IAM role fleet-remediation-xxx"),
        ({"remediations": [REMEDIATION | {"role_arn": "notanarn"}]}, "monitoring_remediations[r].role_arn: 'notanarn'"),
        (
            {"remediations": [REMEDIATION | {"target_tags": {}}]},
            "monitoring_remediations[r].target_tags: they have 0 tags",
        ),
        (
            {"remediations": [REMEDIATION | {"schedule_expression": "cron(0 25 * * ? *)"}]},
            "monitoring_remediations[r].schedule_expression: 'cron(0 25 * * ? *)' has the hours 25",
        ),
    ],
)
def test_refuses(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(RequestError) as refused:
        check(options(**given))
    assert words in str(refused.value)


def test_every_option_that_is_checked_is_one_of_the_role() -> None:
    spec = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    checked = yaml.safe_load((ROLE / "vars" / "main.yml").read_text())["__monitoring_options"]
    assert set(checked) <= set(spec)
    assert all(value.split(" ")[1].startswith(name) for name, value in checked.items())


def test_names_of_what_remediations_and_metrics_have() -> None:
    given = options(
        output_alarms=[ALARM, {"name": "b", "state": "absent"}], remediations=[{"name": "r", "state": "absent"}]
    )
    assert role_options.remediation_names(given, "us-east-1") == {
        "r": {
            "rule": "fleet-remediation-r",
            "role": "fleet-remediation-r-us-east-1",
            "document": "ssmops-remediation-fleet-r-us-east-1",
        }
    }
    metrics = role_options.metrics(given)
    assert metrics["unwanted"] == ["fleet-invocations-Success", "fleet-invocations-Cancelled", "fleet-output-b"]
    assert metrics["metric_filters"][-2] == {
        "name": "fleet-output-a",
        "log_group_name": "/ssm/fleet",
        "metric_namespace": "RunCommand",
        "metric_name": "fleet-Output-a",
    }
    assert [alarm["name"] for alarm in metrics["alarms"]] == [one["name"] for one in metrics["metric_filters"]]
