# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge refuses rules with a pattern or a schedule that is none."""

from __future__ import annotations

import json
import typing as t

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventsBackend

from . import event_patterns, schedules
from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("Rules", "take patterns with unknown operators", "InvalidEventPatternException"),
    Correction("Schedules of rules", "are any text", "ValidationException for what is none"),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(EventsBackend, "put_rule", _put_rule)


def _put_rule(original: t.Any, backend: t.Any, name: str, **keywords: t.Any) -> t.Any:
    check_pattern_text(keywords.get("event_pattern"))
    expression = keywords.get("scheduled_expression")
    if expression and not schedules.is_schedule(expression):
        raise JsonRESTError("ValidationException", "Parameter ScheduleExpression is not valid.")
    return original(backend, name, **keywords)


def check_pattern_text(text: str | None) -> None:
    """InvalidEventPatternException for a pattern that is not one; None has nothing wrong with it."""
    if not text:
        return
    try:
        event_patterns.check(json.loads(text))
    except ValueError as error:
        raise InvalidEventPatternException(reason=str(error)) from error
