# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moto does otherwise than AWS, or not at all, where this collection uses it: each in a file of its own.

The day that moto catches up, such a file goes, and its name here.
"""

from __future__ import annotations

import typing as t

from . import (
    alarm_actions,
    alarms,
    attached_policies,
    boundaries,
    bucket_lifecycles,
    dashboards,
    deleted_queues,
    documents,
    event_delivery,
    event_input,
    event_pattern_trials,
    event_patterns,
    event_rules,
    event_sources,
    event_targets,
    instance_profiles,
    log_groups,
    log_keys,
    log_policies,
    log_retention,
    log_search,
    metric_filter_trials,
    metric_filters,
    policy_sizes,
    service_credentials,
    session_tokens,
    topic_policies,
)
from .event_delivery import put_aws_event
from .patching import Correction, Json, Operations, moto_refusals
from .self_check import check_moto

__all__ = ["CORRECTIONS", "OPERATIONS", "answer", "answer_query", "apply", "check_moto", "put_aws_event"]

RunCommand = t.Callable[[str, list[Json], Json, str, str], str]

_FILES: t.Final = (
    alarm_actions,
    alarms,
    attached_policies,
    boundaries,
    bucket_lifecycles,
    dashboards,
    deleted_queues,
    documents,
    event_delivery,
    event_input,
    event_pattern_trials,
    event_patterns,
    event_rules,
    event_sources,
    event_targets,
    instance_profiles,
    log_groups,
    log_keys,
    log_policies,
    log_retention,
    log_search,
    metric_filter_trials,
    metric_filters,
    policy_sizes,
    service_credentials,
    session_tokens,
    topic_policies,
)
CORRECTIONS: t.Final[tuple[Correction, ...]] = tuple(one for file in _FILES for one in file.CORRECTIONS)
OPERATIONS: t.Final[Operations] = {
    name: function for file in _FILES for name, function in getattr(file, "OPERATIONS", {}).items()
}


def apply(run_command: RunCommand) -> None:
    """Correct moto; MotoChangedError when this moto lacks something that is corrected or called.

    run_command(document ARN, targets, parameters, role ARN, region) is what a rule's target calls. May be called more
    than once: what is put in place stays, the last run_command counts.
    """
    check_moto()
    event_delivery.deliver_to(run_command)
    for file in _FILES:
        if hasattr(file, "apply"):
            file.apply()


def answer_query(operation: str) -> bytes | None:
    """The XML of an IAM operation that moto lacks; None when it is moto's."""
    return service_credentials.answer(operation)


def answer(service: str, operation: str, request: Json, region: str) -> Json | None:
    """The answer to an operation that moto lacks or gets wrong; None when it is moto's; ApiError for a refusal."""
    function = OPERATIONS.get((service, operation))
    with moto_refusals():
        return function(request, region) if function else None
