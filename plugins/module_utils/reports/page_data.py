# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of a report's page: what its script shows, compact enough for 10,000 nodes. Pure.

Rows are lists in the order of FIELDS. Texts are in a separate list and rows contain their positions, because many
nodes write the same. Durations are in milliseconds, times in milliseconds since 1970; None if there is none.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import MAX_GROUPS
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.answers import entry_digest, page_groups
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.changes import compare, comparison_notes
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import UNREADABLE
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import Entry, Runs

# What needs attention first.
ORDER = tuple(reversed(statuses.BEST_TO_WORST))
RANK = {outcome: rank for rank, outcome in enumerate(ORDER)}
STOPPED = frozenset({statuses.TERMINATED, statuses.CANCELLED, statuses.UNSENT, statuses.NOT_SENT})
FIELDS = ("outcome", "id", "name", "command", "rc", "queued", "ran", "truncated", "parts", "group", "change")
STEP_FIELDS = ("name", "status", "rc", "stdout", "stderr")
NUMBER = re.compile("([0-9]{1,18})")
# Differences may take a part of what outputs may.
DIFFERENCES_SHARE = 10
# Browsers open a page of this size in a second or two.
DEFAULT_MAX_OUTPUT_BYTES = 20_000_000

Data = dict[str, t.Any]
Row = list[t.Any]


@dataclasses.dataclass(frozen=True)
class PageOptions:
    """`title` (empty: derived from the commands), `generated_at` with a time zone, and the maximum bytes of outputs.

    :param before: an earlier run of the same command, to compare with.
    """

    generated_at: datetime.datetime
    title: str = ""
    max_output_bytes: int = DEFAULT_MAX_OUTPUT_BYTES
    before: Runs | None = None


class Texts:
    """Unique texts."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._positions: dict[str, int] = {}

    def position(self, text: str) -> int:
        """The position of the text in `all`; it is added if necessary."""
        if text not in self._positions:
            self._positions[text] = len(self.all)
            self.all.append(text)
        return self._positions[text]


def page_data(runs: Runs, options: PageOptions) -> Data:
    """Everything that the page shows, as JSON values; failures first, then by name.

    :raises RequestError: a time is not ISO 8601 with its time zone, or an outcome is unknown.
    """
    texts = Texts()
    now_ms = _milliseconds(options.generated_at)
    commands = [_command(command) for command in runs.commands]
    positions = {command["id"]: position for position, command in enumerate(commands)}
    builder = _RowBuilder(texts, commands, positions, now_ms)
    read = list(map(builder.row, runs.invocations))
    notes = list(runs.notes)
    groups = _groups(runs.invocations, read, options.max_output_bytes // DIFFERENCES_SHARE)
    changes = _changes(runs, read, options.before, notes)
    rows = sorted(read, key=_natural_order)
    shown, cut = fit_texts(texts.all, options.max_output_bytes)
    if cut:
        ends = "the end of 1 output, because its" if len(cut) == 1 else f"the ends of {len(cut)} outputs, because their"
        notes.append(f"The page has only {ends} complete text would be too large.")
    return {
        "title": well_formed(options.title) or _title(commands),
        "generated_at": now_ms,
        "notes": notes,
        "outcomes": _outcomes(rows),
        **groups,
        "changes": changes,
        "commands": commands,
        "texts": shown,
        "cut": cut,
        "fields": list(FIELDS),
        "step_fields": list(STEP_FIELDS),
        "unreadable": UNREADABLE,
        "rows": rows,
    }


def well_formed(text: str) -> str:
    """`text` with U+FFFD for lone surrogates: what Python makes of bytes that are not UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def fit_texts(texts: Sequence[str], budget: int) -> tuple[list[str], list[int]]:
    """The texts cut so that their JSON has about `budget` bytes or less: small ones complete, of others the ends.

    :return: the texts, and the positions of those that were cut.
    """
    sizes = [embedded_size(text) for text in texts]
    if sum(sizes) <= budget:
        return list(texts), []
    limit = output.fair_limit(sizes, budget)
    cut = [position for position, size in enumerate(sizes) if size > limit]
    shown = list(texts)
    for position in cut:
        shown[position] = _end_of(texts[position], limit)
    return shown, cut


