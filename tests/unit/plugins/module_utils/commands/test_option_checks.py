# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every argument that cannot be sent is refused with one sentence that names it, its value and what is allowed."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.option_checks import (
    MAX_OWN_COMMENT_LENGTH,
    check_arguments,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import ARGUMENT_SPEC

NODE = "i-0123456789abcdef0"
GOOD: dict[str, t.Any] = {
    "document_name": "AWS-RunShellScript",
    "commands": ["uptime"],
    "instance_ids": [NODE],
    "wait": True,
}
NODES_51 = [f"i-{number:017x}" for number in range(51)]
COMMAND_ID = "11111111-2222-4333-8444-555555555555"
# (changes to GOOD, the start of the sentence)
BAD: list[tuple[dict[str, t.Any], str]] = [
    ({"document_name": "AB"}, "document_name is 'AB': it must be 3 to 128 letters"),
    ({"document_name": "My Document"}, "document_name is 'My Document': it must be 3 to 128 letters"),
    ({"document_name": ""}, "document_name is '': it must be 3 to 128 letters"),
    ({"document_version": "latest"}, "document_version is 'latest': it must be $LATEST, $DEFAULT or a version number"),
    ({"document_version": "0"}, "document_version is '0': it must be"),
    ({"document_hash": "not hex"}, "document_hash is 'not hex': it must be 1 to 256 hexadecimal digits"),
    ({"document_hash_type": "Sha256"}, "document_hash_type was given without document_hash."),
    ({"commands": None}, "AWS-RunShellScript needs commands: give commands, script or parameters.commands."),
    (
        {"document_name": "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript", "commands": None},
        "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript needs commands",
    ),
    ({"commands": []}, "commands is empty: it must have at least one line."),
    ({"script": "run.sh"}, "commands and script were both given: give one of them."),
    ({"parameters": {"commands": ["ls"]}}, "commands and parameters.commands were both given"),
    (
        {"instance_ids": None},
        "Exactly one of instance_ids, targets, target_tags, resource_group, command_ids is required: none",
    ),
    (
        {"target_tags": {"Role": "web"}},
        "Exactly one of instance_ids, targets, target_tags, resource_group, command_ids is",
    ),
    ({"resource_group": "fleet"}, "Exactly one of instance_ids, targets, target_tags, resource_group, command_ids is"),
    ({"instance_ids": []}, "instance_ids is empty: it must name at least one."),
    ({"instance_ids": ["web-1"]}, "instance_ids has 'web-1': it must be i- with 8 or 17 or mi- with 17 characters."),
    ({"instance_ids": ["i-123"]}, "instance_ids has 'i-123': it must be"),
    ({"instance_ids": [NODE, NODE]}, f"instance_ids has twice '{NODE}': each may be named once."),
    ({"instance_ids": None, "target_tags": {}}, "target_tags is empty: it must name at least one."),
    (
        {"instance_ids": None, "target_tags": {"": "web"}},
        "target_tags has the key '': a tag key has 1 to 128 characters.",
    ),
    ({"instance_ids": None, "target_tags": {None: "web"}}, "A key of target_tags is null: it must have a value."),
    ({"instance_ids": None, "target_tags": {"K" * 129: "web"}}, "target_tags has the key 'KKK"),
    (
        {"instance_ids": None, "target_tags": {f"k{n}": "v" for n in range(6)}},
        "target_tags has 6 keys: AWS accepts at most 5.",
    ),
    ({"instance_ids": None, "target_tags": {"Role": []}}, "target_tags[Role] has 0 values: it must have 1 to 50."),
    (
        {"instance_ids": None, "target_tags": {"Role": NODES_51}},
        "target_tags[Role] has 51 values: it must have 1 to 50.",
    ),
    ({"instance_ids": None, "target_tags": {"Role": None}}, "target_tags[Role] is null: it must have a value."),
    (
        {"instance_ids": None, "target_tags": {"Role": {"a": 1}}},
        "target_tags[Role] has a value of the type dictionary: it must be text.",
    ),
    ({"instance_ids": None, "targets": []}, "targets is empty: it must name at least one."),
    (
        {"instance_ids": None, "targets": [{"key": "Role", "values": ["w"]}]},
        "targets[1].key is 'Role': it must be InstanceIds",
    ),
    (
        {"instance_ids": None, "targets": [{"key": "tag:R", "values": []}]},
        "targets[1].values has 0 values: it must have",
    ),
    (
        {"instance_ids": None, "targets": [{"key": "tag:R", "values": ["w"]}] * 6},
        "targets has 6 entries: AWS accepts at most 5.",
    ),
    ({"instance_ids": None, "resource_group": " "}, "resource_group is ' ': it must be the name of a resource group."),
    (
        {"commands": None, "instance_ids": None, "command_ids": ["x"]},
        "command_ids has 'x': it must be the 36 characters",
    ),
    (
        {"instance_ids": None, "command_ids": [COMMAND_ID]},
        "command_ids attaches to commands already sent: commands, script",
    ),
    ({"max_concurrency": "0"}, "max_concurrency is '0': it must be a number from 1 or a percentage from 1% to 100%."),
    ({"max_concurrency": "101%"}, "max_concurrency is '101%': it must be a number from 1 or a percentage"),
    ({"max_concurrency": "50 %"}, "max_concurrency is '50 %': it must be"),
    ({"max_concurrency": "12345678"}, "max_concurrency is '12345678': it must be"),
    ({"max_errors": "-1"}, "max_errors is '-1': it must be a number from 0 or a percentage from 0% to 100%."),
    ({"max_errors": "all"}, "max_errors is 'all': it must be a number from 0"),
    ({"timeout_seconds": 29}, "timeout_seconds is 29: it must be from 30 to 2592000."),
    ({"timeout_seconds": 2_592_001}, "timeout_seconds is 2592001: it must be from 30 to 2592000."),
    ({"execution_timeout": 0}, "execution_timeout is 0: it must be from 5 to 172800, as the agent takes less"),
    ({"execution_timeout": 4}, "execution_timeout is 4: it must be from 5 to 172800, as the agent takes less"),
    (
        {"execution_timeout": 172_801},
        "execution_timeout is 172801: it must be from 5 to 172800, as",
    ),
    (
        {"parameters": {"executionTimeout": "4"}},
        "parameters.executionTimeout is too short: it must be from 5 to 172800",
    ),
    ({"parameters": {"executionTimeout": 1}}, "parameters.executionTimeout is too short: it must be from 5 to 172800"),
    ({"parameters": {"executionTimeout": ["3"]}}, "parameters.executionTimeout is too short: it must be from 5 to"),
    ({"parameters": {"executionTimeout": "03"}}, "parameters.executionTimeout is too short: it must be from 5 to"),
    ({"parameters": {"executionTimeout": 3.0}}, "parameters.executionTimeout is too short: it must be from 5 to"),
    ({"parameters": {"executionTimeout": " 0 "}}, "parameters.executionTimeout is too short: it must be from 5 to"),
    (
        {"commands": None, "parameters": {"command": "ls"}},
        "parameters has 'command': AWS-RunShellScript has no such parameter, it has commands, executionTimeout, "
        "workingDirectory. The likely one is 'commands'.",
    ),
    ({"commands": ["", " "]}, "commands is empty: it must have at least one line."),
    (
        {"instance_ids": None, "target_tags": {"Role": ["web", ""]}},
        "target_tags[Role] has an empty value: it must have at least one character.",
    ),
    (
        {"instance_ids": None, "targets": [{"key": "tag:R", "values": [""]}]},
        "targets[1].values has an empty value: it must have at least one character.",
    ),
    ({"wait_timeout": 0}, "wait_timeout is 0: it must be from 1 to"),
    ({"comment": "c" * 77}, "comment is 'ccc"),
    ({"output_s3_bucket_name": "ab"}, "output_s3_bucket_name is 'ab': it must be a bucket name of 3 to 63 characters."),
    ({"output_s3_key_prefix": "logs"}, "output_s3_key_prefix was given without output_s3_bucket_name."),
    ({"output_s3_region": "eu-west-1"}, "output_s3_region was given without output_s3_bucket_name."),
    ({"cloudwatch_log_group_name": "my group"}, "cloudwatch_log_group_name is 'my group': it must be 1 to 512 letters"),
    (
        {"cloudwatch_log_group_name": "group", "cloudwatch_output_enabled": False},
        "cloudwatch_log_group_name was given, but cloudwatch_output_enabled is false.",
    ),
    (
        {"notification_config": {"notification_arn": "arn:aws:sns:eu-west-1:1:t"}},
        "notification_config needs service_role_arn",
    ),
    ({"service_role_arn": "sns-role"}, "service_role_arn is 'sns-role': it must be the ARN of a role"),
    ({"alarm_configuration": {"alarms": []}}, "alarm_configuration.alarms has 0 alarms: AWS accepts exactly 1."),
    (
        {"alarm_configuration": {"alarms": [{"name": ""}]}},
        "alarm_configuration.alarms[1].name has 0 characters: it must",
    ),
    ({"result_max_bytes": 10}, "result_max_bytes is 10: it must be from 1000 to"),
    ({"retry_undelivered": 11}, "retry_undelivered is 11: it must be from 0 to 10."),
    ({"client_token": "deploy 7"}, "client_token is 'deploy 7': it must be 1 to 36 letters, digits and ._-."),
    ({"client_token": "x" * 37}, f"client_token is '{'x' * 37}': it must be 1 to 36 letters, digits and ._-."),
    ({"client_token_max_age": 59}, "client_token_max_age is 59: it must be from 60 to 2592000."),
    ({"lost_response_timeout": 4}, "lost_response_timeout is 4: it must be from 5 to 3600."),
    ({"wait": False, "output_dir": "out"}, "output_dir needs the results: it cannot be combined with wait: false."),
    ({"stream_output": True}, "stream_output reads CloudWatch Logs: give one of cloudwatch_log_group_name"),
    ({"full_output": True}, "full_output needs a source to read from: give one of output_s3_bucket_name"),
    (
        {"document_name": "AWS-RunPowerShellScript", "strict_shell": True},
        "strict_shell is for shells: it cannot be combined with AWS-RunPowerShellScript.",
    ),
    (
        {"document_name": "arn:aws:ssm:eu-west-1::document/AWS-RunPowerShellScript", "strict_shell": True},
        "strict_shell is for shells: it cannot be combined with AWS-RunPowerShellScript.",
    ),
    (
        {"document_name": "Team-Doc", "commands": None, "strict_shell": True},
        "strict_shell needs commands: give commands, script or parameters.commands.",
    ),
    (
        {"execution_timeout": 5, "parameters": {"executionTimeout": "9"}},
        "execution_timeout and parameters.executionTimeout were both given: give one of them.",
    ),
    (
        {"working_directory": "/", "parameters": {"workingDirectory": "/srv"}},
        "working_directory and parameters.workingDirectory were both given: give one of them.",
    ),
    (
        {"commands": None, "instance_ids": None, "command_ids": [COMMAND_ID], "retry_undelivered": 1},
        "retry_undelivered sends again: it cannot be combined with command_ids, which sends nothing.",
    ),
    (
        {"commands": None, "instance_ids": None, "command_ids": [COMMAND_ID], "client_token": "deploy-7"},
        "client_token finds the commands itself: it cannot be combined with command_ids.",
    ),
]


