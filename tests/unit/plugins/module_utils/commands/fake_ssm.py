# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An SSM client that keeps its state in memory and time on a clock that only sleeping moves.

Its listings, filters, pages and cancels are tried beside the sandbox's, by the same tests: tests/unit/test_fake_ssm.py.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import json
import re
import types
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from botocore.exceptions import ClientError

from tests.support.service_models import FakeClient

if t.TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 50
# A request of SendCommand that reaches all nodes.
TO_ALL: t.Any = {"DocumentName": "AWS-RunShellScript", "Targets": [{"Key": "tag-key", "Values": ["Role"]}]}
UNFINISHED = ("Pending", "InProgress", "Delayed", "Cancelling")
# An ISO 8601 time with its zone; AWS's own form, C(2026-01-31T00:00:00Z), is one.
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
# Fields of a request that a command is listed with.
OUTPUT_FIELDS = ("OutputS3BucketName", "OutputS3KeyPrefix", "CloudWatchOutputConfig")
STATUSES = {*UNFINISHED, "Success", "Cancelled", "Failed", "TimedOut"}

Json = dict[str, t.Any]


def client_error(code: str, operation: str = "SendCommand", status: int = 400) -> ClientError:
    """What botocore raises for an error answer."""
    answer = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(t.cast("t.Any", answer), operation)


class Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def deadline(self, seconds: float | None) -> Deadline:
        return Deadline(seconds, lambda: self.now, self.sleep)


@dataclasses.dataclass
class Node:
    """How a node behaves: seconds until its answer, and the answer."""

    seconds: float = 10.0
    status: str = "Success"
    details: str = "Success"
    rc: int = 0
    stdout: str = "ok\n"
    stderr: str = ""
    platform: str = "Linux"
    source: str = "AWS::EC2::Instance"
    ping: str = "Online"
    tags: dict[str, str] = dataclasses.field(default_factory=lambda: {"Role": "web"})


@dataclasses.dataclass
class Document:
    """A document that can be described and read; `content` is that of a server which gives no JSON."""

    parameters: dict[str, dict[str, t.Any]]
    platforms: tuple[str, ...] = ("Linux", "MacOS")
    kind: str = "Command"
    content: str | None = None
    providers: tuple[str, ...] = ()


SHELL = Document(
    {
        "commands": {"type": "StringList"},
        "workingDirectory": {"type": "String", "default": ""},
        "executionTimeout": {"type": "String", "default": "3600"},
    }
)
POWERSHELL = Document(SHELL.parameters, ("Windows", "Linux", "MacOS"))


@dataclasses.dataclass
class Command:
    """A command the fake has accepted."""

    command_id: str
    request: dict[str, t.Any]
    nodes: list[str]
    sent_at: float
    cancelled: dict[str, float] = dataclasses.field(default_factory=dict)


