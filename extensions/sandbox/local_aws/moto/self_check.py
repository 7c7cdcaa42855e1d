# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this moto has everything that is corrected, called or read here."""

from __future__ import annotations

import inspect
import typing as t

from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.ec2.models.instances import InstanceBackend
from moto.events.models import EventPattern, EventsBackend, Rule
from moto.iam.models import IAMBackend, ManagedPolicy
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogGroup, LogsBackend
from moto.sns.models import SNSBackend
from moto.sqs.models import SQSBackend
from moto.ssm.models import Documents, SimpleSystemManagerBackend
from moto.sts.models import AssumedRole, STSBackend
from moto.sts.responses import TokenResponse

from .data import MotoChangedError

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# Methods and the arguments they are called with, or that a correction expects to be called with.
_METHODS: t.Final[tuple[tuple[type, str, tuple[str, ...]], ...]] = (
    (Rule, "send_to_targets", ("original_event", "transform_input")),
    (EventPattern, "get_pattern", ()),
    (EventsBackend, "put_rule", ("name", "event_pattern")),
    (EventsBackend, "put_targets", ("name", "event_bus_arn", "targets")),
    (EventsBackend, "put_events", ("events",)),
    (IAMBackend, "create_policy", ("description", "path", "policy_document", "policy_name", "tags")),
    (IAMBackend, "create_policy_version", ("policy_arn", "policy_document", "set_as_default")),
    (IAMBackend, "delete_policy", ("policy_arn",)),
    (IAMBackend, "get_policy", ("policy_arn",)),
    (ManagedPolicy, "attach_to", ()),
    (InstanceBackend, "run_instances", ()),
    (LogGroup, "to_describe_dict", ()),
    (LogGroup, "set_retention_policy", ("retention_in_days",)),
    (LogsBackend, "create_log_group", ("log_group_name", "tags")),
    (LogsBackend, "create_log_stream", ("log_group_name", "log_stream_name")),
    (LogsBackend, "delete_log_group", ("log_group_name",)),
    (LogsBackend, "put_log_events", ("log_group_name", "log_stream_name", "log_events")),
    (MetricFilters, "add_filter", ("filter_name", "filter_pattern", "log_group_name", "metric_transformations")),
    (MetricFilters, "delete_filter", ("filter_name", "log_group_name")),
    (MetricFilters, "get_matching_filters", ("log_group_name",)),
    (CloudWatchBackend, "put_metric_data", ("namespace", "metric_data")),
    (CloudWatchBackend, "put_metric_alarm", ("name",)),
    (Alarm, "update_state", ("reason", "reason_data", "state_value")),
    (Documents, "delete", ()),
    (Documents, "describe_permissions", ()),
    (SimpleSystemManagerBackend, "create_document", ("document_type",)),
    (SimpleSystemManagerBackend, "update_document", ("name",)),
    (SimpleSystemManagerBackend, "update_document_default_version", ("name", "document_version")),
    (SimpleSystemManagerBackend, "delete_document", ("name", "document_version")),
    (
        SimpleSystemManagerBackend,
        "modify_document_permission",
        ("name", "account_ids_to_add", "account_ids_to_remove"),
    ),
    (SimpleSystemManagerBackend, "get_parameters", ("names",)),
    (SNSBackend, "publish", ("message", "arn", "subject")),
    (SQSBackend, "send_message", ("queue_name", "message_body", "message_attributes", "group_id")),
    (STSBackend, "get_assumed_role_from_access_key", ("access_key_id",)),
    (STSBackend, "get_caller_identity", ("access_key_id", "region")),
    (TokenResponse, "get_session_token", ()),
    (TokenResponse, "get_federation_token", ()),
    (TokenResponse, "get_access_key", ()),
    (AssumedRole, "__init__", ("policy", "role_arn", "duration")),
)


def check_moto() -> None:
    """Raise MotoChangedError, which names all that is missing, when this moto is not one that can be corrected."""
    problems = list(_problems())
    if problems:
        raise MotoChangedError(f"this moto cannot be corrected: {'; '.join(problems)}")


def _problems() -> Iterator[str]:
    for owner, name, arguments in _METHODS:
        method = getattr(owner, name, None)
        if method is None:
            yield f"{owner.__name__} has no {name}"
            continue
        known = inspect.signature(method).parameters
        missing = [argument for argument in arguments if argument not in known]
        if missing:
            yield f"{owner.__name__}.{name} takes no {', '.join(missing)}"
