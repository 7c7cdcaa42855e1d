# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Targets of rules: from the module's options to the API and back."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_targets, target_checks
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from botocore.model import ListShape, MapShape, StructureShape
from local_aws.wire.validation import service_model

HERE = Place("aws", "us-east-1", "123456789012")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
TOPIC = "arn:aws:sns:us-east-1:123456789012:events"
TARGET_SHAPE = service_model("events").shape_for("Target")
ROLE = "arn:aws:iam::123456789012:role/send"
WEB = {"key": "tag:Role", "values": ["web"]}
COMMAND = {"id": "run", "document_name": "AWS-RunShellScript", "run_command_targets": [WEB], "role_arn": ROLE}

LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/x"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"id": "a b", "arn": QUEUE}, ["targets.id: 'a b'", "1 to 64"]),
        ({"id": "t"}, ["targets[t]", "no destination", "arn, log_group_name, document_name"]),
        ({"id": "t", "arn": QUEUE, "log_group_name": "/x"}, ["targets[t]", "arn and log_group_name", "exactly one"]),
        ({"id": "t", "arn": "events"}, ["targets[t].arn", "'events'", "not an ARN"]),
        ({"id": "t", "log_group_name": "a b"}, ["targets[t].log_group_name", "'a b'"]),
        (COMMAND | {"document_name": "a:b"}, ["targets[run].document_name", "'a:b'", "3 to 128"]),
        ({"id": "t", "arn": QUEUE, "input": "x", "input_path": "$"}, ["targets[t]", "input and input_path"]),
        ({"id": "t", "arn": QUEUE, "input": "{oops"}, ["targets[t].input", "'{oops'", "not JSON"]),
        ({"id": "t", "arn": QUEUE, "input": {"x": "y" * 8_200}}, ["targets[t].input", "8192"]),
        ({"id": "t", "arn": QUEUE, "parameters": {}}, ["targets[t].parameters", "only applies to Run Command"]),
        ({"id": "t", "arn": QUEUE, "run_command_targets": [WEB]}, ["targets[t].run_command_targets", "Run Command"]),
        (COMMAND | {"run_command_targets": None}, ["targets[run].run_command_targets", "0 items", "exactly one"]),
        (COMMAND | {"run_command_targets": [WEB, WEB]}, ["targets[run].run_command_targets", "2 items"]),
        (COMMAND | {"run_command_targets": [{"key": "Role", "values": ["x"]}]}, ["'Role'", "InstanceIds and tag:KEY"]),
        (COMMAND | {"run_command_targets": [{"key": "tag:", "values": ["x"]}]}, ["'tag:'"]),
        (COMMAND | {"run_command_targets": [WEB | {"values": []}]}, ["0 values", "1 to 50"]),
        (COMMAND | {"run_command_targets": [WEB | {"values": ["x"] * 51}]}, ["51 values"]),
        (COMMAND | {"role_arn": None}, ["targets[run].role_arn", "missing"]),
        (COMMAND | {"role_arn": "notanarn"}, ["targets[run].role_arn: 'notanarn'", "ARN of a role"]),
        (
            COMMAND | {"run_command_targets": [{"key": "InstanceIds", "values": ["web-1"]}]},
            ["targets[run].run_command_targets.values: 'web-1' is not a node ID"],
        ),
        ({"id": "t", "log_group_name": "/x", "role_arn": ROLE}, ["targets[t].role_arn", "without a role"]),
        ({"id": "t", "log_group_name": "/x", "input": {"x": 1}}, ["targets[t]", "fields x", "timestamp and message"]),
        (
            {"id": "t", "arn": LOG_GROUP, "input_transformer": {"input_template": '{"message": <aws.events.event>}'}},
            ["targets[t]", "fields message", "timestamp and message"],
        ),
        ({"id": "t", "log_group_name": "/x", "input": '"text"'}, ["targets[t]", "of none"]),
        (
            {"id": "t", "arn": QUEUE, "input_transformer": {"input_template": {"a": "<x> <aws.events.rule-arn>"}}},
            ["targets[t].input_transformer.input_template: <x> has no path", "which has none"],
        ),
        (
            {"id": "t", "arn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"},
            ["targets[t].role_arn", "missing"],
        ),
        (
            {"id": "t", "arn": "arn:aws:ssm:us-east-1:123456789012:automation-definition/d:$DEFAULT"},
            ["targets[t].role_arn", "missing"],
        ),
        ({"id": "t", "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/c"}, ["targets[t].arn", "EcsParameters"]),
        (
            {"id": "t", "arn": QUEUE, "retry_policy": {"maximum_retry_attempts": 186}},
            ["targets[t].retry_policy.maximum_retry_attempts: 186", "0 to 185"],
        ),
        (
            {"id": "t", "arn": QUEUE, "retry_policy": {"maximum_event_age_in_seconds": 59}},
            ["targets[t].retry_policy.maximum_event_age_in_seconds: 59", "60 to 86400"],
        ),
        (
            {"id": "t", "arn": TOPIC, "dead_letter_config": {"arn": f"{QUEUE}.fifo"}},
            ["targets[t].dead_letter_config.arn", f"{QUEUE}.fifo", "FIFO", "standard queues"],
        ),
        (
            {"id": "t", "arn": TOPIC, "dead_letter_config": {"arn": TOPIC}},
            ["targets[t].dead_letter_config.arn", TOPIC, "SQS queue"],
        ),
    ],
)
def test_refuses(option: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        target_checks.check_targets([option])
    assert all(word in str(refused.value) for word in words)


def test_ids_are_unique() -> None:
    with pytest.raises(RequestError, match=r"targets.id: 't' is there 2 times"):
        target_checks.check_targets([{"id": "t", "arn": QUEUE}, {"id": "t", "arn": TOPIC}])


def test_a_rule_has_five_targets_at_most() -> None:
    options = [{"id": f"t{number}", "arn": QUEUE} for number in range(6)]
    target_checks.check_targets(options[:5])
    with pytest.raises(RequestError, match=r"would have 6 \(t0, t1, t2, t3, t4, t5\); allowed are at most 5"):
        target_checks.check_targets(options)


@pytest.mark.parametrize(
    ("option", "target"),
    [
        ({"id": "q", "arn": QUEUE}, {"Id": "q", "Arn": QUEUE}),
        (
            {"id": "l", "log_group_name": "/aws/events/x"},
            {"Id": "l", "Arn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/x"},
        ),
        (
            {
                "id": "t",
                "arn": TOPIC,
                "input_transformer": {"input_paths_map": {"s": "$.detail.status"}, "input_template": {"status": "<s>"}},
                "dead_letter_config": {"arn": QUEUE},
                "retry_policy": {"maximum_retry_attempts": 0, "maximum_event_age_in_seconds": None},
            },
            {
                "Id": "t",
                "Arn": TOPIC,
                "InputTransformer": {
                    "InputPathsMap": {"s": "$.detail.status"},
                    "InputTemplate": '{"status":"<s>"}',
                },
                "DeadLetterConfig": {"Arn": QUEUE},
                "RetryPolicy": {"MaximumRetryAttempts": 0},
            },
        ),
        (
            {"id": "f", "arn": f"{QUEUE}.fifo", "sqs_parameters": {"message_group_id": "g"}, "input_path": "$.detail"},
            {
                "Id": "f",
                "Arn": f"{QUEUE}.fifo",
                "SqsParameters": {"MessageGroupId": "g"},
                "InputPath": "$.detail",
            },
        ),
        ({"id": "i", "arn": QUEUE, "input": "[1]"}, {"Id": "i", "Arn": QUEUE, "Input": "[1]"}),
        ({"id": "i", "arn": QUEUE, "input": {"a": 1}}, {"Id": "i", "Arn": QUEUE, "Input": '{"a":1}'}),
        (
            COMMAND | {"parameters": {"commands": ["uptime"], "executionTimeout": 600, "flags": {"a": True}}},
            {
                "Id": "run",
                "Arn": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
                "RoleArn": ROLE,
                "Input": '{"commands":["uptime"],"executionTimeout":["600"],"flags":["{\\"a\\":true}"]}',
                "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:Role", "Values": ["web"]}]},
            },
        ),
        (
            COMMAND | {"run_command_targets": [{"key": "InstanceIds", "values": ["i-12345678"] * 50}]},
            {
                "Id": "run",
                "Arn": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
                "RoleArn": ROLE,
                "RunCommandParameters": {
                    "RunCommandTargets": [{"Key": "InstanceIds", "Values": ["i-12345678"] * 50}],
                },
            },
        ),
        (
            COMMAND | {"document_name": "Restart"},
            {
                "Id": "run",
                "Arn": "arn:aws:ssm:us-east-1:123456789012:document/Restart",
                "RoleArn": ROLE,
                "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:Role", "Values": ["web"]}]},
            },
        ),
    ],
)
def test_writes_the_api_s_shape(option: dict[str, t.Any], target: dict[str, t.Any]) -> None:
    target_checks.check_targets([option])
    assert event_targets.to_api(option, HERE) == target


