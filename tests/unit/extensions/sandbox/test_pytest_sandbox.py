# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures for people's own tests, used as the guide shows it."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import textwrap

from tests.support.local_sandbox import CHECKOUT

GUIDE = CHECKOUT / "docs" / "docsite" / "rst" / "guide_sandbox.rst"
BLOCK = re.compile(r"^\.\. code-block:: (?:ini|python)\n\n((?:(?: {2}.*)?\n)+)", re.MULTILINE)
FILES = ("pytest.ini", "conftest.py", "tests/test_restart.py")


def test_the_files_of_the_guide(tmp_path: pathlib.Path) -> None:
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    (tmp_path / "tests").mkdir()
    for name, block in zip(FILES, blocks, strict=True):
        (tmp_path / name).write_text(textwrap.dedent(block))
    (tmp_path / "collections").symlink_to(CHECKOUT / ".tree", target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        # What a user may have: none of it may be used.
        env={**os.environ, "AWS_PROFILE": "nowhere-to-be-found", "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
