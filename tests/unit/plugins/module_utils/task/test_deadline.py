# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A deadline is one moment, however often it is asked."""

from __future__ import annotations

import time

import hypothesis
import hypothesis.strategies as st
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline

from ..commands.fake_ssm import Clock

SECONDS = st.floats(0, 1e6)


@hypothesis.given(SECONDS, st.lists(SECONDS, max_size=8))
def test_time_passes_towards_it_and_never_below_nought(limit: float, sleeps: list[float]) -> None:
    clock = Clock()
    deadline = clock.deadline(limit)
    for seconds in sleeps:
        before = deadline.remaining()
        deadline.sleep(seconds)
        assert 0 <= deadline.remaining() <= before
        assert clock.now <= limit * (1 + 1e-9)
        assert deadline.expired is (deadline.remaining() == 0)
    assert deadline.elapsed == clock.now


def test_without_a_limit_it_never_comes() -> None:
    clock = Clock()
    deadline = clock.deadline(None)
    deadline.sleep(1e9)
    assert clock.now == 1e9
    assert not deadline.expired
    assert deadline.remaining() == float("inf")


def test_a_pause_goes_on_beyond_it() -> None:
    clock = Clock()
    deadline = clock.deadline(1.0)
    deadline.pause(5.0)
    assert clock.now == 5.0
    assert deadline.expired
    assert deadline.remaining() == 0.0


def test_another_starts_from_now_on_the_same_clock() -> None:
    clock = Clock()
    deadline = clock.deadline(10.0)
    deadline.sleep(9.0)
    another = deadline.another(10.0)
    another.sleep(4.0)
    assert (clock.now, another.elapsed, another.remaining()) == (13.0, 4.0, 6.0)
    assert deadline.expired
    assert not another.expired


def test_it_works_on_the_clock_of_the_machine() -> None:
    began = time.monotonic()
    deadline = Deadline(0.05)
    deadline.sleep(60.0)
    assert deadline.expired
    assert 0.05 <= time.monotonic() - began < 30
