# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch dashboards: whether two bodies are equivalent, and the body for Run Command. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import check_log_group_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import COLLECTION
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# CloudWatch API reference, PutDashboard and "Dashboard body structure and syntax".
NAME_PATTERN = re.compile(r"[A-Za-z0-9\-_]{1,255}")
# 500 widgets, of which one is the mark.
MAX_WIDGETS = 499
GRID_COLUMNS = 24
HALF = GRID_COLUMNS // 2
WIDGET_TYPES = ("alarm", "custom", "explorer", "log", "metric", "text")
REGIONAL_TYPES = ("log", "metric")
ROW_HEIGHT = 6

# The final statuses of commands and invocations.
ENDS = ("Success", "Failed", "TimedOut", "Cancelled")
INVOCATION = "EC2 Command Invocation Status-change Notification"

# A dashboard takes no tag in older versions of botocore, so its last widget is the mark.
MARK: t.Final = f"Made by `{COLLECTION}.dashboard`, which replaces changes that are made here."

Body = dict[str, t.Any]
Widget = dict[str, t.Any]


def check_name(name: str) -> None:
    """Raise RequestError unless the name is a valid dashboard name."""
    if not NAME_PATTERN.fullmatch(name):
        raise RequestError(
            f"name: {name!r} is not the name of a dashboard; allowed are 1 to 255 letters, digits, '-' and '_'."
        )


def load_body(value: t.Any) -> Body:
    """The body from a dictionary or JSON text.

    :raises RequestError: CloudWatch would reject it.
    """
    body = json_texts.load_object("body", value)
    widgets = body.get("widgets")
    if not isinstance(widgets, list):
        raise RequestError(f"body.widgets: {widgets!r} is not a list; allowed is a list of widgets.")
    if len(widgets) > MAX_WIDGETS:
        raise RequestError(f"body.widgets: it has {len(widgets)} widgets; allowed are at most {MAX_WIDGETS}.")
    for index, widget in enumerate(widgets):
        _check_widget(f"body.widgets[{index}]", widget)
    return body


def _check_widget(where: str, widget: t.Any) -> None:
    if not isinstance(widget, dict) or not isinstance(widget.get("properties"), dict):
        raise RequestError(f"{where}: {widget!r} is not a widget; allowed are dictionaries with type and properties.")
    if widget.get("type") not in WIDGET_TYPES:
        raise RequestError(
            f"{where}.type: {widget.get('type')!r} is not a type; allowed are {', '.join(WIDGET_TYPES)}."
        )
    for field, low, high in (("x", 0, 23), ("y", 0, None), ("width", 1, 24), ("height", 1, 1_000)):
        value = widget.get(field)
        if value is None:
            continue
        if not isinstance(value, int) or value < low or (high is not None and value > high):
            allowed = f"{low} to {high}" if high is not None else f"{low} or more"
            raise RequestError(f"{where}.{field}: {value!r} is outside the grid; allowed are whole numbers, {allowed}.")


def same_body(one: Body, other: Body) -> bool:
    """Whether two bodies show the same: the order of keys, 1 or 1.0, and default sizes do not matter."""
    return bool(_canonical(one) == _canonical(other))


def _canonical(body: Body) -> Body:
    defaults = {"width": 6, "height": 6}
    return body | {"widgets": [defaults | widget for widget in body.get("widgets", [])]}


def marked_body(body: Body) -> Body:
    """The body with the mark below its widgets."""
    widgets = body["widgets"]
    mark: Widget = {"type": "text", "width": GRID_COLUMNS, "height": 1, "properties": {"markdown": MARK}}
    if all(widget.get("y") is not None for widget in widgets):
        ends = (widget["y"] + (widget.get("height") or ROW_HEIGHT) for widget in widgets)
        mark |= {"x": 0, "y": max(ends, default=0)}
    return body | {"widgets": [*widgets, mark]}


def without_mark(body: Body) -> Body:
    """The body without the mark, as it was given; the body itself if it has none."""
    widgets = [widget for widget in body.get("widgets", []) if widget.get("properties", {}).get("markdown") != MARK]
    return body | {"widgets": widgets} if len(widgets) < len(body.get("widgets", [])) else body


