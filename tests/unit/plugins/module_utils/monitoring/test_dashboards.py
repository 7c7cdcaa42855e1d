# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dashboards: bodies that are taken, that mean the same, and the one that shows Run Command."""

from __future__ import annotations

import itertools
import json
import pathlib
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import dashboards
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import DETAIL_TYPES
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_events import parse_stream_name
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

jsonschema = pytest.importorskip("jsonschema", reason="ansible-lint brings it")
SCHEMA = json.loads(pathlib.Path(__file__).with_name("dashboard_body.schema.json").read_text(encoding="utf-8"))
ALARM = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:failed"
EVENTS, OUTPUT = "/aws/events/run-command", "/ssm/commands"
FULL: dict[str, t.Any] = {
    "event_log_group_name": EVENTS,
    "output_log_group_names": [OUTPUT, "/ssm/more"],
    "metric_namespace": "RunCommand",
    "metric_names": ["Failed", "TimedOut"],
    "alarm_arns": [ALARM],
}


def body_of(**option: t.Any) -> dashboards.Body:
    return dashboards.RunCommandView.parse({"event_log_group_name": EVENTS, **option}).body("us-east-1")


def query(body: dashboards.Body, title: str) -> str:
    text: str = next(
        widget["properties"]["query"] for widget in body["widgets"] if widget["properties"].get("title") == title
    )
    return text


OPTIONS = [
    {key: FULL[key] for key in ("event_log_group_name", *keys)}
    for count in range(3)
    for keys in itertools.combinations(("output_log_group_names", "alarm_arns"), count)
] + [FULL]


@pytest.mark.parametrize("option", OPTIONS)
def test_the_run_command_body_is_one_that_cloudwatch_takes(option: dict[str, t.Any]) -> None:
    body = body_of(**option)
    jsonschema.Draft202012Validator(SCHEMA).validate(body)
    assert dashboards.load_body(json.dumps(body)) == body


def test_the_schema_lets_no_mistake_through() -> None:
    body = body_of(**FULL)
    broken = [
        body | {"refresh": 1},
        {"widgets": []},
        {"widgets": [body["widgets"][0] | {"x": 24}]},
        {"widgets": [{**body["widgets"][1], "properties": {"query": "fields @message", "region": "us-east-1"}}]},
        {"widgets": [{**body["widgets"][1], "properties": {"query": "SOURCE '/x' | fields @message"}}]},
    ]
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [validator.is_valid(candidate) for candidate in broken] == [False] * len(broken)


@pytest.mark.parametrize("option", OPTIONS)
def test_no_widget_covers_another_or_leaves_the_grid(option: dict[str, t.Any]) -> None:
    cells: set[tuple[int, int]] = set()
    for widget in body_of(**option)["widgets"]:
        across = range(widget["x"], widget["x"] + widget["width"])
        down = range(widget["y"], widget["y"] + widget["height"])
        own = set(itertools.product(across, down))
        assert across.stop <= dashboards.GRID_COLUMNS
        assert not cells & own
        cells |= own


def test_shows_outcomes_nodes_durations_and_errors() -> None:
    titles = [widget["properties"].get("title") for widget in body_of(**FULL)["widgets"]]
    assert titles == [
        None,
        "Outcomes of invocations",
        "What the metric filters count",
        "Failing nodes",
        "Longest invocations",
        "Last failures",
        "Last lines on stderr",
        "Alarms",
    ]


@pytest.mark.parametrize(
    ("option", "title"), [({}, "Run Command"), ({"title": "Fleet"}, "Fleet"), ({"title": ""}, "Run Command")]
)
def test_title_and_start(option: dict[str, t.Any], title: str) -> None:
    body = body_of(**option)
    assert body["widgets"][0]["properties"]["markdown"].startswith(f"# {title}\nStatus changes are in `{EVENTS}`. ")
    assert (body["start"], body["periodOverride"]) == ("-PT24H", "inherit")


def test_metrics_and_alarms_are_those_that_are_named() -> None:
    widgets = {widget["properties"].get("title"): widget["properties"] for widget in body_of(**FULL)["widgets"]}
    metrics = widgets["What the metric filters count"]
    assert metrics["metrics"] == [["RunCommand", "Failed"], ["RunCommand", "TimedOut"]]
    assert (metrics["stat"], metrics["period"], metrics["region"]) == ("Sum", 300, "us-east-1")
    assert widgets["Alarms"]["alarms"] == [ALARM]
    assert "region" not in widgets["Alarms"]


def test_queries_ask_for_events_as_eventbridge_writes_them() -> None:
    body = body_of(**FULL)
    for title in ("Outcomes of invocations", "Failing nodes", "Longest invocations", "Last failures"):
        assert query(body, title).startswith(f"SOURCE '{EVENTS}' | filter `detail-type` = ")
        assert f'"{DETAIL_TYPES["invocation"]}"' in query(body, title)


def test_outcomes_count_every_end_of_an_invocation() -> None:
    for status in ("Success", "Failed", "TimedOut", "Cancelled"):
        assert f'sum(strcontains(detail.status, "{status}")) as {status}' in query(body_of(), "Outcomes of invocations")


