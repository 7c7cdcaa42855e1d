# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a simulated decision is worth, from those of the policies at their widest and at their narrowest. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.certainty import unknown_keys
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import view_statements
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import (
    EXPLICIT_DENY,
    UNKNOWN,
    Decision,
    statement_at,
)

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.certainty import KnownKeys

NOTHING_ALLOWED = Decision("implicitDeny")


@dataclasses.dataclass(frozen=True)
class Policies:
    """The documents of a principal and of its permissions boundary, and the names of policies that cannot be read."""

    documents: tuple[Mapping[str, t.Any], ...] = ()
    boundary: tuple[Mapping[str, t.Any], ...] = ()
    unreadable: tuple[str, ...] = ()

    def unknown_keys(self, known: KnownKeys, actions: Collection[str] | None = None) -> frozenset[str]:
        """The unknown keys in statements that cover one of the actions (None: in any statement)."""
        return frozenset(
            key
            for document in (*self.documents, *self.boundary)
            for statement, view in zip(as_list(document.get("Statement", [])), view_statements(document), strict=True)
            if actions is None or any(view.covers_action(action) for action in actions)
            for key in unknown_keys(statement, document.get("Version"), known)
        )

    def outside(self, missing: Iterable[str], known: KnownKeys) -> frozenset[str]:
        """The missing keys that no document names: policies of an organization do, or those that cannot be read."""
        named = {key.lower() for key in self.unknown_keys(known)}
        return frozenset(key for key in missing if not known.covers(key) and key.lower() not in named)

    def may_decide(self, missing: Iterable[str], known: KnownKeys, actions: Collection[str]) -> bool:
        """Whether one of the actions may turn on one of the missing keys."""
        keys = list(missing)
        named = {key.lower() for key in self.unknown_keys(known, actions)}
        return bool(self.unreadable or self.outside(keys, known)) or any(key.lower() in named for key in keys)


def settle(asked: Decision, wide: Decision, narrow: Decision, policies: Policies, known: KnownKeys) -> Decision:
    """The decision, or an unknown one that names what it depends on.

    :param asked: without a value for the keys that are not known.
    :param wide: with the policies at their widest; `narrow` at their narrowest.
    """
    outside = policies.outside(asked.missing_context, known)
    # Policies of an organization and permissions that cannot be read deny more; only the latter could also allow more.
    is_denied = wide.decision == EXPLICIT_DENY or not (wide.is_allowed or policies.unreadable)
    if is_denied and asked.is_denied:
        return asked
    if narrow.is_allowed and asked.is_allowed and not (outside or policies.unreadable):
        return asked
    turning = {key for found in (wide, narrow) for key in _keys_of_matched(found, policies, known)} | outside
    missing = {key for key in asked.missing_context if not known.covers(key)}
    return dataclasses.replace(
        asked,
        decision=UNKNOWN,
        statements=(),
        depends_on=tuple(sorted(missing if policies.unreadable or not turning else turning)),
        unreadable=policies.unreadable,
    )


def _keys_of_matched(decision: Decision, policies: Policies, known: KnownKeys) -> Iterator[str]:
    for matched in decision.statements:
        number = re.fullmatch(r"PolicyInputList\.([0-9]+)", str(matched.get("SourcePolicyId", "")))
        if number and 1 <= int(number[1]) <= len(policies.documents):
            document = policies.documents[int(number[1]) - 1]
            line = int((matched.get("EndPosition") or {}).get("Line", 0))
            yield from unknown_keys(statement_at(document, line) or {}, document.get("Version"), known)
