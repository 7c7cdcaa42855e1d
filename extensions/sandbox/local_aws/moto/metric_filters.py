# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metric filters make metrics of the log events that match, and stand once in a group that is there."""

from __future__ import annotations

import datetime
import typing as t

from moto.backends import get_backend
from moto.core.utils import unix_time_millis
from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogsBackend

from ..wire.errors import ApiError
from .filter_patterns import compile_pattern, select
from .log_groups import STANDARD
from .logs_data import backend_of, group_of, matcher_of
from .patching import Correction, Json, Operations, wrap

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from .filter_patterns import Values

CORRECTIONS: t.Final = (
    Correction("Metric filters", "are stored and make no metric", "make the metric when a log event matches"),
    Correction(
        "Metric filters of a missing group or another class, or with a pattern that is none",
        "are stored",
        "are refused, as are 100 more",
    ),
    Correction("Metric filters put twice", "are there twice", "the second replaces the first"),
)
# CloudWatch Logs quotas.
MAX_FILTERS = 100


def apply() -> None:
    """Put the corrections in place."""
    wrap(LogsBackend, "put_log_events", _put_log_events)
    wrap(MetricFilters, "add_filter", _add_filter)


def _put_log_events(original: t.Any, backend: t.Any, group: str, stream: str, log_events: list[Json]) -> t.Any:
    answer = original(backend, group, stream, log_events)
    cloudwatch = get_backend("cloudwatch")[backend.account_id][backend.region_name]
    for metric_filter in backend.filters.metric_filters:
        if metric_filter["logGroupName"] == group:
            for namespace, data in metric_data(metric_filter, log_events):
                cloudwatch.put_metric_data(namespace, data)
    return answer


def _add_filter(original: t.Any, filters: t.Any, name: str, pattern: str, group: str, transformations: t.Any) -> None:
    filters.delete_filter(name, group)
    original(filters, name, pattern, group, transformations)


def metric_data(metric_filter: Json, log_events: Sequence[Json]) -> list[tuple[str, list[Json]]]:
    """Pairs of namespace and MetricData that log events ({"timestamp": ms, "message": ...}) make."""
    matches = compile_pattern(metric_filter["filterPattern"])
    found = [(event, values) for event in log_events if (values := matches(event["message"])) is not None]
    return [
        (transformation["metricNamespace"], data)
        for transformation in metric_filter["metricTransformations"]
        if (data := _data(transformation, found, log_events))
    ]


def _data(transformation: Json, found: list[tuple[Json, Values]], log_events: Sequence[Json]) -> list[Json]:
    data = [
        _datum(transformation, event, value, values)
        for event, values in found
        if (value := _value(transformation["metricValue"], values)) is not None
    ]
    default = transformation.get("defaultValue")
    if not found and default is not None and log_events:
        data = [_datum({**transformation, "dimensions": {}}, log_events[-1], float(default), {})]
    return data


def _datum(transformation: Json, event: Json, value: float, values: Values) -> Json:
    moment = datetime.datetime.fromtimestamp(event["timestamp"] / 1000, datetime.UTC).replace(tzinfo=None)
    dimensions = [
        {"Name": name, "Value": str(_lookup(source, values))}
        for name, source in (transformation.get("dimensions") or {}).items()
        if _lookup(source, values) is not None
    ]
    return {
        "MetricName": transformation["metricName"],
        "Value": value,
        "Timestamp": moment,
        "Unit": transformation.get("unit", "None"),
        "Dimensions": dimensions,
    }


def _value(source: str, values: Values) -> float | None:
    found = _lookup(source, values) if source.startswith("$") else source
    try:
        return None if found is None else float(found)
    except (TypeError, ValueError):
        # AWS makes no metric of what is not a number.
        return None


def _lookup(source: str, values: Values) -> t.Any:
    if source in values:
        return values[source]
    found = select(values["$"], source) if "$" in values else []
    return found[0] if found else None


def _put_metric_filter(request: Json, region: str) -> Json:
    group, filters = group_of(request, region), backend_of(region).filters
    matcher_of(request["filterPattern"])
    if getattr(group, "log_group_class", STANDARD) != STANDARD:
        raise ApiError("InvalidOperationException", "Metric filters are supported only for the Standard log class.")
    name = request["filterName"]
    others = [found for found in filters.get_matching_filters(log_group_name=group.name) if found["filterName"] != name]
    if len(others) >= MAX_FILTERS:
        raise ApiError("LimitExceededException", "Resource limit exceeded.")
    filters.add_filter(name, request["filterPattern"], group.name, request["metricTransformations"])
    filters.metric_filters[-1]["creationTime"] = int(unix_time_millis())
    return {}


def _delete_metric_filter(request: Json, region: str) -> Json:
    group, filters = group_of(request, region), backend_of(region).filters
    named = [found["filterName"] for found in filters.get_matching_filters(log_group_name=group.name)]
    if request["filterName"] not in named:
        raise ApiError("ResourceNotFoundException", "The specified metric filter does not exist.")
    filters.delete_filter(request["filterName"], group.name)
    return {}


OPERATIONS: t.Final[Operations] = {
    ("logs", "PutMetricFilter"): _put_metric_filter,
    ("logs", "DeleteMetricFilter"): _delete_metric_filter,
}
