# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM, EC2, and whether this moto can be corrected at all."""

from __future__ import annotations

import json
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.moto import corrections
from local_aws.moto.data import MotoChangedError
from moto.logs.models import LogsBackend

from tests.support import readme

from .conftest import REGION, Aws


def policy(characters: int = 0) -> str:
    """A policy document; characters that are not white space."""
    statement = {"Sid": "", "Effect": "Allow", "Action": "ssm:ListCommands", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=1)
    missing = characters - len("".join(text.split()))
    return text.replace('"Sid": ""', f'"Sid": "{"a" * max(missing, 1)}"')


def create(iam: t.Any, name: str, text: str) -> str:
    return str(iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"])


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_what_is_attached_stays(aws: Aws, kind: str) -> None:
    iam = aws.client("iam")
    arn = create(iam, "p", policy())
    name = {f"{kind.title()}Name": "x"}
    getattr(iam, f"create_{kind}")(**name, **({"AssumeRolePolicyDocument": "{}"} if kind == "role" else {}))
    getattr(iam, f"attach_{kind}_policy")(**name, PolicyArn=arn)
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=arn)
    getattr(iam, f"detach_{kind}_policy")(**name, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=arn)


def test_versions_go_first(aws: Aws) -> None:
    iam = aws.client("iam")
    arn = create(iam, "p", policy())
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy())
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_has_five_versions(aws: Aws) -> None:
    iam = aws.client("iam")
    arn = create(iam, "p", policy())
    for _number in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy())
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy())


def test_white_space_does_not_count(aws: Aws) -> None:
    iam = aws.client("iam")
    assert len(policy(6_144)) > 6_144
    arn = create(iam, "p", policy(6_144))
    with pytest.raises(iam.exceptions.LimitExceededException):
        create(iam, "q", policy(6_145))
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(6_145))


@pytest.mark.parametrize("given", ["Name", "Arn"])
def test_every_instance_has_the_profile(aws: Aws, given: str) -> None:
    iam, ec2 = aws.client("iam"), aws.client("ec2")
    arn = iam.create_instance_profile(InstanceProfileName="nodes")["InstanceProfile"]["Arn"]
    iam.create_role(RoleName="nodes", AssumeRolePolicyDocument="{}")
    iam.add_role_to_instance_profile(InstanceProfileName="nodes", RoleName="nodes")
    profile = {"Name": "nodes"} if given == "Name" else {"Arn": arn}
    made = ec2.run_instances(ImageId="ami-1", MinCount=3, MaxCount=3, IamInstanceProfile=profile)
    ids = {instance["InstanceId"] for instance in made["Instances"]}
    associations = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    assert {found["InstanceId"] for found in associations} == ids
    assert {found["IamInstanceProfile"]["Arn"] for found in associations} == {arn}


def test_instances_without_a_profile_have_none(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    ec2.run_instances(ImageId="ami-1", MinCount=2, MaxCount=2)
    assert ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"] == []


def test_a_profile_that_is_not_there(aws: Aws) -> None:
    profile = {"Name": "missing"}
    with pytest.raises(ClientError):
        aws.client("ec2").run_instances(ImageId="ami-1", MinCount=2, MaxCount=2, IamInstanceProfile=profile)


def test_this_moto_can_be_corrected() -> None:
    before = set(vars(LogsBackend))
    corrections.check_moto()
    assert set(vars(LogsBackend)) == before


def test_a_moto_that_lacks_something_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def put_log_events(self: t.Any, log_group_name: str) -> None:
        raise AssertionError(self, log_group_name)

    monkeypatch.delattr(LogsBackend, "create_log_stream")
    monkeypatch.setattr(LogsBackend, "put_log_events", put_log_events)
    with pytest.raises(MotoChangedError) as caught:
        corrections.check_moto()
    assert "LogsBackend has no create_log_stream" in str(caught.value)
    assert "LogsBackend.put_log_events takes no log_stream_name, log_events" in str(caught.value)


def test_corrections_are_put_in_place_once(aws: Aws) -> None:
    before = LogsBackend.put_log_events
    corrections.apply(aws.run)
    assert LogsBackend.put_log_events is before


def test_corrections_are_listed_once() -> None:
    names = [correction.name for correction in corrections.CORRECTIONS]
    assert len(set(names)) == len(names)
    assert all(correction.moto and correction.aws for correction in corrections.CORRECTIONS)


def test_what_is_moto_s_is_not_answered() -> None:
    assert corrections.answer("events", "PutEvents", {}, REGION) is None
    assert corrections.answer("s3", "GetObject", {}, REGION) is None


def test_the_readme_names_the_corrections_and_no_others() -> None:
    assert sorted(readme.rows("Where moto is corrected", "what")) == sorted(one.name for one in corrections.CORRECTIONS)
