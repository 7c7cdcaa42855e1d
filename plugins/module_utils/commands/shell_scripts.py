# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shell scripts as the commands of a document. Pure."""

from __future__ import annotations

import posixpath
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

# POSIX 2018 has no pipefail, and dash has none.
_PLAIN_SHELLS: t.Final = frozenset({"sh", "dash", "ash"})
_SHELLS_WITH_PIPEFAIL: t.Final = frozenset({"bash", "ksh", "ksh93", "mksh", "zsh"})


def script_lines(text: str) -> list[str]:
    """The lines of a script file: without its byte order mark, which would hide C(#!), and with the ends of Unix."""
    # Not splitlines(): a line may contain a form feed, a carriage return or another of its line separators.
    return text.removeprefix("\ufeff").replace("\r\n", "\n").removesuffix("\n").split("\n")


def strict(commands: Sequence[t.Any]) -> list[t.Any]:
    """`commands`, at least one, with C(set) first, but after a C(#!) line, which only counts at the very beginning.

    Without such a line the agent runs them with C(sh).

    :raises RequestError: the C(#!) line names no shell that has C(set -eu).
    """
    first = str(commands[0])
    if not first.startswith("#!"):
        return ["set -eu", *commands]
    interpreter_line, newline, rest = first.partition("\n")
    return [interpreter_line, _set(_interpreter(interpreter_line)), *([rest] if newline else []), *commands[1:]]


def _set(interpreter: str) -> str:
    if interpreter in _SHELLS_WITH_PIPEFAIL:
        return "set -euo pipefail"
    if interpreter in _PLAIN_SHELLS:
        return "set -eu"
    shells = ", ".join(sorted(_PLAIN_SHELLS | _SHELLS_WITH_PIPEFAIL))
    raise RequestError(f"strict_shell is for the shells {shells}: the commands begin with a #! line of something else.")


def _interpreter(line: str) -> str:
    """The program that a C(#!) line starts, without its directory; env and busybox start another."""
    words = line.removeprefix("#!").split()
    programs = [posixpath.basename(word) for word in words if not word.startswith("-") and "=" not in word]
    starts_another = len(programs) > 1 and programs[0] in {"env", "busybox"}
    return (programs[1] if starts_another else programs[0]) if programs else ""
