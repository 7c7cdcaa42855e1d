# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever may change a tag so that it lets him in is found, by whatever condition he may."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import request_facts
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Resource, resources_of_tag_sets
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix_calls import (
    Answer,
    Question,
    ask_principal,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes import (
    CHANGES_MAX,
    allowed_actions,
    request_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

from .simulating_iam import NOW, SimulatingIAM

if t.TYPE_CHECKING:
    from mypy_boto3_iam.client import IAMClient

Json = dict[str, t.Any]
PLACE = Place("aws", "us-east-1", "123456789012")
ALICE = "arn:aws:iam::123456789012:user/alice"
SHELL = Resource("AWS-RunShellScript", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript")
CREATE, DELETE = "ec2:CreateTags", "ec2:DeleteTags"
HYBRID = ["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"]
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
DENIED = {"Effect": "Deny"}


def sender(*tags: Json, guard: bool = False) -> Json:
    return build_document(parse_request({"scopes": [{"tags": one} for one in tags], "guard_tags": guard}))


def tagger(actions: str | list[str], condition: Json | None = None, *more: Json) -> Json:
    statement: Json = {"Effect": "Allow", "Action": actions, "Resource": "*", "Condition": condition or {}}
    return {"Version": "2012-10-17", "Statement": [statement, *({**statement, **one} for one in more)]}


def ask(*own: Json, **more: t.Any) -> Answer:
    iam = SimulatingIAM(None, {ALICE: list(own)})
    nodes = tuple(resources_of_tag_sets([{"Finance": "WebServers"}, {"Finance": "Databases"}, {}], ["ec2"], PLACE))
    question = Question(nodes, (SHELL,), facts=request_facts(PLACE, NOW), tag_changes_in=PLACE, **more)
    answer = ask_principal(t.cast("IAMClient", iam), ALICE, question)
    assert answer.calls <= 2 * CHANGES_MAX + 20
    return answer


WEB = sender({"Finance": "WebServers"})
TWO = sender({"Finance": "WebServers"}, {"Role": "web"})
BOTH = sender({"Finance": "WebServers", "Role": "web"})
EQUALS = "StringEquals"
FOUND: list[tuple[str, Json, Json, list[str]]] = [
    ("only this key", TWO, tagger(CREATE, {"ForAllValues:StringEquals": {"aws:TagKeys": ["Finance"]}}), [CREATE]),
    ("only this value", WEB, tagger(CREATE, {EQUALS: {"aws:RequestTag/Finance": "WebServers"}}), [CREATE]),
    (
        "nodes that have another value",
        WEB,
        tagger(CREATE, {EQUALS: {"aws:ResourceTag/Finance": "Databases"}}),
        [CREATE],
    ),
    ("nodes that have it by EC2's name", WEB, tagger(CREATE, {EQUALS: {"ec2:ResourceTag/Finance": "Other"}}), [CREATE]),
    ("nodes without the tag", WEB, tagger(CREATE, {"Null": {"aws:ResourceTag/Finance": "true"}}), [CREATE]),
    (
        "both tags at once",
        BOTH,
        tagger(
            CREATE,
            {
                "ForAllValues:StringEquals": {"aws:TagKeys": ["Finance", "Role"]},
                EQUALS: {"aws:RequestTag/Role": "web", "aws:RequestTag/Finance": "WebServers"},
            },
        ),
        [CREATE],
    ),
    ("a tag beside it", WEB, tagger(CREATE, {EQUALS: {"aws:RequestTag/Owner": "me"}}), [CREATE]),
    (
        "a pattern of values",
        sender({"Finance": "web-*"}),
        tagger(CREATE, {EQUALS: {"aws:RequestTag/Finance": "web-7"}}),
        [CREATE],
    ),
    (
        "removing a key",
        WEB,
        tagger("ec2:*Tags", {"ForAnyValue:StringEquals": {"aws:TagKeys": "Finance"}}),
        [CREATE, DELETE],
    ),
    ("removing all", WEB, tagger(DELETE, {"Null": {"aws:TagKeys": "true"}}), [DELETE]),
    (
        "removing from a node that has it",
        WEB,
        tagger(DELETE, {EQUALS: {"aws:ResourceTag/Finance": "Databases"}}),
        [DELETE],
    ),
    (
        "hybrid nodes",
        WEB,
        tagger("ssm:*TagsToResource", {EQUALS: {"aws:RequestTag/Finance": "WebServers"}}),
        HYBRID[:1],
    ),
    (
        "hybrid nodes by their tag",
        WEB,
        tagger("ssm:*TagsFromResource", {EQUALS: {"ssm:resourceTag/Finance": "WebServers"}}),
        HYBRID[1:],
    ),
    (
        "new instances",
        WEB,
        tagger(
            ["ec2:RunInstances", CREATE],
            {EQUALS: {"ec2:CreateAction": "RunInstances"}},
            {"Action": "ec2:RunInstances", "Condition": {}},
        ),
        ["ec2:RunInstances"],
    ),
    (
        "Auto Scaling groups, for their new instances",
        WEB,
        tagger("autoscaling:*Tags", {EQUALS: {"aws:RequestTag/Finance": "WebServers"}}),
        ["autoscaling:CreateOrUpdateTags"],
    ),
    (
        "Auto Scaling groups by their tag",
        WEB,
        tagger("autoscaling:DeleteTags", {EQUALS: {"autoscaling:ResourceTag/Finance": "Databases"}}),
        ["autoscaling:DeleteTags"],
    ),
    (
        "applications of Resource Groups",
        sender({"awsApplication": "shop"}),
        tagger("resource-groups:StartTagSyncTask"),
        ["resource-groups:StartTagSyncTask"],
    ),
    ("a tag of the region", WEB, tagger(CREATE, {EQUALS: {"aws:RequestedRegion": "us-east-1"}}), [CREATE]),
]
NOT_FOUND: list[tuple[str, Json, Json]] = [
    ("a value that lets nobody in", WEB, tagger(CREATE, {EQUALS: {"aws:RequestTag/Finance": "Databases"}})),
    (
        "another key",
        WEB,
        tagger(
            CREATE,
            {
                "ForAnyValue:StringEquals": {"aws:TagKeys": "Owner"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["Owner"]},
            },
        ),
    ),
    (
        "a guarded scope",
        sender({"Finance": "WebServers"}, guard=True),
        tagger(["ec2:*", "ssm:*", "autoscaling:*"]),
    ),
    ("applications, which give another tag", WEB, tagger("resource-groups:*")),
    (
        "Auto Scaling groups' actions on nodes alone",
        WEB,
        tagger("s3:*", None, {"Action": "autoscaling:*", "Resource": "arn:aws:ec2:*:*:instance/*"}),
    ),
    ("another region", WEB, tagger(CREATE, {EQUALS: {"aws:RequestedRegion": "eu-west-1"}})),
    ("launching without the right to tag", WEB, tagger("ec2:RunInstances")),
    ("nothing at all", WEB, tagger("s3:*", MFA)),
    ("an unrelated second factor", WEB, tagger("s3:*", MFA, {"Action": CREATE, **DENIED, "Condition": {}})),
]


@pytest.mark.parametrize(("send", "tag", "wanted"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_who_may_let_himself_in_is_found(send: Json, tag: Json, wanted: list[str]) -> None:
    found = ask(send, tag).tag_changes
    assert (list(found.actions), found.undecided) == (wanted, ())


@pytest.mark.parametrize(("send", "tag"), [row[1:] for row in NOT_FOUND], ids=[row[0] for row in NOT_FOUND])
def test_who_may_not_is_not_found(send: Json, tag: Json) -> None:
    found = ask(send, tag).tag_changes
    assert (found.actions, found.undecided, found.depends_on) == ((), (), ())


def test_what_depends_on_a_key_that_is_not_given_is_undecided() -> None:
    found = ask(WEB, tagger(CREATE, MFA)).tag_changes
    assert (found.actions, found.undecided, found.depends_on) == ((), (CREATE,), ("aws:MultiFactorAuthPresent",))
    given: t.Any = ({"aws:MultiFactorAuthPresent": ("true",)},)
    assert ask(WEB, tagger(CREATE, MFA), cases=given).tag_changes.actions == (CREATE,)


def test_policies_that_allow_no_change_take_one_simulation() -> None:
    iam = SimulatingIAM(None, {ALICE: [WEB]})
    nodes = tuple(resources_of_tag_sets([{"Finance": "WebServers"}], ["ec2"], PLACE))
    asked = Question(nodes, (SHELL,), facts=request_facts(PLACE, NOW))
    without = ask_principal(t.cast("IAMClient", iam), ALICE, asked)
    asked = Question(nodes, (SHELL,), facts=request_facts(PLACE, NOW), tag_changes_in=PLACE)
    # One for the keys that decide, one for the changes.
    assert ask_principal(t.cast("IAMClient", iam), ALICE, asked).calls == without.calls + 2


def test_actions_count_only_on_the_nodes_they_are_for() -> None:
    ec2, managed, *_groups = request_of([CREATE], {}, PLACE)["ResourceArns"]
    results = [
        {
            "EvalActionName": action,
            "EvalDecision": "allowed",
            "ResourceSpecificResults": [
                {"EvalResourceName": ec2, "EvalResourceDecision": on_ec2},
                {"EvalResourceName": managed, "EvalResourceDecision": on_managed},
            ],
        }
        for action, on_ec2, on_managed in (
            (CREATE, "allowed", "implicitDeny"),
            (DELETE, "explicitDeny", "allowed"),
            (HYBRID[0], "allowed", "implicitDeny"),
            (HYBRID[1], "implicitDeny", "allowed"),
        )
    ]
    assert allowed_actions(results) == [CREATE, HYBRID[1]]
    assert allowed_actions([{"EvalActionName": CREATE, "EvalResourceName": ec2, "EvalDecision": "allowed"}]) == [CREATE]
