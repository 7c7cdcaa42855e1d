# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of each node, saved to a file as it ends."""

from __future__ import annotations

import errno
import os
import pathlib
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.agent_texts import STDERR_SEPARATOR

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation


class OutputFiles:
    """One file per node, C(INSTANCE-ID.txt): stdout and, if there is any, AWS's separator line and stderr."""

    def __init__(self, directory: str) -> None:
        self._directory = pathlib.Path(directory)
        self.written: dict[str, str] = {}

    def prepare(self) -> None:
        """Create the directory if it does not exist.

        :raises OSError: it cannot be created, or is not writable.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        if not os.access(self._directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self._directory))

    def write(self, invocation: Invocation) -> None:
        """Write (or replace) the node's file, readable by its owner only: output may contain secrets.

        `written` then contains its path by node ID.

        :raises OSError: it cannot be written.
        """
        path = self.path(invocation.instance_id)
        partial = path.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            for step in invocation.steps:
                file.write(step.text.stdout)
                if step.text.stderr:
                    file.write(f"\n{STDERR_SEPARATOR}\n{step.text.stderr}")
        partial.replace(path)
        self.written[invocation.instance_id] = str(path)

    def path(self, instance_id: str) -> pathlib.Path:
        """The path of the node's file."""
        return self._directory / f"{instance_id}.txt"