@pytest.mark.parametrize(
    ("place", "arn"),
    [
        (Place("aws-cn", "cn-north-1", "1"), "arn:aws-cn:ssm:cn-north-1::document/AWS-RunShellScript"),
        (Place("aws-us-gov", "us-gov-west-1", "1"), "arn:aws-us-gov:ssm:us-gov-west-1::document/AWS-RunShellScript"),
    ],
)
def test_documents_of_aws_are_in_the_caller_s_partition(place: Place, arn: str) -> None:
    assert event_targets.to_api(COMMAND, place)["Arn"] == arn


def test_shows_what_the_api_has() -> None:
    target = event_targets.to_api(
        COMMAND
        | {
            "parameters": {"commands": "uptime"},
            "retry_policy": {"maximum_retry_attempts": 3},
            "dead_letter_config": {"arn": QUEUE},
        },
        HERE,
    )
    assert event_targets.from_api(target) == {
        "id": "run",
        "arn": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
        "role_arn": ROLE,
        "input": json.dumps({"commands": ["uptime"]}, separators=(",", ":")),
        "input_path": None,
        "run_command_targets": [WEB],
        "retry_policy": {"maximum_retry_attempts": 3, "maximum_event_age_in_seconds": None},
        "dead_letter_config": {"arn": QUEUE},
    }


