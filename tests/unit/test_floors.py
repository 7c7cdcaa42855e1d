# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of module_utils and of the sandbox: imports point down the floors of CONTRIBUTING.md.

Files of module_utils that call AWS are named so, and moto is the sandbox's room of that name alone to know.
"""

from __future__ import annotations

import ast
import functools
import re
import typing as t
from pathlib import Path

import pytest

ROOT: t.Final = Path(__file__).resolve().parents[2]
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
SILENT: t.Final = ("aws.arns", "aws.calls", "aws.writes")

Imports = dict[str, set[str]]
Floors = dict[str, int]


class House(t.NamedTuple):
    """Rooms on floors: their folder, the package it is, its files beside the rooms, the folder of their tests."""

    folder: Path
    package: str
    beside: list[str]
    tests: Path

    @property
    def floors(self) -> Floors:
        """The floor of each room, from the section of CONTRIBUTING.md that names the folder."""
        heading = f"### The rooms of `{self.folder.relative_to(ROOT).as_posix()}`\n"
        _before, _heading, text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(heading)
        return floors_of(text.partition("\n### ")[0])

    @property
    def imports(self) -> Imports:
        """What each file imports, by its name below the folder."""
        return all_imports(self.folder, self.package)


MODULE_UTILS: t.Final = House(
    ROOT / "plugins" / "module_utils", PACKAGE, [], ROOT / "tests" / "unit" / "plugins" / "module_utils"
)
SANDBOX: t.Final = House(
    ROOT / "extensions" / "sandbox" / "local_aws",
    "local_aws",
    ["__init__.py"],
    ROOT / "tests" / "unit" / "extensions" / "sandbox",
)
HOUSES: t.Final = (MODULE_UTILS, SANDBOX)


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


@functools.cache
def all_imports(folder: Path, package: str) -> Imports:
    """What each file below the folder, which is the package, imports, by its name below it; read once."""
    return {
        path.relative_to(folder).as_posix(): imports_of(path, ".".join([package, *path.relative_to(folder).parts[:-1]]))
        for path in sorted(folder.rglob("*.py"))
    }


def own_names(imported: set[str], package: str = PACKAGE) -> list[str]:
    """The imported names that are the package's own, without its name."""
    return sorted(name.removeprefix(f"{package}.") for name in imported if name.startswith(f"{package}."))


def wrong_arrows(imports: Imports, floors: Floors, package: str = PACKAGE) -> list[str]:
    """The imports that lead to another room which is not on a lower floor."""
    return [
        f"{file}: {name}"
        for file, imported in imports.items()
        for name in own_names(imported, package)
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


def whole_rooms(imports: Imports) -> list[str]:
    """The imports of the package or of a room as a whole, and those by name: what they lead to cannot be seen."""
    hidden = {PACKAGE, f"{COLLECTION}.plugins", "importlib.import_module", "importlib"}
    return [f"{file}: {name}" for file, imported in imports.items() for name in sorted(imported & hidden)]


def out_of_bounds(imports: Imports) -> list[str]:
    """The imports of what module_utils must not know."""
    return [
        f"{file}: {name}"
        for file, imported in imports.items()
        for name in sorted(imported)
        if any(name == banned or name.startswith(f"{banned}.") for banned in OUT_OF_BOUNDS)
    ]


def knows_moto(imports: Imports) -> list[str]:
    """The rooms with a file that imports moto, the library."""
    return sorted(
        {
            file.partition("/")[0]
            for file, imported in imports.items()
            if any(name.partition(".")[0] == "moto" for name in imported)
        }
    )


@pytest.mark.parametrize(("house", "number"), [(MODULE_UTILS, 6), (SANDBOX, 6)], ids=["module_utils", "sandbox"])
def test_the_rooms_are_those_of_the_table(house: House, number: int) -> None:
    rooms = {path.name for path in house.folder.iterdir() if path.is_dir() and list(path.rglob("*.py"))}
    assert rooms == set(house.floors)
    assert len(set(house.floors.values())) == number
    assert [path.name for path in house.folder.glob("*.py")] == house.beside


@pytest.mark.parametrize("house", HOUSES, ids=["module_utils", "sandbox"])
def test_the_tests_have_the_same_rooms(house: House) -> None:
    # Files beside the rooms test the programs beside them, which start the sandbox.
    tested = {path.relative_to(house.tests).parts[0] for path in house.tests.glob("*/**/test_*.py")}
    assert tested == set(house.floors)


@pytest.mark.parametrize("house", HOUSES, ids=["module_utils", "sandbox"])
def test_imports_point_downwards(house: House) -> None:
    assert len(house.imports) > 50
    assert wrong_arrows(house.imports, house.floors, house.package) == []


def test_what_calls_aws_says_so_in_its_name() -> None:
    assert misnamed(MODULE_UTILS.imports) == []


def test_module_utils_know_neither_module_nor_display_nor_sandbox() -> None:
    assert out_of_bounds(MODULE_UTILS.imports) == []


def test_module_utils_import_what_can_be_seen() -> None:
    assert whole_rooms(MODULE_UTILS.imports) == []


@pytest.mark.parametrize(
    "line",
    [f"from {COLLECTION}.plugins import module_utils", f"import {PACKAGE}", "from importlib import import_module"],
)
def test_an_import_of_a_whole_package_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.py").write_text(f"{line}\n")
    assert len(whole_rooms(all_imports(tmp_path, PACKAGE))) == 1


def test_plugins_know_neither_sandbox_nor_tests() -> None:
    imports = all_imports(ROOT / "plugins", f"{COLLECTION}.plugins")
    banned = ("local_aws", "tests", f"{COLLECTION}.extensions", f"{COLLECTION}.tests")
    found = [name for imported in imports.values() for name in imported if name.startswith(banned)]
    assert len(imports) > 100
    assert found == []


def test_one_room_of_the_sandbox_knows_moto() -> None:
    assert knows_moto(SANDBOX.imports) == ["moto"]


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


@pytest.mark.parametrize(
    "line", ["from ..server import front", "from ..server.front import Front", "import local_aws.server.front"]
)
def test_an_arrow_up_in_the_sandbox_is_found(tmp_path: Path, line: str) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    (folder / "a.py").write_text(f"import typing as t\nif t.TYPE_CHECKING:\n    {line}\nfrom .b import c\n")
    found = wrong_arrows(all_imports(tmp_path, SANDBOX.package), SANDBOX.floors, SANDBOX.package)
    assert [name.startswith("wire/a.py: server.front") for name in found] == [True]


def test_moto_elsewhere_is_found() -> None:
    imports = {"iam/a.py": {"moto.backends.get_backend"}, "nodes/a.py": {"local_aws.moto.data.MotoData", "motor.x"}}
    assert knows_moto(imports) == ["iam"]
