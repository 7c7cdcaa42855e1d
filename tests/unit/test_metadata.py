# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection says about itself holds: its lists are whole, its examples name what is there."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from scripts.code_blocks import all_blocks, playbook_of
from scripts.tree import DEPENDENCIES, installed_collection, source_files

ROOT: t.Final = Path(__file__).resolve().parents[2]
MODULES: t.Final = sorted(path for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")
PLUGIN_KINDS: t.Final = ("filter", "inventory", "lookup", "callback", "test")
OTHER_PLUGINS: t.Final = sorted(
    path for kind in PLUGIN_KINDS for path in (ROOT / "plugins" / kind).glob("*.py") if path.stem != "__init__"
)
NAME: t.Final = "ssmops.run_command"
TASK_KEYWORDS: t.Final = {
    *("always", "become", "block", "changed_when", "check_mode", "delegate_to", "diff", "environment", "failed_when"),
    *("ignore_errors", "loop", "loop_control", "module_defaults", "name", "no_log", "register", "rescue", "retries"),
    *("delay", "run_once", "until", "vars", "when", "timeout", "tags", "async", "poll", "throttle", "notify"),
}
LONGEST_FUNCTION: t.Final = 40
BLOCKS: t.Final = all_blocks()


@functools.cache
def texts(path: Path) -> dict[str, str]:
    """The text constants of a plugin file: DOCUMENTATION, EXAMPLES, RETURN."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def documentation(path: Path) -> dict[str, t.Any]:
    """DOCUMENTATION, read."""
    found: dict[str, t.Any] = yaml.safe_load(texts(path)["DOCUMENTATION"])
    return found


def load(name: str) -> t.Any:
    """A YAML file of the collection."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def ids(path: Path) -> str:
    """A file's name in the list of tests."""
    return path.stem


def test_action_group_reaches_the_modules_of_the_dependencies() -> None:
    entries = load("meta/runtime.yml")["action_groups"]["ssm"]
    assert {"metadata": {"extend_group": [f"{name}.aws" for name in DEPENDENCIES]}} in entries


def test_the_tools_know_every_dependency() -> None:
    assert tuple(load("galaxy.yml")["dependencies"]) == DEPENDENCIES


def test_every_action_has_a_module_that_documents_it() -> None:
    actions = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")} - {"__init__"}
    assert actions <= {path.stem for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_module_documents_what_a_reader_looks_for(path: Path) -> None:
    documented = documentation(path)
    assert documented["module"] == path.stem
    assert f"{NAME}.attributes" in documented["extends_documentation_fragment"]
    assert documented["seealso"]
    assert documented["author"]
    assert documented["version_added"]


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_module_has_four_named_examples_at_least(path: Path) -> None:
    examples = yaml.safe_load(texts(path)["EXAMPLES"])
    own = [task for task in examples if f"{NAME}.{path.stem}" in modules_of([task])]
    assert len(examples) >= 4
    assert len(own) >= 3
    assert all(task.get("name") for task in examples)


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_every_returned_key_has_a_sample(path: Path) -> None:
    returned = yaml.safe_load(texts(path)["RETURN"]) or {}
    assert returned
    assert not list(without_sample(returned, ""))


def without_sample(keys: dict[str, t.Any], place: str) -> t.Iterator[str]:
    """The keys of a RETURN that have neither a sample nor documented contents."""
    for key, described in keys.items():
        if "contains" in described:
            yield from without_sample(described["contains"], f"{place}{key}.")
        elif "sample" not in described:
            yield place + key


def modules_of(tasks: list[t.Any]) -> list[str]:
    """The modules that tasks and plays use, in blocks too."""
    found: list[str] = []
    for task in tasks:
        for key, value in task.items():
            if key in {"block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers"}:
                found += modules_of(value)
            elif key not in TASK_KEYWORDS and "hosts" not in task and not key.startswith("with_"):
                found.append(key)
    return found


def is_there(module: str) -> bool:
    """Whether a module by its full name exists here, in a dependency or in ansible-core."""
    collection, _dot, name = module.rpartition(".")
    if collection == NAME:
        return (ROOT / "plugins" / "modules" / f"{name}.py").exists()
    if collection in DEPENDENCIES:
        return (installed_collection(collection) / "plugins" / "modules" / f"{name}.py").exists()
    return collection == "ansible.builtin" and name in builtin_modules()


@functools.cache
def builtin_modules() -> set[str]:
    """The names in ansible.builtin; include_ and import_ are no modules, and have no file."""
    import ansible.modules

    return {path.stem for path in Path(ansible.modules.__path__[0]).glob("*.py")}


@pytest.mark.parametrize("path", [*MODULES, *OTHER_PLUGINS], ids=ids)
def test_examples_name_modules_that_are_there(path: Path) -> None:
    examples = list(yaml.safe_load_all(texts(path)["EXAMPLES"]))
    if path.parent.name == "inventory":
        # These are sources, each a document of its own; test_managed_nodes.py reads them.
        assert all(isinstance(source, dict) for source in examples)
        return
    (tasks,) = examples
    assert [name for name in modules_of(tasks) if not is_there(name)] == []


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_code_blocks_name_modules_that_are_there(block: str) -> None:
    tasks = playbook_of(block) or []
    assert [module for module in modules_of(tasks) if not is_there(module)] == []


def test_version_is_the_changelogs_newest() -> None:
    releases = load("changelogs/changelog.yaml")["releases"]
    assert load("galaxy.yml")["version"] == list(releases)[-1]


def test_changelog_lists_what_is_there() -> None:
    releases = load("changelogs/changelog.yaml")["releases"].values()
    listed = {entry["name"] for release in releases for entry in release.get("modules", [])}
    plugins = [group for release in releases for group in release.get("plugins", {}).values()]
    roles = [role for release in releases for role in release.get("objects", {}).get("role", [])]
    assert listed == {path.stem for path in MODULES}
    assert {entry["name"] for group in plugins for entry in group} == {path.stem for path in OTHER_PLUGINS}
    assert {entry["name"] for entry in roles} == {path.name for path in (ROOT / "roles").iterdir()}


def test_readme_lists_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| \[?`([a-z0-9_]+)`", text, re.MULTILINE))
    there = {path.stem for path in [*MODULES, *OTHER_PLUGINS, *(ROOT / "playbooks").glob("*.yml")]}
    assert listed == there | {path.name for path in (ROOT / "roles").iterdir()}


def test_every_module_and_role_has_an_integration_target() -> None:
    aliases = (ROOT / "tests" / "integration" / "targets").glob("*/aliases")
    targets = {path.parent.name for path in aliases}
    roles = {f"{path.name}_role" for path in (ROOT / "roles").iterdir()}
    assert {path.stem for path in MODULES} | roles <= targets


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.}*$~-])/(?:home|root|Users|work|opt|private)/(?!\.\.\.)[\w.-]+/")
    index = re.compile(r"https?://[^\s\"']*/simple\b")
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in source_files()
        for number, line in enumerate(lines_of(ROOT / path), 1)
        if place.search(line) or index.search(line)
    ]
    assert found == []


def lines_of(path: Path) -> list[str]:
    """A text file's lines; a binary file has none."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def python_files() -> list[Path]:
    """Every Python file of the collection."""
    return [ROOT / path for path in source_files() if path.suffix == ".py"]


def test_no_function_is_longer_than_a_screen() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert found == []


def test_every_type_ignore_has_a_reason() -> None:
    bare = re.compile(r"# type: ignore\[[\w-]+(?:, ?[\w-]+)*\]\s*$|# type: ignore\s*$")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files()
        for number, line in enumerate(lines_of(path), 1)
        if bare.search(line)
    ]
    assert found == []


def test_plugins_import_without_boto3() -> None:
    program = (
        "import importlib, pathlib, sys\n"
        "sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        "for path in sorted(pathlib.Path('plugins').rglob('*.py')):\n"
        "    name = '.'.join(path.with_suffix('').parts)\n"
        "    importlib.import_module('ansible_collections.ssmops.run_command.' + name)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
