# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluator, by tables: which policy says what about which request."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.iam import evaluate
from local_aws.iam.policy import parse

from .policies import BOTH_TAGS, EITHER_TAG, FINANCE, SEND, allow, decide, deny, document

YES, NO, NEVER = evaluate.ALLOWED, evaluate.IMPLICIT_DENY, evaluate.EXPLICIT_DENY
NODE = "arn:aws:ec2:us-west-1:123456789012:instance/i-0123456789abcdef0"
HYBRID = "arn:aws:ssm:us-west-1:123456789012:managed-instance/mi-0123456789abcdef0"
SHELL_WEST = "arn:aws:ssm:us-west-1::document/AWS-RunShellScript"
SHELL_EAST = "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"
OWN = "arn:aws:ssm:us-west-1:123456789012:document/Patch"


def tags(prefix: str = "ssm:resourceTag", **values: str) -> dict[str, list[str]]:
    """The context a tagged resource gives."""
    return {f"{prefix}/{key}": [value] for key, value in values.items()}


BOTH = {"tag_key1": "tag_value1", "tag_key2": "tag_value2"}

SEEDS = [
    ("finance: tagged node", FINANCE, SEND, NODE, tags(Finance="WebServers"), YES),
    ("finance: the prose's value", FINANCE, SEND, NODE, tags(Finance="WebServer"), NO),
    ("finance: other case of value", FINANCE, SEND, NODE, tags(Finance="webservers"), NO),
    ("finance: other case of key", FINANCE, SEND, NODE, tags(finance="WebServers"), YES),
    ("finance: untagged node", FINANCE, SEND, NODE, {}, NO),
    ("finance: other condition key", FINANCE, SEND, NODE, tags("aws:ResourceTag", Finance="WebServers"), NO),
    ("finance: hybrid node", FINANCE, SEND, HYBRID, tags(Finance="WebServers"), NO),
    ("finance: AWS's document", FINANCE, SEND, SHELL_EAST, {}, YES),
    ("finance: own document", FINANCE, SEND, OWN, {}, YES),
    ("finance: China's document", FINANCE, SEND, SHELL_EAST.replace("arn:aws:", "arn:aws-cn:"), {}, NO),
    ("finance: other action", FINANCE, "ssm:CancelCommand", "*", {}, NO),
    ("both: both tags", BOTH_TAGS, SEND, NODE, tags(**BOTH), YES),
    ("both: first tag only", BOTH_TAGS, SEND, NODE, tags(tag_key1="tag_value1"), NO),
    ("both: second tag only", BOTH_TAGS, SEND, NODE, tags(tag_key2="tag_value2"), NO),
    ("both: one tag with another value", BOTH_TAGS, SEND, NODE, tags(**BOTH | {"tag_key2": "x"}), NO),
    ("both: hybrid node", BOTH_TAGS, SEND, HYBRID, tags(**BOTH), YES),
    ("both: document of a region", BOTH_TAGS, SEND, SHELL_WEST, {}, YES),
    ("both: document of another region", BOTH_TAGS, SEND, SHELL_EAST, {}, NO),
    ("both: own document", BOTH_TAGS, SEND, OWN, {}, NO),
    ("both: reading", BOTH_TAGS, "ssm:ListCommandInvocations", "*", {}, YES),
    ("both: output of one node", BOTH_TAGS, "ssm:GetCommandInvocation", "*", {}, NO),
    ("either: first tag", EITHER_TAG, SEND, NODE, tags(tag_key1="tag_value1"), YES),
    ("either: second tag", EITHER_TAG, SEND, NODE, tags(tag_key2="tag_value2"), YES),
    ("either: neither", EITHER_TAG, SEND, NODE, tags(tag_key1="x", tag_key2="x"), NO),
    ("either: untagged", EITHER_TAG, SEND, NODE, {}, NO),
    ("either: document of another region", EITHER_TAG, SEND, SHELL_EAST, {}, NO),
    ("either: reading", EITHER_TAG, "ssm:GetDocument", "*", {}, YES),
]

