# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a metric filter."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import logs
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import metric_filters
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.metric_filters import (
        MetricFilterSpec,
        RemovalSpec,
    )
    from mypy_boto3_logs.client import CloudWatchLogsClient


def ensure_present(client: CloudWatchLogsClient, spec: MetricFilterSpec, check_mode: bool) -> Outcome:
    """Put the metric filter. In check mode, its log group does not have to exist yet.

    :raises RequestError: the log group does not exist or can have no filters, or the filter was made by others and is
        not adopted.
    """
    found = logs.describe_metric_filters(client, spec.log_group_name, spec.name)
    if found is None and not check_mode:
        raise RequestError(
            f"log_group_name: there is no log group {spec.log_group_name!r}; allowed is the name of an existing one."
        )
    before = _find(spec.log_group_name, spec.name, found)
    if before is not None:
        spec.consent.check_change(metric_filters.title(before), metric_filters.is_own(spec, before))
    after = metric_filters.shown(spec.log_group_name, spec.request())
    changed = before != after
    if changed and found is not None:
        metric_filters.check_class(spec.log_group_name, _class_of(client, spec.log_group_name))
    if changed and not check_mode:
        logs.put_metric_filter(client, **spec.request())
    return Outcome(before, after, changed)


def _class_of(client: CloudWatchLogsClient, name: str) -> str:
    try:
        group = logs.describe_log_group(client, name) or {}
    except is_ansible_aws_error_code("AccessDeniedException"):
        # Whoever may not read it hears it from PutMetricFilter.
        group = {}
    return str(group.get("logGroupClass", "STANDARD"))


def ensure_absent(client: CloudWatchLogsClient, spec: RemovalSpec, check_mode: bool) -> Outcome:
    """Delete the metric filter; a log group that does not exist has none, and an adopted filter is kept.

    :raises RequestError: the filter was made by others.
    """
    group, name = spec.log_group_name, spec.name
    before = _find(group, name, logs.describe_metric_filters(client, group, name))
    if before is not None and not spec.consent.may_delete(
        metric_filters.title(before), metric_filters.is_own(spec, before)
    ):
        return unchanged(before, kept(metric_filters.title(before)))
    if before is not None and not check_mode:
        logs.delete_metric_filter(client, group, name)
    return Outcome(before, None, before is not None)


def _find(group: str, name: str, found: list[t.Mapping[str, t.Any]] | None) -> dict[str, t.Any] | None:
    exact = (metric_filters.shown(group, item) for item in found or [] if item["filterName"] == name)
    return next(exact, None)
