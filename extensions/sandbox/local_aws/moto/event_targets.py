# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge refuses targets that it would never deliver to."""

from __future__ import annotations

import re
import typing as t

from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend

from .patching import Correction, Json, wrap

CORRECTIONS: t.Final = (
    Correction(
        "PutTargets",
        "takes any number, any role, any input and any Run Command target",
        "at most 5 per rule, each checked as EventBridge checks it",
    ),
)
# A template names the variables of its paths map, and EventBridge's own, <aws.events...>.
_PLACEHOLDER: t.Final = re.compile(r"<(?!aws\.events\.)([^<>\s]+)>")
_ROLE_ARN: t.Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
# The keys of a JSON object whose values are texts or placeholders.
_KEY: t.Final = re.compile(r'"([^"<>]+)"\s*:')
# EventBridge calls these with a role; what the others lack is not known here.
_SERVICES_WITH_ROLE: t.Final = ("codebuild", "codepipeline", "ecs", "firehose", "kinesis", "states")
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
    checks = (_arn_problem, _input_problem, _role_problem, _run_command_problem, _log_group_problem)
    return next((problem for check in checks if (problem := check(target))), "")


def _arn_problem(target: Json) -> str:
    # arn:partition:service:region:account:resource
    if target["Arn"].startswith("arn:") and target["Arn"].count(":") >= 5:
        return ""
    return f"Parameter {target['Arn']} is not valid. Reason: Provided Arn is not in correct format."


def _input_problem(target: Json) -> str:
    inputs = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name)]
    if len(inputs) > 1:
        return f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
    transformer = target.get("InputTransformer") or {}
    known = set(transformer.get("InputPathsMap") or {})
    unknown = [name for name in _PLACEHOLDER.findall(transformer.get("InputTemplate") or "") if name not in known]
    if unknown:
        return f"InputTemplate for target {target['Id']} has placeholders without a path: {', '.join(unknown)}."
    return ""


def _role_problem(target: Json) -> str:
    role, service = target.get("RoleArn"), target["Arn"].split(":")[2]
    if not role:
        return f"RoleArn is required for target {target['Id']}." if service in _SERVICES_WITH_ROLE else ""
    return "" if _ROLE_ARN.fullmatch(role) else f"RoleArn {role} is not valid for target {target['Id']}."


def _run_command_problem(target: Json) -> str:
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


def _log_group_problem(target: Json) -> str:
    """Log groups take events by their resource policy, and nothing but a time and a message."""
    if ":logs:" not in target["Arn"] or ":log-group:" not in target["Arn"]:
        return ""
    if target.get("RoleArn"):
        return f"RoleArn is not supported for target {target['Id']}."
    template = (target.get("InputTransformer") or {}).get("InputTemplate")
    text = target.get("Input") or template
    if text and set(_KEY.findall(text)) != {"timestamp", "message"}:
        return f'The input of target {target["Id"]} must have the form {{"timestamp": ..., "message": ...}}.'
    return ""