# What is taken from a table of choices, which Ansible itself checks.
CHOICES = {"send_per_host", "on_timeout", "on_interrupt", "on_lost_response", "fail_on", "fold_mask"}


def refusal(changes: dict[str, t.Any]) -> str:
    """What is said against GOOD with these changes; "" when nothing is."""
    try:
        check_arguments(GOOD | changes)
    except RequestError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("changes", "sentence"), BAD)
def test_bad_argument_is_refused_by_name(changes: dict[str, t.Any], sentence: str) -> None:
    text = refusal(changes)
    assert text.startswith(sentence)
    assert text.endswith(".")
    assert "\n" not in text


def values_of(given: t.Any) -> t.Iterator[str]:
    """The values in an argument as messages show them."""
    if isinstance(given, (dict, list)) and given:
        for item in given.values() if isinstance(given, dict) else given:
            yield from values_of(item)
    elif given is not None and not isinstance(given, bool):
        yield repr(given)


@pytest.mark.parametrize(("changes", "_sentence"), BAD)
def test_under_no_log_the_sentence_has_no_value(changes: dict[str, t.Any], _sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        check_arguments(GOOD | changes)
    words = re.findall(r"'[^']*'|[^\s:,.]+", refusal.value.without_value.split(": it must")[0])
    assert not set(values_of(changes)) & set(words)
    assert refusal.value.without_value.split()[0] == str(refusal.value).split()[0]


def test_every_option_is_refused_in_some_row() -> None:
    assert {name for changes, _sentence in BAD for name in changes} == set(ARGUMENT_SPEC) - CHOICES


def by_tags(tags: dict[t.Any, t.Any]) -> dict[str, t.Any]:
    return {"instance_ids": None, "target_tags": tags}


def by_targets(*targets: tuple[str, int]) -> dict[str, t.Any]:
    return {"instance_ids": None, "targets": [{"key": key, "values": ["v"] * count} for key, count in targets]}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"document_name": "abc"},
        {"document_name": "a" * 128},
        {"document_version": "$LATEST"},
        {"document_version": "10"},
        {"document_hash": "a" * 256, "document_hash_type": "Sha1"},
        {"comment": "c" * MAX_OWN_COMMENT_LENGTH},
        {"comment": "two\nlines"},
        *({"max_concurrency": value} for value in ("1", "1%", "99%", "100%", "1234567")),
        *({"max_errors": value} for value in ("0", "0%", "10%", "99%", "100%", "1234567")),
        *({"timeout_seconds": value} for value in (30, 2_592_000)),
        *({"execution_timeout": value} for value in (5, 172_800)),
        *({"wait_timeout": value} for value in (1, 2_764_800)),
        *({"result_max_bytes": value} for value in (1_000, 2**31)),
        *({"retry_undelivered": value} for value in (0, 10)),
        *({"output_s3_bucket_name": "b" * length} for length in (3, 63)),
        {"output_s3_bucket_name": "out", "output_s3_key_prefix": "p" * 500, "output_s3_region": "r" * 20},
        {"output_s3_bucket_name": "out", "output_s3_region": "abc"},
        {"cloudwatch_log_group_name": "g" * 512, "stream_output": True, "full_output": True},
        {"cloudwatch_output_enabled": True, "stream_output": True},
        by_tags({"k" * 128: ["v"] * 50}),
        by_tags({f"k{number}": "v" for number in range(5)}),
        by_tags({1: "v", False: "w"}),
        by_targets(*[("tag:R", 50)] * 5),
        by_targets(("tag-key", 1)),
        by_targets(("tag:" + "k" * 128, 1)),
        by_targets(("InstanceIds", 1)),
        by_targets(("resource-groups:Name", 1), ("resource-groups:ResourceTypeFilters", 1)),
        {"instance_ids": None, "resource_group": "g"},
        {"instance_ids": ["i-12345678", NODE, "mi-" + "0" * 17]},
        {"alarm_configuration": {"alarms": [{"name": "a"}]}},
        {"alarm_configuration": {"alarms": [{"name": "a" * 255}]}},
        {"document_name": "Team-Doc", "commands": None},
        {"document_name": "Team-Doc", "commands": None, "parameters": {"executionTimeout": "1"}},
        {"parameters": {"executionTimeout": "5"}},
        {"parameters": {"executionTimeout": "{{ssm:timeout}}"}},
        {"parameters": {"executionTimeout": ["40"]}},
        {"parameters": {"executionTimeout": 30.0}},
        {"commands": None, "parameters": {"commands": ["ls"]}, "strict_shell": True},
        {"commands": None, "script": "run.sh", "strict_shell": True},
        {
            "commands": None,
            "instance_ids": None,
            "command_ids": [COMMAND_ID],
            "full_output": True,
            "stream_output": True,
        },
        {"wait": False, "retry_undelivered": 0},
        {"commands": None, "instance_ids": None, "command_ids": [COMMAND_ID], "wait": False, "full_output": False},
    ],
)
def test_what_is_just_within_passes(changes: dict[str, t.Any]) -> None:
    assert refusal(changes) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"document_name": "a" * 129},
        {"document_hash": "a" * 257},
        {"comment": "c" * (MAX_OWN_COMMENT_LENGTH + 1)},
        {"max_concurrency": "0%"},
        {"max_errors": "101%"},
        {"max_errors": "12345678"},
        {"wait_timeout": 2_764_801},
        {"result_max_bytes": 999},
        {"result_max_bytes": 2**31 + 1},
        {"retry_undelivered": -1},
        {"output_s3_bucket_name": "b" * 64},
        {"output_s3_key_prefix": "p" * 501, "output_s3_bucket_name": "out"},
        {"output_s3_region": "ab", "output_s3_bucket_name": "out"},
        {"output_s3_region": "r" * 21, "output_s3_bucket_name": "out"},
        {"cloudwatch_log_group_name": "g" * 513},
        by_targets(("tag:R", 51)),
        by_targets(("tag:", 1)),
        by_targets(("tag:" + "k" * 129, 1)),
        {"instance_ids": ["mi-12345678"]},
        {"alarm_configuration": {"alarms": [{"name": "a" * 256}]}},
        {"alarm_configuration": {"alarms": [{"name": "a"}, {"name": "b"}]}},
        {"wait": False, "full_output": True, "output_s3_bucket_name": "out"},
        {"wait": False, "stream_output": True, "cloudwatch_output_enabled": True},
        {"wait": False, "retry_undelivered": 1},
        {"stream_output": True, "output_s3_bucket_name": "out"},
    ],
)
def test_what_is_just_beyond_is_refused(changes: dict[str, t.Any]) -> None:
    named = refusal(changes).partition(" ")[0]
    assert named.partition("[")[0].partition(".")[0] in changes


def test_a_comment_leaves_room_for_the_token() -> None:
    assert MAX_OWN_COMMENT_LENGTH == 76
