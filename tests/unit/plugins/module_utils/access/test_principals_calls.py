# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All policies of users, groups and roles are read, from moto's IAM."""

from __future__ import annotations

import json
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.principals_calls import (
    Profile,
    read_policies,
    read_profile,
)
from moto import mock_aws

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_iam.client import IAMClient

ACCOUNT = "arn:aws:iam::123456789012"


def document(sid: str) -> dict[str, t.Any]:
    return {"Version": "2012-10-17", "Statement": [{"Sid": sid, "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def trust(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Principal": {"AWS": ACCOUNT + ":root"}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[IAMClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("iam", region_name="us-east-1")


def managed(iam: IAMClient, name: str) -> str:
    return iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document(name)))["Policy"]["Arn"]


def test_policies_of_a_user_and_of_its_groups(iam: IAMClient) -> None:
    iam.create_group(GroupName="team")
    iam.put_group_policy(GroupName="team", PolicyName="a", PolicyDocument=json.dumps(document("groupInline")))
    iam.attach_group_policy(GroupName="team", PolicyArn=managed(iam, "groupManaged"))
    iam.create_user(UserName="alice", Path="/ops/")
    iam.put_user_policy(UserName="alice", PolicyName="b", PolicyDocument=json.dumps(document("userInline")))
    iam.attach_user_policy(UserName="alice", PolicyArn=managed(iam, "userManaged"))
    iam.add_user_to_group(GroupName="team", UserName="alice")
    found = read_policies(iam, f"{ACCOUNT}:user/ops/alice")
    sids = [one["Statement"][0]["Sid"] for one in found.documents]
    assert sids == ["userInline", "userManaged", "groupInline", "groupManaged"]
    assert (found.boundary, found.unreadable) == ((), ())
    of_group = read_policies(iam, f"{ACCOUNT}:group/team").documents
    assert [one["Statement"][0]["Sid"] for one in of_group] == ["groupInline", "groupManaged"]


def test_tags_of_a_role_are_known_unless_its_sessions_bring_their_own(iam: IAMClient) -> None:
    tags: t.Any = [{"Key": "Team", "Value": "web"}]
    iam.create_role(RoleName="plain", AssumeRolePolicyDocument=trust("sts:AssumeRole"), Tags=tags)
    iam.create_role(RoleName="tagged", AssumeRolePolicyDocument=trust("sts:AssumeRole", "sts:Tag*"), Tags=tags)
    iam.put_role_policy(RoleName="plain", PolicyName="a", PolicyDocument=json.dumps(document("roleInline")))
    assert read_profile(iam, f"{ACCOUNT}:role/plain") == Profile({"Team": "web"})
    assert read_profile(iam, f"{ACCOUNT}:role/tagged") == Profile(None)
    assert read_profile(iam, f"{ACCOUNT}:group/team") is None
    assert [one["Statement"][0]["Sid"] for one in read_policies(iam, f"{ACCOUNT}:role/plain").documents] == [
        "roleInline"
    ]
