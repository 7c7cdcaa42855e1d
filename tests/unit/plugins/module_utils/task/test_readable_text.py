# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be seen is shown, and what can be seen stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable, readable_line
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \u00fc \u4e16 \U0001f600\ttab\nline\r\n", "plain \u00fc \u4e16 \U0001f600\ttab\nline\n"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b[2J", "[U+001B][2J"),
        ("50 %\r100 %", "50 %[U+000D]100 %"),
        ("\x1b]0;title\x07", "[U+001B]]0;title[U+0007]"),
        ("\x9b31m", "[U+009B]31m"),
        ("\u202eabc\u2066", "[U+202E]abc[U+2066]"),
        ("a\u200bb\ufeffc\u00add", "a[U+200B]b[U+FEFF]c[U+00AD]d"),
        ("\x1b\x1b[0m[2J", "[U+001B][2J"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_a_line_stays_one() -> None:
    assert readable_line("a\nb\r\nc") == "a[U+000A]b[U+000A]c"


@given(st.text())
def test_no_control_and_no_mark_of_direction_is_left(text: str) -> None:
    shown = readable_line(text)
    assert not [mark for mark in shown if mark != "\t" and unicodedata.category(mark) in {"Cc", "Zl", "Zp"}]
    assert not [mark for mark in shown if unicodedata.bidirectional(mark) in {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI"}]
    assert len(shown.splitlines()) <= 1
