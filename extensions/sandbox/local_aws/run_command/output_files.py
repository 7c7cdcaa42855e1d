# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that scripts write to, read by their descriptors: a script may put others in their place."""

from __future__ import annotations

import os
import typing as t

if t.TYPE_CHECKING:
    import pathlib


class OutputFile:
    """A new file of this name, empty; what was there under the name is left to whoever has it open."""

    def __init__(self, path: pathlib.Path) -> None:
        path.unlink(missing_ok=True)
        self._file = path.open("x+b", buffering=0)

    def fileno(self) -> int:
        """The descriptor, for the script."""
        return self._file.fileno()

    def read(self, most: int | None = None) -> bytes:
        """What is in it so far, from the beginning, at most so many bytes."""
        size = os.fstat(self.fileno()).st_size
        # The script shares the position in the file, so that must not be moved.
        return os.pread(self.fileno(), size if most is None else min(size, most), 0)

    def replace(self, data: bytes) -> None:
        """Let it hold this instead."""
        os.ftruncate(self.fileno(), 0)
        os.pwrite(self.fileno(), data, 0)

    def close(self) -> None:
        """Give the descriptor back."""
        self._file.close()
