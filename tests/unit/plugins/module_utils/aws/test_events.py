# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to EventBridge send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import events

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    pass

SERVICE = "events"
ARN = "arn:aws:events:us-east-1:123456789012:rule/r"
BUS = "default"
ONE, TWO = ({"Id": name, "Arn": f"arn:aws:sqs:us-east-1:123456789012:{name}"} for name in "ab")
FAILED = {"TargetId": "a", "ErrorCode": "X"}
ROWS = [
    Row(
        events.describe_rule,
        ("r", BUS),
        "describe_rule",
        {"Name": "r", "EventBusName": BUS},
        ({"Name": "r"},),
        {"Name": "r"},
        ("ResourceNotFoundException", None),
    ),
    Row(
        events.put_rule,
        (),
        "put_rule",
        {"Name": "r", "State": "ENABLED"},
        ({"RuleArn": ARN},),
        ARN,
        keywords={"Name": "r", "State": "ENABLED"},
    ),
    Row(
        events.delete_rule,
        ("r", BUS),
        "delete_rule",
        {"Name": "r", "EventBusName": BUS},
        given=True,
        missing=("ResourceNotFoundException", False),
    ),
    Row(
        events.list_targets,
        ("r", BUS),
        "list_targets_by_rule",
        {"Rule": "r", "EventBusName": BUS},
        ({"Targets": [ONE], "NextToken": "n"}, {"NextToken": "o"}, {"Targets": [TWO]}),
        [ONE, TWO],
    ),
    Row(
        events.put_targets,
        ("r", BUS, [ONE]),
        "put_targets",
        {"Rule": "r", "EventBusName": BUS, "Targets": [ONE]},
        ({"FailedEntryCount": 1, "FailedEntries": [FAILED]},),
        [FAILED],
    ),
    Row(
        events.remove_targets,
        ("r", BUS, ["a"]),
        "remove_targets",
        {"Rule": "r", "EventBusName": BUS, "Ids": ["a"]},
        ({"FailedEntryCount": 1, "FailedEntries": [FAILED]},),
        [FAILED],
    ),
    Row(
        events.list_tags,
        (ARN,),
        "list_tags_for_resource",
        {"ResourceARN": ARN},
        ({"Tags": [{"Key": "A", "Value": "1"}]},),
        {"A": "1"},
    ),
    Row(
        events.tag_resource,
        (ARN, [{"Key": "A", "Value": "1"}]),
        "tag_resource",
        {"ResourceARN": ARN, "Tags": [{"Key": "A", "Value": "1"}]},
    ),
    Row(events.untag_resource, (ARN, ["A"]), "untag_resource", {"ResourceARN": ARN, "TagKeys": ["A"]}),
]


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
