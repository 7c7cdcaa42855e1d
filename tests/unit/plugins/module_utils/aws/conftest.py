# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rows of a test's module, one test for each."""

from __future__ import annotations

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes a row those of its module."""
    if "row" in metafunc.fixturenames and hasattr(metafunc.module, "ROWS"):
        metafunc.parametrize("row", metafunc.module.ROWS, ids=lambda row: row.function.__name__)
