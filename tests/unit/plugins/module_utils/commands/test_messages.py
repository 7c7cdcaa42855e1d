# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of commands that have not ended."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.messages import (
    interruption_message,
    running_message,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.statuses import count_outcomes


@pytest.mark.parametrize(
    ("left", "cancelled", "unanswered", "text"),
    [
        ([], [], None, "why: no command was running."),
        ([], ["a", "b"], None, "why: asked AWS to cancel the commands a, b."),
        (["a"], [], None, "why: the commands continue, attach with command_ids: [a]."),
        (
            ["b"],
            ["a"],
            "ssmops-1",
            "why: asked AWS to cancel the commands a; the commands continue, attach with command_ids: [b]; "
            "a command was being sent and may still run: look for ssmops-1 in the comments.",
        ),
    ],
)
def test_what_is_said_of_an_interrupt(left: list[str], cancelled: list[str], unanswered: str | None, text: str) -> None:
    assert interruption_message("why", left=left, cancelled=cancelled, unanswered=unanswered) == text


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        (["in_progress"], "0 of 1 listed node ended so far; the commands continue."),
        (["success", "delayed", "pending"], "1 of 3 listed nodes ended so far; the commands continue."),
    ],
)
def test_what_is_said_of_nodes_that_are_running(outcomes: list[str], text: str) -> None:
    assert running_message({"summary": count_outcomes(outcomes)}) == text
