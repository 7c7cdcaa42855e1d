# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lets rules and alarms deliver to a queue or a topic."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import kms, sns, sqs
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import delivery_policies, key_policies
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.kms import KMSClient
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.delivery_policies import DeliverySpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
        Document,
        PolicyPlan,
    )
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient


@dataclasses.dataclass(frozen=True)
class Found:
    """The policy and the KMS key of an existing queue or topic (empty: it has none), and how to set a new policy."""

    policy: str
    kms_key_id: str
    put: Callable[[str], None]


def find_queue(client: SQSClient, arn: Arn) -> Found | None:
    """The policy of the queue; None if the queue does not exist."""
    url = sqs.get_queue_url(client, arn.resource)
    if url is None:
        return None
    return _found(sqs.get_queue_attributes(client, url), functools.partial(sqs.set_queue_policy, client, url))


def find_topic(client: SNSClient, arn: Arn) -> Found | None:
    """The policy of the topic; None if the topic does not exist."""
    attributes = sns.get_topic_attributes(client, str(arn))
    if attributes is None:
        return None
    put = functools.partial(sns.set_topic_attribute, client, str(arn), "Policy")
    return _found(attributes, put)


def _found(attributes: Mapping[str, str], put: Callable[[str], None]) -> Found:
    return Found(attributes.get("Policy", ""), attributes.get("KmsMasterKeyId", ""), put)


def key_warnings(make_client: Callable[[], KMSClient], spec: DeliverySpec, kms_key_id: str) -> tuple[str, ...]:
    """What keeps EventBridge and alarms from using the customer managed key, or that its policy may not be read.

    :param kms_key_id: of the queue or topic; empty if it has none.
    """
    services = [
        *([key_policies.EVENTS] if spec.rules else []),
        *([key_policies.ALARMS] if spec.cloudwatch_alarms else []),
    ]
    if not kms_key_id or not services:
        return ()
    title = f"The key {kms_key_id} of the {spec.option} {spec.given}"
    client = make_client()
    try:
        text = kms.get_key_policy(client, kms.get_key_arn(client, kms_key_id))
    except AnsibleAWSError as error:
        return (
            f"{title} was not checked, as its policy could not be read ({error}); nothing is delivered unless it lets "
            f"{' and '.join(services)} call {' and '.join(key_policies.ACTIONS)}.",
        )
    policy = json_texts.load_object("the policy of the key", text)
    problems = [problem for service in services if (problem := key_policies.find_problem(policy, service))]
    return tuple(f"{title} has a policy that {problem}, so nothing is delivered." for problem in problems)


def ensure_present(found: Found | None, spec: DeliverySpec, place: Place, check_mode: bool) -> Outcome:
    """Let the named rules and alarms deliver. In check mode, the queue or topic does not have to exist yet.

    :raises RequestError: the queue or topic does not exist, or nothing could be delivered to it.
    """
    arn = spec.destination(place)
    if found is None and not check_mode:
        raise RequestError(
            f"{spec.option}: there is no {spec.option} {spec.given!r}; allowed is the name or ARN of an existing one."
        )
    if found is not None and (spec.rules or spec.cloudwatch_alarms):
        delivery_policies.check_key(f"{spec.option}: {spec.given!r} is encrypted with", found.kms_key_id, spec.service)
    current = delivery_policies.first_policy(spec, place) if found is None else found.policy
    plan = delivery_policies.plan_present(spec, current, place)
    if found is None:
        return Outcome(None, _shown(arn, plan.after), plan.is_change)
    return _apply(found, arn, plan, check_mode)


def ensure_absent(found: Found | None, spec: DeliverySpec, place: Place, check_mode: bool) -> Outcome:
    """Revoke this of the named rules, or of all rules and alarms; a missing queue or topic has no policy."""
    if found is None:
        return Outcome(None, None, changed=False)
    plan = delivery_policies.plan_absent(spec, found.policy, place)
    return _apply(found, spec.destination(place), plan, check_mode)


def _apply(found: Found, arn: Arn, plan: PolicyPlan, check_mode: bool) -> Outcome:
    if plan.is_change and not check_mode:
        found.put("" if plan.after is None else json_texts.dump(plan.after))
    return Outcome(_shown(arn, plan.before), _shown(arn, plan.after), plan.is_change)


def _shown(arn: Arn, document: Document | None) -> dict[str, t.Any]:
    return {
        "resource_arn": str(arn),
        "rules": delivery_policies.rules_of(document),
        "cloudwatch_alarms": delivery_policies.allows_alarms(document),
        "policy_document": document,
    }
