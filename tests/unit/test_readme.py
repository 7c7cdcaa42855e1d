# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README is short, and can be read where only its own text is: Galaxy follows no relative links."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

ROOT: t.Final = Path(__file__).resolve().parents[2]
TEXT: t.Final = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS: t.Final = re.findall(r"\]\(([^)]+)\)", TEXT)
# Where GitHub shows a file and a folder, and where it serves an image.
PLACES: t.Final = (
    "https://github.com/ssmops/run_command/tree/main/",
    "https://github.com/ssmops/run_command/blob/main/",
    "https://raw.githubusercontent.com/ssmops/run_command/main/",
)


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) < 150


def test_its_links_lead_to_files_from_everywhere() -> None:
    assert len(LINKS) > 10
    for link in LINKS:
        place = next((place for place in PLACES if link.startswith(place)), None)
        assert place is not None, link
        assert (ROOT / link.removeprefix(place)).exists(), link


def test_its_pictures_have_words() -> None:
    pictures = re.findall(r"!\[([^]]*)\]", TEXT)
    assert len(pictures) == 2
    assert all(len(words) > 30 for words in pictures)


def test_it_names_what_a_newcomer_needs() -> None:
    for needed in (
        "requirements.yml",
        "ansible-playbook ssmops.run_command.demo",
        "One task is the whole fleet",
        "`--limit` does not limit tags",
        "make demo",
        "make test",
    ):
        assert needed in TEXT
