# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option of modules that refuse to change what this collection did not make."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.adopt)."""

    DOCUMENTATION = r"""
options:
  adopt:
    description:
      - Whether to change a resource of this name that this collection did not make. Otherwise, it is refused.
      - An adopted resource keeps what it has beyond the options given, including all its other tags. It is not marked
        as made by this collection.
      - With O(state=absent), an adopted resource is kept, unless O(force=true).
    type: bool
    default: false
"""
