# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The next action for the instance profile of one instance, and its result. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_ec2.type_defs import IamInstanceProfileAssociationTypeDef

OnConflict = t.Literal["keep", "replace", "fail"]
ON_CONFLICT: tuple[OnConflict, ...] = ("keep", "replace", "fail")
Action = t.Literal["done", "wait", "associate", "replace", "disassociate", "keep", "fail"]
Outcome = t.Literal["unchanged", "associated", "replaced", "disassociated", "kept", "failed"]

LIVE_STATES = ("associating", "associated")


@dataclasses.dataclass(frozen=True)
class Association:
    """The association of an instance profile; `state` is EC2's."""

    association_id: str
    profile_arn: str
    profile_id: str
    state: str

    @property
    def profile_name(self) -> str:
        """The name in the profile's ARN, without its path."""
        return self.profile_arn.rsplit("/", maxsplit=1)[-1]


@dataclasses.dataclass(frozen=True)
class DesiredState:
    """The wanted state of each instance.

    :param profile_name: the profile that it should have or, with `absent`, should not have (None: none at all).
    :param profile_id: the ID of the profile with this name, None if unknown.
    """

    profile_name: str | None
    profile_id: str | None = None
    on_conflict: OnConflict = "fail"
    absent: bool = False


@dataclasses.dataclass(frozen=True)
class Decision:
    """The next action: with which association, and why if there is nothing to do.

    `begun` is a wait for what was requested: it only has to complete.
    """

    action: Action
    association: Association | None = None
    reason: str = ""
    begun: bool = False


@dataclasses.dataclass(frozen=True)
class AssociationResult:
    """The result of one instance. Names are empty without a profile; the ID is None for a planned association."""

    instance_id: str
    outcome: Outcome
    before: str
    after: str
    association_id: str | None
    state: str
    msg: str = ""

    @property
    def changed(self) -> bool:
        """Whether something was changed, or would be in check mode."""
        return self.before != self.after or self.outcome in {"associated", "replaced", "disassociated"}


def parse_association(association: IamInstanceProfileAssociationTypeDef) -> Association:
    """An association in EC2's response."""
    profile = association["IamInstanceProfile"]
    return Association(
        association_id=association["AssociationId"],
        profile_arn=profile.get("Arn", ""),
        profile_id=profile.get("Id", ""),
        state=association["State"],
    )


def current_association(associations: Sequence[Association]) -> Association | None:
    """The association that counts: one that exists or is being created; None if there is none."""
    return next((item for item in associations if item.state in LIVE_STATES), None)


def decide(associations: Sequence[Association], desired: DesiredState) -> Decision:
    """The next action for an instance with these associations; an instance has at most one that counts."""
    live = current_association(associations)
    leaving = next((item for item in associations if item.state == "disassociating"), None)
    if desired.absent:
        return _decide_absent(live, leaving, desired)
    if live is None:
        # EC2 does not accept a profile for an instance while another is being disassociated.
        return Decision("wait", leaving, "is losing another") if leaving else Decision("associate")
    if live.profile_name != desired.profile_name:
        return _decide_conflict(live, desired)
    if desired.profile_id and live.profile_id and desired.profile_id != live.profile_id:
        # The profile was deleted and recreated under its name: the instance has the one that no longer exists.
        return Decision("replace", live)
    if live.state == "associating":
        return Decision("wait", live, "is associating", begun=True)
    return Decision("done", live)


def _decide_absent(live: Association | None, leaving: Association | None, desired: DesiredState) -> Decision:
    if live is not None and desired.profile_name in {None, live.profile_name}:
        return Decision("disassociate", live)
    if live is not None:
        return Decision("keep", live, f"has the instance profile {live.profile_name}, which is kept")
    return Decision("wait", leaving, "is disassociating", begun=True) if leaving else Decision("done")


def _decide_conflict(live: Association, desired: DesiredState) -> Decision:
    if desired.on_conflict == "keep":
        return Decision("keep", live, f"has the instance profile {live.profile_name}, which on_conflict keeps")
    if desired.on_conflict == "fail":
        return Decision(
            "fail",
            live,
            f"has the instance profile {live.profile_name}; set on_conflict to 'replace' or 'keep'",
        )
    if live.state == "associating":
        return Decision("wait", live, f"is associating {live.profile_name}")
    return Decision("replace", live)


def expected_result(instance_id: str, decision: Decision, desired: DesiredState) -> AssociationResult:
    """The expected result of a decision, for check mode."""
    live = decision.association if decision.association and decision.association.state in LIVE_STATES else None
    before = live.profile_name if live else ""
    wanted = "" if desired.absent else str(desired.profile_name)
    if decision.action in {"done", "keep", "fail"}:
        return settle(instance_id, before, decision)
    if decision.begun:
        return settle(instance_id, before, decision)
    outcome: Outcome = "disassociated" if desired.absent else "replaced" if live else "associated"
    state = "" if desired.absent else "associated"
    return AssociationResult(instance_id, outcome, before, wanted, None, state)


def settle(
    instance_id: str, before: str, decision: Decision, acted: Outcome | None = None, msg: str = ""
) -> AssociationResult:
    """The result of an instance that needs no further action.

    :param before: the name of its previous profile.
    :param acted: the action on it, None if there was none.
    """
    live = decision.association if decision.association and decision.association.state in LIVE_STATES else None
    outcome: Outcome = acted or "unchanged"
    if decision.action == "fail":
        outcome = "failed"
    elif decision.action == "keep" and acted is None:
        outcome = "kept"
    return AssociationResult(
        instance_id=instance_id,
        outcome=outcome,
        before=before,
        after=live.profile_name if live else "",
        association_id=live.association_id if live else None,
        state=live.state if live else "",
        msg=msg or decision.reason,
    )


def describe_result(result: AssociationResult) -> dict[str, t.Any]:
    """A result as the module returns it."""
    return {
        "instance_id": result.instance_id,
        "changed": result.changed,
        "outcome": result.outcome,
        "instance_profile_name": result.after,
        "previous_instance_profile_name": result.before,
        "association_id": result.association_id,
        "state": result.state,
        "msg": result.msg,
    }
