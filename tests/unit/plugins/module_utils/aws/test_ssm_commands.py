# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls of the Run Command family send and make of the answers, on botocore's own model of SSM."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError
from botocore.exceptions import ClientError

if t.TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

    from tests.support.service_models import StubbedClient

SERVICE = "ssm"
NODE = "i-0123456789abcdef0"
COMMAND_ID = "11111111-2222-4333-8444-555555555555"
COMMAND = {"CommandId": COMMAND_ID, "Status": "Success"}
STATUS_FILTER: list[t.Any] = [{"key": "Status", "value": "Failed"}]
Call = t.Callable[["SSMClient"], object]


class Row(t.NamedTuple):
    """A call, what it must send, what AWS answers, and what it gives."""

    call: Call
    operation: str
    sent: dict[str, t.Any]
    answer: dict[str, t.Any]
    given: object


INVOCATIONS = {"CommandInvocations": [{"InstanceId": NODE, **COMMAND}]}
ROWS = {
    "describe the document": Row(
        lambda client: ssm_commands.describe_document(client, "Doc", None),
        "describe_document",
        {"Name": "Doc"},
        {"Document": {"Name": "Doc"}},
        {"Name": "Doc"},
    ),
    "describe a version": Row(
        lambda client: ssm_commands.describe_document(client, "Doc", "2"),
        "describe_document",
        {"Name": "Doc", "DocumentVersion": "2"},
        {"Document": {"Name": "Doc"}},
        {"Name": "Doc"},
    ),
    "read the content": Row(
        lambda client: ssm_commands.get_document_content(client, "Doc", "$LATEST"),
        "get_document",
        {"Name": "Doc", "DocumentVersion": "$LATEST", "DocumentFormat": "JSON"},
        {"Content": "{}"},
        "{}",
    ),
    "first page of commands": Row(
        lambda client: ssm_commands.list_commands_page(client, [], None)["Commands"],
        "list_commands",
        {"MaxResults": 50},
        {"Commands": [COMMAND]},
        [COMMAND],
    ),
    "next page of commands": Row(
        lambda client: ssm_commands.list_commands_page(client, STATUS_FILTER, "more")["Commands"],
        "list_commands",
        {"MaxResults": 50, "Filters": STATUS_FILTER, "NextToken": "more"},
        {"Commands": []},
        [],
    ),
    "find": Row(
        lambda client: ssm_commands.find_command(client, COMMAND_ID),
        "list_commands",
        {"CommandId": COMMAND_ID},
        {"Commands": [COMMAND]},
        COMMAND,
    ),
    "find nothing": Row(
        lambda client: ssm_commands.find_command(client, COMMAND_ID),
        "list_commands",
        {"CommandId": COMMAND_ID},
        {"Commands": []},
        None,
    ),
    "first page of invocations": Row(
        lambda client: ssm_commands.list_invocations_page(client, COMMAND_ID, [], None)["CommandInvocations"],
        "list_command_invocations",
        {"CommandId": COMMAND_ID, "Details": True, "MaxResults": 50},
        INVOCATIONS,
        INVOCATIONS["CommandInvocations"],
    ),
    "next page of invocations": Row(
        lambda client: ssm_commands.list_invocations_page(client, COMMAND_ID, STATUS_FILTER, "x")["CommandInvocations"],
        "list_command_invocations",
        {"CommandId": COMMAND_ID, "Details": True, "MaxResults": 50, "Filters": STATUS_FILTER, "NextToken": "x"},
        INVOCATIONS,
        INVOCATIONS["CommandInvocations"],
    ),
    "output": Row(
        lambda client: ssm_commands.get_command_invocation(client, COMMAND_ID, NODE, None)["Status"],
        "get_command_invocation",
        {"CommandId": COMMAND_ID, "InstanceId": NODE},
        {"Status": "Success"},
        "Success",
    ),
    "output of a step": Row(
        lambda client: ssm_commands.get_command_invocation(client, COMMAND_ID, NODE, "second")["Status"],
        "get_command_invocation",
        {"CommandId": COMMAND_ID, "InstanceId": NODE, "PluginName": "second"},
        {"Status": "Failed"},
        "Failed",
    ),
    "cancel all": Row(
        lambda client: ssm_commands.cancel_command(client, COMMAND_ID, ()),
        "cancel_command",
        {"CommandId": COMMAND_ID},
        {},
        None,
    ),
    "cancel some": Row(
        lambda client: ssm_commands.cancel_command(client, COMMAND_ID, [NODE]),
        "cancel_command",
        {"CommandId": COMMAND_ID, "InstanceIds": [NODE]},
        {},
        None,
    ),
    "nodes": Row(
        lambda client: ssm_commands.describe_nodes_page(client, [{"Key": "InstanceIds", "Values": [NODE]}], "x"),
        "describe_instance_information",
        {"Filters": [{"Key": "InstanceIds", "Values": [NODE]}], "MaxResults": 50, "NextToken": "x"},
        {"InstanceInformationList": [{"InstanceId": NODE}], "NextToken": "y"},
        ([{"InstanceId": NODE}], "y"),
    ),
    "last nodes": Row(
        lambda client: ssm_commands.describe_nodes_page(client, [], None),
        "describe_instance_information",
        {"Filters": [], "MaxResults": 50},
        {"InstanceInformationList": []},
        ([], None),
    ),
    "send": Row(
        lambda client: ssm_commands.send_command(client, DocumentName="Doc-1", InstanceIds=[NODE]),
        "send_command",
        {"DocumentName": "Doc-1", "InstanceIds": [NODE]},
        {"Command": COMMAND},
        COMMAND,
    ),
}
PROMISED = [name for name in ROWS if not name.startswith(("cancel", "send"))]


