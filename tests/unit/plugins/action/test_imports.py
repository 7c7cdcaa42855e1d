# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the start of a task costs: Ansible compiles a collection's modules anew in every process."""

from __future__ import annotations

import subprocess
import sys
import typing as t

PLUGINS: t.Final = "ansible_collections.ssmops.run_command.plugins"
# Read with full_output and stream_output only.
SELDOM: t.Final = ("module_utils.monitoring", "module_utils.aws.logs", "module_utils.aws.s3")


def test_what_few_tasks_need_is_not_loaded_with_the_action() -> None:
    script = f"import sys; import {PLUGINS}.action.send_command; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert f"{PLUGINS}.module_utils.commands.fleet_calls" in loaded
    assert [name for name in loaded if name.startswith(tuple(f"{PLUGINS}.{seldom}" for seldom in SELDOM))] == []
