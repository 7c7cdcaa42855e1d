# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option of modules that refuse to delete what this collection did not make."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.force)."""

    DOCUMENTATION = r"""
options:
  force:
    description:
      - With O(state=absent), whether to delete a resource of this name that this collection did not make.
    type: bool
    default: false
"""
