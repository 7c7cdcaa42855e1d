# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is and what is wanted to the calls."""

from __future__ import annotations

import dataclasses
import inspect
import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_calls import CALLS
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_plan import (
    Place,
    Plan,
    find_drift,
    plan_present,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
    ProfileRequest,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import (
    ProfileState,
    RoleState,
    describe_profile,
    describe_role,
    parse_role,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import (
    NODE_POLICY,
    trust_without_marks,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import mark_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

MADE_BY = mark_of("instance_profile")
PLACE = Place("aws", "123456789012")
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
OTHER = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
ROLE_IN_PROFILE: t.Any = {"RoleName": "web", "Arn": "arn:aws:iam::123456789012:role/web", "Path": "/"}
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


def wanted(**options: t.Any) -> ProfileRequest:
    return parse_request({"name": "web", **options}, "eu-west-1")


def made(request: ProfileRequest) -> ProfileState:
    """The state after the request was carried out on an empty account."""
    after = plan_present(None, None, request, PLACE).after
    assert after is not None
    return dataclasses.replace(after, profile_id="AIPA1", create_date="2026-01-01T00:00:00+00:00")


def replan(state: ProfileState, request: ProfileRequest) -> Plan:
    return plan_present(state, state.role, request, PLACE)


def calls(plan: Plan) -> list[str]:
    return [step.call for step in plan.steps]


def role_of(state: ProfileState | None) -> RoleState:
    assert state is not None
    assert state.role is not None
    return state.role


def test_creation() -> None:
    plan = plan_present(None, None, wanted(path="/ops/", tags={"team": "web"}, permissions_boundary=BOUNDARY), PLACE)
    assert calls(plan) == [
        "create_role",
        "attach_policy",
        "create_instance_profile",
        "add_role_to_instance_profile",
    ]
    creation = plan.steps[0].arguments
    assert creation["Tags"] == {"team": "web", **MADE_BY}
    assert creation["PermissionsBoundary"] == BOUNDARY
    assert json.loads(creation["AssumeRolePolicyDocument"])["Statement"][0]["Principal"] == {
        "Service": "ec2.amazonaws.com"
    }
    assert plan.steps[1].arguments == {"arn": CORE, "kind": "roles", "name": "web"}
    assert plan.after is not None
    assert plan.after.arn == "arn:aws:iam::123456789012:instance-profile/ops/web"
    assert role_of(plan.after).arn == "arn:aws:iam::123456789012:role/ops/web"
    assert role_of(plan.after).tags == {"team": "web", **MADE_BY}


FULL: dict[str, t.Any] = {
    "core_policy": "inline",
    "cloudwatch_log_groups": ["/a"],
    "output_s3_buckets": [{"bucket": "out"}],
    "agent_s3_buckets": True,
    "managed_policies": ["CloudWatchAgentServerPolicy"],
    "permissions_boundary": BOUNDARY,
    "also_hybrid": True,
    "tags": {"team": "web"},
}


@pytest.mark.parametrize("options", [{}, FULL, {"core_policy": "managed"}, {"role_name": "node"}, {"tags": {}}])
def test_the_same_again_changes_nothing(options: dict[str, t.Any]) -> None:
    request = wanted(**options)
    state = made(request)
    assert not replan(state, request).is_change
    assert replan(state, wanted(role_name=options.get("role_name"))).steps == ()


def test_an_inline_core_is_one_call_with_all_the_rest() -> None:
    plan = plan_present(None, None, wanted(**{**FULL, "managed_policies": None}), PLACE)
    assert calls(plan) == ["create_role", "put_role_policy", "create_instance_profile", "add_role_to_instance_profile"]
    assert role_of(plan.after).inline == (NODE_POLICY,)


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ({}, {"core_policy": "inline"}, ["put_role_policy", "detach_policy"]),
        ({"core_policy": "inline"}, {"core_policy": "managed"}, ["attach_policy", "delete_role_policy"]),
        ({"core_policy": "inline"}, {}, []),
        ({}, {"core_policy": "inline", "managed_policies": [CORE]}, ["put_role_policy"]),
        ({}, {"cloudwatch_log_groups": ["/a"]}, ["put_role_policy"]),
        ({"cloudwatch_log_groups": ["/a"]}, {"cloudwatch_log_groups": []}, ["delete_role_policy"]),
        ({}, {"also_hybrid": True}, ["update_assume_role_policy"]),
        ({"also_hybrid": True}, {"also_hybrid": False}, ["update_assume_role_policy"]),
        ({"also_hybrid": True}, {}, []),
        ({"tags": {}}, {"permissions_boundary": BOUNDARY}, ["put_role_permissions_boundary"]),
        ({"permissions_boundary": BOUNDARY}, {"permissions_boundary": ""}, ["delete_role_permissions_boundary"]),
        ({"managed_policies": [OTHER]}, {"managed_policies": []}, []),
        ({}, {"managed_policies": [OTHER]}, ["attach_policy"]),
        (
            {"managed_policies": [OTHER]},
            {"managed_policies": [], "purge_managed_policies": True},
            ["detach_policy"],
        ),
        ({"managed_policies": [OTHER]}, {"purge_managed_policies": True}, []),
        ({"tags": {"a": "1"}}, {"tags": {"a": "2"}}, ["tag_role", "tag_instance_profile"]),
        (
            {"tags": {"a": "1", "b": "1"}},
            {"tags": {"a": "2"}},
            ["untag_role", "tag_role", "untag_instance_profile", "tag_instance_profile"],
        ),
        ({"tags": {"a": "1"}}, {"tags": {}, "purge_tags": False}, []),
    ],
)
def test_only_what_differs_is_changed(before: dict[str, t.Any], after: dict[str, t.Any], steps: list[str]) -> None:
    request = wanted(**after)
    plan = replan(made(wanted(**before)), request)
    assert calls(plan) == steps
    assert plan.is_change is bool(steps)
    assert plan.after is not None
    assert replan(plan.after, request).steps == ()


def test_the_mark_is_not_purged() -> None:
    plan = replan(made(wanted(tags={"a": "1"})), wanted(tags={}))
    assert plan.after is not None
    assert plan.after.tags == MADE_BY
    assert role_of(plan.after).tags == MADE_BY


def test_an_adopted_role_keeps_its_tags_and_is_not_marked() -> None:
    role = dataclasses.replace(role_of(made(wanted())), tags={"Owner": "ops"}, permissions_boundary="")
    plan = plan_present(None, role, wanted(tags={"a": "1"}, adopt=True), PLACE)
    assert calls(plan) == ["tag_role", "create_instance_profile", "add_role_to_instance_profile"]
    assert role_of(plan.after).tags == {"Owner": "ops", "a": "1"}


def test_what_the_module_adds_to_the_trust_of_an_adopted_role_is_marked() -> None:
    mfa = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "sts:AssumeRole"}
    role = dataclasses.replace(role_of(made(wanted())), tags={}, trust={"Version": "2012-10-17", "Statement": [mfa]})
    after = role_of(plan_present(None, role, wanted(adopt=True, also_hybrid=True), PLACE).after)
    sids = [item.get("Sid") for item in after.trust["Statement"]]
    assert sids == ["RunCommandInstances", None, "RunCommandHybridNodes"]
    assert trust_without_marks(after.trust) == role.trust


