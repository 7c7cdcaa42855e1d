# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of module_utils: imports point down the floors of CONTRIBUTING.md, and files that call AWS are named so."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

ROOT: t.Final = Path(__file__).resolve().parents[2]
MODULE_UTILS: t.Final = ROOT / "plugins" / "module_utils"
COLLECTION: t.Final = "ansible_collections.ssmops.run_command"
PACKAGE: t.Final = f"{COLLECTION}.plugins.module_utils"
FLOOR_ROW: t.Final = re.compile(r"^\| (?P<floor>[0-9]+) \| `(?P<room>\w+)/` \|", re.MULTILINE)
# Where Ansible's module object, its display and the sandbox come from, and what lies above module_utils.
OUT_OF_BOUNDS: t.Final = (
    "ansible.module_utils.basic",
    "ansible.plugins",
    "ansible.utils.display",
    "ansible_collections.amazon.aws.plugins.module_utils.modules",
    *(f"{COLLECTION}.plugins.{kind}" for kind in ("action", "filter", "inventory", "modules", "plugin_utils")),
    f"{COLLECTION}.extensions",
    f"{COLLECTION}.tests",
    "local_aws",
    "tests",
)
# What of the room aws makes no call.
SILENT: t.Final = ("aws.arns", "aws.calls")

Imports = dict[str, set[str]]
Floors = dict[str, int]


def floors_of(text: str) -> Floors:
    """The table of floors in a text: the floor of each room."""
    return {row["room"]: int(row["floor"]) for row in FLOOR_ROW.finditer(text)}


def imports_of(path: Path, package: str) -> set[str]:
    """Every name that a file of `package` imports, anywhere in it, with the dots before it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parents, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def all_imports(folder: Path) -> Imports:
    """What each file below the folder imports, by its name below it."""
    return {
        path.relative_to(folder).as_posix(): imports_of(path, ".".join([PACKAGE, *path.relative_to(folder).parts[:-1]]))
        for path in sorted(folder.rglob("*.py"))
    }


def own_names(imported: set[str]) -> list[str]:
    """The imported names that are module_utils' own, without its name."""
    return sorted(name.removeprefix(f"{PACKAGE}.") for name in imported if name.startswith(f"{PACKAGE}."))


def wrong_arrows(imports: Imports, floors: Floors) -> list[str]:
    """The imports that lead to another room which is not on a lower floor."""
    return [
        f"{file}: {name}"
        for file, imported in imports.items()
        for name in own_names(imported)
        if (room := name.partition(".")[0]) != (own := file.partition("/")[0])
        and floors.get(room, max(floors.values())) >= floors[own]
    ]


def calls_aws(imported: set[str]) -> bool:
    """Whether a file with these imports calls AWS: it takes a client, a function of the room aws or a calling file."""
    own = own_names(imported)
    takes_client = any(re.fullmatch(r"mypy_boto3_\w+\.client\.\w+", name) for name in imported)
    called = (name.rpartition(".")[2] for name in own if name.startswith("aws.") and not name.startswith(SILENT))
    return takes_client or any(name.islower() for name in called) or any("_calls" in name for name in own)


def misnamed(imports: Imports) -> list[str]:
    """The files above the room aws that call AWS without the ending _calls, or have it and do not."""
    return [
        file
        for file, imported in imports.items()
        if not file.startswith("aws/") and calls_aws(imported) != file.endswith("_calls.py")
    ]


def out_of_bounds(imports: Imports) -> list[str]:
    """The imports of what module_utils must not know."""
    return [
        f"{file}: {name}"
        for file, imported in imports.items()
        for name in sorted(imported)
        if any(name == banned or name.startswith(f"{banned}.") for banned in OUT_OF_BOUNDS)
    ]


FLOORS: t.Final = floors_of((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
IMPORTS: t.Final = all_imports(MODULE_UTILS)


def test_the_rooms_are_those_of_the_table() -> None:
    rooms = {path.name for path in MODULE_UTILS.iterdir() if path.is_dir() and list(path.rglob("*.py"))}
    assert rooms == set(FLOORS)
    assert len(set(FLOORS.values())) == 5
    assert list(MODULE_UTILS.glob("*.py")) == []


def test_the_tests_have_the_same_rooms() -> None:
    tests = ROOT / "tests" / "unit" / "plugins" / "module_utils"
    assert {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")} == set(FLOORS)


def test_imports_point_downwards() -> None:
    assert wrong_arrows(IMPORTS, FLOORS) == []


def test_what_calls_aws_says_so_in_its_name() -> None:
    assert misnamed(IMPORTS) == []


def test_module_utils_know_neither_module_nor_display_nor_sandbox() -> None:
    assert out_of_bounds(IMPORTS) == []


@pytest.mark.parametrize(
    ("file", "name", "is_wrong"),
    [
        ("ground/a.py", "middle.b.thing", True),
        ("middle/a.py", "top.b", True),
        ("middle/a.py", "neighbour.b.thing", True),
        ("middle/a.py", "unknown.b", True),
        ("middle/a.py", "ground.b.thing", False),
        ("middle/a.py", "middle.b.thing", False),
        ("top/a.py", "ground.b", False),
    ],
)
def test_an_arrow_that_does_not_point_down_is_found(file: str, name: str, is_wrong: bool) -> None:
    floors = floors_of("| 3 | `top/` | x |\n| 2 | `middle/` | x |\n| 2 | `neighbour/` | x |\n| 1 | `ground/` | x |\n")
    found = wrong_arrows({file: {f"{PACKAGE}.{name}", "json"}}, floors)
    assert found == ([f"{file}: {name}"] if is_wrong else [])


@pytest.mark.parametrize(
    ("file", "name", "is_wrong"),
    [
        ("nodes/plan.py", f"{PACKAGE}.aws.ec2.describe_instances", True),
        ("nodes/plan.py", f"{PACKAGE}.aws.ec2", True),
        ("nodes/plan.py", f"{PACKAGE}.nodes.state_calls.read", True),
        ("nodes/plan.py", "mypy_boto3_ec2.client.EC2Client", True),
        ("nodes/plan_calls.py", f"{PACKAGE}.aws.ec2.FILTER_VALUES_MAX", True),
        ("nodes/plan_calls.py", f"{PACKAGE}.aws.ec2", False),
        ("nodes/plan.py", f"{PACKAGE}.aws.ec2.FILTER_VALUES_MAX", False),
        ("nodes/plan.py", f"{PACKAGE}.aws.arns.parse_arn", False),
        ("nodes/plan.py", "mypy_boto3_ec2.type_defs.InstanceTypeDef", False),
        ("aws/ec2.py", "mypy_boto3_ec2.client.EC2Client", False),
    ],
)
def test_a_name_that_hides_a_call_is_found(file: str, name: str, is_wrong: bool) -> None:
    assert misnamed({file: {name}}) == ([file] if is_wrong else [])


def test_imports_are_read_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(
        "import json\nif TYPE_CHECKING:\n    from x.y import Z\ndef f():\n    from .. import up\n    from .b import c\n"
        "    import local_aws.server\n"
    )
    found = imports_of(path, f"{PACKAGE}.room")
    assert found == {"json", "x.y.Z", f"{PACKAGE}.up", f"{PACKAGE}.room.b.c", "local_aws.server"}
    assert out_of_bounds({"room/a.py": found}) == ["room/a.py: local_aws.server"]
