# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM asks about a request: actions, the resources they are asked on, condition keys, tags and passed roles."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.iam import requirements
from local_aws.iam.calls import Call

if t.TYPE_CHECKING:
    from collections.abc import Mapping

REGION = "eu-west-1"
ACCOUNT = "123456789012"
ANN = f"arn:aws:iam::{ACCOUNT}:user/team/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/nodes"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/failed"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
TAGS = [{"Key": "Owner", "Value": "ann"}]
KNOWN = {
    ("user", "ann"): ANN,
    ("group", "ops"): f"arn:aws:iam::{ACCOUNT}:group/team/ops",
    ("role", "nodes"): ROLE,
    ("policy", "p"): POLICY,
    ("instance-profile", "nodes"): f"arn:aws:iam::{ACCOUNT}:instance-profile/service/nodes",
}
OWNED = {RULE: {"Team": "web"}, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:log-stream:": {"Team": "web"}}


class KnownAccount:
    """An account with a few principals, an instance and a key."""

    account_id = ACCOUNT

    def iam_arn(self, kind: str, name: str) -> str:
        return KNOWN.get((kind, name), "")

    def boundary_of(self, arn: str) -> str:
        return BOUNDARY if arn == ROLE else ""

    def role_of_profile(self, name_or_arn: str) -> str:
        return ROLE if name_or_arn in {"nodes", KNOWN["instance-profile", "nodes"]} else ""

    def profile_of_instance(self, instance_id: str) -> str:
        return KNOWN["instance-profile", "nodes"] if instance_id == "i-1" else ""

    def instance_of_association(self, association_id: str) -> str:
        return "i-1" if association_id == "iip-assoc-1" else ""

    def key_of_alias(self, alias: str) -> str:
        return "k-1" if alias == "alias/logs" else ""

    def tags_of(self, arn: str) -> Mapping[str, str]:
        return OWNED.get(arn, {})


def asked(operation: str, parameters: Mapping[str, t.Any]) -> list[requirements.Asked]:
    service, _colon, name = operation.partition(":")
    return requirements.of_request(Call(service, name, REGION, parameters, KnownAccount(), ANN))


def short(arn: str) -> str:
    """An ARN with this account and region left out."""
    return arn.replace(f":{REGION}:{ACCOUNT}:", "::").replace(f"::{ACCOUNT}:", "::").replace(f":{REGION}::", "::")


GROUP = "arn:aws:logs::log-group:g"
TARGETS = [{"Id": "1", "Arn": TOPIC, "RoleArn": ROLE}]
LAUNCH = {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1}
ANY_INSTANCE = "ec2:RunInstances arn:aws:ec2::instance/*"
IAM = "arn:aws:iam::"
ASKED: t.Final[list[tuple[str, dict[str, t.Any], list[str]]]] = [
    # Names with their paths, and the user that IAM takes where none is named
    ("iam:GetUser", {"UserName": "ann"}, [f"iam:GetUser {IAM}user/team/ann"]),
    ("iam:GetUser", {"UserName": "nobody"}, [f"iam:GetUser {IAM}user/nobody"]),
    ("iam:CreateUser", {"UserName": "bob", "Path": "/team/"}, [f"iam:CreateUser {IAM}user/team/bob"]),
    ("iam:GetRole", {"RoleName": "nodes"}, [f"iam:GetRole {IAM}role/service/nodes"]),
    ("iam:CreateAccessKey", {}, [f"iam:CreateAccessKey {IAM}user/team/ann"]),
    ("iam:CreateAccessKey", {"UserName": "bob"}, [f"iam:CreateAccessKey {IAM}user/bob"]),
    ("iam:DeleteUserPolicy", {"UserName": "ann", "PolicyName": "p"}, [f"iam:DeleteUserPolicy {IAM}user/team/ann"]),
    ("iam:CreatePolicy", {"PolicyName": "q", "Path": "/x/"}, [f"iam:CreatePolicy {IAM}policy/x/q"]),
    ("iam:GetPolicy", {"PolicyArn": POLICY}, [f"iam:GetPolicy {IAM}policy/p"]),
    (
        "iam:AttachRolePolicy",
        {"RoleName": "nodes", "PolicyArn": POLICY},
        [f"iam:AttachRolePolicy {IAM}role/service/nodes"],
    ),
    ("iam:AddUserToGroup", {"UserName": "ann", "GroupName": "ops"}, [f"iam:AddUserToGroup {IAM}group/team/ops"]),
    (
        "iam:RemoveUserFromGroup",
        {"UserName": "ann", "GroupName": "ops"},
        [f"iam:RemoveUserFromGroup {IAM}group/team/ops"],
    ),
    ("iam:ListGroupsForUser", {"UserName": "ann"}, [f"iam:ListGroupsForUser {IAM}user/team/ann"]),
    (
        "iam:SimulatePrincipalPolicy",
        {"PolicySourceArn": ROLE},
        [f"iam:SimulatePrincipalPolicy {IAM}role/service/nodes"],
    ),
    (
        "iam:GenerateServiceLastAccessedDetails",
        {"Arn": ROLE},
        [f"iam:GenerateServiceLastAccessedDetails {IAM}role/service/nodes"],
    ),
    ("iam:ListUsers", {"PathPrefix": "/team/"}, ["iam:ListUsers *"]),
    (
        "iam:AddRoleToInstanceProfile",
        {"InstanceProfileName": "nodes", "RoleName": "nodes"},
        [f"iam:AddRoleToInstanceProfile {IAM}instance-profile/service/nodes", f"iam:PassRole {IAM}role/service/nodes"],
    ),
    # EC2
    ("ec2:DescribeInstances", {"InstanceIds": ["i-1"]}, ["ec2:DescribeInstances *"]),
    (
        "ec2:StopInstances",
        {"InstanceIds": ["i-1", "i-2"]},
        [f"ec2:StopInstances arn:aws:ec2::instance/i-{n}" for n in (1, 2)],
    ),
    (
        "ec2:RunInstances",
        {**LAUNCH, "SecurityGroupIds": ["sg-1"], "SubnetId": "subnet-1"},
        [
            "ec2:RunInstances arn:aws:ec2::image/ami-1",
            ANY_INSTANCE,
            "ec2:RunInstances arn:aws:ec2::network-interface/*",
            "ec2:RunInstances arn:aws:ec2::security-group/sg-1",
            "ec2:RunInstances arn:aws:ec2::subnet/subnet-1",
        ],
    ),
    (
        "ec2:RunInstances",
        {
            **LAUNCH,
            "IamInstanceProfile": {"Name": "nodes"},
            "TagSpecifications": [{"ResourceType": "instance", "Tags": TAGS}],
        },
        [
            "ec2:RunInstances arn:aws:ec2::image/ami-1",
            ANY_INSTANCE,
            *(f"ec2:RunInstances arn:aws:ec2::{kind}/*" for kind in ("network-interface", "security-group", "subnet")),
            "ec2:CreateTags arn:aws:ec2::instance/*",
            f"iam:PassRole {IAM}role/service/nodes",
        ],
    ),
    (
        "ec2:ReplaceIamInstanceProfileAssociation",
        {"AssociationId": "iip-assoc-1", "IamInstanceProfile": {"Name": "nodes"}},
        ["ec2:ReplaceIamInstanceProfileAssociation arn:aws:ec2::instance/i-1", f"iam:PassRole {IAM}role/service/nodes"],
    ),
    (
        "ec2:CreateTags",
        {"Resources": ["i-1", "vol-1"], "Tags": TAGS},
        [f"ec2:CreateTags arn:aws:ec2::{n}-1" for n in ("instance/i", "volume/vol")],
    ),
    (
        "ec2:CreateTags",
        {"Resources": ["i-1", "unknown-1"], "Tags": TAGS},
        ["ec2:CreateTags arn:aws:ec2::instance/i-1", "ec2:CreateTags *"],
    ),
    ("ec2:CreateKeyPair", {"KeyName": "i-1"}, ["ec2:CreateKeyPair arn:aws:ec2::key-pair/i-1"]),
    # CloudWatch Logs: a group is asked as a stream without a name, its tags on itself
    ("logs:CreateLogGroup", {"logGroupName": "g"}, [f"logs:CreateLogGroup {GROUP}:log-stream:"]),
    (
        "logs:DescribeLogGroups",
        {"logGroupNamePrefix": "g"},
        ["logs:DescribeLogGroups arn:aws:logs::log-group::log-stream:"],
    ),
    ("logs:DescribeLogStreams", {"logGroupName": "g"}, [f"logs:DescribeLogStreams {GROUP}:log-stream:"]),
    (
        "logs:FilterLogEvents",
        {"logGroupIdentifier": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:*"},
        [f"logs:FilterLogEvents {GROUP}:log-stream:"],
    ),
    ("logs:GetLogEvents", {"logGroupName": "g", "logStreamName": "s"}, [f"logs:GetLogEvents {GROUP}:log-stream:s"]),
    ("logs:PutLogEvents", {"logGroupName": "g", "logStreamName": "s"}, [f"logs:PutLogEvents {GROUP}:log-stream:s"]),
    (
        "logs:StartQuery",
        {"logGroupNames": ["g", "h"]},
        [f"logs:StartQuery arn:aws:logs::log-group:{n}:log-stream:" for n in "gh"],
    ),
    (
        "logs:TagResource",
        {"resourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g"},
        [f"logs:TagResource {GROUP}"],
    ),
    ("logs:DescribeMetricFilters", {}, ["logs:DescribeMetricFilters arn:aws:logs::log-group::log-stream:"]),
    # EventBridge
    ("events:PutRule", {"Name": "failed"}, ["events:PutRule arn:aws:events::rule/failed"]),
    ("events:PutRule", {"Name": "failed", "EventBusName": "b"}, ["events:PutRule arn:aws:events::rule/b/failed"]),
    ("events:ListTagsForResource", {"ResourceARN": RULE}, ["events:ListTagsForResource arn:aws:events::rule/failed"]),
    (
        "events:PutEvents",
        {"Entries": [{"Source": "x", "EventBusName": "b"}, {}]},
        [f"events:PutEvents arn:aws:events::event-bus/{b}" for b in ("b", "default")],
    ),
    (
        "events:PutTargets",
        {"Rule": "failed", "Targets": TARGETS},
        ["events:PutTargets arn:aws:events::rule/failed", f"iam:PassRole {IAM}role/service/nodes"],
    ),
    ("events:ListRules", {"NamePrefix": "f"}, ["events:ListRules *"]),
    # CloudWatch
    (
        "cloudwatch:PutDashboard",
        {"DashboardName": "d"},
        [f"cloudwatch:PutDashboard arn:aws:cloudwatch::{ACCOUNT}:dashboard/d"],
    ),
    (
        "cloudwatch:DeleteAlarms",
        {"AlarmNames": ["a", "b"]},
        [f"cloudwatch:DeleteAlarms arn:aws:cloudwatch::alarm:{n}" for n in "ab"],
    ),
    ("cloudwatch:DescribeAlarms", {}, ["cloudwatch:DescribeAlarms arn:aws:cloudwatch::alarm:*"]),
    ("cloudwatch:PutMetricData", {"Namespace": "n"}, ["cloudwatch:PutMetricData *"]),
    # SNS and SQS
    ("sns:Publish", {"TopicArn": TOPIC}, ["sns:Publish arn:aws:sns::t"]),
    ("sns:PublishBatch", {"TopicArn": TOPIC}, ["sns:Publish arn:aws:sns::t"]),
    ("sns:Unsubscribe", {"SubscriptionArn": f"{TOPIC}:1-2-3"}, ["sns:Unsubscribe arn:aws:sns::t"]),
    ("sns:ListTopics", {}, ["sns:ListTopics arn:aws:sns::*"]),
    ("sqs:GetQueueUrl", {"QueueName": "q"}, ["sqs:GetQueueUrl arn:aws:sqs::q"]),
    ("sqs:SendMessageBatch", {"QueueUrl": f"http://h/{ACCOUNT}/q"}, ["sqs:SendMessage arn:aws:sqs::q"]),
    # Systems Manager
    (
        "ssm:GetParameters",
        {"Names": ["/a/b", "c"]},
        [f"ssm:GetParameters arn:aws:ssm::parameter/{n}" for n in ("a/b", "c")],
    ),
    ("ssm:GetServiceSetting", {"SettingId": "/ssm/x"}, ["ssm:GetServiceSetting arn:aws:ssm::servicesetting/ssm/x"]),
    (
        "ssm:UpdateServiceSetting",
        {
            "SettingId": "/ssm/managed-instance/default-ec2-instance-management-role",
            "SettingValue": "service-role/nodes",
        },
        [
            "ssm:UpdateServiceSetting"
            " arn:aws:ssm::servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
            f"iam:PassRole {IAM}role/service/nodes",
        ],
    ),
    (
        "ssm:UpdateServiceSetting",
        {"SettingId": "/ssm/x", "SettingValue": "nodes"},
        ["ssm:UpdateServiceSetting arn:aws:ssm::servicesetting/ssm/x"],
    ),
    (
        "ssm:AddTagsToResource",
        {"ResourceType": "ManagedInstance", "ResourceId": "mi-1", "Tags": TAGS},
        ["ssm:AddTagsToResource arn:aws:ssm::managed-instance/mi-1"],
    ),
    ("ssm:CreateActivation", {"IamRole": "nodes"}, ["ssm:CreateActivation *", f"iam:PassRole {IAM}role/service/nodes"]),
    # KMS
    ("kms:Encrypt", {"KeyId": "alias/logs"}, ["kms:Encrypt arn:aws:kms::key/k-1"]),
    (
        "kms:CreateAlias",
        {"AliasName": "alias/x", "TargetKeyId": "k-2"},
        ["kms:CreateAlias arn:aws:kms::alias/x", "kms:CreateAlias arn:aws:kms::key/k-2"],
    ),
    # S3
    ("s3:ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
    ("s3:HeadBucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3:ListObjectsV2", {"Bucket": "b", "Prefix": "x/"}, ["s3:ListBucket arn:aws:s3:::b"]),
    ("s3:ListObjectVersions", {"Bucket": "b"}, ["s3:ListBucketVersions arn:aws:s3:::b"]),
    ("s3:GetBucketAccelerateConfiguration", {"Bucket": "b"}, ["s3:GetAccelerateConfiguration arn:aws:s3:::b"]),
    ("s3:PutPublicAccessBlock", {"Bucket": "b"}, ["s3:PutBucketPublicAccessBlock arn:aws:s3:::b"]),
    ("s3:GetObject", {"Bucket": "b", "Key": "k"}, ["s3:GetObject arn:aws:s3:::b/k"]),
    ("s3:HeadObject", {"Bucket": "b", "Key": "k", "VersionId": "v"}, ["s3:GetObjectVersion arn:aws:s3:::b/k"]),
    ("s3:PutObject", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    (
        "s3:PutObject",
        {"Bucket": "b", "Key": "k", "ACL": "private", "Tagging": "a=b"},
        [f"s3:{n} arn:aws:s3:::b/k" for n in ("PutObject", "PutObjectAcl", "PutObjectTagging")],
    ),
    ("s3:CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject arn:aws:s3:::b/k"]),
    ("s3:ListMultipartUploads", {"Bucket": "b"}, ["s3:ListBucketMultipartUploads arn:aws:s3:::b"]),
    (
        "s3:DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}, {"Key": "l"}]}},
        [f"s3:DeleteObject arn:aws:s3:::b/{n}" for n in "kl"],
    ),
    (
        "s3:CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/a/x%20y"},
        ["s3:PutObject arn:aws:s3:::b/k", "s3:GetObject arn:aws:s3:::a/x y"],
    ),
    (
        "s3:UploadPartCopy",
        {"Bucket": "b", "Key": "k", "CopySource": "a/x?versionId=v"},
        ["s3:PutObject arn:aws:s3:::b/k", "s3:GetObjectVersion arn:aws:s3:::a/x"],
    ),
    # Tags that come with what is made
    ("iam:CreateRole", {"RoleName": "r", "Tags": TAGS}, [f"iam:{n}Role {IAM}role/r" for n in ("Create", "Tag")]),
    (
        "iam:CreateInstanceProfile",
        {"InstanceProfileName": "r", "Tags": TAGS},
        [f"iam:{n}InstanceProfile {IAM}instance-profile/r" for n in ("Create", "Tag")],
    ),
    (
        "iam:CreatePolicy",
        {"PolicyName": "r", "Tags": TAGS},
        [f"iam:{n}Policy {IAM}policy/r" for n in ("Create", "Tag")],
    ),
    ("iam:CreateUser", {"UserName": "r", "Tags": TAGS}, [f"iam:{n}User {IAM}user/r" for n in ("Create", "Tag")]),
    (
        "logs:CreateLogGroup",
        {"logGroupName": "g", "tags": {"a": "b"}},
        [f"logs:CreateLogGroup {GROUP}:log-stream:", f"logs:TagResource {GROUP}"],
    ),
    (
        "sns:CreateTopic",
        {"Name": "t", "Tags": TAGS},
        ["sns:CreateTopic arn:aws:sns::t", "sns:TagResource arn:aws:sns::t"],
    ),
    (
        "sqs:CreateQueue",
        {"QueueName": "q", "tags": {"a": "b"}},
        ["sqs:CreateQueue arn:aws:sqs::q", "sqs:TagQueue arn:aws:sqs::q"],
    ),
    (
        "events:PutRule",
        {"Name": "failed", "Tags": TAGS},
        [f"events:{n} arn:aws:events::rule/failed" for n in ("PutRule", "TagResource")],
    ),
    (
        "cloudwatch:PutMetricAlarm",
        {"AlarmName": "a", "Tags": TAGS},
        [f"cloudwatch:{n} arn:aws:cloudwatch::alarm:a" for n in ("PutMetricAlarm", "TagResource")],
    ),
    (
        "ssm:CreateDocument",
        {"Name": "d", "Tags": TAGS},
        [f"ssm:{n} arn:aws:ssm::document/d" for n in ("CreateDocument", "AddTagsToResource")],
    ),
    (
        "sts:AssumeRole",
        {"RoleArn": ROLE, "Tags": TAGS},
        [f"sts:{n} {IAM}role/service/nodes" for n in ("AssumeRole", "TagSession")],
    ),
]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [pytest.param(*row, id=f"{number} {row[0]}") for number, row in enumerate(ASKED)],
)
def test_actions_and_resources(operation: str, parameters: dict[str, t.Any], expected: list[str]) -> None:
    found = [f"{one.action} {short(one.resource)}" for one in asked(operation, parameters)]
    assert sorted(found) == sorted(short(one) for one in expected)


PATTERN = '{"source": ["aws.ssm"], "detail-type": ["EC2 Command Status-change Notification", {"prefix": "x"}]}'
CONTEXTS: t.Final[list[tuple[str, dict[str, t.Any], dict[str, list[str]]]]] = [
    ("iam:AttachUserPolicy", {"UserName": "ann", "PolicyArn": POLICY}, {"iam:PolicyARN": [POLICY]}),
    ("iam:CreateRole", {"RoleName": "r", "PermissionsBoundary": BOUNDARY}, {"iam:PermissionsBoundary": [BOUNDARY]}),
    ("iam:PutRolePolicy", {"RoleName": "nodes"}, {"iam:PermissionsBoundary": [BOUNDARY]}),
    ("iam:CreateRole", {"RoleName": "r"}, {}),
    ("iam:CreateRole", {"RoleName": "r", "Tags": TAGS}, {"aws:RequestTag/Owner": ["ann"], "aws:TagKeys": ["Owner"]}),
    ("events:DeleteRule", {"Name": "failed"}, {"aws:ResourceTag/Team": ["web"]}),
    ("logs:DeleteLogGroup", {"logGroupName": "g"}, {"aws:ResourceTag/Team": ["web"]}),
    (
        "events:PutRule",
        {"Name": "x", "EventPattern": PATTERN},
        {"events:source": ["aws.ssm"], "events:detail-type": ["EC2 Command Status-change Notification"]},
    ),
    (
        "events:PutEvents",
        {"Entries": [{"Source": "s", "DetailType": "d"}]},
        {"events:source": ["s"], "events:detail-type": ["d"]},
    ),
    ("events:PutTargets", {"Rule": "x", "Targets": TARGETS}, {"events:TargetArn": [TOPIC]}),
    (
        "sns:Subscribe",
        {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": "e"},
        {"sns:Protocol": ["sqs"], "sns:Endpoint": ["e"]},
    ),
    (
        "s3:ListObjectsV2",
        {"Bucket": "b", "Prefix": "x/", "Delimiter": "/", "MaxKeys": 5},
        {"s3:prefix": ["x/"], "s3:delimiter": ["/"], "s3:max-keys": ["5"]},
    ),
    ("s3:ListObjectsV2", {"Bucket": "b"}, {}),
    ("s3:ListObjectsV2", {"Bucket": "b", "Prefix": ""}, {"s3:prefix": [""]}),
    (
        "s3:CreateBucket",
        {"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": REGION}},
        {"s3:locationconstraint": [REGION]},
    ),
    (
        "ec2:AssociateIamInstanceProfile",
        {"InstanceId": "i-1", "IamInstanceProfile": {"Name": "nodes"}},
        {key: [KNOWN["instance-profile", "nodes"]] for key in ("ec2:InstanceProfile", "ec2:NewInstanceProfile")},
    ),
    (
        "ec2:DeleteTags",
        {"Resources": ["i-1"], "Tags": [{"Key": "a"}]},
        {"aws:TagKeys": ["a"], "aws:RequestTag/a": [""]},
    ),
    ("ssm:PutParameter", {"Name": "p", "Overwrite": True}, {"ssm:Overwrite": ["true"]}),
    (
        "sts:AssumeRole",
        {"RoleArn": ROLE, "ExternalId": "x", "RoleSessionName": "s"},
        {"sts:ExternalId": ["x"], "sts:RoleSessionName": ["s"]},
    ),
    ("cloudwatch:PutMetricData", {"Namespace": "n"}, {"cloudwatch:namespace": ["n"]}),
    ("sqs:UntagQueue", {"QueueUrl": "http://h/1/q", "TagKeys": ["a"]}, {"aws:TagKeys": ["a"]}),
]
# Keys that say the same of every request, or what another row says.
GIVEN = {"ec2:Region": [REGION], "events:creatorAccount": [ACCOUNT]}


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [pytest.param(*row, id=f"{number} {row[0]}") for number, row in enumerate(CONTEXTS)],
)
def test_condition_keys(operation: str, parameters: dict[str, t.Any], expected: dict[str, list[str]]) -> None:
    context = dict(asked(operation, parameters)[0].context)
    service = operation.partition(":")[0]
    twice = {f"{service}:{key.partition(':')[2]}" for key in context if key.startswith("aws:ResourceTag/")}
    found = {key: values for key, values in context.items() if key not in GIVEN and key not in twice}
    assert found == expected


def test_tags_of_a_launch_are_those_of_each_type() -> None:
    launch = {**LAUNCH, "TagSpecifications": [{"ResourceType": "volume", "Tags": TAGS}]}
    found = {(one.action, short(one.resource)): one.context for one in asked("ec2:RunInstances", launch)}
    assert "aws:RequestTag/Owner" not in found["ec2:RunInstances", "arn:aws:ec2::instance/*"]
    tagged = found["ec2:CreateTags", "arn:aws:ec2::volume/*"]
    assert (tagged["aws:RequestTag/Owner"], tagged["ec2:CreateAction"]) == (["ann"], ["RunInstances"])


def test_a_role_is_passed_to_its_service() -> None:
    passed = [
        one for one in asked("events:PutTargets", {"Rule": "x", "Targets": TARGETS}) if one.action == "iam:PassRole"
    ]
    assert [one.context for one in passed] == [{"iam:PassedToService": ["events.amazonaws.com"]}]