def test_what_others_made_is_refused_by_name() -> None:
    state = made(wanted())
    with pytest.raises(RequestError, match="the role web was not made by this collection; set adopt"):
        plan_present(None, dataclasses.replace(role_of(state), tags={}), wanted(force=True), PLACE)
    with pytest.raises(RequestError, match="the instance profile web was not made by this collection; set adopt"):
        plan_present(dataclasses.replace(state, tags={}), state.role, wanted(), PLACE)


def test_another_role_replaces_the_one_in_the_profile() -> None:
    state = made(wanted())
    plan = plan_present(state, None, wanted(role_name="node"), PLACE)
    assert calls(plan) == [
        "create_role",
        "attach_policy",
        "remove_role_from_instance_profile",
        "add_role_to_instance_profile",
    ]
    assert plan.steps[2].arguments == {"name": "web", "role_name": "web"}
    assert role_of(plan.after).name == "node"


def test_a_profile_without_a_role_gets_one() -> None:
    state = dataclasses.replace(made(wanted()), role=None)
    plan = plan_present(state, None, wanted(), PLACE)
    assert calls(plan) == ["create_role", "attach_policy", "add_role_to_instance_profile"]


def test_another_path_is_refused() -> None:
    with pytest.raises(RequestError, match="path: the instance profile web has the path '/'"):
        replan(made(wanted()), wanted(path="/ops/"))


def test_a_policy_that_is_too_large_is_refused() -> None:
    groups = [f"/ssm/{number}/{'x' * 90}" for number in range(60)]
    with pytest.raises(RequestError, match=r"role policy of \d+ characters; allowed are at most 10240"):
        plan_present(None, None, wanted(cloudwatch_log_groups=groups), PLACE)


