# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a script runs the value of an environment variable as a command or as a program. Pure.

Neither a shell nor PowerShell is parsed here: what is looked for are the ways in which people write it.
"""

from __future__ import annotations

import re
import typing as t

# A here-document, by the line that begins it.
_HERE_DOCUMENT: t.Final = re.compile(
    r"(?P<line>^.*<<-?\s*[\"']?(?P<end>\w+)[\"']?.*$)\n(?:.*\n)*?\s*(?P=end)$", re.MULTILINE
)
_TO_THE_END: t.Final = r"[^\n;|&]*"
_INTERPRETERS: t.Final = (
    r"\beval\b",
    r"\b(?:ba|da|k|z|a)?sh\s+(?:-\S+\s+)*-\w*c\b",
    r"\bsu\b[^\n;|&]*\s(?:-c|--command)\b",
    r"\bssh\b",
    r"\b(?:python[0-9.]*|perl|ruby)\s+-[ce]\b",
    # Their programs in double quotes; both can start commands.
    r"\b(?:awk|sed)\s+(?:-\S+\s+)*\"",
)
# Where a command begins, after what begins others too.
_RUNS: t.Final = (
    r"(?:^|[;|&`]|(?<![=\w])\(|\$\(|\b(?:then|do|else|exec|sudo|source|xargs|nohup|env|timeout\s+\S+)\s|^\.\s)\s*[\"']?",
)
_POWERSHELL_RUNS: t.Final = (
    r"(?i:\binvoke-expression\b|\biex\b|\[scriptblock\]::create\(|\bstart-process\b)[^\n;]*"
    r"|(?:^|[;|({=])\s*[&.]\s*[\"']?"
)


def is_evaluated(script: str, name: str) -> bool:
    """Whether a script runs the value of the parameter `name`, which it has in C(SSM_NAME)."""
    whole_lines = script.replace("\\\n", " ")
    return _evaluation(name).search(_HERE_DOCUMENT.sub(_shell_input, whole_lines)) is not None


def _shell_input(here: re.Match[str]) -> str:
    return here[0] if re.search(r"\b(?:ba|da|k|z|a)?sh\b", here["line"]) else here["line"]


def _evaluation(name: str) -> re.Pattern[str]:
    """Where the value of a parameter is run: as a command, a script of a shell, or a program of awk, sed and others."""
    variable = rf"(?:\$\{{?SSM_{name}\b|\{{\{{\s*{name}\s*\}}\}})"
    runs = (*_RUNS, *(f"{program}{_TO_THE_END}" for program in _INTERPRETERS))
    powershell = rf"(?:{_POWERSHELL_RUNS})(?:\$env:SSM_{name}\b|\$\{{env:SSM_{name}\}}|\{{\{{\s*{name}\s*\}}\}})"
    return re.compile(f"(?:{'|'.join(runs)}){variable}|{powershell}", re.MULTILINE)
