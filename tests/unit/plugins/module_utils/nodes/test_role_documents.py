# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The trust policy and the inline policy of a node's role."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import same_meaning
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
    OutputBucket,
    ProfileRequest,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import (
    has_core,
    managed_policy_arn,
    node_policy,
    other_statements,
    other_trust,
    trust_document,
)

ACCOUNT = "123456789012"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
FOREIGN = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
DEBUG = {"Sid": "Debug", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def service(*names: str, **more: t.Any) -> dict[str, t.Any]:
    principal = names[0] if len(names) == 1 else list(names)
    return {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole", **more}


def document(*statements: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


EC2 = service("ec2.amazonaws.com")
HYBRID = service("ssm.amazonaws.com", Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})


@pytest.mark.parametrize(
    ("current", "also_hybrid", "wanted"),
    [
        (None, None, document(EC2)),
        (None, True, document(EC2, HYBRID)),
        (document(EC2), None, document(EC2)),
        ({**document(), "Statement": EC2}, None, document(EC2)),
        (document(EC2), True, document(EC2, HYBRID)),
        (document(EC2, HYBRID), None, document(EC2, HYBRID)),
        (document(EC2, HYBRID), False, document(EC2)),
        (document(service("ec2.amazonaws.com", "ssm.amazonaws.com")), False, document(EC2)),
        (document(FOREIGN), None, document(EC2, FOREIGN)),
        (document(FOREIGN, EC2), False, document(FOREIGN, EC2)),
        (document({**EC2, "Effect": "Deny"}), None, document(EC2, {**EC2, "Effect": "Deny"})),
        (document({**EC2, "Condition": {"Null": {"x": "true"}}}), None, None),
        (document(service("lambda.amazonaws.com")), None, document(EC2, service("lambda.amazonaws.com"))),
    ],
)
def test_trust(current: dict[str, t.Any] | None, also_hybrid: bool | None, wanted: dict[str, t.Any] | None) -> None:
    made = trust_document(current, also_hybrid, "aws", ACCOUNT)
    if wanted is None:
        assert current is not None
        wanted = document(EC2, *current["Statement"])
    assert same_meaning(made, wanted)
    assert same_meaning(trust_document(made, also_hybrid, "aws", ACCOUNT), made)


def test_taking_ssm_out_keeps_other_principals_of_the_statement() -> None:
    mixed = {**HYBRID, "Principal": {"Service": "ssm.amazonaws.com", "AWS": "arn:aws:iam::123456789012:root"}}
    made = trust_document(document(EC2, mixed), also_hybrid=False, partition="aws", account=ACCOUNT)
    assert made["Statement"][1]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_trust_in_china() -> None:
    made = trust_document(None, None, "aws-cn", ACCOUNT)
    assert made["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com.cn"}
    global_name = document(EC2)
    assert trust_document(global_name, None, "aws-cn", ACCOUNT) == global_name


@pytest.mark.parametrize(
    ("statement", "also_hybrid", "is_other"),
    [
        (EC2, None, False),
        (HYBRID, True, False),
        (HYBRID, None, True),
        (service("ec2.amazonaws.com", "ssm.amazonaws.com"), True, False),
        (service("ec2.amazonaws.com", "lambda.amazonaws.com"), None, True),
        (FOREIGN, None, True),
        ({**EC2, "Action": ["sts:AssumeRole", "sts:TagSession"]}, None, True),
        ({**EC2, "Principal": "*"}, None, True),
    ],
)
def test_other_trust(statement: dict[str, t.Any], also_hybrid: bool | None, is_other: bool) -> None:
    assert other_trust(document(statement), also_hybrid) == ([statement] if is_other else [])


def statements_of(request: ProfileRequest, core: bool | None = None, current: t.Any = None) -> dict[str, t.Any]:
    made = node_policy(current, request, core, "aws", ACCOUNT)
    return {} if made is None else {item["Sid"]: item for item in made["Statement"]}


def test_nothing_asked_for_is_no_policy() -> None:
    empty = ProfileRequest("web", cloudwatch_log_groups=(), output_s3_buckets=(), agent_s3_regions=())
    assert node_policy(None, ProfileRequest("web"), None, "aws", ACCOUNT) is None
    assert node_policy(None, empty, False, "aws", ACCOUNT) is None


def test_core_allows_what_run_command_needs_and_no_parameters() -> None:
    core = statements_of(ProfileRequest("web"), core=True)["RunCommandCore"]
    assert (core["Effect"], core["Resource"]) == ("Allow", ["*"])
    assert core["Action"] == [
        "ssm:UpdateInstanceInformation",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:DescribeDocument",
        "ssm:GetDocument",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:OpenControlChannel",
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
    ]


def test_logs_are_limited_to_the_groups() -> None:
    made = statements_of(ProfileRequest("web", cloudwatch_log_groups=("/ssm/x",)))
    assert made["CommandOutputLogs"]["Resource"] == [
        "arn:aws:logs:*:123456789012:log-group:/ssm/x",
        "arn:aws:logs:*:123456789012:log-group:/ssm/x:*",
    ]
    assert made["CommandOutputLogs"]["Action"] == [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ]
    assert made["FindLogGroups"] == {
        "Sid": "FindLogGroups",
        "Effect": "Allow",
        "Action": ["logs:DescribeLogGroups"],
        "Resource": ["arn:aws:logs:*:123456789012:log-group:*"],
    }


def test_output_is_limited_to_the_prefixes() -> None:
    buckets = (OutputBucket("one", "web", KEY), OutputBucket("two", other_account=True), OutputBucket("one", "db"))
    made = statements_of(ProfileRequest("web", output_s3_buckets=buckets))
    assert made["CommandOutputObjects"]["Resource"] == [
        "arn:aws:s3:::one/web/*",
        "arn:aws:s3:::two/*",
        "arn:aws:s3:::one/db/*",
    ]
    assert made["CommandOutputObjects"]["Action"] == ["s3:PutObject"]
    assert made["CommandOutputAcl"]["Resource"] == ["arn:aws:s3:::two/*"]
    assert made["CommandOutputBuckets"]["Resource"] == ["arn:aws:s3:::one", "arn:aws:s3:::two"]
    assert made["CommandOutputKeys"]["Resource"] == [KEY]
    assert {sid: statement["Action"] for sid, statement in made.items()} == {
        "CommandOutputObjects": ["s3:PutObject"],
        "CommandOutputAcl": ["s3:PutObjectAcl"],
        "CommandOutputBuckets": ["s3:GetEncryptionConfiguration"],
        "CommandOutputKeys": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    assert "CommandOutputAcl" not in statements_of(ProfileRequest("web", output_s3_buckets=buckets[:1]))
    assert "CommandOutputKeys" not in statements_of(ProfileRequest("web", output_s3_buckets=buckets[1:]))


def test_agent_buckets_are_those_of_the_regions() -> None:
    made = node_policy(None, ProfileRequest("web", agent_s3_regions=("cn-north-1",)), None, "aws-cn", ACCOUNT)
    assert made is not None
    (statement,) = made["Statement"]
    assert statement["Action"] == ["s3:GetObject"]
    names = [arn.removeprefix("arn:aws-cn:s3:::").removesuffix("/*") for arn in statement["Resource"]]
    assert names == [
        "aws-windows-downloads-cn-north-1",
        "amazon-ssm-cn-north-1",
        "amazon-ssm-packages-cn-north-1",
        "cn-north-1-birdwatcher-prod",
        "aws-ssm-distributor-file-cn-north-1",
        "aws-ssm-document-attachments-cn-north-1",
        "aws-patchmanager-macos-cn-north-1",
        "aws-ssm-cn-north-1",
        "patch-baseline-snapshot-cn-north-1",
        "aws-patch-manager-cn-north-1-*",
        "patch-baseline-snapshot-cn-north-1-*",
    ]


def test_sections_that_are_not_set_stay() -> None:
    everything = ProfileRequest(
        "web", cloudwatch_log_groups=("/a",), output_s3_buckets=(OutputBucket("out"),), agent_s3_regions=("us-east-1",)
    )
    full = node_policy(None, everything, True, "aws", ACCOUNT)
    assert full is not None
    assert node_policy(full, ProfileRequest("web"), None, "aws", ACCOUNT) == full
    less = statements_of(ProfileRequest("web", cloudwatch_log_groups=()), core=False, current=full)
    assert set(less) == {"CommandOutputObjects", "CommandOutputBuckets", "AgentBuckets"}


def test_statements_of_others_stay_and_are_told() -> None:
    current = document(DEBUG)
    made = node_policy(current, ProfileRequest("web"), True, "aws", ACCOUNT)
    assert made is not None
    assert made["Statement"][-1] == DEBUG
    assert other_statements(made) == [DEBUG]
    assert other_statements(None) == []
    assert has_core(made)
    assert not has_core(current)
    assert not has_core(None)


def test_managed_policies_by_name_are_aws_own() -> None:
    assert managed_policy_arn("X", "aws-us-gov") == "arn:aws-us-gov:iam::aws:policy/X"
    assert managed_policy_arn("arn:aws:iam::1:policy/x", "aws-cn") == "arn:aws:iam::1:policy/x"
