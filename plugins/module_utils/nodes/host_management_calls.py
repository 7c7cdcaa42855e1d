# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads and changes Default Host Management Configuration."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam, ssm_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes import host_management
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.host_management import (
        Action,
        HostManagementSpec,
        State,
    )
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_ssm.client import SSMClient

SETTING: t.Final = ssm_nodes.DEFAULT_HOST_MANAGEMENT


def ensure(client: SSMClient, iam_client: IAMClient, spec: HostManagementSpec, *, check_mode: bool) -> Outcome:
    """Ensure that the region's instances are managed with this role, or that they are not.

    :raises RequestError: there is no such role, or another one is configured and must not be replaced.
    """
    before = _read(client)
    action = spec.action(before)
    role = spec.role
    warnings: tuple[str, ...] = ()
    if action == "update":
        role, warnings = _find_role(iam_client, spec, check_mode=check_mode)
    elif action == "register" and not ssm_nodes.has_host_management_calls(client):
        raise RequestError(
            "role: it is not set, so AWS must make one, which this version of botocore cannot ask for; set role, or"
            " install botocore 1.44 or newer."
        )
    if check_mode or action == "none":
        after = host_management.expected(action, before, role)
    else:
        _apply(client, action, str(role or before["role"]))
        after = _read(client)
    return Outcome(before, after, action != "none", warnings)


def _read(client: SSMClient) -> State:
    setting = ssm_nodes.require_service_setting(client, SETTING)
    return t.cast("State", host_management.describe_default_host_management(setting))


def _find_role(iam_client: IAMClient, spec: HostManagementSpec, *, check_mode: bool) -> tuple[str, tuple[str, ...]]:
    """The role as the setting names it, and warnings."""
    role, name = str(spec.role), str(spec.role_name)
    try:
        found = iam.get_role(iam_client, name)
    except is_ansible_aws_error_code("AccessDenied"):
        return role, (f"role: whether {name} exists was not checked: iam:GetRole is denied.",)
    if found is None:
        missing = f"role: there is no role {name!r} in this account"
        if check_mode:
            return role, (f"{missing} yet.",)
        raise RequestError(f"{missing}; allowed is one that exists.")
    role = f"{found['Path']}{found['RoleName']}".removeprefix("/")
    if host_management.trusts_service(t.cast("t.Any", found)):
        return role, ()
    return role, (f"role: the trust policy of {name} does not name {host_management.SERVICE}, which cannot assume it.",)


def _apply(client: SSMClient, action: Action, role: str) -> None:
    if action == "update":
        ssm_nodes.update_service_setting(client, SETTING, role)
    elif action == "register":
        # Without overwrite: nothing is configured, and what another program configures meanwhile stays.
        ssm_nodes.register_host_management(client, "SERVICE_MANAGED", False)
    elif action == "deregister" and ssm_nodes.has_host_management_calls(client):
        ssm_nodes.deregister_host_management(client, role)
    else:
        ssm_nodes.reset_service_setting(client, SETTING)
