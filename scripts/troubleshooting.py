# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the guide to troubleshooting of docs/docsite/troubleshooting.yml and the messages in the plugins.

make troubleshooting
"""

from __future__ import annotations

import dataclasses
import re
import sys
import textwrap
import typing as t
from pathlib import Path

import yaml

from scripts.error_messages import messages
from scripts.license_header import header

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DOCSITE: t.Final = Path(__file__).resolve().parent.parent / "docs" / "docsite"
TABLE: t.Final = DOCSITE / "troubleshooting.yml"
PAGE: t.Final = DOCSITE / "rst" / "guide_troubleshooting.rst"
WIDTH: t.Final = 150
HEAD: t.Final = """\
.. _ansible_collections.ssmops.run_command.docsite.guide_troubleshooting:

Troubleshooting
===============

.. contents::
  :local:
  :depth: 2

.. make troubleshooting writes this page, from docs/docsite/troubleshooting.yml and the messages in the plugins.

Search this page for a few words of your message that are not names of yours: it has every message of this collection.
Words in capitals, and ``…``, stand for what differs.
"""


@dataclasses.dataclass(frozen=True)
class Row:
    """A kind of error: the patterns of its messages, why it happens, and what to do.

    :param told: messages that nothing raises: of results, and of the libraries below.
    """

    title: str
    cause: str
    fix: str
    messages: list[str] = dataclasses.field(default_factory=list)
    told: list[str] = dataclasses.field(default_factory=list)

    def covers(self, message: str) -> bool:
        """Whether a message is of this kind."""
        return any(re.search(pattern, message) for pattern in self.messages)


@dataclasses.dataclass(frozen=True)
class Topic:
    """Kinds of errors about one thing."""

    title: str
    rows: list[Row]
    about: str


@dataclasses.dataclass(frozen=True)
class Table:
    """All that is known of errors: why nodes fail, by outcome, and the kinds of messages."""

    outcomes: dict[str, dict[str, str]]
    topics: list[Topic]

    def rows(self) -> Iterator[Row]:
        """All rows, in the order in which they take messages."""
        for topic in self.topics:
            yield from topic.rows

    def row_of(self, message: str) -> Row | None:
        """The row of a message: the first that covers it."""
        return next((row for row in self.rows() if row.covers(message)), None)


def read_table() -> Table:
    """The table, as its file has it."""
    read = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    topics = [
        Topic(topic["title"], [Row(**row) for row in topic["rows"]], topic.get("about", "")) for topic in read["topics"]
    ]
    return Table(read["outcomes"], topics)


def rendered(table: Table, texts: Iterable[str]) -> str:
    """The page: the outcomes of nodes, then every topic with its rows and their messages."""
    by_row: dict[str, list[str]] = {}
    for text in texts:
        row = table.row_of(text)
        by_row.setdefault(row.title if row else "", []).append(text)
    parts = [header(".. "), HEAD, *_outcomes(table.outcomes)]
    for topic in table.topics:
        parts += [_title(topic.title, "-"), *([_filled(topic.about)] if topic.about else [])]
        for row in topic.rows:
            parts += [_title(row.title, "~"), _filled(row.cause), _filled(f"**What to do:** {row.fix}")]
            parts.append("".join(f"- ``{text}``\n" for text in [*row.told, *by_row.get(row.title, [])]))
    return "\n".join(parts)


def _outcomes(outcomes: dict[str, dict[str, str]]) -> list[str]:
    begin = "The message of a task that sends a command counts the nodes by ``outcome``, and names those that failed."
    items = [
        _filled(f"- ``{outcome}``: {words['cause']} {words['fix']}", indent="  ") for outcome, words in outcomes.items()
    ]
    return [_title("A node did not succeed", "-"), _filled(begin), "".join(items)]


def _title(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"


def _filled(text: str, indent: str = "") -> str:
    lines = textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return f"{lines}\n"


def main() -> None:
    """Write the page anew, and say which messages have no row."""
    table, texts = read_table(), [message.text for message in messages()]
    PAGE.write_text(rendered(table, texts), encoding="utf-8")
    for text in texts:
        if table.row_of(text) is None:
            sys.stderr.write(f"no row for: {text}\n")


if __name__ == "__main__":
    main()
