# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EventBridge: one API call per function."""

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

    from mypy_boto3_events.client import EventBridgeClient

NOT_FOUND = ("ResourceNotFoundException",)
TARGETS_A_CALL = 100


@aws_lookup("describe the rule", NOT_FOUND)
def describe_rule(client: EventBridgeClient, name: str, bus: str) -> Mapping[str, t.Any]:
    """DescribeRule; None if the rule or the bus does not exist."""
    return client.describe_rule(Name=name, EventBusName=bus)


@aws_write("put the rule", subject="{Name}")
def put_rule(client: EventBridgeClient, **request: t.Any) -> str:
    """PutRule with the API's own parameters; the rule's ARN."""
    return str(answer_field(client.put_rule(**request), "RuleArn"))


@aws_deletion("delete the rule", NOT_FOUND)
def delete_rule(client: EventBridgeClient, name: str, bus: str) -> None:
    """DeleteRule; its targets must have been removed."""
    client.delete_rule(Name=name, EventBusName=bus)


@aws_call("list the targets of the rule")
def list_targets(client: EventBridgeClient, name: str, bus: str) -> list[dict[str, t.Any]]:
    """ListTargetsByRule, all pages."""
    pages = client.get_paginator("list_targets_by_rule").paginate(Rule=name, EventBusName=bus)
    return [t.cast("dict[str, t.Any]", target) for page in pages for target in page.get("Targets", [])]


def _is_some_accepted(failed: Sequence[object], _client: object, _name: str, _bus: str, sent: Sequence[object]) -> bool:
    return len(failed) < len(sent)


@aws_write("put the targets of the rule", is_change=_is_some_accepted)
def put_targets(
    client: EventBridgeClient, name: str, bus: str, targets: Sequence[t.Any]
) -> Sequence[Mapping[str, t.Any]]:
    """PutTargets, at most 100; the failed entries, which the API returns with HTTP status 200."""
    answer = client.put_targets(Rule=name, EventBusName=bus, Targets=targets)
    return t.cast("Sequence[Mapping[str, t.Any]]", answer_field(answer, "FailedEntries"))


@aws_write("remove the targets of the rule", is_change=_is_some_accepted)
def remove_targets(client: EventBridgeClient, name: str, bus: str, ids: Sequence[str]) -> Sequence[Mapping[str, t.Any]]:
    """RemoveTargets, at most 100; the failed entries, which the API returns with HTTP status 200."""
    answer = client.remove_targets(Rule=name, EventBusName=bus, Ids=ids)
    return t.cast("Sequence[Mapping[str, t.Any]]", answer_field(answer, "FailedEntries"))


@aws_call("list the tags of the rule")
def list_tags(client: EventBridgeClient, arn: str) -> dict[str, str]:
    """ListTagsForResource."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceARN=arn).get("Tags", [])}


@aws_lookup("list the tags of the rule", NOT_FOUND)
def find_tags(client: EventBridgeClient, arn: str) -> dict[str, str]:
    """ListTagsForResource; None if the rule does not exist."""
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceARN=arn).get("Tags", [])}


@aws_write("tag the rule")
def tag_resource(client: EventBridgeClient, arn: str, tags: Sequence[t.Any]) -> None:
    """TagResource; tags as lists of Key and Value."""
    client.tag_resource(ResourceARN=arn, Tags=tags)


@aws_write("untag the rule")
def untag_resource(client: EventBridgeClient, arn: str, keys: Sequence[str]) -> None:
    """UntagResource."""
    client.untag_resource(ResourceARN=arn, TagKeys=keys)
