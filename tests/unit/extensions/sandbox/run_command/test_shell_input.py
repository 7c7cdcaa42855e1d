# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inputs of a script, in the agent's types."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import shell_input


def test_a_script() -> None:
    given = {
        "runCommand": ["a", "", "b"],
        "workingDirectory": "/tmp",  # noqa: S108 - a path as people give it
        "timeoutSeconds": "60",
        "environment": {"A": "1"},
    }
    script = shell_input.read(given, "one", {"SSM_p": "2"})
    assert script == shell_input.Script("one", "a\n\nb", "/tmp", 60, {"A": "1", "SSM_p": "2"})  # noqa: S108


def test_nothing_is_asked_for() -> None:
    assert shell_input.read({"runCommand": None}, "one", {}) == shell_input.Script("one", "", "", 3600, {})


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("5", 5),
        (5, 5),
        (5.9, 5),
        ("172800", 172_800),
        ("4", 3600),
        (0, 3600),
        ("172801", 3600),
        ("soon", 3600),
        ("-5", 3600),
        (None, 3600),
        ([6], 3600),
    ],
)
def test_a_timeout(given: t.Any, seconds: int) -> None:
    assert shell_input.timeout({"timeoutSeconds": given}) == seconds


@pytest.mark.parametrize(
    ("given", "printed", "found", "field", "wanted"),
    [
        ({"runCommand": "x"}, "map[runCommand:x]", "string", "RunCommand", "[]string"),
        ({"runCommand": ["x", ["y", "z"]]}, "map[runCommand:[x [y z]]]", "array", "RunCommand", "string"),
        ({"runCommand": [5]}, "map[runCommand:[5]]", "number", "RunCommand", "string"),
        ({"runCommand": [True]}, "map[runCommand:[true]]", "bool", "RunCommand", "string"),
        ({"runCommand": [{"b": None, "a": 1}]}, "map[runCommand:[map[a:1 b:<nil>]]]", "object", "RunCommand", "string"),
        ({"workingDirectory": 1}, "map[workingDirectory:1]", "number", "WorkingDirectory", "string"),
        ({"environment": ["A"]}, "map[environment:[A]]", "array", "Environment", "map[string]string"),
        ({"environment": {"A": 1}}, "map[environment:map[A:1]]", "number", "Environment", "string"),
    ],
)
def test_types_that_are_wrong(given: t.Any, printed: str, found: str, field: str, wanted: str) -> None:
    with pytest.raises(shell_input.InputError) as refusal:
        shell_input.read(given, "one", {})
    assert str(refusal.value) == (
        f"Invalid format in plugin properties {printed};\nerror json: cannot unmarshal {found}"
        f" into Go struct field RunScriptPluginInput.{field} of type {wanted}"
    )
