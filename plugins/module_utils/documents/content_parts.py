# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reading JSON and YAML has in common: paths, lines, and what is told of a text that cannot be read. Pure."""

from __future__ import annotations

import datetime
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Path: t.TypeAlias = "tuple[str | int, ...]"
# Deeper ones could not be walked through, and no document is near it.
_DEEPEST: t.Final = 100
_NAMES: t.Final = (
    (str, "a text"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (dict, "a dictionary"),
    ((list, tuple), "a list"),
    ((datetime.date, datetime.time), "a date"),
    (bytes, "binary"),
)


class Parsed(t.NamedTuple):
    """What a text stands for, and the line of each part of it, from 1: of a key for what has one.

    `blocks` has the first line of the texts whose own lines are lines of the whole, as YAML's C(|) has them.
    """

    value: t.Any
    lines: Mapping[Path, int]
    blocks: Mapping[Path, int]


class UnreadableError(ValueError):
    """A text that is no content, and where: sentences without their end, for `content: ...`."""

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = "" if line is None else f" in line {line}" + ("" if column is None else f", column {column}")
        super().__init__(f"{problem}{place}.")


def check_depth(path: Path) -> None:
    """Raise UnreadableError for the path of a part that is deeper than any document's."""
    if len(path) > _DEEPEST:
        raise too_deep()


def too_deep() -> UnreadableError:
    """The error for what is nested too deeply."""
    return UnreadableError(f"it is nested more than {_DEEPEST} levels deep")


def path_text(path: Path) -> str:
    """C(mainSteps[1].inputs.runCommand); C(the content) for the whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the content"


def described(value: t.Any) -> str:
    """What a value is, in words: C(a text), C(a number)."""
    if value is None:
        return "null"
    return next((name for kinds, name in _NAMES if isinstance(value, kinds)), f"of the type {type(value).__name__}")
