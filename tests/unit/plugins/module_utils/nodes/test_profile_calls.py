# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A profile with its role: read whole, made as planned, waited for."""

from __future__ import annotations

import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes import profile_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_plan import Place, plan_present
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import plan_removal
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
    ProfileRequest,
    parse_request,
)
from moto import mock_aws

from ..commands.fake_ssm import Clock

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_iam.client import IAMClient

PLACE = Place("aws", "123456789012")
OPTIONS: list[dict[str, t.Any]] = [
    {"core_policy": "inline"},
    {"core_policy": "inline", "tags": {"team": "web"}, "cloudwatch_log_groups": ["/a"]},
    {"core_policy": "inline", "tags": {"team": "db"}, "output_s3_buckets": [{"bucket": "output"}], "also_hybrid": True},
    {"core_policy": "inline", "tags": {}, "cloudwatch_log_groups": [], "also_hybrid": False},
    {"role_name": "other", "core_policy": "inline"},
]


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[IAMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("iam", region_name="us-east-1")


def request_of(**options: t.Any) -> ProfileRequest:
    return parse_request({"name": "web", **options}, "eu-west-1")


def test_every_plan_leads_to_the_state_it_foresees(iam: IAMClient) -> None:
    clock = Clock()
    for options in OPTIONS:
        request = request_of(**options)
        plan = plan_present(*profile_calls.read_profile_and_role(iam, request), request, PLACE)
        assert plan.is_change
        profile_calls.apply_plan(iam, plan, clock.deadline(0))
        profile, role = profile_calls.read_profile_and_role(iam, request)
        assert plan.after is not None
        assert profile is not None
        assert role == plan.after.role == profile.role
        assert profile.tags == plan.after.tags
        assert not plan_present(profile, role, request, PLACE).is_change


def test_every_call_of_a_plan_is_known(iam: IAMClient) -> None:
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    rich = request_of(permissions_boundary=boundary, managed_policies=["AmazonS3FullAccess"], tags={"a": "b"})
    names = {step.call for step in plan_present(None, None, rich, PLACE).steps}
    for options in OPTIONS:
        request = request_of(**options)
        plan = plan_present(*profile_calls.read_profile_and_role(iam, request), request, PLACE)
        names |= {step.call for step in plan.steps}
        profile_calls.apply_plan(iam, plan, Clock().deadline(0))
    ec2 = boto3.client("ec2", region_name="us-east-1")
    around = profile_calls.read_surroundings(iam, ec2, request_of())
    names |= {step.call for step in plan_removal(around, request_of(force=True), "aws").steps}
    assert names <= set(profile_calls.CALLS)


def test_what_surrounds_a_profile(iam: IAMClient) -> None:
    request = request_of(core_policy="inline")
    profile_calls.apply_plan(iam, plan_present(None, None, request, PLACE), Clock().deadline(0))
    iam.create_instance_profile(InstanceProfileName="blue")
    iam.add_role_to_instance_profile(InstanceProfileName="blue", RoleName="web")
    ec2 = boto3.client("ec2", region_name="us-east-1")
    answer = ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2)
    first, second = (instance["InstanceId"] for instance in answer["Instances"])
    used = ec2.associate_iam_instance_profile(InstanceId=first, IamInstanceProfile={"Name": "web"})
    ec2.associate_iam_instance_profile(InstanceId=second, IamInstanceProfile={"Name": "blue"})
    around = profile_calls.read_surroundings(iam, ec2, request)
    assert around.holders == ("blue", "web")
    assert around.other_holders == ["blue"]
    assert around.associations == {first: used["IamInstanceProfileAssociation"]["AssociationId"]}
    profile_calls.apply_removal(iam, ec2, plan_removal(around, request_of(force=True), "aws"), Clock().deadline(0))
    profile_calls.wait_until_gone(iam, "web", Clock().deadline(0))
    left = profile_calls.read_surroundings(iam, ec2, request)
    assert (left.profile, left.holders) == (None, ("blue",))
