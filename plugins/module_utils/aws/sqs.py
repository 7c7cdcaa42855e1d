# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_lookup,
    aws_write,
)

if t.TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

NOT_FOUND = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@aws_lookup("find the queue", NOT_FOUND)
def get_queue_url(client: SQSClient, name: str) -> str:
    """GetQueueUrl; None if the queue does not exist."""
    return str(answer_field(client.get_queue_url(QueueName=name), "QueueUrl"))


@aws_call("get the attributes of the queue")
def get_queue_attributes(client: SQSClient, url: str) -> dict[str, str]:
    """GetQueueAttributes for C(Policy) and C(KmsMasterKeyId); those that the queue has not are left out."""
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy", "KmsMasterKeyId"])
    return t.cast("dict[str, str]", answer.get("Attributes", {}))


@aws_write("set the policy of the queue")
def set_queue_policy(client: SQSClient, url: str, policy: str) -> None:
    """SetQueueAttributes for the policy; an empty string removes it."""
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


@aws_call("list the tags of the queue")
def list_tags(client: SQSClient, url: str) -> dict[str, str]:
    """ListQueueTags."""
    return dict(client.list_queue_tags(QueueUrl=url).get("Tags", {}))
