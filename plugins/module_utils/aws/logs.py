# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CloudWatch Logs: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_lookup,
    aws_write,
    once,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import all_pages

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_logs.client import CloudWatchLogsClient

NOT_FOUND = ("ResourceNotFoundException",)


@aws_call("describe log groups")
def describe_log_group(client: CloudWatchLogsClient, name: str) -> Mapping[str, t.Any] | None:
    """The log group with exactly this name, as DescribeLogGroups returns it, or None."""
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
        for group in answer_field(page, "logGroups"):
            if group["logGroupName"] == name:
                return t.cast("Mapping[str, t.Any]", group)
    return None


@aws_write("create the log group", subject="{logGroupName}")
def create_log_group(client: CloudWatchLogsClient, **request: t.Any) -> None:
    """CreateLogGroup with the API's own parameters."""
    client.create_log_group(**request)


@aws_deletion("delete the log group", NOT_FOUND)
def delete_log_group(client: CloudWatchLogsClient, name: str) -> None:
    """DeleteLogGroup: the log group and all its events."""
    client.delete_log_group(logGroupName=name)


@aws_write("set the retention of the log group")
def put_retention_policy(client: CloudWatchLogsClient, name: str, days: int) -> None:
    """PutRetentionPolicy."""
    client.put_retention_policy(logGroupName=name, retentionInDays=days)


@aws_write("remove the retention of the log group")
def delete_retention_policy(client: CloudWatchLogsClient, name: str) -> None:
    """DeleteRetentionPolicy: events are kept forever."""
    client.delete_retention_policy(logGroupName=name)


@aws_write("associate the KMS key with the log group")
def associate_kms_key(client: CloudWatchLogsClient, name: str, kms_key_id: str) -> None:
    """AssociateKmsKey; it replaces an existing key."""
    client.associate_kms_key(logGroupName=name, kmsKeyId=kms_key_id)


@aws_write("disassociate the KMS key from the log group")
def disassociate_kms_key(client: CloudWatchLogsClient, name: str) -> None:
    """DisassociateKmsKey."""
    client.disassociate_kms_key(logGroupName=name)


@aws_write("set the deletion protection of the log group")
def put_deletion_protection(client: CloudWatchLogsClient, name: str, enabled: bool) -> None:
    """PutLogGroupDeletionProtection."""
    client.put_log_group_deletion_protection(logGroupIdentifier=name, deletionProtectionEnabled=enabled)


@aws_call("list the tags of the log group")
def list_tags(client: CloudWatchLogsClient, arn: str) -> dict[str, str]:
    """ListTagsForResource; `arn` without the trailing C(:*)."""
    return dict(answer_field(client.list_tags_for_resource(resourceArn=arn), "tags"))


@aws_write("tag the log group")
def tag_resource(client: CloudWatchLogsClient, arn: str, tags: Mapping[str, str]) -> None:
    """TagResource."""
    client.tag_resource(resourceArn=arn, tags=tags)


@aws_write("untag the log group")
def untag_resource(client: CloudWatchLogsClient, arn: str, keys: Sequence[str]) -> None:
    """UntagResource."""
    client.untag_resource(resourceArn=arn, tagKeys=keys)


@aws_call("describe the log resource policies")
def describe_resource_policies(client: CloudWatchLogsClient) -> dict[str, str]:
    """The account's resource policies in the region: name to document (JSON text)."""

    def read(token: str | None) -> tuple[list[t.Any], str | None]:
        page = client.describe_resource_policies(**t.cast("t.Any", {"nextToken": token} if token else {}))
        return page.get("resourcePolicies", []), page.get("nextToken")

    return {policy["policyName"]: policy["policyDocument"] for policy in all_pages(read)}


@aws_write("put the log resource policy")
def put_resource_policy(client: CloudWatchLogsClient, name: str, document: str) -> None:
    """PutResourcePolicy; `document` is JSON text."""
    client.put_resource_policy(policyName=name, policyDocument=document)


@aws_deletion("delete the log resource policy", NOT_FOUND)
def delete_resource_policy(client: CloudWatchLogsClient, name: str) -> None:
    """DeleteResourcePolicy."""
    client.delete_resource_policy(policyName=name)


@aws_lookup("describe the metric filters", NOT_FOUND)
def describe_metric_filters(client: CloudWatchLogsClient, group: str, prefix: str = "") -> list[Mapping[str, t.Any]]:
    """The metric filters of the log group whose names begin with `prefix`; None if the log group does not exist."""
    chosen: t.Any = {"filterNamePrefix": prefix} if prefix else {}
    pages = client.get_paginator("describe_metric_filters").paginate(logGroupName=group, **chosen)
    return [found for page in pages for found in answer_field(page, "metricFilters")]


@aws_write("put the metric filter", subject="{filterName} of {logGroupName}")
def put_metric_filter(client: CloudWatchLogsClient, **request: t.Any) -> None:
    """PutMetricFilter with the API's own parameters."""
    client.put_metric_filter(**request)


@aws_deletion("delete the metric filter", NOT_FOUND, subject="{name} of {group}")
def delete_metric_filter(client: CloudWatchLogsClient, group: str, name: str) -> None:
    """DeleteMetricFilter."""
    client.delete_metric_filter(logGroupName=group, filterName=name)


def _filter_log_events_page(client: CloudWatchLogsClient, request: Mapping[str, t.Any]) -> Mapping[str, t.Any]:
    """One page of FilterLogEvents; None if the log group does not exist."""
    return client.filter_log_events(**request)


filter_log_events_page = aws_lookup("search the log group", NOT_FOUND)(_filter_log_events_page)
filter_log_events_page_once = aws_lookup("search the log group", NOT_FOUND, once)(_filter_log_events_page)


@aws_lookup("read the output from the log group", NOT_FOUND, once)
def read_log_page(
    client: CloudWatchLogsClient, group: str, stream: str, token: str | None
) -> tuple[list[str], str] | None:
    """One page of a stream's messages from its head, and the token of the next; None if the stream does not exist."""
    page = {"nextToken": token} if token else {}
    answer = client.get_log_events(
        logGroupName=group, logStreamName=stream, startFromHead=True, **t.cast("t.Any", page)
    )
    events = answer_field(answer, "events")
    return [event["message"] for event in events], answer["nextForwardToken"]