ELEMENTS: list[tuple[str, str, str, str, dict[str, list[str]], str]] = [
    ("no statement", document(), SEND, NODE, {}, NO),
    (
        "one statement that is no list",
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',
        SEND,
        NODE,
        {},
        YES,
    ),
    ("actions ignore case", document(allow("SSM:sendCOMMAND")), SEND, NODE, {}, YES),
    ("wildcard in an action", document(allow("ssm:Send*")), SEND, NODE, {}, YES),
    ("question mark in an action", document(allow("ssm:SendComman?")), SEND, NODE, {}, YES),
    ("question mark is one character", document(allow("ssm:SendComm?")), SEND, NODE, {}, NO),
    ("brackets are no wildcard", document(allow("ssm:Send[C]ommand")), SEND, NODE, {}, NO),
    ("resources mind case", document(allow(SEND, NODE.upper())), SEND, NODE, {}, NO),
    ("brackets in a resource", document(allow(SEND, NODE.replace("i-0", "[i]-0"))), SEND, NODE, {}, NO),
    (
        "wildcard over slashes",
        document(allow("s3:GetObject", "arn:aws:s3:::b/*")),
        "s3:GetObject",
        "arn:aws:s3:::b/x/y",
        {},
        YES,
    ),
    ("wildcard stays in its part", document(allow(SEND, "arn:aws:ec2:*:instance/*:*")), SEND, NODE, {}, NO),
    ("empty account", document(allow(SEND, "arn:aws:ssm:*:*:document/AWS-*")), SEND, SHELL_EAST, {}, YES),
    (
        "account given, ARN has none",
        document(allow(SEND, "arn:aws:ssm:*:123456789012:document/*")),
        SEND,
        SHELL_EAST,
        {},
        NO,
    ),
    (
        "NotAction leaves out",
        document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
        "iam:GetRole",
        "*",
        {},
        NO,
    ),
    ("NotAction lets in", document({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), SEND, NODE, {}, YES),
    ("NotResource leaves out", document({"Effect": "Allow", "Action": "*", "NotResource": NODE}), SEND, NODE, {}, NO),
    ("NotResource lets in", document({"Effect": "Allow", "Action": "*", "NotResource": NODE}), SEND, HYBRID, {}, YES),
    ("deny wins", document(allow("*"), deny(SEND)), SEND, NODE, {}, NEVER),
    ("deny wins when it is first", document(deny(SEND), allow("*")), SEND, NODE, {}, NEVER),
    ("deny of another resource", document(allow("*"), deny(SEND, HYBRID)), SEND, NODE, {}, YES),
    (
        "deny whose condition is not met",
        document(allow("*"), deny(SEND, Condition={"Null": {"ssm:resourceTag/A": "true"}})),
        SEND,
        NODE,
        tags(A="1"),
        YES,
    ),
    (
        "deny of all but one by NotAction",
        document(allow("*"), {"Effect": "Deny", "NotAction": SEND, "Resource": "*"}),
        "ec2:RunInstances",
        "*",
        {},
        NEVER,
    ),
    ("resource * is asked", document(allow("ssm:ListCommands", NODE)), "ssm:ListCommands", "*", {}, NO),
]

USER = {"aws:username": ["ann"]}
BUCKET = "arn:aws:s3:::home/ann/file"
VARIABLES: list[tuple[str, str, str, str, dict[str, list[str]], str]] = [
    (
        "in a resource",
        document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),
        "s3:GetObject",
        BUCKET,
        USER,
        YES,
    ),
    (
        "key ignores case",
        document(allow("s3:*", "arn:aws:s3:::home/${AWS:UserName}/*")),
        "s3:GetObject",
        BUCKET,
        USER,
        YES,
    ),
    (
        "another user",
        document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),
        "s3:GetObject",
        BUCKET,
        {"aws:username": ["bob"]},
        NO,
    ),
    ("no value", document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")), "s3:GetObject", BUCKET, {}, NO),
    ("default", document(allow("s3:*", "arn:aws:s3:::home/${aws:username, 'ann'}/*")), "s3:GetObject", BUCKET, {}, YES),
    (
        "a value's wildcard is none",
        document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")),
        "s3:GetObject",
        BUCKET,
        {"aws:username": ["*"]},
        NO,
    ),
    (
        "literal asterisk",
        document(allow("s3:*", "arn:aws:s3:::home/${*}")),
        "s3:GetObject",
        "arn:aws:s3:::home/x",
        {},
        NO,
    ),
    (
        "literal asterisk matches itself",
        document(allow("s3:*", "arn:aws:s3:::home/${*}")),
        "s3:GetObject",
        "arn:aws:s3:::home/*",
        {},
        YES,
    ),
    (
        "old documents have none",
        document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*"), version="2008-10-17"),
        "s3:GetObject",
        BUCKET,
        USER,
        NO,
    ),
    (
        "old documents read them as text",
        document(allow("s3:*", "arn:aws:s3:::home/${aws:username}/*"), version="2008-10-17"),
        "s3:GetObject",
        "arn:aws:s3:::home/${aws:username}/x",
        USER,
        YES,
    ),
    (
        "in a condition",
        document(allow(SEND, Condition={"StringEquals": {"ssm:resourceTag/Owner": "${aws:username}"}})),
        SEND,
        NODE,
        tags(Owner="ann") | USER,
        YES,
    ),
    (
        "in a condition, another",
        document(allow(SEND, Condition={"StringEquals": {"ssm:resourceTag/Owner": "${aws:username}"}})),
        SEND,
        NODE,
        tags(Owner="bob") | USER,
        NO,
    ),
    (
        "principal tag",
        document(allow(SEND, Condition={"StringEquals": {"ssm:resourceTag/Team": "${aws:PrincipalTag/Team}"}})),
        SEND,
        NODE,
        tags(Team="web") | {"aws:PrincipalTag/Team": ["web"]},
        YES,
    ),
    (
        "in a condition, no value",
        document(allow(SEND, Condition={"StringLike": {"ssm:resourceTag/Team": "${aws:PrincipalTag/Team}"}})),
        SEND,
        NODE,
        tags(Team="web"),
        NO,
    ),
]


