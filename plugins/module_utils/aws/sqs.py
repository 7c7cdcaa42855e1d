# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS: one API call a function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import aws_call, aws_deletion, aws_lookup

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_sqs.client import SQSClient

NOT_FOUND = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@aws_lookup("find the queue", NOT_FOUND)
def get_queue_url(client: SQSClient, name: str) -> str:
    """GetQueueUrl; None when there is no such queue."""
    return client.get_queue_url(QueueName=name)["QueueUrl"]


@aws_call("get the attributes of the queue")
def get_queue_attributes(client: SQSClient, url: str) -> dict[str, str]:
    """GetQueueAttributes, all of them."""
    return t.cast("dict[str, str]", client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])


@aws_call("create the queue")
def create_queue(client: SQSClient, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> str:
    """CreateQueue; the queue's URL."""
    request = t.cast("t.Any", {"Attributes": attributes, "tags": tags})
    return client.create_queue(QueueName=name, **request)["QueueUrl"]


@aws_call("set the attributes of the queue")
def set_queue_attributes(client: SQSClient, url: str, attributes: Mapping[str, str]) -> None:
    """SetQueueAttributes."""
    client.set_queue_attributes(QueueUrl=url, Attributes=t.cast("t.Any", attributes))


@aws_deletion("delete the queue", NOT_FOUND)
def delete_queue(client: SQSClient, url: str) -> None:
    """DeleteQueue with its messages."""
    client.delete_queue(QueueUrl=url)


@aws_call("list the tags of the queue")
def list_tags(client: SQSClient, url: str) -> dict[str, str]:
    """ListQueueTags."""
    return dict(client.list_queue_tags(QueueUrl=url).get("Tags", {}))


@aws_call("tag the queue")
def tag_queue(client: SQSClient, url: str, tags: Mapping[str, str]) -> None:
    """TagQueue."""
    client.tag_queue(QueueUrl=url, Tags=tags)


@aws_call("untag the queue")
def untag_queue(client: SQSClient, url: str, keys: Sequence[str]) -> None:
    """UntagQueue."""
    client.untag_queue(QueueUrl=url, TagKeys=keys)
