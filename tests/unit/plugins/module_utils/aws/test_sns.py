# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to SNS send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import sns

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    pass

SERVICE = "sns"
ARN = "arn:aws:sns:us-east-1:123456789012:t"
TAGS = [{"Key": "A", "Value": "1"}]
ROWS = [
    Row(
        sns.get_topic_attributes,
        (ARN,),
        "get_topic_attributes",
        {"TopicArn": ARN},
        ({"Attributes": {"DisplayName": "d"}},),
        {"DisplayName": "d"},
        ("NotFound", None),
    ),
    Row(
        sns.create_topic,
        ("t", {"DisplayName": "d"}, TAGS),
        "create_topic",
        {"Name": "t", "Attributes": {"DisplayName": "d"}, "Tags": TAGS},
        ({"TopicArn": ARN},),
        ARN,
    ),
    Row(
        sns.set_topic_attribute,
        (ARN, "DisplayName", "d"),
        "set_topic_attributes",
        {"TopicArn": ARN, "AttributeName": "DisplayName", "AttributeValue": "d"},
    ),
    Row(sns.delete_topic, (ARN,), "delete_topic", {"TopicArn": ARN}, given=True, missing=("NotFound", False)),
    Row(
        sns.list_subscriptions,
        (ARN,),
        "list_subscriptions_by_topic",
        {"TopicArn": ARN},
        ({"Subscriptions": [{"Endpoint": "a"}], "NextToken": "n"}, {"Subscriptions": [{"Endpoint": "b"}]}),
        [{"Endpoint": "a"}, {"Endpoint": "b"}],
    ),
    Row(
        sns.subscribe,
        (ARN, "email", "a@example.com"),
        "subscribe",
        {"TopicArn": ARN, "Protocol": "email", "Endpoint": "a@example.com"},
    ),
    Row(
        sns.unsubscribe,
        (f"{ARN}:1",),
        "unsubscribe",
        {"SubscriptionArn": f"{ARN}:1"},
        given=True,
        missing=("NotFoundException", False),
    ),
    Row(sns.list_tags, (ARN,), "list_tags_for_resource", {"ResourceArn": ARN}, ({"Tags": TAGS},), {"A": "1"}),
    Row(
        sns.find_tags,
        (ARN,),
        "list_tags_for_resource",
        {"ResourceArn": ARN},
        ({"Tags": TAGS},),
        {"A": "1"},
        ("ResourceNotFound", None),
    ),
    Row(sns.tag_resource, (ARN, TAGS), "tag_resource", {"ResourceArn": ARN, "Tags": TAGS}),
    Row(sns.untag_resource, (ARN, ["A"]), "untag_resource", {"ResourceArn": ARN, "TagKeys": ["A"]}),
]


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
