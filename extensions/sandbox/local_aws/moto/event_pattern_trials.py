# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TestEventPattern answers as rules match."""

from __future__ import annotations

import json
import typing as t

from ..wire.errors import ApiError
from . import event_patterns
from .patching import Correction, Json, Operations

CORRECTIONS: t.Final = (Correction("TestEventPattern", "is missing", "answers as the delivery does"),)


def _answer(request: Json, _region: str) -> Json:
    try:
        pattern = json.loads(request["EventPattern"])
        event_patterns.check(pattern)
        result = event_patterns.matches(pattern, json.loads(request["Event"]))
    except ValueError as error:
        raise ApiError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}") from error
    return {"Result": result}


OPERATIONS: t.Final[Operations] = {
    ("events", "TestEventPattern"): _answer,
}
