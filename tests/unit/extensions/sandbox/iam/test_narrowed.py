# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls with policies that allow them and no more, through the wire: these are enough, and each part is needed."""

from __future__ import annotations

import json
import typing as t

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support import warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

HERE = "us-east-1:123456789012"
IAM = "arn:aws:iam::123456789012"
HOST_MANAGEMENT = f"arn:aws:ssm:{HERE}:servicesetting/ssm/managed-instance/default-ec2-instance-management-role"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
)
PLAIN = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
# An answer to HEAD has no text: boto3 takes its status for the code.
DENIALS = {"403", "AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
TAGS = [{"Key": "Owner", "Value": "web"}]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--enforce-iam") as running:
        iam = running.client("iam")
        iam.create_user(UserName="narrowed")
        iam.create_user(UserName="ann", Path="/team/")
        iam.create_group(GroupName="ops")
        iam.create_role(RoleName="nodes", Path="/service/", AssumeRolePolicyDocument=TRUST)
        iam.create_instance_profile(InstanceProfileName="nodes")
        iam.create_policy(PolicyName="plain", PolicyDocument=PLAIN)
        running.client("logs").create_log_group(logGroupName="g", tags={"Team": "web"})
        running.client("logs").create_log_stream(logGroupName="g", logStreamName="s")
        events = running.client("events")
        events.put_rule(Name="failed", EventPattern='{"source": ["aws.ssm"]}', Tags=[{"Key": "Team", "Value": "web"}])
        running.client("sns").create_topic(Name="t")
        running.client("sqs").create_queue(QueueName="q")
        s3 = running.client("s3")
        for bucket in ("outputs", "others"):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="web/stdout", Body=b"text")
        yield running


@pytest.fixture(scope="module")
def keys(sandbox: LocalSandbox) -> dict[str, str]:
    key = sandbox.client("iam").create_access_key(UserName="narrowed")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


class Row(t.NamedTuple):
    """A call of boto3's, and the statements that allow it."""

    service: str
    method: str
    parameters: dict[str, t.Any]
    statements: list[dict[str, t.Any]]


def allow(actions: str, resource: str, condition: dict[str, str] | None = None) -> dict[str, t.Any]:
    """A statement; actions are separated by spaces, condition is by key."""
    statement: dict[str, t.Any] = {"Effect": "Allow", "Action": actions.split(), "Resource": resource}
    return {**statement, "Condition": {"StringEquals": condition}} if condition else statement


def row(called: str, parameters: dict[str, t.Any], *statements: dict[str, t.Any]) -> Row:
    service, _dot, method = called.partition(".")
    return Row(service, method, parameters, list(statements))


