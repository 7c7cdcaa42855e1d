# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An action of a task, as ansible-core makes it."""

from __future__ import annotations

import types
import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task
from ansible.plugins.shell.sh import ShellModule
from ansible.template import Templar

if t.TYPE_CHECKING:
    from ansible.plugins.action import ActionBase


def make_action(
    kind: type[ActionBase], arguments: dict[str, t.Any], basedir: str = ".", **keywords: t.Any
) -> ActionBase:
    """An action of a task with these arguments and keywords (check_mode, diff, no_log)."""
    task = Task()
    task.args = arguments
    task.action = "ssmops.run_command.under_test"
    for name, value in keywords.items():
        setattr(task, name, value)
    loader = DataLoader()
    loader.set_basedir(basedir)
    connection = types.SimpleNamespace(_shell=ShellModule())
    templar = Templar(loader=loader, variables={})
    return kind(task, t.cast("t.Any", connection), t.cast("t.Any", None), loader, templar, None)