def test_shows_a_transformer_and_a_message_group() -> None:
    target = {
        "Id": "t",
        "Arn": QUEUE,
        "InputTransformer": {"InputTemplate": '"x"'},
        "SqsParameters": {"MessageGroupId": "g"},
    }
    shown = event_targets.from_api(target)
    assert shown["input_transformer"] == {"input_paths_map": {}, "input_template": '"x"'}
    assert shown["sqs_parameters"] == {"message_group_id": "g"}


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"Input": '{ "b": 2, "a": 1 }'}, True),
        ({"RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:R", "Values": ["2", "1"]}]}}, True),
        ({"InputTransformer": {"InputPathsMap": {}, "InputTemplate": '{"y": 1, "x": "<a>"}'}}, True),
        ({"RetryPolicy": {}}, True),
        ({"Input": '{"a":1}'}, False),
        ({"RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:R", "Values": ["1"]}]}}, False),
        ({"InputTransformer": {"InputTemplate": '{"x": "<b>"}'}}, False),
        ({"Arn": TOPIC}, False),
        ({"DeadLetterConfig": {"Arn": QUEUE}}, False),
    ],
)
def test_targets_are_compared_by_what_they_mean(changed: dict[str, t.Any], same: bool) -> None:
    target = {
        "Id": "t",
        "Arn": QUEUE,
        "Input": '{"a":1,"b":2}',
        "InputTransformer": {"InputTemplate": '{"x":"<a>","y":1}'},
        "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:R", "Values": ["1", "2"]}]},
    }
    assert event_targets.same_target(target, target | changed) is same


def leaves(shape: t.Any, path: str = "") -> list[str]:
    """The paths of all values in a shape of the API that have no parts."""
    if isinstance(shape, StructureShape):
        return [leaf for name, member in shape.members.items() for leaf in leaves(member, f"{path}.{name}")]
    if isinstance(shape, ListShape):
        return leaves(shape.member, path)
    return leaves(shape.value, path) if isinstance(shape, MapShape) else [path]


