# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of a report's page: results folded by equal answers, each beside the largest group. Pure."""

from __future__ import annotations

import difflib
import itertools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import folding, output

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Entry

Data = dict[str, t.Any]
# A sign and a line: "+" for one of this group, "-" of the largest, " " of both, "@" for what is left out.
DiffLine = tuple[str, str]

STREAMS: t.Final = ("stderr", "stdout")
# Comparing takes the square of the lines.
COMPARED_LINES: t.Final = 100
SHOWN_LINES: t.Final = 40
LINE_LENGTH: t.Final = 200


def entry_digest(entry: Entry) -> str:
    """The digest of an answer: what send_command took of it while it was whole, or of its texts as they are."""
    given = entry.get("digest")
    if isinstance(given, str) and given:
        return given
    return _digest_of_texts(entry, masks=True)


def known_digests(entry: Entry) -> Mapping[bool, str]:
    """The digests that are known of the whole answer, by whether what a node calls itself was masked.

    Both, if the texts are those that the entry's digest was taken of, or if it has none.
    """
    given = str(entry.get("digest") or "")
    is_masked = not given.startswith(folding.PLAIN)
    if given and given != _digest_of_texts(entry, masks=is_masked):
        return {is_masked: given}
    return {masks: _digest_of_texts(entry, masks=masks) for masks in (True, False)}


def _digest_of_texts(entry: Entry, *, masks: bool) -> str:
    stdout, stderr = (_text(entry, stream, masks=masks) for stream in ("stdout", "stderr"))
    return folding.digest_of(entry["outcome"], entry.get("rc", output.NEVER_RAN), stdout, stderr, masks=masks)


def _text(entry: Entry, stream: str, *, masks: bool) -> str:
    own = folding.own_words(entry["instance_id"], entry.get("instance_name") or "") if masks else {}
    return folding.folded_text(entry.get(stream) or "", own)


def page_groups(entries: Sequence[Entry], digests: Sequence[str]) -> tuple[list[Data], Mapping[str, int]]:
    """All groups, the largest failures first, and the position of each by its digest.

    Of a group: C(outcome), C(rc), C(count), C(says) (its last line), C(is_largest), C(diff), the lines of each stream
    that differs from the largest group's, and C(is_whole), whether these are of whole outputs. The groups beyond
    folding.MAX_GROUPS have only C(count).

    :param digests: of the entries, in the same order.
    """
    alike = folding.grouped(zip(digests, entries, strict=True))
    groups = folding.largest_first(_group(digest, found) for digest, found in alike.items())
    if not groups:
        return [], {}
    largest = alike[max(groups, key=lambda group: len(group.instance_ids)).answer.digest][0]
    shown = [_group_data(group, alike[group.answer.digest][0], largest) for group in groups[: folding.MAX_GROUPS]]
    others = [{"count": len(group.instance_ids)} for group in groups[folding.MAX_GROUPS :]]
    return shown + others, {group.answer.digest: position for position, group in enumerate(groups)}


def _group(digest: str, alike: Sequence[Entry]) -> folding.Group:
    rc = alike[0].get("rc", output.NEVER_RAN)
    answer = folding.Answer(digest, alike[0]["outcome"], rc, "", "", truncated=False)
    return folding.Group(answer, [entry["instance_id"] for entry in alike])


def _group_data(group: folding.Group, entry: Entry, largest: Entry) -> Data:
    return {
        "outcome": group.answer.outcome,
        "rc": group.answer.rc,
        "count": len(group.instance_ids),
        "says": _last_line(entry),
        "is_largest": entry is largest,
        "is_whole": not (entry.get("truncated") or largest.get("truncated")),
        "diff": {} if entry is largest else differences(largest, entry),
    }


def _last_line(entry: Entry) -> str:
    for stream in STREAMS:
        for line in reversed(_text(entry, stream, masks=True).splitlines()):
            if line.strip():
                return line.strip()[:LINE_LENGTH]
    return ""


def differences(one: Entry, other: Entry) -> dict[str, list[DiffLine]]:
    """The differences of two answers by stream, without what nodes call themselves unless they were folded with it.

    Streams that are equal are left out.
    """
    masks = not any(str(entry.get("digest") or "").startswith(folding.PLAIN) for entry in (one, other))
    texts = {stream: (_text(one, stream, masks=masks), _text(other, stream, masks=masks)) for stream in STREAMS}
    return {stream: line_diff(*both) for stream, both in texts.items() if both[0] != both[1]}


def line_diff(one: str, other: str) -> list[DiffLine]:
    """The lines by which `other` differs from `one`, each with one line around it; of many, the first."""
    before, after = _differing_lines(one, other)
    compared = before[:COMPARED_LINES], after[:COMPARED_LINES]
    matcher = difflib.SequenceMatcher(None, *compared, autojunk=False)
    lines: list[DiffLine] = []
    for number, hunk in enumerate(matcher.get_grouped_opcodes(1)):
        if number:
            lines.append(("@", ""))
        lines += _hunk_lines(hunk, *compared)
    left = max(0, len(lines) - SHOWN_LINES) + len(before) + len(after) - sum(map(len, compared))
    return [*lines[:SHOWN_LINES], ("@", f"{left} more")] if left else lines


def _differing_lines(one: str, other: str) -> tuple[list[str], list[str]]:
    """The lines of both from the first to the last that is not the same, with one line around them."""
    before, after = (text.split("\n") if text else [] for text in (one, other))
    start = _same_length(before, after)
    end = _same_length(before[start:][::-1], after[start:][::-1])
    kept = slice(max(0, start - 1), -(end - 1) if end > 1 else None)
    return before[kept], after[kept]


def _same_length(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines, or characters, both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _hunk_lines(
    hunk: Sequence[tuple[str, int, int, int, int]], before: Sequence[str], after: Sequence[str]
) -> Iterator[DiffLine]:
    for tag, start, end, new_start, new_end in hunk:
        if tag == "equal":
            yield from ((" ", _shown_from(line, 0)) for line in before[start:end])
            continue
        old, new = before[start:end], after[new_start:new_end]
        starts = [_differing_start(*lines) for lines in zip(old, new, strict=False)]
        for sign, lines in (("-", old), ("+", new)):
            yield from ((sign, _shown_from(line, at)) for line, at in zip(lines, _padded(starts), strict=False))


def _padded(starts: Sequence[int]) -> Iterator[int]:
    return itertools.chain(starts, itertools.repeat(0))


def _differing_start(one: str, other: str) -> int:
    """Where to begin showing two lines, so that it is seen where they differ."""
    same = _same_length(one, other)
    return same - LINE_LENGTH // 4 if same > LINE_LENGTH // 2 and max(len(one), len(other)) > LINE_LENGTH else 0


def _shown_from(line: str, start: int) -> str:
    end = start + LINE_LENGTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if len(line) > end else ''}"
