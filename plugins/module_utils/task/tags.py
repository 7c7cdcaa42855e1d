# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags of monitoring resources. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import MARK_KEY
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping


RESERVED_PREFIX = "aws:"
KEY_LENGTH = 128
VALUE_LENGTH = 256
# 50 tags of a resource, of which one is the mark.
TAGS_OF_A_RESOURCE = 49


def parse_tags(tags: Mapping[t.Any, t.Any] | None) -> dict[str, str] | None:
    """The option `tags` as strings; numbers and booleans become strings. Raises RequestError."""
    if tags is None:
        return None
    if len(tags) > TAGS_OF_A_RESOURCE:
        raise RequestError(f"tags: there are {len(tags)}; allowed are at most {TAGS_OF_A_RESOURCE}.")
    for key, value in tags.items():
        if str(key) == MARK_KEY:
            raise RequestError(f"tags: {MARK_KEY!r} is reserved for the collection; allowed are other keys.")
        if isinstance(value, (dict, list)) or value is None:
            raise RequestError(f"tags: the value of {key!r} is {value!r}; allowed is text.")
        if not 1 <= len(str(key)) <= KEY_LENGTH or str(key).startswith(RESERVED_PREFIX):
            raise RequestError(
                f"tags: {key!r} is not a key; allowed are 1 to {KEY_LENGTH} characters that do not begin with aws:."
            )
        if len(str(value)) > VALUE_LENGTH:
            raise RequestError(
                f"tags: the value of {key!r} has {len(str(value))} characters; allowed are at most {VALUE_LENGTH}."
            )
    return {str(key): str(value) for key, value in tags.items()}


@dataclasses.dataclass(frozen=True)
class TagChange:
    """The change from the `current` tags to the wanted ones."""

    to_set: dict[str, str]
    to_unset: list[str]

    def __bool__(self) -> bool:
        return bool(self.to_set or self.to_unset)


def tag_change(current: Mapping[str, str], wanted: Mapping[str, str] | None, purge: bool) -> TagChange:
    """The change to `wanted` (None: change nothing); `purge` removes tags that are not wanted, but never the mark."""
    if wanted is None:
        return TagChange({}, [])
    to_set = {key: value for key, value in wanted.items() if current.get(key) != value}
    own = (key for key in current if not key.startswith(RESERVED_PREFIX) and key != MARK_KEY)
    to_unset = sorted(key for key in own if key not in wanted) if purge else []
    return TagChange(to_set, to_unset)


def tags_after(current: Mapping[str, str], change: TagChange) -> dict[str, str]:
    """The tags after the change."""
    return {key: value for key, value in current.items() if key not in change.to_unset} | change.to_set


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the format of EventBridge and SNS."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
