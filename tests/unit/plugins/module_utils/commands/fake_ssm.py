# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An SSM client that keeps its state in memory and time on a clock that only sleeping moves."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from botocore.exceptions import ClientError

if t.TYPE_CHECKING:
    from collections.abc import Callable

EPOCH = datetime.datetime(2026, 11, 23, 11, 0, tzinfo=datetime.UTC)
PAGE = 50


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
    ping: str = "Online"
    tags: dict[str, str] = dataclasses.field(default_factory=lambda: {"Role": "web"})


@dataclasses.dataclass
class Document:
    """A document that can be described and read."""

    parameters: dict[str, dict[str, t.Any]]
    platforms: tuple[str, ...] = ("Linux", "MacOS")
    kind: str = "Command"


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


class FakeSSM:
    """The operations that send_command uses, over `nodes` by id; every call is counted in `calls`."""

    def __init__(self, clock: Clock, nodes: dict[str, Node]) -> None:
        self.clock = clock
        self.nodes = nodes
        self.commands: dict[str, Command] = {}
        self.documents = {"AWS-RunShellScript": SHELL, "AWS-RunPowerShellScript": POWERSHELL}
        self.calls: collections.Counter[str] = collections.Counter()
        self.executions: collections.Counter[str] = collections.Counter()
        self.before: dict[str, list[Exception | None]] = {}
        self.after: dict[str, list[Exception | None]] = {}
        self.on_send: Callable[[dict[str, t.Any]], None] = lambda request: None

    def _fail(self, queue: dict[str, list[Exception | None]], operation: str) -> None:
        errors = queue.get(operation)
        error = errors.pop(0) if errors else None
        if error is not None:
            raise error

    def _called(self, operation: str) -> None:
        self.calls[operation] += 1
        self._fail(self.before, operation)

    def send_command(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("SendCommand")
        self.on_send(request)
        nodes = list(request.get("InstanceIds") or self.nodes)
        command_id = f"00000000-0000-4000-8000-{len(self.commands):012x}"
        self.commands[command_id] = Command(command_id, request, nodes, self.clock.now)
        self.executions.update(nodes)
        self._fail(self.after, "SendCommand")
        return {"Command": {**self._command(self.commands[command_id]), "TargetCount": 0, "CompletedCount": 0}}

    def list_commands(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("ListCommands")
        chosen = [self.commands[request["CommandId"]]] if request.get("CommandId") in self.commands else []
        if "CommandId" not in request:
            chosen = list(self.commands.values())[::-1]
        return self._page([self._command(command) for command in chosen], request, "Commands")

    def list_command_invocations(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("ListCommandInvocations")
        command = self.commands[request["CommandId"]]
        wanted = {entry["value"] for entry in request.get("Filters", [])}
        found = [self._invocation(command, node) for node in command.nodes]
        return self._page(
            [one for one in found if not wanted or one["Status"] in wanted], request, "CommandInvocations"
        )

    def get_command_invocation(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("GetCommandInvocation")
        node = self.nodes[request["InstanceId"]]
        return {
            "Status": node.status,
            "StandardOutputContent": node.stdout[:24_000],
            "StandardErrorContent": node.stderr[:8_000],
        }

    def cancel_command(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("CancelCommand")
        command = self.commands[request["CommandId"]]
        for node in request.get("InstanceIds") or command.nodes:
            if self._invocation(command, node)["Status"] in {"Pending", "InProgress"}:
                command.cancelled[node] = self.clock.now
        return {}

    def describe_document(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("DescribeDocument")
        document = self._document(request, "DescribeDocument")
        parameters = [
            {"Name": name, "Type": declared["type"]}
            | ({"DefaultValue": declared["default"]} if "default" in declared else {})
            for name, declared in document.parameters.items()
        ]
        described = {"PlatformTypes": list(document.platforms), "DocumentType": document.kind}
        return {"Document": {"Name": request["Name"], "Parameters": parameters, **described}}

    def get_document(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("GetDocument")
        return {"Content": json.dumps({"parameters": self._document(request, "GetDocument").parameters})}

    def _document(self, request: dict[str, t.Any], operation: str) -> Document:
        if request["Name"] not in self.documents:
            raise client_error("InvalidDocument", operation)
        if request.get("DocumentVersion", "1") not in {"1", "$DEFAULT", "$LATEST"}:
            raise client_error("InvalidDocumentVersion", operation)
        return self.documents[request["Name"]]

    def describe_instance_information(self, **request: t.Any) -> dict[str, t.Any]:
        self._called("DescribeInstanceInformation")
        entries = [
            {
                "InstanceId": node,
                "PingStatus": found.ping,
                "PlatformType": found.platform,
                "ComputerName": f"host-{node}",
            }
            for node, found in self.nodes.items()
            if all(self._fits(node, found, wanted["Key"], wanted["Values"]) for wanted in request["Filters"])
        ]
        return self._page(entries, request, "InstanceInformationList")

    @staticmethod
    def _fits(instance_id: str, node: Node, key: str, values: list[str]) -> bool:
        if key == "tag-key":
            return any(tag in values for tag in node.tags)
        known = {"InstanceIds": instance_id, "PlatformTypes": node.platform}
        return (known[key] if key in known else node.tags.get(key.removeprefix("tag:"))) in values

    def _page(self, entries: list[dict[str, t.Any]], request: dict[str, t.Any], field: str) -> dict[str, t.Any]:
        start = int(request.get("NextToken", 0))
        more = {"NextToken": str(start + PAGE)} if start + PAGE < len(entries) else {}
        return {field: entries[start : start + PAGE], **more}

    def _command(self, command: Command) -> dict[str, t.Any]:
        found = [self._invocation(command, node) for node in command.nodes]
        ended = [one for one in found if one["Status"] not in {"Pending", "InProgress"}]
        status = "InProgress" if len(ended) < len(found) else "Success"
        if status == "Success" and any(one["Status"] != "Success" for one in ended):
            status = "Failed"
        return {
            "CommandId": command.command_id,
            "DocumentName": command.request["DocumentName"],
            "Comment": command.request["Comment"],
            "RequestedDateTime": EPOCH + datetime.timedelta(seconds=command.sent_at),
            "Status": status,
            "StatusDetails": status,
            "TargetCount": len(found),
            "CompletedCount": len(ended),
            "ErrorCount": sum(one["StatusDetails"] in {"Failed", "ExecutionTimedOut"} for one in ended),
            "DeliveryTimedOutCount": sum(one["StatusDetails"] == "DeliveryTimedOut" for one in ended),
        }

    def _invocation(self, command: Command, instance_id: str) -> dict[str, t.Any]:
        node = self.nodes[instance_id]
        ended = self.clock.now - command.sent_at >= node.seconds
        status, details = (node.status, node.details) if ended else ("InProgress", "InProgress")
        if instance_id in command.cancelled:
            status = details = "Cancelled"
        text = node.stdout + (f"\n----------ERROR-------\n{node.stderr}" if node.stderr else "")
        plugin = {
            "Name": "aws:runShellScript",
            "Status": status,
            "ResponseCode": node.rc if ended else -1,
            "Output": text[:2_500] if ended else "",
        }
        return {
            "CommandId": command.command_id,
            "InstanceId": instance_id,
            "Status": status,
            "StatusDetails": details,
            "CommandPlugins": [plugin],
        }
