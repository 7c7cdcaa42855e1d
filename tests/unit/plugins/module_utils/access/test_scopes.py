# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request for a policy may be, and how what it may not be is told."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import (
    Allowance,
    OutputLocation,
    TagCondition,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

SCOPE: dict[str, t.Any] = {"tags": {"Finance": "web"}}


def scope_with(**options: t.Any) -> dict[str, t.Any]:
    return {"scopes": [{**SCOPE, **options}]}


def tags(value: t.Any) -> dict[str, t.Any]:
    return {"scopes": [{"tags": value}]}


def request_with(**options: t.Any) -> dict[str, t.Any]:
    return {"scopes": [SCOPE], **options}


# What is given, and what the one sentence about it must hold: the argument and the value or the limit.
BAD: list[tuple[dict[str, t.Any], str]] = [
    ({}, r"scopes: None is not a list"),
    ({"scopes": []}, r"scopes: an empty list allows no node"),
    ({"scopes": "web"}, r"scopes\[0\]: 'web' is not a dictionary"),
    ({"scopes": [None]}, r"scopes\[0\]: None is not a dictionary"),
    ({"scopes": [SCOPE, {}]}, r"scopes\[1\]\.tags: None names no tag"),
    (scope_with(tag={"a": "b"}), r"scopes\[0\]: 'tag' is not one of account, node_types, operator, regions, tags"),
    (tags({}), r"scopes\[0\]\.tags: \{\} names no tag; a scope without tags would allow every node"),
    (tags([{"a": "b"}]), r"scopes\[0\]\.tags: .* names no tag"),
    (tags({"": "b"}), r"scopes\[0\]\.tags: the tag key '' has 0 characters; allowed are 1 to 128"),
    (tags({"k" * 129: "b"}), r"has 129 characters; allowed are 1 to 128"),
    (tags({"aws:autoscaling:groupName": "b"}), r"begins with 'aws:', which AWS reserves"),
    (tags({"AWS:x": "b"}), r"begins with 'aws:'"),
    (tags({"a*": "b"}), r"the tag key 'a\*' has invalid characters"),
    (tags({"${aws:username}": "b"}), r"the tag key '\$\{aws:username\}' has invalid characters"),
    (tags({"a\nb": "b"}), r"the tag key 'a\\nb' has invalid characters"),
    (tags({"a,b": "b"}), r"the tag key 'a,b' has invalid characters"),
    (tags({1: "b"}), r"the tag key 1 is not a string; put it in quotes"),
    (tags({"Finance": "a", "finance": "b"}), r"'finance' and 'Finance' differ only in case"),
    (tags({"a": []}), r"scopes\[0\]\.tags\[a\]: an empty list of values allows no node"),
    (tags({"a": None}), r"scopes\[0\]\.tags\[a\]: None is not a list"),
    (tags({"a": True}), r"scopes\[0\]\.tags\[a\]: the tag value True is not a string; put it in quotes"),
    (tags({"a": ["b", 1.5]}), r"the tag value 1\.5 is not a string"),
    (tags({"a": {"b": "c"}}), r"scopes\[0\]\.tags\[a\]: .* is not a list"),
    (tags({"a": "v" * 257}), r"a tag value has 257 characters; allowed are at most 256"),
    (tags({"a": "${aws:PrincipalTag/team}"}), r"has '\$\{', which IAM would read as a policy variable"),
    (tags({"a": "x${*}"}), r"has '\$\{'"),
    (tags({"a": "b\x00"}), r"has a control character"),
    (scope_with(operator="StringEqualsIfExists"), r"scopes\[0\]\.operator: 'StringEqualsIfExists' is not one of"),
    (scope_with(operator="ForAllValues:StringLike"), r"operator: 'ForAllValues:StringLike' is not one of"),
    (scope_with(regions=[]), r"scopes\[0\]\.regions: an empty list allows no region"),
    (scope_with(regions=["Frankfurt"]), r"scopes\[0\]\.regions: 'Frankfurt' is not a region"),
    (scope_with(regions=["eu-*"]), r"regions: 'eu-\*' is not a region"),
    (scope_with(regions=[{"a": 1}]), r"regions: \{'a': 1\} is not a region"),
    (scope_with(account="12345"), r"scopes\[0\]\.account: '12345' is not an account ID"),
    (scope_with(account=123456789012), r"account: 123456789012 is not an account ID; allowed are 12 digits in quotes"),
    (scope_with(node_types=[]), r"scopes\[0\]\.node_types: an empty list allows no node"),
    (scope_with(node_types=["hybrid"]), r"node_types: 'hybrid' is not one of ec2 and managed"),
    (request_with(documents=[]), r"documents: an empty list allows no document"),
    (request_with(documents=[5]), r"documents: 5 is not a string"),
    (request_with(documents=["my document"]), r"documents: 'my document' is not a document's name, pattern or ARN"),
    (request_with(documents=["d" * 129]), r"documents: 'd+' is not a document's name"),
    (request_with(documents=["${aws:username}"]), r"documents: '\$\{aws:username\}' is not a document's name"),
    (request_with(documents=["arn:aws:ssm:us-east-1"]), r"is not the ARN of a document"),
    (request_with(documents=["arn:aws:s3:::bucket"]), r"'arn:aws:s3:::bucket' is not the ARN of a document"),
    (request_with(documents=["arn:aws:ssm:*:*:parameter/x"]), r"is not the ARN of a document"),
    (request_with(documents=["arn:AWS:ssm:*:*:document/x"]), r"'AWS' is not a partition"),
    (request_with(documents=["arn:aws:ssm:here:*:document/x"]), r"'here' is not a region"),
    (request_with(documents=["arn:aws:ssm:*:12:document/x"]), r"'12' is not an account ID"),
    (request_with(documents=["arn:aws:ssm:*:*:document/a b"]), r"has 'a b' as its document's name"),
    (
        request_with(documents=["arn:aws:ssm:*:123456789012:document/AWS-RunShellScript"]),
        r"has an account, but the ARN of an AWS-owned document has none",
    ),
    (request_with(documents=["arn:aws:ssm:*::document/restart"]), r"has no account, but only AWS-owned documents"),
    (request_with(document_regions=[]), r"document_regions: an empty list allows no region"),
    (request_with(document_regions=["us east 1"]), r"document_regions: 'us east 1' is not a region"),
    (request_with(allow=["read"]), r"allow: \['read'\] is not a dictionary with cancel, output, read, read_actions"),
    (request_with(allow={"write": True}), r"allow: 'write' is not one of"),
    (request_with(allow={"read": "yes"}), r"allow\.read: 'yes' is not true or false"),
    (request_with(allow={"read_actions": ["ssm:ListCommands"]}), r"it requires allow\.read to be true"),
    (request_with(allow={"read": True, "read_actions": []}), r"allow\.read_actions: an empty list allows nothing"),
    (request_with(allow={"read": True, "read_actions": ["SendCommand"]}), r"'ssm:SendCommand' is not one of"),
    (request_with(allow={"cancel": 1}), r"allow\.cancel: 1 is not true or false"),
    (request_with(allow={"output": {"bucket": "b"}}), r"allow\.output: 'bucket' is not one of log_groups, s3"),
    (request_with(allow={"output": {"s3": [{"bucket": "Bad_Bucket"}]}}), r"s3\[0\]\.bucket: 'Bad_Bucket' is not a"),
    (request_with(allow={"output": {"s3": [{"prefix": "x"}]}}), r"allow\.output\.s3\[0\]\.bucket: None is not a"),
    (request_with(allow={"output": {"s3": [{"bucket": "out", "prefix": "${a}"}]}}), r"s3\[0\]\.prefix: '\$\{a\}' is"),
    (request_with(allow={"output": {"s3": [{"bucket": "out", "prefix": "a*"}]}}), r"prefix: 'a\*' is not a key prefix"),
    (request_with(allow={"output": {"log_groups": ["a*"]}}), r"allow\.output\.log_groups: 'a\*' is not a log group"),
    (request_with(guard_tags="true"), r"guard_tags: 'true' is not true or false"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_refused_by_name(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(RequestError, match=message) as refused:
        parse_request(options)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_defaults() -> None:
    request = parse_request({"scopes": [{"tags": {"b": "2", "a": ["1", 1, "x"]}}]})
    (scope,) = request.scopes
    assert scope.tags == (TagCondition("a", ("1", "x")), TagCondition("b", ("2",)))
    assert (scope.operator, scope.regions, scope.account, scope.node_types) == (
        "StringLike",
        ("*",),
        None,
        ("ec2", "managed"),
    )
    assert (request.documents, request.document_regions, request.guard_tags) == (("*",), ("*",), False)
    assert request.allow == Allowance()
    assert request.tag_keys == ("a", "b")


def test_options_that_are_none_are_not_set() -> None:
    full = {"documents": None, "document_regions": None, "allow": None, "guard_tags": None}
    inner = {"operator": None, "regions": None, "account": None, "node_types": None}
    assert parse_request({"scopes": [{**SCOPE, **inner}], **full}) == parse_request({"scopes": [SCOPE]})
    allow = {"read": None, "read_actions": None, "cancel": None, "output": {"s3": None, "log_groups": None}}
    assert parse_request(request_with(allow=allow)) == parse_request({"scopes": [SCOPE]})


def test_allow() -> None:
    output = {
        "s3": [{"bucket": "out", "prefix": "/web/"}, {"bucket": "two", "prefix": None}],
        "log_groups": ["/ssm/web"],
    }
    allow = parse_request(request_with(allow={"read": True, "cancel": True, "output": output})).allow
    assert allow.read_actions == (
        "ssm:DescribeDocument",
        "ssm:DescribeInstanceInformation",
        "ssm:GetCommandInvocation",
        "ssm:GetDocument",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
    )
    assert allow.cancel
    assert allow.output_s3 == (OutputLocation("out", "web"), OutputLocation("two", ""))
    assert allow.output_log_groups == ("/ssm/web",)


@pytest.mark.parametrize(
    "document",
    [
        "AWS-RunShellScript",
        "AWS-*",
        "*",
        "?-x",
        "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
        "arn:aws:ssm:*:*:document/AWS-*",
        "arn:aws:ssm:*::document/*",
        "arn:aws-cn:ssm:cn-north-1:123456789012:document/restart",
    ],
)
def test_possible_documents(document: str) -> None:
    assert parse_request(request_with(documents=[document, document])).documents == (document,)


def test_a_star_among_regions_is_all_regions() -> None:
    assert parse_request(scope_with(regions=["eu-central-1", "*"])).scopes[0].regions == ("*",)


@given(st.text(max_size=300))
def test_any_value_is_taken_as_it_is_or_refused(value: str) -> None:
    try:
        request = parse_request(tags({"a": value}))
    except RequestError:
        assert "${" in value or len(value) > 256 or not value.isprintable()
    else:
        assert request.scopes[0].tags == (TagCondition("a", (value,)),)
