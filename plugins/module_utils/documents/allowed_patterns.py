# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The C(allowedPattern) of documents, which AWS and the agent read in the dialects of Java and Go. Pure."""

from __future__ import annotations

import re
import typing as t
import warnings

# An escaped character, or a character class and what is in it.
_CLASSES: t.Final = re.compile(r"\\.|\[\^?\]?((?:\\.|[^\]\\])*)\]", re.DOTALL)
_ESCAPED: t.Final = re.compile(r"\\.", re.DOTALL)
# In Java, \Z is also before the last line end.
_ANOTHER_END: t.Final = re.compile(r"(?<!\\)(?:\\\\)*\\Z")


def as_python(pattern: str) -> re.Pattern[str] | None:
    """The pattern to search a value for, or None if Python does not know it or reads something else in it.

    Such are C(\\p{L}), C(\\z), C((?<name>...)), C((?i)) in the middle, and C([[:alnum:]]) and other sets within sets.
    """
    if _ANOTHER_END.search(pattern) or any(map(_is_nested, _CLASSES.finditer(pattern))):
        return None
    with warnings.catch_warnings():
        # They are about Python's own future syntax of sets.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            # In Java and Go, \w, \d and \s are of ASCII.
            return re.compile(pattern, re.ASCII)
        except (re.error, ValueError, OverflowError, RecursionError):
            return None


def _is_nested(found: re.Match[str]) -> bool:
    body = _ESCAPED.sub("", found[1] or "")
    return "[" in body or "&&" in body