LOGS = f"arn:aws:logs:{HERE}:log-group"
EVENTS = f"arn:aws:events:{HERE}:rule"
TOPIC = f"arn:aws:sns:{HERE}:t"
QUEUE = f"arn:aws:sqs:{HERE}:q"
ALARM = {
    "AlarmName": "a",
    "MetricName": "m",
    "Namespace": "n",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1.0,
}
ROWS: t.Final = [
    row("iam.get_user", {"UserName": "ann"}, allow("iam:GetUser", f"{IAM}:user/team/ann")),
    row("iam.get_user", {}, allow("iam:GetUser", f"{IAM}:user/narrowed")),
    row("iam.get_role", {"RoleName": "nodes"}, allow("iam:GetRole", f"{IAM}:role/service/*")),
    row(
        "iam.add_user_to_group",
        {"UserName": "ann", "GroupName": "ops"},
        allow("iam:AddUserToGroup", f"{IAM}:group/ops"),
    ),
    row(
        "iam.attach_user_policy",
        {"UserName": "ann", "PolicyArn": f"{IAM}:policy/plain"},
        allow("iam:AttachUserPolicy", f"{IAM}:user/team/ann", {"iam:PolicyARN": f"{IAM}:policy/plain"}),
    ),
    row(
        "iam.create_role",
        {"RoleName": "bounded", "AssumeRolePolicyDocument": TRUST, "PermissionsBoundary": f"{IAM}:policy/plain"},
        allow("iam:CreateRole", f"{IAM}:role/bounded", {"iam:PermissionsBoundary": f"{IAM}:policy/plain"}),
    ),
    row(
        "iam.create_role",
        {"RoleName": "tagged", "AssumeRolePolicyDocument": TRUST, "Tags": TAGS},
        allow("iam:CreateRole iam:TagRole", f"{IAM}:role/tagged", {"aws:RequestTag/Owner": "web"}),
    ),
    row(
        "iam.add_role_to_instance_profile",
        {"InstanceProfileName": "nodes", "RoleName": "nodes"},
        allow("iam:AddRoleToInstanceProfile", f"{IAM}:instance-profile/nodes"),
        allow("iam:PassRole", f"{IAM}:role/service/nodes", {"iam:PassedToService": "ec2.amazonaws.com"}),
    ),
    row(
        "logs.get_log_events",
        {"logGroupName": "g", "logStreamName": "s"},
        allow("logs:GetLogEvents", f"{LOGS}:g:log-stream:s"),
    ),
    row("logs.describe_log_groups", {}, allow("logs:DescribeLogGroups", f"{LOGS}:*")),
    row(
        "logs.put_retention_policy",
        {"logGroupName": "g", "retentionInDays": 7},
        allow("logs:PutRetentionPolicy", f"{LOGS}:g:*", {"aws:ResourceTag/Team": "web"}),
    ),
    row("logs.list_tags_for_resource", {"resourceArn": f"{LOGS}:g"}, allow("logs:ListTagsForResource", f"{LOGS}:g")),
    row(
        "logs.create_log_group",
        {"logGroupName": "tagged", "tags": {"a": "b"}},
        allow("logs:CreateLogGroup", f"{LOGS}:tagged:*"),
        allow("logs:TagResource", f"{LOGS}:tagged"),
    ),
    row(
        "events.describe_rule",
        {"Name": "failed"},
        allow("events:DescribeRule", f"{EVENTS}/failed", {"aws:ResourceTag/Team": "web"}),
    ),
    row(
        "events.put_rule",
        {"Name": "new", "EventPattern": '{"source": ["aws.ssm"]}', "Tags": TAGS},
        allow("events:PutRule", f"{EVENTS}/new", {"events:source": "aws.ssm"}),
        allow("events:TagResource", f"{EVENTS}/new"),
    ),
    row(
        "events.put_targets",
        {"Rule": "failed", "Targets": [{"Id": "1", "Arn": TOPIC}]},
        allow("events:PutTargets", f"{EVENTS}/failed", {"events:TargetArn": TOPIC}),
    ),
    row(
        "cloudwatch.put_dashboard",
        {"DashboardName": "d", "DashboardBody": "{}"},
        allow("cloudwatch:PutDashboard", "arn:aws:cloudwatch::123456789012:dashboard/d"),
    ),
    row(
        "cloudwatch.put_metric_alarm",
        {**ALARM, "Tags": TAGS},
        allow("cloudwatch:PutMetricAlarm cloudwatch:TagResource", f"arn:aws:cloudwatch:{HERE}:alarm:a"),
    ),
    row(
        "sns.create_topic",
        {"Name": "new", "Tags": TAGS},
        allow("sns:CreateTopic sns:TagResource", f"arn:aws:sns:{HERE}:new"),
    ),
    row(
        "sns.subscribe",
        {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE},
        allow("sns:Subscribe", TOPIC, {"sns:Protocol": "sqs"}),
    ),
    row("sns.list_topics", {}, allow("sns:ListTopics", f"arn:aws:sns:{HERE}:*")),
    row(
        "sqs.create_queue",
        {"QueueName": "new", "tags": {"a": "b"}},
        allow("sqs:CreateQueue sqs:TagQueue", f"arn:aws:sqs:{HERE}:new"),
    ),
    row("sqs.get_queue_url", {"QueueName": "q"}, allow("sqs:GetQueueUrl", QUEUE)),
    row(
        "ssm.get_service_setting",
        {"SettingId": "/ssm/managed-instance/default-ec2-instance-management-role"},
        allow("ssm:GetServiceSetting", f"arn:aws:ssm:{HERE}:servicesetting/ssm/managed-instance/*"),
    ),
    row(
        "ssm.update_service_setting",
        {
            "SettingId": "/ssm/managed-instance/default-ec2-instance-management-role",
            "SettingValue": "service/nodes",
        },
        allow("ssm:UpdateServiceSetting", HOST_MANAGEMENT),
        allow("iam:PassRole", f"{IAM}:role/service/nodes", {"iam:PassedToService": "ssm.amazonaws.com"}),
    ),
    row(
        "ssm.register_default_host_management_configuration",
        {"PermissionModel": "SELF_MANAGED", "RoleArn": f"{IAM}:role/service/nodes"},
        allow("ssm:GetServiceSetting", HOST_MANAGEMENT),
        allow("ssm:UpdateServiceSetting", HOST_MANAGEMENT),
        allow("iam:GetRole", f"{IAM}:role/service/nodes"),
        allow("iam:PassRole", f"{IAM}:role/service/nodes", {"iam:PassedToService": "ssm.amazonaws.com"}),
    ),
    row(
        "ssm.deregister_default_host_management_configuration",
        {},
        allow("ssm:GetServiceSetting", HOST_MANAGEMENT),
        allow("ssm:ResetServiceSetting", HOST_MANAGEMENT),
    ),
    row(
        "s3.list_objects_v2",
        {"Bucket": "outputs", "Prefix": "web/"},
        allow("s3:ListBucket", "arn:aws:s3:::outputs", {"s3:prefix": "web/"}),
    ),
    row("s3.list_object_versions", {"Bucket": "outputs"}, allow("s3:ListBucketVersions", "arn:aws:s3:::outputs")),
    row(
        "s3.get_bucket_accelerate_configuration",
        {"Bucket": "outputs"},
        allow("s3:GetAccelerateConfiguration", "arn:aws:s3:::outputs"),
    ),
    row(
        "s3.head_object",
        {"Bucket": "outputs", "Key": "web/stdout"},
        allow("s3:GetObject", "arn:aws:s3:::outputs/web/*"),
    ),
    row(
        "s3.put_object",
        {"Bucket": "outputs", "Key": "x", "Body": b"", "ACL": "private"},
        allow("s3:PutObject s3:PutObjectAcl", "arn:aws:s3:::outputs/x"),
    ),
    row(
        "s3.copy_object",
        {"Bucket": "outputs", "Key": "copy", "CopySource": {"Bucket": "others", "Key": "web/stdout"}},
        allow("s3:PutObject", "arn:aws:s3:::outputs/copy"),
        allow("s3:GetObject", "arn:aws:s3:::others/web/*"),
    ),
    row(
        "s3.delete_objects",
        {"Bucket": "outputs", "Delete": {"Objects": [{"Key": "a"}]}},
        allow("s3:DeleteObject", "arn:aws:s3:::outputs/a"),
    ),
    row(
        "s3.create_multipart_upload",
        {"Bucket": "outputs", "Key": "big"},
        allow("s3:PutObject", "arn:aws:s3:::outputs/big"),
    ),
]


