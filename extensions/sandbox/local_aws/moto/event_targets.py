# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge refuses targets that it would never deliver to."""

from __future__ import annotations

import typing as t

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend

from .patching import Correction, Json, wrap

CORRECTIONS: t.Final = (
    Correction("PutTargets", "takes any number and any Run Command target", "at most 5 a rule, each checked"),
)
# Targets of a rule (EventBridge quotas).
MAX_TARGETS = 5
# Values of a Run Command target (API reference, RunCommandTarget).
MAX_RUN_COMMAND_VALUES = 50


def apply() -> None:
    """Put the correction in place."""
    wrap(EventsBackend, "put_targets", _put_targets)


def _put_targets(original: t.Any, backend: t.Any, name: str, event_bus_arn: str | None, targets: list[Json]) -> None:
    for target in targets:
        problem = _problem(target)
        if problem:
            raise JsonRESTError("ValidationException", problem)
    bus = backend.event_buses.get((event_bus_arn or "default").rsplit("/", 1)[-1])
    rule = bus.rules.get(name) if bus else None
    present = {target["Id"] for target in rule.targets} if rule else set()
    if len(present | {target["Id"] for target in targets}) > MAX_TARGETS:
        raise JsonRESTError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    original(backend, name, event_bus_arn, targets)


def _problem(target: Json) -> str:
    """What is wrong with a target; "" when nothing is."""
    inputs = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name)]
    if len(inputs) > 1:
        return f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
    if ":ssm:" not in target["Arn"] or ":document/" not in target["Arn"]:
        return ""
    if not target.get("RoleArn"):
        return f"RoleArn is required for target {target['Id']}."
    chosen = (target.get("RunCommandParameters") or {}).get("RunCommandTargets") or []
    if len(chosen) != 1:
        return f"RunCommandParameters of target {target['Id']} must have one RunCommandTarget."
    values = chosen[0].get("Values") or []
    is_known = chosen[0].get("Key") == "InstanceIds" or str(chosen[0].get("Key")).startswith("tag:")
    if not is_known or not 1 <= len(values) <= MAX_RUN_COMMAND_VALUES:
        return f"The RunCommandTarget of target {target['Id']} must be InstanceIds or one tag: key with 1 to 50 values."
    return ""
