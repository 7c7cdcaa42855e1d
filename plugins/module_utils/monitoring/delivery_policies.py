# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permissions to deliver to a queue or a topic: statements for rules and alarms, merged into its policy. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn, parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import (
    DEFAULT_BUS,
    NAME_PATTERN,
    rule_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
    VERSION,
    PolicyPlan,
    as_list,
    same_statement,
    statements_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import Document
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

EVENTS_SID = "EventRulesDeliver"
ALARMS_SID = "AlarmsPublish"
# SQS and SNS API references, CreateQueue and CreateTopic.
NAME_PATTERNS = {
    "sqs": re.compile(r"(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?"),
    "sns": re.compile(r"(?=.{1,256}$)[A-Za-z0-9_-]+(\.fifo)?"),
}
ACTIONS = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}
# SQS developer guide, "Amazon SQS policy quotas". All rules share one statement.
MAX_QUEUE_POLICY_BYTES = 8_192
MAX_QUEUE_POLICY_STATEMENTS = 20
# Operators that let in the rules whose ARNs they name.
SOURCE_OPERATORS = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
# What SNS gives a topic that is created without a policy. Every topic has a policy.
OWNER_ACTIONS = (
    *("SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission"),
    *("SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"),
)


@dataclasses.dataclass(frozen=True)
class DeliverySpec:
    """Who should deliver to a queue or a topic, which is named or given by ARN; None means no change."""

    queue: str | None = None
    topic: str | None = None
    rules: Sequence[str] | None = None
    purge_rules: bool = False
    cloudwatch_alarms: bool | None = None

    def __post_init__(self) -> None:
        name = self.given.rsplit(":", 1)[-1]
        if not NAME_PATTERNS[self.service].fullmatch(name) or not self._is_name_or_arn():
            raise RequestError(
                f"{self.option}: {self.given!r} is not a {self.option}; allowed are its name and its ARN."
            )
        for rule in self.rules or ():
            if not NAME_PATTERN.fullmatch(rule) and not _is_rule_arn(rule):
                raise RequestError(
                    f"rules: {rule!r} is not a rule; allowed are names of 1 to 64 letters, digits, '.', '-' and '_', "
                    "and ARNs of rules."
                )
        if self.cloudwatch_alarms and self.option == "queue":
            raise RequestError("cloudwatch_alarms: an alarm cannot send to a queue; allowed is a topic.")

    @property
    def option(self) -> str:
        """The option with the destination."""
        return "topic" if self.queue is None else "queue"

    @property
    def given(self) -> str:
        """The name or the ARN, as given."""
        return t.cast("str", self.topic if self.queue is None else self.queue)

    @property
    def service(self) -> str:
        """The service of the queue or topic, as in ARNs."""
        return "sns" if self.queue is None else "sqs"

    def _is_name_or_arn(self) -> bool:
        arn = parse_arn(self.given)
        return ":" not in self.given if arn is None else arn.service == self.service

    def destination(self, place: Place) -> Arn:
        """The ARN of the queue or topic.

        :raises RequestError: it is in another account or region; only the owner can set a policy.
        """
        here = Arn(place.partition, self.service, place.region, place.account, self.given.rsplit(":", 1)[-1])
        if self.given not in (here.resource, str(here)):
            raise RequestError(
                f"{self.option}: {self.given!r} is in another account or region; "
                f"allowed is a {self.option} of account {place.account} in {place.region}."
            )
        return here

    def sources(self, place: Place) -> list[str]:
        """The ARNs of the rules, each once, in order."""
        named = (rule if ":" in rule else rule_arn(place, DEFAULT_BUS, rule) for rule in self.rules or ())
        return list(dict.fromkeys(named))


def _is_rule_arn(text: str) -> bool:
    arn = parse_arn(text)
    return arn is not None and arn.service == "events" and arn.resource.startswith("rule/")


def check_key(subject: str, kms_key_id: str, service: str) -> None:
    """Raise RequestError for the key of AWS for queues or topics, whose policy nobody can change.

    :param subject: what has the key, such as C(queue: 'events' is encrypted with).
    :param service: C(sns) or C(sqs).

    Source: "Configuring AWS KMS permissions" in the Amazon SNS and Amazon SQS Developer Guides.
    """
    alias = f"alias/aws/{service}"
    if kms_key_id.endswith(alias):
        raise RequestError(
            f"{subject} {alias}, which EventBridge and CloudWatch cannot use; allowed are a customer managed key whose "
            "policy allows events.amazonaws.com, and the encryption that the service itself manages."
        )


def first_policy(spec: DeliverySpec, place: Place) -> str:
    """The policy that AWS gives a new queue (none) or topic."""
    arn = spec.destination(place)
    return json_texts.dump(_owner_policy(arn)) if arn.service == "sns" else ""


