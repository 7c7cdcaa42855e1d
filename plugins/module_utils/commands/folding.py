# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nodes folded by equal answers: the same outcome, exit code, stdout and stderr. Pure.

Line ends do not matter, nor do a node's own ID, and its name and address where they can be nothing else.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation

Result = dict[str, t.Any]
K = t.TypeVar("K")
T = t.TypeVar("T")

# The largest that a result has: together less than a tenth of what AWX takes.
MAX_GROUPS: t.Final = 20
MAX_IDS: t.Final = 20
# Characters of each stream of a group, from its end.
MAX_TEXT: t.Final = 500
# Different answers whose texts are kept while outputs arrive; of further ones, the texts are those of the result.
KEPT_ANSWERS: t.Final = 1_000
# Names that EC2 gives, without their domain ("EC2 instance hostnames", Amazon EC2 User Guide; of Windows, EC2Launch).
_IP_NAME: t.Final = re.compile(r"ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})")
_EC2_NAME: t.Final = re.compile(rf"{_IP_NAME.pattern}|ec2amaz-[a-z0-9]{{7}}")
# A host in a domain. Names of fewer parts are words as well: "web", or units and files, such as "nginx.service".
_LABEL: t.Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST_IN_DOMAIN: t.Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+\.[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
# What digests of texts without masks begin with: they say nothing about those with masks.
PLAIN: t.Final = "plain-"
_NAME_MARK: t.Final = "[instance_name]"
_ID_MARK: t.Final = "[instance_id]"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What nodes have in common, and the ends of their texts.

    :param digest: as from `digest_of`; equal answers have equal ones.
    :param truncated: whether the nodes wrote, or may have written, more than the texts here.
    """

    digest: str
    outcome: str
    rc: int
    stdout: str
    stderr: str
    truncated: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Nodes with an equal answer, by ID and in the order in which they were given."""

    answer: Answer
    instance_ids: Sequence[str]


def own_words(instance_id: str, name: str) -> dict[str, str]:
    """What can be nothing but the node itself in its texts, in lower case, and what stands for it; long words first.

    Plain words are not among it: a node with the name "web" writes that word about other things too.

    :param name: its name in Run Command, its host name if AWS knows it; "" if it has none.
    """
    name = name.lower()
    host = name.partition(".")[0]
    words = {name: _NAME_MARK} if _HOST_IN_DOMAIN.fullmatch(name) else {}
    if _EC2_NAME.fullmatch(host):
        words[host] = _NAME_MARK
    address = _IP_NAME.fullmatch(host)
    if address:
        words[".".join(address.groups())] = "[ip_address]"
    return {**words, instance_id.lower(): _ID_MARK}


def folded_text(text: str, words: dict[str, str]) -> str:
    """`text` with line ends of Unix, without those at its end, and with marks for `words`, whatever their case."""
    text = text.replace("\r\n", "\n").rstrip("\n")
    lowered = _lowered(text)
    for word, mark in words.items():
        if word in lowered:
            text = _replaced(text, word, mark)
            lowered = _lowered(text)
    return text


def _lowered(text: str) -> str:
    """In lower case and of the same length: of all characters, only this one's lower case has two."""
    return text.replace("\u0130", "i").lower()


def _replaced(text: str, word: str, mark: str) -> str:
    """`text` with `mark` for each `word` that is no part of a longer one. Faster than a pattern for each node."""
    lowered = _lowered(text)
    is_part = _is_part_of_word if mark == _ID_MARK else _is_part_of_name
    parts: list[str] = []
    kept, start = 0, lowered.find(word)
    while start >= 0:
        end = start + len(word)
        if not is_part(lowered[max(0, start - 2) : start], lowered[end : end + 2]):
            parts += [text[kept:start], mark]
            kept = end
        start = lowered.find(word, end)
    return "".join([*parts, text[kept:]])


def _is_part_of_word(before: str, after: str) -> bool:
    """Whether what is between is a part of a word: IDs are the node's in whatever they are a part of by a sign."""
    return _is_in_word(before[-1:]) or _is_in_word(after[:1])


def _is_part_of_name(before: str, after: str) -> bool:
    """Whether what is between is a part of a longer host name or address, and so another node's, or of a word.

    :param before: the two characters before it, as far as there are any; `after` likewise.
    """
    if _is_part_of_word(before, after):
        return True
    return (before[-1:] in {".", "-"} and _is_in_word(before[:-1])) or (
        after[:1] in {".", "-"} and _is_in_word(after[1:])
    )


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def digest_of(outcome: str, rc: int, stdout: str, stderr: str, *, masks: bool = True) -> str:
    """The digest of an answer with these texts, which are folded: 16 hexadecimal digits, after PLAIN if not masked."""
    whole = f"{outcome} {rc} {len(stdout)} {stdout}{stderr}"
    digits = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return digits if masks else f"{PLAIN}{digits}"


class Folder:
    """Takes the digests of answers while their texts are whole, and groups nodes by them.

    :param masks: whether a node's own ID, name and address do not matter.
    """

    def __init__(self, *, masks: bool = True) -> None:
        self._masks = masks
        self._digests: dict[tuple[str, str], str] = {}
        self._answers: dict[str, Answer] = {}

    def see(self, whole: Invocation) -> None:
        """Take the digest of an invocation whose texts may be cut later."""
        answer = self._answer(whole)
        self._digests[whole.command_id, whole.instance_id] = answer.digest
        if len(self._answers) < KEPT_ANSWERS:
            self._answers.setdefault(answer.digest, answer)

    def digest(self, invocation: Invocation) -> str:
        """The digest of the answer, as it was seen, or otherwise as it is."""
        seen = self._digests.get((invocation.command_id, invocation.instance_id))
        return seen or self._answer(invocation).digest

    def groups(self, invocations: Iterable[Invocation]) -> list[Group]:
        """All groups of nodes, the largest failures first, then the others by size.

        :param invocations: one for each node.
        """
        alike = grouped((self.digest(found), found) for found in invocations)
        return largest_first(
            Group(self._known(digest, found[0]), [one.instance_id for one in found]) for digest, found in alike.items()
        )

    def _known(self, digest: str, found: Invocation) -> Answer:
        return self._answers.get(digest) or dataclasses.replace(self._answer(found), digest=digest)

    def folded(self, found: Invocation, text: str) -> str:
        """A text of the node as it is compared."""
        return folded_text(text, self._words(found))

    def _words(self, found: Invocation) -> dict[str, str]:
        return own_words(found.instance_id, found.instance_name) if self._masks else {}

    def _answer(self, found: Invocation) -> Answer:
        words = self._words(found)
        stdout, stderr = folded_text(found.stdout, words), folded_text(found.stderr, words)
        is_cut = found.truncated or len(stdout) > MAX_TEXT or len(stderr) > MAX_TEXT
        return Answer(
            digest_of(found.outcome, found.rc, stdout, stderr, masks=self._masks),
            found.outcome,
            found.rc,
            stdout[-MAX_TEXT:],
            stderr[-MAX_TEXT:],
            is_cut,
        )


def grouped(items: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """Items by their keys, in the order in which they come."""
    found: dict[K, list[T]] = {}
    for key, item in items:
        found.setdefault(key, []).append(item)
    return found


def largest_first(groups: Iterable[Group]) -> list[Group]:
    """Failures before what has not ended or succeeded, each the largest first; of equal ones, the worse outcome."""
    not_failed = statuses.GOOD_OUTCOMES | statuses.UNFINISHED_OUTCOMES

    def order(group: Group) -> tuple[bool, int, int, str]:
        outcome = group.answer.outcome
        return outcome in not_failed, -len(group.instance_ids), -statuses.severity(outcome), group.instance_ids[0]

    return sorted(groups, key=order)


def group_results(groups: Sequence[Group], *, shows_texts: bool = True) -> Result:
    """C(groups), the first of them; C(groups_left_out) with the numbers of the others and of their nodes, if any.

    :param shows_texts: whether texts of nodes may be shown, and digests, from which short ones can be guessed.
    """
    result: Result = {"groups": [_group_result(group, shows_texts=shows_texts) for group in groups[:MAX_GROUPS]]}
    others = groups[MAX_GROUPS:]
    if others:
        nodes = sum(len(group.instance_ids) for group in others)
        result["groups_left_out"] = {"groups": len(others), "nodes": nodes}
    return result


def _group_result(group: Group, *, shows_texts: bool) -> Result:
    answer = group.answer
    if not shows_texts:
        answer = dataclasses.replace(answer, stdout="", stderr="", digest="")
    return {
        "outcome": answer.outcome,
        "rc": answer.rc,
        "count": len(group.instance_ids),
        "instance_ids": list(group.instance_ids[:MAX_IDS]),
        "stdout": answer.stdout,
        "stderr": answer.stderr,
        "truncated": answer.truncated,
        "digest": answer.digest,
    }
