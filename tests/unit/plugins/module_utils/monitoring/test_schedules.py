# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules: what is none, and what never comes."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.schedules import check_schedule
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 hour)",
        "rate(15 minutes)",
        "cron(0 3 * * ? *)",
        "cron(0/15 8-17 ? * MON-FRI *)",
        "cron(0 18 L * ? 2026-2030)",
        "cron(5,35 14 ? JAN,feb 2#1 *)",
        "cron(0 9 15W 6/2 ? *)",
        "cron(0 0 29 2 ? *)",
        "cron(0 0 ? * 6L 2199)",
    ],
)
def test_takes(expression: str) -> None:
    try:
        check_schedule("schedule_expression", expression)
    except RequestError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("hourly", "is not a schedule"),
        ("rate(0 minutes)", "is not a schedule"),
        ("cron(0 3 * * *)", "six fields"),
        ("cron(60 3 * * ? *)", "the minutes 60; allowed are 0 to 59"),
        ("cron(0 24 * * ? *)", "the hours 24"),
        ("cron(0 3 32 * ? *)", "the day of month 32"),
        ("cron(0 3 0W * ? *)", "the day of month 0W"),
        ("cron(0 3 * 13 ? *)", "the month 13"),
        ("cron(0 3 ? * 8 *)", "the day of week 8"),
        ("cron(0 3 ? * 2#6 *)", "the day of week 2#6"),
        ("cron(0 3 * * ? 1969)", "the year 1969"),
        ("cron(0 5-3 * * ? *)", "the hours 5-3"),
        ("cron(*/0 3 * * ? *)", "the minutes */0"),
        ("cron(*-5 3 * * ? *)", "the minutes *-5"),
        ("cron(0 3 * * * *)", "allowed is ? for exactly one"),
        ("cron(0 3 ? * ? *)", "allowed is ? for exactly one"),
        ("cron(0 3 30,31 2 ? *)", "never comes"),
        ("cron(0 3 31 4,JUN ? *)", "never comes"),
    ],
)
def test_refuses(expression: str, words: str) -> None:
    with pytest.raises(RequestError) as refused:
        check_schedule("schedule_expression", expression)
    assert str(refused.value).startswith(f"schedule_expression: {expression!r}")
    assert words in str(refused.value)
