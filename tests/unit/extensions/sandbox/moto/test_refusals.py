# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS refuses and moto takes."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.moto import deleted_queues

from .conftest import REGION, Aws

if t.TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
LOG_GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/x"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:x"
FORM = {"timestamp": "<time>", "message": "<id>"}
PATHS = {"time": "$.time", "id": "$.id"}


@contextlib.contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    """AWS's refusal by code, with these words in its text."""
    with pytest.raises(ClientError) as refusal:
        yield
    error = refusal.value.response["Error"]
    assert error["Code"] == code
    assert words in error["Message"]


def make_profile(aws: Aws, name: str, *, role: bool = True) -> None:
    """An instance profile, with a role unless that is not wanted."""
    iam = aws.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    if role:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


def run(aws: Aws, **more: t.Any) -> str:
    """The id of a new instance."""
    answer = aws.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, **more)
    return str(answer["Instances"][0]["InstanceId"])


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"Name": "none"}, "Invalid IAM Instance Profile name"),
        ({"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/none"}, "Invalid IAM Instance Profile arn"),
        ({"Name": "empty"}, "has no associated IAM Roles"),
    ],
)
def test_a_profile_that_no_instance_can_have(aws: Aws, profile: dict[str, str], words: str) -> None:
    make_profile(aws, "empty", role=False)
    ec2 = aws.client("ec2")
    with refused("InvalidParameterValue", words):
        run(aws, IamInstanceProfile=profile)
    assert ec2.describe_instances()["Reservations"] == []
    instance = run(aws)
    with refused("InvalidParameterValue", words):
        ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile=profile)
    assert ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"] == []


def test_the_profile_of_a_stopped_instance_is_not_replaced(aws: Aws) -> None:
    make_profile(aws, "one")
    make_profile(aws, "two")
    ec2 = aws.client("ec2")
    instance = run(aws, IamInstanceProfile={"Name": "one"})
    ec2.stop_instances(InstanceIds=[instance])
    (association,) = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    with refused("IncorrectState"):
        ec2.replace_iam_instance_profile_association(
            AssociationId=association["AssociationId"], IamInstanceProfile={"Name": "two"}
        )
    ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile={"Name": "two"})


def test_a_boundary_exists(aws: Aws) -> None:
    iam = aws.client("iam")
    words = f"Scope ARN: {BOUNDARY} does not exist or is not attachable."
    with refused("NoSuchEntity", words):
        iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}", PermissionsBoundary=BOUNDARY)
    with refused("NoSuchEntity", words):
        iam.create_user(UserName="u", PermissionsBoundary=BOUNDARY)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    iam.create_user(UserName="u")
    with refused("NoSuchEntity", words):
        iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=BOUNDARY)
    with refused("NoSuchEntity", words):
        iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=BOUNDARY)
    assert "PermissionsBoundary" not in iam.get_user(UserName="u")["User"]


def test_a_user_has_a_boundary(aws: Aws) -> None:
    iam = aws.client("iam")
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_policy(PolicyName="boundary", PolicyDocument=document)
    shown = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BOUNDARY}
    iam.create_user(UserName="born", PermissionsBoundary=BOUNDARY)
    iam.create_user(UserName="u")
    iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=BOUNDARY)
    assert iam.get_user(UserName="born")["User"]["PermissionsBoundary"] == shown
    assert iam.get_user(UserName="u")["User"]["PermissionsBoundary"] == shown
    iam.delete_user_permissions_boundary(UserName="u")
    assert "PermissionsBoundary" not in iam.get_user(UserName="u")["User"]


def test_the_name_of_a_deleted_queue_rests(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    with refused("AWS.SimpleQueueService.QueueDeletedRecently", "60 seconds"):
        sqs.create_queue(QueueName="q")
    assert sqs.create_queue(QueueName="another")
    monkeypatch.setattr(deleted_queues, "SECONDS", 0)
    assert sqs.create_queue(QueueName="q")["QueueUrl"] == url


def test_the_policy_of_a_topic_is_not_empty(aws: Aws) -> None:
    sns = aws.client("sns")
    arn = sns.create_topic(Name="t")["TopicArn"]
    before = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    with refused("InvalidParameter"):
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue="")
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == before
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="")


def test_dashboards_are_the_accounts(aws: Aws) -> None:
    body = json.dumps({"widgets": []})
    aws.client("cloudwatch").put_dashboard(DashboardName="d", DashboardBody=body)
    elsewhere = aws.client("cloudwatch", "us-west-2")
    assert elsewhere.get_dashboard(DashboardName="d")["DashboardBody"] == body
    elsewhere.delete_dashboards(DashboardNames=["d"])
    assert aws.client("cloudwatch").list_dashboards()["DashboardEntries"] == []


def lifecycle(**more: t.Any) -> dict[str, t.Any]:
    """A rule that expires objects."""
    return {"Status": "Enabled", "Expiration": {"Days": 1}, **more}


def test_lifecycle_rules_have_one_form(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="lifecycles")
    old, new = lifecycle(ID="old", Prefix="a/"), lifecycle(ID="new", Filter={"Prefix": "b/"})
    with refused("MalformedXML"):
        s3.put_bucket_lifecycle_configuration(Bucket="lifecycles", LifecycleConfiguration={"Rules": [old, new]})
    for rule in (old, new):
        s3.put_bucket_lifecycle_configuration(Bucket="lifecycles", LifecycleConfiguration={"Rules": [rule]})


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"Arn": LOG_GROUP, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"}, "RoleArn is not supported"),
        ({"Arn": LOG_GROUP, "Input": '{"text": "x"}'}, "must have the form"),
        (
            {"Arn": LOG_GROUP, "InputTransformer": {"InputTemplate": '"<id>"', "InputPathsMap": PATHS}},
            "must have the form",
        ),
        (
            {"Arn": QUEUE, "InputTransformer": {"InputTemplate": '"<x> <id>"', "InputPathsMap": PATHS}},
            "without a path: x",
        ),
        ({"Arn": QUEUE, "InputTransformer": {"InputTemplate": '"<x>"'}}, "without a path: x"),
        ({"Arn": QUEUE, "RoleArn": "role/r"}, "is not valid"),
    ],
)
def test_a_target_that_eventbridge_refuses(aws: Aws, target: dict[str, t.Any], words: str) -> None:
    events = aws.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(1 day)")
    with refused("ValidationException", words):
        events.put_targets(Rule="r", Targets=[{"Id": "t", **target}])
    assert events.list_targets_by_rule(Rule="r")["Targets"] == []


@pytest.mark.parametrize(
    "target",
    [
        {"Arn": LOG_GROUP, "Input": json.dumps({"timestamp": 1, "message": "x"})},
        {"Arn": LOG_GROUP, "InputTransformer": {"InputTemplate": json.dumps(FORM), "InputPathsMap": PATHS}},
        {
            "Arn": LOG_GROUP,
            "InputTransformer": {"InputTemplate": '{"timestamp": <time>, "message": <id>}', "InputPathsMap": PATHS},
        },
        {"Arn": QUEUE, "InputTransformer": {"InputTemplate": '"<aws.events.rule-name>: <id>"', "InputPathsMap": PATHS}},
    ],
)
def test_a_target_that_eventbridge_takes(aws: Aws, target: dict[str, t.Any]) -> None:
    events = aws.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(1 day)")
    assert events.put_targets(Rule="r", Targets=[{"Id": "t", **target}])["FailedEntryCount"] == 0
