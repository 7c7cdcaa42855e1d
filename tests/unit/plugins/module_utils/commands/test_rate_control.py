# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shares of running commands never exceed the task's limits, and nothing of the limits lies idle."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.rate_control import RateBudget, absolute_limit

LIMITS = st.one_of(st.integers(1, 2000).map(str), st.integers(1, 100).map(lambda percent: f"{percent}%"))
ERRORS = st.one_of(st.integers(0, 2000).map(str), st.integers(0, 100).map(lambda percent: f"{percent}%"))


@pytest.mark.parametrize(
    ("limit", "total", "number"), [("7", 1000, 7), ("10%", 1000, 100), ("10%", 9, 0), ("100%", 9, 9)]
)
def test_percentages_are_of_the_whole_task(limit: str, total: int, number: int) -> None:
    assert absolute_limit(limit, total) == number


@hypothesis.given(st.integers(1, 3000), LIMITS, ERRORS)
def test_shares_add_up_to_the_limits(total: int, concurrency: str, errors: str) -> None:
    parts = -(-total // 50)
    budget = RateBudget(total, parts, concurrency, errors)
    shares = []
    while (share := budget.take()) is not None:
        shares.append(share)
    assert len(shares) <= parts
    assert sum(share.max_concurrency for share in shares) == min(total, max(1, absolute_limit(concurrency, total)))
    assert all(share.max_concurrency >= 1 for share in shares)
    assert sum(share.max_errors for share in shares) == absolute_limit(errors, total)


def test_a_share_comes_back_when_its_command_ends() -> None:
    budget = RateBudget(200, 4, "1", "5")
    first = budget.take()
    assert first is not None
    assert (first.max_concurrency, first.max_errors) == (1, 5)
    assert budget.take() is None
    budget.give_back(first, errors=2)
    second = budget.take()
    assert second is not None
    assert (second.max_concurrency, second.max_errors) == (1, 3)


def test_more_errors_than_allowed_end_the_task() -> None:
    budget = RateBudget(100, 2, "50", "0")
    first = budget.take()
    assert first is not None
    assert not budget.exceeded(0)
    assert budget.exceeded(1)
    budget.give_back(first, errors=1)
    assert budget.exceeded(0)
    assert budget.take() is None
