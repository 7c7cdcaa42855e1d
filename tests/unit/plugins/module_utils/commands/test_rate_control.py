# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shares of running commands never exceed the task's limits, and nothing of the limits lies idle."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.rate_control import (
    RateBudget,
    Share,
    Standing,
    absolute_limit,
)

LIMITS = st.one_of(st.integers(1, 2000).map(str), st.integers(1, 100).map(lambda percent: f"{percent}%"))
ERRORS = st.one_of(st.integers(0, 2000).map(str), st.integers(0, 100).map(lambda percent: f"{percent}%"))


@pytest.mark.parametrize(
    ("limit", "total", "number"), [("7", 1000, 7), ("10%", 1000, 100), ("10%", 9, 0), ("100%", 9, 9)]
)
def test_percentages_are_of_the_whole_task(limit: str, total: int, number: int) -> None:
    assert absolute_limit(limit, total) == number


def waiting(nodes: int, open_nodes: int = 0, succeeded: int = 0) -> Standing:
    return Standing(nodes, open_nodes, succeeded)


@hypothesis.given(st.integers(1, 3000), LIMITS)
def test_where_all_errors_are_allowed_shares_add_up_to_the_limits(total: int, concurrency: str) -> None:
    budget = RateBudget(total, 50, concurrency, "100%")
    shares: list[Share] = []
    left = total
    while left and (share := budget.take(waiting(left, total - left))) is not None:
        shares.append(share)
        left -= min(left, 50)
    parts = -(-total // 50)
    limit = min(total, max(1, absolute_limit(concurrency, total)))
    assert len(shares) == min(parts, limit)
    assert all(share.max_concurrency >= 1 for share in shares)
    assert sum(share.max_concurrency for share in shares) <= limit
    assert sum(share.max_errors for share in shares) <= total


@hypothesis.given(st.integers(51, 3000), LIMITS, ERRORS, st.data())
def test_shares_never_exceed_the_limits_and_nodes_run_only_beside_as_many_that_succeeded(
    total: int, concurrency: str, errors: str, data: st.DataObject
) -> None:
    hypothesis.assume(absolute_limit(errors, total) < total)
    budget = RateBudget(total, 50, concurrency, errors)
    left, succeeded, failed = total, 0, 0
    running: list[tuple[Share, int]] = []
    for _round in range(400):
        open_nodes = sum(size for _share, size in running)
        share = budget.take(waiting(left, open_nodes, succeeded)) if left else None
        if share is not None:
            reserved = sum(one.max_errors for one, _size in running)
            assert share.max_errors <= max(0, absolute_limit(errors, total) - failed - reserved)
            running.append((share, min(left, 50)))
            left -= min(left, 50)
            assert sum(size for _share, size in running) <= 50 + succeeded
            assert sum(one.max_concurrency for one, _size in running) <= max(1, absolute_limit(concurrency, total))
        elif running:
            ended, size = running.pop(data.draw(st.integers(0, len(running) - 1)))
            bad = min(size, data.draw(st.integers(0, ended.max_errors + 1)))
            failed += bad
            succeeded += size - bad
            budget.give_back(ended, bad)
        else:
            break
    assert not running
    assert not left or failed > absolute_limit(errors, total)


def test_the_first_command_runs_alone_and_then_as_many_as_succeeded() -> None:
    budget = RateBudget(500, 50, "100%", "0")
    first = budget.take(waiting(500))
    assert first == Share(50, 0)
    assert budget.take(waiting(450, 50)) is None
    assert budget.take(waiting(450, 10, 40)) is not None
    assert budget.take(waiting(400, 60, 40)) is None


def test_a_share_comes_back_when_its_command_ends() -> None:
    budget = RateBudget(200, 50, "1", "5")
    first = budget.take(waiting(200))
    assert first == Share(1, 5)
    assert budget.take(waiting(150, 0, 50)) is None
    budget.give_back(first, errors=2)
    assert budget.take(waiting(150, 0, 48)) == Share(1, 3)


def test_more_errors_than_allowed_end_the_task() -> None:
    budget = RateBudget(100, 50, "50", "0")
    first = budget.take(waiting(100))
    assert first is not None
    assert not budget.exceeded(0)
    assert budget.exceeded(1)
    budget.give_back(first, errors=1)
    assert budget.exceeded(0)
    assert budget.take(waiting(50)) is None
