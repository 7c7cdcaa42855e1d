# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option of modules that need the account of the caller for ARNs."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment C(ssmops.run_command.account)."""

    DOCUMENTATION = r"""
options:
  account_id:
    description:
      - The account of the caller's credentials, 12 digits, for ARNs. If not set, the module asks AWS STS.
    type: str
"""
