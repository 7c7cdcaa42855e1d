# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which actions a principal may change the tags that decide, and so let itself in: from IAM's policy simulator."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.certainty import widest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import merged
from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes import (
    ADDING,
    CHANGES_MAX,
    GROUPING,
    LAUNCH,
    REMOVING,
    TagChangeAnswer,
    allowed_actions,
    request_of,
    tag_changes,
)

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import Context
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Tags
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.simulator_calls import Simulator
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes import TagChange
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

ACTIONS = frozenset({*ADDING, *REMOVING, *GROUPING, LAUNCH})


class TagChangeFinder:
    """Simulates changes of the tags with `keys` until every action is found that makes one, at most CHANGES_MAX."""

    def __init__(self, simulator: Simulator, place: Place, keys: Collection[str], known_tags: Iterable[Tags]) -> None:
        self._simulator = simulator
        self._place = place
        self._changes = tag_changes(simulator.policies.documents, known_tags, keys)
        self._found: set[str] = set()
        self._undecided: set[str] = set()
        self._depends_on: set[str] = set()

    def answer(self, cases: Iterable[Context]) -> TagChangeAnswer:
        """The actions that are allowed in one of the cases."""
        for case in cases:
            self._look(case)
        undecided = self._undecided - self._found
        return TagChangeAnswer(
            tuple(sorted(self._found)),
            tuple(sorted(undecided)),
            tuple(sorted(self._depends_on)) if undecided else (),
            self._simulator.policies.unreadable if undecided else (),
        )

    def _look(self, case: Context) -> None:
        first = self._simulator.calls
        possible = self._possible(case)
        for change in self._changes:
            still = possible & change.targets - self._found
            if still and self._simulator.calls - first > CHANGES_MAX:
                self._undecided |= possible - self._found
                return
            if still:
                self._try(change, case)
        if self._simulator.policies.unreadable:
            # The values in a policy that cannot be read were not tried.
            self._undecided |= possible

    def _possible(self, case: Context) -> frozenset[str]:
        """The actions that the policies allow at their widest, for any tags: the others need no simulation."""
        policies = self._simulator.policies
        if policies.unreadable:
            return ACTIONS
        if not policies.documents:
            return frozenset()
        known = self._simulator.known_of_caller(case)
        request = request_of(sorted(ACTIONS), self._simulator.context(case), self._place)
        allowed = set(allowed_actions(self._simulator.ask_bound(widest, known, request)))
        return frozenset(allowed if "ec2:CreateTags" in allowed else allowed - {LAUNCH})

    def _try(self, change: TagChange, case: Context) -> None:
        request = request_of(change.actions, merged(self._simulator.context(case), change.context), self._place)
        results = self._simulator.ask(request)
        if self._simulator.learns(_missing(results)):
            request = request_of(change.actions, merged(self._simulator.context(case), change.context), self._place)
            results = self._simulator.ask(request)
        self._found |= change.made_by(results)
        known = self._simulator.known(case)
        missing = {key for key in _missing(results) if not known.covers(key)}
        policies = self._simulator.policies
        if change.targets <= self._found or not missing or not policies.may_decide(missing, known, change.actions):
            return
        if policies.documents:
            self._undecided |= change.made_by(self._simulator.ask_bound(widest, known, request)) - self._found
            self._depends_on |= policies.unknown_keys(known, change.actions) | policies.outside(missing, known)


def _missing(results: Iterable[Mapping[str, t.Any]]) -> set[str]:
    found: set[str] = set()
    for result in results:
        for item in (result, *(result.get("ResourceSpecificResults") or ())):
            found.update(item.get("MissingContextValues") or ())
    return found
