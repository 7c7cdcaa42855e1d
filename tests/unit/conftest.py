# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all unit tests share."""

from __future__ import annotations

import pathlib
import sys

import hypothesis

# The sandbox's modules are imported as it runs them: from its own folder.
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "extensions" / "sandbox"))

# How long an example takes says more of the machine, and of what else it does, than of the code.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")