def test_drift_is_told_and_left() -> None:
    foreign = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    debug = {"Sid": "Debug", "Effect": "Allow", "Action": "*", "Resource": "*"}
    role = role_of(made(wanted(core_policy="inline")))
    assert role.node_policy is not None
    drifted = dataclasses.replace(
        role,
        attached=(CORE, OTHER),
        inline=(NODE_POLICY, "debug"),
        trust={**role.trust, "Statement": [*role.trust["Statement"], foreign]},
        node_policy={**role.node_policy, "Statement": [*role.node_policy["Statement"], debug]},
    )
    drift = find_drift(drifted, wanted(), "aws")
    assert drift == {
        "attached_policies": [OTHER],
        "inline_policies": ["debug"],
        "policy_statements": [debug],
        "trust_statements": [foreign],
    }
    assert plan_present(dataclasses.replace(made(wanted()), role=drifted), drifted, wanted(), PLACE).steps == ()
    assert not any(find_drift(role, wanted(), "aws").values())
    assert find_drift(drifted, wanted(managed_policies=["AmazonS3FullAccess"]), "aws")["attached_policies"] == []


def test_permissions_of_an_option_that_is_no_longer_set_are_drift() -> None:
    state = made(wanted(cloudwatch_log_groups=["/x"], agent_s3_buckets=True, core_policy="inline"))
    drift = find_drift(role_of(state), wanted(agent_s3_buckets=True), "aws")
    assert [item["Sid"] for item in drift["policy_statements"]] == ["CommandOutputLogs", "FindLogGroups"]
    assert replan(state, wanted(agent_s3_buckets=True)).steps == ()


def test_a_role_is_shown_with_what_was_read_of_it() -> None:
    plain, read = made(wanted()), parse_role(ROLE_IN_PROFILE)
    assert "tags" not in describe_role(read)
    assert describe_role(plain.role)["tags"] == MADE_BY
    assert describe_role(plain.role)["permissions_boundary"] == ""
    assert describe_role(None) == {}
    assert describe_profile(None) == {}
    assert describe_profile(dataclasses.replace(plain, role=None))["roles"] == []


def maybe(*values: t.Any) -> st.SearchStrategy[t.Any]:
    return st.none() | st.sampled_from(values)


OPTIONS = st.fixed_dictionaries(
    {
        "core_policy": maybe("managed", "inline"),
        "cloudwatch_log_groups": maybe([], ["/a"], ["/a", "/b"]),
        "output_s3_buckets": maybe(
            [], [{"bucket": "out"}], [{"bucket": "out", "prefix": "web", "other_account": True}]
        ),
        "agent_s3_buckets": maybe(True, False),
        "managed_policies": maybe([], [OTHER], ["AmazonSSMPatchAssociation", OTHER], [CORE]),
        "purge_managed_policies": st.booleans(),
        "permissions_boundary": maybe("", BOUNDARY, f"{BOUNDARY}2"),
        "also_hybrid": maybe(True, False),
        "tags": maybe({}, {"a": "1"}, {"a": "2", "b": "1"}),
        "purge_tags": st.booleans(),
        "role_name": maybe("node"),
    }
)


@given(OPTIONS, OPTIONS)
def test_a_plan_is_a_change_exactly_when_the_state_differs_and_the_next_is_none(
    first: dict[str, t.Any], second: dict[str, t.Any]
) -> None:
    request = wanted(**second)
    current = made(wanted(**first))
    held = role_of(current) if request.role_name in {None, role_of(current).name} else None
    plan = plan_present(current, held, request, PLACE)
    assert plan.is_change is (plan.after != plan.before)
    assert plan.after is not None
    assert replan(plan.after, request).steps == ()


@given(OPTIONS, OPTIONS)
def test_every_step_has_what_its_call_takes(first: dict[str, t.Any], second: dict[str, t.Any]) -> None:
    request = wanted(**second)
    current = made(wanted(**first))
    steps = [*plan_present(None, None, request, PLACE).steps, *replan(current, request).steps]
    for step in steps:
        inspect.signature(CALLS[step.call]).bind("a client", **step.arguments)
    assert {step.call for step in steps} >= {"create_role", "create_instance_profile"}


@given(OPTIONS, st.lists(st.sampled_from("GHI"), unique=True, max_size=3))
def test_statements_of_others_survive(options: dict[str, t.Any], sids: list[str]) -> None:
    foreign = [
        {"Sid": sid, "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{sid}"} for sid in sids
    ]
    trusted = [{"Sid": sid, "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::1:user/{sid}"}} for sid in sids]
    request = wanted(**{**options, "role_name": None})
    role = role_of(made(wanted(core_policy="inline")))
    assert role.node_policy is not None
    mixed = dataclasses.replace(
        role,
        node_policy={**role.node_policy, "Statement": [*foreign, *role.node_policy["Statement"]]},
        trust={**role.trust, "Statement": [*trusted, *role.trust["Statement"]]},
    )
    after = role_of(plan_present(dataclasses.replace(made(wanted()), role=mixed), mixed, request, PLACE).after)
    kept = after.node_policy["Statement"] if after.node_policy else []
    assert [item for item in kept if item["Sid"] in sids] == foreign
    assert [item for item in after.trust["Statement"] if item.get("Sid") in sids] == trusted
