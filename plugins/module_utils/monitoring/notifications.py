# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS topics and SQS queues that EventBridge may write to: their policies, and what differs. Pure."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import NAME_PATTERN as RULE_NAME
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import rule_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.place import Place

VERSION = "2012-10-17"
EVENTS = "events.amazonaws.com"
ALARMS = "cloudwatch.amazonaws.com"
# What the statements this makes are known by.
SIDS = {EVENTS: "EventRulesDeliver", ALARMS: "AlarmsPublish"}
TOPIC_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,256}")
QUEUE_NAME_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,80}")
PROTOCOLS = ("email", "email-json", "http", "https", "lambda", "sms", "sqs")
# SQS API reference, SetQueueAttributes.
RETENTION_SECONDS = (60, 1_209_600)
VISIBILITY_SECONDS = (0, 43_200)

Attributes = dict[str, str]
Document = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class TopicSpec:
    """A topic as asked for; None means: leave it as it is."""

    name: str
    display_name: str | None = None
    kms_master_key_id: str | None = None
    event_rules: Sequence[str] | None = None
    cloudwatch_alarms: bool | None = None
    subscriptions: Sequence[Mapping[str, str]] | None = None
    purge_subscriptions: bool = False
    tags: dict[str, str] | None = None
    purge_tags: bool = True

    def __post_init__(self) -> None:
        if not TOPIC_NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a topic; allowed are 1 to 256 letters, digits, '-' and '_'."
            )
        _check_rules(self.event_rules)
        _check_subscriptions(self.subscriptions or ())

    def attributes(self, place: Place, current: Mapping[str, str]) -> Attributes:
        """The attributes asked for, as SetTopicAttributes takes them."""
        wanted = {"DisplayName": self.display_name, "KmsMasterKeyId": self.kms_master_key_id}
        attributes = {key: value for key, value in wanted.items() if value is not None}
        arn = topic_arn(place, self.name)
        if self.event_rules is not None:
            statement = rules_statement(place, "sns:Publish", arn, self.event_rules)
            attributes["Policy"] = with_statement(current.get("Policy"), EVENTS, statement)
        if self.cloudwatch_alarms is not None:
            policy = attributes.get("Policy", current.get("Policy"))
            statement = alarms_statement(place, arn) if self.cloudwatch_alarms else None
            attributes["Policy"] = with_statement(policy, ALARMS, statement)
        return attributes


@dataclasses.dataclass(frozen=True)
class QueueSpec:
    """A queue as asked for; None means: leave it as it is. A queue of its own encrypts with SQS's own keys."""

    name: str
    message_retention_period: int | None = None
    visibility_timeout: int | None = None
    kms_master_key_id: str | None = None
    event_rules: Sequence[str] | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True

    def __post_init__(self) -> None:
        if not QUEUE_NAME_PATTERN.fullmatch(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a standard queue; "
                "allowed are 1 to 80 letters, digits, '-' and '_'."
            )
        _check_range("message_retention_period", self.message_retention_period, RETENTION_SECONDS)
        _check_range("visibility_timeout", self.visibility_timeout, VISIBILITY_SECONDS)
        _check_rules(self.event_rules)

    def attributes(self, place: Place, current: Mapping[str, str]) -> Attributes:
        """The attributes asked for, as SetQueueAttributes takes them."""
        wanted = {
            "MessageRetentionPeriod": self.message_retention_period,
            "VisibilityTimeout": self.visibility_timeout,
            "KmsMasterKeyId": self.kms_master_key_id,
        }
        attributes = {key: str(value) for key, value in wanted.items() if value is not None}
        if self.event_rules is not None:
            arn = queue_arn(place, self.name)
            statement = rules_statement(place, "sqs:SendMessage", arn, self.event_rules)
            attributes["Policy"] = with_statement(current.get("Policy"), EVENTS, statement)
        return attributes


def _check_range(argument: str, value: int | None, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if value is not None and not low <= value <= high:
        raise RequestError(f"{argument}: {value} is out of range; allowed are {low} to {high} seconds.")


def _check_rules(rules: Iterable[str] | None) -> None:
    for rule in rules or ():
        if not RULE_NAME.fullmatch(rule):
            raise RequestError(
                f"event_rules: {rule!r} is not the name of a rule; "
                "allowed are 1 to 64 letters, digits, '.', '-' and '_'."
            )


def _check_subscriptions(subscriptions: Iterable[Mapping[str, str]]) -> None:
    for item in subscriptions:
        protocol, endpoint = item["protocol"], item["endpoint"]
        fits = {
            "email": "@" in endpoint,
            "email-json": "@" in endpoint,
            "http": endpoint.startswith("http://"),
            "https": endpoint.startswith("https://"),
            "lambda": endpoint.startswith("arn:"),
            "sms": endpoint.startswith("+"),
            "sqs": endpoint.startswith("arn:"),
        }
        if not fits.get(protocol, True):
            raise RequestError(
                f"subscriptions.endpoint: {endpoint!r} is not an endpoint of protocol {protocol}; allowed are "
                "addresses with @ for email, URLs for http and https, numbers with + for sms, ARNs for sqs and lambda."
            )


def topic_arn(place: Place, name: str) -> str:
    """The ARN of a topic."""
    return str(Arn(place.partition, "sns", place.region, place.account, name))


def queue_arn(place: Place, name: str) -> str:
    """The ARN of a queue."""
    return str(Arn(place.partition, "sqs", place.region, place.account, name))


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
