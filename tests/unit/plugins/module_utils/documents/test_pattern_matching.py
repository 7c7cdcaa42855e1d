# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A search without backtracking finds what Python finds, and ends."""

from __future__ import annotations

import itertools
import re

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.pattern_matching import matches

TEXTS = ["".join(letters) for size in range(5) for letters in itertools.product("aB;", repeat=size)]
PATTERNS = (
    *(
        "",
        "a",
        "^a",
        "a$",
        "^a$",
        "^$",
        "^[a-z]+$",
        "^[^a]*$",
        "^(a|B;)+$",
        "^a{2,3}$",
        "^(a?){2}$",
        "^(a*)*B$",
        "^.+?;$",
    ),
    *(
        "(?i)^b$",
        "^(?i:b)B$",
        "(?s)^.$",
        "a|^B",
        "^(?=a)",
        "^(?!a).*$",
        "^[\\W]+$",
        "^\\w{0,2};$",
        "^[a;]{2}$",
        "^(^a|B)$",
        "^(a{2}){1,2}$",
    ),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_finds_what_python_finds(pattern: str) -> None:
    assert [matches(pattern, text) for text in TEXTS] == [bool(re.search(pattern, text)) for text in TEXTS]


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?<=a)b", "[a", "\\p{L}", "(?m)^a$", "\\ba"])
def test_what_is_not_read_is_not_judged(pattern: str) -> None:
    assert matches(pattern, "ab") is None


def test_too_much_work_is_not_judged() -> None:
    assert matches("^(a+)+$", "a" * 60 + "!") is False
    assert matches("a{4000}!$", "a" * 5000) is None
