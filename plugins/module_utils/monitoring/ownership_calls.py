# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds out whose resources of given names are, with one or two calls for each."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import (
    cloudwatch,
    events,
    iam,
    logs,
    s3,
    sns,
    sqs,
    ssm_documents,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import (
    dashboards,
    event_rules,
    ownership,
    topics,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.ownership import Found
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

# A client of a service by its name.
Clients = t.Callable[[str], t.Any]
Tags: t.TypeAlias = "t.Mapping[str, str] | None"


def find(clients: Clients, place: Place, wanted: Mapping[str, Sequence[t.Any]]) -> list[Found]:
    """Those of the wanted resources that exist, in the order of ownership.KINDS.

    :param wanted: names by option of the module; alarms and metric filters as dictionaries with their metric.
    """
    found = [
        resource
        for kind, read in _TAGS.items()
        for name in wanted.get(kind) or ()
        for resource in ownership.by_tags(kind, name, read(clients, name, place))
    ]
    found += [one for name in wanted.get("dashboards") or () for one in _dashboard(clients, name)]
    if wanted.get("alarms"):
        there = cloudwatch.describe_alarms(clients("cloudwatch"), [item["name"] for item in wanted["alarms"]])
        found += ownership.alarms(wanted["alarms"], there)
    found += _metric_filters(clients, wanted.get("metric_filters") or ())
    order = list(ownership.KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))


def _rule(clients: Clients, name: str, place: Place) -> Tags:
    return events.find_tags(clients("events"), event_rules.rule_arn(place, event_rules.DEFAULT_BUS, name))


def _topic(clients: Clients, name: str, place: Place) -> Tags:
    return sns.find_tags(clients("sns"), topics.topic_arn(place, name))


def _queue(clients: Clients, name: str, _place: Place) -> Tags:
    client = clients("sqs")
    url = sqs.get_queue_url(client, name)
    return None if url is None else sqs.list_tags(client, url)


def _document(clients: Clients, name: str, _place: Place) -> Tags:
    return ssm_documents.find_tags(clients("ssm"), name)


def _role(clients: Clients, name: str, _place: Place) -> Tags:
    role = iam.get_role(clients("iam"), name)
    return None if role is None else boto3_tag_list_to_ansible_dict(role.get("Tags", []))


def _bucket(clients: Clients, name: str, _place: Place) -> Tags:
    client = clients("s3")
    return (s3.get_tags(client, name) or {}) if s3.head_bucket(client, name) else None


def _dashboard(clients: Clients, name: str) -> list[Found]:
    dashboard = cloudwatch.get_dashboard(clients("cloudwatch"), name)
    if dashboard is None:
        return []
    body = json_texts.load_object("dashboard_body", dashboard["DashboardBody"])
    return [Found("dashboards", name, dashboards.without_mark(body) != body)]


def _metric_filters(clients: Clients, wanted: Sequence[Mapping[str, str]]) -> list[Found]:
    groups: dict[str, list[Mapping[str, str]]] = {}
    for item in wanted:
        groups.setdefault(item["log_group_name"], []).append(item)
    return [
        one
        for group, items in groups.items()
        for one in ownership.metric_filters(items, logs.describe_metric_filters(clients("logs"), group) or ())
    ]


_TAGS: t.Final[dict[str, Callable[[Clients, str, Place], Tags]]] = {
    "rules": _rule,
    "topics": _topic,
    "queues": _queue,
    "documents": _document,
    "roles": _role,
    "buckets": _bucket,
}
