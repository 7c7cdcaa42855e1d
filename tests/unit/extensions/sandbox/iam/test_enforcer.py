# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a caller is, and what a request needs, on moto's data."""

from __future__ import annotations

import functools
import json
import typing as t

import boto3
import pytest
from local_aws.iam import identity
from local_aws.iam.enforcer import Enforcer
from local_aws.iam.keys import HeldKey, Key
from local_aws.moto.data import MotoData
from local_aws.moto.principals import MotoPrincipals
from local_aws.server.key_ring import KeyRing
from local_aws.wire.errors import ApiError
from moto import mock_aws

from .policies import FINANCE, SEND, allow, deny, document

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_iam.client import IAMClient

REGION = "us-east-1"
ACCOUNT = "123456789012"
ROOT_KEY = "AKIAROOTROOTROOTROOT"
NODE = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1"
DOCUMENT = f"arn:aws:ssm:{REGION}::document/AWS-RunShellScript"
TAGGED = {"ssm:resourceTag/Finance": ["WebServers"]}
# moto refuses a policy without a statement, as IAM does.
NOTHING = document(allow("health:DescribeEvents"))
principals = MotoPrincipals(MotoData())
enforcer = Enforcer(principals)
ring = KeyRing(Key(ROOT_KEY, "secret"), MotoData())


@functools.cache
def client(service: str) -> t.Any:
    """A client, made once: making it takes longer than most of the tests."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]  # the name is not a literal


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[IAMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "setup")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "setup")
    with mock_aws():
        yield client("iam")


def make_user(iam: IAMClient, name: str, *policies: str) -> str:
    """A user with inline policies; the id of its access key."""
    iam.create_user(UserName=name)
    for number, text in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=text)
    return iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]


def make_role(iam: IAMClient, name: str, principal: t.Any, *policies: str) -> str:
    """A role that the principal is_allowed assume; its ARN."""
    trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for number, text in enumerate(policies):
        iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=text)
    return arn


def assume(arn: str, **more: t.Any) -> str:
    """The id of a new session's access key."""
    session = client("sts").assume_role(RoleArn=arn, RoleSessionName="deploy", **more)
    return str(session["Credentials"]["AccessKeyId"])


def identity_of(access_key_id: str) -> identity.Identity:
    """Who holds a key that lets him in."""
    held = ring.find(access_key_id)
    assert held is not None
    return enforcer.identity(held)


def is_allowed(access_key_id: str, action: str, resource: str = "*", **context: list[str]) -> bool:
    return enforcer.decide(identity_of(access_key_id), action, resource, context).allowed


def test_the_root_key_may_do_everything(iam: IAMClient) -> None:
    root = identity_of(ROOT_KEY)
    assert root.arn == f"arn:aws:iam::{ACCOUNT}:root"
    assert enforcer.decide(root, "iam:DeleteUser", "*", {}).allowed
    enforcer.authorize_request(root, "iam", "DeleteUser", REGION, {})


