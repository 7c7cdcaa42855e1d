# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that scripts write to, read by their descriptors: a script may put others in their place."""

from __future__ import annotations

import os
import tempfile
import typing as t

if t.TYPE_CHECKING:
    import pathlib


class OutputFile:
    """A new, empty file, which has no name before it is given one."""

    def __init__(self) -> None:
        self._descriptor, path = tempfile.mkstemp()
        os.unlink(path)

    def name(self, path: pathlib.Path) -> None:
        """Give it a name; what was there under the name is left to whoever has it open."""
        path.unlink(missing_ok=True)
        named = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(self._descriptor)
        self._descriptor = named

    def fileno(self) -> int:
        """The descriptor, for the script."""
        return self._descriptor

    def read(self, most: int | None = None) -> bytes:
        """What is in it so far, from the beginning, at most so many bytes."""
        size = os.fstat(self._descriptor).st_size
        # The script shares the position in the file, so that must not be moved.
        return os.pread(self._descriptor, size if most is None else min(size, most), 0)

    def replace(self, data: bytes) -> None:
        """Let it hold this instead."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, data, 0)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)