def _end_of(text: str, limit: int) -> str:
    # A character takes at least one byte, so this is the earliest possible start of the end.
    end = text[max(0, len(text) - limit) :]
    while end and embedded_size(end) > limit:
        end = end[max(1, len(end) // 8) :]
    return end


def embedded_size(value: t.Any) -> int:
    """The bytes that `value` takes in the page."""
    return len(embedded_json(value))


def embedded_json(value: t.Any) -> str:
    """`value` as JSON for a script element: ASCII only, and without anything that HTML could interpret as markup."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _natural_order(row: Row) -> tuple[t.Any, ...]:
    """Failures first, then by name and ID, with web-2 before web-10."""
    return row[0], _with_numbers(row[2] or row[1]), _with_numbers(row[1])


def _with_numbers(name: str) -> list[t.Any]:
    return [int(part) if position % 2 else part for position, part in enumerate(NUMBER.split(name))]


def _outcomes(rows: Sequence[Row]) -> list[Data]:
    counts = [0] * len(ORDER)
    for row in rows:
        counts[row[0]] += 1
    return [
        {"name": outcome, "label": outcome.replace("_", " ").capitalize(), "kind": _kind(outcome), "count": count}
        for outcome, count in zip(ORDER, counts, strict=True)
    ]


def _groups(entries: Sequence[Entry], rows: Sequence[Row], budget: int) -> Data:
    """C(groups), and C(groups_left_out) (numbers of groups and rows); each of `rows` gets the position of its own.

    :param budget: the bytes that the differences may take; those of the first groups come first.
    """
    digests = [entry_digest(entry) for entry in entries]
    found, positions = page_groups(entries, digests)
    for row, digest in zip(rows, digests, strict=True):
        row.append(positions[digest])
    shown, others = found[:MAX_GROUPS], found[MAX_GROUPS:]
    for group in shown:
        group["outcome"] = RANK[group["outcome"]]
        group["says"] = well_formed(group["says"])
        diff = {stream: [[sign, well_formed(line)] for sign, line in lines] for stream, lines in group["diff"].items()}
        budget -= embedded_size(diff)
        group["diff"] = diff if budget >= 0 else None
    nodes = sum(group["count"] for group in others)
    return {"groups": shown, "groups_left_out": [len(others), nodes] if others else None}


def _changes(runs: Runs, rows: Sequence[Row], before: Runs | None, notes: list[str]) -> list[Data] | None:
    """The kinds of changes since the run before; each of `rows` gets the position of its own, or None."""
    found, kinds = compare(runs, before) if before else (None, {})
    if before:
        notes += comparison_notes(runs, before, kinds)
    for entry, row in zip(runs.invocations, rows, strict=True):
        row.append(kinds.get(entry["instance_id"]))
    return found


def _kind(outcome: str) -> str:
    if outcome == statuses.SUCCESS:
        return "good"
    if outcome in statuses.UNFINISHED_OUTCOMES:
        return "waiting"
    return "stopped" if outcome in STOPPED else "bad"


def _title(commands: Sequence[Data]) -> str:
    documents = {command["document"] for command in commands}
    return f"Run Command: {documents.pop() if len(documents) == 1 else counted(len(commands), 'command')}"


def _command(command: Entry) -> Data:
    return {
        "id": well_formed(command["command_id"]),
        "document": well_formed(command.get("document_name") or ""),
        "comment": well_formed(command.get("comment") or ""),
        "status": well_formed(command.get("status_details") or command.get("status") or ""),
        "requested": _moment(command, "requested_date_time"),
        "targets": command.get("target_count", 0),
    }


def _moment(entry: Entry, field: str) -> int | None:
    text = entry.get(field)
    if not text:
        return None
    try:
        return _milliseconds(datetime.datetime.fromisoformat(text))
    except ValueError as error:
        raise RequestError(f"{field}: {text!r} is not a time; allowed is ISO 8601 with its time zone.") from error


def _milliseconds(moment: datetime.datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return round(moment.timestamp() * 1_000)


class _RowBuilder:
    """Builds rows that refer to the page's texts and commands."""

    def __init__(self, texts: Texts, commands: Sequence[Data], positions: Mapping[str, int], now_ms: int) -> None:
        self._texts = texts
        self._commands = commands
        self._positions = positions
        self._now_ms = now_ms

    def row(self, invocation: Entry) -> Row:
        """The row of a node, in the order of FIELDS, without its group and its change."""
        outcome = invocation["outcome"]
        if outcome not in RANK:
            raise RequestError(f"outcome: {outcome!r} is not an outcome; allowed are {', '.join(ORDER)}.")
        command = self._positions.get(invocation["command_id"])
        queued, ran = self._spans(invocation, command)
        return [
            RANK[outcome],
            well_formed(invocation["instance_id"]),
            well_formed(invocation.get("instance_name") or ""),
            command,
            invocation.get("rc", output.NEVER_RAN),
            queued,
            ran,
            int(bool(invocation.get("truncated"))),
            self._parts(invocation),
        ]

    def _spans(self, invocation: Entry, command: int | None) -> tuple[int | None, int | None]:
        """How long the node was queued and how long it ran, until now if it has not finished."""
        requested = None if command is None else self._commands[command]["requested"]
        until = self._now_ms if invocation["outcome"] in statuses.UNFINISHED_OUTCOMES else None
        started = _moment(invocation, "started_at")
        finished = _moment(invocation, "finished_at") or until
        return _span(requested, started or until), _span(started, finished)

    def _parts(self, invocation: Entry) -> list[Row]:
        steps = invocation.get("plugins") or ()
        if len(steps) > 1:
            return [self._part(step) for step in steps]
        return [self._part({**invocation, "name": ""})]

    def _part(self, step: Entry) -> Row:
        texts = [self._texts.position(well_formed(step.get(stream) or "")) for stream in ("stdout", "stderr")]
        status = well_formed(step.get("status_details") or "")
        return [well_formed(step.get("name") or ""), status, step.get("rc", output.NEVER_RAN), *texts]


def _span(start: int | None, end: int | None) -> int | None:
    # A node's clock may be slower than that of AWS.
    return None if start is None or end is None else max(0, end - start)
