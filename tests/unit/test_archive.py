# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What whoever installs the collection gets: the archive as ansible-galaxy builds it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts.release_checks import archive_faults
from scripts.tree import source_files

ROOT = Path(__file__).resolve().parents[2]
DEFINITION = ROOT / "extensions" / "patterns" / "run_command" / "exec_env" / "execution-environment.yml"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive."""
    folder = tmp_path_factory.mktemp("archive")
    program = str(Path(sys.executable).with_name("ansible-galaxy"))
    command = [program, "collection", "build", "--output-path", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.tar.gz")
    return path


def test_the_archive_holds_what_users_need_and_nothing_else(archive: Path) -> None:
    assert archive_faults(archive, ROOT, map(str, source_files())) == []


def test_nothing_of_it_is_a_test(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = {name.rsplit("/", 1)[-1] for name in tar.getnames()}
    assert [name for name in sorted(names) if name.startswith(("test_", "conftest")) or name.endswith(".jsonl")] == []


def build_environment(*arguments: str, cwd: Path) -> str:
    """What ansible-builder prints; it must not fail."""
    program = str(Path(sys.executable).with_name("ansible-builder"))
    done = subprocess.run([sys.executable, program, *arguments], cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_execution_environment_is_built_with_the_archive(archive: Path, tmp_path: Path) -> None:
    shutil.copy(DEFINITION, tmp_path)
    shutil.copy(archive, tmp_path)
    build_environment("create", "--output-filename", "Containerfile", "--file", DEFINITION.name, cwd=tmp_path)
    context = tmp_path / "context"
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text())["collections"]
    assert (context / "_build" / wanted[0]["name"]).read_bytes() == archive.read_bytes()
    dependencies = yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"]
    assert {one["name"]: one["version"] for one in wanted[1:]} == dependencies
    assert "requirements.yml" in (context / "Containerfile").read_text()


def test_the_execution_environment_gets_what_the_archive_asks_for(archive: Path, tmp_path: Path) -> None:
    place = tmp_path / "ansible_collections" / "ssmops" / "run_command"
    with tarfile.open(archive) as tar:
        tar.extractall(place, filter="data")
    found = yaml.safe_load(build_environment("introspect", "--sanitize", str(tmp_path), cwd=tmp_path))
    names = {re.split("[<>=# ]", line)[0] for line in found["python"]}
    assert {"boto3", "botocore"} <= names
