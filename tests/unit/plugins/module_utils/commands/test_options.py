# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option is read once, into the part of the task that works with it."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import options
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import ARGUMENT_SPEC

from .given import DEFAULTS, send_options

COMMAND_ID = "11111111-2222-4333-8444-555555555555"
PARTS = (
    options.DocumentOptions,
    options.ParameterOptions,
    options.TargetOptions,
    options.OutputOptions,
    options.CommandOptions,
    options.WaitOptions,
    options.ResultOptions,
)


def fields_of(kind: t.Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def test_every_option_is_in_one_part() -> None:
    counted = collections.Counter(["command_ids", *(name for part in PARTS for name in fields_of(part))])
    assert counted == dict.fromkeys(ARGUMENT_SPEC, 1)


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        ("targets", options.Target),
        ("notification_config", options.NotificationConfig),
        ("alarm_configuration", options.AlarmConfiguration),
    ],
)
def test_every_suboption_is_read(option: str, kind: type) -> None:
    assert set(fields_of(kind)) == set(ARGUMENT_SPEC[option]["options"])


def test_what_is_given_stands_under_its_name() -> None:
    read = send_options(
        {
            "commands": ["uptime"],
            "instance_ids": ["i-1", "i-2"],
            "output_s3_bucket_name": "outputs",
            "timeout_seconds": 90,
            "retry_undelivered": 2,
            "fail_on": "never",
        }
    )
    assert read.document.document_name == "AWS-RunShellScript"
    assert read.parameters.commands == ("uptime",)
    assert read.targets.instance_ids == ("i-1", "i-2")
    assert read.output.output_s3_bucket_name == "outputs"
    assert read.command.timeout_seconds == 90
    assert (read.wait.wait, read.wait.retry_undelivered) == (True, 2)
    assert read.result.fail_on == "never"


def test_nested_options_are_values_too() -> None:
    read = send_options(
        {
            "targets": [{"key": "tag:Role", "values": ["web", "db"]}],
            "notification_config": {
                "notification_arn": "topic",
                "notification_events": ["Failed"],
                "notification_type": None,
            },
            "alarm_configuration": {"alarms": [{"name": "down"}], "ignore_poll_alarm_failure": True},
        }
    )
    assert read.targets.targets == (options.Target("tag:Role", ("web", "db")),)
    assert read.command.notification_config == options.NotificationConfig("topic", ("Failed",), None)
    assert read.command.alarm_configuration == options.AlarmConfiguration(("down",), ignore_poll_alarm_failure=True)


def test_command_ids_make_a_task_that_attaches() -> None:
    read = options.read_options({**DEFAULTS, "command_ids": [COMMAND_ID], "on_timeout": "leave"})
    assert isinstance(read, options.AttachOptions)
    assert (read.command_ids, read.wait.on_timeout) == ((COMMAND_ID,), "leave")
    assert isinstance(options.read_options({**DEFAULTS, "instance_ids": ["i-1"]}), options.SendOptions)


def test_without_cancelling_cancels_nothing_and_changes_nothing_else() -> None:
    wait = send_options({"wait_timeout": 5}).wait
    assert (wait.on_interrupt, wait.on_timeout) == ("cancel", "cancel")
    assert wait.without_cancelling() == dataclasses.replace(wait, on_interrupt="leave", on_timeout="leave")


@pytest.mark.parametrize(
    ("given", "group"),
    [
        ({}, "/aws/ssm/AWS-RunShellScript"),
        ({"document_name": "arn:aws:ssm:eu-west-1:123456789012:document/Team-Doc"}, "/aws/ssm/Team-Doc"),
        ({"cloudwatch_log_group_name": "/ops"}, "/ops"),
    ],
)
def test_log_group(given: dict[str, t.Any], group: str) -> None:
    assert send_options(given).log_group == group


def test_options_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        send_options({}).wait.wait = False  # type: ignore[misc]  # what is tried here
