# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script finds on a node: the environment of an agent under systemd, and the directory it starts in. Pure."""

from __future__ import annotations

import hashlib
import os
import typing as t

from ..nodes.managed_nodes import PLATFORM_NAMES, PLATFORM_VERSIONS

if t.TYPE_CHECKING:
    import pathlib

    from ..nodes.managed_nodes import Node

SCRIPT_NAME: t.Final = "_script.sh"
# The directory of the node, in a variable that no real node has; processes of scripts are known by it.
DIRECTORY_VARIABLE: t.Final = "SANDBOX_NODE_DIRECTORY"
_PATH: t.Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin")
# Links to the last two of these on the nodes; on macOS, cat, ls and others are only here.
_ROOT_PATH: t.Final = ("/sbin", "/bin")
# As long as the journal is not really there, any numbers will do.
_JOURNAL_STREAM: t.Final = "8:16384"


def environment(node: Node, command_id: str) -> dict[str, str]:
    """The variables of a script, without PATH and what the shell sets; nothing of the sandbox's own environment."""
    return {
        "LANG": "C.UTF-8",
        "INVOCATION_ID": hashlib.sha256(node.instance_id.encode()).hexdigest()[:32],
        "JOURNAL_STREAM": _JOURNAL_STREAM,
        "AWS_SSM_INSTANCE_ID": node.instance_id,
        "AWS_SSM_PLATFORM_NAME": PLATFORM_NAMES[node.platform],
        "AWS_SSM_PLATFORM_VERSION": PLATFORM_VERSIONS[node.platform],
        "AWS_SSM_REGION_NAME": node.region,
        "SSM_COMMAND_ID": command_id,
    }


def marks(directory: pathlib.Path, given: t.Mapping[str, str]) -> dict[str, str]:
    """The variables that name the node's directory, whatever a document gives: processes are known by them."""
    return {
        "PATH": f"{directory / 'bin'}{os.pathsep}{given.get('PATH', default_path())}",
        DIRECTORY_VARIABLE: str(directory),
    }


def default_path() -> str:
    """PATH where nothing gives one: that of the agent, with the folders that are no links on this system."""
    return os.pathsep.join([*_PATH, *(folder for folder in _ROOT_PATH if not os.path.islink(folder))])


def working_directory(wanted: str, default: pathlib.Path) -> str:
    """Where a script starts: an absolute workingDirectory; else default: in the downloads, or the agent's own."""
    return wanted if os.path.isabs(wanted) else str(default)
