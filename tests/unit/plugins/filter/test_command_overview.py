# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter's arguments; what it makes is tested below module_utils/reports."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.command_overview import FilterModule
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.overview import add_result, begin

command_overview = FilterModule().filters()["command_overview"]
RESULT = {"msg": "no node", "summary": {"total": 0}}


def test_nothing_begins_an_overview() -> None:
    assert command_overview({}, client_token="t", regions=["a"]) == begin("t", ["a"])


def test_results_are_added() -> None:
    first = command_overview(RESULT, region="a", regions=["a", "b"])
    assert first == add_result(begin("", ["a", "b"]), RESULT, "a", 20)
    assert command_overview(RESULT, region="b", before=first, shown=0) == add_result(first, RESULT, "b", 0)
    assert command_overview(RESULT, region="a")["artifact"]["regions"] == ["a"]


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="the input is not a result"):
        command_overview("x")
