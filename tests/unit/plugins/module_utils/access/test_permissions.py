# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies from the rights of modules, and of roles and playbooks that include them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.permissions import (
    Permissions,
    build_document,
    parse_requests,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

PLACE = {"partition": "aws-cn", "region": "cn-north-1", "account": "123456789012"}
QUEUE = "arn:{partition}:sqs:{region}:{account}:{name}"
CN_QUEUE = "arn:aws-cn:sqs:cn-north-1:123456789012"
PASSED = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
PERMISSIONS = Permissions(
    {
        "names": {"queue": {"role": "{name}"}},
        "modules": {
            "queue": [
                {"actions": ["sqs:GetQueueUrl"], "resources": [QUEUE], "uses": ["read"]},
                {"actions": ["sqs:ListQueueTags"], "resources": [QUEUE], "uses": ["check", "change"]},
                {"actions": ["sqs:CreateQueue"], "resources": [QUEUE], "uses": ["create"]},
                {"actions": ["sqs:TagQueue"], "resources": [QUEUE], "uses": ["create"], "options": ["tags"]},
                {
                    "actions": ["iam:PassRole"],
                    "resources": ["arn:{partition}:iam::{account}:role/{role}"],
                    "conditions": PASSED,
                    "uses": ["create"],
                    "options": ["role"],
                },
                {"actions": ["ec2:DescribeInstances"], "uses": ["read"], "optional": "nobody knows who reads"},
            ],
        },
        "roles": {
            "monitoring": [
                {"include": "queue", "names": {"name": "{name}-{suffix}"}, "include_options": []},
                {"include": "queue", "names": {"name": "kept"}, "uses": ["change"], "options": ["keep"]},
                {"include": "queue", "names": {"name": "found"}, "include_uses": ["read"], "options": ["search"]},
            ],
        },
    }
)


def made(*wanted: t.Any, **more: t.Any) -> list[dict[str, t.Any]]:
    """The statements for what is wanted."""
    document = build_document(parse_requests(list(wanted), PERMISSIONS), PERMISSIONS, PLACE, **more)
    assert document["Version"] == "2012-10-17"
    return t.cast("list[dict[str, t.Any]]", document["Statement"])


def actions(*wanted: t.Any, **more: t.Any) -> list[str]:
    """All actions that are allowed for what is wanted."""
    return sorted(action for statement in made(*wanted, **more) for action in statement["Action"])


def test_a_name_alone_is_everything_on_anything() -> None:
    statements = made("ssmops.run_command.queue")
    assert statements[0]["Action"] == ["sqs:CreateQueue", "sqs:GetQueueUrl", "sqs:ListQueueTags", "sqs:TagQueue"]
    assert statements[0]["Resource"] == [f"{CN_QUEUE}:*"]
    assert statements[1] == {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ["arn:aws-cn:iam::123456789012:role/*"],
        "Condition": PASSED,
    }
    assert statements[2]["Resource"] == ["*"]


@pytest.mark.parametrize(
    ("wanted", "allowed"),
    [
        ({"uses": ["read"]}, ["ec2:DescribeInstances", "sqs:GetQueueUrl"]),
        ({"uses": "check"}, ["ec2:DescribeInstances", "sqs:GetQueueUrl", "sqs:ListQueueTags"]),
        ({"uses": ["create"], "options": []}, ["ec2:DescribeInstances", "sqs:CreateQueue", "sqs:GetQueueUrl"]),
        (
            {"uses": ["create"], "options": ["tags"]},
            ["ec2:DescribeInstances", "sqs:CreateQueue", "sqs:GetQueueUrl", "sqs:TagQueue"],
        ),
        ({"options": ["role"], "uses": ["change"]}, ["ec2:DescribeInstances", "sqs:GetQueueUrl", "sqs:ListQueueTags"]),
    ],
)
def test_uses_and_options_limit_it(wanted: dict[str, t.Any], allowed: list[str]) -> None:
    assert actions({"name": "queue", **wanted}) == allowed


def test_what_is_optional_can_be_left_out() -> None:
    assert actions({"name": "queue", "uses": ["read"]}, optional=False) == ["sqs:GetQueueUrl"]


def test_names_are_in_the_resources_each_for_itself() -> None:
    (own, passed) = made({"name": "queue", "uses": ["create"], "names": ["a", "b"]}, optional=False)
    assert own["Resource"] == [f"{CN_QUEUE}:a", f"{CN_QUEUE}:b"]
    assert passed["Resource"] == ["arn:aws-cn:iam::123456789012:role/a", "arn:aws-cn:iam::123456789012:role/b"]


def test_a_name_that_is_given_is_not_that_of_another() -> None:
    passed = made({"name": "queue", "names": {"name": "a", "role": "r"}}, optional=False)[1]
    assert passed["Resource"] == ["arn:aws-cn:iam::123456789012:role/r"]


def test_rights_of_two_requests_for_the_same_are_one_statement() -> None:
    wanted = [{"name": "queue", "uses": [use], "options": [], "names": "a"} for use in ("create", "change")]
    assert len(made(*wanted, optional=False)) == 1


def test_what_is_included_has_its_names() -> None:
    names = {"name": "ops", "suffix": ["x", "y"]}
    statements = made({"name": "monitoring", "uses": ["create"], "names": names, "options": []}, optional=False)
    assert statements == [
        {
            "Effect": "Allow",
            "Action": ["sqs:CreateQueue", "sqs:GetQueueUrl"],
            "Resource": [f"{CN_QUEUE}:ops-x", f"{CN_QUEUE}:ops-y"],
        }
    ]


def test_what_is_included_can_be_for_other_uses() -> None:
    statements = made({"name": "monitoring", "uses": ["create"], "options": ["search"]}, optional=False)
    assert statements[1] == {"Effect": "Allow", "Action": ["sqs:GetQueueUrl"], "Resource": [f"{CN_QUEUE}:found"]}


def test_what_is_included_can_be_for_some_uses_only() -> None:
    wanted = {"name": "monitoring", "options": ["keep"]}
    changed = made({**wanted, "uses": ["create", "change"]}, optional=False)[1]
    assert changed == {
        "Effect": "Allow",
        "Action": ["sqs:GetQueueUrl", "sqs:ListQueueTags"],
        "Resource": [f"{CN_QUEUE}:kept"],
    }
    assert f"{CN_QUEUE}:kept" not in str(made({**wanted, "uses": ["create"]}, optional=False))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("queues", r"name: 'queues' is not known; allowed are monitoring, queue\."),
        ({"name": "queue", "uses": ["creates"]}, "uses of queue: 'creates' is not known; allowed are change, check"),
        ({"name": "queue", "options": ["tag"]}, r"options of queue: 'tag' is not known; allowed are role, tags\."),
        ({"name": "queue", "names": {"queue": "a"}}, r"names of queue: 'queue' is not known; allowed are name, role\."),
        ({"name": "queue", "names": {"name": [7]}}, r"names\.name: 7 is not text"),
        ({"name": "queue", "use": ["read"]}, "item: 'use' is not known; allowed are name, names, options, uses"),
        ({"uses": ["read"]}, "name: 'None' is not known"),
    ],
)
def test_what_is_not_known_is_named(wanted: t.Any, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        parse_requests([wanted], PERMISSIONS)


def test_nothing_is_no_request() -> None:
    with pytest.raises(RequestError, match="at least one is needed"):
        parse_requests([], PERMISSIONS)
