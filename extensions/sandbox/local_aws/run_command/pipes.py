# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two pipes a script writes to, as the agent has them: they end when nobody holds their other ends any more."""

from __future__ import annotations

import contextlib
import os
import select
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from .output_files import OutputFile

_CHUNK_BYTES = 65_536


class Pipes:
    """Pipes for stdout and stderr, whose contents are appended to files."""

    def __init__(self, stdout: OutputFile, stderr: OutputFile) -> None:
        self._files = {}
        self._lent = []
        for file in (stdout, stderr):
            reader, writer = os.pipe()
            self._files[reader] = file
            self._lent.append(writer)

    @property
    def are_open(self) -> bool:
        """Whether somebody may write still."""
        return bool(self._files)

    @contextlib.contextmanager
    def lent(self) -> Iterator[tuple[int, int]]:
        """The descriptors to write to, for a process that is started meanwhile."""
        try:
            yield self._lent[0], self._lent[1]
        finally:
            self._take_back()

    def copy(self, seconds: float) -> None:
        """Append what comes within some seconds, and what is there already."""
        poll = select.poll()
        for reader in self._files:
            poll.register(reader, select.POLLIN)
        for reader, _event in poll.poll(seconds * 1000):
            data = os.read(reader, _CHUNK_BYTES)
            if data:
                self._files[reader].append(data)
            else:
                del self._files[reader]
                os.close(reader)

    def close(self) -> None:
        """Read no more."""
        self._take_back()
        while self._files:
            reader, _file = self._files.popitem()
            os.close(reader)

    def _take_back(self) -> None:
        while self._lent:
            os.close(self._lent.pop())
