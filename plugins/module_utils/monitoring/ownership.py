# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose resources of given names are: what to look for, and what was found. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules, topics
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import MARK_KEY, mark_of

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What the role makes with modules of other collections has its own mark.
ROLE: t.Final = "monitoring"
# The options with names, the kind of resource, and who makes it.
KINDS: t.Final[dict[str, tuple[str, str]]] = {
    "rules": ("rule", event_rules.MAKER),
    "topics": ("topic", topics.MAKER),
    "queues": ("queue", ROLE),
    "dashboards": ("dashboard", "dashboard"),
    "documents": ("document", command_documents.MAKER),
    "roles": ("IAM role", ROLE),
    "buckets": ("bucket", ROLE),
    "alarms": ("alarm", ROLE),
    "metric_filters": ("metric filter", "log_metric_filter"),
}


@dataclasses.dataclass(frozen=True)
class Found:
    """A resource that exists. Its kind is one of the options."""

    kind: str
    name: str
    is_own: bool

    def result(self) -> dict[str, t.Any]:
        """The resource as the module returns it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "is_own": self.is_own,
            "title": f"{KINDS[self.kind][0]} {self.name}",
        }


def names_by_kind(found: Sequence[Found]) -> dict[str, list[str]]:
    """The names of resources by kind, of all kinds."""
    return {kind: [one.name for one in found if one.kind == kind] for kind in KINDS}


def by_tags(kind: str, name: str, tags: Mapping[str, str] | None) -> list[Found]:
    """The resource with these tags; none without tags, which means that it does not exist."""
    if tags is None:
        return []
    return [Found(kind, name, tags.get(MARK_KEY) == mark_of(KINDS[kind][1])[MARK_KEY])]


def of_metric(item: Mapping[str, str], namespace: str | None, metric: str | None) -> bool:
    """Whether an alarm or a filter has the metric of the task: neither takes a tag from every caller."""
    return (item["metric_namespace"], item["metric_name"]) == (namespace, metric)


def alarms(wanted: Sequence[Mapping[str, str]], found: Sequence[Mapping[str, t.Any]]) -> list[Found]:
    """The alarms of DescribeAlarms among those that a task looks for."""
    there = {alarm["AlarmName"]: alarm for alarm in found}
    return [
        Found("alarms", item["name"], of_metric(item, alarm.get("Namespace"), alarm.get("MetricName")))
        for item in wanted
        if (alarm := there.get(item["name"])) is not None
    ]


def metric_filters(wanted: Sequence[Mapping[str, str]], found: Sequence[Mapping[str, t.Any]]) -> list[Found]:
    """The filters of one log group among those that a task looks for, in the API's format."""
    there = {one["filterName"]: one["metricTransformations"][0] for one in found}
    return [
        Found("metric_filters", item["name"], of_metric(item, metric["metricNamespace"], metric["metricName"]))
        for item in wanted
        if (metric := there.get(item["name"])) is not None
    ]
