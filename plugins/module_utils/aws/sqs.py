# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import aws_call, aws_lookup

if t.TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

NOT_FOUND = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@aws_lookup("find the queue", NOT_FOUND)
def get_queue_url(client: SQSClient, name: str) -> str:
    """GetQueueUrl; None if the queue does not exist."""
    return client.get_queue_url(QueueName=name)["QueueUrl"]


@aws_call("get the policy of the queue")
def get_queue_policy(client: SQSClient, url: str) -> str:
    """GetQueueAttributes for the policy; empty if the queue has none."""
    answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    return answer.get("Attributes", {}).get("Policy", "")


@aws_call("set the policy of the queue")
def set_queue_policy(client: SQSClient, url: str, policy: str) -> None:
    """SetQueueAttributes for the policy; an empty string removes it."""
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
