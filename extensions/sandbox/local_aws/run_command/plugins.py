# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins that the agent has, and what those answer that run no script. Pure.

The names and the platforms are those of the agent's documentation ("Command document plugin reference").
"""

from __future__ import annotations

import typing as t

from . import documents, outputs

_WINDOWS_ONLY: t.Final = frozenset({"aws:applications", "aws:cloudWatch", "aws:psModule", "aws:updateAgent"})
_UNIX_ONLY: t.Final = frozenset({documents.SHELL})
_EVERYWHERE: t.Final = frozenset(
    {
        documents.POWERSHELL,
        "aws:configureDocker",
        "aws:configurePackage",
        "aws:domainJoin",
        "aws:downloadContent",
        "aws:refreshAssociation",
        "aws:runDockerAction",
        "aws:runDocument",
        "aws:softwareInventory",
        "aws:updateSsmAgent",
    }
)
_KNOWN: t.Final = _WINDOWS_ONLY | _UNIX_ONLY | _EVERYWHERE
_REFRESHED: t.Final = b"All associations have been requested to execute immediately"


class Answer(t.NamedTuple):
    """What a plugin that runs no script says, and whether it succeeds."""

    is_success: bool
    stdout: bytes = b""
    stderr: bytes = b""


def is_known(action: str) -> bool:
    """Whether the agent has heard of a plugin such as "aws:runShellScript"."""
    return action in _KNOWN


def is_supported(action: str, platform: str) -> bool:
    """Whether the agent has it on a platform such as "Linux"."""
    return action in _EVERYWHERE | (_WINDOWS_ONLY if platform == "Windows" else _UNIX_ONLY)


def answer(action: str, inputs: t.Any, platform: str) -> Answer:
    """What a plugin answers here that runs no script, on a node of a platform such as "Linux"."""
    if action == documents.POWERSHELL and platform != "Windows":
        return Answer(False, stderr=outputs.failure("fork/exec /usr/bin/pwsh: no such file or directory"))
    if action == "aws:refreshAssociation":
        return Answer(True, stdout=_REFRESHED * 2)
    if action == "aws:softwareInventory":
        return Answer(False, stderr=f"{action} plugin can only be invoked via ssm-associate".encode())
    if action == "aws:configurePackage" and not inputs.get("name"):
        return Answer(False, stderr=b"invalid input: empty name field\n")
    return Answer(False, stderr=f"the sandbox cannot run this document: no node of it has the plugin {action}".encode())
