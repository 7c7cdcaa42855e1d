# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks by their names, from an empty folder, with nothing but the archive installed."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import subprocess
import sys
import typing as t

import pytest

from tests.support.local_sandbox import CHECKOUT

Play = t.Callable[[str], str]
BIN = pathlib.Path(sys.executable).parent


@pytest.fixture
def play(collections: pathlib.Path, credential: dict[str, str], tmp_path: pathlib.Path) -> Play:
    """Runs a command in an empty folder; gives what it printed."""

    def run(command: str) -> str:
        environment = {
            **credential,
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_HOME": str(tmp_path / "ansible"),
            "PATH": f"{BIN}:{os.defpath}",
            "LANG": "C.UTF-8",
            "PWD": str(tmp_path),
        }
        ran = subprocess.run(
            [*shlex.split(command), "-vvv"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    return run


def test_the_commands_of_the_guide_need_nothing_of_the_checkout(
    play: Play, collections: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    guide = collections / "ansible_collections/ssmops/run_command/docs/docsite/rst/guide_awx.rst"
    commands = re.findall(r"^  \$ (ansible-playbook .*)$", guide.read_text(), re.MULTILINE)
    said = [play(command) for command in commands]
    assert ["3 nodes succeeded." in one for one in said] == [True, False, False]
    assert "Nothing to cancel: 1 of 1 command had ended before." in said[1]
    assert (tmp_path / "deploy-7.html").read_text().startswith("<!DOCTYPE html>")
    for one in said:
        # With -vvv, the files of playbooks, tasks and modules are shown.
        assert "task path: " in one
        assert str(CHECKOUT / "playbooks") not in one
        assert str(CHECKOUT / "plugins") not in one
