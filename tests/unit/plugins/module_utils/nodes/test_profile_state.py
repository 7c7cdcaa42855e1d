# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and instance profiles from IAM's answers to the module's result."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import (
    account_of,
    describe_profile,
    describe_role,
    is_made_by_module,
    parse_profile,
    parse_role,
    parse_role_details,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import mark_of

MADE_BY = mark_of("instance_profile")
NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
TRUST: dict[str, t.Any] = {"Version": "2012-10-17", "Statement": []}
ROLE: t.Any = {
    "RoleName": "web",
    "Arn": "arn:aws:iam::123456789012:role/ops/web",
    "Path": "/ops/",
    "AssumeRolePolicyDocument": TRUST,
    "Tags": [{"Key": "team", "Value": "web"}],
    "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/boundary"},
}
PROFILE: t.Any = {
    "InstanceProfileName": "web",
    "Arn": "arn:aws:iam::123456789012:instance-profile/ops/web",
    "Path": "/ops/",
    "InstanceProfileId": "AIPA1",
    "CreateDate": NOW,
    "Tags": [{"Key": "team", "Value": "web"}],
}


def test_a_role_told_with_its_profile_has_no_tags_and_no_boundary() -> None:
    plain, detailed = parse_role(ROLE), parse_role_details(ROLE)
    assert (plain.tags, plain.permissions_boundary) == (None, None)
    assert detailed.tags == {"team": "web"}
    assert detailed.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    without = {key: value for key, value in ROLE.items() if key not in {"Tags", "PermissionsBoundary"}}
    assert parse_role_details(t.cast("t.Any", without)) == dataclasses.replace(plain, tags={}, permissions_boundary="")


def test_a_profile_is_shown_with_its_role() -> None:
    shown = describe_profile(parse_profile(PROFILE, parse_role(ROLE)))
    assert shown == {
        "arn": "arn:aws:iam::123456789012:instance-profile/ops/web",
        "create_date": "2026-01-02T00:00:00+00:00",
        "instance_profile_id": "AIPA1",
        "instance_profile_name": "web",
        "path": "/ops/",
        "roles": [{"arn": "arn:aws:iam::123456789012:role/ops/web", "path": "/ops/", "role_name": "web"}],
        "tags": {"team": "web"},
    }
    assert describe_profile(None) == {}


def test_a_role_is_shown_with_its_policies() -> None:
    role = dataclasses.replace(parse_role(ROLE), attached=("arn:b",), inline=("x",))
    assert describe_role(role) == {
        "arn": "arn:aws:iam::123456789012:role/ops/web",
        "assume_role_policy_document": TRUST,
        "attached_policies": ["arn:b"],
        "inline_policies": ["x"],
        "path": "/ops/",
        "policy_document": {},
        "role_name": "web",
    }
    assert describe_role(None) == {}


@pytest.mark.parametrize(
    ("tags", "made"),
    [(None, False), ({}, False), ({"ssmops:made-by": "me"}, False), (MADE_BY, True), ({**MADE_BY, "a": "b"}, True)],
)
def test_the_mark_says_who_made_it(tags: dict[str, str] | None, made: bool) -> None:
    assert is_made_by_module(tags) is made


def test_the_account_of_an_arn() -> None:
    assert account_of(PROFILE["Arn"]) == "123456789012"
