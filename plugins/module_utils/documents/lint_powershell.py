# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a script of PowerShell runs the value of a parameter. Pure.

PowerShell is not parsed: what is looked for are the ways in which people write it.
"""

from __future__ import annotations

import re
import typing as t

# At most so much of a line, as patterns are tried from each of its places.
_LINE: t.Final = r"[^\n;]{0,500}?"
_RUNNERS: t.Final = (
    r"(?:\binvoke-expression\b|\biex\b|\[scriptblock\]::create\(|\bstart-process\b|\binvoke-command\b"
    r"|\bcmd(?:\.exe)?\s+/[ck]\b|\b(?:powershell|pwsh)(?:\.exe)?\s+[^\n;]{0,100}?-(?:c|command|enc\w*|ec|f|file)\b)"
)
_CALLED: t.Final = r"(?:^|[;|({=])\s*[&.]\s*[\"']?"
_READERS: t.Final = r"\|\s*(?:invoke-expression|iex|cmd|powershell|pwsh)\b"
_COMMENT: t.Final = re.compile(r"^\s*#.*$", re.MULTILINE)


def is_evaluated_by_powershell(script: str, variable: str, name: str) -> bool:
    """Whether a script runs C({{ name }}), or a variable of the environment, or one that it is put into."""
    text = _COMMENT.sub("", script)
    values = [
        rf"\$env:{variable}\b",
        rf"\$\{{env:{variable}\}}",
        rf"\bGetEnvironmentVariable\(\s*[\"']{variable}\b",
        rf"\{{\{{\s*{name}\s*\}}\}}",
    ]
    given = "|".join(values)
    found = re.findall(rf"\$(\w+)\s*=\s*[\"']?(?:{given})", text, re.IGNORECASE)
    value = "|".join([given, *(rf"\${re.escape(one)}\b" for one in dict.fromkeys(found))])
    runs = f"(?:{_RUNNERS}{_LINE}|{_CALLED})(?:{value})|(?:{value}){_LINE}{_READERS}"
    return re.search(runs, text, re.IGNORECASE | re.MULTILINE) is not None
