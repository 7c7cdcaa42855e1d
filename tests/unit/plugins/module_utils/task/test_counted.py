# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One thing is not called several."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted


@pytest.mark.parametrize(("number", "text"), [(0, "0 nodes"), (1, "1 node"), (2, "2 nodes"), (11, "11 nodes")])
def test_a_number_of_nodes(number: int, text: str) -> None:
    assert counted(number, "node") == text
