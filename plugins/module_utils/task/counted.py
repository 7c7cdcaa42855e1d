# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers and names of things in sentences. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence


def counted(number: int, thing: str) -> str:
    """C(1 node), C(2 nodes); `thing` is a noun whose plural has an s."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def named(names: Sequence[str], limit: int = 10, count: int | None = None) -> str:
    """The first `limit` names, and how many more there are; there are `count` if `names` has only the first ones."""
    left = (len(names) if count is None else count) - len(names[:limit])
    return ", ".join(names[:limit]) + (f" and {left} more" if left else "")
