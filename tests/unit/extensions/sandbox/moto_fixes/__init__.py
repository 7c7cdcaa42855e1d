# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's modules are imported as it runs them: from its own folder."""

import pathlib
import sys

SANDBOX = str(pathlib.Path(__file__).parents[5] / "extensions" / "sandbox")
if SANDBOX not in sys.path:
    sys.path.insert(0, SANDBOX)
