# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What command_info's options mean to ListCommands."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.command_search import STATUSES, CommandSearch
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from botocore.session import Session

from .samples import COMMAND_ID, NOW, OTHER_COMMAND_ID

if t.TYPE_CHECKING:
    from mypy_boto3_ssm.type_defs import CommandTypeDef

UNSET: dict[str, t.Any] = dict.fromkeys(("command_ids", "invoked_after", "invoked_before", "status", "document_name"))


def search(**params: t.Any) -> CommandSearch:
    return CommandSearch.parse({**UNSET, **params}, NOW)


def filters(**params: t.Any) -> dict[str, str]:
    return {found["key"]: found["value"] for found in search(**params).filters()}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {}),
        ({"invoked_after": "6h"}, {"InvokedAfter": "2026-11-23T06:00:00Z"}),
        ({"invoked_after": "2026-11-23T06:00:00.900+01:00"}, {"InvokedAfter": "2026-11-23T05:00:00Z"}),
        ({"invoked_before": "2026-11-23T06:00:00.100Z"}, {"InvokedBefore": "2026-11-23T06:00:01Z"}),
        (
            {"status": "TimedOut", "document_name": "AWS-RunShellScript"},
            {"Status": "TimedOut", "DocumentName": "AWS-RunShellScript"},
        ),
    ],
)
def test_filters(params: dict[str, t.Any], expected: dict[str, str]) -> None:
    assert filters(**params) == expected


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("2026-11-23T06:00:00.899+00:00", False),
        ("2026-11-23T06:00:00.900+00:00", True),
        ("2026-11-23T07:00:00.099+00:00", True),
        ("2026-11-23T07:00:00.100+00:00", False),
    ],
)
def test_the_span_holds_to_the_millisecond(sent: str, wanted: bool) -> None:
    span = search(invoked_after="2026-11-23T06:00:00.900Z", invoked_before="2026-11-23T07:00:00.100Z")
    command: CommandTypeDef = {"RequestedDateTime": datetime.datetime.fromisoformat(sent)}
    assert span.wants(command) is wanted


def test_each_command_is_asked_for_once() -> None:
    assert search(command_ids=[COMMAND_ID, OTHER_COMMAND_ID, COMMAND_ID]).command_ids == (COMMAND_ID, OTHER_COMMAND_ID)
    assert search(command_ids=[]).command_ids == ()
    assert search().command_ids is None


def test_the_statuses_are_those_of_commands() -> None:
    model = Session().get_service_model("ssm")
    assert list(STATUSES) == model.shape_for("CommandStatus").enum  # type: ignore[attr-defined]  # a StringShape


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"command_ids": ["abc"]}, "command_ids: 'abc' is not a command ID; allowed are UUIDs"),
        ({"command_ids": [COMMAND_ID, ""]}, "command_ids: '' is not a command ID"),
        ({"invoked_after": "soon"}, "invoked_after: 'soon' is not a time; allowed are times like"),
        ({"invoked_after": "-2h"}, "invoked_after: '-2h' is not a time"),
        ({"invoked_before": "2026-11-23T06:00:00"}, "invoked_before: '2026-11-23T06:00:00' has no time zone"),
        ({"invoked_after": "1h", "invoked_before": "2h"}, "invoked_before: .* is not after invoked_after"),
        ({"invoked_after": "1h", "invoked_before": "1h"}, "allowed is a later time"),
    ],
)
def test_what_cannot_be_meant_is_refused(params: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(RequestError, match=problem):
        search(**params)
