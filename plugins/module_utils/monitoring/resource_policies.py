# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource policies as documents: their statements, and whether two are equivalent. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access import equivalence

VERSION = "2012-10-17"

Document = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class PolicyPlan:
    """The policy before and after; None if it does not exist."""

    before: Document | None
    after: Document | None

    @property
    def is_change(self) -> bool:
        """Whether there is anything to change."""
        return self.before != self.after


def statements_of(document: Document | None) -> list[Document]:
    """The statements; a policy may contain a single one instead of a list."""
    return as_list(document.get("Statement")) if document else []


def same_statement(one: Document, other: Document) -> bool:
    """Whether two statements are equivalent, in any order and with or without lists."""
    return equivalence.same_meaning({"Statement": one}, {"Statement": other})


def as_list(value: t.Any) -> list[t.Any]:
    """The values of a policy's element, which may be a single one or missing."""
    return [] if value is None else equivalence.as_list(value)
