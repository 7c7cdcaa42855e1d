# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The header of files that are generated."""

from __future__ import annotations

from pathlib import Path


def header(begin: str) -> str:
    """The three lines that this file begins with, each with what begins a comment elsewhere."""
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()[:3]
    return "".join(f"{begin}{line.removeprefix('# ')}\n" for line in lines)
