# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metric filters of log groups: the wanted filter and the changes to get there. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import check_filter_pattern
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import check_log_group_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

NAME_PATTERN = re.compile(r"[^:*]{1,512}")
METRIC_PATTERN = re.compile(r"[^:*$]{1,255}")
VALUE_PATTERN = re.compile(r"-?[0-9]+(\.[0-9]+)?|\$\S+")
SELECTOR_PATTERN = re.compile(r"\$\S+")
DIMENSIONS = 3
_SIZES = ("Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes")
_BITS = ("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits")
# StandardUnit in botocore's model of logs.
UNITS = (
    *("Seconds", "Microseconds", "Milliseconds", *_SIZES, *_BITS, "Percent", "Count"),
    *(f"{unit}/Second" for unit in (*_SIZES, *_BITS, "Count")),
    "None",
)


@dataclasses.dataclass(frozen=True)
class MetricFilterSpec:
    """The wanted metric filter: complete, because PutMetricFilter replaces the whole filter."""

    name: str
    log_group_name: str
    filter_pattern: str
    metric_name: str
    metric_namespace: str
    metric_value: str = "1"
    default_value: float | None = None
    dimensions: dict[str, str] | None = None
    unit: str | None = None
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        check_log_group_name("log_group_name", self.log_group_name)
        check_filter_name(self.name)
        check_filter_pattern(self.filter_pattern)
        _check_metric("metric_name", self.metric_name)
        check_namespace(self.metric_namespace)
        if not VALUE_PATTERN.fullmatch(self.metric_value):
            raise RequestError(
                f"metric_value: {self.metric_value!r} is not a value; "
                "allowed are a number and a field of the pattern like $.duration or $size."
            )
        self._check_dimensions()

    def _check_dimensions(self) -> None:
        if not self.dimensions:
            return
        if self.default_value is not None:
            raise RequestError(
                f"default_value: {self.default_value} cannot be combined with dimensions; allowed is one of the two."
            )
        if len(self.dimensions) > DIMENSIONS:
            raise RequestError(f"dimensions: it has {len(self.dimensions)}; allowed are at most {DIMENSIONS}.")
        for name, selector in self.dimensions.items():
            if not SELECTOR_PATTERN.fullmatch(selector):
                raise RequestError(
                    f"dimensions.{name}: {selector!r} is not a field of the pattern; "
                    "allowed are fields like $.detail.status or $host."
                )

    def request(self) -> dict[str, t.Any]:
        """The parameters of PutMetricFilter."""
        values = {"defaultValue": self.default_value, "dimensions": self.dimensions or None, "unit": self.unit}
        return {
            "logGroupName": self.log_group_name,
            "filterName": self.name,
            "filterPattern": self.filter_pattern,
            "metricTransformations": [
                {
                    "metricName": self.metric_name,
                    "metricNamespace": self.metric_namespace,
                    "metricValue": self.metric_value,
                }
                | {key: value for key, value in values.items() if value is not None}
            ],
        }


def _check_metric(argument: str, name: str) -> None:
    if not METRIC_PATTERN.fullmatch(name):
        raise RequestError(
            f"{argument}: {name!r} is not a name; allowed are 1 to 255 characters without ':', '*' and '$'."
        )


def check_namespace(namespace: str) -> None:
    """Raise RequestError for what is not a namespace of metrics, or is one of AWS's own."""
    _check_metric("metric_namespace", namespace)
    if namespace.startswith("AWS/"):
        raise RequestError(f"metric_namespace: {namespace!r} begins with AWS/, which AWS reserves.")


@dataclasses.dataclass(frozen=True)
class RemovalSpec:
    """The metric filter to delete. A filter takes no tag, so its metric tells whose it is."""

    name: str
    log_group_name: str
    metric_name: str | None = None
    metric_namespace: str | None = None
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        check_log_group_name("log_group_name", self.log_group_name)
        check_filter_name(self.name)


def check_class(log_group_name: str, log_group_class: str) -> None:
    """Raise RequestError for a class of log groups that has no metric filters."""
    if log_group_class != "STANDARD":
        raise RequestError(
            f"log_group_name: {log_group_name!r} has the class {log_group_class}, which has no metric filters; "
            "allowed are log groups of the class STANDARD."
        )


def is_own(spec: MetricFilterSpec | RemovalSpec, found: Mapping[str, t.Any]) -> bool:
    """Whether a filter, as the module returns it, has the metric of the task."""
    return (found["metric_namespace"], found["metric_name"]) == (spec.metric_namespace, spec.metric_name)


def title(found: Mapping[str, t.Any]) -> str:
    """The kind, name and metric of a filter, for sentences."""
    metric = f"{found['metric_namespace']}/{found['metric_name']}"
    return f"the metric filter {found['filter_name']} of {found['log_group_name']} with the metric {metric}"


def check_filter_name(name: str) -> None:
    """Raise RequestError unless the name is a valid metric filter name."""
    if not NAME_PATTERN.fullmatch(name):
        raise RequestError(
            f"name: {name!r} is not the name of a metric filter; allowed are 1 to 512 characters without ':' and '*'."
        )


def shown(group: str, found: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A metric filter in the API's format as the module returns it; properties that are not set are None."""
    transformation = found["metricTransformations"][0]
    return {
        "filter_name": found["filterName"],
        "log_group_name": group,
        "filter_pattern": found.get("filterPattern", ""),
        "metric_name": transformation["metricName"],
        "metric_namespace": transformation["metricNamespace"],
        "metric_value": transformation["metricValue"],
        "default_value": transformation.get("defaultValue"),
        "dimensions": dict(transformation.get("dimensions") or {}),
        # CloudWatch Logs returns the unit None if none was given.
        "unit": None if transformation.get("unit") == "None" else transformation.get("unit"),
    }
