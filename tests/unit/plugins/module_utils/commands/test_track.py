# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often is asked, and which errors the wait outlives."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import track


@pytest.mark.parametrize(
    ("elapsed", "pause"),
    [(0.0, 0.1), (0.1, 0.1), (0.3, 0.3), (1.0, 0.7), (7.0, 0.7), (20.0, 2.0), (50.0, 5.0), (51.0, 5.0)],
)
def test_the_pause_is_short_at_first_and_then_a_tenth_of_the_wait(elapsed: float, pause: float) -> None:
    assert track.pause_after(elapsed) == pytest.approx(pause)


def test_how_long_aws_is_waited_for() -> None:
    assert track.VISIBILITY_DELAY == 60.0


@hypothesis.given(st.floats(0, 1e6))
def test_polling_adds_no_more_than_a_tenth(elapsed: float) -> None:
    pause = track.pause_after(elapsed)
    assert track.FIRST_PAUSE <= pause <= track.LONGEST_PAUSE
    assert pause <= max(track.USUAL_PAUSE, elapsed * 0.1)