class FakeSSM(FakeClient, service="ssm"):
    """The operations that send_command uses, over `nodes` by id; every call is counted in `calls`.

    The clock's zero is now, as the code under test reads the time of day too.
    """

    def __init__(self, clock: Clock, nodes: dict[str, Node]) -> None:
        self.clock = clock
        self.meta = types.SimpleNamespace(region_name="eu-west-1")
        self.epoch = datetime.datetime.now(datetime.UTC)
        self.nodes = nodes
        self.commands: dict[str, Command] = {}
        self.documents = {"AWS-RunShellScript": SHELL, "AWS-RunPowerShellScript": POWERSHELL}
        self.calls: collections.Counter[str] = collections.Counter()
        self.executions: collections.Counter[str] = collections.Counter()
        self.before: dict[str, list[Exception | None]] = {}
        self.after: dict[str, list[Exception | None]] = {}
        self.on_send: Callable[[Json], None] = lambda request: None

    def _fail(self, queue: dict[str, list[Exception | None]], operation: str) -> None:
        errors = queue.get(operation)
        error = errors.pop(0) if errors else None
        if error is not None:
            raise error

    def _called(self, operation: str) -> None:
        self.calls[operation] += 1
        self._fail(self.before, operation)

    def send_command(self, **request: t.Any) -> Json:
        self._called("SendCommand")
        self.on_send(request)
        self._document(request["DocumentName"], request.get("DocumentVersion"), "SendCommand")
        nodes = self._targets(request)
        command_id = f"00000000-0000-4000-8000-{len(self.commands):012x}"
        self.commands[command_id] = Command(command_id, request, nodes, self.clock.now)
        self.executions.update(nodes)
        self._fail(self.after, "SendCommand")
        return {"Command": {**self._command(self.commands[command_id]), "TargetCount": 0, "CompletedCount": 0}}

    def _targets(self, request: Json) -> list[str]:
        ids = request.get("InstanceIds") or []
        targets = request.get("Targets") or []
        if bool(ids) is bool(targets) or any(node not in self.nodes for node in ids):
            raise client_error("InvalidInstanceId")
        return list(ids) or [
            node
            for node, found in self.nodes.items()
            if all(self._fits(node, found, target["Key"], target["Values"]) for target in targets)
        ]

    def list_commands(self, **request: t.Any) -> Json:
        self._called("ListCommands")
        filters = _filters(request, "ListCommands")
        found = [
            command
            for command in self._chosen(request)
            if request.get("InstanceId") in [None, *command.nodes]
            and self._passes(command, self._status(command), filters)
        ]
        return _page([self._command(command) for command in found], request, "Commands")

    def _chosen(self, request: Json) -> list[Command]:
        newest_first = list(self.commands.values())[::-1]
        return [one for one in newest_first if request.get("CommandId", one.command_id) == one.command_id]

    def _passes(self, command: Command, status: str, filters: dict[str, str]) -> bool:
        requested = self.epoch + datetime.timedelta(seconds=command.sent_at)
        checks: dict[str, Callable[[str], bool]] = {
            "InvokedAfter": lambda value: requested >= _moment(value),
            "InvokedBefore": lambda value: requested < _moment(value),
            "Status": lambda value: status == value,
            "ExecutionStage": lambda value: (status in UNFINISHED) == (value == "Executing"),
            # The name that a command is listed with; an ARN is none.
            "DocumentName": lambda value: _document_name(command) == value,
        }
        return all(checks[key](value) for key, value in filters.items())

    def list_command_invocations(self, **request: t.Any) -> Json:
        self._called("ListCommandInvocations")
        filters = _filters(request, "ListCommandInvocations")
        commands = self._chosen(request)
        if "CommandId" in request and not commands:
            raise client_error("InvalidCommandId", "ListCommandInvocations")
        found = [
            shown
            for command in commands
            for node in command.nodes
            if request.get("InstanceId", node) == node
            and self._passes(command, (shown := self._invocation(command, node))["Status"], filters)
        ]
        if not request.get("Details"):
            found = [{**shown, "CommandPlugins": []} for shown in found]
        return _page(found, request, "CommandInvocations")

    def get_command_invocation(self, **request: t.Any) -> Json:
        self._called("GetCommandInvocation")
        if request["CommandId"] not in self.commands:
            raise client_error("InvalidCommandId", "GetCommandInvocation")
        command, node_id = self.commands[request["CommandId"]], request["InstanceId"]
        if node_id not in command.nodes:
            raise client_error("InvocationDoesNotExist", "GetCommandInvocation")
        listed = self._invocation(command, node_id)
        (plugin,) = listed["CommandPlugins"]
        if request.get("PluginName", plugin["Name"]) != plugin["Name"]:
            raise client_error("InvalidPluginName", "GetCommandInvocation")
        node = self.nodes[node_id] if self._has_answered(command, node_id) else Node(stdout="")
        return {
            "CommandId": command.command_id,
            "InstanceId": node_id,
            "PluginName": plugin["Name"],
            "Status": listed["Status"],
            "StatusDetails": listed["StatusDetails"],
            "ResponseCode": plugin["ResponseCode"],
            "StandardOutputContent": node.stdout[:24_000],
            "StandardErrorContent": node.stderr[:8_000],
        }

    def cancel_command(self, **request: t.Any) -> Json:
        self._called("CancelCommand")
        if request["CommandId"] not in self.commands:
            raise client_error("InvalidCommandId", "CancelCommand")
        command = self.commands[request["CommandId"]]
        if not set(request.get("InstanceIds", [])) <= set(command.nodes):
            raise client_error("InvalidInstanceId", "CancelCommand")
        for node in request.get("InstanceIds") or command.nodes:
            if self._invocation(command, node)["Status"] in UNFINISHED:
                command.cancelled[node] = self.clock.now
        return {}

    def describe_document(self, **request: t.Any) -> Json:
        self._called("DescribeDocument")
        document = self._document(request["Name"], request.get("DocumentVersion"), "DescribeDocument")
        parameters = [
            {"Name": name, "Type": declared["type"]}
            | ({"DefaultValue": str(declared["default"])} if "default" in declared else {})
            for name, declared in document.parameters.items()
        ]
        described: Json = {"PlatformTypes": list(document.platforms), "DocumentType": document.kind}
        if document.providers:
            described["CloudProviders"] = list(document.providers)
        return {"Document": {"Name": request["Name"], "Parameters": parameters, **described}}

    def get_document(self, **request: t.Any) -> Json:
        self._called("GetDocument")
        document = self._document(request["Name"], request.get("DocumentVersion"), "GetDocument")
        return {"Content": document.content or json.dumps({"parameters": document.parameters})}

    def _document(self, name: str, version: str | None, operation: str) -> Document:
        found = self.documents.get(name.rsplit(":document/", 1)[-1])
        if found is None:
            raise client_error("InvalidDocument", operation)
        if version not in {None, "1", "$DEFAULT", "$LATEST"}:
            raise client_error("InvalidDocumentVersion", operation)
        return found

    def describe_instance_information(self, **request: t.Any) -> Json:
        self._called("DescribeInstanceInformation")
        entries = [
            {
                "InstanceId": node,
                "PingStatus": found.ping,
                "PlatformType": found.platform,
                "SourceType": found.source,
                "ComputerName": f"host-{node}",
            }
            for node, found in self.nodes.items()
            if all(self._fits(node, found, wanted["Key"], wanted["Values"]) for wanted in request["Filters"])
        ]
        return _page(entries, request, "InstanceInformationList")

    @staticmethod
    def _fits(instance_id: str, node: Node, key: str, values: list[str]) -> bool:
        if key == "tag-key":
            return any(tag in values for tag in node.tags)
        if key == "resource-groups:Name":
            return True
        known = {"InstanceIds": instance_id, "PlatformTypes": node.platform, "SourceTypes": node.source}
        return (known[key] if key in known else node.tags.get(key.removeprefix("tag:"))) in values

    def _status(self, command: Command) -> str:
        found = {self._invocation(command, node)["Status"] for node in command.nodes}
        if found & set(UNFINISHED):
            return "InProgress"
        if found and set(command.nodes) <= set(command.cancelled):
            return "Cancelled"
        return "Success" if found <= {"Success"} else "Failed"

    def _command(self, command: Command) -> Json:
        found = [self._invocation(command, node) for node in command.nodes]
        ended = [one for one in found if one["Status"] not in UNFINISHED]
        status = self._status(command)
        return {
            "CommandId": command.command_id,
            "DocumentName": _document_name(command),
            "DocumentVersion": command.request.get("DocumentVersion", ""),
            "Comment": command.request.get("Comment", ""),
            **{name: command.request[name] for name in OUTPUT_FIELDS if name in command.request},
            "InstanceIds": command.request.get("InstanceIds", []),
            "Parameters": command.request.get("Parameters", {}),
            "Targets": command.request.get("Targets", []),
            "MaxConcurrency": command.request.get("MaxConcurrency", "50"),
            "MaxErrors": command.request.get("MaxErrors", "0"),
            "RequestedDateTime": self.epoch + datetime.timedelta(seconds=command.sent_at),
            "Status": status,
            "StatusDetails": status,
            "TargetCount": len(found),
            "CompletedCount": len(ended),
            "ErrorCount": sum(one["StatusDetails"] in {"Failed", "ExecutionTimedOut"} for one in ended),
            "DeliveryTimedOutCount": sum(one["StatusDetails"] == "DeliveryTimedOut" for one in ended),
        }

    def _has_answered(self, command: Command, instance_id: str) -> bool:
        until = command.cancelled.get(instance_id, self.clock.now)
        return until - command.sent_at >= self.nodes[instance_id].seconds

    def _invocation(self, command: Command, instance_id: str) -> Json:
        node = self.nodes[instance_id]
        answered = self._has_answered(command, instance_id)
        status, details = (node.status, node.details) if answered else ("InProgress", "InProgress")
        code = node.rc if answered else -1
        if instance_id in command.cancelled:
            status = details = "Cancelled"
            # The agent's code for a script that it kills (recorded).
            code = code if answered else 137
        text = node.stdout + (f"\n----------ERROR-------\n{node.stderr}" if node.stderr else "")
        plugin = {
            "Name": "aws:runShellScript",
            "Status": status,
            "StatusDetails": details,
            "ResponseCode": code,
            "Output": text[:2_500] if answered else "",
        }
        return {
            "CommandId": command.command_id,
            "InstanceId": instance_id,
            "Status": status,
            "StatusDetails": details,
            "CommandPlugins": [plugin],
        }


def _document_name(command: Command) -> str:
    return str(command.request["DocumentName"]).rsplit(":document/", 1)[-1]


def _filters(request: Json, operation: str) -> dict[str, str]:
    """The filters by key; refused for a value that the key does not take."""
    filters = {given["key"]: given["value"] for given in request.get("Filters") or []}
    for key, value in filters.items():
        if (key.startswith("Invoked") and not TIME.fullmatch(value)) or (key == "Status" and value not in STATUSES):
            raise client_error("ValidationException", operation)
    return filters


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _page(entries: list[Json], request: Json, field: str) -> Json:
    size = request.get("MaxResults", PAGE)
    token = request.get("NextToken", "page 0")
    if not re.fullmatch(r"page \d+", token):
        raise client_error("InvalidNextToken", f"List{field}")
    start = int(token.removeprefix("page "))
    more = {"NextToken": f"page {start + size}"} if start + size < len(entries) else {}
    return {field: entries[start : start + size], **more}
