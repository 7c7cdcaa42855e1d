# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM's simulation, as boto3 asks for it and reads it: its own serializer and parser stand on both sides."""

from __future__ import annotations

import functools
import typing as t
import urllib.parse

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from local_aws.iam import simulate
from local_aws.moto.data import MotoData
from local_aws.moto.principals import MotoPrincipals
from local_aws.wire import protocols
from local_aws.wire.errors import ApiError
from moto import mock_aws

from .policies import BOTH_TAGS, FINANCE, SEND, allow, deny, document

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel, Shape
    from mypy_boto3_iam.client import IAMClient

REGION = "us-east-1"
ACCOUNT = "123456789012"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
NODES = [f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-{number}" for number in range(3)]
DOCUMENT = f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"


class _Http(t.NamedTuple):
    """What botocore reads of an answer besides its body."""

    status_code: int


def _answer(model: OperationModel, params: dict[str, t.Any], **_more: t.Any) -> tuple[_Http, dict[str, t.Any]]:
    """What the sandbox answers to a request that boto3 serialized, as boto3 parses it."""
    form = urllib.parse.parse_qs(urllib.parse.urlencode(params["body"]), keep_blank_values=True)
    try:
        status, xml = simulate.respond(form, MotoPrincipals(MotoData()))
    except ApiError as error:
        answer = protocols.error_answer(error, protocols.QUERY)
        status, xml = answer.status, answer.body
    shape = t.cast("Shape", model.output_shape)
    return _Http(status), create_parser("query").parse({"status_code": status, "headers": {}, "body": xml}, shape)


@functools.cache
def _simulating() -> IAMClient:
    client = boto3.client("iam", region_name=REGION)
    for operation in simulate.OPERATIONS:
        client.meta.events.register(f"before-call.iam.{operation}", t.cast("t.Any", _answer))
    return client


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[IAMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "setup")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "setup")
    with mock_aws():
        yield _simulating()


def entry(key: str, *values: str) -> t.Any:
    """A context entry."""
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": "stringList"}


def test_each_resource_has_a_result(iam: IAMClient) -> None:
    answer = iam.simulate_custom_policy(
        PolicyInputList=[FINANCE],
        ActionNames=[SEND],
        ResourceArns=[NODES[0], DOCUMENT, "arn:aws:ssm:us-east-1:1:managed-instance/mi-1"],
        ContextEntries=[entry("ssm:resourceTag/Finance", "WebServers")],
    )
    (result,) = answer["EvaluationResults"]
    decisions = [found["EvalResourceDecision"] for found in result["ResourceSpecificResults"]]
    assert decisions == ["allowed", "allowed", "implicitDeny"]
    assert (result["EvalActionName"], result["EvalResourceName"], result["EvalDecision"]) == (SEND, "*", "implicitDeny")
    assert answer["IsTruncated"] is False


def test_the_deciding_statement_is_found_in_the_text(iam: IAMClient) -> None:
    answer = iam.simulate_custom_policy(
        PolicyInputList=[document(allow("s3:*")), FINANCE],
        ActionNames=[SEND],
        ResourceArns=[NODES[0]],
        ContextEntries=[entry("ssm:resourceTag/Finance", "WebServers")],
    )
    (statement,) = answer["EvaluationResults"][0]["ResourceSpecificResults"][0]["MatchedStatements"]
    start, end = statement["StartPosition"], statement["EndPosition"]
    assert statement["SourcePolicyId"] == "PolicyInputList.2"
    assert start["Line"] == end["Line"] == 1
    assert FINANCE[start["Column"] - 1 : end["Column"] - 1].startswith('{"Effect": "Allow"')
    assert "resourceTag/Finance" in FINANCE[start["Column"] - 1 : end["Column"] - 1]


def test_lines_count_in_a_text_of_several(iam: IAMClient) -> None:
    text = '{\n  "Statement": [\n    {"Effect": "Deny", "Action": "*", "Resource": "*"}\n  ]\n}'
    answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=[SEND])
    (result,) = answer["EvaluationResults"]
    (statement,) = result["MatchedStatements"]
    assert result["EvalDecision"] == "explicitDeny"
    assert (statement["StartPosition"], statement["EndPosition"]) == (
        {"Line": 3, "Column": 5},
        {"Line": 3, "Column": 55},
    )


