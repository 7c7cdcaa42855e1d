# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metric filters: requests, and how they are shown."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import metric_filters
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.metric_filters import MetricFilterSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

GIVEN: dict[str, t.Any] = {
    "name": "failed",
    "log_group_name": "/aws/events/run-command",
    "filter_pattern": '{ $.detail.status = "Failed" }',
    "metric_name": "Failed",
    "metric_namespace": "RunCommand",
}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "a:b"}, ["name: 'a:b'", "':' and '*'"]),
        ({"log_group_name": "a b"}, ["log_group_name: 'a b'"]),
        ({"filter_pattern": "x" * 1_025}, ["filter_pattern", "1025", "1024"]),
        ({"filter_pattern": "{ $.x = 1"}, ["filter_pattern", "brace"]),
        ({"filter_pattern": "$.x = 1 }"}, ["filter_pattern", "brace"]),
        ({"metric_name": "a*b"}, ["metric_name: 'a*b'"]),
        ({"metric_name": ""}, ["metric_name: ''"]),
        ({"metric_namespace": "a$b"}, ["metric_namespace: 'a$b'"]),
        ({"metric_namespace": "AWS/Logs"}, ["metric_namespace: 'AWS/Logs'", "AWS reserves"]),
        ({"metric_value": "one"}, ["metric_value: 'one'", "$.duration"]),
        ({"dimensions": {"A": "$.a"}, "default_value": 0.0}, ["default_value: 0.0", "dimensions"]),
        ({"dimensions": dict.fromkeys("ABCD", "$.a")}, ["dimensions", "4", "at most 3"]),
        ({"dimensions": {"A": "web-1"}}, ["dimensions.A: 'web-1'", "$.detail.status"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        MetricFilterSpec(**(GIVEN | values))
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize("value", ["1", "-2.5", "$.seconds", "$size"])
def test_takes_numbers_and_fields_as_values(value: str) -> None:
    assert MetricFilterSpec(**GIVEN, metric_value=value).request()["metricTransformations"][0]["metricValue"] == value


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"default_value": 0.0, "unit": "Count"},
        {"dimensions": {"Document": "$.detail.document-name"}, "metric_value": "$.seconds"},
    ],
)
def test_shows_what_it_asks_for(values: dict[str, t.Any]) -> None:
    spec = MetricFilterSpec(**(GIVEN | values))
    shown = metric_filters.shown(spec.log_group_name, spec.request())
    assert shown == {
        "filter_name": "failed",
        **{key: value for key, value in GIVEN.items() if key != "name"},
        "metric_value": values.get("metric_value", "1"),
        "default_value": values.get("default_value"),
        "dimensions": values.get("dimensions", {}),
        "unit": values.get("unit"),
    }


def test_the_unit_none_is_no_unit() -> None:
    request = MetricFilterSpec(**GIVEN).request()
    request["metricTransformations"][0]["unit"] = "None"
    assert metric_filters.shown("/aws/events/run-command", request)["unit"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"name": "n" * 512},
        {"metric_name": "m" * 255, "metric_namespace": "n" * 255},
        {"filter_pattern": "x" * 1_024},
        {"dimensions": dict.fromkeys("ABC", "$.a")},
        {"default_value": 0.0, "dimensions": {}},
    ],
)
def test_takes_what_is_just_within(values: dict[str, t.Any]) -> None:
    request = MetricFilterSpec(**(GIVEN | values)).request()
    assert request["filterName"] == (GIVEN | values)["name"]


@pytest.mark.parametrize("values", [{"name": "n" * 513}, {"metric_name": "m" * 256}, {"metric_namespace": "n" * 256}])
def test_refuses_what_is_just_beyond(values: dict[str, t.Any]) -> None:
    with pytest.raises(RequestError, match=next(iter(values))):
        MetricFilterSpec(**(GIVEN | values))
