# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a metric alarm. Pure.

Source: CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data".
"""

from __future__ import annotations

import math
import operator
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OK = "OK"
ALARM = "ALARM"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
# Seconds since the epoch, and the value.
Datapoint = tuple[float, float]
_COMPARISONS: t.Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_STATISTICS: t.Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "Sum": math.fsum,
    "Average": lambda values: math.fsum(values) / len(values),
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}


class Condition(t.NamedTuple):
    """When an alarm fires; period in seconds, treat_missing_data as AWS names it."""

    statistic: str
    comparison: str
    threshold: float
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int
    treat_missing_data: str

    @property
    def is_known(self) -> bool:
        """Whether state_of can tell: percentiles and anomaly bands it cannot."""
        return self.statistic in _STATISTICS and self.comparison in _COMPARISONS


def state_of(condition: Condition, data: Sequence[Datapoint], now: float, present: str) -> str:
    """The state that follows from the data of the evaluated periods; present is the state until now."""
    end = (math.floor(now / condition.period) + 1) * condition.period
    breaches = [
        _breaches(condition, data, end - (number + 1) * condition.period)
        for number in range(condition.evaluation_periods)
    ]
    found = [breach for breach in breaches if breach is not None]
    if not found and condition.treat_missing_data in {"missing", "ignore"}:
        return present if condition.treat_missing_data == "ignore" else INSUFFICIENT_DATA
    missing = (len(breaches) - len(found)) if condition.treat_missing_data == "breaching" else 0
    return ALARM if sum(found) + missing >= condition.datapoints_to_alarm else OK


def _breaches(condition: Condition, data: Sequence[Datapoint], start: float) -> bool | None:
    """Whether the period from start breaches; None when it has no data."""
    values = [value for moment, value in data if start <= moment < start + condition.period]
    if not values:
        return None
    return _COMPARISONS[condition.comparison](_STATISTICS[condition.statistic](values), condition.threshold)
