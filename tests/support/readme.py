# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the sandbox's README, which tests compare with what it does."""

from __future__ import annotations

import pathlib

README = pathlib.Path(__file__).parents[2] / "extensions" / "sandbox" / "README.md"


def rows(section: str, heading: str) -> dict[str, str]:
    """Of the table in a section whose first column has this heading: the second cells by the first ones."""
    text = README.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    table = text.partition(f"\n| {heading} | ")[2].partition("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    found = {row[0]: row[1] for row in cells if row[0] != "---"}
    if len(found) != len(cells) - 1:
        raise ValueError(f"rows of {section} have the same name")
    return found
