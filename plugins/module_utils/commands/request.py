# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Converts the options of a task to SendCommand requests. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import (
    TOKEN_LENGTH,
    Marks,
    comment_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.option_checks import tag_key, tag_values
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.rate_control import (
    DEFAULT_MAX_CONCURRENCY,
    DEFAULT_MAX_ERRORS,
    absolute_limit,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.shell_scripts import script_lines, strict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.written_values import scalar_text

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import (
        AlarmConfiguration,
        NotificationConfig,
        OutputOptions,
        ParameterOptions,
        SendOptions,
        TargetOptions,
    )

MAX_IDS_PER_COMMAND = 50

ApiTarget = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class SendRequest:
    """What a task sends: the fields that all its SendCommand calls share, and the nodes.

    `fields` are SendCommand's own (C(DocumentName), C(Parameters), ...), without targets, rate controls and Comment.
    Either `instance_ids` (any number) or `targets` (at most 5) is filled.
    """

    fields: Mapping[str, t.Any]
    instance_ids: tuple[str, ...]
    targets: tuple[ApiTarget, ...]
    max_concurrency: str | None
    max_errors: str | None
    comment: str
    # What sends the request, as the comment names it: a job of AWX, the most important words first.
    origin: tuple[str, ...] = ()
    client_token: str | None = None
    client_token_max_age: int = 0

    def id_parts(self) -> Iterator[tuple[str, ...]]:
        """The node IDs in lists that fit into one SendCommand call."""
        for start in range(0, len(self.instance_ids), MAX_IDS_PER_COMMAND):
            yield self.instance_ids[start : start + MAX_IDS_PER_COMMAND]

    def comment_with(self, marks: Marks) -> str:
        """The comment of the command that has these marks."""
        return comment_of(marks, self.comment, self.origin)

    def diff(self) -> dict[str, str]:
        """The request as Ansible shows it in diff mode."""
        # As long as the token that it stands for: the text of the comment has what is left.
        token = "ssmops-".ljust(TOKEN_LENGTH, ".")
        marks = Marks(token, self.client_token, (1, max(1, len(list(self.id_parts())))))
        shown = {
            **self.fields,
            "InstanceIds": list(self.instance_ids),
            "Targets": list(self.targets),
            "Comment": self.comment_with(marks),
        }
        limits = {"MaxConcurrency": self.max_concurrency, "MaxErrors": self.max_errors}
        sent = {name: value for name, value in {**shown, **limits}.items() if value}
        return {"before": "", "after": json.dumps(sent, indent=2, sort_keys=True) + "\n"}


def check_unwaited(request: SendRequest) -> None:
    """Raise RequestError if the commands cannot all be sent at once, which is required without waiting.

    Each of the commands for 50 IDs needs at least one node of max_concurrency, and errors of one must not matter to
    the others.
    """
    total, parts = len(request.instance_ids), len(list(request.id_parts()))
    if parts <= 1:
        return
    at_once = absolute_limit(request.max_concurrency or DEFAULT_MAX_CONCURRENCY, total)
    if parts > max(1, at_once):
        raise RequestError(
            f"wait is false, and {total} node IDs make {parts} commands, of which max_concurrency allows {at_once} "
            "at a time: the others are sent as these end, which requires wait: true."
        )
    if absolute_limit(request.max_errors or DEFAULT_MAX_ERRORS, total) < total:
        raise RequestError(
            f"wait is false, and {total} node IDs make {parts} commands: the others are sent only if the first one's "
            "nodes succeed, which requires wait: true, or max_errors: 100%."
        )


def build_request(
    options: SendOptions, parameters: Mapping[str, list[str]], origin: tuple[str, ...] = ()
) -> SendRequest:
    """The request for checked options; `parameters` in the format of SendCommand, `origin` as in SendRequest."""
    fields = {
        **_document_fields(options),
        "Parameters": dict(parameters) or None,
        **_output_fields(options.output),
        **_command_fields(options),
    }
    return SendRequest(
        fields={name: value for name, value in fields.items() if value is not None},
        instance_ids=_instance_ids(options),
        targets=tuple(_targets(options.targets)),
        max_concurrency=options.targets.max_concurrency,
        max_errors=options.targets.max_errors,
        comment=options.command.comment or "",
        origin=origin,
        client_token=options.command.client_token,
        client_token_max_age=options.command.client_token_max_age,
    )


def _instance_ids(options: SendOptions) -> tuple[str, ...]:
    ids = options.targets.instance_ids or ()
    # A client token finds commands by their nodes, in whatever order these are given.
    return tuple(sorted(ids)) if options.command.client_token else ids


def short_form_parameters(options: ParameterOptions, script: str | None) -> dict[str, t.Any]:
    """The document's parameters, including the short forms (commands, script, working_directory, ...).

    `script` is the content of the script file, if given.
    """
    parameters = dict(options.parameters or {})
    if options.commands:
        parameters["commands"] = list(options.commands)
    if script is not None:
        parameters["commands"] = script_lines(script)
    if options.strict_shell:
        commands = parameters["commands"]
        parameters["commands"] = strict(commands if isinstance(commands, (list, tuple)) else [commands])
    if options.working_directory is not None:
        parameters["workingDirectory"] = options.working_directory
    if options.execution_timeout is not None:
        parameters["executionTimeout"] = options.execution_timeout
    return parameters


def _targets(options: TargetOptions) -> Iterator[ApiTarget]:
    for raw_key, value in (options.target_tags or {}).items():
        key = tag_key(raw_key)
        yield {"Key": f"tag:{key}", "Values": [scalar_text(f"target_tags[{key}]", item) for item in tag_values(value)]}
    for target in options.targets or ():
        yield {"Key": target.key, "Values": list(target.values)}
    if options.resource_group:
        yield {"Key": "resource-groups:Name", "Values": [options.resource_group]}


def _document_fields(options: SendOptions) -> dict[str, t.Any]:
    return {
        "DocumentName": options.document.document_name,
        "DocumentVersion": options.document.document_version,
        "DocumentHash": options.document.document_hash,
        "DocumentHashType": options.document.document_hash_type,
    }


def _output_fields(options: OutputOptions) -> dict[str, t.Any]:
    return {
        "OutputS3BucketName": options.output_s3_bucket_name,
        "OutputS3KeyPrefix": options.output_s3_key_prefix,
        "OutputS3Region": options.output_s3_region,
        "CloudWatchOutputConfig": _cloudwatch_config(options),
    }


def _command_fields(options: SendOptions) -> dict[str, t.Any]:
    return {
        "TimeoutSeconds": options.command.timeout_seconds,
        "ServiceRoleArn": options.command.service_role_arn,
        "NotificationConfig": _notification_config(options.command.notification_config),
        "AlarmConfiguration": _alarm_configuration(options.command.alarm_configuration),
    }


def _notification_config(config: NotificationConfig | None) -> dict[str, t.Any] | None:
    if config is None:
        return None
    fields = {
        "NotificationArn": config.notification_arn,
        "NotificationEvents": None if config.notification_events is None else list(config.notification_events),
        "NotificationType": config.notification_type,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _cloudwatch_config(options: OutputOptions) -> dict[str, t.Any] | None:
    group, enabled = options.cloudwatch_log_group_name, options.cloudwatch_output_enabled
    if group is None and enabled is None:
        return None
    return {"CloudWatchOutputEnabled": enabled is not False} | ({"CloudWatchLogGroupName": group} if group else {})


def _alarm_configuration(configuration: AlarmConfiguration | None) -> dict[str, t.Any] | None:
    if configuration is None:
        return None
    return {
        "Alarms": [{"Name": name} for name in configuration.alarms],
        "IgnorePollAlarmFailure": configuration.ignore_poll_alarm_failure,
    }