def _owner_policy(topic: Arn) -> Document:
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": list(OWNER_ACTIONS),
        "Resource": str(topic),
        "Condition": {"StringEquals": {"AWS:SourceOwner": topic.account}},
    }
    return {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}


def plan_present(spec: DeliverySpec, current: str, place: Place) -> PolicyPlan:
    """The policy with the wanted statements.

    :param current: its JSON text, empty if there is none.
    :raises RequestError: it would be too long, or the queue or topic is in another account or region.
    """
    arn, before = spec.destination(place), _document(current)
    statements = statements_of(before)
    if spec.rules is not None:
        kept = [] if spec.purge_rules else rules_of(before)
        statements = _merge(statements, EVENTS_SID, _rules_statement(arn, [*kept, *spec.sources(place)]))
    if spec.cloudwatch_alarms is not None:
        statement = _alarms_statement(arn) if spec.cloudwatch_alarms else None
        statements = _merge(statements, ALARMS_SID, statement)
    return _plan(arn, before, statements)


def plan_absent(spec: DeliverySpec, current: str, place: Place) -> PolicyPlan:
    """The policy without the named rules and alarms or, if none are named, without both statements."""
    arn, before = spec.destination(place), _document(current)
    statements = statements_of(before)
    is_everything = spec.rules is None and spec.cloudwatch_alarms is None
    if is_everything or spec.cloudwatch_alarms:
        statements = _merge(statements, ALARMS_SID, None)
    if is_everything or spec.rules is not None:
        gone = set(spec.sources(place))
        left = [] if is_everything else [rule for rule in rules_of(before) if rule not in gone]
        statements = _merge(statements, EVENTS_SID, _rules_statement(arn, left))
    return _plan(arn, before, statements)


def _plan(arn: Arn, before: Document | None, statements: list[Document]) -> PolicyPlan:
    if statements == statements_of(before):
        return PolicyPlan(before, before)
    after = {**(before or {"Version": VERSION}), "Statement": statements} if statements else None
    if after is None and arn.service == "sns":
        return PolicyPlan(before, _owner_policy(arn))
    if arn.service == "sqs" and len(statements) > MAX_QUEUE_POLICY_STATEMENTS:
        raise RequestError(
            f"queue: its policy would have {len(statements)} statements; "
            f"allowed are at most {MAX_QUEUE_POLICY_STATEMENTS}."
        )
    length = len(json_texts.dump(after).encode()) if after else 0
    if arn.service == "sqs" and length > MAX_QUEUE_POLICY_BYTES:
        raise RequestError(
            f"rules: the queue's policy would have {length} bytes; allowed are at most {MAX_QUEUE_POLICY_BYTES}, "
            "so use an ARN with *, or remove obsolete rules with purge_rules."
        )
    return PolicyPlan(before, after)


def rules_of(document: Document | None) -> list[str]:
    """The ARNs of the rules in this collection's statement, or in several with its Sid."""
    conditions = [item.get("Condition") or {} for item in statements_of(document) if item.get("Sid") == EVENTS_SID]
    found = [
        arn
        for condition in conditions
        for name in SOURCE_OPERATORS
        for arn in as_list(_source_arn(condition.get(name)))
    ]
    return list(dict.fromkeys(found))


def _source_arn(keys: Document | None) -> t.Any:
    return next((value for key, value in (keys or {}).items() if key.lower() == "aws:sourcearn"), None)


def allows_alarms(document: Document | None) -> bool:
    """Whether this collection's statement for alarms exists."""
    return any(item.get("Sid") == ALARMS_SID for item in statements_of(document))


def _merge(statements: Sequence[Document], sid: str, statement: Document | None) -> list[Document]:
    """The statements with this one replacing the one with the same Sid; None removes it. Others are kept."""
    own = [item for item in statements if item.get("Sid") == sid]
    if statement is not None and len(own) == 1 and same_statement(own[0], statement):
        return list(statements)
    others = [item for item in statements if item.get("Sid") != sid]
    return others if statement is None else [*others, statement]


def _rules_statement(arn: Arn, sources: Sequence[str]) -> Document | None:
    if not sources:
        return None
    condition = {"ArnEquals": {"aws:SourceArn": list(dict.fromkeys(sources))}}
    return _statement(EVENTS_SID, "events.amazonaws.com", arn) | {"Condition": condition}


def _alarms_statement(arn: Arn) -> Document:
    alarms = str(dataclasses.replace(arn, service="cloudwatch", resource="alarm:*"))
    condition = {"ArnLike": {"aws:SourceArn": alarms}}
    return _statement(ALARMS_SID, "cloudwatch.amazonaws.com", arn) | {"Condition": condition}


def _statement(sid: str, service: str, arn: Arn) -> Document:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ACTIONS[arn.service],
        "Resource": str(arn),
    }


def _document(text: str) -> Document | None:
    return json_texts.load_object("the policy", text) if text else None
