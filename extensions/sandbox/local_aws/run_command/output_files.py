# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of what scripts write, read by their descriptors: a script may put others in their place."""

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
        self._is_named = False
        os.unlink(path)

    def name(self, path: pathlib.Path) -> None:
        """Give it a name, once; what was there under the name is left to whoever has it open."""
        if self._is_named:
            return
        path.unlink(missing_ok=True)
        named = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.close(self._descriptor)
        self._descriptor, self._is_named = named, True

    def append(self, data: bytes) -> None:
        """Write at its end."""
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def read(self, most: int | None = None) -> bytes:
        """What is in it so far, from the beginning, at most so many bytes."""
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, size if most is None else min(size, most), 0)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._descriptor)