def test_errors_are_read_from_the_streams_commands_write_to() -> None:
    errors = query(body_of(**FULL), "Last lines on stderr")
    assert errors.startswith(f"SOURCE '{OUTPUT}' | SOURCE '/ssm/more' | filter @logStream like /stderr$/")
    name = f"{'0' * 8}-0000-0000-0000-{'0' * 12}/i-0123456789abcdef0/aws-runShellScript/stderr"
    assert parse_stream_name(name)["stream"] == "stderr"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"event_log_group_name": "a b"}, ["run_command: 'a b'"]),
        ({"output_log_group_names": ["a'b"]}, ['run_command: "a\'b"']),
        ({"alarm_arns": ["failed"]}, ["run_command.alarm_arns: 'failed'", "ARN of an alarm"]),
        ({"metric_names": ["x"]}, ["run_command.metric_namespace", "missing"]),
    ],
)
def test_refuses_names_that_cannot_be(option: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        body_of(**option)
    assert all(word in str(refused.value) for word in words)


TEXT = {"type": "text", "properties": {"markdown": "x"}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", ["body: '{'", "not JSON"]),
        ("[]", ["body: '[]'", "not a dictionary"]),
        ({}, ["body.widgets: None", "list"]),
        ({"widgets": {}}, ["body.widgets: {}"]),
        ({"widgets": [TEXT] * 500}, ["body.widgets", "500", "at most 499"]),
        ({"widgets": [TEXT, "x"]}, ["body.widgets[1]: 'x'", "type and properties"]),
        ({"widgets": [{"type": "text"}]}, ["body.widgets[0]"]),
        ({"widgets": [TEXT | {"type": "graph"}]}, ["body.widgets[0].type: 'graph'", "alarm, custom"]),
        ({"widgets": [TEXT | {"x": 24}]}, ["body.widgets[0].x: 24", "0 to 23"]),
        ({"widgets": [TEXT | {"y": -1}]}, ["body.widgets[0].y: -1", "0 or more"]),
        ({"widgets": [TEXT | {"width": 0}]}, ["body.widgets[0].width: 0", "1 to 24"]),
        ({"widgets": [TEXT | {"height": 1.5}]}, ["body.widgets[0].height: 1.5", "whole numbers"]),
    ],
)
def test_refuses_bodies_cloudwatch_could_not_take(body: t.Any, words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        dashboards.load_body(body)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("body", "y"),
    [
        ({"widgets": []}, 0),
        ({"widgets": [TEXT | {"x": 0, "y": 4}, TEXT | {"x": 9, "y": 1, "height": 20}]}, 21),
        ({"widgets": [TEXT]}, None),
        (body_of(**FULL), 29),
    ],
)
def test_the_mark_is_the_last_line_of_a_dashboard_and_no_part_of_its_body(body: t.Any, y: int | None) -> None:
    marked = dashboards.marked_body(body)
    assert marked["widgets"][-1].get("y") == y
    assert "ssmops.run_command.dashboard" in marked["widgets"][-1]["properties"]["markdown"]
    assert dashboards.without_mark(marked) == dashboards.without_mark(body) == body
    jsonschema.Draft202012Validator(SCHEMA).validate(dashboards.marked_body(body_of(**FULL)))


@pytest.mark.parametrize("name", ["", "a b", "a.b", "x" * 256])
def test_refuses_names(name: str) -> None:
    with pytest.raises(RequestError, match="is not the name of a dashboard"):
        dashboards.check_name(name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"widgets": [TEXT]}, {"widgets": [TEXT | {"width": 6, "height": 6.0}]}, True),
        ({"a": 1, "widgets": []}, {"widgets": [], "a": 1}, True),
        ({"widgets": [TEXT]}, {"widgets": [TEXT | {"width": 7}]}, False),
        ({"widgets": [TEXT]}, {"widgets": []}, False),
        ({"widgets": [TEXT], "start": "-PT3H"}, {"widgets": [TEXT]}, False),
    ],
)
def test_bodies_are_compared_by_what_they_show(one: t.Any, other: t.Any, same: bool) -> None:
    assert dashboards.same_body(one, other) is same


@pytest.mark.parametrize(
    "widget",
    [{"x": 0, "y": 0, "width": 1, "height": 1}, {"x": 23, "y": 100_000, "width": 24, "height": 1_000}, {"x": None}],
)
def test_takes_widgets_just_within_the_grid(widget: dict[str, t.Any]) -> None:
    body = {"widgets": [TEXT | widget] * 499}
    assert dashboards.load_body(body) == body


@pytest.mark.parametrize("widget", [{"x": -1}, {"width": 25}, {"height": 0}, {"height": 1_001}, {"y": "0"}])
def test_refuses_widgets_just_beyond_the_grid(widget: dict[str, t.Any]) -> None:
    (field,) = widget
    with pytest.raises(RequestError, match=rf"body.widgets\[0\].{field}: "):
        dashboards.load_body({"widgets": [TEXT | widget]})


@pytest.mark.parametrize("kind", ["alarm", "custom", "explorer", "log", "metric", "text"])
def test_takes_every_type(kind: str) -> None:
    body = {"widgets": [{"type": kind, "properties": {}}]}
    assert dashboards.load_body(body) == body
    dashboards.check_name("d" * 255)
