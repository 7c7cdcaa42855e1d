# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of managing a resource, as every such module returns it."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

# Writes in a message; the result has all of them.
WRITES_TOLD: t.Final = 10


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A resource before and after (None: does not exist), the same in check mode as in a real run.

    `diff` has both as texts, for a resource that is read best as one.
    """

    before: dict[str, t.Any] | None
    after: dict[str, t.Any] | None
    changed: bool
    warnings: tuple[str, ...] = ()
    diff: dict[str, str] | None = None

    def result(self, key: str) -> dict[str, t.Any]:
        """The module's result: `changed`, `diff`, and the resource under `key` if it exists."""
        resource = {} if self.after is None else {key: self.after}
        return {
            "changed": self.changed,
            "diff": self.diff or {"before": self.before or {}, "after": self.after or {}},
            **resource,
        }


def unchanged(resource: dict[str, t.Any], *warnings: str) -> Outcome:
    """The outcome for a resource that stays as it is."""
    return Outcome(resource, resource, changed=False, warnings=warnings)


def after_writes(message: str, writes: Sequence[str]) -> dict[str, t.Any]:
    """The result of a task that failed with `message` after these writes: C(msg), C(changed), C(changes_made)."""
    if not writes:
        return {"msg": message, "changed": False}
    more = len(writes) - WRITES_TOLD
    told = [*writes[:WRITES_TOLD], *([f"and {more} more, see changes_made"] if more > 0 else [])]
    return {
        "msg": f"{message.removesuffix('.')}. Before this: {'; '.join(told)}.",
        "changed": True,
        "changes_made": list(writes),
    }
