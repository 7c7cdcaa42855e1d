# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of send_command as typed values, read once. Pure.

Fields have the names of the options, whose texts and defaults are those of the documentation; lists have become tuples.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.documents import document_title

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Ending = t.Literal["cancel", "leave"]
S = t.TypeVar("S")


@dataclasses.dataclass(frozen=True)
class DocumentOptions:
    """The document to run."""

    document_name: str
    document_version: str | None
    document_hash: str | None
    document_hash_type: str | None


@dataclasses.dataclass(frozen=True)
class ParameterOptions:
    """The parameters of the document, and the short forms of some."""

    parameters: Mapping[str, t.Any] | None
    commands: tuple[str, ...] | None
    script: str | None
    working_directory: str | None
    execution_timeout: int | None
    strict_shell: bool


@dataclasses.dataclass(frozen=True)
class Target:
    """One item of the option targets."""

    key: str
    values: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class TargetOptions:
    """The nodes to send to, and how many at once. Exactly one of the first four is set."""

    instance_ids: tuple[str, ...] | None
    targets: tuple[Target, ...] | None
    target_tags: Mapping[str, t.Any] | None
    resource_group: str | None
    max_concurrency: str | None
    max_errors: str | None


@dataclasses.dataclass(frozen=True)
class OutputOptions:
    """The destinations of the nodes' output."""

    output_s3_bucket_name: str | None
    output_s3_key_prefix: str | None
    output_s3_region: str | None
    cloudwatch_log_group_name: str | None
    cloudwatch_output_enabled: bool | None


@dataclasses.dataclass(frozen=True)
class NotificationConfig:
    """The SNS notifications."""

    notification_arn: str
    notification_events: tuple[str, ...] | None
    notification_type: str | None


@dataclasses.dataclass(frozen=True)
class AlarmConfiguration:
    """The names of the alarms that cancel the command."""

    alarms: tuple[str, ...]
    ignore_poll_alarm_failure: bool


@dataclasses.dataclass(frozen=True)
class CommandOptions:
    """Other fields of the command, and whether another host of the run may send it too."""

    timeout_seconds: int | None
    comment: str | None
    service_role_arn: str | None
    notification_config: NotificationConfig | None
    alarm_configuration: AlarmConfiguration | None
    send_per_host: bool
    client_token: str | None
    client_token_max_age: int


@dataclasses.dataclass(frozen=True)
class WaitOptions:
    """How to wait for the results, and what to do with the commands if the wait ends early."""

    wait: bool
    wait_timeout: int | None
    on_interrupt: Ending
    on_timeout: Ending
    retry_undelivered: int
    on_lost_response: t.Literal["fail", "resend"]
    lost_response_timeout: int

    def without_cancelling(self) -> WaitOptions:
        """The same, without ever cancelling a command."""
        return dataclasses.replace(self, on_interrupt="leave", on_timeout="leave")


@dataclasses.dataclass(frozen=True)
class ResultOptions:
    """What to return and display, and when to fail."""

    full_output: bool
    stream_output: bool
    output_dir: str | None
    result_max_bytes: int | None
    fold_mask: bool
    fail_on: t.Literal["any", "command", "never", "skipped", "truncated"]


@dataclasses.dataclass(frozen=True)
class TaskOptions:
    """The options that sending and attaching have in common."""

    document: DocumentOptions
    output: OutputOptions
    wait: WaitOptions
    result: ResultOptions

    @property
    def log_group(self) -> str:
        """The log group that the command writes to: the named one, or the agent's own for the document."""
        return self.output.cloudwatch_log_group_name or f"/aws/ssm/{document_title(self.document.document_name)}"


@dataclasses.dataclass(frozen=True)
class SendOptions(TaskOptions):
    """The options of a task that sends."""

    parameters: ParameterOptions
    targets: TargetOptions
    command: CommandOptions


@dataclasses.dataclass(frozen=True)
class AttachOptions(TaskOptions):
    """The options of a task that attaches to commands sent before."""

    command_ids: tuple[str, ...]


def read_options(arguments: Mapping[str, t.Any]) -> SendOptions | AttachOptions:
    """The options of a task, from all its arguments, validated and checked."""
    if arguments["command_ids"]:
        return AttachOptions(**_common(arguments), command_ids=tuple(arguments["command_ids"]))
    return read_send_options(arguments)


def read_send_options(arguments: Mapping[str, t.Any]) -> SendOptions:
    """Like read_options, for a task that sends."""
    targets = arguments["targets"]
    read_targets = None if targets is None else tuple(_read(Target, target) for target in targets)
    return SendOptions(
        **_common(arguments),
        parameters=_read(ParameterOptions, arguments),
        targets=_read(TargetOptions, {**arguments, "targets": read_targets}),
        command=_read_command(arguments),
    )


def _common(arguments: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "document": _read(DocumentOptions, arguments),
        "output": _read(OutputOptions, arguments),
        "wait": _read(WaitOptions, arguments),
        "result": _read(ResultOptions, arguments),
    }


def _read_command(arguments: Mapping[str, t.Any]) -> CommandOptions:
    notification, alarms = arguments["notification_config"], arguments["alarm_configuration"]
    read = {
        "notification_config": _read(NotificationConfig, notification) if notification else None,
        "alarm_configuration": _read_alarms(alarms) if alarms else None,
    }
    return _read(CommandOptions, {**arguments, **read})


def _read_alarms(configuration: Mapping[str, t.Any]) -> AlarmConfiguration:
    names = [alarm["name"] for alarm in configuration["alarms"]]
    return _read(AlarmConfiguration, {**configuration, "alarms": names})


def _read(kind: type[S], arguments: Mapping[str, t.Any]) -> S:
    """A dataclass from the arguments with the names of its fields."""
    values = {field.name: arguments[field.name] for field in dataclasses.fields(t.cast("t.Any", kind))}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
