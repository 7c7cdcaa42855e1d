# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module instance_profile from its arguments to its result, on moto's IAM and on answers written down."""

from __future__ import annotations

import datetime
import json
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.modules import instance_profile

from ..module_utils.commands.fake_ssm import Clock
from .run_module import assert_refused, run_module

if t.TYPE_CHECKING:
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient

    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
FOREIGN = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
MARK = {"ssmops:made-by": "ssmops.run_command.instance_profile"}
NODE_POLICY = "ssmops-run-command-node"
EC2_TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'  # noqa: E501
MFA_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            }
        ],
    }
)
DEBUG = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}'
WHOLE: dict[str, t.Any] = {
    "name": "web",
    "core_policy": "inline",
    "path": "/ops/",
    "cloudwatch_log_groups": ["/ssm/commands"],
    "output_s3_buckets": [{"bucket": "command-output", "prefix": "web", "other_account": True}],
    "agent_s3_buckets": True,
    "managed_policies": ["AmazonSSMPatchAssociation"],
    "also_hybrid": True,
    "tags": {"team": "web"},
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(instance_profile.main, options, capsys, check=check)

    return run_it


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The module's deadlines pass by this clock."""
    clock = Clock()
    monkeypatch.setattr(instance_profile, "Deadline", clock.deadline)
    return clock


@pytest.fixture
def iam(aws_with_policies: None) -> IAMClient:
    return boto3.client("iam", region_name="us-east-1")


@pytest.fixture
def ec2(aws_with_policies: None) -> EC2Client:
    return boto3.client("ec2", region_name="us-east-1")


def start_instance(ec2: EC2Client, profile: str) -> str:
    """The id of an instance with this profile."""
    answer = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    instance_id = answer["Instances"][0]["InstanceId"]
    ec2.associate_iam_instance_profile(InstanceId=instance_id, IamInstanceProfile={"Name": profile})
    return instance_id


def but(**options: t.Any) -> dict[str, t.Any]:
    return {"name": "web", **options}


def bucket(**options: t.Any) -> dict[str, t.Any]:
    return but(output_s3_buckets=[{"bucket": "output", **options}])


# Arguments, and the argument, the value and what is allowed as the one sentence names them.
BAD: list[tuple[dict[str, t.Any], list[str]]] = [
    ({}, ["missing", "name"]),
    (but(name=""), ["name", "''", "1 to 128"]),
    (but(name="web nodes"), ["name", "'web nodes'", "letters, digits"]),
    (but(name="n" * 129), ["name", "1 to 128"]),
    (but(name="n" * 65), ["role_name", "not set", "64"]),
    (but(state="gone"), ["state", "present, absent", "gone"]),
    (but(profil="web"), ["Unsupported parameters", "profil"]),
    (but(role_name="r/x"), ["role_name", "'r/x'", "1 to 64"]),
    (but(role_name="r" * 65), ["role_name", "1 to 64"]),
    (but(path="ops"), ["path", "'ops'", "'/ops/ssm/'"]),
    (but(path="/a//b/"), ["path", "'/a//b/'"]),
    (but(path="/" + "p" * 511 + "/"), ["path"]),
    (but(core_policy="none"), ["core_policy", "managed, inline", "none"]),
    (but(cloudwatch_log_groups=["a b"]), ["cloudwatch_log_groups", "'a b'", "1 to 512"]),
    (but(cloudwatch_log_groups=[""]), ["cloudwatch_log_groups", "''"]),
    (but(output_s3_buckets=[{}]), ["missing", "bucket", "output_s3_buckets"]),
    (but(output_s3_buckets=["b"]), ["dictionary requested"]),
    (bucket(bucket="UPPER"), ["output_s3_buckets[0].bucket", "'UPPER'", "lowercase"]),
    (bucket(bucket="ab"), ["output_s3_buckets[0].bucket", "'ab'", "3 to 63"]),
    (bucket(prefix="a*"), ["output_s3_buckets[0].prefix", "'a*'", "*, ? and $"]),
    (bucket(prefix="${aws:username}"), ["output_s3_buckets[0].prefix"]),
    (bucket(prefix="p" * 501), ["output_s3_buckets[0].prefix", "500"]),
    (bucket(kms_key_arn="alias/x"), ["output_s3_buckets[0].kms_key_arn", "'alias/x'", "arn:PARTITION:kms"]),
    (bucket(kms_key_arn="arn:aws:kms:eu-west-1:123456789012:alias/x"), ["kms_key_arn", "key/ID"]),
    (bucket(key="x"), ["Unsupported parameters", "output_s3_buckets.key"]),
    (but(agent_s3_regions=["eu-west-1"]), ["agent_s3_buckets", "agent_s3_regions"]),
    (but(agent_s3_buckets=True, agent_s3_regions=["europe"]), ["agent_s3_regions", "'europe'", "eu-west-1"]),
    (but(managed_policies=["arn:aws:iam::aws:role/x"]), ["managed_policies", "'arn:aws:iam::aws:role/x'", "ARNs"]),
    (but(managed_policies=["a b"]), ["managed_policies", "'a b'"]),
    (but(permissions_boundary="boundary"), ["permissions_boundary", "'boundary'", "'' for none"]),
    (but(also_hybrid="perhaps"), ["also_hybrid", "perhaps"]),
    (but(tags={"aws:x": "y"}), ["tags", "'aws:x'"]),
    (but(tags={"ssmops:made-by": "me"}), ["tags", "'ssmops:made-by'", "other keys"]),
    (but(tags={"a": True}), ["tags[a]", "True"]),
    (but(tags={"a": "v" * 257}), ["tags[a]", "256"]),
    (but(tags={f"k{n}": "v" for n in range(50)}), ["tags", "50", "49"]),
    (but(wait_timeout=-1), ["wait_timeout", "-1", "0 and more"]),
    (but(wait_timeout="soon"), ["wait_timeout", "soon"]),
]


@pytest.mark.parametrize(("options", "named"), BAD)
@pytest.mark.usefixtures("refuse_clients")
def test_bad_input_is_refused_in_one_sentence_without_a_call(
    run: Run, options: dict[str, t.Any], named: list[str]
) -> None:
    assert_refused(run(**options), named)


def test_check_real_check_real_absent(iam: IAMClient, run: Run) -> None:
    promised = run(check=True, **WHOLE)
    assert iam.list_roles()["Roles"] == []
    made = run(**WHOLE)
    assert made["changed"]
    for made_later in ("instance_profile_id", "create_date"):
        assert promised["instance_profile"][made_later] is None
        assert made["instance_profile"][made_later]
    assert promised["role"] == made["role"]
    assert promised["diff"]["after"]["role"] == made["diff"]["after"]["role"] == made["role"]
    assert promised["instance_profile"].keys() == made["instance_profile"].keys()
    assert made["diff"]["before"] == {"instance_profile": {}, "role": {}}
    assert made["drift"] == {
        "attached_policies": [],
        "inline_policies": [],
        "policy_statements": [],
        "trust_statements": [],
    }
    for check in (True, False):
        again = run(check=check, **WHOLE)
        assert not again["changed"]
        assert again["instance_profile"] == made["instance_profile"]
        assert again["role"] == made["role"]
        assert again["diff"]["before"] == again["diff"]["after"]
    gone = {"name": "web", "managed_policies": WHOLE["managed_policies"], "state": "absent"}
    assert run(check=True, **gone) == run(**gone)
    assert iam.list_roles()["Roles"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    nothing = run(**gone)
    assert (nothing["changed"], nothing["instance_profile"], nothing["role"], nothing["kept"]) == (False, {}, {}, [])


def test_what_is_made_is_what_iam_has(iam: IAMClient, run: Run) -> None:
    made = run(**WHOLE)
    role = iam.get_role(RoleName="web")["Role"]
    assert role["Path"] == "/ops/"
    assert role["AssumeRolePolicyDocument"] == made["role"]["assume_role_policy_document"]
    assert {tag["Key"]: tag["Value"] for tag in role["Tags"]} == {"team": "web", **MARK}
    document = iam.get_role_policy(RoleName="web", PolicyName=NODE_POLICY)["PolicyDocument"]
    assert document == made["role"]["policy_document"]
    attached = iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonSSMPatchAssociation"]
    profile = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert [item["RoleName"] for item in profile["Roles"]] == ["web"]


def test_only_what_is_named_is_changed(iam: IAMClient, run: Run) -> None:
    run(**WHOLE)
    iam.attach_role_policy(RoleName="web", PolicyArn=FOREIGN)
    iam.put_role_policy(RoleName="web", PolicyName="debug", PolicyDocument=DEBUG)
    result = run(name="web", cloudwatch_log_groups=["/ssm/commands", "/ssm/other"])
    assert result["changed"]
    assert result["drift"]["attached_policies"] == sorted(
        [FOREIGN, "arn:aws:iam::aws:policy/AmazonSSMPatchAssociation"]
    )
    assert result["drift"]["inline_policies"] == ["debug"]
    unasked = {item["Sid"] for item in result["drift"]["policy_statements"]}
    assert unasked == {
        "CommandOutputObjects",
        "CommandOutputAcl",
        "CommandOutputBuckets",
        "AgentBuckets",
    }
    assert len(result["drift"]["trust_statements"]) == 1
    assert result["instance_profile"]["tags"] == {"team": "web", **MARK}
    purged = run(name="web", managed_policies=[], purge_managed_policies=True)
    assert purged["role"]["attached_policies"] == []
    assert purged["role"]["inline_policies"] == ["debug", NODE_POLICY]


def test_boundary_is_set_and_taken_off(iam: IAMClient, run: Run) -> None:
    assert run(name="web", permissions_boundary=FOREIGN)["role"]["permissions_boundary"] == FOREIGN
    assert not run(name="web", permissions_boundary=FOREIGN)["changed"]
    assert not run(name="web")["changed"]
    assert run(name="web", permissions_boundary="")["changed"]
    assert "PermissionsBoundary" not in iam.get_role(RoleName="web")["Role"]


def test_a_role_that_exists_gets_another_boundary_and_another_policy(iam: IAMClient, run: Run) -> None:
    run(name="web")
    for boundary in (FOREIGN, CORE):
        changed = run(name="web", permissions_boundary=boundary)
        assert changed["changed"]
        found = iam.get_role(RoleName="web")["Role"]["PermissionsBoundary"]
        assert found["PermissionsBoundaryArn"] == changed["role"]["permissions_boundary"] == boundary
    assert run(name="web", managed_policies=[FOREIGN])["changed"]
    attached = iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"]
    assert {policy["PolicyArn"] for policy in attached} == {CORE, FOREIGN}


def test_a_role_that_is_there_is_used_and_another_is_replaced(iam: IAMClient, run: Run) -> None:
    for name in ("old", "new"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2_TRUST)
    refused = run(name="web", role_name="old")
    assert "the role old was not made by this collection; set adopt" in refused["msg"]
    run(name="web", role_name="old", adopt=True)
    result = run(name="web", role_name="new", adopt=True)
    assert [role["role_name"] for role in result["diff"]["before"]["instance_profile"]["roles"]] == ["old"]
    assert [role["role_name"] for role in result["instance_profile"]["roles"]] == ["new"]
    assert not run(name="web", adopt=True)["changed"]
    removed = run(name="web", state="absent")
    assert removed["kept"] == ["The role new and the managed policies attached to it: this module did not create it."]
    assert {role["RoleName"] for role in iam.list_roles()["Roles"]} == {"old", "new"}


def test_the_role_of_somebody_else_is_refused_and_adopted_only_when_told_so(iam: IAMClient, run: Run) -> None:
    mfa = json.loads(MFA_TRUST)
    iam.create_role(RoleName="Admin", AssumeRolePolicyDocument=MFA_TRUST, Tags=[{"Key": "Owner", "Value": "security"}])
    for check in (True, False):
        refused = run(check=check, name="Admin", tags={"team": "web"})
        assert "name: the role Admin was not made by this collection; set adopt" in refused["msg"]
    assert iam.get_role(RoleName="Admin")["Role"]["AssumeRolePolicyDocument"] == mfa
    assert iam.list_attached_role_policies(RoleName="Admin")["AttachedPolicies"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    adopted = run(name="Admin", tags={"team": "web"}, cloudwatch_log_groups=["/x"], adopt=True)
    assert adopted["role"]["tags"] == {"Owner": "security", "team": "web"}
    removed = run(name="Admin", state="absent", force=True)
    assert removed["kept"] == ["The role Admin and the managed policies attached to it: this module did not create it."]
    role = iam.get_role(RoleName="Admin")["Role"]
    assert role["AssumeRolePolicyDocument"] == mfa
    assert iam.list_role_policies(RoleName="Admin")["PolicyNames"] == []


def test_an_adopted_profile_is_kept(iam: IAMClient, run: Run) -> None:
    iam.create_instance_profile(InstanceProfileName="theirs")
    assert "theirs was not made by this collection; set adopt" in run(name="theirs")["msg"]
    run(name="theirs", adopt=True)
    kept = run(name="theirs", state="absent", adopt=True)
    assert not kept["changed"]
    assert kept["kept"] == [
        "The instance profile theirs with its role: this module did not create it, and force is not set."
    ]
    assert [role["RoleName"] for role in iam.list_roles()["Roles"]] == ["theirs"]


def test_another_path_is_refused_as_iam_cannot_change_it(iam: IAMClient, run: Run) -> None:
    run(name="web")
    for check in (True, False):
        result = run(check=check, name="web", path="/ops/")
        assert "the instance profile web has the path '/', which IAM cannot change to '/ops/'" in result["msg"]
    assert iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Path"] == "/"


def test_absent_refuses_while_instances_use_it(ec2: EC2Client, run: Run) -> None:
    run(name="web")
    instance_id = start_instance(ec2, "web")
    for check in (True, False):
        refused = run(check=check, name="web", state="absent")
        assert refused["failed"]
        assert f"name: the instance profile web is used by {instance_id}" in refused["msg"]
    assert run(name="web", state="absent", force=True)["changed"]
    assert ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"] == []


def test_absent_refuses_what_it_did_not_make(iam: IAMClient, run: Run) -> None:
    iam.create_instance_profile(InstanceProfileName="theirs")
    assert "theirs was not made by this collection; set force" in run(name="theirs", state="absent")["msg"]
    run(name="web")
    iam.attach_role_policy(RoleName="web", PolicyArn=FOREIGN)
    assert f"the role web has other policies than this task's: {FOREIGN}" in run(name="web", state="absent")["msg"]
    assert run(name="web", state="absent", force=True)["changed"]
    assert iam.list_roles()["Roles"] == []


@pytest.mark.parametrize(("options", "limit"), [({"name": "web"}, 4), ({**WHOLE}, 5)])
@pytest.mark.usefixtures("aws_with_policies")
def test_a_run_that_changes_nothing_takes_few_calls(
    monkeypatch: pytest.MonkeyPatch, run: Run, options: dict[str, t.Any], limit: int
) -> None:
    run(**options)
    made: list[str] = []
    from botocore.client import BaseClient

    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore has no public hook for every call

    def count(client: BaseClient, operation: str, parameters: dict[str, t.Any]) -> t.Any:
        made.append(operation)
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    assert not run(**options)["changed"]
    assert len(made) == limit, made


def role_answer(name: str = "web") -> dict[str, t.Any]:
    return {
        "Role": {
            "Path": "/",
            "RoleName": name,
            "RoleId": "AROA0123456789EXAMPLE",
            "Arn": f"arn:aws:iam::123456789012:role/{name}",
            "CreateDate": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
            "AssumeRolePolicyDocument": EC2_TRUST,
            "Tags": [{"Key": key, "Value": value} for key, value in MARK.items()],
        }
    }


def profile_answer(roles: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    return {
        "InstanceProfile": {
            "Path": "/",
            "InstanceProfileName": "web",
            "InstanceProfileId": "AIPA0123456789EXAMPLE",
            "Arn": "arn:aws:iam::123456789012:instance-profile/web",
            "CreateDate": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
            "Roles": roles,
            "Tags": [{"Key": key, "Value": value} for key, value in MARK.items()],
        }
    }


def test_what_was_made_without_an_answer_is_looked_up(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    stubs.fail("iam", "get_instance_profile", "NoSuchEntity")
    stubs.fail("iam", "get_role", "NoSuchEntity")
    identity = {"Arn": "arn:aws:iam::123456789012:user/ops", "Account": "123456789012", "UserId": "x"}
    stubs.answer("sts", "get_caller_identity", identity)
    stubs.fail("iam", "create_role", "EntityAlreadyExists")
    stubs.answer("iam", "get_role", role_answer())
    stubs.answer("iam", "attach_role_policy", {}, {"RoleName": "web", "PolicyArn": CORE})
    stubs.fail("iam", "create_instance_profile", "EntityAlreadyExists")
    stubs.answer("iam", "get_instance_profile", profile_answer([]))
    stubs.answer("iam", "add_role_to_instance_profile", {}, {"InstanceProfileName": "web", "RoleName": "web"})
    assert run(name="web", wait=False)["changed"]


def expect_creation(stubs: StubbedClients) -> None:
    """The calls that make a profile where there is nothing; IAM is late in seeing the role."""
    stubs.fail("iam", "get_instance_profile", "NoSuchEntity")
    stubs.fail("iam", "get_role", "NoSuchEntity")
    identity = {"Arn": "arn:aws:iam::123456789012:user/ops", "Account": "123456789012", "UserId": "x"}
    stubs.answer("sts", "get_caller_identity", identity)
    stubs.answer("iam", "create_role", role_answer())
    stubs.fail("iam", "attach_role_policy", "NoSuchEntity", "The role with name web cannot be found.")
    stubs.answer("iam", "attach_role_policy", {}, {"RoleName": "web", "PolicyArn": CORE})
    stubs.answer("iam", "create_instance_profile", profile_answer([]))
    stubs.answer("iam", "add_role_to_instance_profile", {}, {"InstanceProfileName": "web", "RoleName": "web"})


def test_waits_until_iams_readers_see_it(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    expect_creation(stubs)
    stubs.fail("iam", "get_role", "NoSuchEntity")
    stubs.answer("iam", "get_role", role_answer())
    stubs.fail("iam", "get_instance_profile", "NoSuchEntity")
    stubs.answer("iam", "get_instance_profile", profile_answer([]))
    stubs.answer("iam", "get_instance_profile", profile_answer([role_answer()["Role"]]))
    result = run(name="web")
    assert result["instance_profile"]["instance_profile_id"] == "AIPA0123456789EXAMPLE"
    assert clock.now == 4.0


def test_a_wait_ends_with_its_timeout(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    expect_creation(stubs)
    for _attempt in range(2):
        stubs.fail("iam", "get_role", "NoSuchEntity")
    result = run(name="web", wait_timeout=2)
    assert result["failed"]
    assert "Timeout trying to read the instance profile web with the role web" in result["msg"]
    assert clock.now == 2.0


def test_without_wait_nothing_is_read_again(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    expect_creation(stubs)
    assert run(name="web", wait=False)["instance_profile"]["instance_profile_id"] is None
    assert clock.now == 1.0


def test_a_policy_that_is_not_there_is_not_waited_for(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    stubs.answer("iam", "get_instance_profile", profile_answer([role_answer()["Role"]]))
    stubs.answer("iam", "get_role", role_answer())
    stubs.answer("iam", "list_role_policies", {"PolicyNames": []})
    stubs.answer("iam", "list_attached_role_policies", {"AttachedPolicies": [{"PolicyArn": CORE}]})
    missing = "Policy arn:aws:iam::123456789012:policy/web does not exist or is not attachable."
    stubs.fail("iam", "attach_role_policy", "NoSuchEntity", missing)
    result = run(name="web", managed_policies=["arn:aws:iam::123456789012:policy/web"])
    assert result["failed"]
    assert result["msg"].startswith("Failed to attach the managed policy")
    assert result["error"]["code"] == "NoSuchEntity"
    assert clock.now == 0


def test_a_deletion_waits_for_what_iam_still_sees(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    stubs.answer("iam", "get_instance_profile", profile_answer([role_answer()["Role"]]))
    stubs.answer("iam", "get_role", role_answer())
    stubs.answer("iam", "list_role_policies", {"PolicyNames": []})
    stubs.answer("iam", "list_attached_role_policies", {"AttachedPolicies": []})
    held = {"InstanceProfiles": [profile_answer([])["InstanceProfile"]]}
    stubs.answer("iam", "list_instance_profiles_for_role", held)
    stubs.answer("ec2", "describe_iam_instance_profile_associations", {"IamInstanceProfileAssociations": []})
    stubs.answer("iam", "remove_role_from_instance_profile", {}, {"InstanceProfileName": "web", "RoleName": "web"})
    stubs.fail("iam", "delete_instance_profile", "DeleteConflict", "Cannot delete entity, must remove roles first.")
    stubs.answer("iam", "delete_instance_profile", {}, {"InstanceProfileName": "web"})
    stubs.fail("iam", "delete_role", "DeleteConflict", "Cannot delete entity, must remove roles first.")
    stubs.answer("iam", "delete_role", {}, {"RoleName": "web"})
    stubs.answer("iam", "get_instance_profile", profile_answer([]))
    stubs.fail("iam", "get_instance_profile", "NoSuchEntity")
    result = run(name="web", state="absent")
    assert result["changed"]
    assert result["diff"]["after"] == {"instance_profile": {}, "role": {}}
    assert clock.now == 3.0


def test_errors_of_aws_are_told_with_their_code(stubs: StubbedClients, run: Run) -> None:
    stubs.fail("iam", "get_instance_profile", "AccessDenied", "not authorized")
    result = run(name="web")
    assert result["msg"].startswith("Failed to get the instance profile")
    assert result["error"]["code"] == "AccessDenied"
