# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every policy and every request."""

from __future__ import annotations

import json
import typing as t

from hypothesis import given
from hypothesis import strategies as st
from local_aws.iam import evaluate
from local_aws.iam.policy import parse
from local_aws.iam.positions import statement_spans
from local_aws.iam.variables import glob

from .policies import allow, decide, deny, document

ACTIONS = ["ssm:SendCommand", "ssm:CancelCommand", "s3:GetObject"]
ARNS = [f"arn:aws:ec2:us-east-1:123456789012:instance/i-{number}" for number in range(3)]
VALUES = st.sampled_from(["web", "db", "WEB", ""])
TAGS = st.dictionaries(st.sampled_from(["Role", "Env"]), VALUES, max_size=2)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, t.Any]:
    """A statement about these actions and ARNs, with or without a condition on tags."""
    make = draw(st.sampled_from([allow, deny]))
    action = draw(st.sampled_from([*ACTIONS, "ssm:*", "*"]))
    made: dict[str, t.Any] = make(action, draw(st.sampled_from([*ARNS, "*", "arn:aws:ec2:*:*:instance/*"])))
    tags = draw(TAGS)
    if tags:
        operator = draw(st.sampled_from(["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIfExists"]))
        made["Condition"] = {operator: {f"ssm:resourceTag/{key}": [value] for key, value in tags.items()}}
    return made


def context_of(tags: dict[str, str]) -> dict[str, list[str]]:
    """The condition keys of a resource's tags."""
    return {f"ssm:resourceTag/{key}": [value] for key, value in tags.items()}


REQUESTS = (st.sampled_from(ACTIONS), st.sampled_from(ARNS), TAGS)


@given(st.lists(statements(), max_size=5), *REQUESTS)
def test_a_deny_of_everything_wins(policy: list[t.Any], action: str, arn: str, tags: dict[str, str]) -> None:
    assert decide(document(*policy, deny("*")), action, arn, context_of(tags)) == evaluate.EXPLICIT_DENY


@given(st.lists(statements(), max_size=5), *REQUESTS)
def test_the_order_of_statements_decides_nothing(
    policy: list[t.Any], action: str, arn: str, tags: dict[str, str]
) -> None:
    context = context_of(tags)
    assert decide(document(*policy), action, arn, context) == decide(document(*policy[::-1]), action, arn, context)


@given(st.lists(statements(), max_size=5), *REQUESTS)
def test_a_boundary_never_gives(policy: list[t.Any], action: str, arn: str, tags: dict[str, str]) -> None:
    own = parse("own", document(*policy))
    question = evaluate.Question(action, arn, evaluate.lower_keys(context_of(tags)))
    unlimited = evaluate.decide(evaluate.Policies(own), question).decision
    assert evaluate.decide(evaluate.Policies(own, parse("b", document(allow("*")))), question).decision == unlimited
    limited = evaluate.decide(evaluate.Policies(own, parse("b", document())), question).decision
    assert limited != evaluate.ALLOWED


@given(st.lists(statements(), max_size=4), statements(), *REQUESTS)
def test_one_allow_more_takes_nothing_away(
    policy: list[t.Any], added: t.Any, action: str, arn: str, tags: dict[str, str]
) -> None:
    added = {**added, "Effect": "Allow"}
    before = decide(document(*policy), action, arn, context_of(tags))
    after = decide(document(*policy, added), action, arn, context_of(tags))
    assert after == before or (before, after) == (evaluate.IMPLICIT_DENY, evaluate.ALLOWED)


@given(st.text(max_size=12), st.sampled_from([None, 0, 2]), st.lists(statements(), min_size=1, max_size=4))
def test_spans_cut_the_statements_out(sid: str, indent: int | None, policy: list[t.Any]) -> None:
    named = [{**statement, "Sid": sid} for statement in policy]
    text = json.dumps({"Id": '{"Statement": []}', "Statement": named, "Version": "2012-10-17"}, indent=indent)
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    cut = [
        text[starts[span.start.line - 1] + span.start.column - 1 : starts[span.end.line - 1] + span.end.column - 1]
        for span in statement_spans(text)
    ]
    assert [json.loads(part) for part in cut] == named


@given(st.text(alphabet="a*?[]!-.\n", max_size=8), st.text(alphabet="ab[]!-.\n", max_size=8))
def test_wildcards_match_as_a_plain_reading_says(pattern: str, text: str) -> None:
    assert (glob(pattern).match(text) is not None) == _reads(pattern, text)


def _reads(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_reads(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and _reads(pattern[1:], text[1:])
