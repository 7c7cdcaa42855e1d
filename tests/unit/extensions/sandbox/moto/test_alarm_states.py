# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that follows from an alarm's data."""

from __future__ import annotations

import pytest
from local_aws.moto.alarm_states import ALARM, INSUFFICIENT_DATA, OK, Condition, Summary, slot_of, state_of

BASE = Condition("Sum", "GreaterThanThreshold", 2.0, 60, 1, 1, "missing")
# The period that is evaluated is the one that 1,000 is in: from 960 to 1,020.
NOW = 1000.0

ROWS: list[tuple[str, Condition, list[tuple[float, float]], str]] = [
    ("sum above", BASE, [(970, 2), (980, 1)], ALARM),
    ("sum not above", BASE, [(970, 2)], OK),
    ("at least", BASE._replace(comparison="GreaterThanOrEqualToThreshold"), [(970, 2)], ALARM),
    ("below", BASE._replace(comparison="LessThanThreshold"), [(970, 1)], ALARM),
    ("at most", BASE._replace(comparison="LessThanOrEqualToThreshold"), [(970, 3)], OK),
    ("average", BASE._replace(statistic="Average"), [(970, 4), (980, 1)], ALARM),
    ("minimum", BASE._replace(statistic="Minimum"), [(970, 4), (980, 1)], OK),
    ("maximum", BASE._replace(statistic="Maximum"), [(970, 4), (980, 1)], ALARM),
    ("count", BASE._replace(statistic="SampleCount"), [(970, 0), (980, 0), (990, 0)], ALARM),
    ("two in one slot", BASE, [(971, 2), (972, 1)], ALARM),
    ("old data", BASE, [(950, 9)], INSUFFICIENT_DATA),
    ("no data, not breaching", BASE._replace(treat_missing_data="notBreaching"), [], OK),
    ("no data, breaching", BASE._replace(treat_missing_data="breaching"), [], ALARM),
    ("no data, ignored", BASE._replace(treat_missing_data="ignore"), [], "present"),
    ("two periods, both", BASE._replace(evaluation_periods=2, datapoints_to_alarm=2), [(910, 3), (970, 3)], ALARM),
    ("two periods, one", BASE._replace(evaluation_periods=2, datapoints_to_alarm=2), [(910, 3), (970, 1)], OK),
    ("one of three", BASE._replace(evaluation_periods=3, datapoints_to_alarm=1), [(850, 3), (970, 1)], ALARM),
    (
        "missing period breaches",
        BASE._replace(evaluation_periods=2, datapoints_to_alarm=2, treat_missing_data="breaching"),
        [(970, 3)],
        ALARM,
    ),
]


@pytest.mark.parametrize(("condition", "data", "state"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_a_state(condition: Condition, data: list[tuple[float, float]], state: str) -> None:
    slots: dict[int, Summary] = {}
    for moment, value in data:
        one = Summary(value, 1, value, value)
        slots[slot_of(moment)] = slots[slot_of(moment)].merged_with(one) if slot_of(moment) in slots else one
    assert state_of(condition, slots, NOW, "present") == state


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        (BASE, True),
        (BASE._replace(statistic=""), False),
        (BASE._replace(comparison="GreaterThanUpperThreshold"), False),
    ],
)
def test_what_cannot_be_told(condition: Condition, known: bool) -> None:
    assert condition.is_known is known
