# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to CloudWatch Logs send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import logs

from tests.support.service_models import FakeClient

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "logs"
GROUP, ARN = "/ssm/x", "arn:aws:logs:us-east-1:123456789012:log-group:/ssm/x"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GONE = "ResourceNotFoundException"
NAMED = {"logGroupName": GROUP}
STREAM = {"logGroupName": GROUP, "logStreamName": "s", "startFromHead": True}
METRIC = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
FILTER = {"logGroupName": GROUP, "filterName": "f", "filterPattern": "", "metricTransformations": [METRIC]}
ROWS = [
    Row(
        logs.describe_log_group,
        (GROUP,),
        "describe_log_groups",
        {"logGroupNamePrefix": GROUP},
        ({"logGroups": [{"logGroupName": f"{GROUP}y"}], "nextToken": "n"}, {"logGroups": [NAMED]}),
        NAMED,
    ),
    Row(logs.create_log_group, (), "create_log_group", NAMED, keywords=NAMED),
    Row(logs.delete_log_group, (GROUP,), "delete_log_group", NAMED, given=True, missing=(GONE, False)),
    Row(logs.put_retention_policy, (GROUP, 7), "put_retention_policy", {**NAMED, "retentionInDays": 7}),
    Row(logs.delete_retention_policy, (GROUP,), "delete_retention_policy", NAMED),
    Row(logs.associate_kms_key, (GROUP, KEY), "associate_kms_key", {**NAMED, "kmsKeyId": KEY}),
    Row(logs.disassociate_kms_key, (GROUP,), "disassociate_kms_key", NAMED),
    Row(logs.list_tags, (ARN,), "list_tags_for_resource", {"resourceArn": ARN}, ({"tags": {"A": "1"}},), {"A": "1"}),
    Row(logs.tag_resource, (ARN, {"A": "1"}), "tag_resource", {"resourceArn": ARN, "tags": {"A": "1"}}),
    Row(logs.untag_resource, (ARN, ["A"]), "untag_resource", {"resourceArn": ARN, "tagKeys": ["A"]}),
    Row(
        logs.describe_resource_policies,
        (),
        "describe_resource_policies",
        {},
        (
            {"resourcePolicies": [{"policyName": "a", "policyDocument": "1"}], "nextToken": "n"},
            {"nextToken": "o"},
            {"resourcePolicies": [{"policyName": "b", "policyDocument": "2"}]},
        ),
        {"a": "1", "b": "2"},
    ),
    Row(logs.put_resource_policy, ("a", "1"), "put_resource_policy", {"policyName": "a", "policyDocument": "1"}),
    Row(
        logs.delete_resource_policy,
        ("a",),
        "delete_resource_policy",
        {"policyName": "a"},
        given=True,
        missing=(GONE, False),
    ),
    Row(
        logs.describe_metric_filters,
        (GROUP, "f"),
        "describe_metric_filters",
        {**NAMED, "filterNamePrefix": "f"},
        (
            {"metricFilters": [{"filterName": "f"}], "nextToken": "n"},
            {"metricFilters": [{"filterName": "f2"}]},
        ),
        [{"filterName": "f"}, {"filterName": "f2"}],
        (GONE, None),
    ),
    Row(logs.put_metric_filter, (), "put_metric_filter", FILTER, keywords=FILTER),
    Row(
        logs.delete_metric_filter,
        (GROUP, "f"),
        "delete_metric_filter",
        {**NAMED, "filterName": "f"},
        given=True,
        missing=(GONE, False),
    ),
    Row(
        logs.filter_log_events_page,
        ({**NAMED, "startTime": 1},),
        "filter_log_events",
        {**NAMED, "startTime": 1},
        ({"events": []},),
        {"events": []},
        (GONE, None),
    ),
    Row(
        logs.read_log_page,
        (GROUP, "s", "f/1"),
        "get_log_events",
        {**STREAM, "nextToken": "f/1"},
        ({"events": [{"message": "a"}, {"message": "b"}], "nextForwardToken": "f/2"},),
        (["a", "b"], "f/2"),
        (GONE, None),
    ),
]


class Protecting(FakeClient, service="logs"):
    """A client that has PutLogGroupDeletionProtection, which the oldest botocore does not know."""

    def __init__(self) -> None:
        self.requests: list[dict[str, t.Any]] = []

    def put_log_group_deletion_protection(self, **request: t.Any) -> dict[str, t.Any]:
        self.requests.append(request)
        return {}


@pytest.mark.parametrize("enabled", [True, False])
def test_deletion_protection(enabled: bool) -> None:
    client = Protecting()
    logs.put_deletion_protection(t.cast("t.Any", client), GROUP, enabled)
    assert client.requests == [{"logGroupIdentifier": GROUP, "deletionProtectionEnabled": enabled}]


def test_a_group_that_is_only_a_prefix_of_others_is_none(stubbed: StubbedClient) -> None:
    stubbed.stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": f"{GROUP}y"}]})
    assert logs.describe_log_group(stubbed.client, GROUP) is None


def test_the_first_page_of_a_stream(stubbed: StubbedClient) -> None:
    stubbed.stub.add_response("get_log_events", {"events": [], "nextForwardToken": "f/0"}, STREAM)
    assert logs.read_log_page(stubbed.client, GROUP, "s", None) == ([], "f/0")


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