@pytest.mark.parametrize(
    ("policy", "action", "resource", "context", "decision"),
    [pytest.param(*row[1:], id=row[0]) for row in [*SEEDS, *ELEMENTS, *VARIABLES]],
)
def test_a_policy_decides(policy: str, action: str, resource: str, context: t.Any, decision: str) -> None:
    assert decide(policy, action, resource, context) == decision


A, B, C = "k:a", "k:b", "k:c"
# name, Condition, context, whether it is met
CONDITIONS: list[tuple[str, dict[str, dict[str, t.Any]], dict[str, list[str]], bool]] = [
    ("values are OR", {"StringEquals": {A: ["1", "2"]}}, {A: ["2"]}, True),
    ("keys are AND", {"StringEquals": {A: "1", B: "2"}}, {A: ["1"]}, False),
    ("operators are AND", {"StringEquals": {A: "1"}, "StringLike": {B: "2*"}}, {A: ["1"], B: ["3"]}, False),
    ("StringEquals has no wildcard", {"StringEquals": {A: "1*"}}, {A: ["12"]}, False),
    ("StringLike has wildcards", {"StringLike": {A: "a*b?"}}, {A: ["a::bx"]}, True),
    ("StringLike has no brackets", {"StringLike": {A: "[a]"}}, {A: ["a"]}, False),
    ("StringNotEquals", {"StringNotEquals": {A: "1"}}, {A: ["2"]}, True),
    ("StringNotEquals of a list", {"StringNotEquals": {A: ["1", "2"]}}, {A: ["2"]}, False),
    ("StringNotEquals of a missing key", {"StringNotEquals": {A: "1"}}, {}, True),
    ("StringNotLike", {"StringNotLike": {A: "1*"}}, {A: ["12"]}, False),
    ("StringEqualsIgnoreCase", {"StringEqualsIgnoreCase": {A: "WEB"}}, {A: ["web"]}, True),
    ("StringNotEqualsIgnoreCase", {"StringNotEqualsIgnoreCase": {A: "WEB"}}, {A: ["web"]}, False),
    ("a missing key is not met", {"StringEquals": {A: "1"}}, {}, False),
    ("an empty key is a missing one", {"StringEquals": {A: "1"}}, {A: []}, False),
    ("IfExists lets a missing key in", {"StringEqualsIfExists": {A: "1"}}, {}, True),
    ("IfExists minds a key that is there", {"StringEqualsIfExists": {A: "1"}}, {A: ["2"]}, False),
    ("ArnLikeIfExists", {"ArnLikeIfExists": {A: "arn:aws:iam::*:role/x"}}, {}, True),
    (
        "ArnLike",
        {"ArnLike": {A: "arn:aws:events:*:*:rule/cmd-*"}},
        {A: ["arn:aws:events:us-east-1:1:rule/cmd-x"]},
        True,
    ),
    (
        "ArnEquals has wildcards too",
        {"ArnEquals": {A: "arn:aws:events:*:*:rule/*"}},
        {A: ["arn:aws:events:us-east-1:1:rule/x"]},
        True,
    ),
    (
        "ArnLike compares by part",
        {"ArnLike": {A: "arn:aws:events:*:rule/*"}},
        {A: ["arn:aws:events:us-east-1:1:rule/x"]},
        False,
    ),
    ("ArnLike of what is no ARN", {"ArnLike": {A: "*"}}, {A: ["x"]}, False),
    ("ArnNotLike", {"ArnNotLike": {A: "arn:aws:iam::1:role/x"}}, {A: ["arn:aws:iam::1:role/y"]}, True),
    ("Bool", {"Bool": {A: "true"}}, {A: ["True"]}, True),
    ("Bool of a JSON value", {"Bool": {A: False}}, {A: ["false"]}, True),
    ("NumericLessThan", {"NumericLessThan": {A: 10}}, {A: ["9"]}, True),
    ("numbers are no texts", {"NumericEquals": {A: "10.0"}}, {A: ["10"]}, True),
    ("NumericGreaterThanEquals", {"NumericGreaterThanEquals": {A: 10}}, {A: ["9.9"]}, False),
    ("a number that is none", {"NumericEquals": {A: "10"}}, {A: ["ten"]}, False),
    ("NumericNotEquals", {"NumericNotEquals": {A: "10"}}, {A: ["11"]}, True),
    ("DateGreaterThan", {"DateGreaterThan": {A: "2026-01-01T00:00:00Z"}}, {A: ["2026-01-02T00:00:00Z"]}, True),
    ("dates in seconds", {"DateLessThan": {A: "1767225601"}}, {A: ["2026-01-01T00:00:00Z"]}, True),
    ("dates with an offset", {"DateEquals": {A: "2026-01-01T02:00:00+02:00"}}, {A: ["2026-01-01T00:00:00Z"]}, True),
    ("a date without a time", {"DateGreaterThanEquals": {A: "2026-01-01"}}, {A: ["2026-01-01T00:00:00Z"]}, True),
    ("IpAddress", {"IpAddress": {A: "10.0.0.0/8"}}, {A: ["10.1.2.3"]}, True),
    ("IpAddress of version 6", {"IpAddress": {A: "2001:db8::/32"}}, {A: ["2001:db8::1"]}, True),
    ("one address", {"IpAddress": {A: "10.1.2.3"}}, {A: ["10.1.2.4"]}, False),
    ("NotIpAddress", {"NotIpAddress": {A: "10.0.0.0/8"}}, {A: ["192.168.0.1"]}, True),
    ("Null true of a missing key", {"Null": {A: "true"}}, {}, True),
    ("Null true of a key", {"Null": {A: True}}, {A: ["1"]}, False),
    ("Null false of a key", {"Null": {A: "false"}}, {A: ["1"]}, True),
    ("ForAnyValue", {"ForAnyValue:StringEquals": {A: ["1", "2"]}}, {A: ["2", "3"]}, True),
    ("ForAnyValue of a missing key", {"ForAnyValue:StringEquals": {A: "1"}}, {}, False),
    ("ForAnyValue negated, missing key", {"ForAnyValue:StringNotEquals": {A: "1"}}, {}, False),
    ("ForAnyValue negated", {"ForAnyValue:StringNotEquals": {A: "1"}}, {A: ["1", "2"]}, True),
    ("ForAllValues", {"ForAllValues:StringEquals": {A: ["1", "2"]}}, {A: ["1", "2"]}, True),
    ("ForAllValues with one too many", {"ForAllValues:StringEquals": {A: ["1", "2"]}}, {A: ["1", "3"]}, False),
    ("ForAllValues lets a missing key in", {"ForAllValues:StringEquals": {A: "1"}}, {}, True),
    ("ForAllValues negated", {"ForAllValues:StringNotLike": {A: "1*"}}, {A: ["2", "12"]}, False),
    ("negated without a quantifier means none", {"StringNotEquals": {A: "1"}}, {A: ["1", "2"]}, False),
    ("an operator IAM does not know", {"StringRoughly": {A: "1"}}, {A: ["1"]}, False),
    ("keys ignore case", {"StringEquals": {"K:A": "1"}}, {A: ["1"]}, True),
]


