# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines shown while a command runs say what the counters say."""

from __future__ import annotations

import typing as t

import hypothesis
import hypothesis.strategies as st
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, progress

NUMBERS = st.integers(0, 10_000)
OUTCOMES = st.dictionaries(st.sampled_from(["Success", "Failed", "DeliveryTimedOut", "Undeliverable"]), NUMBERS)
COUNTS = st.builds(progress.Counts, NUMBERS, NUMBERS, OUTCOMES)


def running(target: int, completed: int, errors: int = 0, undelivered: int = 0, status: str = "InProgress") -> t.Any:
    return {
        "Status": status,
        "TargetCount": target,
        "CompletedCount": completed,
        "ErrorCount": errors,
        "DeliveryTimedOutCount": undelivered,
    }


@pytest.mark.parametrize(
    ("command", "elapsed", "line"),
    [
        (running(50, 37, 2), 12.9, "37/50 nodes done: 35 Success, 2 Failed; 13 in progress, 0:12"),
        (running(50, 0), 0, "0/50 nodes done; 50 in progress, 0:00"),
        (running(3, 3, 0, 3), 61, "3/3 nodes done: 3 DeliveryTimedOut; 0 in progress, 1:01"),
        (running(5, 4, 1, 1), 3600, "4/5 nodes done: 2 Success, 1 DeliveryTimedOut, 1 Failed; 1 in progress, 1:00:00"),
        (running(5, 4, 1, 0, "Cancelling"), 1, "4/5 nodes done: 1 Failed, 3 ended; 1 in progress, 0:01"),
        # Perhaps AWS terminated the others before they began.
        (running(3, 3, 1), 1, "3/3 nodes done: 1 Failed, 2 ended; 0 in progress, 0:01"),
        ({}, 1, "0/0 nodes done; 0 in progress, 0:01"),
        (running(1, 0), 1, "0/1 node done; 1 in progress, 0:01"),
        # The counters lag behind one another.
        (running(3, 5), 1, "5/5 nodes done: 5 Success; 0 in progress, 0:01"),
        (running(5, 1, 2), 1, "1/5 nodes done: 2 Failed; 4 in progress, 0:01"),
    ],
)
def test_line(command: t.Any, elapsed: float, line: str) -> None:
    assert progress.progress_line(progress.counts_of_running(command), elapsed) == line


def test_counts_of_what_has_ended_are_exact() -> None:
    details = ["Success", "Success", "AccessDenied"]
    ended = [output.Invocation(str(n), "", "", "Failed", word, ()) for n, word in enumerate(details)]
    assert progress.counts_of_ended(ended) == progress.Counts(3, 3, {"Success": 2, "AccessDenied": 1})


@hypothesis.given(st.lists(COUNTS, max_size=5), NUMBERS)
def test_counts_of_several_commands_add_up(parts: list[progress.Counts], unsent: int) -> None:
    total = progress.total_counts(parts, unsent)
    assert total.total == unsent + sum(part.total for part in parts)
    assert total.completed == sum(part.completed for part in parts)
    assert sum(total.outcomes.values()) == sum(sum(part.outcomes.values()) for part in parts)


@hypothesis.given(st.integers(0, 10**7), st.floats(0, 0.999))
def test_the_clock_reads_back_as_whole_seconds(seconds: int, fraction: float) -> None:
    parts = progress.clock(seconds + fraction).split(":")
    assert sum(int(part) * 60**place for place, part in enumerate(reversed(parts))) == seconds
    assert all(len(part) == 2 and int(part) < 60 for part in parts[1:])
