# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The complete output of a step, from where the agent wrote it: S3 or CloudWatch Logs.

Keys and stream names follow the Systems Manager User Guide: C(PREFIX/COMMAND/INSTANCE/.../stdout) in the bucket,
C(COMMAND/INSTANCE/PLUGIN/stdout) in the log group.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import typing as t
import urllib.parse

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.logs import read_log_page
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import check_new, listed_once
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.s3 import list_keys_page, read_object
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Text

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_ssm.type_defs import CommandTypeDef

# Bytes (characters, from CloudWatch Logs) of a stream that are read: several nodes are read at once.
MAX_STREAM = 16 * 1024 * 1024
_NO_UTF_8 = re.compile("[\udc80-\udcff]")


class OutputNotFoundError(AnsibleAWSError):
    """No complete output is where it should be; the message says where, and which right a node may lack."""

    def __init__(self, message: str) -> None:
        super().__init__(message)  # type: ignore[no-untyped-call]  # amazon.aws is untyped


@dataclasses.dataclass(frozen=True)
class OutputPlaces:
    """Where a command writes its output: a bucket with a prefix, a log group; "" for those that it does not write to.

    From the fields of ListCommands, whoever sent the command.
    """

    bucket: str = ""
    prefix: str = ""
    log_group: str = ""

    @classmethod
    def of_command(cls, command: Mapping[str, t.Any]) -> OutputPlaces:
        """The places of a command."""
        logs = command.get("CloudWatchOutputConfig") or {}
        # The agent's own group contains the document's name, not its ARN.
        own_group = f"/aws/ssm/{command.get('DocumentName', '').rsplit('/', 1)[-1]}"
        return cls(
            bucket=command.get("OutputS3BucketName") or "",
            prefix=command.get("OutputS3KeyPrefix") or "",
            log_group=(logs.get("CloudWatchLogGroupName") or own_group) if logs.get("CloudWatchOutputEnabled") else "",
        )

    def why_not_found(self) -> str:
        """Why there may be nothing of a node: a sentence without its full stop."""
        missing = []
        if self.bucket:
            missing.append(
                f"the bucket {self.bucket}, which its role must let it write to (s3:PutObject, "
                "s3:GetEncryptionConfiguration)"
            )
        if self.log_group:
            missing.append(
                f"the log group {self.log_group}, which its role must let it write to (logs:CreateLogStream, "
                "logs:DescribeLogGroups, logs:DescribeLogStreams, logs:PutLogEvents)"
            )
        if not missing:
            return "the command was sent without a bucket and without a log group"
        return f"the node wrote nothing to {' or to '.join(missing)}"


class CommandOutputs:
    """Complete outputs, from where each command itself says that it writes them.

    :param find: the command with an ID, as ListCommands returns it; it is called once for each command.
    :param client: makes a client of the service with this name, if it is needed; it need not retry.
    """

    def __init__(
        self,
        find: Callable[[str], CommandTypeDef],
        client: Callable[[t.Literal["s3", "logs"]], t.Any],
        retrier: Retrier,
    ) -> None:
        self._find = find
        self._client = client
        self._retrier = retrier
        self._lock = threading.Lock()
        self._clients: dict[str, t.Any] = {}
        self._places: dict[str, OutputPlaces] = {}

    def text(self, invocation: Invocation, position: int) -> Text:
        """Both streams of the step at `position`, from the bucket or otherwise from the log group.

        :raises OutputNotFoundError: neither has anything of it.
        :raises AnsibleAWSError: it cannot be read.
        """
        places = self._places_of(invocation.command_id)
        found = None
        if places.bucket:
            bucket = S3Output(self._client_of("s3"), self._retrier, places.bucket, places.prefix)
            found = bucket.text(invocation, position)
        if found is None and places.log_group:
            group = LogsOutput(self._client_of("logs"), self._retrier, places.log_group)
            found = group.text(invocation, position)
        if found is None:
            raise OutputNotFoundError(places.why_not_found())
        return found

    def _places_of(self, command_id: str) -> OutputPlaces:
        with self._lock:
            if command_id not in self._places:
                self._places[command_id] = OutputPlaces.of_command(self._find(command_id))
            return self._places[command_id]

    def _client_of(self, service: t.Literal["s3", "logs"]) -> t.Any:
        # Outputs are read by several threads, and clients must not be made by two at once.
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]