def test_inline_managed_and_group_policies_add_up(iam: IAMClient) -> None:
    key = make_user(iam, "ann", FINANCE)
    managed = iam.create_policy(PolicyName="reading", PolicyDocument=document(allow("ssm:List*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=managed)
    iam.create_group(GroupName="ops")
    iam.put_group_policy(GroupName="ops", PolicyName="cancel", PolicyDocument=document(allow("ssm:CancelCommand")))
    assert is_allowed(key, SEND, DOCUMENT)
    assert is_allowed(key, SEND, NODE, **TAGGED)
    assert is_allowed(key, "ssm:ListCommands")
    assert not is_allowed(key, "ssm:CancelCommand")
    iam.add_user_to_group(GroupName="ops", UserName="ann")
    assert is_allowed(key, "ssm:CancelCommand")


def test_the_default_version_counts(iam: IAMClient) -> None:
    key = make_user(iam, "ann")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ann", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("sqs:*")), SetAsDefault=False)
    assert (is_allowed(key, "s3:GetObject"), is_allowed(key, "sqs:SendMessage")) == (True, False)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert (is_allowed(key, "s3:GetObject"), is_allowed(key, "sqs:SendMessage")) == (False, True)


def test_tags_and_names_of_the_caller_can_be_asked(iam: IAMClient) -> None:
    tag = {"StringEquals": {"ssm:resourceTag/Team": "${aws:PrincipalTag/Team}"}}
    own = f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"
    key = make_user(iam, "ann", document(allow(SEND, Condition=tag), allow("iam:GetUser", own)))
    iam.tag_user(UserName="ann", Tags=[{"Key": "Team", "Value": "web"}])
    assert is_allowed(key, SEND, NODE, **{"ssm:resourceTag/Team": ["web"]})
    assert not is_allowed(key, SEND, NODE, **{"ssm:resourceTag/Team": ["db"]})
    assert is_allowed(key, "iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/ann")
    assert not is_allowed(key, "iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/bob")


def test_a_session_is_its_role_within_its_policy(iam: IAMClient) -> None:
    arn = make_role(iam, "deployer", {"AWS": ACCOUNT}, document(allow("ssm:*"), allow("s3:*")))
    session = identity_of(assume(arn, Policy=document(allow("ssm:*"))))
    assert session.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/deploy"
    assert session.context["aws:principalarn"] == [arn]
    assert enforcer.decide(session, SEND, NODE, {}).allowed
    refused = enforcer.decide(session, "s3:GetObject", "*", {})
    assert refused.reason == (
        f"User: {session.arn} is not authorized to perform: s3:GetObject on resource: *"
        " because no session policy allows the s3:GetObject action"
    )


def test_a_role_s_boundary_limits_it(iam: IAMClient) -> None:
    arn = make_role(iam, "deployer", {"AWS": ACCOUNT}, document(allow("*")))
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=document(allow("ssm:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="deployer", PermissionsBoundary=boundary)
    key = assume(arn)
    assert is_allowed(key, SEND, NODE)
    refused = enforcer.decide(identity_of(key), "s3:GetObject", "*", {})
    assert refused.reason.endswith("because no permissions boundary allows the s3:GetObject action")


def test_a_key_nobody_has(iam: IAMClient) -> None:
    assert ring.find("AKIANOBODY") is None


def test_an_inactive_key_is_nobody_s(iam: IAMClient) -> None:
    key = make_user(iam, "ann")
    iam.update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    assert ring.find(key) is None


def test_a_session_of_a_deleted_role_is_nobody(iam: IAMClient) -> None:
    key = assume(make_role(iam, "deployer", {"AWS": ACCOUNT}))
    held = ring.find(key)
    iam.delete_role(RoleName="deployer")
    assert ring.find(key) is None
    with pytest.raises(ApiError, match="NoSuchEntity"):
        enforcer.identity(t.cast(HeldKey, held))


def test_principals_are_found_by_arn(iam: IAMClient) -> None:
    make_user(iam, "ann", FINANCE)
    role = make_role(iam, "deployer", {"AWS": ACCOUNT}, FINANCE)
    group = iam.create_group(GroupName="ops", Path="/team/")["Group"]["Arn"]
    assert principals.of_arn(f"arn:aws:iam::{ACCOUNT}:user/ann").kind == identity.USER
    assert principals.of_arn(role).statements
    assert principals.of_arn(group).kind == identity.GROUP
    with pytest.raises(ApiError, match="NoSuchEntity"):
        principals.of_arn(f"arn:aws:iam::{ACCOUNT}:user/nobody")


def test_reasons_are_aws_s(iam: IAMClient) -> None:
    caller = identity_of(make_user(iam, "ann", document(deny("ssm:CancelCommand"))))
    user = f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform:"
    silent = enforcer.decide(caller, SEND, NODE, {})
    denied = enforcer.decide(caller, "ssm:CancelCommand", "*", {})
    assert silent.reason == (
        f"{user} ssm:SendCommand on resource: {NODE} because no identity-based policy allows the ssm:SendCommand action"
    )
    assert denied.explicit_deny
    assert denied.reason == (
        f"{user} ssm:CancelCommand on resource: * with an explicit deny in an identity-based policy"
    )


PROFILE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/nodes"
PASS_TO_EC2 = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
PASS_TO_EVENTS = {"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}}
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/failed"
RUN = {"IamInstanceProfile": {"Name": "nodes"}}
TARGET = {"Rule": "failed", "Targets": [{"Id": "1", "Arn": "arn", "RoleArn": PROFILE_ROLE}]}
TAG_REQUEST = {"Resources": ["i-1"], "Tags": [{"Key": "Finance", "Value": "WebServers"}]}
NO_FINANCE = {"ForAnyValue:StringEquals": {"aws:TagKeys": ["Finance"]}}
OWNED = {"StringEquals": {"aws:RequestTag/Owner": "ann"}}

# policy, service, operation, request, the error's code ("": allowed)
REQUESTS: list[tuple[str, str, str, str, dict[str, t.Any], str]] = [
    ("own action", document(allow("logs:PutRetentionPolicy")), "logs", "PutRetentionPolicy", {"logGroupName": "g"}, ""),
    ("JSON service", NOTHING, "logs", "PutRetentionPolicy", {"logGroupName": "g"}, "AccessDeniedException"),
    ("query service", NOTHING, "iam", "GetUser", {"UserName": "ann"}, "AccessDenied"),
    ("EC2", NOTHING, "ec2", "StopInstances", {"InstanceIds": ["i-1"]}, "UnauthorizedOperation"),
    ("SNS", NOTHING, "sns", "Publish", {"TopicArn": "arn:aws:sns:us-east-1:1:t"}, "AuthorizationError"),
    ("everybody", document(deny("*")), "sts", "GetCallerIdentity", {}, ""),
    ("CloudWatch's prefix", document(allow("cloudwatch:PutDashboard")), "monitoring", "PutDashboard", {}, ""),
    (
        "log group",
        document(allow("logs:*", f"arn:aws:logs:*:{ACCOUNT}:log-group:ours:*")),
        "logs",
        "DeleteLogGroup",
        {"logGroupName": "ours"},
        "",
    ),
    (
        "another log group",
        document(allow("logs:*", f"arn:aws:logs:*:{ACCOUNT}:log-group:ours:*")),
        "logs",
        "DeleteLogGroup",
        {"logGroupName": "theirs"},
        "AccessDeniedException",
    ),
    ("rule", document(allow("events:*", RULE)), "events", "DeleteRule", {"Name": "failed"}, ""),
    (
        "rule of a bus",
        document(allow("events:*", RULE)),
        "events",
        "DeleteRule",
        {"Name": "failed", "EventBusName": "b"},
        "AccessDeniedException",
    ),
    (
        "queue by URL",
        document(allow("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:q")),
        "sqs",
        "SendMessageBatch",
        {"QueueUrl": f"http://127.0.0.1:1/{ACCOUNT}/q"},
        "",
    ),
    (
        "topic by name",
        document(allow("sns:*", f"arn:aws:sns:*:{ACCOUNT}:t")),
        "sns",
        "CreateTopic",
        {"Name": "t"},
        "",
    ),
    (
        "object",
        document(allow("s3:GetObject", "arn:aws:s3:::b/x/*")),
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "x/y"},
        "",
    ),
    (
        "listing a bucket",
        document(allow("s3:ListBucket", "arn:aws:s3:::b")),
        "s3",
        "ListObjectsV2",
        {"Bucket": "b"},
        "",
    ),
    (
        "bucket's encryption",
        document(allow("s3:PutEncryptionConfiguration")),
        "s3",
        "PutBucketEncryption",
        {"Bucket": "b"},
        "",
    ),
    (
        "user with a path",
        document(allow("iam:CreateUser", "arn:aws:iam::*:user/team/*")),
        "iam",
        "CreateUser",
        {"UserName": "bob", "Path": "/team/"},
        "",
    ),
    (
        "policy",
        document(allow("iam:GetPolicy", "arn:aws:iam::*:policy/p")),
        "iam",
        "GetPolicy",
        {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p"},
        "",
    ),
    (
        "listing instances",
        document(allow("ec2:DescribeInstances")),
        "ec2",
        "DescribeInstances",
        {"InstanceIds": ["i-1"]},
        "",
    ),
    (
        "one of two instances",
        document(allow("ec2:StopInstances", NODE)),
        "ec2",
        "StopInstances",
        {"InstanceIds": ["i-1", "i-2"]},
        "UnauthorizedOperation",
    ),
    (
        "document",
        document(allow("ssm:CreateDocument", "arn:aws:ssm:*:*:document/Ours-*")),
        "ssm",
        "CreateDocument",
        {"Name": "Ours-x"},
        "",
    ),
    (
        "tagging what is not Finance",
        document(allow("ec2:*"), deny("ec2:CreateTags", Condition=NO_FINANCE)),
        "ec2",
        "CreateTags",
        {**TAG_REQUEST, "Tags": [{"Key": "Name", "Value": "x"}]},
        "",
    ),
    (
        "tagging Finance",
        document(allow("ec2:*"), deny("ec2:CreateTags", Condition=NO_FINANCE)),
        "ec2",
        "CreateTags",
        TAG_REQUEST,
        "UnauthorizedOperation",
    ),
    (
        "untagging a managed node",
        document(allow("ssm:*"), deny("ssm:Remove*", Condition=NO_FINANCE)),
        "ssm",
        "RemoveTagsFromResource",
        {"ResourceType": "ManagedInstance", "ResourceId": "mi-1", "TagKeys": ["Finance"]},
        "AccessDeniedException",
    ),
    (
        "request tag",
        document(allow(["iam:CreateUser", "iam:TagUser"], Condition=OWNED)),
        "iam",
        "CreateUser",
        {"UserName": "x", "Tags": [{"Key": "Owner", "Value": "ann"}]},
        "",
    ),
    (
        "request tag of a map",
        document(allow("logs:*", Condition=OWNED)),
        "logs",
        "CreateLogGroup",
        {"logGroupName": "g", "tags": {"Owner": "bob"}},
        "AccessDeniedException",
    ),
    (
        "request tag of a list",
        document(allow("events:*", Condition=OWNED)),
        "events",
        "PutRule",
        {"Name": "failed", "Tags": [{"Key": "Owner", "Value": "ann"}]},
        "",
    ),
    (
        "tags at launch",
        document(allow("ec2:RunInstances")),
        "ec2",
        "RunInstances",
        {"TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "b"}]}]},
        "UnauthorizedOperation",
    ),
    ("profile without PassRole", document(allow("ec2:*")), "ec2", "RunInstances", RUN, "UnauthorizedOperation"),
    (
        "profile with PassRole",
        document(allow("ec2:*"), allow("iam:PassRole", PROFILE_ROLE, Condition=PASS_TO_EC2)),
        "ec2",
        "RunInstances",
        RUN,
        "",
    ),
    (
        "profile with PassRole to another service",
        document(allow("ec2:*"), allow("iam:PassRole", Condition=PASS_TO_EVENTS)),
        "ec2",
        "AssociateIamInstanceProfile",
        {**RUN, "InstanceId": "i-1"},
        "UnauthorizedOperation",
    ),
    (
        "role into a profile",
        document(allow("iam:Add*")),
        "iam",
        "AddRoleToInstanceProfile",
        {"RoleName": "nodes", "InstanceProfileName": "nodes"},
        "AccessDenied",
    ),
    (
        "target with a role",
        document(allow("events:*"), allow("iam:PassRole", PROFILE_ROLE, Condition=PASS_TO_EVENTS)),
        "events",
        "PutTargets",
        TARGET,
        "",
    ),
    (
        "target with a role, no PassRole",
        document(allow("events:*")),
        "events",
        "PutTargets",
        TARGET,
        "AccessDeniedException",
    ),
    (
        "region",
        document(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        "logs",
        "DescribeLogGroups",
        {},
        "AccessDeniedException",
    ),
]


@pytest.mark.parametrize(
    ("policy", "service", "operation", "request_", "code"), [pytest.param(*row[1:], id=row[0]) for row in REQUESTS]
)
def test_a_request_is_authorized(
    iam: IAMClient, policy: str, service: str, operation: str, request_: dict[str, t.Any], code: str
) -> None:
    make_role(iam, "nodes", {"Service": "ec2.amazonaws.com"})
    iam.create_instance_profile(InstanceProfileName="nodes")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="nodes")
    caller = identity_of(make_user(iam, "ann", policy))
    assert _refusal(caller, service, operation, request_) == code


def _refusal(caller: identity.Identity, service: str, operation: str, request: dict[str, t.Any]) -> str:
    try:
        enforcer.authorize_request(caller, service, operation, REGION, request)
    except ApiError as error:
        return error.code
    return ""


def test_tags_of_the_instance_are_asked(iam: IAMClient) -> None:
    ec2 = client("ec2")
    specification = [{"ResourceType": "instance", "Tags": [{"Key": "Owner", "Value": "ann"}]}]
    made = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, TagSpecifications=specification)
    other = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    policy = document(
        allow("ec2:StopInstances", Condition={"StringEquals": {"aws:ResourceTag/Owner": "${aws:username}"}})
    )
    caller = identity_of(make_user(iam, "ann", policy))
    codes = [
        _refusal(caller, "ec2", "StopInstances", {"InstanceIds": [found["Instances"][0]["InstanceId"]]})
        for found in (made, other)
    ]
    assert codes == ["", "UnauthorizedOperation"]


def test_the_instance_of_an_association_is_asked(iam: IAMClient) -> None:
    ec2 = client("ec2")
    make_role(iam, "nodes", {"Service": "ec2.amazonaws.com"})
    iam.create_instance_profile(InstanceProfileName="nodes")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="nodes")
    launched = ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "nodes"})
    instance_id = launched["Instances"][0]["InstanceId"]
    association = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"][0]
    policy = document(allow("ec2:Disassociate*", f"arn:aws:ec2:*:*:instance/{instance_id}"))
    caller = identity_of(make_user(iam, "ann", policy))
    asked = [association["AssociationId"], "iip-assoc-missing"]
    codes = [_refusal(caller, "ec2", "DisassociateIamInstanceProfile", {"AssociationId": one}) for one in asked]
    assert codes == ["", "UnauthorizedOperation"]


ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
ASSUMING: list[tuple[str, t.Any, str, str]] = [
    ("named by the trust policy", {"AWS": ANN}, NOTHING, ""),
    ("another is named", {"AWS": ANN.replace("ann", "bob")}, document(allow("sts:AssumeRole")), "AccessDenied"),
    (
        "account is named, and own policy",
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        document(allow("sts:AssumeRole")),
        "",
    ),
    ("account is named by its id", {"AWS": [ACCOUNT]}, document(allow("sts:AssumeRole")), ""),
    ("account is named, no own policy", {"AWS": ACCOUNT}, NOTHING, "AccessDenied"),
    ("own policy denies", {"AWS": ANN}, document(deny("sts:AssumeRole")), "AccessDenied"),
    ("a service is named", {"Service": "ec2.amazonaws.com"}, document(allow("*")), "AccessDenied"),
]


@pytest.mark.parametrize(("principal", "policy", "code"), [pytest.param(*row[1:], id=row[0]) for row in ASSUMING])
def test_who_may_assume_a_role(iam: IAMClient, principal: t.Any, policy: str, code: str) -> None:
    caller = identity_of(make_user(iam, "ann", policy))
    arn = make_role(iam, "deployer", principal)
    assert _refusal(caller, "sts", "AssumeRole", {"RoleArn": arn, "RoleSessionName": "s"}) == code


def test_a_role_that_is_not_there_cannot_be_assumed(iam: IAMClient) -> None:
    caller = identity_of(make_user(iam, "ann", document(allow("*"))))
    assert _refusal(caller, "sts", "AssumeRole", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/none"}) == "AccessDenied"


def test_a_trust_policy_s_deny_wins(iam: IAMClient) -> None:
    caller = identity_of(make_user(iam, "ann", document(allow("*"))))
    statements = [
        {"Effect": effect, "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"} for effect in ("Allow", "Deny")
    ]
    trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    assert _refusal(caller, "sts", "AssumeRole", {"RoleArn": arn}) == "AccessDenied"


def test_a_session_knows_itself(iam: IAMClient) -> None:
    credentials = client("sts").assume_role(
        RoleArn=make_role(iam, "deployer", {"AWS": ACCOUNT}), RoleSessionName="deploy"
    )["Credentials"]
    sts = boto3.client(
        "sts",
        region_name=REGION,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/deploy"
