# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs takes some numbers of days as retention only."""

from __future__ import annotations

import typing as t

from ..wire.errors import ApiError
from .logs_data import group_of
from .patching import Correction, Json, Operations

CORRECTIONS: t.Final = (
    Correction("PutRetentionPolicy", "takes any number of days", "InvalidParameterException for others than AWS's"),
)
# What PutRetentionPolicy takes (API reference); its service model only says that it is a number.
RETENTION_DAYS: t.Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


def _put_retention_policy(request: Json, region: str) -> Json:
    days = request["retentionInDays"]
    if days not in RETENTION_DAYS:
        allowed = ", ".join(str(number) for number in sorted(RETENTION_DAYS))
        raise ApiError(
            "InvalidParameterException",
            f"1 validation error detected: '{days}' at 'retentionInDays' is not of {allowed}",
        )
    group_of(request, region).set_retention_policy(days)
    return {}


OPERATIONS: t.Final[Operations] = {
    ("logs", "PutRetentionPolicy"): _put_retention_policy,
}
