# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that ended some time ago, in a file: whole, and what listings ask of them in columns.

Its user sees to it that one thread at a time uses it.
"""

from __future__ import annotations

import pickle
import sqlite3
import typing as t
import zlib

from .listing import Entry

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator

    from .model import Command

# The file is of no use to a later life, so that nothing needs to be safe on the disk.
_SCHEMA: t.Final = """
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
CREATE TABLE commands (
  number INTEGER PRIMARY KEY, command_id TEXT UNIQUE, region TEXT, requested_at REAL, document_name TEXT, status TEXT,
  record BLOB
);
CREATE TABLE invocations (
  number INTEGER, position INTEGER, instance_id TEXT, status TEXT, executions INTEGER, PRIMARY KEY (number, position)
) WITHOUT ROWID;
CREATE INDEX of_instance ON invocations (instance_id, number);
"""
# The columns of an Entry.
_COMMANDS: t.Final = """
SELECT number, command_id, region, requested_at, document_name, status, '' FROM commands ORDER BY number DESC
"""
_COMMANDS_OF_INSTANCE: t.Final = """
SELECT number, command_id, region, requested_at, document_name, commands.status, ''
FROM invocations JOIN commands USING (number) WHERE instance_id = ? ORDER BY number DESC
"""
# CROSS: command by command, so that a page needs no more than its own rows.
_INVOCATIONS: t.Final = """
SELECT number, command_id, region, requested_at, document_name, invocations.status, instance_id
FROM commands CROSS JOIN invocations USING (number) ORDER BY number DESC, position
"""
_INVOCATIONS_OF_INSTANCE: t.Final = """
SELECT number, command_id, region, requested_at, document_name, invocations.status, instance_id
FROM invocations JOIN commands USING (number) WHERE instance_id = ? ORDER BY number DESC
"""
_EXECUTIONS: t.Final = """
SELECT command_id, instance_id, executions FROM commands LEFT JOIN invocations USING (number) ORDER BY number, position
"""
_FAST: t.Final = 1


class Archive:
    """A file of commands, made new."""

    def __init__(self, path: pathlib.Path) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(_SCHEMA)
        # Pages of one big command are asked for one after the other.
        self._last_read: Command | None = None

    def put(self, commands: Iterable[Command]) -> None:
        """Add commands, or put them in the place of what is there of them."""
        with self._database:
            for command in commands:
                row = (*Entry.of_command(command)[:6], zlib.compress(pickle.dumps(command), _FAST))
                self._database.execute("INSERT OR REPLACE INTO commands VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                self._database.executemany(
                    "INSERT OR REPLACE INTO invocations VALUES (?, ?, ?, ?, ?)",
                    (
                        (command.number, position, instance_id, one.status, one.executions)
                        for position, (instance_id, one) in enumerate(command.invocations.items())
                    ),
                )

    def get(self, command_id: str) -> Command | None:
        """A command as it was put here; None for one that was not."""
        if self._last_read is not None and self._last_read.command_id == command_id:
            return self._last_read
        row = self._database.execute("SELECT record FROM commands WHERE command_id = ?", (command_id,)).fetchone()
        if row is None:
            return None
        # The sandbox has written it itself, where nobody but its user can write.
        command: Command = pickle.loads(zlib.decompress(row[0]))  # noqa: S301
        self._last_read = command
        return command

    def commands(self, instance_id: str) -> Iterator[Entry]:
        """The commands, newest first: all, or those of an instance."""
        return self._entries(_COMMANDS_OF_INSTANCE, instance_id) if instance_id else self._entries(_COMMANDS)

    def invocations(self, instance_id: str) -> Iterator[Entry]:
        """The invocations of the newest command first, in their order: all, or those of an instance."""
        return self._entries(_INVOCATIONS_OF_INSTANCE, instance_id) if instance_id else self._entries(_INVOCATIONS)

    def _entries(self, query: str, *values: str) -> Iterator[Entry]:
        return map(Entry._make, self._database.execute(query, values))

    def executions(self) -> dict[str, dict[str, int]]:
        """How often each node has run each command."""
        found: dict[str, dict[str, int]] = {}
        for command_id, instance_id, executions in self._database.execute(_EXECUTIONS):
            times = found.setdefault(command_id, {})
            if instance_id is not None:
                times[instance_id] = executions
        return found

    def clear(self) -> None:
        """Forget all commands."""
        self._last_read = None
        with self._database:
            self._database.execute("DELETE FROM invocations")
            self._database.execute("DELETE FROM commands")

    def close(self) -> None:
        """Close the file."""
        self._database.close()
