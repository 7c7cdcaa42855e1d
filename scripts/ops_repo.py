# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uses the collection from outside, as somebody does who has Python and an empty home directory.

    python -m scripts.ops_repo DIRECTORY

In a copy of tests/ops_repo below DIRECTORY it makes a virtual environment, installs the collection from its archive,
and runs the demonstration and the repository's Molecule scenario. It fails if this takes five minutes of a processor,
which is less than the time that passes where the machine does other work.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
import typing as t
from pathlib import Path

from scripts.tree import CHECKOUT, DEPENDENCIES, installed_collection

SOURCE: t.Final = CHECKOUT / "tests" / "ops_repo"
SECONDS: t.Final = 300
LINES_SHOWN: t.Final = 60
# Where pip has its index and its certificates from; everything else of this process's environment stays outside.
_KEPT: t.Final = ("PIP_", "SSL_", "LANG", "LC_", "http_proxy", "https_proxy", "no_proxy", "HTTP_", "HTTPS_", "NO_PROXY")
_PIP_SETTINGS: t.Final = (".config/pip/pip.conf", ".pip/pip.conf")
_REAL_KEY: t.Final = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}


class StepError(Exception):
    """A step did not end as it should; the text has the end of its output."""


class Outside:
    """An empty folder with the repository in it, an empty home, and an environment with nothing of this checkout."""

    def __init__(self, directory: Path) -> None:
        shutil.rmtree(directory, ignore_errors=True)
        self.repository = directory / "operations"
        self.log = directory / "output.log"
        home = directory / "home"
        home.mkdir(parents=True)
        left_out = shutil.ignore_patterns(".sandbox", "collections", "reports", ".venv")
        shutil.copytree(SOURCE, self.repository, ignore=left_out)
        _keep_pip_settings(home)
        kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
        path = f"{self.repository / '.venv' / 'bin'}{os.pathsep}{os.defpath}"
        self._environment = {"LANG": "C.UTF-8", **kept, "HOME": str(home), "PATH": path, "NO_COLOR": "1"}

    def run(self, *command: str, code: int = 0, says: str = "", **variables: str) -> None:
        """Runs a command in the repository.

        :raises StepError: its exit code is another, or its output does not have what it should say.
        """
        began = time.monotonic()
        done = subprocess.run(
            command,
            cwd=self.repository,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if bool(done.returncode) is not bool(code) or says not in done.stdout:
            self.log.write_text(done.stdout, encoding="utf-8")
            output = "\n".join(done.stdout.splitlines()[-LINES_SHOWN:])
            raise StepError(f"{' '.join(command)} ended with {done.returncode}, see {self.log}:\n{output}")
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {' '.join(command)}\n")


def _keep_pip_settings(home: Path) -> None:
    """Copies the user's settings of pip, without which it may find no index."""
    for name in _PIP_SETTINGS:
        if (Path.home() / name).is_file():
            (home / name).parent.mkdir(parents=True)
            shutil.copy2(Path.home() / name, home / name)


def install(outside: Outside, archive: Path) -> None:
    """Makes the virtual environment, and installs the collection."""
    outside.run(sys.executable, "-m", "venv", ".venv")
    outside.run("pip", "install", "--quiet", "-r", "requirements.txt")
    shutil.copy2(archive, outside.repository)
    outside.run("ansible-galaxy", "collection", "install", "--no-deps", "--offline", "-p", "collections", archive.name)
    # Galaxy would add them.
    for name in DEPENDENCIES:
        place = outside.repository / "collections" / "ansible_collections" / Path(*name.split("."))
        shutil.copytree(installed_collection(name), place, ignore=shutil.ignore_patterns("__pycache__", "tests"))


def build_archive(directory: Path) -> Path:
    """Builds the collection's archive."""
    shutil.rmtree(directory, ignore_errors=True)
    program = str(Path(sys.executable).with_name("ansible-galaxy"))
    build = [program, "collection", "build", "--output-path", str(directory), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    (archive,) = directory.glob("*.tar.gz")
    return archive


def main() -> int:
    """Parses the command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory.absolute()
    archive = build_archive(directory / "archive")
    began = time.monotonic()
    outside = Outside(directory / "outside")
    try:
        install(outside, archive)
        outside.run("ansible-playbook", "ssmops.run_command.demo", says="2 of 3 nodes succeeded")
        outside.run("molecule", "create", code=1, says="unset AWS_ACCESS_KEY_ID", **_REAL_KEY)
        outside.run("molecule", "test", "--no-command-borders", says="verify: Executed: Successful")
    except StepError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = usage.ru_utime + usage.ru_stime
    passed = time.monotonic() - began
    sys.stdout.write(f"{passed:6.1f} s from an empty folder and an empty home, {seconds:.1f} s of a processor\n")
    return 0 if seconds < SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
