# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON as the content of a document, with lines. Pure.

The standard json module decides what is JSON; the lines come from a walk over its tokens, so that a host without PyYAML
has them too.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import (
    Parsed,
    UnreadableError,
    check_depth,
    too_deep,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

# The tokens of a text that is JSON: texts, punctuation, and numbers, true, false and null.
_TOKEN: t.Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


class NotJsonError(UnreadableError):
    """A text that is no JSON at all."""


def parse(text: str) -> Parsed:
    """The value of a JSON text.

    :raises NotJsonError: it is no JSON.
    :raises UnreadableError: an object has a key twice, or it is nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"it is not JSON: {error.msg}", error.lineno, error.colno) from None
    except ValueError as error:
        raise NotJsonError(f"it is not JSON: {error}") from None
    except RecursionError:
        raise too_deep() from None
    return Parsed(value, _lines(text), {})


def _refuse(constant: str) -> t.NoReturn:
    raise ValueError(f"{constant} is no number")


@dataclasses.dataclass
class _Container:
    """An object or list that the walk is in, and the path of the member that is next."""

    path: Path
    is_object: bool
    number: int = 0
    key: str | None = None

    def member(self) -> Path:
        """The path of the value that comes now."""
        return (*self.path, self.number if self.key is None else self.key)


def _lines(text: str) -> dict[Path, int]:
    """The line of each part of a JSON text.

    :raises UnreadableError: an object has a key twice.
    """
    lines: dict[Path, int] = {}
    stack: list[_Container] = []
    for mark, line, column in _tokens(text):
        inside = stack[-1] if stack else None
        if mark in "]}":
            stack.pop()
        elif mark == "," and inside:
            inside.number, inside.key = inside.number + 1, None
        elif mark != ":":
            is_key = inside is not None and inside.is_object and inside.key is None
            if inside is not None and is_key:
                inside.key = json.loads(mark)
            path = inside.member() if inside else ()
            if is_key and path in lines:
                raise UnreadableError(f"the key {path[-1]!r} is there twice, again", line, column)
            lines.setdefault(path, line)
            check_depth(path)
            if mark in "[{":
                stack.append(_Container(path, mark == "{"))
    return lines


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a text, with line and column from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        for found in _TOKEN.finditer(line):
            yield found[0], number, found.start() + 1