@pytest.mark.parametrize(("condition", "context", "met"), [pytest.param(*row[1:], id=row[0]) for row in CONDITIONS])
def test_a_condition_is_met(condition: t.Any, context: t.Any, met: bool) -> None:
    assert decide(document(allow(SEND, Condition=condition)), SEND, NODE, context) == (YES if met else NO)


def _verdict(own: str, boundary: str | None = None, session: str | None = None) -> evaluate.Verdict:
    limits = [None if text is None else parse(name, text) for name, text in (("b", boundary), ("s", session))]
    return evaluate.decide(evaluate.Policies(parse("own", own), *limits), evaluate.Question(SEND, NODE, {}))


LIMITS = [
    ("allowed by both", document(allow("ssm:*")), document(allow(SEND)), None, YES, evaluate.IDENTITY_POLICY),
    ("boundary is silent", document(allow("ssm:*")), document(allow("s3:*")), None, NO, evaluate.BOUNDARY),
    ("boundary alone gives nothing", document(), document(allow("*")), None, NO, evaluate.IDENTITY_POLICY),
    ("boundary denies", document(allow("*")), document(allow("*"), deny(SEND)), None, NEVER, evaluate.BOUNDARY),
    ("empty boundary", document(allow("*")), document(), None, NO, evaluate.BOUNDARY),
    ("session is silent", document(allow("*")), None, document(allow("s3:*")), NO, evaluate.SESSION_POLICY),
    ("session allows", document(allow("*")), None, document(allow(SEND)), YES, evaluate.IDENTITY_POLICY),
    ("session alone gives nothing", document(), None, document(allow("*")), NO, evaluate.IDENTITY_POLICY),
    ("all three", document(allow("*")), document(allow("*")), document(allow("*")), YES, evaluate.IDENTITY_POLICY),
]


