# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies of keys: which let EventBridge and alarms in, and what is wrong with the others."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.key_policies import (
    ALARMS,
    EVENTS,
    find_problem,
)

ARN = "arn:aws:events:us-east-1:123456789012:rule/r"


def statement(action: t.Any = ("kms:Decrypt", "kms:GenerateDataKey*"), **more: t.Any) -> dict[str, t.Any]:
    principal = {"Service": [EVENTS, ALARMS]}
    actions = list(action) if isinstance(action, tuple) else action
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", **more}


SOURCE = {"ArnLike": {"AWS:SourceArn": ARN}}


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        ([statement()], ""),
        (statement("kms:*"), ""),
        ([statement("*", Principal="*")], ""),
        ([statement("kms:decrypt"), statement("kms:GenerateDataKey")], ""),
        ([statement(Condition=SOURCE), statement()], ""),
        ([statement(Condition={"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}})], ""),
        ([], "does not let events.amazonaws.com call kms:Decrypt"),
        ([statement("kms:Decrypt")], "does not let events.amazonaws.com call kms:GenerateDataKey"),
        ([statement(Effect="Deny")], "does not let events.amazonaws.com call kms:Decrypt"),
        ([statement(Principal={"AWS": "arn:aws:iam::123456789012:root"})], "does not let events.amazonaws.com"),
        ([statement(Condition=SOURCE)], "only with the condition AWS:SourceArn, which EventBridge does not send"),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}})], "condition aws:SourceAccount"),
    ],
)
def test_finds_what_keeps_eventbridge_out(statements: t.Any, problem: str) -> None:
    found = find_problem({"Statement": statements}, EVENTS)
    assert problem in found
    assert bool(problem) == bool(found)


def test_alarms_send_their_arn() -> None:
    assert find_problem({"Statement": [statement(Condition=SOURCE)]}, ALARMS) == ""
    assert find_problem({"Statement": [statement(Principal={"Service": EVENTS})]}, ALARMS)
