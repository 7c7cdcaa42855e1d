# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of each node, saved to a file as it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import re
import tempfile
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.agent_texts import STDERR_SEPARATOR
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import joined_texts

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

_ID: t.Final = re.compile(r"\w[\w-]*", re.ASCII)


class OutputFiles:
    """One file per node, C(INSTANCE-ID.txt): stdout and, if there is any, AWS's separator line and stderr.

    With `by_command`, one per node and command, C(INSTANCE-ID.COMMAND-ID.txt). Whatever is in the directory
    is replaced and never written to; several tasks may write to it at the same time.

    `replaced` has what one file per node must not have, by command ID and node ID: it may be read too late.
    """

    def __init__(self, directory: str, *, by_command: bool = False) -> None:
        self._directory = pathlib.Path(directory)
        self._by_command = by_command
        self.written: dict[tuple[str, str], str] = {}
        self.replaced: set[tuple[str, str]] = set()

    def prepare(self) -> None:
        """Create the directory if it does not exist, for its owner only.

        :raises OSError: it cannot be created, or is not writable.
        """
        for directory in [*reversed(self._directory.parents), self._directory]:
            directory.mkdir(mode=0o700, exist_ok=True)
        if not os.access(self._directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self._directory))

    def write(self, invocation: Invocation) -> None:
        """Write (or replace) the file of a result, readable by its owner only: output may contain secrets.

        `written` then contains its path by command ID and node ID.

        :raises OSError: it cannot be written.
        """
        if not self._by_command and (invocation.command_id, invocation.instance_id) in self.replaced:
            return
        path = self.path(invocation)
        # A new file of mode 0600 under a name that nobody can guess, opened with O_EXCL and O_NOFOLLOW.
        descriptor, partial = tempfile.mkstemp(".partial", f".{invocation.instance_id}.", self._directory)
        with contextlib.ExitStack() as undo:
            undo.callback(os.unlink, partial)
            with open(descriptor, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.write(joined_texts(_texts(invocation)))
            os.replace(partial, path)
            undo.pop_all()
        self.written[invocation.command_id, invocation.instance_id] = str(path)

    def path(self, invocation: Invocation) -> pathlib.Path:
        """The path of the file of a result.

        :raises OSError: an ID is not one of AWS's, which are words with hyphens: it could name another directory.
        """
        name = [invocation.instance_id, invocation.command_id] if self._by_command else [invocation.instance_id]
        if not all(_ID.fullmatch(part) for part in name):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), ".".join(name))
        return self._directory / ".".join([*name, "txt"])


def _texts(invocation: Invocation) -> Iterator[str]:
    streams = [(step.text.stdout, step.text.stderr) for step in invocation.steps]
    for stdout, stderr in [*streams, ("", invocation.reason)]:
        yield f"{stdout}\n{STDERR_SEPARATOR}\n{stderr}" if stderr else stdout
