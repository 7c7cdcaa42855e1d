# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exactly the commands that are meant are cancelled, waited for, and told with what had finished."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancellation import CancelRequest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.cancellation_calls import CommandCanceller
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

from .fake_ssm import TO_ALL, Clock, FakeSSM, Node, client_error

TOKEN = "ssmops-0123456789abcdef"
DEFAULTS = {"command_ids": None, "client_token": None, "comment": None, "older_than": 0, "max_age": 86_400}


class Account:
    """Two nodes of which one is slow, and commands with comments."""

    def __init__(self, *comments: str) -> None:
        self.clock = Clock()
        self.ssm = FakeSSM(self.clock, {"i-00000000000000001": Node(1.0), "i-00000000000000002": Node(1_000.0)})
        self.ids: list[str] = []
        for comment in comments:
            self.ids.append(self.ssm.send_command(**TO_ALL, Comment=comment)["Command"]["CommandId"])
            self.clock.now += 1.0
        self.clock.now = 10.0
        self.ssm.epoch -= datetime.timedelta(seconds=10)
        self.ssm.calls.clear()

    def cancel(self, *, check: bool = False, seconds: float = 60, **params: t.Any) -> dict[str, t.Any]:
        canceller = CommandCanceller(t.cast("t.Any", self.ssm), self.clock.deadline(seconds))
        return canceller.cancel(CancelRequest.parse({**DEFAULTS, **params}), check=check)


def test_a_command_is_cancelled_and_what_had_finished_is_told() -> None:
    account = Account("")
    result = account.cancel(command_ids=account.ids)
    assert (result["changed"], result["failed"], result["cancelled_command_ids"]) == (True, False, account.ids)
    assert [found["outcome"] for found in result["invocations"].values()] == ["success", "cancelled"]
    assert result["msg"] == "Cancelled 1 of 1 commands; 1 of these have ended by now."


def test_a_command_that_has_ended_is_no_error() -> None:
    account = Account("")
    account.cancel(command_ids=account.ids)
    account.ssm.calls.clear()
    again = account.cancel(command_ids=account.ids)
    assert (again["changed"], again["cancelled_command_ids"]) == (False, [])
    assert again["msg"] == "Nothing to cancel: 1 of 1 commands had ended before."
    assert account.ssm.calls["CancelCommand"] == 0


@pytest.mark.parametrize(
    ("params", "meant"),
    [
        ({"comment": "AWX job 1"}, [0]),
        ({"comment": "AWX job 12"}, [1]),
        ({"comment": "job"}, [0, 1]),
        ({"comment": "jo"}, []),
        ({"client_token": "deploy-7"}, [2]),
        ({"client_token": "deploy"}, []),
        ({"comment": "AWX job 1", "older_than": 3_600}, []),
        ({"comment": "AWX job 1", "older_than": 5}, [0]),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_only_what_is_meant_is_cancelled(params: dict[str, t.Any], meant: list[int], check: bool) -> None:
    account = Account(
        f"AWX job 1 {TOKEN}", f"AWX job 12 {TOKEN}", f"why token=deploy-7 part 1/2 {TOKEN}", "token=deploy-7 by hand"
    )
    result = account.cancel(**params, check=check)
    assert result["cancelled_command_ids"] == [account.ids[number] for number in meant]
    assert result["changed"] is bool(meant)
    cancelled = [command.command_id for command in account.ssm.commands.values() if command.cancelled]
    assert cancelled == ([] if check else result["cancelled_command_ids"])


def test_a_cancel_that_is_refused_is_told() -> None:
    account = Account("", "")
    account.ssm.before["CancelCommand"] = [client_error("AccessDeniedException", "CancelCommand"), None]
    result = account.cancel(command_ids=account.ids)
    assert (result["changed"], result["failed"]) == (True, True)
    assert len(result["cancelled_command_ids"]) == 1
    assert "was not cancelled: " in result["msg"]
    assert "AccessDeniedException" in result["msg"]


def test_commands_that_do_not_end_in_time_are_a_failure() -> None:
    account = Account("")
    t.cast("t.Any", account.ssm).cancel_command = lambda **_request: {}
    result = account.cancel(command_ids=account.ids, seconds=20)
    assert (result["changed"], result["failed"]) == (True, True)
    assert result["msg"] == "Cancelled 1 of 1 commands; 0 of these have ended by now."


def test_a_command_that_is_not_known_is_an_error() -> None:
    with pytest.raises(AnsibleAWSError, match="has not listed the command"):
        Account().cancel(command_ids=["11111111-2222-4333-8444-555555555555"])


@pytest.mark.parametrize("params", [{"older_than": -1}, {"max_age": -5}, {"comment": " "}, {"client_token": ""}])
def test_what_would_mean_everything_is_refused(params: dict[str, t.Any]) -> None:
    with pytest.raises(RequestError):
        Account().cancel(**params)
