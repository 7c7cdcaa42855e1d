# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables hold for a block, for its threads and its processes too, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.task_environment import environment_variables

NAME = "SSMOPS_TEST_VARIABLE"


@pytest.mark.parametrize("before", [None, "", "before"])
@pytest.mark.parametrize("fails", [False, True])
def test_a_variable_holds_for_the_block(monkeypatch: pytest.MonkeyPatch, before: str | None, fails: bool) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if before is not None:
        monkeypatch.setenv(NAME, before)
    try:
        with environment_variables({NAME: "within"}):
            assert os.environ[NAME] == "within"
            if fails:
                raise KeyError("a failing task")
    except KeyError:
        assert fails
    assert os.environ.get(NAME) == before


def test_threads_and_processes_see_it() -> None:
    seen: list[str | None] = []
    with environment_variables({NAME: "within"}):
        thread = threading.Thread(target=lambda: seen.append(os.environ.get(NAME)))
        thread.start()
        thread.join(30)
        program = f"import os; print(os.environ[{NAME!r}])"
        process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (seen, process.stdout) == (["within"], "within\n")


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("A=B", "x"), ("A\0B", "x"), ("A", "s3cret\0")])
def test_what_the_system_does_not_take_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot be set") as refusal, environment_variables({NAME: "x", name: value}):
        pytest.fail("the block must not run")
    assert repr(name) in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert NAME not in os.environ