@pytest.mark.parametrize(
    ("own", "boundary", "session", "decision", "layer"), [pytest.param(*row[1:], id=row[0]) for row in LIMITS]
)
def test_limits_take_away(own: str, boundary: str | None, session: str | None, decision: str, layer: str) -> None:
    verdict = _verdict(own, boundary, session)
    assert (verdict.decision, verdict.layer) == (decision, layer)


@pytest.mark.parametrize(
    ("boundary", "within"), [(None, None), (document(allow("*")), True), (document(allow("s3:*")), False)]
)
def test_a_boundary_is_reported(boundary: str | None, within: bool | None) -> None:
    assert _verdict(document(allow("*")), boundary).within_boundary is within


def test_the_deciding_statements_are_named() -> None:
    policy = document(allow("s3:*", Sid="Files"), allow("ssm:*", Sid="Commands"), deny("ssm:*", HYBRID, Sid="NoHybrid"))
    allowed = evaluate.decide(evaluate.Policies(parse("p", policy)), evaluate.Question(SEND, NODE, {}))
    denied = evaluate.decide(evaluate.Policies(parse("p", policy)), evaluate.Question(SEND, HYBRID, {}))
    assert [(found.sid, found.position) for found in allowed.statements] == [("Commands", 1)]
    assert [(found.sid, found.position) for found in denied.statements] == [("NoHybrid", 2)]


def test_missing_keys_are_those_of_all_statements() -> None:
    policy = document(
        allow(SEND, Condition={"StringEquals": {"k:given": "1", "k:missing": "${aws:username}"}}),
        allow("s3:*", Condition={"StringEquals": {"k:elsewhere": "1"}}),
    )
    question = evaluate.Question(SEND, NODE, {"k:given": ["1"]})
    assert evaluate.decide(evaluate.Policies(parse("p", policy)), question).missing_keys == (
        "k:missing",
        "aws:username",
        "k:elsewhere",
    )
