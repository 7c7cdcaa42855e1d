# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls of a task have changed so far, in words. Pure."""

from __future__ import annotations

import contextlib
import inspect
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_IRREGULAR: t.Final = {
    "cancel": "cancelled",
    "put": "put",
    "reset": "reset",
    "set": "set",
    "tag": "tagged",
    "untag": "untagged",
}
# Of the blocks that are open, the innermost last. Not a context variable: threads of a pool would not see it.
_records: list[list[str]] = []


@contextlib.contextmanager
def recorded_writes() -> Iterator[list[str]]:
    """The writes made within the block, in all threads, in order: C(created the role web-nodes)."""
    writes: list[str] = []
    _records.append(writes)
    try:
        yield writes
    finally:
        _records.pop()


class Write:
    """A kind of write: how it is said of one call.

    :param description: what the call does, with a verb first: C(create the role).
    :param function: it takes a client first.
    :param subject: a format of the function's arguments; None for the argument after the client.
    """

    def __init__(self, description: str, function: Callable[..., object], subject: str | None) -> None:
        self._parameters = inspect.signature(function).parameters
        self._said = in_past(description)
        after_client = list(self._parameters)[1:2]
        self._subject = subject or "".join(f"{{{name}}}" for name in after_client)

    def record(self, args: Sequence[t.Any], kwargs: Mapping[str, t.Any]) -> None:
        """Note that AWS accepted a call with these arguments."""
        if _records:
            values = {**dict(zip(self._parameters, args, strict=False)), **kwargs}
            _records[-1].append(f"{self._said} {self._subject.format_map(values)}".strip())


def in_past(description: str) -> str:
    """C(created the role) for C(create the role)."""
    verb, _space, rest = description.partition(" ")
    regular = f"{verb}d" if verb.endswith("e") else f"{verb}ed"
    return f"{_IRREGULAR.get(verb, regular)} {rest}"
