# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Returns a result from a file: what ansible-core takes for it, without a single call."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Takes C(result), the path of a JSON file, and C(returned), the path to write the time to."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = json.loads(pathlib.Path(self._task.args["result"]).read_text())
        pathlib.Path(self._task.args["returned"]).write_text(str(time.time()))
        return result
