# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge refuses events of AWS's own sources."""

from __future__ import annotations

import typing as t

from moto.events.models import EventsBackend

from .patching import Correction, Json, wrap

CORRECTIONS: t.Final = (
    Correction("PutEvents with a source of AWS's own", "delivers", "NotAuthorizedForSourceException"),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(EventsBackend, "put_events", _put_events)


def _put_events(original: t.Any, backend: t.Any, events: list[Json]) -> list[Json]:
    """Events of AWS's own sources are AWS's to send; the others are moto's to deliver, in their order."""
    own = [str(event.get("Source") or "").startswith("aws.") for event in events]
    accepted = iter(original(backend, [event for event, is_aws in zip(events, own, strict=True) if not is_aws]))
    refusal = {
        "ErrorCode": "NotAuthorizedForSourceException",
        "ErrorMessage": "Not authorized for the source.",
    }
    return [dict(refusal) if is_aws else next(accepted) for is_aws in own]
