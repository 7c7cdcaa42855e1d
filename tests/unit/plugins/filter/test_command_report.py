# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter's arguments; what it makes is tested below module_utils/reports and in the browser."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.command_report import FilterModule

from ..module_utils.reports.samples import command, invocation

command_report = FilterModule().filters()["command_report"]


def test_a_page_has_the_given_title() -> None:
    page = command_report([command([invocation(1)])], title="Night & day")
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>Night &amp; day</title>" in page


def test_outputs_fit_into_the_bytes_given() -> None:
    result = [command([invocation(1, stdout="x" * 100_000)])]
    assert len(command_report(result)) - len(command_report(result, max_output_bytes=1_000)) > 98_000


def test_a_page_can_compare_with_an_earlier_result() -> None:
    result = [command([invocation(1)])]
    assert '"label":"Now failing"' in command_report(result, before={"commands": [command([])]})
    assert '"changes":null' in command_report(result)


@pytest.mark.parametrize(
    ("result", "options", "problem"),
    [
        ([], {"before": 7}, "command_report: The report's input is of type int"),
        (None, {}, "command_report: The report's input is of type NoneType"),
        ([command([invocation(1, "exploded")])], {}, "command_report: outcome: 'exploded'"),
        ([], {"max_output_bytes": 0}, "max_output_bytes: 0 is not a number of bytes; allowed are 1 and more"),
        ([], {"max_output_bytes": "1"}, "max_output_bytes: '1' is not a number of bytes"),
        ([], {"max_output_bytes": True}, "max_output_bytes: True is not a number of bytes"),
    ],
)
def test_what_no_page_can_be_made_of(result: t.Any, options: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(AnsibleFilterError, match=problem):
        command_report(result, **options)
