# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules return that fail after they have changed something."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.changes_made)."""

    DOCUMENTATION = r"""
options: {}
notes:
  - If the module fails after it has changed something, its result has C(changed=true) and the list C(changes_made),
    with items such as C(created the role managed-nodes). Its message names them too. Run the task again to finish it.
"""
