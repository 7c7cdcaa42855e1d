# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The complete output of a step, from where the agent wrote it: S3 or CloudWatch Logs.

Keys and stream names follow the Systems Manager User Guide: C(PREFIX/COMMAND/INSTANCE/.../stdout) in the bucket,
C(COMMAND/INSTANCE/PLUGIN/stdout) in the log group.
"""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.logs import read_log_page
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.s3 import list_keys_page, read_object
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Text

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_s3.client import S3Client


class WholeOutputSource(t.Protocol):
    """A source of complete outputs."""

    def text(self, invocation: Invocation, position: int) -> Text | None:
        """Both streams of the step at `position`; None if there is no output."""


class S3Output:
    """Complete outputs in the bucket that the command wrote to."""

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix.strip("/")

    def text(self, invocation: Invocation, position: int) -> Text | None:
        """Both streams of the step, decoded as UTF-8 with U+FFFD for invalid bytes; None without an object."""
        parts = [part for part in (self._prefix, invocation.command_id, invocation.instance_id) if part]
        keys = list(self._keys("/".join(parts) + "/"))
        streams = {stream: self._stream(invocation, position, keys, stream) for stream in ("stdout", "stderr")}
        if streams["stdout"] is None and streams["stderr"] is None:
            return None
        return Text(streams["stdout"] or "", streams["stderr"] or "")

    def _keys(self, prefix: str) -> Iterator[str]:
        token: str | None = None
        while True:
            keys, token = list_keys_page(self._client, self._bucket, prefix, token)
            yield from keys
            if not token:
                return

    def _stream(self, invocation: Invocation, position: int, keys: list[str], stream: str) -> str | None:
        """The object of the step is the one in AWS's URL, or otherwise the one whose path contains the step's name."""
        step = invocation.steps[position]
        url_path = urllib.parse.unquote(urllib.parse.urlsplit(step.urls.get(stream, "")).path)
        candidates = [key for key in keys if key.endswith(f"/{stream}")]
        named = [key for key in candidates if url_path.endswith(key)] or [
            key for key in candidates if _is_of_step(key, step.name) or len(invocation.steps) == 1
        ]
        return read_object(self._client, self._bucket, named[0]).decode(errors="replace") if named else None


def _is_of_step(key: str, name: str) -> bool:
    """Whether a part of the path is the step's name; the only step of AWS's own documents is C(0.awsrunShellScript)."""
    written = name.replace(":", "")
    return any(part == written or part.partition(".")[2] == written for part in key.split("/"))


class LogsOutput:
    """Complete outputs in the log group that the command wrote to."""

    def __init__(self, client: CloudWatchLogsClient, group: str) -> None:
        self._client = client
        self._group = group

    def text(self, invocation: Invocation, position: int) -> Text | None:
        """Both streams of the step, with events joined by line breaks; None without a log stream."""
        plugin = invocation.steps[position].name.replace(":", "-")
        base = f"{invocation.command_id}/{invocation.instance_id}/{plugin}"
        stdout, stderr = self._stream(f"{base}/stdout"), self._stream(f"{base}/stderr")
        return None if stdout is None and stderr is None else Text(stdout or "", stderr or "")

    def _stream(self, stream: str) -> str | None:
        messages: list[str] = []
        token: str | None = None
        while True:
            page = read_log_page(self._client, self._group, stream, token)
            if page is None:
                return None
            messages.extend(page[0])
            # CloudWatch Logs returns the same token again at the end of a stream.
            if page[1] == token:
                return "".join(message if message.endswith("\n") else f"{message}\n" for message in messages)
            token = page[1]
