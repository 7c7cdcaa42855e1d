# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of nodes for people: what a terminal or a browser would not show becomes visible. Pure."""

from __future__ import annotations

import re
import typing as t

# A regular expression of Python and of JavaScript, where the page of a report uses it: controls but for tab and line
# feed, line separators, marks of text direction, and characters of no width.
UNREADABLE: t.Final = (
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb]"
)
_UNREADABLE: t.Final = re.compile(UNREADABLE)
_COLOR: t.Final = re.compile("\x1b\\[[0-9;]*m")


def readable(text: str) -> str:
    """`text` in which C([U+001B]) stands for an escape, and so on; colors are left out, line ends are those of Unix."""
    return _UNREADABLE.sub(_code, _COLOR.sub("", text).replace("\r\n", "\n"))


def readable_line(text: str) -> str:
    """Like `readable`, with line ends shown as well: a text that cannot begin a line of its own."""
    return readable(text).replace("\n", "[U+000A]")


def _code(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
