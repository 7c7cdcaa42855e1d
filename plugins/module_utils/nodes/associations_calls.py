# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instance profiles of many instances at once: each instance gets a result, whatever happens to the others."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import (
    AnsibleAWSError,
    is_ansible_aws_error_code,
    is_ansible_aws_error_message,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2, iam, iam_policies
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError, chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import (
    Association,
    AssociationResult,
    Decision,
    DesiredState,
    Outcome,
    current_association,
    decide,
    expected_result,
    parse_association,
    settle,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.offline import (
    NEEDED_ACTIONS,
    RoleRights,
    missing_actions,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_iam.type_defs import InstanceProfileTypeDef

POLL_DELAY = 2.0
# botocore's connection pool has 10 connections, and EC2 allows only a few such calls per second.
WORKERS = 10
CURRENT_STATES = ("associating", "associated", "disassociating")
# The instance is starting or stopping, or there was another association meanwhile: the next read decides.
PASSING_ERROR_CODES = ("IncorrectInstanceState", "IncorrectState", "InvalidAssociationID.NotFound", "NoSuchEntity")
# EC2's messages, with the code InvalidParameterValue, until a new instance profile or its role is visible to it.
UNKNOWN_PROFILE_MESSAGES = ("Invalid IAM Instance Profile", "has no associated IAM Roles")


@dataclasses.dataclass
class _Progress:
    """The progress of an instance."""

    instance_id: str
    before: str | None = None
    acted: Outcome | None = None
    decision: Decision = dataclasses.field(default_factory=lambda: Decision("wait"))
    problem: str = ""
    result: AssociationResult | None = None

    def finish(self, msg: str = "") -> None:
        self.result = settle(self.instance_id, self.before or "", self.decision, self.acted, msg)

    def give_up(self, problem: str) -> None:
        current = self.decision.association
        self.decision = Decision("fail", current, problem)
        self.finish()


@dataclasses.dataclass(frozen=True)
class _Run:
    client: EC2Client
    desired: DesiredState
    deadline: Deadline
    wait: bool


def find_profile(client: IAMClient, name: str, deadline: Deadline) -> InstanceProfileTypeDef | None:
    """The instance profile with this name, waiting for it until the deadline; None if there is none."""
    while True:
        profile = iam.get_instance_profile(client, name)
        if profile is not None or deadline.expired:
            return profile
        deadline.sleep(POLL_DELAY)


def preview(client: EC2Client, instance_ids: Sequence[str], desired: DesiredState) -> list[AssociationResult]:
    """The results that ensure_associations would lead to, without changes."""
    current = _read(client, instance_ids)
    return [expected_result(node, decide(current[node], desired), desired) for node in instance_ids]


def ensure_associations(
    client: EC2Client, instance_ids: Sequence[str], desired: DesiredState, deadline: Deadline, *, wait: bool
) -> list[AssociationResult]:
    """Bring every instance to the wanted state; a result for each, in the order of the IDs.

    All instances are read together, and acted on concurrently, until each is settled or the deadline has come.

    :param wait: whether to try again what passes by itself, and to wait until each association is made or gone.
    """
    run = _Run(client, desired, deadline, wait)
    progress = [_Progress(node) for node in instance_ids]
    _take_round(run, progress, _read(client, instance_ids))
    while rest := [item for item in progress if item.result is None]:
        if deadline.expired or not wait:
            _close(rest, run)
            break
        deadline.sleep(POLL_DELAY)
        try:
            current = _read(client, [item.instance_id for item in rest])
        except AnsibleAWSError as error:
            for item in rest:
                item.give_up(str(error))
            break
        _take_round(run, rest, current)
    return [result for item in progress if (result := item.result) is not None]


def _take_round(run: _Run, progress: Sequence[_Progress], current: Mapping[str, Sequence[Association]]) -> None:
    for item in progress:
        _judge(item, current[item.instance_id], run)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        acts = [pool.submit(_act, run, item) for item in progress if item.result is None]
    for act in acts:
        act.result()


def _read(client: EC2Client, instance_ids: Sequence[str]) -> dict[str, list[Association]]:
    found: dict[str, list[Association]] = {node: [] for node in instance_ids}
    for part in chunks(instance_ids, ec2.FILTER_VALUES_MAX):
        for item in ec2.describe_associations(client, {"instance-id": part, "state": CURRENT_STATES}):
            found[item["InstanceId"]].append(parse_association(item))
    return found


def _judge(progress: _Progress, associations: Sequence[Association], run: _Run) -> None:
    progress.decision = decide(associations, run.desired)
    if progress.before is None:
        current = current_association(associations)
        progress.before = current.profile_name if current else ""
    if progress.decision.action in {"done", "keep", "fail"}:
        progress.finish()


def _act(run: _Run, progress: _Progress) -> None:
    """Make the one call of a decision. An error affects only this instance, not the others."""
    progress.problem = ""
    try:
        association = _call(run, progress)
    except AnsibleAWSError as error:
        if _passes(error):
            progress.problem = str(error)
        else:
            progress.give_up(str(error))
    else:
        if association is not None and (association.state == "associated" or not run.wait):
            progress.decision = Decision("done", association)
            progress.finish()


def _passes(error: AnsibleAWSError) -> bool:
    """Whether the next read may give a different result: also after a truncated response, whose outcome is unknown."""
    by_code = is_ansible_aws_error_code(PASSING_ERROR_CODES, error)
    by_message = tuple(is_ansible_aws_error_message(message, error) for message in UNKNOWN_PROFILE_MESSAGES)
    return isinstance(error, (IncompleteAnswerError, by_code, *by_message))


def _call(run: _Run, progress: _Progress) -> Association | None:
    decision, name = progress.decision, str(run.desired.profile_name)
    if decision.action == "associate":
        answer = ec2.associate_instance_profile(run.client, progress.instance_id, name)
        progress.acted = progress.acted or "associated"
        return parse_association(answer)
    if decision.action == "replace" and decision.association:
        return _replace(run, progress, decision.association.association_id)
    if decision.action == "disassociate" and decision.association:
        ec2.disassociate_instance_profile(run.client, decision.association.association_id)
        progress.acted = "disassociated"
    return None


def _replace(run: _Run, progress: _Progress, association_id: str) -> Association | None:
    """Replace an association; that of a stopped instance, which EC2 cannot replace, goes first, if the task waits."""
    try:
        answer = ec2.replace_association(run.client, association_id, str(run.desired.profile_name))
    except is_ansible_aws_error_code("IncorrectState"):
        if not run.wait:
            raise
        ec2.disassociate_instance_profile(run.client, association_id)
        progress.acted = "replaced"
        return None
    progress.acted = "replaced"
    return parse_association(answer)


def _close(rest: Iterable[_Progress], run: _Run) -> None:
    """The result of an instance that was not finished in time: without waiting, a started change is enough."""
    for progress in rest:
        begun = progress.decision.begun or progress.acted is not None
        if run.wait or progress.problem or not begun:
            progress.give_up(_unsettled(progress, run))
            continue
        left = None if progress.acted == "disassociated" else progress.decision.association
        progress.decision = Decision("done", left)
        progress.finish()


def _unsettled(progress: _Progress, run: _Run) -> str:
    problem = progress.problem or progress.decision.reason or "EC2 did not confirm the change"
    return (
        f"{problem}; waited {run.deadline.elapsed:.0f} seconds" if run.wait else f"{problem}; set wait to wait for it"
    )


def read_role_rights(client: IAMClient, profile_name: str) -> RoleRights:
    """What the role of an instance profile lacks for a managed node, by IAM's policy simulation."""
    request = {"ActionNames": list(NEEDED_ACTIONS), "ResourceArns": ["*"]}
    try:
        profile = iam.get_instance_profile(client, profile_name)
        if profile is None or not profile["Roles"]:
            return RoleRights(lacks=("all permissions, because the profile has no role",))
        results = iam_policies.simulate_principal_policy(client, profile["Roles"][0]["Arn"], (), request)
    except AnsibleAWSError as error:
        # The caller may lack permissions to read or simulate; the nodes are still offline, and the reason says so.
        return RoleRights(unknown=str(error))
    return RoleRights(lacks=missing_actions(results))
