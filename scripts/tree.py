# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creates the C(ansible_collections) trees that Ansible's tools need, from a checkout in a directory of any name.

python -m scripts.tree link DIRECTORY    the checkout itself, by a symlink: for running and for unit tests
python -m scripts.tree copy DIRECTORY    its files and its dependencies, copied: for tools that do not follow symlinks
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

CHECKOUT: t.Final = Path(__file__).resolve().parent.parent
COLLECTION: t.Final = Path("ansible_collections") / "ssmops" / "run_command"
DEPENDENCIES: t.Final = ("amazon.aws", "community.aws")
GENERATED: t.Final = {"build", "__pycache__", "output"}


def link(tree: Path) -> None:
    """Creates the symlink to the checkout in `tree`, or updates an existing one; it is never missing in between."""
    place = tree / COLLECTION
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() and place.readlink() == CHECKOUT:
        return
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.symlink_to(CHECKOUT, target_is_directory=True)
    new.replace(place)


def source_files() -> list[Path]:
    """The checkout's own files: those that git tracks or would add; without git, everything that is not generated."""
    listing = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (CHECKOUT / ".git").exists() and shutil.which("git"):
        answer = subprocess.run(listing, check=True, capture_output=True, text=True)
        names = sorted(set(answer.stdout.split("\0")) - {""})
        return [Path(name) for name in names if (CHECKOUT / name).is_file()]
    files = (path.relative_to(CHECKOUT) for path in CHECKOUT.rglob("*") if path.is_file())
    return sorted(path for path in files if not any(_is_generated(part) for part in path.parts[:-1]))


def _is_generated(folder: str) -> bool:
    return folder in GENERATED or (folder.startswith(".") and folder != ".ci")


def copy(tree: Path) -> None:
    """Replaces `tree` with a copy of the checkout's files and of the collections it depends on."""
    place = tree / COLLECTION
    shutil.rmtree(tree / COLLECTION.parts[0], ignore_errors=True)
    for name in source_files():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / name, target)
    for dependency in DEPENDENCIES:
        target = tree / "ansible_collections" / Path(*dependency.split("."))
        left_out = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(installed_collection(dependency), target, ignore=left_out)


def installed_collection(name: str) -> Path:
    """The path of a collection in this Python, from the PyPI package ansible.

    :raises SystemExit: it is not installed.
    """
    found = importlib.util.find_spec("ansible_collections")
    for root in found.submodule_search_locations or () if found else ():
        place = Path(root, *name.split("."))
        if place.is_dir():
            return place
    raise SystemExit(f"{sys.executable} has no {name}; install requirements/dev.txt into it.")


def main() -> None:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["link", "copy"])
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    {"link": link, "copy": copy}[arguments.kind](arguments.directory.absolute())


if __name__ == "__main__":
    main()
