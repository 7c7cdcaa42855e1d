# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions of the modules' attributes. Support is full unless a module says otherwise."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.attributes)."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying anything.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change in C(check_mode), when in diff mode.
    support: full
  idempotent:
    description: When run twice in a row with the same options, the second run reports no change.
    support: full
"""
