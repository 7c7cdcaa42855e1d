# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs C(ansible-test sanity) where only a package index can be reached.

    python -m scripts.sanity DIRECTORY [ARGUMENTS FOR ansible-test sanity]

ansible-test creates virtual environments and downloads their pip with a script from its project's own server, unless
that script is in its cache; and it hides pip's environment settings from pip. So it gets its own home directory in
DIRECTORY, with a script that lends each of them the pip of this Python, and with a pip.conf of pip's settings here.
"""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

from scripts.tree import COLLECTION, copy

# Python reads a .pth file at its start and executes its imports. What pylint parses is no garbage, yet looking for some
# takes a quarter of its time; and each process that it starts parses again what its files import.
PIP_SCRIPT: t.Final = """\
import pathlib
import sysconfig

lines = [
    {pip!r},
    "import gc; gc.disable()",
    "import os; os.cpu_count = lambda: 1; os.sched_getaffinity = lambda _pid: {{0}}",
]
pathlib.Path(sysconfig.get_path("purelib"), "sanity.pth").write_text("\\n".join(lines), encoding="utf-8")
"""
# uv's names of settings that differ from pip's, and pip's names.
UV_SETTINGS: t.Final = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX_URL": "index-url",
    "UV_INDEX": "extra-index-url",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_FIND_LINKS": "find-links",
}


def pip_versions() -> list[str]:
    """The versions of pip that this ansible-test requires, according to its source."""
    found = importlib.util.find_spec("ansible_test")
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"{sys.executable} has no ansible-test; install requirements/dev.txt into it.")
    source = Path(next(iter(found.submodule_search_locations))) / "_internal" / "python_requirements.py"
    return sorted(set(re.findall(r"""pip=['"]([\d.]+)['"]""", source.read_text(encoding="utf-8"))))


def pip_settings() -> dict[str, str]:
    """pip's settings here, from its files and the environment, and uv's settings of the same things."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    )
    settings: dict[str, str] = {}
    for line in sorted(listing.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        key, _sign, value = line.partition("=")
        settings[key.rpartition(".")[2]] = value.strip("'\"")
    for variable, name in UV_SETTINGS.items():
        if os.environ.get(variable):
            settings.setdefault(name, os.environ[variable].replace(",", " "))
    return settings


def lent_pip(folder: Path) -> Path:
    """A folder with nothing but the pip of this Python, by a symlink."""
    found = importlib.util.find_spec("pip")
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"{sys.executable} has no pip.")
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "pip"
    link.unlink(missing_ok=True)
    link.symlink_to(next(iter(found.submodule_search_locations)), target_is_directory=True)
    return folder


def prepare_home(home: Path) -> None:
    """Creates the home directory for ansible-test."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    script = PIP_SCRIPT.format(pip=str(lent_pip(home / "pip")))
    for version in pip_versions():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(script, encoding="utf-8")
    configuration = configparser.RawConfigParser()
    # Python compiles what it imports; an environment is used for one test.
    configuration["global"] = {**pip_settings(), "compile": "false"}
    place = home / ".config" / "pip" / "pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", encoding="utf-8") as file:
        configuration.write(file)


def main() -> int:
    """Copies the collection and tests the copy; returns ansible-test's exit code."""
    root = Path(sys.argv[1]).absolute()
    copy(root)
    prepare_home(root / "home")
    content = root / COLLECTION
    programs = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "ANSIBLE_TEST_CONTENT_ROOT": str(content),
        "HOME": str(root / "home"),
        "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
    }
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [os.path.join(programs, "ansible-test"), "sanity", "--python", python, "--color", "no", *sys.argv[2:]]
    return subprocess.run(command, cwd=content, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
