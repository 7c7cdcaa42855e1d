# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module instance_profile_association from its arguments to its result, on moto and on answers written down."""

from __future__ import annotations

import datetime
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes import association_task_calls
from ansible_collections.ssmops.run_command.plugins.modules import instance_profile_association

from ..module_utils.commands.fake_ssm import Clock
from .run_module import assert_refused, run_module

if t.TYPE_CHECKING:
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient

    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

ONE, TWO, THREE = (f"i-{number:017x}" for number in (1, 2, 3))
WEB_ARN = "arn:aws:iam::123456789012:instance-profile/web"
OLD_ARN = "arn:aws:iam::123456789012:instance-profile/ops/old"
UNKNOWN = "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(instance_profile_association.main, options, capsys, check=check)

    return run_it


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The deadlines of every test pass by this clock."""
    clock = Clock()
    monkeypatch.setattr(association_task_calls, "Deadline", clock.deadline)
    return clock


@pytest.fixture
def iam(aws: None) -> IAMClient:
    client = boto3.client("iam", region_name="us-east-1")
    make_profile(client, "web")
    make_profile(client, "old", Path="/ops/")
    return client


def make_profile(iam: IAMClient, name: str, **more: t.Any) -> None:
    """An instance profile with a role of its own: EC2 takes no other."""
    iam.create_instance_profile(InstanceProfileName=name, **more)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


@pytest.fixture
def ec2(iam: IAMClient) -> EC2Client:
    return boto3.client("ec2", region_name="us-east-1")


def start_instances(ec2: EC2Client, count: int, **tags: str) -> list[str]:
    answer = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=count,
        MaxCount=count,
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": key, "Value": value} for key, value in {"Made": "here", **tags}.items()],
            }
        ],
    )
    return sorted(instance["InstanceId"] for instance in answer["Instances"])


def associations_of(ec2: EC2Client) -> dict[str, str]:
    """The name of the profile of each instance that has one."""
    pages = ec2.get_paginator("describe_iam_instance_profile_associations").paginate()
    return {
        item["InstanceId"]: item["IamInstanceProfile"]["Arn"].rpartition("/")[2]
        for page in pages
        for item in page["IamInstanceProfileAssociations"]
        if item["State"] in {"associating", "associated"}
    }


def but(**options: t.Any) -> dict[str, t.Any]:
    return {"name": "web", "instance_ids": [ONE], **options}


def where(**options: t.Any) -> dict[str, t.Any]:
    return {"name": "web", **options}


# Arguments, and the argument, the value and what is allowed as the one sentence names them.
BAD: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"instance_ids": [ONE]}, ["state is present", "missing", "name"]),
    (where(), ["required", "instance_ids, filters, tags"]),
    (but(tags={"a": "b"}), ["mutually exclusive", "instance_ids|tags"]),
    (but(filters={"vpc-id": "vpc-1"}), ["mutually exclusive", "instance_ids|filters"]),
    (but(name="web nodes"), ["name", "'web nodes'", "letters, digits"]),
    (but(instance_ids=["web1"]), ["instance_ids", "'web1'", "8 or 17"]),
    (but(instance_ids=["mi-0123456789abcdef0"]), ["instance_ids", "'mi-0123456789abcdef0'", "EC2"]),
    (but(instance_ids=["i-0123456789ABCDEF0"]), ["instance_ids", "i-0123456789ABCDEF0"]),
    (where(filters={}), ["filters and tags", "every instance"]),
    (where(tags={}), ["filters and tags", "every instance"]),
    (where(filters={"vpc-id": []}), ["filters[vpc-id]", "0 values", "1 to 200"]),
    (where(filters={"vpc-id": [f"vpc-{n}" for n in range(201)]}), ["filters[vpc-id]", "201 values"]),
    (where(filters={"vpc-id": {"a": "b"}}), ["filters[vpc-id]", "{'a': 'b'}", "strings"]),
    (where(tags={"Role": None}), ["tags[Role]", "None"]),
    (where(tags="Role"), ["tags", "dict"]),
    (but(on_conflict="ask"), ["on_conflict", "keep, replace, fail", "ask"]),
    (but(state="gone"), ["state", "present, absent", "gone"]),
    (but(state="absent", wait_online=True), ["wait_online", "'absent'", "'present'"]),
    (but(wait_timeout=-5), ["wait_timeout", "-5", "0 and more"]),
    (but(wait_timeout="soon"), ["wait_timeout", "soon"]),
    (but(wait="perhaps"), ["wait", "perhaps"]),
    (but(role="web"), ["Unsupported parameters", "role"]),
]


@pytest.mark.parametrize(("options", "named"), BAD)
@pytest.mark.usefixtures("refuse_clients")
def test_bad_input_is_refused_in_one_sentence_without_a_call(
    run: Run, options: dict[str, t.Any], named: list[str]
) -> None:
    assert_refused(run(**options), named)


def test_check_real_check_real_absent(ec2: EC2Client, run: Run) -> None:
    ids = start_instances(ec2, 2, Finance="WebServers")
    start_instances(ec2, 1, Finance="Databases")
    options = where(tags={"Finance": ["WebServers", "AppServers"]})
    promised = run(check=True, **options)
    assert associations_of(ec2) == {}
    made = run(**options)
    assert associations_of(ec2) == dict.fromkeys(ids, "web")
    for result in (promised, made):
        assert result["changed"]
        assert [item["outcome"] for item in result["associations"]] == ["associated", "associated"]
        assert result["diff"] == {"before": dict.fromkeys(ids, ""), "after": dict.fromkeys(ids, "web")}
    assert promised["associations"][0].keys() == made["associations"][0].keys()
    for check in (True, False):
        again = run(check=check, **options)
        assert not again["changed"]
        assert [item["association_id"] for item in again["associations"]] == [
            item["association_id"] for item in made["associations"]
        ]
    gone = {**options, "state": "absent"}
    for result in (run(check=True, **gone), run(**gone)):
        assert [item["outcome"] for item in result["associations"]] == ["disassociated", "disassociated"]
        assert result["diff"]["after"] == dict.fromkeys(ids, "")
    assert associations_of(ec2) == {}
    assert not run(**gone)["changed"]


@pytest.mark.parametrize(
    ("on_conflict", "outcomes", "profile"),
    [("keep", ["kept", "associated"], "old"), ("replace", ["replaced", "associated"], "web")],
)
def test_another_profile_is_kept_or_replaced(
    ec2: EC2Client, run: Run, on_conflict: str, outcomes: list[str], profile: str
) -> None:
    first, second = start_instances(ec2, 2)
    ec2.associate_iam_instance_profile(InstanceId=first, IamInstanceProfile={"Name": "old"})
    options = where(instance_ids=[first, second], on_conflict=on_conflict)
    promised, made = run(check=True, **options), run(**options)
    for result in (promised, made):
        assert [item["outcome"] for item in result["associations"]] == outcomes
        assert [item["instance_profile_name"] for item in result["associations"]] == [profile, "web"]
        assert result["associations"][0]["previous_instance_profile_name"] == "old"
    assert associations_of(ec2) == {first: profile, second: "web"}
    assert not run(**options)["changed"]


def test_a_conflict_fails_its_instance_and_no_other(ec2: EC2Client, run: Run) -> None:
    first, second = start_instances(ec2, 2)
    ec2.associate_iam_instance_profile(InstanceId=first, IamInstanceProfile={"Name": "old"})
    result = run(**where(instance_ids=[first, second]))
    assert result["failed"]
    assert result["changed"]
    assert result["msg"] == (
        f"1 of 2 instances failed: {first} has the instance profile old; set on_conflict to 'replace' or 'keep'"
    )
    assert result["failed_instance_ids"] == [first]
    assert associations_of(ec2) == {first: "old", second: "web"}


def test_a_profile_that_was_made_again_is_associated_anew(iam: IAMClient, ec2: EC2Client, run: Run) -> None:
    (instance_id,) = start_instances(ec2, 1)
    ec2.associate_iam_instance_profile(InstanceId=instance_id, IamInstanceProfile={"Name": "web"})
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    result = run(**where(instance_ids=[instance_id]))
    assert [item["outcome"] for item in result["associations"]] == ["replaced"]
    assert not run(**where(instance_ids=[instance_id]))["changed"]


def test_hundreds_of_instances_get_a_result_each(ec2: EC2Client, run: Run) -> None:
    ids = start_instances(ec2, 250, Role="web")
    other = ids[100]
    ec2.associate_iam_instance_profile(InstanceId=other, IamInstanceProfile={"Name": "old"})
    result = run(**where(tags={"Role": "web"}))
    assert [item["instance_id"] for item in result["associations"]] == ids
    assert result["failed_instance_ids"] == [other]
    assert associations_of(ec2) == {**dict.fromkeys(ids, "web"), other: "old"}


def test_instances_on_their_way_out_are_no_targets(ec2: EC2Client, run: Run) -> None:
    stopped, ended = start_instances(ec2, 2, Role="web")
    ec2.stop_instances(InstanceIds=[stopped])
    ec2.terminate_instances(InstanceIds=[ended])
    assert [item["instance_id"] for item in run(**where(tags={"Role": "web"}))["associations"]] == [stopped]
    named = run(**where(instance_ids=[ended, ONE]))
    assert named["failed"]
    assert [item["msg"] for item in named["associations"]] == [
        "is terminated",
        "is not an instance of this account and region",
    ]
    assert not run(**where(instance_ids=[ended, ONE], state="absent"))["changed"]


def test_absent_leaves_other_profiles_unless_none_is_named(ec2: EC2Client, run: Run) -> None:
    (instance_id,) = start_instances(ec2, 1)
    ec2.associate_iam_instance_profile(InstanceId=instance_id, IamInstanceProfile={"Name": "old"})
    kept = run(**where(instance_ids=[instance_id], state="absent"))
    assert [item["outcome"] for item in kept["associations"]] == ["kept"]
    assert run(instance_ids=[instance_id], state="absent")["changed"]
    assert associations_of(ec2) == {}


def test_no_instance_is_a_warning(ec2: EC2Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(instance_profile_association, "warn", warned.append)
    assert run(**where(tags={"Role": "none"}))["associations"] == []
    assert run(**where(instance_ids=[]))["associations"] == []
    assert warned == ["No instance was given, or matches filters and tags."] * 2


def test_a_profile_that_is_not_there_is_told_at_once(
    ec2: EC2Client, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(instance_profile_association, "warn", warned.append)
    ids = start_instances(ec2, 1)
    assert run(check=True, name="new", instance_ids=ids)["changed"]
    assert warned == ["name: there is no instance profile 'new' in this account yet."]
    assert clock.now == 0
    result = run(name="new", instance_ids=ids)
    assert result["msg"] == "name: there is no instance profile 'new' in this account; allowed is one that exists."
    assert clock.now == 10


def instance(instance_id: str, state: str = "running", **more: t.Any) -> dict[str, t.Any]:
    return {"InstanceId": instance_id, "State": {"Name": state}, **more}


def association(instance_id: str, state: str, arn: str = WEB_ARN) -> dict[str, t.Any]:
    return {
        "AssociationId": f"iip-assoc-{instance_id}",
        "InstanceId": instance_id,
        "IamInstanceProfile": {"Arn": arn, "Id": f"id-of-{arn}"},
        "State": state,
    }


def describe(stubs: StubbedClients, *instances: dict[str, t.Any], token: str | None = None) -> None:
    answer: dict[str, t.Any] = {"Reservations": [{"Instances": list(instances)}]}
    stubs.answer("ec2", "describe_instances", {**answer, "NextToken": token} if token else answer)


def read(stubs: StubbedClients, *associations: dict[str, t.Any]) -> None:
    answer = {"IamInstanceProfileAssociations": list(associations)}
    stubs.answer("ec2", "describe_iam_instance_profile_associations", answer)


def find_profile(stubs: StubbedClients, arn: str = WEB_ARN, **role: t.Any) -> None:
    profile = {
        "Path": "/",
        "InstanceProfileName": arn.rpartition("/")[2],
        "InstanceProfileId": f"id-of-{arn}",
        "Arn": arn,
        "CreateDate": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        "Roles": [
            {
                "Path": "/",
                "RoleName": "web",
                "RoleId": "AROA0123456789EXAMPLE",
                "Arn": "arn:aws:iam::123456789012:role/web",
                "CreateDate": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
            }
        ],
    }
    stubs.answer("iam", "get_instance_profile", {"InstanceProfile": {**profile, **role}})


def associate(stubs: StubbedClients, state: str = "associating") -> None:
    answer = {"IamInstanceProfileAssociation": association(ONE, state)}
    expected = {"InstanceId": ONE, "IamInstanceProfile": {"Name": "web"}}
    stubs.answer("ec2", "associate_iam_instance_profile", answer, expected)


def test_a_profile_that_ec2_does_not_know_yet_is_tried_again(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    for _attempt in range(3):
        read(stubs)
        stubs.fail("ec2", "associate_iam_instance_profile", "InvalidParameterValue", UNKNOWN)
    read(stubs)
    associate(stubs)
    read(stubs, association(ONE, "associating"))
    read(stubs, association(ONE, "associated"))
    result = run(**but())
    assert [(item["outcome"], item["state"]) for item in result["associations"]] == [("associated", "associated")]
    assert clock.now == 10.0


def test_a_profile_that_ec2_never_knows_ends_with_the_timeout(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    for _attempt in range(3):
        read(stubs)
        stubs.fail("ec2", "associate_iam_instance_profile", "InvalidParameterValue", UNKNOWN)
    result = run(**but(wait_timeout=4))
    assert result["failed"]
    assert "Invalid IAM Instance Profile name" in result["msg"]
    assert result["msg"].endswith("; waited 4 seconds")
    assert clock.now == 4.0


def test_other_invalid_values_are_not_tried_again(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs)
    stubs.fail("ec2", "associate_iam_instance_profile", "UnauthorizedOperation", "You are not authorized: iam:PassRole")
    result = run(**but())
    assert "iam:PassRole" in result["associations"][0]["msg"]
    assert result["failed_instance_ids"] == [ONE]
    assert clock.now == 0


def test_states_in_between_are_waited_for(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE, "pending"))
    find_profile(stubs)
    read(stubs, association(ONE, "disassociating", OLD_ARN))
    read(stubs)
    stubs.fail(
        "ec2", "associate_iam_instance_profile", "IncorrectInstanceState", "The instance is not in a valid state"
    )
    read(stubs)
    associate(stubs, "associated")
    result = run(**but())
    assert [item["outcome"] for item in result["associations"]] == ["associated"]
    assert clock.now == 4.0


def test_without_wait_what_was_begun_is_enough(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs)
    associate(stubs)
    result = run(**but(wait=False))
    assert [(item["outcome"], item["state"]) for item in result["associations"]] == [("associated", "associating")]
    assert clock.now == 0


def test_disassociation_is_waited_for(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    read(stubs, association(ONE, "associated"))
    stubs.answer("ec2", "disassociate_iam_instance_profile", {}, {"AssociationId": f"iip-assoc-{ONE}"})
    read(stubs, association(ONE, "disassociating"))
    read(stubs)
    result = run(**but(state="absent"))
    assert [(item["outcome"], item["state"]) for item in result["associations"]] == [("disassociated", "")]
    assert clock.now == 4.0


def test_instances_are_read_page_by_page(stubs: StubbedClients, run: Run) -> None:
    describe(stubs, instance(ONE), token="more")
    describe(stubs, instance(TWO))
    find_profile(stubs)
    read(stubs, association(ONE, "associated"), association(TWO, "associated"))
    result = run(**where(filters={"vpc-id": "vpc-1"}))
    assert [item["instance_id"] for item in result["associations"]] == [ONE, TWO]


def test_a_caller_who_may_not_read_iam_can_associate(stubs: StubbedClients, run: Run) -> None:
    describe(stubs, instance(ONE))
    stubs.fail("iam", "get_instance_profile", "AccessDenied")
    read(stubs)
    associate(stubs, "associated")
    assert run(**but())["changed"]


def ping(stubs: StubbedClients, **statuses: str) -> None:
    """What SSM says of the nodes: their ping statuses by name of the constant."""
    ids = {"ONE": ONE, "TWO": TWO, "THREE": THREE}
    nodes = [
        {
            "InstanceId": ids[name],
            "PingStatus": status,
            "LastPingDateTime": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        }
        for name, status in statuses.items()
    ]
    stubs.answer("ssm", "describe_instance_information", {"InstanceInformationList": nodes})


def test_nodes_are_waited_for_until_they_are_online(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs, association(ONE, "associated"))
    ping(stubs)
    ping(stubs, ONE="ConnectionLost")
    ping(stubs, ONE="Online")
    result = run(**but(wait_online=True))
    assert not result["changed"]
    assert [(item["ping_status"], item["offline_reason"]) for item in result["associations"]] == [("Online", "")]
    assert clock.now == 2.5


def test_nodes_that_stay_offline_are_named_with_the_likely_reason(
    stubs: StubbedClients, clock: Clock, run: Run
) -> None:
    instances = (instance(ONE), instance(TWO, PublicIpAddress="192.0.2.1"), instance(THREE, "stopped"))
    describe(stubs, *instances)
    find_profile(stubs)
    read(stubs, *(association(node, "associated") for node in (ONE, TWO, THREE)))
    for _poll in range(2):
        ping(stubs, TWO="ConnectionLost")
    find_profile(stubs)
    allowed = {"EvalActionName": "ssm:UpdateInstanceInformation", "EvalDecision": "allowed"}
    stubs.answer("iam", "simulate_principal_policy", {"EvaluationResults": [allowed]})
    describe(stubs, *instances)
    result = run(**where(instance_ids=[ONE, TWO, THREE], wait_online=True, wait_timeout=1))
    assert result["failed"]
    assert result["failed_instance_ids"] == [ONE, TWO, THREE]
    first, second, third = (item["offline_reason"] for item in result["associations"])
    assert "it has no public address, so it needs NAT, or VPC endpoints" in first
    assert second == (
        "SSM has received no ping since 2026-01-02T00:00:00+00:00: the agent was stopped, or its route to SSM's"
        " endpoints is gone"
    )
    assert third == "the instance is stopped"
    assert [item["ping_status"] for item in result["associations"]] == ["", "ConnectionLost", ""]
    assert clock.now == 1.0


def test_a_role_without_the_permissions_is_named(stubs: StubbedClients, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs, association(ONE, "associated", OLD_ARN))
    ping(stubs)
    find_profile(stubs, OLD_ARN)
    denied = [
        {"EvalActionName": "ssm:UpdateInstanceInformation", "EvalDecision": "implicitDeny"},
        {"EvalActionName": "ec2messages:GetMessages", "EvalDecision": "explicitDeny"},
        {"EvalActionName": "ec2messages:SendReply", "EvalDecision": "allowed"},
    ]
    asked = {
        "PolicySourceArn": "arn:aws:iam::123456789012:role/web",
        "ResourceArns": ["*"],
        "ActionNames": [
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:OpenControlChannel",
            "ec2messages:GetMessages",
            "ec2messages:AcknowledgeMessage",
            "ec2messages:SendReply",
        ],
    }
    stubs.answer("iam", "simulate_principal_policy", {"EvaluationResults": denied}, asked)
    describe(stubs, instance(ONE))
    result = run(**but(on_conflict="keep", wait_online=True, wait_timeout=0))
    assert result["associations"][0]["outcome"] == "kept"
    assert result["msg"] == (
        f"1 of 1 instances failed: {ONE} is not online: the role of its instance profile lacks"
        " ssm:UpdateInstanceInformation, ec2messages:GetMessages"
    )


def test_a_profile_without_a_role_is_named(stubs: StubbedClients, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs, Roles=[])
    read(stubs, association(ONE, "associated"))
    ping(stubs)
    find_profile(stubs, Roles=[])
    describe(stubs, instance(ONE))
    result = run(**but(wait_online=True, wait_timeout=0))
    assert "lacks all permissions, because the profile has no role" in result["msg"]


def test_a_caller_who_may_not_simulate_still_gets_a_reason(stubs: StubbedClients, run: Run) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs, association(ONE, "associated"))
    ping(stubs)
    find_profile(stubs)
    stubs.fail("iam", "simulate_principal_policy", "AccessDenied", "no simulation")
    describe(stubs, instance(ONE))
    result = run(**but(wait_online=True, wait_timeout=0))
    assert "no agent is running" in result["msg"]
    assert "its role was not checked: Failed to simulate the policies of the principal" in result["msg"]


@pytest.mark.parametrize("refused", ["ssm", "ec2"])
def test_associations_are_in_the_result_though_a_later_read_is_refused(
    stubs: StubbedClients, run: Run, refused: str
) -> None:
    describe(stubs, instance(ONE))
    find_profile(stubs)
    read(stubs)
    associate(stubs, "associated")
    if refused == "ssm":
        stubs.fail("ssm", "describe_instance_information", "AccessDeniedException")
    else:
        ping(stubs)
        find_profile(stubs)
        stubs.answer("iam", "simulate_principal_policy", {"EvaluationResults": []})
        stubs.fail("ec2", "describe_instances", "UnauthorizedOperation")
    result = run(**but(wait_online=True, wait_timeout=0))
    assert (result["failed"], result["changed"]) == (True, True)
    (told,) = result["associations"]
    assert (told["outcome"], told["state"]) == ("associated", "associated")
    assert {"ssm": "DescribeInstanceInformation is denied", "ec2": "no agent is running"}[refused] in told[
        "offline_reason"
    ]


def test_check_mode_looks_at_the_nodes_without_waiting(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    describe(stubs, instance(ONE), instance(TWO))
    find_profile(stubs)
    read(stubs, association(ONE, "associated"))
    ping(stubs, ONE="Online")
    result = run(check=True, **where(instance_ids=[ONE, TWO], wait_online=True))
    assert result["changed"]
    assert [item["ping_status"] for item in result["associations"]] == ["Online", ""]
    assert [item["offline_reason"] for item in result["associations"]] == ["", ""]
    assert clock.now == 0


def test_what_cannot_be_read_at_all_is_an_error_of_the_task(stubs: StubbedClients, run: Run) -> None:
    stubs.fail("ec2", "describe_instances", "UnauthorizedOperation", "no")
    result = run(**but())
    assert result["msg"].startswith("Failed to describe the instances")
    assert result["error"]["code"] == "UnauthorizedOperation"
