# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user may do in a sandbox that enforces IAM, asked through the wire."""

from __future__ import annotations

import json
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from botocore.exceptions import ClientError

from tests.support import warm_sandbox
from tests.support.local_sandbox import LocalSandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

NODE = "mi-0123456789abcdef0"
ROLE = "arn:aws:iam::123456789012:role/notifier"
COMMAND = {"DocumentName": "AWS-RunShellScript", "InstanceIds": [NODE], "Parameters": {"commands": ["true"]}}
NOTIFIED = {**COMMAND, "ServiceRoleArn": ROLE}
SEND = {"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "*"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--enforce-iam") as running:
        running.control("POST", "nodes", {"instance_id": NODE, "tags": {"Role": "web"}})
        trust = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
        running.client("iam").create_role(RoleName="notifier", AssumeRolePolicyDocument=document(trust))
        s3 = running.client("s3")
        s3.create_bucket(Bucket="outputs")
        for key in ("web/stdout", "database/stdout"):
            s3.put_object(Bucket="outputs", Key=key, Body=b"text")
        yield running


def document(*statements: dict[str, t.Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def client(sandbox: LocalSandbox, service: str, *statements: dict[str, t.Any]) -> t.Any:
    """A client of a new user who may do what the statements say."""
    iam = sandbox.client("iam")
    name = f"user-{len(iam.list_users()['Users'])}"
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        t.cast("t.Any", service),
        endpoint_url=sandbox.url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def refusal(call: t.Callable[..., t.Any], **request: t.Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_objects_are_allowed_by_their_prefix(sandbox: LocalSandbox) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::outputs/web/*"}
    s3 = client(sandbox, "s3", statement)
    assert s3.get_object(Bucket="outputs", Key="web/stdout")["Body"].read() == b"text"
    code, message = refusal(s3.get_object, Bucket="outputs", Key="database/stdout")
    assert code == "AccessDenied"
    assert "s3:GetObject on resource: arn:aws:s3:::outputs/database/stdout" in message
    code, message = refusal(s3.list_objects_v2, Bucket="outputs")
    assert "s3:ListBucket on resource: arn:aws:s3:::outputs " in message


def test_the_collection_s_own_policy_lets_its_users_read_their_output(sandbox: LocalSandbox) -> None:
    request = parse_request(
        {
            "scopes": [{"tags": {"Role": "web"}}],
            "documents": ["AWS-RunShellScript"],
            "allow": {"output": {"s3": [{"bucket": "outputs", "prefix": "web"}]}},
        }
    )
    statements = build_document(request, "aws", "123456789012")["Statement"]
    s3 = client(sandbox, "s3", *statements)
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="outputs", Prefix="web/")["Contents"]] == ["web/stdout"]
    assert s3.get_object(Bucket="outputs", Key="web/stdout")["Body"].read() == b"text"
    for prefix in ({}, {"Prefix": "database/"}):
        assert refusal(s3.list_objects_v2, Bucket="outputs", **prefix)[0] == "AccessDenied"
    ssm = client(sandbox, "ssm", *statements)
    assert ssm.send_command(**COMMAND, OutputS3BucketName="outputs")["Command"]["OutputS3BucketName"] == "outputs"
    sandbox.client("s3").create_bucket(Bucket="others")
    code, message = refusal(ssm.send_command, **COMMAND, OutputS3BucketName="others")
    assert code == "AccessDeniedException"
    assert "ssm:SendCommand on resource: arn:aws:s3:::others " in message


def test_a_role_is_passed_to_ssm_by_who_may(sandbox: LocalSandbox) -> None:
    code, message = refusal(client(sandbox, "ssm", SEND).send_command, **NOTIFIED)
    assert code == "AccessDeniedException"
    assert f"iam:PassRole on resource: {ROLE}" in message
    passing = {
        "Effect": "Allow",
        "Action": "iam:PassRole",
        "Resource": ROLE,
        "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
    }
    assert client(sandbox, "ssm", SEND, passing).send_command(**NOTIFIED)["Command"]["ServiceRole"] == ROLE


def test_tags_of_a_hybrid_node_are_changed_by_who_may(sandbox: LocalSandbox) -> None:
    change = {"ResourceType": "ManagedInstance", "ResourceId": NODE, "Tags": [{"Key": "Role", "Value": "database"}]}
    code, message = refusal(client(sandbox, "ssm", SEND).add_tags_to_resource, **change)
    assert code == "AccessDeniedException"
    assert f"ssm:AddTagsToResource on resource: arn:aws:ssm:us-east-1:123456789012:managed-instance/{NODE}" in message
    tagging = {"Effect": "Allow", "Action": "ssm:*", "Resource": "*"}
    guard = {
        "Effect": "Deny",
        "Action": "ssm:AddTagsToResource",
        "Resource": "*",
        "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["Role"]}},
    }
    assert refusal(client(sandbox, "ssm", tagging, guard).add_tags_to_resource, **change)[0] == "AccessDeniedException"
    client(sandbox, "ssm", tagging).add_tags_to_resource(**change)
    tags = sandbox.client("ssm").list_tags_for_resource(ResourceType="ManagedInstance", ResourceId=NODE)["TagList"]
    assert tags == [{"Key": "Role", "Value": "database"}]
