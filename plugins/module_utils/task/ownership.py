# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose a resource is: the tag on what this collection made, and what a task may do with the rest. Pure.

What takes no tag has another mark: the Sid of a statement, the ID of a rule, the name of a policy. The guide on
monitoring lists all of them.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

MARK_KEY: t.Final = "ssmops:made-by"
COLLECTION: t.Final = "ssmops.run_command"


def mark_of(maker: str) -> dict[str, str]:
    """The tag on what the module or role `maker` (its name without the collection) makes."""
    return {MARK_KEY: f"{COLLECTION}.{maker}"}


def is_marked(tags: Mapping[str, str] | None, maker: str) -> bool:
    """Whether the tags say that `maker` made it."""
    return tags is not None and mark_of(maker).items() <= tags.items()


def marked(tags: Mapping[str, str] | None, maker: str) -> dict[str, str]:
    """The tags of a new resource: those given, and the mark."""
    return {**(tags or {}), **mark_of(maker)}


@dataclasses.dataclass(frozen=True)
class Consent:
    """What the user lets a task do with what this collection did not make: manage it, delete it."""

    adopt: bool = False
    force: bool = False

    @classmethod
    def parse(cls, options: Mapping[str, t.Any]) -> Consent:
        """The options C(adopt) and C(force); a module may have only one of them."""
        return cls(bool(options.get("adopt")), bool(options.get("force")))

    def check_change(self, thing: str, is_own: bool) -> None:
        """Raise RequestError for changing what the collection did not make, unless the user adopts it.

        :param thing: its kind and name, as in C(the rule backup).
        """
        if not is_own and not self.adopt:
            raise RequestError(
                f"name: {thing} was not made by this collection; set adopt to change it, or choose another name."
            )

    def may_delete(self, thing: str, is_own: bool) -> bool:
        """Whether to delete it: False to keep what was adopted. Raises RequestError if the user says nothing of it."""
        if is_own or self.force:
            return True
        if self.adopt:
            return False
        raise RequestError(f"name: {thing} was not made by this collection; set force to delete it.")


def kept(thing: str) -> str:
    """The warning about an adopted resource that was not deleted."""
    return f"Kept {thing}: this collection did not make it, and force is not set."
