# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages an SNS topic and its subscriptions."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import sns
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import topics
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import is_marked, kept, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list, tag_change, tags_after

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.topics import TopicSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TagChange
    from mypy_boto3_sns.client import SNSClient

# What ListSubscriptionsByTopic returns instead of an ARN until the endpoint has confirmed.
NOT_CONFIRMED = ("PendingConfirmation", "Deleted")


def ensure_present(client: SNSClient, spec: TopicSpec, place: Place, check_mode: bool) -> Outcome:
    """Create the topic, or change what differs.

    :raises RequestError: the topic was made by others and is not adopted.
    """
    arn = topics.topic_arn(place, spec.name)
    current = sns.get_topic_attributes(client, arn)
    if current is None:
        return _create(client, spec, place, check_mode)
    before = _shown(arn, current, sns.list_tags(client, arn), sns.list_subscriptions(client, arn))
    is_own = is_marked(before["tags"], topics.MAKER)
    spec.consent.check_change(f"the topic {spec.name}", is_own)
    attributes = spec.attribute_change(current)
    tags = tag_change(before["tags"], spec.tags, spec.purge_tags and is_own)
    joining, leaving = _subscription_changes(before["subscriptions"], spec)
    if not check_mode:
        for name, value in attributes.items():
            sns.set_topic_attribute(client, arn, name, value)
        _apply_tags(client, arn, tags)
        for protocol, endpoint in joining:
            sns.subscribe(client, arn, protocol, endpoint)
        for gone in leaving:
            sns.unsubscribe(client, gone["subscription_arn"])
    subscriptions = [item for item in before["subscriptions"] if item not in leaving] + _joined(joining)
    after = _shown(arn, current | attributes, tags_after(before["tags"], tags), ()) | {"subscriptions": subscriptions}
    return Outcome(before, after, bool(attributes or tags or joining or leaving))


def ensure_absent(client: SNSClient, spec: TopicSpec, place: Place, check_mode: bool) -> Outcome:
    """Delete the topic and its subscriptions; an adopted one is kept.

    :raises RequestError: the topic was made by others.
    """
    arn, title = topics.topic_arn(place, spec.name), f"the topic {spec.name}"
    current = sns.get_topic_attributes(client, arn)
    if current is None:
        return Outcome(None, None, changed=False)
    before = _shown(arn, current, sns.list_tags(client, arn), sns.list_subscriptions(client, arn))
    if not spec.consent.may_delete(title, is_marked(before["tags"], topics.MAKER)):
        return unchanged(before, kept(title))
    if not check_mode:
        sns.delete_topic(client, arn)
    return Outcome(before, None, changed=True)


def _create(client: SNSClient, spec: TopicSpec, place: Place, check_mode: bool) -> Outcome:
    arn = topics.topic_arn(place, spec.name)
    attributes = spec.attribute_change({})
    tags = marked(spec.tags, topics.MAKER)
    joining, _leaving = _subscription_changes([], spec)
    if not check_mode:
        arn = sns.create_topic(client, spec.name, attributes, as_list(tags))
        for protocol, endpoint in joining:
            sns.subscribe(client, arn, protocol, endpoint)
    after = _shown(arn, attributes, tags, ()) | {"subscriptions": _joined(joining)}
    return Outcome(None, after, changed=True)


def _apply_tags(client: SNSClient, arn: str, tags: TagChange) -> None:
    if tags.to_unset:
        sns.untag_resource(client, arn, tags.to_unset)
    if tags.to_set:
        sns.tag_resource(client, arn, as_list(tags.to_set))


def _subscription_changes(
    current: Sequence[Mapping[str, t.Any]], spec: TopicSpec
) -> tuple[list[tuple[str, str]], list[Mapping[str, t.Any]]]:
    """The protocols and endpoints to subscribe, and the subscriptions to end."""
    if spec.subscriptions is None:
        return [], []
    # SNS lists no passwords, so an endpoint is the same whatever its password.
    wanted = {(item["protocol"], topics.masked(item["endpoint"])): item["endpoint"] for item in spec.subscriptions}
    there = {(item["protocol"], topics.masked(item["endpoint"])) for item in current}
    joining = [(protocol, endpoint) for (protocol, shown), endpoint in wanted.items() if (protocol, shown) not in there]
    leaving = [
        item
        for item in current
        if spec.purge_subscriptions
        and item["subscription_arn"]
        and (item["protocol"], topics.masked(item["endpoint"])) not in wanted
    ]
    return joining, leaving


def _joined(joining: Iterable[tuple[str, str]]) -> list[dict[str, t.Any]]:
    """New subscriptions as SNS will list them."""
    return [
        {"protocol": protocol, "endpoint": topics.masked(endpoint), "subscription_arn": None}
        for protocol, endpoint in joining
    ]


def _shown(
    arn: str, attributes: Mapping[str, str], tags: Mapping[str, str], subscriptions: Sequence[Mapping[str, str]]
) -> dict[str, t.Any]:
    return {
        "topic_arn": arn,
        "name": arn.rsplit(":", 1)[-1],
        "display_name": attributes.get("DisplayName", ""),
        "kms_master_key_id": attributes.get("KmsMasterKeyId") or None,
        "subscriptions": [
            {
                "protocol": item["Protocol"],
                "endpoint": item["Endpoint"],
                "subscription_arn": None if item["SubscriptionArn"] in NOT_CONFIRMED else item["SubscriptionArn"],
            }
            for item in subscriptions
        ],
        "tags": dict(tags),
    }
