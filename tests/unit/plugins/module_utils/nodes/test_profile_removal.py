# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken away, what is left, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_removal import (
    ProfileUses,
    Removal,
    plan_removal,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import ProfileRequest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_state import ProfileState, RoleState
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.role_documents import NODE_POLICY
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, mark_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

MADE_BY = mark_of("instance_profile")
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
OTHER = "arn:aws:iam::aws:policy/AmazonS3FullAccess"

ROLE = RoleState("web", "arn:aws:iam::1:role/web", "/", {}, (CORE,), (NODE_POLICY,), {}, dict(MADE_BY), "")
PROFILE = ProfileState("web", "arn:aws:iam::1:instance-profile/web", "/", "AIPA1", "now", dict(MADE_BY), ROLE)
WHOLE = ProfileUses(PROFILE, ROLE, {}, ("web",))


def remove(around: ProfileUses, *, force: bool = False, adopt: bool = False, managed: t.Sequence[str] = ()) -> Removal:
    consent = Consent(adopt=adopt, force=force)
    return plan_removal(around, ProfileRequest("web", managed_policies=tuple(managed), consent=consent), "aws")


def calls(removal: Removal) -> list[str]:
    return [step.call for step in removal.steps]


def but(role: dict[str, t.Any] | None = None, **changes: t.Any) -> ProfileUses:
    return dataclasses.replace(WHOLE, role=dataclasses.replace(ROLE, **(role or {})), **changes)


ALL_CALLS = [
    "remove_role_from_instance_profile",
    "delete_instance_profile",
    "detach_policy",
    "delete_role_policy",
    "delete_role",
]


def test_all_that_the_module_made_goes() -> None:
    removal = remove(WHOLE)
    assert calls(removal) == ALL_CALLS
    assert removal.kept == ()
    assert removal.role_after is None


def test_nothing_there_is_nothing_to_do() -> None:
    assert not remove(ProfileUses(None, None)).is_change


def test_a_role_left_from_a_run_that_broke_off_goes_too() -> None:
    assert calls(remove(ProfileUses(None, ROLE))) == ALL_CALLS[2:]


def test_a_profile_in_use_is_refused_unless_forced() -> None:
    used = but(associations={"i-1": "iip-assoc-1", "i-0": "iip-assoc-0"})
    with pytest.raises(RequestError, match=r"name: the instance profile web is used by i-0, i-1; .* set force\."):
        remove(used)
    assert remove(used, force=True).associations == ("iip-assoc-1", "iip-assoc-0")


def test_only_ten_users_are_named() -> None:
    used = but(associations={f"i-{number:02}": "x" for number in range(12)})
    with pytest.raises(RequestError, match="i-09 and 2 more;"):
        remove(used)


def test_a_profile_of_others_is_refused_unless_forced() -> None:
    others = but(profile=dataclasses.replace(PROFILE, tags={}))
    with pytest.raises(RequestError, match="the instance profile web was not made by this collection; set force"):
        remove(others)
    assert calls(remove(others, force=True)) == ALL_CALLS


def test_an_adopted_profile_stays_and_its_role_loses_only_what_the_module_added() -> None:
    theirs = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "sts:AssumeRole"}
    added = {"Sid": "RunCommandInstances", **theirs}
    role = {"tags": {}, "trust": {"Statement": [added, theirs]}}
    removal = remove(but(role, profile=dataclasses.replace(PROFILE, tags={})), adopt=True)
    assert calls(removal) == ["delete_role_policy", "update_assume_role_policy"]
    assert removal.steps[-1].arguments["document"] == json.dumps({"Statement": [theirs]}, separators=(",", ":"))
    assert removal.kept == (
        "The instance profile web with its role: this module did not create it, and force is not set.",
    )
    assert removal.profile_after is not None
    assert removal.role_after is not None
    assert removal.role_after.attached == (CORE,)
    again = but({"tags": {}, "inline": (), "trust": removal.role_after.trust}, profile=removal.profile_after)
    assert not remove(again, adopt=True).is_change


def test_a_role_of_others_stays_without_the_inline_policy() -> None:
    around = but(role={"tags": {"team": "web"}})
    removal = remove(around)
    assert calls(removal) == [*ALL_CALLS[:2], "delete_role_policy"]
    assert removal.steps[-1].arguments == {"role_name": "web", "policy_name": NODE_POLICY}
    assert removal.kept == ("The role web and the managed policies attached to it: this module did not create it.",)
    left = removal.role_after
    assert left is not None
    assert (left.inline, left.attached) == ((), (CORE,))


def test_a_role_that_other_profiles_hold_stays_as_it_is() -> None:
    around = but(holders=("blue", "web"))
    removal = remove(around)
    assert calls(removal) == ALL_CALLS[:2]
    assert removal.kept == ("The role web: the instance profiles blue use it.",)
    assert removal.role_after == around.role


@pytest.mark.parametrize("role", [{"attached": (CORE, OTHER)}, {"inline": (NODE_POLICY, "debug")}])
def test_a_role_with_policies_of_others_is_refused_unless_forced(role: dict[str, t.Any]) -> None:
    with pytest.raises(RequestError, match=r"name: the role web has other policies than this task's: (arn|debug)"):
        remove(but(role=role))
    removal = remove(but(role=role), force=True)
    assert calls(removal)[-1] == "delete_role"
    assert len(removal.steps) == len(ALL_CALLS) + 1


def test_policies_that_the_task_names_do_not_keep_the_role() -> None:
    assert remove(but(role={"attached": (CORE, OTHER)}), managed=["AmazonS3FullAccess"]).is_change
