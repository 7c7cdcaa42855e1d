# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do next about the profile of an instance."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import (
    Association,
    AssociationResult,
    Decision,
    DesiredState,
    OnConflict,
    decide,
    describe_result,
    expected_result,
    settle,
)

ARN = "arn:aws:iam::123456789012:instance-profile/"


def at(name: str, state: str = "associated", profile_id: str = "A1") -> Association:
    return Association(f"iip-{name}-{state}", f"{ARN}{name}", profile_id, state)


WEB, OLD, COMING, LEAVING = at("ops/web"), at("old"), at("web", "associating"), at("old", "disassociating")


@pytest.mark.parametrize(
    ("associations", "on_conflict", "action", "begun"),
    [
        ([], "fail", "associate", False),
        ([WEB], "fail", "done", False),
        ([COMING], "fail", "wait", True),
        ([LEAVING], "fail", "wait", False),
        ([LEAVING, WEB], "fail", "done", False),
        ([OLD], "fail", "fail", False),
        ([OLD], "keep", "keep", False),
        ([OLD], "replace", "replace", False),
        ([at("old", "associating")], "replace", "wait", False),
        ([at("website")], "fail", "fail", False),
        ([at("web", profile_id="A0")], "keep", "replace", False),
        ([at("web", profile_id="")], "fail", "done", False),
    ],
)
def test_present(associations: list[Association], on_conflict: OnConflict, action: str, begun: bool) -> None:
    decision = decide(associations, DesiredState("web", "A1", on_conflict))
    assert (decision.action, decision.begun) == (action, begun)


def test_an_unknown_profile_id_is_not_compared() -> None:
    assert decide([at("web", profile_id="A0")], DesiredState("web")).action == "done"


@pytest.mark.parametrize(
    ("associations", "name", "action"),
    [
        ([], "web", "done"),
        ([WEB], "web", "disassociate"),
        ([COMING], "web", "disassociate"),
        ([OLD], "web", "keep"),
        ([OLD], None, "disassociate"),
        ([LEAVING], None, "wait"),
        ([at("web", profile_id="A0")], "web", "disassociate"),
    ],
)
def test_absent(associations: list[Association], name: str | None, action: str) -> None:
    assert decide(associations, DesiredState(name, absent=True)).action == action


@pytest.mark.parametrize(
    ("associations", "desired", "outcome", "before", "after"),
    [
        ([], DesiredState("web"), "associated", "", "web"),
        ([OLD], DesiredState("web", on_conflict="replace"), "replaced", "old", "web"),
        ([at("old", "associating")], DesiredState("web", on_conflict="replace"), "replaced", "old", "web"),
        ([OLD], DesiredState("web", on_conflict="keep"), "kept", "old", "old"),
        ([OLD], DesiredState("web"), "failed", "old", "old"),
        ([WEB], DesiredState("web"), "unchanged", "web", "web"),
        ([COMING], DesiredState("web"), "unchanged", "web", "web"),
        ([LEAVING], DesiredState("web"), "associated", "", "web"),
        ([WEB], DesiredState("web", absent=True), "disassociated", "web", ""),
        ([LEAVING], DesiredState("old", absent=True), "unchanged", "", ""),
        ([at("web", profile_id="A0")], DesiredState("web", "A1"), "replaced", "web", "web"),
    ],
)
def test_check_mode_says_what_would_come(
    associations: list[Association], desired: DesiredState, outcome: str, before: str, after: str
) -> None:
    result = expected_result("i-1", decide(associations, desired), desired)
    assert (result.outcome, result.before, result.after) == (outcome, before, after)
    assert result.changed is (outcome in {"associated", "replaced", "disassociated"})


def test_a_failure_that_came_after_a_change_is_a_change() -> None:
    result = settle("i-1", "", Decision("fail", COMING, "it took too long"), "associated")
    assert result.outcome == "failed"
    assert result.changed
    assert describe_result(result) == {
        "instance_id": "i-1",
        "changed": True,
        "outcome": "failed",
        "instance_profile_name": "web",
        "previous_instance_profile_name": "",
        "association_id": "iip-web-associating",
        "state": "associating",
        "msg": "it took too long",
    }


def test_a_result_of_nothing_done() -> None:
    assert settle("i-1", "", Decision("done")) == AssociationResult("i-1", "unchanged", "", "", None, "")
