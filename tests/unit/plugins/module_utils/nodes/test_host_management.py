# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Default Host Management Configuration as it is read, and what is to be done about it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.host_management import (
    OFF,
    HostManagementSpec,
    describe_default_host_management,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

State = dict[str, t.Any]
ARN = "arn:aws-cn:iam::123456789012:role/service-role/Nodes"


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        (None, None),
        ({"SettingValue": "$None", "Status": "Default"}, {"enabled": False, "role": "", "status": "Default"}),
        ({"SettingValue": "s/R", "Status": "Customized"}, {"enabled": True, "role": "s/R", "status": "Customized"}),
    ],
)
def test_default_host_management(setting: t.Any, shown: t.Any) -> None:
    assert describe_default_host_management(setting) == shown


def spec(role: str | None = None, state: str = "enabled", overwrite: bool = False) -> HostManagementSpec:
    return HostManagementSpec.parse({"state": state, "role": role, "overwrite": overwrite})


def on(role: str) -> State:
    return {"enabled": True, "role": role, "status": "Customized"}


@pytest.mark.parametrize(
    ("given", "role"),
    [(ARN, "service-role/Nodes"), ("/ops/Nodes", "ops/Nodes"), ("ops/Nodes", "ops/Nodes"), ("Nodes", "Nodes")],
)
def test_a_role_by_name_or_arn(given: str, role: str) -> None:
    assert spec(given).role == role
    assert spec(given).role_name == "Nodes"


@pytest.mark.parametrize("given", ["", "a b", "arn:aws:iam::123456789012:user/ann", "$None", "r" * 65])
def test_what_is_no_role(given: str) -> None:
    with pytest.raises(RequestError, match="is no role"):
        spec(given)


@pytest.mark.parametrize(
    ("wanted", "current", "action"),
    [
        (spec("Nodes"), OFF, "update"),
        (spec("Nodes"), on("service-role/Nodes"), "none"),
        (spec("Nodes", overwrite=True), on("Others"), "update"),
        (spec(), OFF, "register"),
        (spec(), on("Others"), "none"),
        (spec(state="disabled"), OFF, "none"),
        (spec(state="disabled"), on("Nodes"), "reset"),
        (spec(state="disabled"), on("aws-reserved/ssm.amazonaws.com/Made"), "deregister"),
        (spec("Nodes", state="disabled"), on("Nodes"), "reset"),
        (spec("Nodes", state="disabled", overwrite=True), on("Others"), "reset"),
        (spec("Nodes", state="disabled"), OFF, "none"),
    ],
)
def test_what_is_to_be_done(wanted: HostManagementSpec, current: State, action: str) -> None:
    assert wanted.action(current) == action


@pytest.mark.parametrize(("state", "verb"), [("enabled", "replace"), ("disabled", "disable")])
def test_a_role_of_others_is_left_to_them(state: str, verb: str) -> None:
    with pytest.raises(RequestError, match=f"has the role 'Others', not 'Nodes'; set overwrite to {verb} it"):
        spec("Nodes", state=state).action(on("Others"))
