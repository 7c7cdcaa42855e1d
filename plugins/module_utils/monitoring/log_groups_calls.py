# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a log group. Only `ensure_absent` deletes anything."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import logs
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_groups
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import is_marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_groups import (
        LogGroup,
        LogGroupChange,
        LogGroupSpec,
    )
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_logs.client import CloudWatchLogsClient


def get_log_group(client: CloudWatchLogsClient, name: str) -> LogGroup | None:
    """The log group with its tags, or None."""
    group = logs.describe_log_group(client, name)
    if group is None:
        return None
    return log_groups.read_log_group(group, logs.list_tags(client, group["arn"].removesuffix(":*")))


def ensure_present(
    client: CloudWatchLogsClient, spec: LogGroupSpec, place: Callable[[], Place], check_mode: bool
) -> Outcome:
    """Create the log group, or change what differs.

    :param place: only called for the ARN of a log group that does not exist.
    :raises RequestError: the wanted log group is not possible.
    """
    _require_deletion_protection(client, spec)
    before = get_log_group(client, spec.name)
    if before is None:
        return _create(client, spec, place, check_mode)
    change = log_groups.plan(spec, before)
    if change and not check_mode:
        _apply(client, before, change)
    warnings = log_groups.retention_warnings(spec, before)
    return Outcome(before, log_groups.changed(before, change), bool(change), warnings)


def ensure_absent(client: CloudWatchLogsClient, spec: LogGroupSpec, check_mode: bool) -> Outcome:
    """Delete the log group; its deletion protection is removed only if `spec` says so.

    :raises RequestError: the log group is protected, or was made by others.
    """
    _require_deletion_protection(client, spec)
    before = get_log_group(client, spec.name)
    if before is None:
        return Outcome(None, None, changed=False)
    spec.consent.may_delete(f"the log group {spec.name}", is_marked(before["tags"], log_groups.MAKER))
    protected = before["deletion_protection_enabled"]
    if protected and spec.deletion_protection_enabled is not False:
        raise RequestError(
            f"name: {spec.name!r} is protected from deletion; "
            "set deletion_protection_enabled to false together with state absent to delete it."
        )
    if not check_mode:
        if protected:
            logs.put_deletion_protection(client, spec.name, enabled=False)
        logs.delete_log_group(client, spec.name)
    return Outcome(before, None, changed=True)


def _create(client: CloudWatchLogsClient, spec: LogGroupSpec, place: Callable[[], Place], check_mode: bool) -> Outcome:
    here = place()
    after = log_groups.created(spec, log_groups.log_group_arn(here.partition, here.region, here.account, spec.name))
    if check_mode:
        return Outcome(None, after, changed=True)
    try:
        logs.create_log_group(client, **log_groups.create_request(spec))
    except is_ansible_aws_error_code("ResourceAlreadyExistsException"):
        # The answer to an earlier attempt was lost, or an agent was faster.
        _complete(client, spec)
    else:
        if spec.retention_in_days:
            logs.put_retention_policy(client, spec.name, spec.retention_in_days)
    return Outcome(None, get_log_group(client, spec.name) or after, changed=True)


def _complete(client: CloudWatchLogsClient, spec: LogGroupSpec) -> None:
    group = get_log_group(client, spec.name)
    if group is not None:
        _apply(client, group, log_groups.plan(spec, group))


def _apply(client: CloudWatchLogsClient, group: LogGroup, change: LogGroupChange) -> None:
    name = group["log_group_name"]
    if change.retention_in_days == log_groups.KEEP_FOR_EVER:
        logs.delete_retention_policy(client, name)
    elif change.retention_in_days is not None:
        logs.put_retention_policy(client, name, change.retention_in_days)
    if change.kms_key_id == "":
        logs.disassociate_kms_key(client, name)
    elif change.kms_key_id is not None:
        logs.associate_kms_key(client, name, change.kms_key_id)
    if change.deletion_protection_enabled is not None:
        logs.put_deletion_protection(client, name, change.deletion_protection_enabled)
    if change.tags.to_unset:
        logs.untag_resource(client, group["arn"], change.tags.to_unset)
    if change.tags.to_set:
        logs.tag_resource(client, group["arn"], change.tags.to_set)


def _require_deletion_protection(client: CloudWatchLogsClient, spec: LogGroupSpec) -> None:
    if spec.deletion_protection_enabled is None or hasattr(client, "put_log_group_deletion_protection"):
        return
    raise RequestError(
        "deletion_protection_enabled: the installed botocore does not support PutLogGroupDeletionProtection; "
        "install a newer version or omit the option."
    )
