# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the nodes that a request reaches are asked for, and named."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import preflight


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, ""), (1, "n0"), (3, "n0, n1, n2"), (4, "n0, n1, n2 and 1 more"), (9, "n0, n1, n2 and 6 more")],
)
def test_ids_in_a_sentence(count: int, text: str) -> None:
    assert preflight.named([f"n{number}" for number in range(count)], limit=3) == text
