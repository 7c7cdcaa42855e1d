# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is and what is wanted to what is done."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.managed_policy import (
    PolicyState,
    Version,
    describe_state,
    next_version_id,
    parse_target,
    plan_absent,
    plan_present,
    policy_arn,
    versions_to_prune,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

ARN = "arn:aws:iam::123456789012:policy/web"
DOCUMENT: dict[str, t.Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "A", "Effect": "Allow", "Action": ["ssm:SendCommand"], "Resource": ["*"]}],
}
SAME_DOCUMENT: dict[str, t.Any] = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "ssm:sendcommand", "Resource": "*"},
}
OTHER_DOCUMENT: dict[str, t.Any] = {**DOCUMENT, "Statement": []}
MARK = {"ssmops:made-by": "ssmops.run_command.send_command_policy"}
STATE = PolicyState(
    arn=ARN,
    name="web",
    path="/",
    description="",
    default_version_id="v3",
    document=DOCUMENT,
    tags={"team": "web", "old": "x", **MARK},
    attachments={"users": ["alice"], "groups": ["ops"], "roles": []},
)


def target(**options: t.Any) -> t.Any:
    return parse_target({"name": "web", **options})


BAD: list[tuple[dict[str, t.Any], str]] = [
    ({"name": ""}, r"name: '' is not an IAM name; allowed are 1 to 128 letters, digits and the characters _\+=,\.@-\."),
    ({"name": None}, r"name: None is not an IAM name"),
    ({"name": "a b"}, r"name: 'a b' is not an IAM name"),
    ({"name": "ä"}, r"name: 'ä' is not an IAM name"),
    ({"name": "n" * 129}, r"name: 'n+' is not an IAM name"),
    ({"path": "ops"}, r"path: 'ops' is not a path"),
    ({"path": "/ops"}, r"path: '/ops' is not a path"),
    ({"path": "//"}, r"path: '//' is not a path"),
    ({"path": "/" + "p" * 511 + "/"}, r"path: .* is not a path"),
    ({"description": "d" * 1001}, r"description: it has 1001 characters; allowed are at most 1000"),
    ({"users": ["u" * 65]}, r"users: 'u+' is not an IAM name; allowed are 1 to 64"),
    ({"groups": ["a/b"]}, r"groups: 'a/b' is not an IAM name; allowed are 1 to 128"),
    ({"roles": [""]}, r"roles: '' is not an IAM name"),
    ({"tags": {"aws:x": "1"}}, r"tags: the tag key 'aws:x' begins with 'aws:'"),
    ({"tags": {"a": "v" * 257}}, r"tags\[a\]: 'v+' is not a string of at most 256 characters"),
    ({"tags": {"a": None}}, r"tags\[a\]: None is not a string"),
    ({"tags": {str(n): "x" for n in range(50)}}, r"tags: 50 tags were given; allowed are at most 49"),
    ({"tags": MARK}, r"tags: 'ssmops:made-by' is reserved for the collection"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_input_is_refused_by_name(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        target(**options)


def test_nothing_to_do() -> None:
    plan = plan_present(STATE, target(), SAME_DOCUMENT, ARN)
    assert not plan.is_change
    assert plan.after == STATE


def test_creation() -> None:
    plan = plan_present(None, target(path="/ops/", groups=["b", "a", "b"], tags={"n": 1}), DOCUMENT, ARN)
    assert plan.is_change
    assert plan.create
    assert plan.attach == (("groups", "a"), ("groups", "b"))
    assert plan.after is not None
    assert (plan.after.path, plan.after.tags, plan.after.default_version_id) == ("/ops/", {"n": "1", **MARK}, "v1")
    assert plan.after.attachments == {"users": [], "groups": ["a", "b"], "roles": []}


def test_another_meaning_is_a_new_version_and_nothing_else() -> None:
    plan = plan_present(STATE, target(), OTHER_DOCUMENT, ARN)
    assert (plan.new_version, plan.create, plan.delete, plan.attach, plan.detach) == (True, False, False, (), ())
    assert plan.after == dataclasses.replace(STATE, document=OTHER_DOCUMENT)


@pytest.mark.parametrize(
    ("options", "to_set", "to_remove", "left"),
    [
        ({}, {}, (), {"team": "web", "old": "x"}),
        ({"tags": {"team": "db"}}, {"team": "db"}, ("old",), {"team": "db"}),
        ({"tags": {"team": "web"}, "purge_tags": False}, {}, (), {"team": "web", "old": "x"}),
        ({"tags": {}}, {}, ("old", "team"), {}),
        ({"tags": {}, "purge_tags": False}, {}, (), {"team": "web", "old": "x"}),
        ({"tags": {"new": "n"}, "purge_tags": False}, {"new": "n"}, (), {"team": "web", "old": "x", "new": "n"}),
    ],
)
def test_tags(
    options: dict[str, t.Any], to_set: dict[str, str], to_remove: tuple[str, ...], left: dict[str, str]
) -> None:
    plan = plan_present(STATE, target(**options), DOCUMENT, ARN)
    assert (plan.tags_to_set, plan.tags_to_remove) == (to_set, to_remove)
    assert plan.after is not None
    assert plan.after.tags == left | MARK
    assert plan.is_change is bool(to_set or to_remove)


@pytest.mark.parametrize(
    ("options", "attach", "detach", "users"),
    [
        ({}, (), (), ["alice"]),
        ({"purge_attachments": True}, (), (), ["alice"]),
        ({"users": ["bob"]}, (("users", "bob"),), (), ["alice", "bob"]),
        ({"users": ["bob"], "purge_attachments": True}, (("users", "bob"),), (("users", "alice"),), ["bob"]),
        ({"users": [], "purge_attachments": True}, (), (("users", "alice"),), []),
        ({"users": []}, (), (), ["alice"]),
    ],
)
def test_attachments(options: dict[str, t.Any], attach: t.Any, detach: t.Any, users: list[str]) -> None:
    plan = plan_present(STATE, target(**options), DOCUMENT, ARN)
    assert (plan.attach, plan.detach) == (attach, detach)
    assert plan.after is not None
    assert plan.after.attachments == {"users": users, "groups": ["ops"], "roles": []}
    assert plan.is_change is bool(attach or detach)


NAMES = st.none() | st.lists(st.sampled_from(["alice", "bob"]), unique=True)
OPTIONS = st.fixed_dictionaries(
    {
        "users": NAMES,
        "groups": NAMES,
        "roles": NAMES,
        "purge_attachments": st.booleans(),
        "tags": st.none() | st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
        "purge_tags": st.booleans(),
    }
)
DOCUMENTS = st.sampled_from([DOCUMENT, SAME_DOCUMENT, OTHER_DOCUMENT])


@given(OPTIONS, DOCUMENTS, OPTIONS, DOCUMENTS)
def test_a_plan_is_a_change_exactly_when_the_policy_differs_and_the_next_is_none(
    first: dict[str, t.Any], there: dict[str, t.Any], second: dict[str, t.Any], wanted: dict[str, t.Any]
) -> None:
    current = plan_present(None, target(**first), there, ARN).after
    plan = plan_present(current, target(**second), wanted, ARN)
    assert plan.is_change is (plan.after != plan.before)
    again = plan_present(plan.after, target(**second), wanted, ARN)
    assert not again.is_change
    assert again.after == plan.after


def test_a_path_that_iam_cannot_change_is_refused() -> None:
    with pytest.raises(RequestError, match=r"path: the policy web has the path '/', which IAM cannot change to '/x/'"):
        plan_present(STATE, target(path="/x/"), DOCUMENT, ARN)
    assert not plan_present(STATE, target(path="/"), DOCUMENT, ARN).is_change


def test_absent_of_nothing_is_no_change() -> None:
    plan = plan_absent(None, target())
    assert not plan.is_change
    assert plan.after is None


def test_absent_refuses_while_something_else_has_it() -> None:
    with pytest.raises(RequestError, match=r"name: the policy web is still attached to user alice;"):
        plan_absent(STATE, target(groups=["ops"]))


@pytest.mark.parametrize("options", [{"users": ["alice", "carol"], "groups": ["ops"]}, {"force": True}])
def test_absent_detaches_from_all_that_have_it(options: dict[str, t.Any]) -> None:
    plan = plan_absent(STATE, target(**options))
    assert plan.delete
    assert plan.after is None
    assert plan.detach == (("users", "alice"), ("groups", "ops"))


def test_a_policy_of_others_is_refused_by_name_adopted_or_kept() -> None:
    theirs = dataclasses.replace(STATE, tags={"Owner": "x"})
    with pytest.raises(RequestError, match="the policy web was not made by this collection; set adopt"):
        plan_present(theirs, target(), DOCUMENT, ARN)
    adopted = plan_present(theirs, target(adopt=True, tags={"team": "web"}), OTHER_DOCUMENT, ARN)
    assert adopted.new_version
    assert adopted.after is not None
    assert adopted.after.tags == {"Owner": "x", "team": "web"}
    everyone: dict[str, t.Any] = {"users": ["alice"], "groups": ["ops"]}
    with pytest.raises(RequestError, match="the policy web was not made by this collection; set force"):
        plan_absent(theirs, target(**everyone))
    kept = plan_absent(theirs, target(**everyone, adopt=True))
    assert not kept.is_change
    assert kept.after == theirs
    assert plan_absent(theirs, target(force=True)).delete


@pytest.mark.parametrize("force", [True, False])
def test_absent_never_takes_a_boundary_away(force: bool) -> None:
    state = dataclasses.replace(STATE, boundary_of=2)
    with pytest.raises(RequestError, match="permissions boundary of 2 users or roles"):
        plan_absent(state, target(users=["alice"], groups=["ops"], force=force))


@given(st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True), st.data())
def test_pruning_leaves_room_for_one_and_keeps_the_default(numbers: list[int], data: st.DataObject) -> None:
    default = data.draw(st.sampled_from(numbers))
    versions = [Version(f"v{n}", n == default, n) for n in numbers]
    pruned = versions_to_prune(versions)
    assert len(numbers) - len(pruned) <= 4
    assert len(pruned) == (1 if len(numbers) == 5 else 0)
    assert f"v{default}" not in pruned
    assert pruned == [f"v{n}" for n in sorted(set(numbers) - {default})[: len(pruned)]]
    assert next_version_id(versions) == f"v{max(numbers) + 1}"


def test_arn_and_description() -> None:
    assert policy_arn("aws-cn", "1", None, "web") == "arn:aws-cn:iam::1:policy/web"
    assert policy_arn("aws", "1", "/a/b/", "web") == "arn:aws:iam::1:policy/a/b/web"
    assert describe_state(None) == {}
    described = describe_state(STATE)
    assert described["policy"] == {
        "arn": ARN,
        "policy_name": "web",
        "path": "/",
        "description": "",
        "default_version_id": "v3",
        "tags": {"team": "web", "old": "x", **MARK},
    }
    assert described["attachments"] == {"users": ["alice"], "groups": ["ops"], "roles": []}
    assert described["policy_document"] == DOCUMENT


def test_what_is_just_within_is_taken() -> None:
    made = target(
        name="n" * 128,
        path="/" + "p" * 510 + "/",
        description="d" * 1_000,
        users=["u" * 64],
        groups=["g" * 128],
        roles=["r" * 64],
        tags={f"k{number}": "v" * 256 for number in range(49)},
    )
    assert (len(made.name), len(made.path), len(made.description), len(made.tags)) == (128, 512, 1_000, 49)
    assert [len(names[0]) for names in made.attachments.values()] == [64, 128, 64]
