# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: who a caller is, what his policies let him do, and IAM's own simulation of that."""

from __future__ import annotations

from . import simulate
from .enforcer import Decision, Enforcer
from .identity import Identity
from .identity import of_arn as identity_of_arn

__all__ = ["Decision", "Enforcer", "Identity", "identity_of_arn", "simulate"]
