# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a task that failed half-way."""

from __future__ import annotations

from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import after_writes


def test_a_failure_before_the_first_write_changed_nothing() -> None:
    assert after_writes("It failed", []) == {"msg": "It failed", "changed": False}


def test_what_was_changed_by_then_is_told() -> None:
    assert after_writes("It failed", ["created a", "tagged a"]) == {
        "msg": "It failed. Before this: created a; tagged a.",
        "changed": True,
        "changes_made": ["created a", "tagged a"],
    }
    assert after_writes("One sentence.", ["created a"])["msg"] == "One sentence. Before this: created a."


def test_a_message_names_ten_and_the_result_all() -> None:
    writes = [f"created {number}" for number in range(12)]
    result = after_writes("It failed", writes)
    assert result["msg"].endswith("created 9; and 2 more, see changes_made.")
    assert result["changes_made"] == writes
