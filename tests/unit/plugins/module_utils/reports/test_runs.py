# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of both kinds give the same runs; anything else is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import parse_runs
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

from .samples import COMMAND_ID, command, invocation


def test_results_of_command_info_and_of_send_command_are_the_same() -> None:
    listed = [invocation(1), invocation(2, "failed")]
    sent = {"commands": [command([])], "invocations": {entry["instance_id"]: entry for entry in listed}}
    from_info = parse_runs({"commands": [command(listed)], "changed": False})
    assert parse_runs(sent).invocations == from_info.invocations == listed
    assert parse_runs([command(listed)]) == from_info


def test_what_was_sent_again_is_there_too() -> None:
    earlier = invocation(1, "undeliverable")
    last = invocation(1, earlier=[earlier])
    runs = parse_runs({"commands": [command([])], "invocations": {last["instance_id"]: last}})
    assert list(runs.invocations) == [last, earlier]


def test_a_reader_is_told_what_was_cut() -> None:
    cut = {"outputs": 12, "plugins": True, "invocations": 3}
    runs = parse_runs({"commands": [], "invocations": {}, "result_cut": cut})
    assert list(runs.notes) == [
        "result_max_bytes removed the beginnings of 12 outputs.",
        "result_max_bytes removed the output of single steps.",
        "result_max_bytes removed 3 nodes.",
    ]
    one = parse_runs(
        {"commands": [], "invocations": {}, "result_cut": {"outputs": 1, "plugins": False, "invocations": 1}}
    )
    assert list(one.notes) == [
        "result_max_bytes removed the beginnings of 1 output.",
        "result_max_bytes removed 1 node.",
    ]
    nothing = {"outputs": 0, "plugins": False, "invocations": 0}
    assert parse_runs({"commands": [], "invocations": {}, "result_cut": nothing}).notes == []


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (None, "of type NoneType"),
        ("text", "of type str"),
        (b"bytes", "of type bytes"),
        (7, "of type int"),
        ({}, "no list of commands"),
        ({"msg": "failed"}, "no list of commands"),
        ({"commands": "text"}, "no list of commands"),
        ({"commands": {COMMAND_ID: {}}}, "no list of commands"),
        ([7], "has no invocations"),
        ([{"command_id": COMMAND_ID}], "has no invocations"),
        ([{"command_id": COMMAND_ID, "invocations": {}}], "has no invocations"),
        ({"commands": [], "invocations": []}, "invocations are of type list"),
    ],
)
def test_anything_else_is_refused(result: t.Any, problem: str) -> None:
    with pytest.raises(RequestError, match=problem):
        parse_runs(result)
