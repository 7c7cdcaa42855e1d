# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins that the agent has, and what those answer that run no script. Pure.

The names and the platforms are those of the agent's documentation ("Command document plugin reference").
"""

from __future__ import annotations

import typing as t

from . import actions, outputs

_WINDOWS_ONLY: t.Final = frozenset({actions.APPLICATIONS, actions.CLOUDWATCH, actions.PS_MODULE, "aws:updateAgent"})
_UNIX_ONLY: t.Final = frozenset({actions.SHELL})
_EVERYWHERE: t.Final = frozenset(
    {
        actions.POWERSHELL,
        "aws:configureDocker",
        actions.CONFIGURE_PACKAGE,
        "aws:domainJoin",
        actions.DOWNLOAD_CONTENT,
        actions.REFRESH_ASSOCIATION,
        "aws:runDockerAction",
        actions.RUN_DOCUMENT,
        actions.SOFTWARE_INVENTORY,
        actions.UPDATE_SSM_AGENT,
    }
)
KNOWN: t.Final = _WINDOWS_ONLY | _UNIX_ONLY | _EVERYWHERE
INVENTORY_REFUSAL: t.Final = f"{actions.SOFTWARE_INVENTORY} plugin can only be invoked via ssm-associate"
_REFRESHED: t.Final = b"All associations have been requested to execute immediately"


class PluginError(Exception):
    """What a plugin says that cannot do what it is told."""


class Answer(t.NamedTuple):
    """What a plugin that runs no script says, and whether it succeeds; exit_code: where it is neither 0 nor 1."""

    is_success: bool
    stdout: bytes = b""
    stderr: bytes = b""
    exit_code: int | None = None

    @classmethod
    def failed(cls, reason: object) -> Answer:
        """The answer of a plugin that says only why it failed."""
        return cls(False, stderr=str(reason).encode())


def is_known(action: str) -> bool:
    """Whether the agent has heard of a plugin such as "aws:runShellScript"."""
    return action in KNOWN


def is_supported(action: str, platform: str) -> bool:
    """Whether the agent has it on a platform such as "Linux"."""
    return action in _EVERYWHERE | (_WINDOWS_ONLY if platform == "Windows" else _UNIX_ONLY)


def answer(action: str, platform: str) -> Answer:
    """What a plugin answers here that runs no script, on a node of a platform such as "Linux"."""
    if action == actions.POWERSHELL and platform != "Windows":
        return Answer(False, stderr=outputs.failure("fork/exec /usr/bin/pwsh: no such file or directory"))
    if action == actions.REFRESH_ASSOCIATION:
        return Answer(True, stdout=_REFRESHED * 2)
    if action == actions.SOFTWARE_INVENTORY:
        return Answer.failed(INVENTORY_REFUSAL)
    return cannot_run(f"no node of it has the plugin {action}")


def cannot_run(reason: str) -> Answer:
    """What is said of a step that can be sent, and that nothing here does or simulates."""
    return Answer.failed(f"the sandbox cannot run this document: {reason}")
