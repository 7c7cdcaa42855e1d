# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TestMetricFilter answers as metric filters match."""

from __future__ import annotations

import typing as t

from .logs_data import matcher_of
from .patching import Correction, Json, Operations

if t.TYPE_CHECKING:
    from .filter_patterns import Values

CORRECTIONS: t.Final = (Correction("TestMetricFilter", "is missing", "answers as the delivery does"),)


def _answer(request: Json, _region: str) -> Json:
    matches = matcher_of(request["filterPattern"])
    found = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": _extracted(values)}
        for number, message in enumerate(request["logEventMessages"], start=1)
        if (values := matches(message)) is not None
    ]
    return {"matches": found}


def _extracted(values: Values) -> dict[str, str]:
    # Columns have values of their own; a JSON message is not taken apart.
    return {name: str(value) for name, value in values.items() if name not in {"$", "$..."}}


OPERATIONS: t.Final[Operations] = {
    ("logs", "TestMetricFilter"): _answer,
}
