# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module default_host_management from its arguments to its result, on answers written down."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_nodes
from ansible_collections.ssmops.run_command.plugins.modules import default_host_management

from .run_module import assert_refused, run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]
SETTING = {"SettingId": ssm_nodes.DEFAULT_HOST_MANAGEMENT}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(default_host_management.main, options, capsys, check=check)

    return run_it


def read(stubs: StubbedClients, value: str) -> None:
    """The setting is this, next."""
    status = "Default" if value == "$None" else "Customized"
    stubs.answer("ssm", "get_service_setting", {"ServiceSetting": {"SettingValue": value, "Status": status}}, SETTING)


def find_role(stubs: StubbedClients, service: str = "ssm.amazonaws.com") -> None:
    """IAM has the role."""
    role = {
        "Path": "/service-role/",
        "RoleName": "Nodes",
        "RoleId": "AROA0123456789ABCDEF",
        "Arn": "arn:aws:iam::123456789012:role/service-role/Nodes",
        "CreateDate": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        "AssumeRolePolicyDocument": json.dumps({"Statement": [{"Principal": {"Service": service}}]}),
    }
    stubs.answer("iam", "get_role", {"Role": role}, {"RoleName": "Nodes"})


@pytest.mark.parametrize("check", [True, False])
def test_it_is_enabled_with_the_path_of_the_role(run: Run, stubs: StubbedClients, check: bool) -> None:
    read(stubs, "$None")
    find_role(stubs)
    if not check:
        stubs.answer("ssm", "update_service_setting", {}, {**SETTING, "SettingValue": "service-role/Nodes"})
        read(stubs, "service-role/Nodes")
    result = run(check, role="Nodes")
    enabled = {"enabled": True, "role": "service-role/Nodes", "status": "Customized"}
    assert (result["changed"], result["default_host_management"]) == (True, enabled)
    assert result["diff"] == {"before": {"enabled": False, "role": "", "status": "Default"}, "after": enabled}


def test_what_is_so_takes_one_call(run: Run, stubs: StubbedClients) -> None:
    read(stubs, "service-role/Nodes")
    assert not run(role="Nodes")["changed"]


def test_a_role_that_is_missing(run: Run, stubs: StubbedClients) -> None:
    for _time in range(2):
        read(stubs, "$None")
        stubs.fail("iam", "get_role", "NoSuchEntity")
    assert_refused(run(role="Nodes"), ["role", "no role 'Nodes'"])
    result = run(True, role="Nodes")
    assert result["default_host_management"]["role"] == "Nodes"
    assert "no role 'Nodes' in this account yet" in str(result["warnings"])


def test_a_role_that_systems_manager_cannot_assume_is_warned_of(run: Run, stubs: StubbedClients) -> None:
    read(stubs, "$None")
    find_role(stubs, "ec2.amazonaws.com")
    assert "does not name ssm.amazonaws.com" in str(run(True, role="Nodes")["warnings"])


def test_a_role_that_may_not_be_read_is_taken_as_it_is_written(run: Run, stubs: StubbedClients) -> None:
    read(stubs, "$None")
    stubs.fail("iam", "get_role", "AccessDenied")
    result = run(True, role="ops/Nodes")
    assert result["default_host_management"]["role"] == "ops/Nodes"
    assert "iam:GetRole is denied" in str(result["warnings"])


@pytest.mark.parametrize("is_new", [True, False])
def test_aws_makes_a_role_where_botocore_can_ask_for_it(
    run: Run, stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    made: list[tuple[str, bool]] = []
    monkeypatch.setattr(ssm_nodes, "has_host_management_calls", lambda _client: is_new)
    monkeypatch.setattr(ssm_nodes, "register_host_management", lambda _client, *asked: made.append(asked))
    read(stubs, "$None")
    if is_new:
        read(stubs, "aws-reserved/ssm.amazonaws.com/Made")
    result = run()
    assert made == ([("SERVICE_MANAGED", False)] if is_new else [])
    if is_new:
        assert result["default_host_management"]["role"].endswith("/Made")
    else:
        assert_refused(result, ["role", "botocore 1.44"])


def test_check_mode_does_not_know_the_role_that_aws_will_make(run: Run, stubs: StubbedClients) -> None:
    read(stubs, "$None")
    result = run(True)
    assert result["default_host_management"] == {"enabled": True, "role": None, "status": "Customized"}


@pytest.mark.parametrize("is_aws_s", [True, False])
def test_it_is_disabled(run: Run, stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch, is_aws_s: bool) -> None:
    left: list[str] = []
    monkeypatch.setattr(ssm_nodes, "has_host_management_calls", lambda _client: True)
    monkeypatch.setattr(ssm_nodes, "deregister_host_management", lambda _client, role: left.append(role))
    role = "aws-reserved/ssm.amazonaws.com/Made" if is_aws_s else "Nodes"
    read(stubs, role)
    if not is_aws_s:
        stubs.answer("ssm", "reset_service_setting", {}, SETTING)
    read(stubs, "$None")
    result = run(state="disabled")
    assert result["changed"]
    assert not result["default_host_management"]["enabled"]
    assert left == ([role] if is_aws_s else [])


def test_a_setting_that_may_not_be_read_is_an_error(run: Run, stubs: StubbedClients) -> None:
    stubs.fail("ssm", "get_service_setting", "AccessDeniedException")
    assert "GetServiceSetting is denied" in run(role="Nodes")["msg"]
