# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What refusals do to commands of a sandbox: their delivery, and their output in S3 and CloudWatch Logs."""

from __future__ import annotations

import json
import time
import typing as t

import pytest

from tests.support import warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

NODE = "mi-0123456789abcdef0"
GROUP = "outputs"
CHANNELS = ["ssmmessages:*", "ec2messages:*"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox")) as running:
        trust = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
        running.client("iam").create_role(RoleName="node", AssumeRolePolicyDocument=policy(trust))
        running.client("s3").create_bucket(Bucket="outputs")
        # Sixty looks at a stream that cannot be written take 1.2 seconds.
        running.control("POST", "config", {"settings": {"time_scale": 0.02, "redelivery_interval": 0.05}})
        yield running


def policy(*statements: dict[str, t.Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def send(sandbox: LocalSandbox, *denied: str, **more: t.Any) -> tuple[dict[str, t.Any], float]:
    """The invocation on a node whose role may do everything but these actions, when it has ended; its seconds."""
    statements: list[dict[str, t.Any]] = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    statements += [{"Effect": "Deny", "Action": list(denied), "Resource": "*"}] if denied else []
    iam, ssm = sandbox.client("iam"), sandbox.client("ssm")
    iam.put_role_policy(RoleName="node", PolicyName="own", PolicyDocument=policy(*statements))
    sandbox.control("POST", "nodes", {"instance_id": NODE, "role": "node"})
    began = time.monotonic()
    command = ssm.send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=[NODE],
        TimeoutSeconds=30,
        **{"Parameters": {"commands": ["echo text"]}, **more},
    )["Command"]["CommandId"]
    while time.monotonic() < began + 30:
        found = ssm.list_command_invocations(CommandId=command)["CommandInvocations"]
        if found and found[0]["Status"] not in {"Pending", "InProgress", "Delayed"}:
            return found[0], time.monotonic() - began
        time.sleep(0.02)
    pytest.fail("the command did not end")


@pytest.mark.parametrize(
    ("denied", "status"),
    [
        ([], "Success"),
        (CHANNELS[:1], "Success"),
        (CHANNELS[1:], "Success"),
        (["ssmmessages:OpenControlChannel", "ec2messages:GetMessages"], "DeliveryTimedOut"),
        (CHANNELS, "DeliveryTimedOut"),
        (["ec2messages:FailMessage", "ssm:ListInstanceAssociations"], "Success"),
    ],
)
def test_a_command_comes_over_either_channel(sandbox: LocalSandbox, denied: list[str], status: str) -> None:
    invocation, _seconds = send(sandbox, *denied)
    assert invocation["StatusDetails"].replace(" ", "") == status


@pytest.mark.parametrize(
    ("denied", "is_there"),
    [
        ([], True),
        (["s3:ListBucket"], True),
        (["s3:GetEncryptionConfiguration"], True),
        (["s3:PutObjectAcl"], True),
        (["s3:PutObject"], False),
    ],
)
def test_an_object_is_there_or_not(sandbox: LocalSandbox, denied: list[str], is_there: bool) -> None:
    invocation, _seconds = send(sandbox, *denied, OutputS3BucketName="outputs")
    assert invocation["Status"] == "Success"
    found = sandbox.client("s3").list_objects_v2(Bucket="outputs", Prefix=invocation["CommandId"])
    assert bool(found["KeyCount"]) == is_there


def test_a_role_s_boundary_is_its_limit(sandbox: LocalSandbox) -> None:
    iam = sandbox.client("iam")
    limit = policy({"Effect": "Allow", "Action": ["ssm:*", *CHANNELS], "Resource": "*"})
    arn = iam.create_policy(PolicyName="limit", PolicyDocument=limit)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="node", PermissionsBoundary=arn)
    invocation, _seconds = send(sandbox, OutputS3BucketName="outputs")
    iam.delete_role_permissions_boundary(RoleName="node")
    assert invocation["Status"] == "Success"
    assert sandbox.client("s3").list_objects_v2(Bucket="outputs", Prefix=invocation["CommandId"])["KeyCount"] == 0


def test_a_bucket_s_key_must_be_the_node_s_to_use(sandbox: LocalSandbox) -> None:
    key = sandbox.client("kms").create_key()["KeyMetadata"]["KeyId"]
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="encrypted")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="encrypted", ServerSideEncryptionConfiguration={"Rules": [rule]})
    for denied, number in (((), 1), (("kms:GenerateDataKey",), 0)):
        invocation, _seconds = send(sandbox, *denied, OutputS3BucketName="encrypted")
        assert s3.list_objects_v2(Bucket="encrypted", Prefix=invocation["CommandId"])["KeyCount"] == number


@pytest.mark.parametrize(
    ("denied", "group_is_there", "has_events", "is_held"),
    [
        ([], False, True, False),
        (["logs:DescribeLogGroups", "logs:DescribeLogStreams"], False, True, False),
        (["logs:CreateLogGroup"], True, True, False),
        (["logs:CreateLogGroup"], False, False, False),
        (["logs:CreateLogGroup", "logs:DescribeLogGroups"], True, False, False),
        (["logs:CreateLogStream"], True, False, True),
        (["logs:PutLogEvents"], True, False, True),
    ],
)
def test_events_are_there_or_not(
    sandbox: LocalSandbox, denied: list[str], group_is_there: bool, has_events: bool, is_held: bool
) -> None:
    logs = sandbox.client("logs")
    for found in logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
        logs.delete_log_group(logGroupName=found["logGroupName"])
    if group_is_there:
        logs.create_log_group(logGroupName=GROUP)
    config = {"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": GROUP}
    invocation, seconds = send(sandbox, *denied, CloudWatchOutputConfig=config)
    assert invocation["Status"] == "Success"
    assert (seconds > 1.2) == is_held
    groups = logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]
    events = logs.filter_log_events(logGroupName=GROUP)["events"] if groups else []
    assert bool(events) == has_events


def test_a_group_is_made_before_there_is_output(sandbox: LocalSandbox) -> None:
    config = {"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": "silent"}
    send(sandbox, CloudWatchOutputConfig=config, Parameters={"commands": ["true"]})
    assert sandbox.client("logs").describe_log_groups(logGroupNamePrefix="silent")["logGroups"]


def test_a_parameter_that_the_role_may_not_read_fails_the_document(sandbox: LocalSandbox) -> None:
    sandbox.client("ssm").put_parameter(Name="/app/word", Value="yes", Type="String", Overwrite=True)
    parameters = {"commands": ["echo {{ssm:/app/word}}"]}
    assert send(sandbox, Parameters=parameters)[0]["Status"] == "Success"
    refused, _seconds = send(sandbox, "ssm:GetParameters", Parameters=parameters)
    assert refused["Status"] == "Failed"
    assert "is not authorized to perform: ssm:GetParameters on /app/word" in refused["TraceOutput"]
    assert send(sandbox, "ssm:GetParameters")[0]["Status"] == "Success"
