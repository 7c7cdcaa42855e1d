# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All commands that were sent: those that run and the newest that ended in memory, older ones in an archive."""

from __future__ import annotations

import heapq
import itertools
import typing as t

from .listing import Entry

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .archive import Archive
    from .model import Command

# What is kept in memory, in invocations: a command to 10,000 nodes, or as many small commands as weigh the same.
KEPT_INVOCATIONS: t.Final = 11_000
# What a command takes besides its invocations, in invocations.
_COMMAND_WEIGHT: t.Final = 20


class Commands:
    """Commands in the order they were sent. Whoever uses it holds the engine's lock; kept: what stays in memory."""

    def __init__(self, archive: Archive, kept: int = KEPT_INVOCATIONS) -> None:
        self._archive = archive
        self.kept = kept
        self._recent: dict[str, Command] = {}
        self._numbers = itertools.count(1)
        self._added = 0

    def add(self, command: Command, nodes: int) -> None:
        """Take a new command, to so many nodes."""
        command.number = next(self._numbers)
        self._recent[command.command_id] = command
        self._added += _COMMAND_WEIGHT + nodes

    def __getitem__(self, command_id: str) -> Command:
        """A command; KeyError when it was never sent."""
        command = self.get(command_id)
        if command is None:
            raise KeyError(command_id)
        return command

    def get(self, command_id: str) -> Command | None:
        """A command; None when it was never sent."""
        return self._recent.get(command_id) or self._archive.get(command_id)

    def recent(self) -> Iterable[Command]:
        """Those in memory, among them all that have not ended."""
        return self._recent.values()

    @property
    def is_due(self) -> bool:
        """Whether so much has come that it is time to put old commands away."""
        return self._added > self.kept // 10

    def put_away(self) -> list[str]:
        """Move what ended first from memory to the archive, when there is too much; ids of what was moved."""
        self._added = 0
        too_much = sum(_weight(command) for command in self._recent.values()) - self.kept
        moved = []
        for command in self._recent.values():
            if too_much <= 0:
                break
            if command.is_settled:
                moved.append(command)
                too_much -= _weight(command)
        self._archive.put(moved)
        for command in moved:
            del self._recent[command.command_id]
            # A command and its invocations hold each other; Python may look for such circles only after thousands.
            command.invocations.clear()
        return [command.command_id for command in moved]

    def note(self, command: Command) -> None:
        """Keep a change of a command, wherever it is."""
        if command.command_id not in self._recent:
            self._archive.put([command])

    def entries(self, instance_id: str) -> Iterator[Entry]:
        """All commands, newest first; with an instance, those that have found it."""
        recent = (
            Entry.of_command(command)
            for command in reversed(self._recent.values())
            if not instance_id or instance_id in command.invocations
        )
        return _merged(recent, self._archive.commands(instance_id))

    def invocation_entries(self, instance_id: str) -> Iterator[Entry]:
        """All invocations, of the newest command first; with an instance, its own."""
        recent = (
            Entry.of_invocation(invocation)
            for command in reversed(self._recent.values())
            for invocation in command.chosen(instance_id)
        )
        return _merged(recent, self._archive.invocations(instance_id))

    def executions(self) -> dict[str, dict[str, int]]:
        """How often each node has run each command."""
        recent = {
            command_id: {instance_id: one.executions for instance_id, one in command.invocations.items()}
            for command_id, command in self._recent.items()
        }
        return self._archive.executions() | recent

    def clear(self) -> None:
        """Forget all commands."""
        self._recent.clear()
        self._archive.clear()


def _weight(command: Command) -> int:
    return _COMMAND_WEIGHT + len(command.invocations)


def _merged(recent: Iterator[Entry], archived: Iterator[Entry]) -> Iterator[Entry]:
    """Both, newest command first: one that runs for long is older than some that were put away."""
    return heapq.merge(recent, archived, key=lambda entry: -entry.number)
