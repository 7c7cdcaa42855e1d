# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import rate_control


@pytest.mark.parametrize(
    ("value", "targets", "limit"), [("10%", 50, 5), ("1%", 50, 1), ("3", 50, 3), ("100%", 7, 7), ("50", 7, 50)]
)
def test_concurrency_in_numbers_and_percent(value: str, targets: int, limit: int) -> None:
    assert rate_control.concurrency_limit(value, targets) == limit


@pytest.mark.parametrize(("value", "targets", "limit"), [("0", 50, 0), ("10%", 50, 5), ("1%", 50, 0), ("7", 50, 7)])
def test_errors_in_numbers_and_percent(value: str, targets: int, limit: int) -> None:
    assert rate_control.error_limit(value, targets) == limit


def test_the_window_doubles_with_what_was_acknowledged() -> None:
    assert [rate_control.window(10, acknowledged) for acknowledged in (0, 1, 2, 4, 8)] == [1, 2, 4, 8, 10]
