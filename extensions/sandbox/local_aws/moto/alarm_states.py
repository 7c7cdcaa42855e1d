# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a metric alarm. Pure.

Source: CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data".
"""

from __future__ import annotations

import functools
import math
import operator
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OK = "OK"
ALARM = "ALARM"
INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
# Every period of an alarm is made of whole slots (PutMetricAlarm: 10, 20, 30 or multiples of 60 seconds).
SLOT_SECONDS = 10


class Summary(t.NamedTuple):
    """All values of a slot or of a period; number is how many there are."""

    total: float
    number: float
    lowest: float
    highest: float

    def merged_with(self, other: Summary) -> Summary:
        """Both merge_all."""
        return Summary(
            self.total + other.total,
            self.number + other.number,
            min(self.lowest, other.lowest),
            max(self.highest, other.highest),
        )


# Summaries by the beginning of their slot, in seconds since the epoch.
Slots = t.Mapping[int, Summary]
_COMPARISONS: t.Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_STATISTICS: t.Final[Mapping[str, Callable[[Summary], float]]] = {
    "Sum": lambda summary: summary.total,
    "Average": lambda summary: summary.total / summary.number,
    "Minimum": lambda summary: summary.lowest,
    "Maximum": lambda summary: summary.highest,
    "SampleCount": lambda summary: summary.number,
}


def slot_of(seconds: float) -> int:
    """The beginning of the slot a moment is in."""
    return math.floor(seconds / SLOT_SECONDS) * SLOT_SECONDS


def merge_all(summaries: Iterable[Summary]) -> Summary | None:
    """All of them in one; None for none."""
    found = list(summaries)
    return functools.reduce(Summary.merged_with, found) if found else None


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


def state_of(condition: Condition, slots: Slots, now: float, present: str) -> str:
    """The state that follows from the data of the evaluated periods; present is the state until now."""
    end = (math.floor(now / condition.period) + 1) * condition.period
    breaches = [
        _breaches(condition, slots, end - (number + 1) * condition.period)
        for number in range(condition.evaluation_periods)
    ]
    found = [breach for breach in breaches if breach is not None]
    if not found and condition.treat_missing_data in {"missing", "ignore"}:
        return present if condition.treat_missing_data == "ignore" else INSUFFICIENT_DATA
    missing = (len(breaches) - len(found)) if condition.treat_missing_data == "breaching" else 0
    return ALARM if sum(found) + missing >= condition.datapoints_to_alarm else OK


def _breaches(condition: Condition, slots: Slots, start: int) -> bool | None:
    """Whether the period from start breaches; None when it has no data."""
    begins = range(start, start + condition.period, SLOT_SECONDS)
    summary = merge_all(slots[begin] for begin in begins if begin in slots)
    if summary is None:
        return None
    return _COMPARISONS[condition.comparison](_STATISTICS[condition.statistic](summary), condition.threshold)
