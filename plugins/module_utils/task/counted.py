# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers of things in sentences. Pure."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """C(1 node), C(2 nodes); `thing` is a noun whose plural has an s."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
