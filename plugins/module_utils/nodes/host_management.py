# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Default Host Management Configuration: the role with which a region's instances are managed nodes. Pure."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ssm.type_defs import ServiceSettingTypeDef

State = dict[str, t.Any]
Action = t.Literal["none", "update", "register", "reset", "deregister"]
STATES: t.Final = ("enabled", "disabled")
NO_ROLE: t.Final = "$None"
CUSTOMIZED: t.Final = "Customized"
SERVICE: t.Final = "ssm.amazonaws.com"
OFF: t.Final[State] = {"enabled": False, "role": "", "status": "Default"}
# Paths of roles that only AWS makes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
_AWS_S_PATHS: t.Final = ("aws-reserved/", "aws-service-role/")
_ROLE: t.Final = re.compile(
    r"(?:arn:aws[a-z0-9-]*:iam::\d{12}:role/|/?(?!arn:))(?P<role>(?:[!-.0-~]+/)*[\w+=,.@-]{1,64})"
)


def describe_default_host_management(setting: ServiceSettingTypeDef | None) -> State | None:
    """Default Host Management Configuration: whether it is enabled, and its role; None if it could not be read."""
    if setting is None:
        return None
    role = setting.get("SettingValue", "")
    enabled = bool(role) and role != NO_ROLE
    return {"enabled": enabled, "role": role if enabled else "", "status": setting.get("Status", "")}


@dataclasses.dataclass(frozen=True)
class HostManagementSpec:
    """The wanted configuration.

    `role` is a path without its first slash, and a name, as in the setting; None for a role that AWS makes.
    """

    enabled: bool
    role: str | None
    overwrite: bool

    @classmethod
    def parse(cls, params: Mapping[str, t.Any]) -> HostManagementSpec:
        """From the module's options. Raises RequestError for a role that is neither a name nor an ARN."""
        given = params["role"]
        found = None if given is None else _ROLE.fullmatch(given)
        if given is not None and found is None:
            raise RequestError(f"role: {given!r} is no role; allowed are a name, with or without its path, and an ARN.")
        return cls(params["state"] == "enabled", found["role"] if found else None, params["overwrite"])

    @property
    def role_name(self) -> str | None:
        """The name of the role: IAM has each only once, whatever its path."""
        return None if self.role is None else name_of(self.role)

    def action(self, current: State) -> Action:
        """What to do.

        :raises RequestError: another role is configured, and the user does not let it be replaced.
        """
        is_other = current["enabled"] and self.role is not None and name_of(current["role"]) != self.role_name
        if is_other and not self.overwrite:
            verb = "replace" if self.enabled else "disable"
            raise RequestError(
                f"role: Default Host Management Configuration has the role {current['role']!r}, not {self.role!r};"
                f" set overwrite to {verb} it."
            )
        if not self.enabled:
            return _ending(current)
        if current["enabled"] and not is_other:
            return "none"
        return "register" if self.role is None else "update"


def _ending(current: State) -> Action:
    if not current["enabled"]:
        return "none"
    return "deregister" if str(current["role"]).startswith(_AWS_S_PATHS) else "reset"


def name_of(role: str) -> str:
    """The name in a path with a name."""
    return role.rpartition("/")[2]


def trusts_service(role: Mapping[str, t.Any]) -> bool:
    """Whether the trust policy of GetRole's answer names Systems Manager."""
    return SERVICE in json.dumps(role.get("AssumeRolePolicyDocument", {}))


def expected(action: Action, current: State, role: str | None) -> State:
    """The state after an action; the role is None where AWS makes it."""
    if action == "none":
        return current
    if action in {"reset", "deregister"}:
        return dict(OFF)
    return {"enabled": True, "role": role, "status": CUSTOMIZED}
