# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EventBridge: rules find their events, and targets get them."""

from __future__ import annotations

import copy
import datetime
import json
import logging
import time
import typing as t
import uuid

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import EventPattern, Rule
from werkzeug.exceptions import HTTPException

from ..wire.errors import ApiError
from . import event_patterns, resource_rights
from .event_input import text_for_target
from .patching import Correction, wrap

if t.TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, t.Any]
CORRECTIONS: t.Final = (
    Correction("Rules with a schedule only", "match every event", "match no event"),
    Correction("Disabled rules", "deliver", "deliver nothing"),
    Correction("Events", "carry an ingestion time, and a time as a number", "the fields and the form AWS sends"),
    Correction("SNS and Run Command as targets", "fail", "deliver, with the rights of the rule's role"),
    Correction("Targets without a resource policy", "get the event", "do not: it goes to the dead letter queue"),
    Correction("Targets with a key that EventBridge may not use", "get the event", "do not"),
)
_LOG = logging.getLogger(__name__)
_FIELDS = ("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")


NO_PERMISSIONS = "NO_PERMISSIONS"
NO_RESOURCE = "RESOURCE_NOT_FOUND"
CLIENT_ERROR = "SDK_CLIENT_ERROR"


class DeliveryError(Exception):
    """A target that did not take an event; code is what the dead letter says."""

    def __init__(self, message: str, code: str = CLIENT_ERROR) -> None:
        super().__init__(message)
        self.code = code


# What a service of moto's answers (its two kinds of errors) is a target's refusal too.
_REFUSALS = (DeliveryError, ApiError, HTTPException, ServiceException)


class _Delivery(t.NamedTuple):
    """One event on its way to one target; text is what the target gets of it."""

    rule: t.Any
    target: Json
    event: Json
    text: str

    @property
    def arn(self) -> str:
        return str(self.target["Arn"])

    @property
    def name(self) -> str:
        return self.arn.rsplit(":", 1)[-1]


class _RunCommandTarget:
    """What Run Command targets call; the sandbox that was started last."""

    run: t.ClassVar[Callable[[str, list[Json], Json, str, str], str] | None] = None


def apply() -> None:
    """Put the corrections in place."""
    wrap(Rule, "send_to_targets", _send_to_targets)


def deliver_to(run_command: Callable[[str, list[Json], Json, str, str], str]) -> None:
    """Let Run Command targets call this from now on."""
    _RunCommandTarget.run = staticmethod(run_command)


def _send_to_targets(original: t.Any, rule: t.Any, event: Json, transform_input: bool = True) -> None:
    pattern = rule.event_pattern.get_pattern()
    sent = as_sent(event)
    if not str(rule.state).startswith("ENABLED") or not pattern or not event_patterns.matches(pattern, sent):
        return
    for target in rule.targets:
        _deliver(rule, target, sent)
    _deliver_as_moto_does(rule, original, event, transform_input=transform_input)


def as_sent(event: Json) -> Json:
    """The event with the fields, and the form of time, that AWS sends."""
    moment = event["time"]
    if not isinstance(moment, str):
        moment = datetime.datetime.fromtimestamp(float(moment), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    whole = {"version": "0", **event, "time": moment}
    return {field: whole[field] for field in _FIELDS}


def put_aws_event(detail_type: str, detail: Json, resources: list[str], region: str) -> None:
    """An event of Systems Manager itself on the default bus of a region; hold moto's lock."""
    bus = get_backend("events")[DEFAULT_ACCOUNT_ID][region].event_buses.get("default")
    rules = list(bus.rules.values()) if bus else []
    if not rules:
        return
    event: t.Any = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.ssm",
        "account": DEFAULT_ACCOUNT_ID,
        "time": time.time(),
        "region": region,
        "resources": resources,
        "detail": detail,
    }
    for rule in rules:
        rule.send_to_targets(copy.deepcopy(event))


def _service(target: Json) -> str:
    return str(target["Arn"].split(":")[2])


def _deliver_as_moto_does(rule: t.Any, send: t.Any, event: Json, *, transform_input: bool) -> None:
    """Other buses, archives and API destinations are moto's."""
    rest = copy.copy(rule)
    rest.targets = [target for target in rule.targets if _service(target) == "events"]
    # Matched already, by patterns moto does not know.
    rest.event_pattern = EventPattern(None, {})
    if rest.targets:
        send(rest, event, transform_input)


def _deliver(rule: t.Any, target: Json, event: Json) -> None:
    service = _service(target)
    if service == "events":
        return
    delivery = _Delivery(rule, target, event, text_for_target(target, event, rule.arn))
    try:
        sender = _SENDERS.get(service)
        if sender is None:
            raise DeliveryError(f"the sandbox does not deliver to {delivery.arn}")
        sender(delivery)
    except _REFUSALS as error:
        _LOG.warning("rule %s: target %s did not take an event: %s", rule.name, target["Id"], error)
        _to_dead_letters(delivery, error)


def _to_dead_letters(delivery: _Delivery, error: Exception) -> None:
    arn = delivery.target.get("DeadLetterConfig", {}).get("Arn")
    if not arn:
        return
    try:
        _send_dead_letter(delivery, arn, error)
    except _REFUSALS as lost:
        _LOG.warning("rule %s: the dead letter queue %s did not take an event: %s", delivery.rule.name, arn, lost)


