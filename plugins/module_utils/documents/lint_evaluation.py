# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a script runs the value of a parameter as a command or as a program. Pure.

What is found are the ways in which people write it; what reaches a program by a file, another script or a function's
arguments is not seen.
"""

from __future__ import annotations

import itertools
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.lint_powershell import (
    is_evaluated_by_powershell,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.shell_commands import commands, substitutions

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.shell_commands import Command

_RESERVED: t.Final = frozenset({"if", "then", "do", "else", "elif", "while", "until", "!", "{", "time", "coproc"})
_ASSIGNMENT: t.Final = re.compile(r"(?P<name>[A-Za-z_]\w*)(?:\[[^]]*\])?\+?=(?P<value>.*)", re.DOTALL)
_DECLARING: t.Final = frozenset({"export", "local", "readonly", "declare", "typeset"})
_QUOTED: t.Final = re.compile(r"\\.|\"(?:\\.|[^\"\\])*\"?|'[^']*'?", re.DOTALL)
# Programs that run another: their options with a value, and how many arguments come before the command.
_RUNNERS: t.Final[Mapping[str, tuple[str, int]]] = {
    "builtin": ("", 0),
    "chroot": ("", 1),
    "command": ("", 0),
    "doas": ("-u -C", 0),
    "env": ("-u -C --chdir", 0),
    "exec": ("-a", 0),
    "flock": ("-w -E", 1),
    "ionice": ("-c -n", 0),
    "nice": ("-n", 0),
    "nohup": ("", 0),
    "nsenter": ("-t", 0),
    "runuser": ("-u -g -G", 0),
    "setsid": ("", 0),
    "stdbuf": ("-i -o -e", 0),
    "strace": ("-o -e -p", 0),
    "sudo": ("-u -g -h -p -C -r -t -U -D -R -T", 0),
    "timeout": ("-k -s", 1),
    "unshare": ("", 0),
    "xargs": ("-I -n -P -L -d -a -E -s", 0),
}
_SHELLS: t.Final = frozenset({"ash", "bash", "dash", "ksh", "mksh", "sh", "zsh"})
# Interpreters: the letters of options whose value is a program, and other options with a value.
_INTERPRETERS: t.Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(_SHELLS, ("c", "-o +o -O +O --rcfile --init-file")),
    "node": ("ep", "-r"),
    "perl": ("eE", "-I -M"),
    "php": ("r", "-d"),
    "pwsh": ("c", ""),
    "python": ("c", "-W -X"),
    "ruby": ("e", "-I -r"),
    "awk": ("", "-v -F"),
    "gawk": ("", "-v -F"),
    "mawk": ("", "-v -F"),
    "sed": ("e", "-l"),
}
_PROGRAM_OPTIONS: t.Final = frozenset({"--command", "--session-command", "--eval", "--expression", "-Command"})
_OF_STDIN: t.Final = frozenset({"at", "batch", "crontab", "parallel"})
_CONTAINERS: t.Final = frozenset({"docker", "kubectl", "podman", "crictl", "nerdctl"})
# A script within scripts deeper than this, or with more characters to read, is taken for one that evaluates.
_DEEPEST: t.Final = 20
_LONGEST: t.Final = 300_000


class _TooMuchError(Exception):
    """There is too much to read in a script."""


def is_evaluated(script: str, variable: str, name: str, is_bounded: bool = False) -> bool:
    """Whether a script runs the value of the parameter `name`, which it has as C({{ name }}) and in a variable.

    :param is_bounded: Whether the value has no characters of shells: it is a command only where it is the beginning.
    """
    if is_evaluated_by_powershell(script, variable, name):
        return True
    try:
        return _Judge({variable}, name, is_bounded).runs(script)
    except (_TooMuchError, RecursionError):
        return True


def is_unquoted(script: str, name: str, depth: int = 0) -> bool:
    """Whether C({{ name }}) is somewhere without quotes in a script."""
    reference = re.compile(rf"\{{\{{\s*{name}\s*\}}\}}")
    words = [word for command in commands(script) for word in (*command.words, command.given)]
    return depth > _DEEPEST or any(
        reference.search(_QUOTED.sub("", word)) or any(is_unquoted(one, name, depth + 1) for one in substitutions(word))
        for word in words
    )


class _Judge:
    """Finds out whether scripts run what is in some variables."""

    def __init__(self, variables: set[str], name: str, is_bounded: bool) -> None:
        self._variables = variables
        self._reference = rf"\{{\{{\s*{name}\s*\}}\}}"
        self._is_bounded = is_bounded
        self._left = _LONGEST

    def runs(self, script: str, depth: int = 0) -> bool:
        """Whether a script runs one of the variables; a variable that gets the value is one of them from there on."""
        self._count(script)
        return depth > _DEEPEST or any(self._is_run(command, depth) for command in commands(script))

    def _count(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise _TooMuchError

    def _is_run(self, command: Command, depth: int) -> bool:
        nested = (script for word in (*command.words, command.given) for script in substitutions(word))
        if any(self.runs(script, depth + 1) for script in nested):
            return True
        words = self._without_assignments(list(command.words))
        return self._runs_words(words, f"{command.piped} {command.given}", depth)

    def _has(self, word: str, anywhere: bool = False) -> bool:
        """Whether the value is in a word: somewhere, or if it is bounded, where the word begins."""
        names = "|".join(map(re.escape, self._variables))
        value = rf"(?:\$(?:{names})\b|\$\{{(?:{names})\b|{self._reference})"
        text = _QUOTED.sub(self._expanded, word)
        begins = self._is_bounded and not anywhere
        return re.search(rf"^[\"']*{value}" if begins else value, text) is not None

    def _expanded(self, quoted: re.Match[str]) -> str:
        if not quoted[0].startswith("'"):
            return quoted[0]
        return "'" + "".join(re.findall(self._reference, quoted[0]))

    def _without_assignments(self, words: list[str]) -> list[str]:
        while words and words[0] in _RESERVED:
            del words[0]
        begin = int(bool(words) and words[0] in _DECLARING)
        if words[:1] == ["for"] and any(map(self._has, words[3:])):
            self._variables.add(words[1])
        while len(words) > begin and (found := _ASSIGNMENT.fullmatch(words[begin])):
            if self._has(found["value"]):
                self._variables.add(found["name"])
            del words[begin]
        return words

    def _runs_words(self, words: Sequence[str], stdin: str, depth: int) -> bool:
        words = _without_runners(words)
        if not words or self._has(words[0]):
            return bool(words)
        program = _program(words[0])
        if program in _INTERPRETERS:
            return self._interprets(program, list(words[1:]), stdin, depth)
        scripts = _scripts_of(words) if program in ("su", "runuser") else []
        return any(self._is_program(word, True, depth) for word in scripts) or self._runs_otherwise(
            program, words, stdin, depth
        )

    def _runs_otherwise(self, program: str, words: Sequence[str], stdin: str, depth: int) -> bool:
        arguments = words[1:]
        if program in ("eval", "env"):
            return any(map(self._has, arguments))
        if program in (".", "source", "trap"):
            return any(map(self._has, arguments[:1]))
        if program in _OF_STDIN:
            return self._is_read(stdin)
        if program == "ssh":
            remote = _command_of(words, "-i -p -l -o -F -J -L -R -D -E -b -c -m", 1)
            return any(map(self._has, remote))
        if program in _CONTAINERS and "exec" in arguments:
            inner = _command_of(words[words.index("exec") :], "-e -u -w -n -c", 1)
            return self._runs_words(inner[1:] if inner[:1] == ["--"] else inner, stdin, depth)
        return program == "find" and any(self._runs_words(one, "", depth) for one in _executed(arguments))

    def _interprets(self, program: str, rest: list[str], stdin: str, depth: int) -> bool:
        """Whether an interpreter's program has the value, be it an argument, a file or what it reads."""
        letters, valued = _INTERPRETERS[program]
        is_shell = program in _SHELLS
        while rest and rest[0].startswith(("-", "+")) and rest[0] not in ("-", "--"):
            option = rest.pop(0)
            if option in _PROGRAM_OPTIONS or (letters and re.fullmatch(rf"-\w*[{letters}]\w*", option)):
                return bool(rest) and self._is_program(rest[0], is_shell, depth)
            if is_shell and re.fullmatch(r"-\w*s\w*", option):
                rest = []
            elif option in valued.split() or (is_shell and re.fullmatch(r"[-+]\w*[oO]", option)):
                del rest[:1]
        rest = [word for word in rest if word not in ("-", "--")]
        if rest:
            return self._has(rest[0])
        return self._is_read(stdin) or (is_shell and self._is_literal(stdin, depth))

    def _is_program(self, word: str, is_shell: bool, depth: int) -> bool:
        return self._has(word) or (is_shell and self._is_literal(word, depth))

    def _is_literal(self, text: str, depth: int) -> bool:
        """Whether a script in single quotes runs the value, which it has in the environment."""
        return any(self.runs(one[1:].removesuffix("'"), depth + 1) for one in _QUOTED.findall(text) if one[0] == "'")

    def _is_read(self, stdin: str) -> bool:
        self._count(stdin)
        names = "|".join(map(re.escape, self._variables))
        return self._has(stdin, anywhere=True) or re.search(rf"\bprintenv\s+(?:{names})\b", stdin) is not None


