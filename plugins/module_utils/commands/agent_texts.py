# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the SSM Agent itself writes into the texts of a step, told apart from what the script wrote. Pure.

Its words are those that agent 3.3 was recorded to write. The exit code tells whether they are there, so that a script
that writes the same words keeps them, except at the end of a text that AWS has cut in the middle of them.
"""

from __future__ import annotations

import re
import typing as t

# What GetCommandInvocation returns (API reference): bytes of stdout, of which the agent's mark is a part, and
# characters of stderr.
STDOUT_LIMIT = 24_000
STDERR_LIMIT = 8_000
STDERR_SEPARATOR = "----------ERROR-------"
CUT_MARK = "--output truncated--"
_LISTING_CUT_MARKS = ("\n---Output truncated---", "\n---Error truncated----")

# Exit codes after which the agent adds no failure: success, the end as success, a script that it killed, a reboot.
_NO_FAILURE = frozenset({0, 168, 137, 194, -1})
_FAILURE_START = "failed to run commands: exit status "
_FAILURE_AT_END = re.compile(re.escape(_FAILURE_START) + r"(0x[0-9a-f]+|[0-9]+)\n?\Z")
_ON_FAILURE = "\nStep was found to have onFailure property. Further document steps will be skipped."
_SENTENCES = {
    168: "\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped.",
    169: "\nStep exited with code 169. Therefore, marking step as Failed. Further document steps will be skipped.",
}


class Ending(t.NamedTuple):
    """How a step ended: its name, AWS's Status, and its exit code."""

    name: str
    status: str
    rc: int


class Streams(t.NamedTuple):
    """stdout and stderr."""

    stdout: str
    stderr: str


def fills(text: str, limit: int) -> bool:
    """Whether a text has so many characters, or bytes of UTF-8, that it may have been cut there."""
    return len(text) >= limit or len(text.encode(errors="surrogatepass")) >= limit


def is_skipped(output: str, ending: Ending) -> bool:
    """Whether the agent skipped the step, from C(Output) of a listing: AWS returns it as Success."""
    words = (
        rf"Plugin with name \S+ and id {re.escape(ending.name)} skipped due to prior step with an exit condition"
        rf"|Step execution skipped due to .*\. Step name: {re.escape(ending.name)}"
    )
    return ending.status == "Success" and ending.rc == 0 and bool(re.fullmatch(words, output, re.DOTALL))


def is_refused(output: str, ending: Ending) -> bool:
    """Whether C(Output) of a listing is the agent's reason for not running the step (an unknown plugin, ...)."""
    return (
        ending.status == "Failed"
        and f"\n{STDERR_SEPARATOR}\n" not in output
        and output.endswith(f". Step name: {ending.name}")
    )


def listed_streams(output: str, ending: Ending) -> Streams:
    """The script's streams from C(Output) of a listing, as far as it contains them."""
    stdout, _separator, stderr = output.partition(f"\n{STDERR_SEPARATOR}\n")
    for mark in _LISTING_CUT_MARKS:
        stdout, stderr = stdout.removesuffix(mark), stderr.removesuffix(mark)
    return Streams(stdout, _without_failure(stderr, ending))


def whole_streams(stdout: str, stderr: str, ending: Ending) -> Streams:
    """The script's streams from texts that nobody has cut."""
    return Streams(*_without_words(stdout, stderr, ending))


def limited_streams(stdout: str, stderr: str, ending: Ending) -> Streams:
    """The script's streams from the texts of GetCommandInvocation, which may end amid the agent's words."""
    stdout, stderr = _without_words(stdout, stderr, ending)
    if len(stdout) >= STDOUT_LIMIT and not stdout.endswith(CUT_MARK):
        stdout = _without_start_of(stdout, _sentences(ending))
    if len(stderr) >= STDERR_LIMIT:
        stderr = _without_start_of(stderr, _words_on_stderr(stderr, ending))
    return Streams(_without_cut_mark(stdout), _without_cut_mark(stderr))


def _without_words(stdout: str, stderr: str, ending: Ending) -> tuple[str, str]:
    for sentence in _sentences(ending):
        on_stdout, on_stderr = stdout.endswith(sentence), stderr.endswith(sentence)
        is_sure = sentence != _ON_FAILURE or _is_on_both(stdout, stderr, on_stdout, on_stderr)
        if is_sure and (on_stdout or on_stderr):
            stdout, stderr = stdout.removesuffix(sentence), stderr.removesuffix(sentence)
            break
    return stdout, _without_failure(stderr, ending)


def _is_on_both(stdout: str, stderr: str, on_stdout: bool, on_stderr: bool) -> bool:
    """Whether both streams end with the words, or may have ended with them before they were cut."""
    return (on_stdout or fills(stdout, STDOUT_LIMIT)) and (on_stderr or len(stderr) >= STDERR_LIMIT)


def _sentences(ending: Ending) -> list[str]:
    """What may follow the output of a step that ended like this; no exit code tells that the document has onFailure."""
    if ending.rc in _SENTENCES:
        return [_SENTENCES[ending.rc], _ON_FAILURE]
    return [] if ending.rc in _NO_FAILURE else [_ON_FAILURE]


def _words_on_stderr(stderr: str, ending: Ending) -> list[str]:
    """What the agent may have put behind a stderr of which only the beginning is known."""
    near_limit = len(stderr.encode(errors="surrogatepass")) >= STDOUT_LIMIT - len(CUT_MARK)
    words = [CUT_MARK] if near_limit else []
    if ending.rc not in _NO_FAILURE:
        failure = f"{_FAILURE_START}{ending.rc}"
        words += [failure + sentence for sentence in ["", *_sentences(ending)]]
    return words


def _without_start_of(text: str, words: list[str]) -> str:
    """`text` without the longest start of any of the words at its end."""
    starts = [word[:length] for word in words for length in range(1, len(word) + 1)]
    longest = max((start for start in starts if text.endswith(start)), key=len, default="")
    return text.removesuffix(longest)


def _without_cut_mark(text: str) -> str:
    """`text` without the agent's mark, which is part of the bytes that it keeps.

    The agent counts bytes before it replaces those that are not UTF-8 by U+FFFD, which has three.
    """
    most = len(text.encode(errors="surrogatepass"))
    least = most - 2 * text.count("\ufffd")
    return text.removesuffix(CUT_MARK) if least <= STDOUT_LIMIT <= most else text


def _without_failure(stderr: str, ending: Ending) -> str:
    found = _FAILURE_AT_END.search(stderr)
    if ending.rc == 168:
        # Only onFailure leaves a stderr then, behind the failure of the script with its own exit code.
        return stderr[: found.start()] if found else stderr
    if ending.rc in _NO_FAILURE:
        return stderr
    if found and _is_code(found[1], ending.rc):
        return stderr[: found.start()]
    # The plugins of a document of schema 1.2 are named by their type, and join the texts of their properties.
    return _without_joined_failures(stderr, ending) if ":" in ending.name else stderr


def _without_joined_failures(stderr: str, ending: Ending) -> str:
    failure = f"{_FAILURE_START}{ending.rc}\n"
    if f"{stderr}\n".count(failure) != 1:
        return stderr
    while found := _FAILURE_AT_END.search(stderr):
        stderr = stderr[: found.start()]
    return stderr.replace(failure, "")


def _is_code(written: str, rc: int) -> bool:
    """Whether the agent's number is the exit code: on Windows it writes large ones as hexadecimal numbers."""
    return (int(written, 0) if written.startswith("0x") else int(written)) & 0xFFFFFFFF == rc & 0xFFFFFFFF