def _send_dead_letter(delivery: _Delivery, arn: str, error: Exception) -> None:
    queue = _queue(arn)
    if queue is None or not _may(queue.policy, "sqs:SendMessage", arn, delivery.rule):
        raise DeliveryError("there is no such queue, or its policy does not let this rule send messages")
    texts = {
        "ERROR_CODE": error.code if isinstance(error, DeliveryError) else CLIENT_ERROR,
        "ERROR_MESSAGE": str(error),
        "RULE_ARN": delivery.rule.arn,
        "TARGET_ARN": delivery.arn,
    }
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    # A dead letter is the event itself, not what the target would have got.
    _sqs(arn).send_message(queue.name, json.dumps(delivery.event), message_attributes=attributes)


def _may(policy: t.Any, action: str, resource: str, rule: t.Any) -> bool:
    text = policy if isinstance(policy, str) or policy is None else json.dumps(policy)
    source = resource_rights.Source(resource_rights.EVENTS, rule.arn, DEFAULT_ACCOUNT_ID)
    return resource_rights.lets_in(text, action, resource, source)


def _sqs(arn: str) -> t.Any:
    return get_backend("sqs")[DEFAULT_ACCOUNT_ID][_region(arn)]


def _region(arn: str) -> str:
    parts = arn.split(":")
    if len(parts) < 6 or parts[3] not in get_backend("sqs")[DEFAULT_ACCOUNT_ID].regions:
        raise DeliveryError(f"{arn} is in no region", NO_RESOURCE)
    return parts[3]


def _queue(arn: str) -> t.Any:
    return _sqs(arn).queues.get(arn.rsplit(":", 1)[-1])


def _check_key(key_id: str | None, arn: str) -> None:
    """DeliveryError unless EventBridge may use the key of a queue or topic, if it has one."""
    if not key_id:
        return
    backend = get_backend("kms")[DEFAULT_ACCOUNT_ID][_region(arn)]
    key = backend.keys.get(backend.get_key_id_from_alias(backend.get_alias_name(key_id)) or key_id.rsplit("/", 1)[-1])
    if key is None or not resource_rights.lets_use_key(key.policy, key.arn):
        raise DeliveryError(f"the policy of the key {key_id} does not let EventBridge use it", NO_PERMISSIONS)


def _to_queue(delivery: _Delivery) -> None:
    queue = _queue(delivery.arn)
    if queue is None:
        raise DeliveryError("there is no such queue", NO_RESOURCE)
    if not _may(queue.policy, "sqs:SendMessage", delivery.arn, delivery.rule):
        raise DeliveryError("the queue's policy does not let this rule send messages", NO_PERMISSIONS)
    _check_key(queue.kms_master_key_id, delivery.arn)
    group_id = delivery.target.get("SqsParameters", {}).get("MessageGroupId")
    _sqs(delivery.arn).send_message(queue.name, delivery.text, group_id=group_id)


def _to_topic(delivery: _Delivery) -> None:
    backend = get_backend("sns")[DEFAULT_ACCOUNT_ID][_region(delivery.arn)]
    topic = backend.topics.get(delivery.arn)
    if topic is None:
        raise DeliveryError("there is no such topic", NO_RESOURCE)
    if not _may(topic.policy, "sns:Publish", delivery.arn, delivery.rule):
        raise DeliveryError("the topic's policy does not let this rule publish", NO_PERMISSIONS)
    _check_key(topic.kms_master_key_id, delivery.arn)
    # A template that makes a JSON string is published as the text in it.
    text = json.loads(delivery.text) if delivery.text.startswith('"') else delivery.text
    backend.publish(text, delivery.arn)


def _to_log_group(delivery: _Delivery) -> None:
    region, name = _region(delivery.arn), delivery.arn.partition(":log-group:")[2].removesuffix(":*")
    backend = get_backend("logs")[DEFAULT_ACCOUNT_ID][region]
    if name not in backend.groups:
        raise DeliveryError("there is no such log group", NO_RESOURCE)
    policies = [policy.policy_document for policy in backend.resource_policies.values()]
    resource = f"{delivery.arn.removesuffix(':*')}:log-stream:any"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not any(_may(policy, action, resource, delivery.rule) for policy in policies):
            message = f"no resource policy of CloudWatch Logs lets EventBridge do {action} to the log group"
            raise DeliveryError(message, NO_PERMISSIONS)
    stream = str(uuid.uuid4())
    backend.create_log_stream(name, stream)
    backend.put_log_events(name, stream, [{"timestamp": int(time.time() * 1000), "message": delivery.text}])


def _to_run_command(delivery: _Delivery) -> None:
    parameters = delivery.target.get("RunCommandParameters")
    if not parameters or _RunCommandTarget.run is None:
        raise DeliveryError("the target has no RunCommandParameters")
    _RunCommandTarget.run(
        delivery.arn,
        parameters["RunCommandTargets"],
        _document_parameters(delivery),
        delivery.target.get("RoleArn", ""),
        delivery.rule.region_name,
    )


def _document_parameters(delivery: _Delivery) -> Json:
    # An event that is passed on as it is has no parameters of the document.
    if not any(delivery.target.get(field) for field in ("Input", "InputPath", "InputTransformer")):
        return {}
    try:
        values = json.loads(delivery.text)
    except ValueError as error:
        raise DeliveryError(f"the input is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise DeliveryError("the input is not a JSON object of the document's parameters")
    return {name: value if isinstance(value, list) else [str(value)] for name, value in values.items()}


_SENDERS: t.Final[dict[str, Callable[[_Delivery], None]]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "logs": _to_log_group,
    "ssm": _to_run_command,
}
