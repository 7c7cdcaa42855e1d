# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""cancel_command: its options, and its result."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.modules import cancel_command

from ..module_utils.commands.fake_ssm import TO_ALL, Clock, FakeSSM, Node
from .run_module import run_module


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> FakeSSM:
    """An account with one command that runs."""
    fake = FakeSSM(Clock(), {"i-00000000000000001": Node(seconds=1_000.0)})
    fake.send_command(**TO_ALL, Comment="AWX job 12 ssmops-0123456789abcdef")
    monkeypatch.setattr(AnsibleAWSModule, "client", lambda *_args: fake)
    return fake


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("by", ["command_ids", "comment"])
def test_a_command(ssm: FakeSSM, capsys: pytest.CaptureFixture[str], by: str, check: bool) -> None:
    (command_id,) = ssm.commands
    options: t.Any = {"command_ids": command_id} if by == "command_ids" else {"comment": "AWX job 12"}
    result = run_module(cancel_command.main, options, capsys, check=check)
    assert result["changed"]
    assert result["cancelled_command_ids"] == [command_id]
    assert bool(ssm.commands[command_id].cancelled) is not check


@pytest.mark.parametrize("options", [{}, {"command_ids": ["x"], "comment": "y"}, {"comment": ""}])
def test_one_way_to_name_them_is_required(
    ssm: FakeSSM, capsys: pytest.CaptureFixture[str], options: dict[str, t.Any]
) -> None:
    result = run_module(cancel_command.main, options, capsys)
    assert result["failed"]
    assert ssm.calls["CancelCommand"] == 0


def test_a_job_of_awx_gets_no_more_than_it_takes(
    ssm: FakeSSM, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_EVENT_RES", "2000")
    result = run_module(cancel_command.main, {"comment": "AWX job 12"}, capsys)
    assert result["result_cut"]["plugins"]
    assert result["summary"]["cancelled"] == 1
