# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a script's output each API shows, and where the whole of it is kept. Pure."""

from __future__ import annotations

import codecs
import typing as t

STDOUT_LIMIT = 24_000
STDERR_LIMIT = 8_000
PLUGIN_OUTPUT_LIMIT = 2_500
ERROR_SEPARATOR = "\n----------ERROR-------\n"

# A cut text never needs more bytes than this: UTF-8 has at most four bytes a character.
BYTES_FOR_STDOUT = 4 * STDOUT_LIMIT
BYTES_FOR_STDERR = 4 * STDERR_LIMIT


def _replace_each_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("agent", _replace_each_byte)


def decode(data: bytes) -> str:
    """Bytes of a script as text: the agent writes U+FFFD for every byte that is not UTF-8."""
    return data.decode("utf-8", errors="agent")


def plugin_output(stdout: str, stderr: str) -> str:
    """The Output of a CommandPlugin: stdout, then stderr below a separator when there is any, cut."""
    combined = stdout + ERROR_SEPARATOR + stderr if stderr else stdout
    return combined[:PLUGIN_OUTPUT_LIMIT]


def failure_line(exit_code: int) -> str:
    """The line the agent adds to the stderr of a script that failed."""
    return f"failed to run commands: exit status {exit_code}"


def with_failure_line(stderr: bytes, exit_code: int) -> bytes:
    """stderr with the agent's line on a line of its own."""
    gap = b"" if not stderr or stderr.endswith(b"\n") else b"\n"
    return stderr + gap + failure_line(exit_code).encode()


class OutputPlace(t.NamedTuple):
    """Where one step's output belongs."""

    command_id: str
    instance_id: str
    action: str
    step_id: str


def s3_key(prefix: str, place: OutputPlace, stream: str) -> str:
    """Key of "stdout" or "stderr" in the bucket; the plugin's colon is left out of it."""
    parts = [
        prefix.strip("/"),
        place.command_id,
        place.instance_id,
        place.action.replace(":", ""),
        place.step_id.replace(":", ""),
        stream,
    ]
    return "/".join(part for part in parts if part)


def s3_url(region: str, bucket: str, key: str) -> str:
    """The address GetCommandInvocation gives for an object."""
    return f"https://s3.{region}.amazonaws.com/{bucket}/{key}"


def log_stream(place: OutputPlace, plugin_name: str, stream: str) -> str:
    """Name of the log stream of "stdout" or "stderr"; a colon may not be in it."""
    return f"{place.command_id}/{place.instance_id}/{plugin_name.replace(':', '-')}/{stream}"


def default_log_group(document_name: str) -> str:
    """The group the agent makes when CloudWatch output is on and none is named."""
    return f"/aws/ssm/{document_name.rsplit('/', 1)[-1].replace(':', '-')}"
