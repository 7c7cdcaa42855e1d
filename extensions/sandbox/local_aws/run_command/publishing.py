# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent's way of writing outputs to S3 and CloudWatch Logs, with the node's own rights."""

from __future__ import annotations

import threading
import typing as t

from . import outputs

if t.TYPE_CHECKING:
    from ..moto.data import MotoData
    from .model import Invocation
    from .plan import Step

# The agent sends what a script wrote in messages of at most this many bytes.
MESSAGE_BYTES = 200_000


class Publisher:
    """Writes what steps wrote; a node that may not write leaves nothing, as the agent does."""

    def __init__(self, moto: MotoData) -> None:
        self._moto = moto
        self._lock = threading.Lock()
        self._sent: dict[tuple[str, str], int] = {}

    def begin(self, invocation: Invocation) -> bool:
        """Before a step: make the log group, where there is one to be made; whether output is wanted anywhere."""
        group = _log_group(invocation)
        if group:
            self._finds_group(invocation, group)
        return is_wanted(invocation)

    def follow(self, invocation: Invocation, step: Step, stream: str, data: bytes) -> None:
        """Send to the log stream the whole lines of data (everything so far) that were not sent yet."""
        self._send(invocation, step, stream, data[: data.rfind(b"\n") + 1])

    def finish(self, invocation: Invocation, step: Step, stream: str, data: bytes) -> bool:
        """Send all of it to the bucket, and the rest to the log stream; whether that could be done."""
        self._store(invocation, step, stream, data)
        return self._send(invocation, step, stream, data)

    def retry(self, invocation: Invocation, step: Step, stream: str, data: bytes) -> bool:
        """Send the rest to the log stream again; whether that could be done."""
        return self._send(invocation, step, stream, data)

    def _store(self, invocation: Invocation, step: Step, stream: str, data: bytes) -> None:
        bucket = _bucket(invocation)
        if not bucket or not data:
            return
        place = _place(invocation, step)
        key = outputs.s3_key(str(invocation.command.request.get("OutputS3KeyPrefix", "")), place, stream)
        if invocation.node.rights.may_upload(bucket, key, self._moto.bucket_key(bucket, invocation.node.region)):
            self._moto.put_object(bucket, key, data)

    def forget(self, invocation: Invocation, step: Step) -> None:
        """After a step: drop what was kept about its streams."""
        with self._lock:
            for stream in ("stdout", "stderr"):
                self._sent.pop(_stream(invocation, step, stream), None)

    def _send(self, invocation: Invocation, step: Step, stream: str, data: bytes) -> bool:
        """Whether the log stream has all of data, or needs none of it: there is no log group."""
        group = _log_group(invocation)
        if not group or not data or not self._finds_group(invocation, group):
            return True
        key = _stream(invocation, step, stream)
        name, _step_id = key
        if not self._may_log(invocation, group, name):
            return False
        with self._lock:
            start = self._sent.get(key, 0)
            self._sent[key] = max(start, len(data))
        messages = [outputs.decode(part) for part in split_messages(data[start:])]
        if messages:
            self._moto.put_log_messages(invocation.node.region, group, name, messages)
        return True

    def _may_log(self, invocation: Invocation, group: str, stream: str) -> bool:
        node = invocation.node
        exists = self._moto.log_stream_exists(node.region, group, stream)
        return node.rights.may_log(group, stream, exists=exists)

    def _finds_group(self, invocation: Invocation, group: str) -> bool:
        """Whether the log group is there for the node, which makes it where it can."""
        node = invocation.node
        with self._moto.lock:
            call = node.rights.log_group_call(group, exists=self._moto.log_group_exists(node.region, group))
            if call == "create":
                self._moto.create_log_group(node.region, group)
        return bool(call)


def is_wanted(invocation: Invocation) -> bool:
    """Whether output is to go to a bucket or to a log group."""
    return bool(_bucket(invocation) or _log_group(invocation))


def split_messages(data: bytes) -> list[bytes]:
    """Parts of whole lines of at most MESSAGE_BYTES each; a longer line is cut."""
    parts: list[bytes] = []
    while data:
        end = len(data)
        if end > MESSAGE_BYTES:
            end = data.rfind(b"\n", 0, MESSAGE_BYTES) + 1 or MESSAGE_BYTES
        parts.append(data[:end])
        data = data[end:]
    return parts


def _bucket(invocation: Invocation) -> str:
    return str(invocation.command.request.get("OutputS3BucketName") or "")


def _log_group(invocation: Invocation) -> str:
    config = invocation.command.request.get("CloudWatchOutputConfig") or {}
    if not config.get("CloudWatchOutputEnabled"):
        return ""
    return str(config.get("CloudWatchLogGroupName") or outputs.default_log_group(invocation.command.document.name))


def _place(invocation: Invocation, step: Step) -> outputs.OutputPlace:
    return outputs.OutputPlace(invocation.command.command_id, invocation.node.instance_id, step.action, step.step_id)


def _stream(invocation: Invocation, step: Step, stream: str) -> tuple[str, str]:
    """The log stream of a step, and which of the steps that share its name it is."""
    return outputs.log_stream(_place(invocation, step), step.name, stream), step.step_id
