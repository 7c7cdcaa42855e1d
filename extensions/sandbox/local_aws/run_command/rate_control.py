# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MaxConcurrency and MaxErrors, as numbers or percent of the targets, and the ramp of a command."""

from __future__ import annotations

DEFAULT_MAX_CONCURRENCY = "50"
DEFAULT_MAX_ERRORS = "0"


def concurrency_limit(max_concurrency: str, targets: int) -> int:
    """How many nodes may run at once: a number, or a share of the targets rounded down but at least one."""
    return max(1, _resolve(max_concurrency, targets))


def error_limit(max_errors: str, targets: int) -> int:
    """How many errors are tolerated; one more stops the sending (10% of 50 tolerates 5)."""
    return _resolve(max_errors, targets)


def window(limit: int, acknowledged: int) -> int:
    """How many nodes may be under way now: one first, then twice as many as have acknowledged, up to the limit."""
    return min(limit, max(1, 2 * acknowledged))


def _resolve(value: str, targets: int) -> int:
    if value.endswith("%"):
        return targets * int(value[:-1]) // 100
    return int(value)
