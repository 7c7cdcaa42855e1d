# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which commands a pattern matches, held against the sandbox's delivery, and patterns that leave some out."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import check_pattern
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.pattern_matching import (
    leave_out,
    matches_commands,
    value_matches,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st
from local_aws.moto import event_patterns as delivered

COMMAND = "EC2 Command Status-change Notification"
TRAIL = "AWS API Call via CloudTrail"
OWN = "ssmops-remediation-fleet-restart-us-east-1"
ARN = f"arn:aws:ssm:us-east-1:123456789012:document/{OWN}"
ALL = "*ssmops-remediation-*"
TEXTS = st.sampled_from(["", "a", "A", "ab", "abc", "a*c", "b", "aws.ssm"])
RULES = st.one_of(
    TEXTS,
    st.fixed_dictionaries({"prefix": TEXTS}),
    st.fixed_dictionaries({"suffix": st.fixed_dictionaries({"equals-ignore-case": TEXTS})}),
    st.fixed_dictionaries({"equals-ignore-case": TEXTS}),
    st.fixed_dictionaries({"wildcard": st.sampled_from(["*", "a*", "*c", "a\\*c", "a?"])}),
    st.fixed_dictionaries({"anything-but": st.one_of(TEXTS, st.lists(TEXTS, min_size=1))}),
    st.fixed_dictionaries({"anything-but": st.fixed_dictionaries({"prefix": TEXTS})}),
    st.fixed_dictionaries({"anything-but": st.fixed_dictionaries({"wildcard": st.sampled_from([["a*"], "*b"])})}),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.just({"numeric": [">", 1]}),
)


@given(RULES, TEXTS)
def test_a_value_matches_as_it_is_delivered(rule: t.Any, value: str) -> None:
    assert value_matches(rule, value) == delivered.matches({"field": [rule]}, {"field": value})


def event(document: str, detail_type: str = COMMAND, **more: t.Any) -> dict[str, t.Any]:
    detail: dict[str, t.Any] = {"status": "Failed", "document-name": document}
    if detail_type == TRAIL:
        detail = {"eventName": "SendCommand", "requestParameters": {"documentName": document}}
    return {"source": "aws.ssm", "detail-type": detail_type, "detail": detail, **more}


OTHER = {"source": "aws.ec2", "detail-type": "EC2 Instance State-change Notification", "detail": {"state": "stopped"}}
PATTERNS: list[dict[str, t.Any]] = [
    {"source": ["aws.ssm"]},
    {"source": [{"prefix": "aws."}]},
    {"account": ["123456789012"]},
    {"source": ["aws.ssm"], "detail-type": [COMMAND], "detail": {"status": ["Failed"]}},
    {"source": ["aws.ssm"], "detail-type": [TRAIL], "detail": {"eventName": ["SendCommand"]}},
    {"source": ["aws.ssm"], "detail": {"document-name": [{"prefix": "ssmops"}, {"anything-but": ["AWS-X"]}]}},
    {"$or": [{"source": ["aws.ssm"]}, {"source": ["aws.ec2"]}]},
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
@pytest.mark.parametrize("name", [OWN, ARN])
@pytest.mark.parametrize("detail_type", [COMMAND, TRAIL])
def test_commands_of_remediations_are_left_out_and_nothing_else(
    pattern: dict[str, t.Any], name: str, detail_type: str
) -> None:
    narrow = leave_out(pattern, ALL)
    check_pattern(narrow)
    delivered.check(narrow)
    account = {"account": "123456789012"}
    assert not matches_commands(narrow, [OWN, ARN])
    assert not delivered.matches(narrow, event(name, detail_type, **account))
    for kept in (event("AWS-RunShellScript", detail_type, **account), {**OTHER, **account}):
        assert delivered.matches(narrow, kept) == delivered.matches(pattern, kept)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["example.app"]},
        {"source": ["aws.ssm"], "detail-type": ["Parameter Store Change"]},
        {"source": ["aws.ssm"], "detail-type": [COMMAND], "detail": {"document-name": ["AWS-RunShellScript"]}},
    ],
)
def test_a_pattern_that_matches_none_stays_as_it_is(pattern: dict[str, t.Any]) -> None:
    assert leave_out(pattern, ALL) is pattern
    assert not matches_commands(pattern, [OWN, ARN])


def test_a_document_that_is_named_is_meant() -> None:
    pattern = {"source": ["aws.ssm"], "detail-type": [COMMAND], "detail": {"document-name": [OWN]}}
    assert leave_out(pattern, ALL) is pattern
    assert matches_commands(pattern, [OWN, ARN])


def test_what_no_pattern_can_say_is_refused() -> None:
    detail = {"document-name": [{"prefix": "A"}], "$or": [{"status": ["Failed"]}, {"status": ["TimedOut"]}]}
    with pytest.raises(RequestError, match=r"event_pattern: detail has both document-name and \$or"):
        leave_out({"source": ["aws.ssm"], "detail-type": [COMMAND], "detail": detail}, ALL)
