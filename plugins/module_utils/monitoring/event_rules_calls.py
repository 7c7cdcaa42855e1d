# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages an EventBridge rule and its targets."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import events
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import RuleState
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import RulePlan, RuleSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_events.client import EventBridgeClient


class FailedEntriesError(AnsibleAWSError):
    """Failed entries of PutTargets or RemoveTargets, although the call itself succeeded."""

    def __init__(self, action: str, rule: str, entries: Sequence[Mapping[str, t.Any]]) -> None:
        reasons = "; ".join(
            f"{entry.get('TargetId')}: {entry.get('ErrorCode')} {entry.get('ErrorMessage', '')}".rstrip()
            for entry in entries
        )
        super().__init__(  # type: ignore[no-untyped-call]  # amazon.aws is untyped
            f"Failed to {action} {counted(len(entries), 'target')} of the rule {rule}: {reasons}"
        )


def get_rule(client: EventBridgeClient, name: str, bus: str) -> RuleState | None:
    """The rule with its tags and all its targets, or None."""
    rule = events.describe_rule(client, name, bus)
    if rule is None:
        return None
    return RuleState(rule, events.list_tags(client, rule["Arn"]), events.list_targets(client, name, bus))


def ensure_present(client: EventBridgeClient, spec: RuleSpec, place: Place, check_mode: bool) -> Outcome:
    """Create the rule, or change what differs.

    :raises RequestError: the wanted rule is not possible.
    :raises FailedEntriesError: EventBridge rejected targets.
    """
    current = get_rule(client, spec.name, spec.event_bus_name)
    plan = event_rules.plan(spec, current, place)
    if plan and not check_mode:
        _apply(client, spec, plan, is_new=current is None)
    return Outcome(current.result() if current else None, plan.after.result(), bool(plan))


def ensure_absent(client: EventBridgeClient, spec: RuleSpec, check_mode: bool) -> Outcome:
    """Remove the rule's targets and the rule; an adopted one is kept.

    :raises RequestError: the rule is managed by AWS, or was made by others.
    """
    name, bus = spec.name, spec.event_bus_name
    current = get_rule(client, name, bus)
    if current is None:
        return Outcome(None, None, changed=False)
    current.check_owner()
    if not spec.consent.may_delete(current.title, current.is_own):
        return unchanged(current.result(), kept(current.title))
    if not check_mode:
        _remove_targets(client, name, bus, [target["Id"] for target in current.targets])
        events.delete_rule(client, name, bus)
    return Outcome(current.result(), None, changed=True)


def _apply(client: EventBridgeClient, spec: RuleSpec, plan: RulePlan, is_new: bool) -> None:
    name, bus = spec.name, spec.event_bus_name
    arn = plan.after.rule["Arn"]
    if plan.put_rule is not None:
        tags = {"Tags": as_list(plan.tags.to_set)} if is_new and plan.tags.to_set else {}
        arn = events.put_rule(client, Name=name, EventBusName=bus, **plan.put_rule, **tags)
    if not is_new and plan.tags.to_unset:
        events.untag_resource(client, arn, plan.tags.to_unset)
    if not is_new and plan.tags.to_set:
        events.tag_resource(client, arn, as_list(plan.tags.to_set))
    # Removals first: a rule can only have a few targets.
    _remove_targets(client, name, bus, plan.remove_target_ids)
    if plan.put_targets:
        failed = events.put_targets(client, name, bus, plan.put_targets)
        if failed:
            raise FailedEntriesError("put", name, failed)


def _remove_targets(client: EventBridgeClient, name: str, bus: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), events.TARGETS_A_CALL):
        failed = events.remove_targets(client, name, bus, ids[start : start + events.TARGETS_A_CALL])
        if failed:
            raise FailedEntriesError("remove", name, failed)