def sample(shape: t.Any, other: str, path: str = "") -> t.Any:
    """A value of a shape with everything in it, which differs from that of others at the path `other`."""
    if isinstance(shape, StructureShape):
        return {name: sample(member, other, f"{path}.{name}") for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [sample(shape.member, other, path)]
    if isinstance(shape, MapShape):
        return {"key": sample(shape.value, other, path)}
    is_other = path == other
    return {"string": "one" if is_other else "two", "boolean": is_other}.get(shape.type_name, 1 + is_other)


@pytest.mark.parametrize("path", leaves(TARGET_SHAPE))
def test_targets_differ_when_any_field_of_the_api_differs(path: str) -> None:
    assert not event_targets.same_target(sample(TARGET_SHAPE, path), sample(TARGET_SHAPE, ""))
    assert event_targets.same_target(sample(TARGET_SHAPE, path), sample(TARGET_SHAPE, path))


@pytest.mark.parametrize("paths", [{"s": "$.detail.other"}, {"t": "$.detail.status"}, {}, None])
def test_an_edited_paths_map_is_another_target(paths: dict[str, str] | None) -> None:
    def target(chosen: dict[str, str] | None) -> event_targets.Target:
        transformer = {"input_paths_map": chosen, "input_template": '"<s>"'}
        return event_targets.to_api({"id": "t", "arn": TOPIC, "input_transformer": transformer}, HERE)

    assert not event_targets.same_target(target({"s": "$.detail.status"}), target(paths))


def test_what_is_made_is_shown() -> None:
    shown = {
        "id": "t",
        "arn": TOPIC,
        "role_arn": ROLE,
        "input": None,
        "input_path": "$.detail",
        "run_command_targets": [WEB],
        "retry_policy": {"maximum_retry_attempts": 0, "maximum_event_age_in_seconds": 60},
        "dead_letter_config": {"arn": QUEUE},
        "sqs_parameters": {"message_group_id": "g"},
        "input_transformer": {"input_paths_map": {"s": "$.detail.status"}, "input_template": '"<s>"'},
    }
    assert event_targets.from_api(event_targets.to_api(shown, HERE)) == shown


@pytest.mark.parametrize(
    ("option", "is_taken"),
    [
        ({"input": '"' + "y" * 8_190 + '"'}, True),
        ({"input": '"' + "y" * 8_191 + '"'}, False),
        ({"retry_policy": {"maximum_retry_attempts": 0, "maximum_event_age_in_seconds": 60}}, True),
        ({"retry_policy": {"maximum_retry_attempts": 185, "maximum_event_age_in_seconds": 86_400}}, True),
        ({"retry_policy": {"maximum_retry_attempts": -1}}, False),
        ({"retry_policy": {"maximum_event_age_in_seconds": 86_401}}, False),
    ],
)
def test_bounds(option: dict[str, t.Any], is_taken: bool) -> None:
    given = [{"id": "x" * 64, "arn": QUEUE, **option}]
    if is_taken:
        target_checks.check_targets(given)
        assert event_targets.to_api(given[0], HERE)["Arn"] == QUEUE
    else:
        with pytest.raises(RequestError):
            target_checks.check_targets(given)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"arn": QUEUE.replace("us-east-1", "eu-west-1")}, "targets[t].arn"),
        (
            {"arn": QUEUE, "dead_letter_config": {"arn": QUEUE.replace("us-east-1", "eu-west-1")}},
            "dead_letter_config.arn",
        ),
    ],
)
def test_a_target_in_another_region_is_refused(option: dict[str, t.Any], words: str) -> None:
    with pytest.raises(RequestError) as refused:
        target_checks.check_places([{"id": "t", **option}], HERE)
    assert words in str(refused.value)
    assert "is in the region eu-west-1; a rule of us-east-1 delivers to its own region" in str(refused.value)


def test_a_bus_of_another_region_and_a_document_of_aws_are_taken() -> None:
    arns = ("arn:aws:events:eu-west-1:123456789012:event-bus/b", QUEUE, "arn:aws:ssm:us-east-1::document/AWS-X")
    for arn in arns:
        target_checks.check_places([{"id": "t", "arn": arn}], HERE)
        assert event_targets.to_api({"id": "t", "arn": arn}, HERE)["Arn"] == arn


DECLARED: dict[str, t.Any] = {"commands": {"type": "StringList"}, "executionTimeout": {"default": "3600"}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"parameters": {"command": ["x"]}}, "targets[run].parameters has 'command': AWS-RunShellScript has no such"),
        ({"parameters": {}}, "targets[run].parameters: they lack 'commands', which AWS-RunShellScript requires"),
        ({"parameters": None}, "lack 'commands'"),
        ({"parameters": None, "input": {"command": ["x"]}}, "has 'command'"),
        ({"parameters": None, "input": '{"executionTimeout": ["1"]}'}, "lack 'commands'"),
    ],
)
def test_parameters_that_a_document_does_not_have_are_refused(given: dict[str, t.Any], words: str) -> None:
    with pytest.raises(RequestError) as refused:
        target_checks.check_parameters({**COMMAND, "document_name": "AWS-RunShellScript", **given}, DECLARED)
    assert words in str(refused.value)


def test_parameters_of_the_event_are_not_known() -> None:
    for given in (
        {"input_path": "$.detail"},
        {"input_transformer": {"input_template": "{}"}},
        {"input": {"commands": ["x"]}},
    ):
        option = {"id": "run", "document_name": "AWS-RunShellScript", **given}
        try:
            target_checks.check_parameters(option, DECLARED)
        except RequestError as error:
            pytest.fail(str(error))
