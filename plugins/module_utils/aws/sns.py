# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SNS: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_lookup,
    aws_write,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_sns.client import SNSClient

NOT_FOUND = ("NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException")


@aws_lookup("get the attributes of the topic", NOT_FOUND)
def get_topic_attributes(client: SNSClient, arn: str) -> dict[str, str]:
    """GetTopicAttributes; None if the topic does not exist."""
    return dict(answer_field(client.get_topic_attributes(TopicArn=arn), "Attributes"))


@aws_write("create the topic")
def create_topic(client: SNSClient, name: str, attributes: Mapping[str, str], tags: Sequence[t.Any]) -> str:
    """CreateTopic; the topic's ARN."""
    return str(answer_field(client.create_topic(Name=name, Attributes=attributes, Tags=tags), "TopicArn"))


@aws_write("set an attribute of the topic", subject="{arn} ({name})")
def set_topic_attribute(client: SNSClient, arn: str, name: str, value: str) -> None:
    """SetTopicAttributes for one attribute."""
    client.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)


@aws_deletion("delete the topic", NOT_FOUND)
def delete_topic(client: SNSClient, arn: str) -> None:
    """DeleteTopic with its subscriptions."""
    client.delete_topic(TopicArn=arn)


@aws_call("list the subscriptions of the topic")
def list_subscriptions(client: SNSClient, arn: str) -> list[Mapping[str, str]]:
    """ListSubscriptionsByTopic, all pages."""
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return [t.cast("Mapping[str, str]", item) for page in pages for item in answer_field(page, "Subscriptions")]


@aws_write("subscribe to the topic")
def subscribe(client: SNSClient, arn: str, protocol: str, endpoint: str) -> None:
    """Subscribe; some protocols require a confirmation by the endpoint."""
    client.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)


@aws_deletion("unsubscribe from the topic", NOT_FOUND)
def unsubscribe(client: SNSClient, subscription_arn: str) -> None:
    """Unsubscribe."""
    client.unsubscribe(SubscriptionArn=subscription_arn)


@aws_call("list the tags of the topic")
def list_tags(client: SNSClient, arn: str) -> dict[str, str]:
    """ListTagsForResource."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceArn=arn).get("Tags", [])}


@aws_lookup("list the tags of the topic", NOT_FOUND)
def find_tags(client: SNSClient, arn: str) -> dict[str, str]:
    """ListTagsForResource; None if the topic does not exist."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceArn=arn).get("Tags", [])}


@aws_write("tag the topic")
def tag_resource(client: SNSClient, arn: str, tags: Sequence[t.Any]) -> None:
    """TagResource; tags as lists of Key and Value."""
    client.tag_resource(ResourceArn=arn, Tags=tags)


@aws_write("untag the topic")
def untag_resource(client: SNSClient, arn: str, keys: Sequence[str]) -> None:
    """UntagResource."""
    client.untag_resource(ResourceArn=arn, TagKeys=keys)
