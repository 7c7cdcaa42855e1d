# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to SQS send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import sqs

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "sqs"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/q"
ROWS = [
    Row(
        sqs.get_queue_url,
        ("q",),
        "get_queue_url",
        {"QueueName": "q"},
        ({"QueueUrl": URL},),
        URL,
        ("AWS.SimpleQueueService.NonExistentQueue", None),
    ),
    Row(
        sqs.get_queue_attributes,
        (URL,),
        "get_queue_attributes",
        {"QueueUrl": URL, "AttributeNames": ["Policy", "KmsMasterKeyId"]},
        ({"Attributes": {"Policy": "{}", "KmsMasterKeyId": "alias/aws/sqs"}},),
        {"Policy": "{}", "KmsMasterKeyId": "alias/aws/sqs"},
    ),
    Row(
        sqs.set_queue_policy,
        (URL, "{}"),
        "set_queue_attributes",
        {"QueueUrl": URL, "Attributes": {"Policy": "{}"}},
    ),
]


@pytest.mark.parametrize("answer", [{}, {"Attributes": {}}])
def test_a_queue_without_a_policy(stubbed: StubbedClient, answer: dict[str, t.Any]) -> None:
    stubbed.stub.add_response("get_queue_attributes", answer)
    assert sqs.get_queue_attributes(stubbed.client, URL) == {}


def test_a_queue_that_is_not_there_has_two_codes(stubbed: StubbedClient) -> None:
    stubbed.stub.add_client_error("get_queue_url", "QueueDoesNotExist")
    assert sqs.get_queue_url(stubbed.client, "q") is None


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
