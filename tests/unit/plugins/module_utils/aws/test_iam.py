# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls about roles and instance profiles send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "iam"
NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
ROLE: dict[str, t.Any] = {
    "Path": "/",
    "RoleName": "web",
    "RoleId": "AROA0123456789EXAMPLE",
    "Arn": "arn:aws:iam::123456789012:role/web",
    "CreateDate": NOW,
}
PROFILE: dict[str, t.Any] = {
    "Path": "/",
    "InstanceProfileName": "web",
    "InstanceProfileId": "AIPA0123456789EXAMPLE",
    "Arn": "arn:aws:iam::123456789012:instance-profile/web",
    "CreateDate": NOW,
    "Roles": [],
}


CHANGES: list[tuple[str, dict[str, t.Any], dict[str, t.Any], dict[str, t.Any]]] = [
    (
        "create_role",
        {"RoleName": "web", "AssumeRolePolicyDocument": "{}", "Tags": {"a": "b"}},
        {"RoleName": "web", "AssumeRolePolicyDocument": "{}", "Tags": [{"Key": "a", "Value": "b"}]},
        {"Role": ROLE},
    ),
    (
        "update_assume_role_policy",
        {"role_name": "web", "document": "{}"},
        {"RoleName": "web", "PolicyDocument": "{}"},
        {},
    ),
    (
        "put_role_permissions_boundary",
        {"role_name": "web", "policy_arn": "arn:aws:iam::aws:policy/x"},
        {"RoleName": "web", "PermissionsBoundary": "arn:aws:iam::aws:policy/x"},
        {},
    ),
    ("delete_role_permissions_boundary", {"role_name": "web"}, {"RoleName": "web"}, {}),
    (
        "put_role_policy",
        {"role_name": "web", "policy_name": "p", "document": "{}"},
        {"RoleName": "web", "PolicyName": "p", "PolicyDocument": "{}"},
        {},
    ),
    ("delete_role_policy", {"role_name": "web", "policy_name": "p"}, {"RoleName": "web", "PolicyName": "p"}, {}),
    (
        "tag_role",
        {"role_name": "web", "tags": {"a": "b"}},
        {"RoleName": "web", "Tags": [{"Key": "a", "Value": "b"}]},
        {},
    ),
    ("untag_role", {"role_name": "web", "keys": ["a"]}, {"RoleName": "web", "TagKeys": ["a"]}, {}),
    ("delete_role", {"role_name": "web"}, {"RoleName": "web"}, {}),
    (
        "create_instance_profile",
        {"name": "web", "path": "/", "tags": {"a": "b"}},
        {"InstanceProfileName": "web", "Path": "/", "Tags": [{"Key": "a", "Value": "b"}]},
        {"InstanceProfile": PROFILE},
    ),
    (
        "tag_instance_profile",
        {"name": "web", "tags": {"a": "b"}},
        {"InstanceProfileName": "web", "Tags": [{"Key": "a", "Value": "b"}]},
        {},
    ),
    ("untag_instance_profile", {"name": "web", "keys": ["a"]}, {"InstanceProfileName": "web", "TagKeys": ["a"]}, {}),
    (
        "add_role_to_instance_profile",
        {"name": "web", "role_name": "r"},
        {"InstanceProfileName": "web", "RoleName": "r"},
        {},
    ),
    (
        "remove_role_from_instance_profile",
        {"name": "web", "role_name": "r"},
        {"InstanceProfileName": "web", "RoleName": "r"},
        {},
    ),
    ("delete_instance_profile", {"name": "web"}, {"InstanceProfileName": "web"}, {}),
]
DELETIONS = [change for change in CHANGES if change[0].startswith(("delete", "remove"))]


@pytest.mark.parametrize(("call", "arguments", "sent", "answer"), CHANGES)
def test_a_change_is_one_call(
    stubbed: StubbedClient,
    call: str,
    arguments: dict[str, t.Any],
    sent: dict[str, t.Any],
    answer: dict[str, t.Any],
) -> None:
    client, stub = stubbed
    stub.add_response(call, answer, sent)
    assert getattr(iam, call)(client, **arguments) in {None, True}


@pytest.mark.parametrize(("call", "arguments"), [change[:2] for change in DELETIONS])
def test_deleting_what_is_not_there_is_no_error(stubbed: StubbedClient, call: str, arguments: dict[str, t.Any]) -> None:
    client, stub = stubbed
    stub.add_client_error(call, "NoSuchEntity")
    assert getattr(iam, call)(client, **arguments) is False


@pytest.mark.parametrize(("call", "arguments"), [change[:2] for change in CHANGES])
def test_an_error_says_what_was_tried(stubbed: StubbedClient, call: str, arguments: dict[str, t.Any]) -> None:
    client, stub = stubbed
    stub.add_client_error(call, "AccessDenied", "no")
    with pytest.raises(AnsibleAWSError, match=r"^Failed to [a-z]+ .*(AccessDenied)"):
        getattr(iam, call)(client, **arguments)


def test_what_is_not_there_is_none(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    for operation in ("get_instance_profile", "get_role", "get_role_policy"):
        stub.add_client_error(operation, "NoSuchEntity")
    assert iam.get_instance_profile(client, "web") is None
    assert iam.get_role(client, "web") is None
    assert iam.get_role_policy(client, "web", "p") is None


def test_one_thing_is_read_by_its_name(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_response("get_instance_profile", {"InstanceProfile": PROFILE}, {"InstanceProfileName": "web"})
    stub.add_response("get_role", {"Role": ROLE}, {"RoleName": "web"})
    document = {"RoleName": "web", "PolicyName": "p", "PolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D"}
    stub.add_response("get_role_policy", document, {"RoleName": "web", "PolicyName": "p"})
    assert iam.get_instance_profile(client, "web") == PROFILE
    assert iam.get_role(client, "web") == ROLE
    assert iam.get_role_policy(client, "web", "p") == {"Version": "2012-10-17"}


def test_lists_are_read_to_their_end(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"RoleName": "web", "MaxItems": 1000}
    more, end = {"IsTruncated": True, "Marker": "next"}, {"IsTruncated": False}
    pages: list[tuple[str, list[dict[str, t.Any]]]] = [
        ("list_role_policies", [{"PolicyNames": ["b"]}, {"PolicyNames": ["a"]}]),
        (
            "list_attached_role_policies",
            [{"AttachedPolicies": [{"PolicyArn": f"arn:aws:iam::aws:policy/{name}"}]} for name in "ba"],
        ),
        (
            "list_instance_profiles_for_role",
            [{"InstanceProfiles": [{**PROFILE, "InstanceProfileName": name}]} for name in "ba"],
        ),
    ]
    for operation, (first, second) in pages:
        stub.add_response(operation, {**first, **more}, asked)
        stub.add_response(operation, {**second, **end}, {**asked, "Marker": "next"})
    assert iam.list_role_policies(client, "web") == ["a", "b"]
    arns = ["arn:aws:iam::aws:policy/a", "arn:aws:iam::aws:policy/b"]
    assert iam.list_attached_role_policies(client, "web") == arns
    assert iam.list_instance_profiles_for_role(client, "web") == ["a", "b"]
