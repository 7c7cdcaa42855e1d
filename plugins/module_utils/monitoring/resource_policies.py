# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resource policies as documents: their statements, and whether two are equivalent. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

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
    return _canonical(one) == _canonical(other)


def _canonical(statement: Document) -> tuple[t.Any, ...]:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else principal
    conditions = {
        operator: {key: sorted(as_list(value)) for key, value in keys.items()}
        for operator, keys in (statement.get("Condition") or {}).items()
    }
    lists = (services, statement.get("Action"), statement.get("Resource"))
    return statement.get("Effect"), conditions, *(sorted(as_list(value)) for value in lists)


def as_list(value: t.Any) -> list[t.Any]:
    """The values of a policy's element, which may be a single one or missing."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
