# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Topics: what is refused, and what differs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import topics
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.topics import TopicSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "a.b"}, ["name: 'a.b'", "1 to 256"]),
        ({"subscriptions": [{"protocol": "email", "endpoint": "ops"}]}, ["subscriptions", "'ops'", "email"]),
        ({"subscriptions": [{"protocol": "https", "endpoint": "http://x"}]}, ["'http://x'", "https"]),
        ({"subscriptions": [{"protocol": "sqs", "endpoint": "queue"}]}, ["'queue'", "ARNs"]),
        ({"subscriptions": [{"protocol": "sms", "endpoint": "0123"}]}, ["'0123'", "+"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        TopicSpec(**{"name": "events", **values})
    assert all(word in str(refused.value) for word in words)


def test_takes_every_protocol_with_a_fitting_endpoint() -> None:
    endpoints = {
        "email": "ops@example.com",
        "email-json": "ops@example.com",
        "http": "http://example.com",
        "https": "https://example.com",
        "lambda": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "sms": "+491234",
        "sqs": "arn:aws:sqs:us-east-1:123456789012:q",
    }
    assert sorted(endpoints) == sorted(topics.PROTOCOLS)
    TopicSpec("events", subscriptions=[{"protocol": key, "endpoint": value} for key, value in endpoints.items()])


@pytest.mark.parametrize(
    ("values", "change"),
    [
        ({}, {}),
        ({"display_name": "Ops"}, {}),
        ({"display_name": ""}, {"DisplayName": ""}),
        ({"display_name": "Team", "kms_master_key_id": ""}, {"DisplayName": "Team"}),
        ({"kms_master_key_id": "alias/k"}, {"KmsMasterKeyId": "alias/k"}),
    ],
)
def test_asks_for_what_is_set_and_differs(values: dict[str, str], change: dict[str, str]) -> None:
    current = {"DisplayName": "Ops", "Policy": "{}"}
    assert TopicSpec("events", **t.cast("t.Any", values)).attribute_change(current) == change
