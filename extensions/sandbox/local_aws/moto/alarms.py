# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms change their state when metric data come.

AWS evaluates them within a minute; here the state changes at once.
"""

from __future__ import annotations

import datetime
import time
import typing as t

from moto.cloudwatch.models import CloudWatchBackend

from . import alarm_states
from .alarm_states import Condition, Summary
from .patching import Correction, wrap

Json = dict[str, t.Any]
CORRECTIONS: t.Final = (Correction("Alarms", "are OK and stay so", "begin as INSUFFICIENT_DATA and follow the data"),)
# Namespace, name and dimensions.
_Metric = tuple[str, str, frozenset[tuple[str, str]]]


def apply() -> None:
    """Put the corrections in place."""
    wrap(CloudWatchBackend, "put_metric_alarm", _put_metric_alarm)
    wrap(CloudWatchBackend, "put_metric_data", _put_metric_data)


def _put_metric_alarm(original: t.Any, backend: t.Any, *arguments: t.Any, **keywords: t.Any) -> t.Any:
    name = keywords["name"] if "name" in keywords else arguments[0]
    before = backend.alarms.get(name)
    alarm = original(backend, *arguments, **keywords)
    # An alarm begins without data; one that is only changed keeps its state.
    alarm.state_value = before.state_value if before else alarm_states.INSUFFICIENT_DATA
    if before:
        alarm.state_reason, alarm.state_updated_timestamp = before.state_reason, before.state_updated_timestamp
    _evaluate(backend, alarm)
    return alarm


def _put_metric_data(original: t.Any, backend: t.Any, namespace: str, metric_data: list[Json]) -> t.Any:
    answer = original(backend, namespace, metric_data)
    summaries = _summaries(backend)
    for datum in metric_data:
        slots = summaries.setdefault((namespace, datum["MetricName"], _dimensions(datum)), {})
        slot = alarm_states.slot_of(_moment(datum))
        added = _summary(datum)
        slots[slot] = slots[slot].merged_with(added) if slot in slots else added
    names = {datum["MetricName"] for datum in metric_data}
    for alarm in list(backend.alarms.values()):
        if alarm.namespace == namespace and alarm.metric_name in names:
            _evaluate(backend, alarm)
    return answer


def _summaries(backend: t.Any) -> dict[_Metric, dict[int, Summary]]:
    """What was put since moto's backend was made or reset; searching moto's own list takes ever longer."""
    if not hasattr(backend, "sandbox_summaries"):
        backend.sandbox_summaries = {}
    return t.cast("dict[_Metric, dict[int, Summary]]", backend.sandbox_summaries)


def _dimensions(datum: Json) -> frozenset[tuple[str, str]]:
    return frozenset((dimension["Name"], dimension["Value"]) for dimension in datum.get("Dimensions") or [])


def _moment(datum: Json) -> float:
    moment = datum.get("Timestamp")
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment)
    if not isinstance(moment, datetime.datetime):
        return now() if moment is None else float(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _summary(datum: Json) -> Summary:
    given = datum.get("StatisticValues")
    if given:
        sums = (given["Sum"], given["SampleCount"], given["Minimum"], given["Maximum"])
        return Summary(*(float(number) for number in sums))
    values = [float(value) for value in datum.get("Values") or [datum.get("Value", 0)]]
    counts = [float(count) for count in datum.get("Counts") or [1] * len(values)]
    total = sum(value * count for value, count in zip(values, counts, strict=True))
    return Summary(total, sum(counts), min(values), max(values))


def _evaluate(backend: t.Any, alarm: t.Any) -> None:
    condition = _condition_of(alarm)
    dimensions = frozenset((dimension.name, dimension.value) for dimension in alarm.dimensions)
    slots = _summaries(backend).get((alarm.namespace, alarm.metric_name, dimensions))
    if not condition.is_known or not slots:
        return
    state = alarm_states.state_of(condition, slots, now(), alarm.state_value)
    if state == alarm.state_value:
        return
    reason = f"Threshold Crossed: {condition.statistic} {condition.comparison} {condition.threshold}"
    alarm.update_state(reason, "{}", state)


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def _condition_of(alarm: t.Any) -> Condition:
    periods = int(alarm.evaluation_periods or 1)
    return Condition(
        statistic=alarm.statistic or "",
        comparison=alarm.comparison_operator or "",
        threshold=float(alarm.threshold or 0),
        period=int(alarm.period or 60),
        evaluation_periods=periods,
        datapoints_to_alarm=int(alarm.datapoints_to_alarm or periods),
        treat_missing_data=alarm.treat_missing_data or "missing",
    )
