# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The repository to start from, tests/ops_repo, beside the guide; make ops-repo runs it from outside."""

from __future__ import annotations

import typing as t
from pathlib import Path

import yaml

from scripts.code_blocks import blocks_of

ROOT: t.Final = Path(__file__).resolve().parents[2]
REPOSITORY: t.Final = ROOT / "tests" / "ops_repo"
SCENARIO: t.Final = REPOSITORY / "molecule" / "default"
GUIDE: t.Final = ROOT / "docs" / "docsite" / "rst" / "guide_molecule.rst"
NEEDED: t.Final = ("molecule.yml", "create.yml", "destroy.yml")


def lines_of(name: str) -> list[str]:
    """The lines of a file of the scenario, without comments and empty ones."""
    lines = (SCENARIO / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_the_scenario_has_at_most_15_lines() -> None:
    assert sum(len(lines_of(name)) for name in NEEDED) <= 15


def test_the_guide_shows_this_scenario() -> None:
    shown = blocks_of(GUIDE)[: len(NEEDED)]
    assert [yaml.safe_load(block) for block in shown] == [yaml.safe_load("\n".join(lines_of(name))) for name in NEEDED]


def test_its_playbooks_are_not_made_for_the_scenario() -> None:
    files = [*REPOSITORY.glob("playbooks/*.yml"), *REPOSITORY.glob("inventory/**/*.yml")]
    assert len(files) == 5
    assert [path.name for path in files if "molecule" in path.read_text(encoding="utf-8").lower()] == []


def test_the_readme_names_its_files() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    playbooks = [f"playbooks/{path.name}" for path in REPOSITORY.glob("playbooks/*.yml")]
    assert [name for name in playbooks if f"`{name}`" not in text] == []
