# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection needs where it runs; amazon.aws names an older Python, which is too old for this collection."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragments C(ssmops.run_command.requirements) and C(ssmops.run_command.requirements.aws)."""

    DOCUMENTATION = r"""
options: {}
requirements:
  - python >= 3.11
"""

    AWS = r"""
options: {}
requirements:
  - python >= 3.11
  - boto3 >= 1.34.0
  - botocore >= 1.34.0
"""