@dataclasses.dataclass(frozen=True)
class RunCommandView:
    """The content of the Run Command dashboard; widgets without a source are omitted."""

    event_log_group_name: str
    output_log_group_names: Sequence[str] = ()
    metric_namespace: str | None = None
    metric_names: Sequence[str] = ()
    alarm_arns: Sequence[str] = ()
    title: str = "Run Command"

    @classmethod
    def parse(cls, option: Mapping[str, t.Any]) -> RunCommandView:
        """The option `run_command`. Raises RequestError for an invalid name."""
        names = [option["event_log_group_name"], *(option.get("output_log_group_names") or ())]
        for name in names:
            check_log_group_name("run_command", name)
        for arn in option.get("alarm_arns") or ():
            if ":alarm:" not in arn:
                raise RequestError(f"run_command.alarm_arns: {arn!r} is not the ARN of an alarm.")
        if option.get("metric_names") and not option.get("metric_namespace"):
            raise RequestError("run_command.metric_namespace: it is missing; run_command.metric_names requires it.")
        return cls(
            event_log_group_name=names[0],
            output_log_group_names=names[1:],
            metric_namespace=option.get("metric_namespace"),
            metric_names=option.get("metric_names") or (),
            alarm_arns=option.get("alarm_arns") or (),
            title=option.get("title") or cls.title,
        )

    def body(self, region: str) -> Body:
        """The body of the dashboard; logs and metrics are those of `region`."""
        rows: list[list[Widget | None]] = [
            [self._heading()],
            [self._outcomes(), self._metrics()],
            [self._failing_nodes(), self._durations()],
            [self._recent_failures()],
            [self._last_errors()],
            [self._alarms()],
        ]
        widgets = [_in_region(widget, region) for widget in _laid_out(rows)]
        return {"widgets": widgets, "start": "-PT24H", "periodOverride": "inherit"}

    def _heading(self) -> Widget:
        text = (
            f"# {self.title}\n"
            f"Status changes are in `{self.event_log_group_name}`. "
            "EventBridge delivers them on a best-effort basis; the status of the command itself is authoritative."
        )
        return {"type": "text", "width": GRID_COLUMNS, "height": 2, "properties": {"markdown": text}}

    def _outcomes(self) -> Widget:
        counts = ", ".join(f'sum(strcontains(detail.status, "{status}")) as {status}' for status in ENDS)
        query = f'filter `detail-type` = "{INVOCATION}" | stats {counts} by bin(5m)'
        return self._log("Outcomes of invocations", [self.event_log_group_name], query, "timeSeries")

    def _metrics(self) -> Widget | None:
        if not self.metric_names:
            return None
        rows = [[self.metric_namespace, name] for name in self.metric_names]
        return {
            "type": "metric",
            "width": HALF,
            "height": ROW_HEIGHT,
            "properties": {
                "title": "What the metric filters count",
                "metrics": rows,
                "stat": "Sum",
                "period": 300,
                "view": "timeSeries",
                "stacked": False,
            },
        }

    def _failing_nodes(self) -> Widget:
        query = (
            f'filter `detail-type` = "{INVOCATION}" and detail.status in ["Failed", "TimedOut"]'
            f" | {_parsed('instance-id', 'node')}"
            " | stats count(*) as failures, latest(@timestamp) as last by node | sort failures desc | limit 20"
        )
        return self._log("Failing nodes", [self.event_log_group_name], query, "table")

    def _durations(self) -> Widget:
        query = (
            f'filter `detail-type` = "{INVOCATION}" | {_parsed("command-id", "command")}'
            f" | {_parsed('instance-id', 'node')}"
            " | stats (max(@timestamp) - min(@timestamp)) / 1000 as seconds, latest(detail.status) as status"
            " by command, node | sort seconds desc | limit 20"
        )
        return self._log("Longest invocations", [self.event_log_group_name], query, "table")

    def _recent_failures(self) -> Widget:
        parsed = " | ".join(
            _parsed(field, name)
            for field, name in (("command-id", "command"), ("instance-id", "node"), ("document-name", "document"))
        )
        query = (
            f'filter `detail-type` = "{INVOCATION}" and detail.status in ["Failed", "TimedOut", "Cancelled"] | {parsed}'
            " | display @timestamp, detail.status, node, document, command | sort @timestamp desc | limit 50"
        )
        return self._log("Last failures", [self.event_log_group_name], query, "table", GRID_COLUMNS)

    def _last_errors(self) -> Widget | None:
        if not self.output_log_group_names:
            return None
        query = (
            "filter @logStream like /stderr$/ | fields @timestamp, @logStream, @message"
            " | sort @timestamp desc | limit 50"
        )
        return self._log("Last lines on stderr", self.output_log_group_names, query, "table", GRID_COLUMNS)

    def _alarms(self) -> Widget | None:
        if not self.alarm_arns:
            return None
        properties = {"title": "Alarms", "alarms": list(self.alarm_arns)}
        return {"type": "alarm", "width": GRID_COLUMNS, "height": 3, "properties": properties}

    def _log(self, title: str, groups: Iterable[str], query: str, view: str, width: int = HALF) -> Widget:
        sources = " | ".join(f"SOURCE '{group}'" for group in groups)
        return {
            "type": "log",
            "width": width,
            "height": ROW_HEIGHT,
            "properties": {"title": title, "query": f"{sources} | {query}", "view": view},
        }


def _parsed(field: str, name: str) -> str:
    # A name with a hyphen inside a path cannot be used safely in a query; in the JSON text it can.
    return f'parse @message /"{field}"\\s*:\\s*"(?<{name}>[^"]+)"/'


def _in_region(widget: Widget, region: str) -> Widget:
    if widget["type"] not in REGIONAL_TYPES:
        return widget
    return widget | {"properties": widget["properties"] | {"region": region}}


def _laid_out(rows: Iterable[Sequence[Widget | None]]) -> list[Widget]:
    placed: list[Widget] = []
    y = 0
    for row in rows:
        widgets = [widget for widget in row if widget is not None]
        x = 0
        for widget in widgets:
            placed.append({"type": widget["type"], "x": x, "y": y} | widget)
            x += widget["width"]
        y += max((widget["height"] for widget in widgets), default=0)
    return placed
