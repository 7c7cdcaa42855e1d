# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the message service and a real SSM agent tell each other about a command. Pure.

Source: requests and replies of amazon-ssm-agent 3.3.0.0, recorded.
"""

from __future__ import annotations

import datetime
import json
import typing as t

from ..wire.errors import ApiError
from . import parameters, plan, statuses, steps

if t.TYPE_CHECKING:
    from .model import Command, Invocation, PluginRun

Json = dict[str, t.Any]
_PREFIX: t.Final = "aws.ssm"
# StatusDetails of what an agent reports of a step or a document; what is not here is not the end of it.
_DETAILS: t.Final[t.Mapping[str, str]] = {
    "Success": statuses.SUCCESS,
    "Failed": statuses.FAILED,
    "TimedOut": statuses.EXECUTION_TIMED_OUT,
    "Cancelled": statuses.CANCELLED,
    "Skipped": statuses.SUCCESS,
}


class StepReport(t.NamedTuple):
    """What an agent reports of a step that ended; times in seconds since the epoch, 0 for none."""

    reply: steps.Reply
    started_at: float
    finished_at: float


class Report(t.NamedTuple):
    """A reply of an agent: details are "" as long as the document has not ended; steps by the names the API shows."""

    details: str
    trace_output: str
    steps: dict[str, StepReport]


def message_id(command_id: str, instance_id: str) -> str:
    """The id of the message that carries a command to a node."""
    return f"{_PREFIX}.{command_id}.{instance_id}"


def command_message(invocation: Invocation, created_at: float) -> Json:
    """The message with a command; created_at: seconds since the epoch."""
    command = invocation.command
    payload = {
        "CommandId": command.command_id,
        "DocumentName": command.document.name,
        "DocumentContent": command.document.content,
        "Parameters": _typed_parameters(command),
        "OutputS3BucketName": "",
        "OutputS3KeyPrefix": "",
        "CloudWatchLogGroupName": "",
        "CloudWatchOutputEnabled": "false",
    }
    return _message("sendCommand", invocation, command.command_id, created_at, payload)


def cancel_message(invocation: Invocation, cancel_id: str, created_at: float) -> Json:
    """The message that cancels a command on a node; cancel_id: an id of its own."""
    cancelled = message_id(invocation.command.command_id, invocation.node.instance_id)
    return _message("cancelCommand", invocation, cancel_id, created_at, {"CancelMessageId": cancelled})


def _message(topic: str, invocation: Invocation, sent_id: str, created_at: float, payload: Json) -> Json:
    node = invocation.node
    created = datetime.datetime.fromtimestamp(created_at, datetime.UTC).isoformat(timespec="milliseconds")
    return {
        "MessageId": message_id(sent_id, node.instance_id),
        "Topic": f"{_PREFIX}.{topic}.{node.region}",
        "Destination": node.instance_id,
        "CreatedDate": created.replace("+00:00", "Z"),
        "PayloadDigest": "",
        "Payload": json.dumps(payload),
    }


def _typed_parameters(command: Command) -> Json:
    """The agent puts the parameters in itself, so each has the type that the document declares."""
    given = parameters.resolve_parameters(command.document, command.request.get("Parameters") or {})
    declared = command.document.parameters
    return {name: plan.typed(str(declared[name].get("type", "String")), values) for name, values in given.items()}


def read_report(payload: t.Any) -> Report:
    """A reply of an agent from its payload, a JSON text; ApiError for what is none."""
    try:
        told = json.loads(payload)
        reported = told.get("runtimeStatus") or {}
        found = {name: _step(step) for name, step in reported.items() if step.get("status") in _DETAILS}
        return Report(_DETAILS.get(told["documentStatus"], ""), str(told.get("documentTraceOutput") or ""), found)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ApiError("ValidationException", f"The payload is no reply of an agent: {error}") from error


def _step(told: Json) -> StepReport:
    reply = steps.Reply(
        details=_DETAILS[told["status"]],
        exit_code=int(told["code"]),
        stdout=str(told.get("standardOutput") or "").encode(),
        stderr=str(told.get("standardError") or "").encode(),
        output=str(told.get("output") or "").encode(),
    )
    return StepReport(reply, _seconds(told.get("startDateTime")), _seconds(told.get("endDateTime")))


def _seconds(text: t.Any) -> float:
    return datetime.datetime.fromisoformat(text).timestamp() if text else 0.0


def note(plugin: PluginRun, report: StepReport) -> None:
    """Put what an agent reports of a step into what the API shows of it."""
    plugin.end(report.reply)
    plugin.started_at = report.started_at or plugin.started_at
    plugin.finished_at = report.finished_at or plugin.finished_at