def _program(word: str) -> str:
    return re.sub(r"(?<=^python)[0-9.]+$", "", word.strip("\"'").rpartition("/")[2])


def _without_runners(words: Sequence[str]) -> Sequence[str]:
    """The words of the command that is run in the end; one in a text for env or runuser is not taken apart here."""
    while words and (program := _program(words[0])) in _RUNNERS:
        if (program == "env" and "-S" in words) or (program == "runuser" and _scripts_of(words)):
            break
        words = _command_of(words, *_RUNNERS[program])
    return words


def _executed(words: Sequence[str]) -> list[list[str]]:
    """The commands of find."""
    found: list[list[str]] = []
    for before, word in itertools.pairwise(words):
        if before in ("-exec", "-execdir", "-ok", "-okdir"):
            found.append([word])
        elif found:
            found[-1].append(word)
    return found


def _scripts_of(words: Sequence[str]) -> list[str]:
    """The scripts of su and runuser."""
    return [after for before, after in itertools.pairwise(words) if before in ("-c", *_PROGRAM_OPTIONS)]


def _command_of(words: Sequence[str], valued: str, positionals: int) -> list[str]:
    """The words of the command that a program runs."""
    rest = list(words[1:])
    while rest and (rest[0].startswith("-") or _ASSIGNMENT.fullmatch(rest[0])):
        option = rest.pop(0)
        if option == "--":
            break
        if option in valued.split() and rest:
            del rest[0]
    return rest[positionals:]
