# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A managed policy read and changed as planned, on moto's IAM."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from unittest.mock import Mock

import boto3
import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy import (
    PolicyState,
    Target,
    parse_target,
    plan_absent,
    plan_present,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy_calls import (
    Outcome,
    apply_plan,
    read_policy,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam_policies
from botocore.exceptions import ClientError
from moto import mock_aws

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_iam.client import IAMClient

MARK = {"ssmops:made-by": "ssmops.run_command.send_command_policy"}
ARN = "arn:aws:iam::123456789012:policy/web"


def document(number: int = 1) -> dict[str, t.Any]:
    statement = {
        "Effect": "Allow",
        "Action": ["ssm:SendCommand"],
        "Resource": [f"arn:aws:ssm:*::document/AWS-{number}"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[IAMClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("iam", region_name="us-east-1")
        client.create_user(UserName="alice")
        client.create_group(GroupName="ops")
        client.create_role(RoleName="deployer", AssumeRolePolicyDocument="{}")
        yield client


def target(**options: t.Any) -> Target:
    return parse_target({"name": "web", **options})


def ensure(client: IAMClient, wanted: dict[str, t.Any], *, check_mode: bool = False, **options: t.Any) -> Outcome:
    plan = plan_present(read_policy(client, ARN), target(**options), wanted, ARN)
    return apply_plan(client, plan, check_mode=check_mode)


def reread(client: IAMClient) -> PolicyState:
    state = read_policy(client, ARN)
    assert state is not None
    return state


ALL: dict[str, t.Any] = {"users": ["alice"], "groups": ["ops"], "roles": ["deployer"]}


def test_nothing_there(iam: IAMClient) -> None:
    assert read_policy(iam, ARN) is None


def test_created_as_promised_in_check_mode(iam: IAMClient) -> None:
    options: dict[str, t.Any] = {"description": "for web", "tags": {"team": "web"}, **ALL}
    promised = ensure(iam, document(), check_mode=True, **options)
    assert read_policy(iam, ARN) is None
    made = ensure(iam, document(), **options)
    assert made == promised
    assert reread(iam) == made.state
    assert reread(iam).attachments == ALL


def test_changed_as_promised_in_check_mode(iam: IAMClient) -> None:
    ensure(iam, document(), tags={"team": "web", "old": "1"}, users=["alice"])
    options: dict[str, t.Any] = {"tags": {"team": "db"}, "users": [], "groups": ["ops"], "purge_attachments": True}
    promised = ensure(iam, document(2), check_mode=True, **options)
    assert reread(iam).document == document()
    changed = ensure(iam, document(2), **options)
    assert changed == promised
    after = reread(iam)
    assert after == changed.state
    assert (after.default_version_id, after.tags) == ("v2", {"team": "db", **MARK})
    assert after.attachments == {"users": [], "groups": ["ops"], "roles": []}


def test_sixth_version_takes_the_place_of_the_oldest_that_is_not_the_default(iam: IAMClient) -> None:
    for number in range(1, 6):
        assert ensure(iam, document(number)).pruned_versions == ()
    iam.set_default_policy_version(PolicyArn=ARN, VersionId="v1")
    outcome = ensure(iam, document(6))
    assert outcome.pruned_versions == ("v2",)
    versions = {
        version["VersionId"]: version["IsDefaultVersion"]
        for version in iam.list_policy_versions(PolicyArn=ARN)["Versions"]
    }
    assert versions == {"v1": False, "v3": False, "v4": False, "v5": False, "v6": True}
    assert reread(iam).document == document(6)


def test_a_caller_who_may_not_create_versions_deletes_none(iam: IAMClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        ensure(iam, document(number))
    refusal = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "CreatePolicyVersion")
    monkeypatch.setattr(iam, "create_policy_version", Mock(side_effect=refusal))
    with pytest.raises(AnsibleAWSError, match="CreatePolicyVersion is denied"):
        ensure(iam, document(6))
    assert len(iam.list_policy_versions(PolicyArn=ARN)["Versions"]) == 5


@pytest.mark.parametrize("size", [1, 5])
def test_another_limit_is_told_at_once(iam: IAMClient, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A quota that does not pass when there is room: five versions lose one, fewer lose none."""
    for number in range(1, size + 1):
        ensure(iam, document(number))
    refusal = ClientError({"Error": {"Code": "LimitExceeded", "Message": "quota"}}, "CreatePolicyVersion")
    monkeypatch.setattr(iam, "create_policy_version", Mock(side_effect=refusal))
    with pytest.raises(AnsibleAWSError, match="quota"):
        ensure(iam, document(6))
    assert len(iam.list_policy_versions(PolicyArn=ARN)["Versions"]) == min(size, 4)


def test_policy_of_another_path_is_found_by_its_name(iam: IAMClient) -> None:
    iam.create_policy(PolicyName="web", Path="/ops/", PolicyDocument=json.dumps(document()), Description="there")
    state = reread(iam)
    assert (state.arn, state.path, state.description) == (ARN.replace("/web", "/ops/web"), "/ops/", "there")
    assert not plan_present(state, target(adopt=True), document(), ARN).is_change


def test_unchanged_policy_takes_two_calls_and_a_third_when_attached(iam: IAMClient) -> None:
    seen: list[str] = []
    iam.meta.events.register("before-call.iam", lambda model, **_rest: seen.append(model.name))
    ensure(iam, document())
    seen.clear()
    assert not plan_present(reread(iam), target(), document(), ARN).is_change
    assert seen == ["GetPolicy", "GetPolicyVersion"]
    iam.attach_user_policy(UserName="alice", PolicyArn=ARN)
    seen.clear()
    reread(iam)
    assert seen == ["GetPolicy", "GetPolicyVersion", "ListEntitiesForPolicy"]


def test_removed_with_versions_and_attachments(iam: IAMClient) -> None:
    ensure(iam, document(), **ALL)
    ensure(iam, document(2))
    plan = plan_absent(reread(iam), target(**ALL))
    assert apply_plan(iam, plan, check_mode=True) == Outcome(None, ("v1",))
    assert reread(iam).attachments == ALL
    assert apply_plan(iam, plan, check_mode=False) == Outcome(None, ("v1",))
    assert read_policy(iam, ARN) is None
    assert iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"] == []


def test_nothing_to_do_makes_no_call() -> None:
    state = PolicyState(ARN, "web", "/", "", "v1", document(), MARK, {"users": [], "groups": [], "roles": []})
    plan = plan_present(state, target(), document(), ARN)
    assert apply_plan(t.cast("IAMClient", None), plan, check_mode=False) == Outcome(state)


def test_missing_user_is_told_as_iam_tells_it(iam: IAMClient) -> None:
    with pytest.raises(AnsibleAWSError) as failed:
        ensure(iam, document(), users=["nobody"])
    assert str(failed.value).startswith("Failed to attach the managed policy")
    assert "nobody" in str(failed.value)


def test_detaching_what_is_gone_is_no_error(iam: IAMClient) -> None:
    ensure(iam, document())
    state = dataclasses.replace(reread(iam), attachments={"users": ["alice"], "groups": [], "roles": []})
    apply_plan(iam, plan_absent(state, target(users=["alice"])), check_mode=False)
    assert read_policy(iam, ARN) is None
    assert iam_policies.delete_policy(iam, ARN) is False