def denial(sandbox: LocalSandbox, keys: dict[str, str], asked: Row, statements: list[dict[str, t.Any]]) -> str:
    """The message of the refusal of a call by who may do what the statements say; "" when it is done."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    sandbox.client("iam").put_user_policy(UserName="narrowed", PolicyName="own", PolicyDocument=policy)
    service = t.cast("t.Any", asked.service)
    client = boto3.client(service, endpoint_url=sandbox.url, region_name="us-east-1", **t.cast("t.Any", keys))
    try:
        getattr(client, asked.method)(**asked.parameters)
    except ClientError as error:
        # Anything else is a fault of the test.
        if error.response["Error"]["Code"] not in DENIALS:
            raise
        return str(error)
    return ""


@pytest.mark.parametrize("asked", [pytest.param(one, id=f"{number} {one.method}") for number, one in enumerate(ROWS)])
def test_a_narrowed_policy_is_enough_and_needed(sandbox: LocalSandbox, keys: dict[str, str], asked: Row) -> None:
    for left_out in range(len(asked.statements)):
        rest = [one for number, one in enumerate(asked.statements) if number != left_out]
        elsewhere = {**asked.statements[left_out], "Resource": "arn:aws:s3:::elsewhere"}
        refused = denial(sandbox, keys, asked, [*rest, elsewhere])
        assert "is not authorized to perform" in refused or "(403)" in refused
        if "Condition" in asked.statements[left_out]:
            unmet = dict.fromkeys(asked.statements[left_out]["Condition"]["StringEquals"], "other")
            other = {**asked.statements[left_out], "Condition": {"StringEquals": unmet}}
            assert denial(sandbox, keys, asked, [*rest, other])
    assert denial(sandbox, keys, asked, asked.statements) == ""


FORGED: t.Final = [
    # Fields that the operation has not, which would name another resource
    ("iam", {"Action": "CreateAccessKey", "Version": "2010-05-08", "Path": "/team/"}, f"{IAM}:user/team/narrowed"),
    (
        "iam",
        {"Action": "GetUser", "Version": "2010-05-08", "UserName": "ann", "PolicySourceArn": f"{IAM}:user/narrowed"},
        f"{IAM}:user/narrowed",
    ),
    (
        "iam",
        {"Action": "ListGroupsForUser", "Version": "2010-05-08", "UserName": "ann", "GroupName": "ops"},
        f"{IAM}:group/ops",
    ),
    (
        "sns",
        {"Action": "DeleteTopic", "Version": "2010-03-31", "TopicArn": TOPIC, "Name": "mine"},
        f"arn:aws:sns:{HERE}:mine",
    ),
]


@pytest.mark.parametrize(("service", "fields", "resource"), FORGED, ids=[one[1]["Action"] for one in FORGED])
def test_a_field_that_the_operation_has_not_names_nothing(
    sandbox: LocalSandbox, keys: dict[str, str], service: str, fields: dict[str, str], resource: str
) -> None:
    client = boto3.client(
        t.cast("t.Any", service), endpoint_url=sandbox.url, region_name="us-east-1", **t.cast("t.Any", keys)
    )
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow(f"{service}:*", resource)]})
    sandbox.client("iam").put_user_policy(UserName="narrowed", PolicyName="own", PolicyDocument=policy)

    def forge(request: t.Any, **_more: t.Any) -> None:
        request.data = fields

    client.meta.events.register("before-sign", forge)
    call = client.list_users if service == "iam" else client.list_topics
    with pytest.raises(ClientError, match="is not authorized to perform"):
        call()
