# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the statements of a policy stand in its text. Pure."""

from __future__ import annotations

import json
import re
import typing as t

_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Position(t.NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


class Span(t.NamedTuple):
    """From the opening brace of a statement to the place after its closing one."""

    start: Position
    end: Position


def statement_spans(text: str) -> list[Span]:
    """Spans of the statements of a policy document (JSON that json.loads takes), in their order."""
    at = _statements_at(text)
    if at is None:
        return []
    if text[at] != "[":
        return [_span(text, at, _DECODER.raw_decode(text, at)[1])]
    spans: list[Span] = []
    at = _after_blanks(text, at + 1)
    while text[at] != "]":
        _statement, end = _DECODER.raw_decode(text, at)
        spans.append(_span(text, at, end))
        at = _after_blanks(text, end)
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
    return spans


def _statements_at(text: str) -> int | None:
    """Where the value of the last member Statement begins, which is the one that counts."""
    found = None
    at = _after_blanks(text, _after_blanks(text, 0) + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        # Past the colon that follows a member's name.
        value_at = _after_blanks(text, _after_blanks(text, end) + 1)
        found = value_at if name == "Statement" else found
        at = _after_blanks(text, _DECODER.raw_decode(text, value_at)[1])
        if text[at] == ",":
            at = _after_blanks(text, at + 1)
    return found


def _after_blanks(text: str, at: int) -> int:
    return t.cast("re.Match[str]", _BLANKS.match(text, at)).end()


def _span(text: str, start: int, end: int) -> Span:
    return Span(_position(text, start), _position(text, end))


def _position(text: str, at: int) -> Position:
    return Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
