# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS topics and SQS queues that EventBridge may write to: their policies, and what differs. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import NAME_PATTERN as RULE_NAME
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import rule_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

VERSION = "2012-10-17"
EVENTS = "events.amazonaws.com"
ALARMS = "cloudwatch.amazonaws.com"
# What the statements this makes are known by.
SIDS = {EVENTS: "EventRulesDeliver", ALARMS: "AlarmsPublish"}

Attributes = dict[str, str]
Document = dict[str, t.Any]


def check_rules(rules: Iterable[str] | None) -> None:
    for rule in rules or ():
        if not RULE_NAME.fullmatch(rule):
            raise RequestError(
                f"event_rules: {rule!r} is not the name of a rule; "
                "allowed are 1 to 64 letters, digits, '.', '-' and '_'."
            )


def rules_statement(place: Place, action: str, resource: str, rules: Sequence[str]) -> Document | None:
    """What lets these rules of the default bus do `action` on the resource; None for no rule."""
    if not rules:
        return None
    sources = [rule_arn(place, "default", rule) for rule in rules]
    return _statement(EVENTS, action, resource) | {"Condition": {"ArnEquals": {"aws:SourceArn": sources}}}


def alarms_statement(place: Place, resource: str) -> Document:
    """What lets the account's alarms of the region publish to the topic."""
    alarms = str(Arn(place.partition, "cloudwatch", place.region, place.account, "alarm:*"))
    return _statement(ALARMS, "sns:Publish", resource) | {"Condition": {"ArnLike": {"aws:SourceArn": alarms}}}


def _statement(service: str, action: str, resource: str) -> Document:
    return {
        "Sid": SIDS[service],
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
    }


def with_statement(policy: str | None, service: str, statement: Document | None) -> str:
    """A resource policy with the statement in the place of the one this made for `service`; None takes that out.

    Other statements are kept. The policy is empty when no statement is left.
    """
    document: Document = json_texts.load_object("Policy", policy) if policy else {"Version": VERSION}
    statements = document.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    others = [item for item in listed if item.get("Sid") != SIDS[service]]
    kept = others if statement is None else [*others, statement]
    return json_texts.dump({**document, "Statement": kept}) if kept else ""


def attribute_change(current: Mapping[str, str], wanted: Attributes) -> Attributes:
    """The attributes that differ; policies are compared by what they say."""
    return {key: value for key, value in wanted.items() if _meaning(key, current.get(key, "")) != _meaning(key, value)}


def _meaning(key: str, value: str) -> t.Any:
    if key != "Policy" or not value:
        return value
    document = json_texts.load_object("Policy", value)
    statements = [_statement_meaning(item) for item in document["Statement"]]
    return document | {"Statement": sorted(statements, key=lambda item: json.dumps(item, sort_keys=True))}


def _statement_meaning(statement: Document) -> Document:
    if statement.get("Sid") != SIDS[EVENTS]:
        return statement
    sources = statement.get("Condition", {}).get("ArnEquals", {}).get("aws:SourceArn")
    return statement | {"Condition": sorted(sources) if isinstance(sources, list) else [sources]}
