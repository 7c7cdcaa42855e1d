# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the documents that a principal may send are shells: what they run comes from the sender. Pure.

IAM has no condition on the version of a document (Service Authorization Reference), so a sender may name any of them.
"""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The findings that let the sender choose what a node runs; the others are about mistakes.
SHELL_CODES: t.Final = frozenset(
    {
        "document-parameter",
        "download-parameter",
        "environment-evaluated",
        "environment-in-braces",
        "open-pattern",
        "script-parameter",
        "shell-parameter",
        "software-parameter",
    }
)


@dataclasses.dataclass(frozen=True)
class DocumentLint:
    """The findings about the versions of a document, and what could not be read."""

    findings: tuple[dict[str, str], ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def is_shell(self) -> bool | None:
        """Whether a version is a shell; None if that is unknown."""
        if any(finding["code"] in SHELL_CODES for finding in self.findings):
            return True
        return None if self.unread else False


def rows(cells: Iterable[Mapping[str, t.Any]], linted: Mapping[str, DocumentLint]) -> list[dict[str, t.Any]]:
    """For each principal and document that it may send to some node, or perhaps may: whether it is a shell.

    :param linted: by the documents' names.
    """
    sendable: dict[tuple[str | None, str], bool | None] = {}
    for cell in cells:
        key = (cell["principal"], cell["document"])
        if cell["allowed"] is not False and sendable.get(key) is not True:
            sendable[key] = cell["allowed"]
    return [
        {
            "principal": principal,
            "document": document,
            "allowed": allowed,
            "shell": linted[document].is_shell,
            "lint": list(linted[document].findings),
            "unread": list(linted[document].unread),
        }
        for (principal, document), allowed in sendable.items()
    ]


def warning(row: Mapping[str, t.Any]) -> str | None:
    """The warning about a principal that may send a shell, or a document that could not be read."""
    who = row["principal"] or "the policy"
    may = "may send" if row["allowed"] else "perhaps may send"
    if row["shell"]:
        codes = ", ".join(sorted({one["code"] for one in row["lint"]} & SHELL_CODES))
        return f"{who} {may} {row['document']}, which is a shell: its sender chooses what a node runs ({codes})."
    if row["shell"] is None:
        return f"{who} {may} {row['document']}; whether it is a shell is unknown: {'; '.join(row['unread'])}."
    return None
