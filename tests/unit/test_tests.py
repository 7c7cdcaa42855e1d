# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests can fail: each asserts something, and none looks at the whole machine."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

TESTS: t.Final = Path(__file__).resolve().parents[1]
FILES: t.Final = sorted(path for name in ("unit", "faults", "awx") for path in (TESTS / name).rglob("*.py"))
# What finds processes by their names finds those of other checkouts and users too.
MACHINE_WIDE: t.Final = re.compile(r"\b(pgrep|pkill|killall|pidof)\b|\bprocess_iter\b|\bps -?[aAef]")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> list[Function]:
    """All functions of a file, methods too."""
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def called_names(function: Function) -> set[str]:
    """The names of what a function calls and of the fixtures it takes."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    names |= {call.attr for call in calls if isinstance(call, ast.Attribute)}
    return names | {argument.arg for argument in function.args.args}


def asserts_itself(function: Function) -> bool:
    """Whether it has an assert statement, expects an error, or fails by itself."""
    functions_called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(map(is_assertion, functions_called)) or any(isinstance(node, ast.Assert) for node in ast.walk(function))


def is_assertion(called: ast.expr) -> bool:
    """Whether what is called is pytest.raises, or something whose name begins with assert_."""
    if isinstance(called, ast.Attribute):
        is_raises = called.attr == "raises" and isinstance(called.value, ast.Name) and called.value.id == "pytest"
        return is_raises or called.attr.startswith("assert_")
    return isinstance(called, ast.Name) and called.id.startswith("assert_")


class Known(t.NamedTuple):
    """A function: its name, whether it asserts something itself, and what it calls and takes."""

    name: str
    asserts: bool
    calls: set[str]


def asserting_names(known: t.Sequence[Known]) -> set[str]:
    """The functions that assert something, by themselves or through others, fixtures among them."""
    found = {one.name for one in known if one.asserts}
    size = -1
    while size < len(found):
        size = len(found)
        found |= {one.name for one in known if one.calls & found}
    return found


def find_silent_tests(trees: t.Mapping[str, ast.Module]) -> list[str]:
    """The tests that can only fail by an error: `file: test`."""
    known = {
        path: [Known(one.name, asserts_itself(one), called_names(one)) for one in functions(tree)]
        for path, tree in trees.items()
    }
    names = asserting_names([one for file in known.values() for one in file])
    return [
        f"{path}: {one.name}"
        for path, file in known.items()
        for one in file
        if one.name.startswith("test_") and not one.asserts and not one.calls & names
    ]


def test_every_test_asserts_something() -> None:
    trees = {str(path.relative_to(TESTS)): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
    support = (TESTS / "support").rglob("*.py")
    trees |= {str(path.relative_to(TESTS)): ast.parse(path.read_text(encoding="utf-8")) for path in support}
    assert find_silent_tests(trees) == []


def test_a_test_without_an_assertion_is_found() -> None:
    text = "def check(x):\n    assert x\n\ndef test_a():\n    check(1)\n\ndef test_b():\n    print(1)\n"
    assert find_silent_tests({"f": ast.parse(text)}) == ["f: test_b"]


def test_no_test_looks_at_the_whole_machine() -> None:
    own = Path(__file__).resolve()
    found = [
        f"{path.relative_to(TESTS)}:{number}"
        for path in sorted(TESTS.rglob("*"))
        if path.suffix in {".py", ".yml", ".sh"} and path != own
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_WIDE.search(line)
    ]
    assert found == []
