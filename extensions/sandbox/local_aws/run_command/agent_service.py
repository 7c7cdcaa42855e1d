# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message service that real SSM agents ask for their commands, and where they report.

An agent asks with a key that was made for its node, and gets what was sent to this node. Every change happens under one
lock, which is never held while the engine is called.
"""

from __future__ import annotations

import dataclasses
import threading
import time
import typing as t
import uuid

from ..nodes.managed_nodes import AgentReport
from ..wire.errors import ApiError
from . import actions, agent_messages, statuses
from .aws_declarations import sandbox_step
from .publishing import is_wanted

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Nodes
    from ..wire.messages import Call
    from ..wire.settings import Settings
    from .model import Invocation

Json = dict[str, t.Any]
_DEFAULT_VISIBILITY: t.Final = 10
_LONGEST_VISIBILITY: t.Final = 43_200
CANNOT_RUN: t.Final = (
    "The sandbox cannot run this document: a real agent sends output to S3 and CloudWatch Logs to AWS's own hosts."
)
CANNOT_DOWNLOAD: t.Final = "The sandbox cannot run this document: a real agent downloads from AWS's own hosts."
CANNOT_SIMULATE: t.Final = "The sandbox cannot run this document: a real agent does not simulate."
_DOWNLOADS: t.Final = frozenset({actions.CONFIGURE_PACKAGE, actions.DOWNLOAD_CONTENT, actions.UPDATE_SSM_AGENT})


@dataclasses.dataclass(eq=False)
class _Mail:
    """A message to a node, invisible for a while after it was handed out; invocation: whose command it carries."""

    message: Json
    invocation: Invocation
    is_cancel: bool = False
    visible_at: float = 0.0


@dataclasses.dataclass
class _Delivery:
    """What the engine wants to know of a command that was sent to an agent."""

    invocation: Invocation
    acknowledged: Callable[[Invocation], None]
    on_end: Callable[[Invocation, str], None]
    is_acknowledged: bool = False


class AgentService:
    """Messages to the nodes with real agents, and the replies."""

    def __init__(self, nodes: Nodes, moto: MotoData, settings: Settings) -> None:
        self._nodes = nodes
        self._settings = settings
        self._moto = moto
        self._changed = threading.Condition()
        self._mail: dict[str, list[_Mail]] = {}
        self._deliveries: dict[str, _Delivery] = {}
        self._is_open = True
        self._operations: t.Mapping[tuple[str, str], Callable[[Json, str, str], Json]] = {
            ("ec2messages", "GetMessages"): self._get_messages,
            ("ec2messages", "AcknowledgeMessage"): self._acknowledge_message,
            ("ec2messages", "SendReply"): self._send_reply,
            ("ec2messages", "FailMessage"): self._fail_message,
            ("ec2messages", "DeleteMessage"): self._acknowledge_message,
            ("ssm", "UpdateInstanceInformation"): self._update_instance_information,
            ("ssm", "ListInstanceAssociations"): lambda _request, _region, _instance_id: {"Associations": []},
            ("ssm", "GetParameters"): self._get_parameters,
        }

    # What the engine asks for

    def deliver(
        self,
        invocation: Invocation,
        acknowledged: Callable[[Invocation], None],
        on_end: Callable[[Invocation, str], None],
    ) -> None:
        """Leave a command for the node's agent; acknowledged and on_end are called once each, in this order."""
        refusal = _refusal(invocation)
        if refusal:
            acknowledged(invocation)
            invocation.trace_output = refusal
            on_end(invocation, statuses.FAILED)
            return
        message = agent_messages.command_message(invocation, time.time())
        with self._changed:
            self._deliveries[message["MessageId"]] = _Delivery(invocation, acknowledged, on_end)
            self._post(_Mail(message, invocation))

    def cancel(self, invocation: Invocation) -> None:
        """Leave a cancel for the node's agent, which answers when it has stopped the command."""
        message = agent_messages.cancel_message(invocation, str(uuid.uuid4()), time.time())
        with self._changed:
            self._post(_Mail(message, invocation, is_cancel=True))

    def _post(self, mail: _Mail) -> None:
        self._mail.setdefault(mail.invocation.node.instance_id, []).append(mail)
        self._changed.notify_all()

    def clear(self) -> None:
        """Forget all messages."""
        with self._changed:
            self._mail.clear()
            self._deliveries.clear()

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._is_open = False
            self._changed.notify_all()

    # What agents ask for

    def answer(self, call: Call, request: Json, instance_id: str) -> Json:
        """The answer to the agent of a node; ApiError for what an agent does not ask, or not for this node."""
        function = self._operations.get((call.service, call.operation))
        if function is None:
            raise ApiError("AccessDeniedException", f"The key of an agent is not for {call.service}:{call.operation}.")
        named = request.get("Destination") or request.get("InstanceId") or instance_id
        about = str(request.get("MessageId") or "")
        if named != instance_id or (about and not about.endswith(f".{instance_id}")):
            raise ApiError("AccessDeniedException", f"The key is that of the agent of {instance_id}.")
        if call.operation != "UpdateInstanceInformation" and not self._nodes.hear(instance_id):
            raise ApiError("InvalidInstanceId", f"{instance_id} has not sent its instance information.")
        return function(request, call.region, instance_id)

    def _update_instance_information(self, request: Json, _region: str, instance_id: str) -> Json:
        report = AgentReport(
            agent_version=str(request.get("AgentVersion") or ""),
            platform_name=str(request.get("PlatformName") or ""),
            platform_version=str(request.get("PlatformVersion") or ""),
            computer_name=str(request.get("ComputerName") or ""),
            ip_address=str(request.get("IPAddress") or ""),
        )
        try:
            self._nodes.report(instance_id, str(request.get("PlatformType") or ""), report)
        except ValueError as error:
            raise ApiError("InvalidInstanceInformationFilterValue", str(error)) from error
        return {}

    def _get_parameters(self, request: Json, region: str, _instance_id: str) -> Json:
        names = [str(name) for name in request.get("Names") or []]
        found = self._moto.ssm_parameters(region, names)
        shown = [{"Name": name, "Type": kind, "Value": value} for name, (value, kind) in found.items()]
        return {"Parameters": shown, "InvalidParameters": [name for name in names if name not in found]}

    def _get_messages(self, request: Json, _region: str, instance_id: str) -> Json:
        visibility = request.get("VisibilityTimeoutInSeconds", _DEFAULT_VISIBILITY)
        if not isinstance(visibility, int) or not 0 <= visibility <= _LONGEST_VISIBILITY:
            raise ApiError("ValidationException", "VisibilityTimeoutInSeconds must be a number of seconds.")
        messages = self._next_messages(instance_id, visibility, time.monotonic() + self._settings.agent_poll_seconds)
        return {
            "Destination": instance_id,
            "MessagesRequestId": request.get("MessagesRequestId", ""),
            "Messages": messages,
        }

    def _next_messages(self, instance_id: str, visibility: int, until: float) -> list[Json]:
        """Messages that are visible, which they are not again for a while; waits for one."""
        with self._changed:
            while True:
                kept = [mail for mail in self._mail.get(instance_id, []) if _is_wanted(mail)]
                self._mail[instance_id] = kept
                now = time.monotonic()
                visible = [mail for mail in kept if mail.visible_at <= now]
                for mail in visible:
                    mail.visible_at = now + visibility
                if visible or now >= until or not self._is_open:
                    return [mail.message for mail in visible]
                again = min([until, *(mail.visible_at for mail in kept)])
                self._changed.wait(max(0.01, again - now))

    def _acknowledge_message(self, request: Json, _region: str, instance_id: str) -> Json:
        about = request.get("MessageId")
        with self._changed:
            mail = self._mail.get(instance_id, [])
            self._mail[instance_id] = [one for one in mail if one.message["MessageId"] != about]
        self._begin(self._deliveries.get(str(about)))
        return {}

    def _begin(self, delivery: _Delivery | None) -> None:
        with self._changed:
            if delivery is None or delivery.is_acknowledged:
                return
            delivery.is_acknowledged = True
            _begin_next(delivery.invocation)
        delivery.invocation.executions += 1
        delivery.acknowledged(delivery.invocation)

    def _send_reply(self, request: Json, _region: str, _instance_id: str) -> Json:
        about, reply_id = str(request.get("MessageId") or ""), str(request.get("ReplyId") or "")
        report = agent_messages.read_report(request.get("Payload"))
        delivery = self._deliveries.get(about)
        if delivery is not None:
            self._begin(delivery)
            self._take(about, delivery, report)
        return {
            "Description": f"Reply {reply_id} was successfully sent.",
            "MessageId": about,
            "ReplyId": reply_id,
            "ReplyStatus": "SUCCESS",
        }

    def _take(self, about: str, delivery: _Delivery, report: agent_messages.Report) -> None:
        """Keep what a reply says; replies may come late, twice, and without the steps that came before."""
        invocation = delivery.invocation
        with self._changed:
            if about not in self._deliveries:
                return
            for plugin in invocation.plugins:
                if plugin.step.name in report.steps:
                    agent_messages.note(plugin, report.steps[plugin.step.name])
            if not report.details:
                _begin_next(invocation)
                return
            del self._deliveries[about]
            if not any(plugin.started_at for plugin in invocation.plugins):
                invocation.trace_output = report.trace_output
        delivery.on_end(invocation, report.details)

    def _fail_message(self, request: Json, _region: str, _instance_id: str) -> Json:
        """The agent could not read the message."""
        about = str(request.get("MessageId") or "")
        with self._changed:
            delivery = self._deliveries.pop(about, None)
        self._begin(delivery)
        if delivery is not None:
            delivery.invocation.trace_output = str(request.get("FailureType") or "")
            delivery.on_end(delivery.invocation, statuses.FAILED)
        return {}


def _is_wanted(mail: _Mail) -> bool:
    """Whether a message still is to be delivered: nobody begins a command that has ended without its node."""
    return mail.is_cancel or not statuses.is_terminal(mail.invocation.details)


def _begin_next(invocation: Invocation) -> None:
    """The first step of which nothing was reported yet is the one that runs."""
    for plugin in invocation.plugins:
        if not statuses.is_terminal(plugin.details):
            plugin.details = statuses.IN_PROGRESS
            return


def _refusal(invocation: Invocation) -> str:
    """Why a real agent must not have a command; "" when it may."""
    if is_wanted(invocation):
        return CANNOT_RUN
    steps = [plugin.step for plugin in invocation.plugins]
    if any(sandbox_step(inputs) for step in steps for inputs in step.inputs):
        return CANNOT_SIMULATE
    return CANNOT_DOWNLOAD if any(step.action in _DOWNLOADS for step in steps) else ""
