# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts of the Makefile on another Unix than Linux; and that the environment of tests/support/other_unix is one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OTHER_UNIX = (sys.executable, "-m", "tests.support.other_unix")
LACKS = """
import ctypes, os, pathlib
found = list(pathlib.Path("/proc").glob("*")) + [name for name in ("waitid", "pidfd_open") if hasattr(os, name)]
print(found + [name for name in ("prctl", "unshare", "mount") if hasattr(ctypes.CDLL(None), name)])
"""

pytestmark = pytest.mark.other_unix


def output_of(*command: str) -> str:
    """What a program prints; it must not fail."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_make_lists_every_target_that_is_described() -> None:
    described = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [line.split()[0] for line in output_of("make", "-s", "help").splitlines()] == described


def test_a_python_is_found() -> None:
    assert output_of("sh", "scripts/find_python.sh", "3.11").startswith("/")


def test_what_only_linux_has_is_taken_away(tmp_path: Path) -> None:
    program = tmp_path / "lacks.py"
    program.write_text(LACKS, encoding="utf-8")
    assert output_of(*OTHER_UNIX, sys.executable, str(program)) == "[]\n"


def test_it_is_taken_away_from_isolated_pythons_too(tmp_path: Path) -> None:
    (tmp_path / "lacks.py").write_text(LACKS, encoding="utf-8")
    program = tmp_path / "starts.py"
    program.write_text(
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-I', '-S', {str(tmp_path / 'lacks.py')!r}])\n",
        encoding="utf-8",
    )
    assert output_of(*OTHER_UNIX, sys.executable, str(program)) == "[]\n"


def test_options_that_only_gnu_has_are_refused() -> None:
    command = [*OTHER_UNIX, "sed", "-i", "s/a/b/", "file"]
    refused = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert refused.stderr == "sed: illegal option -i\n"