@pytest.mark.parametrize("name", ROWS)
def test_what_is_sent_and_given(stubbed: StubbedClient, name: str) -> None:
    client, stub = stubbed
    row = ROWS[name]
    stub.add_response(row.operation, row.answer, row.sent)
    assert row.call(client) == row.given


@pytest.mark.parametrize("name", PROMISED)
def test_an_answer_without_what_is_promised_is_incomplete(stubbed: StubbedClient, name: str) -> None:
    client, stub = stubbed
    stub.add_response(ROWS[name].operation, {})
    with pytest.raises(IncompleteAnswerError, match="it lacks"):
        ROWS[name].call(client)


@pytest.mark.parametrize("entry", [{}, {"CommandId": COMMAND_ID}, {"Status": "Success"}])
def test_a_command_without_what_identifies_it_is_incomplete(stubbed: StubbedClient, entry: t.Any) -> None:
    client, stub = stubbed
    stub.add_response("send_command", {"Command": entry})
    stub.add_response("list_commands", {"Commands": [entry]})
    stub.add_response("list_command_invocations", {"CommandInvocations": [entry]})
    with pytest.raises(KeyError):
        ssm_commands.send_command(client, DocumentName="Doc-1", InstanceIds=[NODE])
    with pytest.raises(IncompleteAnswerError, match="it lacks"):
        ssm_commands.find_command(client, COMMAND_ID)
    with pytest.raises(IncompleteAnswerError, match="it lacks"):
        ssm_commands.list_invocations_page(client, COMMAND_ID, [], None)


@pytest.mark.parametrize("name", [name for name in ROWS if name != "send"])
def test_an_error_is_one_sentence(stubbed: StubbedClient, name: str) -> None:
    client, stub = stubbed
    stub.add_client_error(ROWS[name].operation, "AccessDeniedException", "no")
    with pytest.raises(AnsibleAWSError, match=r"^Failed to [a-z ]+: .*AccessDeniedException"):
        ROWS[name].call(client)


def test_a_send_that_fails_is_left_as_it_came(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_client_error("send_command", "ThrottlingException")
    with pytest.raises(ClientError):
        ROWS["send"].call(client)
    stub.add_response("send_command", {})
    with pytest.raises(KeyError):
        ROWS["send"].call(client)


def test_a_command_id_of_another_place_is_not_found(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_client_error("list_commands", "InvalidCommandId")
    assert ssm_commands.find_command(client, COMMAND_ID) is None
