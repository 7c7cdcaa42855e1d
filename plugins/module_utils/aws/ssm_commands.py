# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Run Command API of SSM: one API call per function, which the engine repeats by itself."""

from __future__ import annotations

import operator
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_lookup,
    aws_write,
    once,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.type_defs import (
        CommandFilterTypeDef,
        CommandTypeDef,
        DocumentDescriptionTypeDef,
        GetCommandInvocationResultTypeDef,
        InstanceInformationStringFilterTypeDef,
        InstanceInformationTypeDef,
        ListCommandInvocationsResultTypeDef,
        ListCommandsResultTypeDef,
    )

PAGE_SIZE = 50
# What every command and every invocation has, and nothing works without.
_OF_COMMAND: t.Final = ("CommandId", "Status")


def send_command(client: SSMClient, **request: t.Any) -> CommandTypeDef:
    """Send once and return SendCommand's C(Command).

    No retry and no error handler: what the caller does next depends on whether the failed call was accepted.

    :raises botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError: unchanged.
    :raises KeyError: the response was truncated, and lacks the command or what identifies it.
    """
    command = client.send_command(**request)["Command"]
    operator.itemgetter(*_OF_COMMAND)(command)
    return command


def _check_entries(entries: Iterable[t.Mapping[str, t.Any]], fields: Iterable[str]) -> None:
    """Raise IncompleteAnswerError for an entry of a listing that lacks one of the fields."""
    for entry in entries:
        for field in fields:
            answer_field(entry, field)


@aws_call("describe the document", retry=once)
def describe_document(client: SSMClient, name: str, version: str | None) -> DocumentDescriptionTypeDef:
    """DescribeDocument's C(Document)."""
    chosen = {"DocumentVersion": version} if version else {}
    answer = client.describe_document(Name=name, **t.cast("t.Any", chosen))
    return t.cast("DocumentDescriptionTypeDef", answer_field(answer, "Document"))


@aws_call("read the document", retry=once)
def get_document_content(client: SSMClient, name: str, version: str | None) -> str:
    """The content of the document as JSON text (GetDocument)."""
    chosen = {"DocumentVersion": version} if version else {}
    answer = client.get_document(Name=name, DocumentFormat="JSON", **t.cast("t.Any", chosen))
    return t.cast("str", answer_field(answer, "Content"))


@aws_call("list commands", retry=once)
def list_commands_page(
    client: SSMClient, filters: Sequence[CommandFilterTypeDef], token: str | None
) -> ListCommandsResultTypeDef:
    """One page of ListCommands; `filters` as the API accepts them."""
    page: dict[str, t.Any] = {"NextToken": token} if token else {}
    if filters:
        page["Filters"] = list(filters)
    answer = client.list_commands(MaxResults=PAGE_SIZE, **page)
    _check_entries(answer_field(answer, "Commands"), _OF_COMMAND)
    return answer


@aws_lookup("list the command", missing=["InvalidCommandId"], retry=once)
def find_command(client: SSMClient, command_id: str) -> CommandTypeDef | None:
    """The command with this ID, or None if AWS does not list it yet."""
    commands: list[CommandTypeDef] = answer_field(client.list_commands(CommandId=command_id), "Commands")
    _check_entries(commands, _OF_COMMAND)
    return commands[0] if commands else None


@aws_call("list the invocations of the command", retry=once)
def list_invocations_page(
    client: SSMClient, command_id: str, filters: Sequence[CommandFilterTypeDef], token: str | None
) -> ListCommandInvocationsResultTypeDef:
    """One page of ListCommandInvocations with details."""
    page: dict[str, t.Any] = {"NextToken": token} if token else {}
    if filters:
        page["Filters"] = list(filters)
    answer = client.list_command_invocations(CommandId=command_id, Details=True, MaxResults=PAGE_SIZE, **page)
    _check_entries(answer_field(answer, "CommandInvocations"), ("InstanceId", *_OF_COMMAND))
    return answer


@aws_call("read the output of the command", retry=once)
def get_command_invocation(
    client: SSMClient, command_id: str, instance_id: str, plugin_name: str | None
) -> GetCommandInvocationResultTypeDef:
    """GetCommandInvocation; `plugin_name` selects the step of a document with several steps."""
    step = {"PluginName": plugin_name} if plugin_name else {}
    answer = client.get_command_invocation(CommandId=command_id, InstanceId=instance_id, **t.cast("t.Any", step))
    answer_field(answer, "Status")
    return answer


@aws_write("cancel the command", retry=once)
def cancel_command(client: SSMClient, command_id: str, instance_ids: Sequence[str]) -> None:
    """Request cancellation on these nodes (at most 50) or, without nodes, on all."""
    chosen = {"InstanceIds": list(instance_ids)} if instance_ids else {}
    client.cancel_command(CommandId=command_id, **t.cast("t.Any", chosen))


@aws_call("describe managed nodes", retry=once)
def describe_nodes_page(
    client: SSMClient, filters: Sequence[InstanceInformationStringFilterTypeDef], token: str | None
) -> tuple[list[InstanceInformationTypeDef], str | None]:
    """One page of DescribeInstanceInformation and the token of the next."""
    page = {"NextToken": token} if token else {}
    answer = client.describe_instance_information(Filters=filters, MaxResults=PAGE_SIZE, **t.cast("t.Any", page))
    return answer_field(answer, "InstanceInformationList"), answer.get("NextToken")