def test_without_resources_the_answer_is_the_action_s(iam: IAMClient) -> None:
    answer = iam.simulate_custom_policy(PolicyInputList=[BOTH_TAGS], ActionNames=[SEND, "ssm:ListCommands"])
    sending, listing = answer["EvaluationResults"]
    assert sending["EvalDecision"] == "implicitDeny"
    assert sending["MissingContextValues"] == ["ssm:resourceTag/tag_key1", "ssm:resourceTag/tag_key2"]
    assert "ResourceSpecificResults" not in sending
    assert listing["EvalDecision"] == "allowed"
    assert listing["MissingContextValues"] == sending["MissingContextValues"]
    assert "PermissionsBoundaryDecisionDetail" not in listing


def test_keys_without_a_value_are_named_whether_or_not_the_decision_turns_on_them(iam: IAMClient) -> None:
    answer = iam.simulate_custom_policy(
        PolicyInputList=[FINANCE], ActionNames=[SEND], ResourceArns=[NODES[0], DOCUMENT]
    )
    (result,) = answer["EvaluationResults"]
    missing = [found["MissingContextValues"] for found in result["ResourceSpecificResults"]]
    assert missing == [["ssm:resourceTag/Finance"]] * 2
    assert result["MissingContextValues"] == ["ssm:resourceTag/Finance"]


@pytest.mark.parametrize(
    ("boundary", "decision", "within"), [("ssm:*", "allowed", True), ("s3:*", "implicitDeny", False)]
)
def test_a_boundary_is_given(iam: IAMClient, boundary: str, decision: str, within: bool) -> None:
    answer = iam.simulate_custom_policy(
        PolicyInputList=[document(allow("*"))],
        PermissionsBoundaryPolicyInputList=[document(allow(boundary))],
        ActionNames=[SEND],
    )
    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == decision
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": within}


def _ann(iam: IAMClient) -> None:
    iam.create_user(UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="commands", PolicyDocument=FINANCE)
    iam.create_group(GroupName="ops")
    iam.put_group_policy(GroupName="ops", PolicyName="reading", PolicyDocument=BOTH_TAGS)
    iam.add_user_to_group(GroupName="ops", UserName="ann")


def test_a_principal_has_its_own_policies_and_those_added(iam: IAMClient) -> None:
    _ann(iam)
    answer = iam.simulate_principal_policy(
        PolicySourceArn=ANN,
        PolicyInputList=[document(allow("ssm:CancelCommand"))],
        ActionNames=["ssm:ListCommands", "ssm:CancelCommand", "ssm:GetCommandInvocation"],
    )
    found = {result["EvalActionName"]: result for result in answer["EvaluationResults"]}
    assert {name: result["EvalDecision"] for name, result in found.items()} == {
        "ssm:ListCommands": "allowed",
        "ssm:CancelCommand": "allowed",
        "ssm:GetCommandInvocation": "implicitDeny",
    }
    sources = [
        found[name]["MatchedStatements"][0]["SourcePolicyId"] for name in ("ssm:ListCommands", "ssm:CancelCommand")
    ]
    assert sources == ["reading", "PolicyInputList.1"]


def test_groups_and_roles_are_principals_too(iam: IAMClient) -> None:
    _ann(iam)
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="no", PolicyDocument=document(deny("ssm:*")))
    decisions = [
        iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["ssm:ListCommands"])["EvaluationResults"][0][
            "EvalDecision"
        ]
        for arn in (f"arn:aws:iam::{ACCOUNT}:group/ops", role)
    ]
    assert decisions == ["allowed", "explicitDeny"]


