# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statements are compared by all that they say."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.resource_policies import (
    PolicyPlan,
    as_list,
    same_statement,
    statements_of,
)

OWN: dict[str, t.Any] = {
    "Sid": "Own",
    "Effect": "Allow",
    "Principal": {"Service": ["a.amazonaws.com", "b.amazonaws.com"]},
    "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"],
    "Resource": ["arn:a", "arn:b"],
    "Condition": {"ArnEquals": {"aws:SourceArn": ["arn:c", "arn:d"]}},
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Principal": {"Service": ["b.amazonaws.com", "a.amazonaws.com"]}},
        {"Action": ["sqs:GetQueueUrl", "sqs:SendMessage"]},
        {"Resource": ["arn:b", "arn:a"]},
        {"Condition": {"ArnEquals": {"aws:SourceArn": ["arn:d", "arn:c"]}}},
    ],
)
def test_order_says_nothing(changed: dict[str, t.Any]) -> None:
    assert same_statement(OWN, OWN | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"Effect": "Deny"},
        {"Principal": "*"},
        {"Principal": {"Service": ["a.amazonaws.com"]}},
        {"Principal": {"Service": OWN["Principal"]["Service"], "AWS": "*"}},
        {"Principal": {"AWS": OWN["Principal"]["Service"]}},
        {"Action": "sqs:SendMessage"},
        {"Action": "sqs:*"},
        {"Resource": "arn:a"},
        {"Condition": {}},
        {"Condition": {"ArnLike": OWN["Condition"]["ArnEquals"]}},
        {"Condition": {"ArnEquals": {"aws:SourceAccount": ["arn:c", "arn:d"]}}},
        {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:c"}}},
        {"Condition": OWN["Condition"] | {"StringEquals": {"aws:SourceAccount": "1"}}},
        {"NotPrincipal": {"AWS": "*"}},
        {"NotAction": "sqs:DeleteQueue"},
        {"NotResource": "arn:c"},
    ],
)
def test_any_other_difference_is_one(changed: dict[str, t.Any]) -> None:
    assert not same_statement(OWN, OWN | changed)
    assert not same_statement(OWN | changed, OWN)


def test_a_list_of_one_is_its_item() -> None:
    listed = {"Effect": "Allow", "Principal": {"Service": ["a"]}, "Action": ["x:Y"], "Resource": ["arn:a"]}
    assert same_statement(
        listed, {"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "x:Y", "Resource": "arn:a"}
    )


def test_elements_and_statements_are_lists() -> None:
    assert (as_list(None), as_list("a"), as_list(["a", "b"]), as_list({})) == ([], ["a"], ["a", "b"], [{}])
    assert (statements_of(None), statements_of({}), statements_of({"Statement": OWN})) == ([], [], [OWN])


def test_a_plan_is_a_change_when_before_and_after_differ() -> None:
    assert PolicyPlan(None, OWN).is_change
    assert PolicyPlan(OWN, None).is_change
    assert not PolicyPlan(dict(OWN), OWN).is_change
