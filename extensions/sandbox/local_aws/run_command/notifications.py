# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge events and SNS notifications for every change of a command's and an invocation's status."""

from __future__ import annotations

import datetime
import json
import queue
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..moto.data import MotoData
    from .model import Command, Invocation

COMMAND_DETAIL_TYPE = "EC2 Command Status-change Notification"
INVOCATION_DETAIL_TYPE = "EC2 Command Invocation Status-change Notification"
PutAwsEvent = t.Callable[[str, dict[str, t.Any], list[str], str], None]


def iso_time(seconds: float) -> str:
    """Seconds since the epoch the way events write times."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def command_detail(command: Command, status: str) -> dict[str, t.Any]:
    """The detail of a command's event; the parameters are in clear, as AWS sends them."""
    return {
        "command-id": command.command_id,
        "document-name": command.document.name,
        "expire-after": iso_time(command.expires_at),
        "parameters": json.dumps(dict(command.request.get("Parameters") or {})),
        "requested-date-time": iso_time(command.requested_at),
        "status": status,
    }


def invocation_detail(invocation: Invocation, status: str) -> dict[str, t.Any]:
    """The detail of an invocation's event."""
    return {
        "command-id": invocation.command.command_id,
        "document-name": invocation.command.document.name,
        "instance-id": invocation.node.instance_id,
        "requested-date-time": iso_time(invocation.command.requested_at),
        "status": status,
    }


class Notifier:
    """Delivers in a thread of its own, in the order in which things happened."""

    def __init__(self, moto: MotoData, put_aws_event: PutAwsEvent) -> None:
        self._moto = moto
        self._put_aws_event = put_aws_event
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
        self._thread.start()

    def invocation_changed(self, invocation: Invocation) -> None:
        """The invocation's details are new."""
        status = invocation.status
        self._queue.put(lambda: self._deliver_invocation(invocation, status))

    def command_changed(self, command: Command) -> None:
        """The command's outcome is new."""
        status = command.outcome.status
        self._queue.put(lambda: self._deliver_command(command, status))

    def close(self) -> None:
        """Deliver what is waiting, and stop."""
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (deliver := self._queue.get()) is not None:
            deliver()

    def _deliver_invocation(self, invocation: Invocation, status: str) -> None:
        detail = invocation_detail(invocation, status)
        with self._moto.lock:
            self._put_aws_event(INVOCATION_DETAIL_TYPE, detail, [invocation.node.arn], invocation.node.region)
        self._publish(invocation.command, "Invocation", status, {"instanceId": invocation.node.instance_id})

    def _deliver_command(self, command: Command, status: str) -> None:
        with self._moto.lock:
            self._put_aws_event(COMMAND_DETAIL_TYPE, command_detail(command, status), [], command.region)
        self._publish(command, "Command", status, {})

    def _publish(self, command: Command, kind: str, status: str, more: dict[str, str]) -> None:
        config = command.request.get("NotificationConfig") or {}
        events = set(config.get("NotificationEvents") or ["All"])
        if not config.get("NotificationArn") or config.get("NotificationType", "Command") != kind:
            return
        if not events & {"All", status} or not self._moto.topic_exists(config["NotificationArn"]):
            return
        message = {
            "commandId": command.command_id,
            "documentName": command.document.name,
            **more,
            "requestedDateTime": iso_time(command.requested_at),
            "status": status,
        }
        subject = f"EC2 Run Command Notification {command.region}"
        self._moto.publish(config["NotificationArn"], subject, json.dumps(message))
