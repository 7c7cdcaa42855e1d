# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the attributes of the modules mean. Support is full unless a module says otherwise."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.attributes)."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return what it would have changed, without changing it.
    support: full
  diff_mode:
    description: Returns what has changed, or would have in C(check_mode), when in diff mode.
    support: full
  idempotent:
    description: Run a second time with the same options it changes nothing and says so.
    support: full
"""
