# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a script's output each API shows, and where the whole of it is kept. Pure."""

from __future__ import annotations

import codecs
import typing as t

from . import statuses

if t.TYPE_CHECKING:
    from .plan import Step

# Bytes of a stream in the agent's reply, its mark among them.
REPLY_LIMIT = 24_000
_REPLY_MARK = b"--output truncated--"
# Characters that GetCommandInvocation shows of stderr.
STDERR_LIMIT = 8_000
# Bytes of both streams in a listing.
PLUGIN_OUTPUT_LIMIT = 2_500
_ERROR_TITLE = b"\n----------ERROR-------\n"
_OUTPUT_MARK = b"\n---Output truncated---"
_ERROR_MARK = b"\n---Error truncated----"
_NO_FAILURES: t.Final = frozenset(
    {0, statuses.EXIT_WITH_SUCCESS, statuses.REBOOT_EXIT_CODE, statuses.STOPPED_EXIT_CODE}
)


def _replace_each_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("agent", _replace_each_byte)


def decode(data: bytes) -> str:
    """Bytes of a script as text: the agent writes U+FFFD for every byte that is not UTF-8."""
    return data.decode("utf-8", errors="agent")


def reply(data: bytes) -> bytes:
    """What the agent's reply has of a stream: less than 24,000 bytes whole, else cut, with its mark."""
    if len(data) < REPLY_LIMIT:
        return data
    return data[: REPLY_LIMIT - len(_REPLY_MARK)] + _REPLY_MARK


def plugin_output(stdout: bytes, stderr: bytes) -> bytes:
    """The Output of a CommandPlugin: stdout, then stderr below its title; where it is too long each has its share."""
    title = _ERROR_TITLE if stderr else b""
    space = PLUGIN_OUTPUT_LIMIT - len(title)
    if len(stdout) + len(stderr) < space:
        return stdout + title + stderr
    half = space // 2
    if len(stdout) > half and len(stderr) > half:
        share = (space - len(_OUTPUT_MARK) - len(_ERROR_MARK)) // 2
        return stdout[:share] + _OUTPUT_MARK + title + stderr[:share] + _ERROR_MARK
    if len(stdout) < half:
        return stdout + title + stderr[: space - len(_ERROR_MARK) - len(stdout)] + _ERROR_MARK
    return stdout[: space - len(_OUTPUT_MARK) - len(stderr)] + _OUTPUT_MARK + title + stderr


def failure(reason: str) -> bytes:
    """What the agent puts behind the stderr of a script that failed, whether that ends with a line end or not."""
    return f"failed to run commands: {reason}".encode()


def failure_of_exit_code(exit_code: int) -> bytes:
    """The same for an exit code; b"" for one that is no failure: a reboot, an end that was asked for, a stop."""
    return b"" if exit_code in _NO_FAILURES else failure(f"exit status {exit_code}")


class OutputPlace(t.NamedTuple):
    """Where one step's output belongs."""

    command_id: str
    instance_id: str
    action: str
    step_id: str


def orchestration_folder(step: Step) -> tuple[str, ...]:
    """Where the agent keeps a step, below the command's folder: schema 1.2 has its properties below the plugin."""
    step_id = step.step_id.replace(":", "")
    return (step.action.replace(":", ""), step_id) if step.name == step.action else (step_id,)


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
