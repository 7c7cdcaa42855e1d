# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of a shell script: their words, and the text that they read. Pure.

This is no shell: quotes, comments, here-documents, pipelines and substitutions are told apart, and nothing is expanded.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN: t.Final = re.compile(
    r"""(?P<comment>(?<![^\s;|&()])\#[^\n]*)
    |(?P<blank>[ \t\r]+|\\\n)
    |(?P<reference>\{\{\s*\w+\s*\}\})
    |(?P<array>(?<==)\()
    |(?P<nested>\$\(|[<>]\(|`|")
    |(?P<redirect>[0-9]*(?:<<<|>>|[<>]&|&>>?|[<>]))
    |(?P<end>\n|;;?|&&|\|\||&)
    |(?P<pipe>\|)
    |(?P<open>\()|(?P<close>\))
    |(?P<text>\\.|'[^']*'?|\$\{[^}\n]*\}?|[^\s'"`\\$|&;<>(){]+|.)""",
    re.DOTALL | re.VERBOSE,
)
_HERE_DOCUMENT: t.Final = re.compile(r"(?<!<)<<-?[ \t]*(?P<quote>[\"'\\]?)(?P<end>[A-Za-z_]\w*)[\"']?")
_CLOSERS: t.Final[t.Mapping[str, str]] = {'"': '"', "(": ")", "`": "`"}
_ENDS_OF_GROUPS: t.Final[tuple[list[str], ...]] = (["}"], ["done"], ["fi"], ["esac"], [])


class Command(t.NamedTuple):
    """The words of a command as they are written, the text of its here-documents, and what is piped into it."""

    words: tuple[str, ...]
    given: str = ""
    piped: str = ""


def commands(script: str) -> list[Command]:
    """The simple commands of a script in their order; what is in substitutions stays in their words."""
    text = _with_here_strings(script)
    reader, at = _Reader(), 0
    while found := _TOKEN.match(text, at):
        at = found.end()
        kind = str(found.lastgroup)
        if kind in ("nested", "array"):
            at = _closing(text, at - 1)
        reader.take(kind, text[found.start() : at], text[: found.start()] if kind == "pipe" else "")
    reader.end_command()
    return reader.found


def substitutions(word: str) -> Iterator[str]:
    """The scripts in a word: in $( ), <( ) or backticks, but not in single quotes."""
    at, is_quoted = 0, False
    while at < len(word):
        if word[at] == "'" and not is_quoted:
            at = _after(word, "'", at + 1)
        elif word.startswith(("$(", "<(", ">(", "`"), at):
            begin = at + 2 - (word[at] == "`")
            at = _closing(word, begin - 1)
            if word[begin : begin + 1] != "(":
                yield word[begin : at - 1]
        else:
            is_quoted ^= word[at] == '"'
            at += 1 + (word[at] == "\\")


@dataclasses.dataclass
class _Reader:
    """The commands so far, and what is known of the next one."""

    found: list[Command] = dataclasses.field(default_factory=list)
    words: list[str] = dataclasses.field(default_factory=list)
    word: str = ""
    given: str = ""
    piped: str = ""
    redirect: str = ""
    depth: int = 0

    def take(self, kind: str, text: str, before: str) -> None:
        """One token, with the script before it."""
        if kind in ("text", "nested", "array", "reference"):
            self.word += text
            return
        self._end_word()
        if kind == "redirect":
            self.redirect = text.lstrip("0123456789")
        elif kind == "pipe":
            read = before if self.words in _ENDS_OF_GROUPS else f"{self.piped} {self.given} {' '.join(self.words)}"
            self.end_command()
            self.piped = read
        elif kind == "close" and not self.depth:
            # The pattern of a case.
            self.words = []
        elif kind not in ("blank", "comment"):
            self.depth += (kind == "open") - (kind == "close")
            self.end_command()

    def _end_word(self) -> None:
        if self.word and self.redirect in ("<", "<<<"):
            self.given += self.word
        elif self.word and not self.redirect:
            self.words.append(self.word)
        if self.word:
            self.word = self.redirect = ""

    def end_command(self) -> None:
        """What a command's end does."""
        self._end_word()
        if self.words:
            self.found.append(Command(tuple(self.words), self.given, self.piped))
        self.words, self.given, self.piped, self.redirect = [], "", "", ""


def _with_here_strings(script: str) -> str:
    """The script with the text of each here-document in quotes in its place."""
    lines, at, written = script.split("\n"), 0, []
    stripped = [line.strip() for line in lines]
    while at < len(lines):
        line, found = lines[at], _HERE_DOCUMENT.search(lines[at])
        at += 1
        if found and found["end"] in stripped[at:]:
            end = stripped.index(found["end"], at)
            body = "\n".join(lines[at:end])
            line = f"{line[: found.start()]}<<< {_quoted(body, bool(found['quote']))}{line[found.end() :]}"
            at = end + 1
        written.append(line)
    return "\n".join(written)


def _quoted(body: str, is_literal: bool) -> str:
    if is_literal:
        return "'" + body.replace("'", "'\\''") + "'"
    return '"' + body.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _closing(text: str, at: int) -> int:
    """The offset after what closes the quote or parenthesis at an offset, or the end."""
    stack = [text[at]]
    at += 1
    while at < len(text) and stack:
        inside, character = stack[-1], text[at]
        if character == _CLOSERS[inside]:
            stack.pop()
        elif inside == '"' and text.startswith("$(", at):
            stack.append("(")
            at += 1
        elif inside == "(" and character == "'":
            at = _after(text, "'", at + 1) - 1
        elif inside == "(" and character in _CLOSERS:
            stack.append(character)
        at += 1 + (character == "\\")
    return min(at, len(text))


def _after(text: str, character: str, at: int) -> int:
    found = text.find(character, at)
    return len(text) if found < 0 else found + 1
