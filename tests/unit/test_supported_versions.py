# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide's oldest supported versions are those of the files that Ansible, Galaxy and the tests read."""

from __future__ import annotations

import re
import tomllib
import typing as t
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDE = "docs/docsite/rst/guide_upgrade.rst"
DEFINITION = "extensions/patterns/run_command/exec_env/execution-environment.yml"
# ansible 12 has ansible-core 2.19, and each later one has the next.
ANSIBLE_12_IS_CORE = 19
Found = tuple[str, str]


def read(name: str) -> str:
    """A file of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def load(name: str) -> t.Any:
    """A YAML file of the checkout."""
    return yaml.safe_load(read(name))


def oldest() -> dict[str, str]:
    """The oldest version of everything in the guide's table."""
    return dict(re.findall(r"^  \* - (\S+)\n    - (\d[\d.]*)$", read(GUIDE), re.MULTILINE))


def two_numbers(version: str) -> str:
    """The major and minor version."""
    return ".".join(version.split(".")[:2])


def found(pattern: str, name: str) -> str:
    """What the group of a pattern matches in a file; it is there once."""
    (match,) = re.findall(pattern, read(name), re.MULTILINE)
    return str(match)


def core_of(ansible: str) -> str:
    """The ansible-core of a version of the package ansible."""
    return f"2.{ANSIBLE_12_IS_CORE + int(ansible.split('.', maxsplit=1)[0]) - 12}"


def core_versions() -> list[Found]:
    """What files say of ansible-core."""
    return [
        ("meta/runtime.yml", two_numbers(load("meta/runtime.yml")["requires_ansible"].removeprefix(">="))),
        ("requirements/oldest.txt", core_of(found(r"^ansible==(.*)", "requirements/oldest.txt"))),
        ("requirements/dev.txt", core_of(found(r"^ansible>=(.*),", "requirements/dev.txt"))),
        (DEFINITION, found(r"ansible-core>=([\d.]+)", DEFINITION)),
        *((name, found(r'min_ansible_version: "(.*)"', name)) for name in role_files()),
    ]


def role_files() -> list[str]:
    """The metadata of the roles."""
    return [str(path.relative_to(ROOT)) for path in (ROOT / "roles").glob("*/meta/main.yml")]


def python_versions() -> list[Found]:
    """What files say of Python."""
    settings = tomllib.loads(read("pyproject.toml"))["tool"]
    target = settings["ruff"]["target-version"]
    return [
        ("tests/config.yml", load("tests/config.yml")["modules"]["python_requires"].removeprefix(">=")),
        ("pyproject.toml, mypy", settings["mypy"]["python_version"]),
        ("pyproject.toml, ruff", f"{target[2]}.{target[3:]}"),
        ("Makefile", found(r"^PYTHON \?=.*find_python.sh ([\d.]+)", "Makefile")),
    ]


def collection_versions(name: str) -> list[Found]:
    """What files say of a collection."""
    return [
        ("galaxy.yml", load("galaxy.yml")["dependencies"][name].removeprefix(">=")),
        (DEFINITION, found(rf'name: {name}\n +version: ">=(.*)"', DEFINITION)),
    ]


def package_versions(name: str) -> list[Found]:
    """What files say of a Python package."""
    return [
        ("meta/ee-requirements.txt", found(rf"^{name}>=(.*)", "meta/ee-requirements.txt")),
        ("requirements/oldest.txt", found(rf"^{name}==(.*)", "requirements/oldest.txt")),
    ]


SAID = {
    "ansible-core": core_versions(),
    "Python": python_versions(),
    "amazon.aws": collection_versions("amazon.aws"),
    "community.aws": collection_versions("community.aws"),
    "boto3": package_versions("boto3"),
    "botocore": package_versions("botocore"),
}


def test_the_guide_has_everything_that_has_an_oldest_version() -> None:
    assert set(oldest()) == set(SAID)


@pytest.mark.parametrize(("what", "file", "version"), [(what, *one) for what, all_ in SAID.items() for one in all_])
def test_a_file_has_the_oldest_version_of_the_guide(what: str, file: str, version: str) -> None:
    assert version == oldest()[what], file


def test_the_guide_has_the_newest_ansible_core_that_is_tested() -> None:
    below = found(r"^ansible>=.*,<(.*)", "requirements/dev.txt")
    newest = core_of(str(int(below) - 1))
    assert f"newest versions below ansible {below}, which has ansible-core {newest}" in " ".join(read(GUIDE).split())