class S3Output:
    """Complete outputs in a bucket, up to MAX_STREAM bytes of each stream."""

    def __init__(self, client: S3Client, retrier: Retrier, bucket: str, prefix: str) -> None:
        self._client = client
        self._retrier = retrier
        self._bucket = bucket
        self._prefix = prefix.strip("/")

    def text(self, invocation: Invocation, position: int) -> Text | None:
        """Both streams of the step, decoded as UTF-8 with U+FFFD for invalid bytes; None without an object."""
        parts = [part for part in (self._prefix, invocation.command_id, invocation.instance_id) if part]
        keys = self._keys("/".join(parts) + "/")
        stdout, stderr = (self._stream(invocation, position, keys, stream) for stream in ("stdout", "stderr"))
        if stdout is None and stderr is None:
            return None
        is_cut = any(len(content or b"") > MAX_STREAM for content in (stdout, stderr))
        return Text(_decoded(stdout or b""), _decoded(stderr or b""), truncated=is_cut)

    def _keys(self, prefix: str) -> list[str]:
        def read(token: str | None) -> tuple[list[str], str | None]:
            return self._retrier.call(list_keys_page, self._client, self._bucket, prefix, token)

        return list(listed_once(read, lambda key: key))

    def _stream(self, invocation: Invocation, position: int, keys: list[str], stream: str) -> bytes | None:
        """The object of the step is the one in AWS's URL, or otherwise the one whose path contains the step's name."""
        step = invocation.steps[position]
        url_path = urllib.parse.unquote(urllib.parse.urlsplit(step.urls.get(stream, "")).path)
        candidates = [key for key in keys if key.endswith(f"/{stream}")]
        named = [key for key in candidates if url_path.endswith(key)] or [
            key for key in candidates if _is_of_step(key, step.name) or len(invocation.steps) == 1
        ]
        if not named:
            return None
        # One byte more tells whether there are more.
        return self._retrier.call(read_object, self._client, self._bucket, named[0], MAX_STREAM + 1)


def _decoded(content: bytes) -> str:
    """The first MAX_STREAM bytes as text, with U+FFFD for every byte that is not UTF-8, as the agent writes it."""
    return _NO_UTF_8.sub("\ufffd", content[:MAX_STREAM].decode(errors="surrogateescape"))


def _is_of_step(key: str, name: str) -> bool:
    """Whether a part of the path is the step's name; the only step of AWS's own documents is C(0.awsrunShellScript)."""
    written = name.replace(":", "")
    return any(part == written or part.partition(".")[2] == written for part in key.split("/"))


class LogsOutput:
    """Complete outputs in a log group, up to MAX_STREAM characters of each stream."""

    def __init__(self, client: CloudWatchLogsClient, retrier: Retrier, group: str) -> None:
        self._client = client
        self._retrier = retrier
        self._group = group

    def text(self, invocation: Invocation, position: int) -> Text | None:
        """Both streams of the step, with events joined by line breaks; None without a log stream."""
        plugin = invocation.steps[position].name.replace(":", "-")
        base = f"{invocation.command_id}/{invocation.instance_id}/{plugin}"
        stdout, stderr = self._stream(f"{base}/stdout"), self._stream(f"{base}/stderr")
        if stdout is None and stderr is None:
            return None
        is_cut = any(len(text or "") > MAX_STREAM for text in (stdout, stderr))
        return Text((stdout or "")[:MAX_STREAM], (stderr or "")[:MAX_STREAM], truncated=is_cut)

    def _stream(self, stream: str) -> str | None:
        messages: list[str] = []
        token: str | None = None
        tokens: set[str] = set()
        size = 0
        while True:
            page = self._retrier.call(read_log_page, self._client, self._group, stream, token)
            if page is None:
                return None
            messages += [message if message.endswith("\n") else f"{message}\n" for message in page[0]]
            size += sum(map(len, page[0]))
            # CloudWatch Logs returns the same token again at the end of a stream.
            if page[1] == token or size > MAX_STREAM:
                return "".join(messages)
            token = page[1]
            check_new(token, tokens)
