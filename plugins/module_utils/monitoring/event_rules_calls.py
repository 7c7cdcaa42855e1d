# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages an EventBridge rule and its targets."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import events, ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import documents
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import event_rules, target_checks
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import RuleState
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_rules import RulePlan, RuleSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_targets import Option
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_events.client import EventBridgeClient
    from mypy_boto3_ssm.client import SSMClient


# Seconds until EventBridge sees a new role or removed targets, and between two attempts.
PATIENCE: t.Final = 60
POLL_DELAY: t.Final = 2
NEW_ROLE: t.Final = "cannot be assumed"
HAS_TARGETS: t.Final = "has targets"
T = t.TypeVar("T")


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


def ensure_present(
    client: EventBridgeClient,
    spec: RuleSpec,
    place: Place,
    check_mode: bool,
    *,
    check: Callable[[RulePlan], tuple[str, ...]] = lambda _plan: (),
    deadline: Deadline | None = None,
) -> Outcome:
    """Create the rule, or change what differs.

    :param check: looks at the plan before anything is changed; gives warnings.
    :param deadline: until when to wait for a new role; PATIENCE from now on if None.

    :raises RequestError: the wanted rule is not possible.
    :raises FailedEntriesError: EventBridge rejected targets.
    """
    current = get_rule(client, spec.name, spec.event_bus_name)
    plan = event_rules.plan(spec, current, place)
    warnings = check(plan)
    if plan and not check_mode:
        _apply(client, spec, plan, is_new=current is None, deadline=deadline or Deadline(PATIENCE))
    return Outcome(current.result() if current else None, plan.after.result(), bool(plan), warnings)


def document_warnings(
    make_client: Callable[[], SSMClient], spec: RuleSpec, plan: RulePlan, check_mode: bool
) -> tuple[str, ...]:
    """Hold the parameters of targets that change against their documents; what check mode cannot tell yet.

    Documents that the caller may not read are not checked, with a warning: EventBridge itself does not read them.

    :raises RequestError: a document does not exist, or its parameters are not those of the target. In check mode, a
        missing document is a warning, since an earlier task may create it.
    """
    changing = {target["Id"] for target in plan.put_targets}
    options = [option for option in spec.targets if option.get("document_name") and option["id"] in changing]
    warnings = [_document_warning(make_client(), option, check_mode) for option in options]
    return tuple(warning for warning in warnings if warning)


def _document_warning(client: SSMClient, option: Option, check_mode: bool) -> str:
    name, where = option["document_name"], f"targets[{option['id']}]"
    try:
        description = ssm_commands.describe_document(client, name, None)
    except AnsibleAWSError as error:
        code = error_code(error)
        if code == "AccessDeniedException":
            return f"{where}: its parameters were not checked against {name}: ssm:DescribeDocument is denied."
        if code != "InvalidDocument":
            raise
        missing = f"{where}.document_name: there is no document {name!r} in this account and region"
        if not check_mode:
            raise RequestError(f"{missing}; allowed is one that exists.") from None
        return f"{missing} yet."
    target_checks.check_parameters(option, documents.declared_by_description(description))
    return ""


def ensure_absent(
    client: EventBridgeClient, spec: RuleSpec, check_mode: bool, deadline: Deadline | None = None
) -> Outcome:
    """Remove the rule's targets and the rule; an adopted one is kept.

    :param deadline: until when to wait for the removal of the targets; PATIENCE from now on if None.

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
        _patiently(lambda: events.delete_rule(client, name, bus), HAS_TARGETS, deadline or Deadline(PATIENCE))
    return Outcome(current.result(), None, changed=True)


def _patiently(call: Callable[[], T], text: str, deadline: Deadline) -> T:
    """The result of a call, repeated while AWS refuses it with this text because it does not see a change yet."""
    while True:
        try:
            return call()
        except AnsibleAWSError as error:
            if text not in str(error) or deadline.expired:
                raise
            deadline.sleep(POLL_DELAY)


def _apply(client: EventBridgeClient, spec: RuleSpec, plan: RulePlan, *, is_new: bool, deadline: Deadline) -> None:
    name, bus = spec.name, spec.event_bus_name
    arn = plan.after.rule["Arn"]
    if plan.put_rule is not None:
        tags = {"Tags": as_list(plan.tags.to_set)} if is_new and plan.tags.to_set else {}
        request = {"Name": name, "EventBusName": bus, **plan.put_rule, **tags}
        arn = _patiently(lambda: events.put_rule(client, **request), NEW_ROLE, deadline)
    if not is_new and plan.tags.to_unset:
        events.untag_resource(client, arn, plan.tags.to_unset)
    if not is_new and plan.tags.to_set:
        events.tag_resource(client, arn, as_list(plan.tags.to_set))
    # Removals first: a rule can only have a few targets.
    _remove_targets(client, name, bus, plan.remove_target_ids)
    if plan.put_targets:
        failed = _patiently(lambda: events.put_targets(client, name, bus, plan.put_targets), NEW_ROLE, deadline)
        if failed:
            raise FailedEntriesError("put", name, failed)


def _remove_targets(client: EventBridgeClient, name: str, bus: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), events.TARGETS_A_CALL):
        failed = events.remove_targets(client, name, bus, ids[start : start + events.TARGETS_A_CALL])
        if failed:
            raise FailedEntriesError("remove", name, failed)
