# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts are sent line by line as a shell reads them, and strict ones stop at the first failure."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.shell_scripts import script_lines, strict
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

PIPEFAIL = "set -euo pipefail"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("#!/bin/sh\necho 'a'\n", ["#!/bin/sh", "echo 'a'"]),
        ("\ufeff#!/bin/sh\na", ["#!/bin/sh", "a"]),
        ("a\ufeffb", ["a\ufeffb"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\rb\n", ["a\rb"]),
        ("a\r\r\nb", ["a\r", "b"]),
        ("a\n\n", ["a", ""]),
    ],
)
def test_lines_of_a_script(text: str, lines: list[str]) -> None:
    assert script_lines(text) == lines


def test_what_is_no_line_end_to_a_shell_stays_within_its_line() -> None:
    script = "echo 'a\x0cb\u2028c\x85d\x1ce'\n\necho f"
    assert "\n".join(script_lines(script)) == script


@pytest.mark.parametrize(
    ("commands", "sent"),
    [
        (["a"], ["set -eu", "a"]),
        (["a", "#!/bin/bash"], ["set -eu", "a", "#!/bin/bash"]),
        (["#!/bin/bash", "a"], ["#!/bin/bash", PIPEFAIL, "a"]),
        (["#!/bin/bash\na\nb", "c"], ["#!/bin/bash", PIPEFAIL, "a\nb", "c"]),
        ([True, "a"], ["set -eu", True, "a"]),
        ([" #!/usr/bin/python3"], ["set -eu", " #!/usr/bin/python3"]),
    ],
)
def test_strict_leaves_the_interpreter_its_place(commands: list[str], sent: list[str]) -> None:
    assert strict(commands) == sent


@pytest.mark.parametrize(
    ("line", "inserted"),
    [
        ("#!/bin/sh", "set -eu"),
        ("#!/bin/sh -x", "set -eu"),
        ("#! /bin/dash", "set -eu"),
        ("#!/bin/busybox sh", "set -eu"),
        ("#!/usr/bin/env bash", PIPEFAIL),
        ("#!/usr/bin/env -S bash -x", PIPEFAIL),
        ("#!/usr/bin/env -S A=b /bin/zsh", PIPEFAIL),
        ("#!/usr/local/bin/bash -l\r", PIPEFAIL),
        ("#!/bin/ksh", PIPEFAIL),
        ("#!/bin/zsh -f", PIPEFAIL),
    ],
)
def test_what_a_shell_is_told(line: str, inserted: str) -> None:
    assert strict([line, "a"]) == [line, inserted, "a"]


@pytest.mark.parametrize(
    "line",
    [
        "#!/usr/bin/python3",
        "#!/usr/bin/env perl",
        "#!/usr/bin/env",
        "#!",
        "#!/bin/fish",
        "#!/bin/bashful",
        "#!/bin/csh",
    ],
)
def test_what_is_no_shell_is_refused_and_not_shown(line: str) -> None:
    with pytest.raises(RequestError) as refusal:
        strict([line, "print()"])
    assert str(refusal.value).startswith("strict_shell is for the shells ash, bash, dash, ksh, ksh93, mksh, sh, zsh: ")
    assert line not in str(refusal.value).replace("a #! line", "")