def test_the_caller_s_name_is_known(iam: IAMClient) -> None:
    own = document(allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"))
    answer = iam.simulate_custom_policy(
        PolicyInputList=[own], ActionNames=["iam:GetUser"], ResourceArns=[ANN], CallerArn=ANN
    )
    assert answer["EvaluationResults"][0]["EvalDecision"] == "allowed"


def test_pages_follow_each_other(iam: IAMClient) -> None:
    actions = [f"ssm:Action{number}" for number in range(7)]
    pages = list(
        iam.get_paginator("simulate_custom_policy").paginate(
            PolicyInputList=[FINANCE], ActionNames=actions, PaginationConfig={"PageSize": 3}
        )
    )
    assert [len(page["EvaluationResults"]) for page in pages] == [3, 3, 1]
    assert [found["EvalActionName"] for page in pages for found in page["EvaluationResults"]] == actions


def test_context_keys_of_documents(iam: IAMClient) -> None:
    owner = document(
        allow("ssm:*", "arn:aws:ec2:*:*:instance/${aws:username}", Condition={"Bool": {"aws:SecureTransport": "true"}})
    )
    names = iam.get_context_keys_for_custom_policy(PolicyInputList=[BOTH_TAGS, owner, FINANCE])["ContextKeyNames"]
    assert names == [
        "ssm:resourceTag/tag_key1",
        "ssm:resourceTag/tag_key2",
        "aws:SecureTransport",
        "aws:username",
        "ssm:resourceTag/Finance",
    ]


def test_context_keys_of_a_principal(iam: IAMClient) -> None:
    _ann(iam)
    answer = iam.get_context_keys_for_principal_policy(PolicySourceArn=ANN, PolicyInputList=[document(allow("s3:*"))])
    assert answer["ContextKeyNames"] == [
        "ssm:resourceTag/Finance",
        "ssm:resourceTag/tag_key1",
        "ssm:resourceTag/tag_key2",
    ]


REFUSED: list[tuple[str, dict[str, t.Any], str]] = [
    ("no policy", {"PolicyInputList": [], "ActionNames": [SEND]}, "ValidationError"),
    ("no action", {"PolicyInputList": [FINANCE], "ActionNames": []}, "ValidationError"),
    ("an action with a wildcard", {"PolicyInputList": [FINANCE], "ActionNames": ["ssm:*"]}, "InvalidInput"),
    ("an action without a service", {"PolicyInputList": [FINANCE], "ActionNames": ["SendCommand"]}, "InvalidInput"),
    ("what is no JSON", {"PolicyInputList": ["{"], "ActionNames": [SEND]}, "InvalidInput"),
    ("what is no policy", {"PolicyInputList": ["{}"], "ActionNames": [SEND]}, "InvalidInput"),
    (
        "a statement without an effect",
        {"PolicyInputList": ['{"Statement": {}}'], "ActionNames": [SEND]},
        "InvalidInput",
    ),
    *(
        (
            f"the operator {operator}",
            {
                "PolicyInputList": [document(allow(SEND, Condition={operator: {"aws:username": "ann"}}))],
                "ActionNames": [SEND],
            },
            "InvalidInput",
        )
        for operator in (
            "StringEqual",
            "stringequals",
            "NullIfExists",
            "ForSomeValues:StringEquals",
            "StringLikeifexists",
        )
    ),
    (
        "an operator in a boundary",
        {
            "PolicyInputList": [FINANCE],
            "PermissionsBoundaryPolicyInputList": [document(allow(SEND, Condition={"Like": {"aws:username": "ann"}}))],
            "ActionNames": [SEND],
        },
        "InvalidInput",
    ),
    (
        "a marker IAM did not give",
        {"PolicyInputList": [FINANCE], "ActionNames": [SEND], "Marker": "x"},
        "ValidationError",
    ),
]


@pytest.mark.parametrize(("request_", "code"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_what_iam_refuses(iam: IAMClient, request_: dict[str, t.Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        iam.simulate_custom_policy(**request_)
    assert caught.value.response["Error"]["Code"] == code


def test_a_principal_that_is_not_there(iam: IAMClient) -> None:
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(PolicySourceArn=ANN, ActionNames=[SEND])
