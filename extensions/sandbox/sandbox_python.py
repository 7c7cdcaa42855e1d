# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python that has what the sandbox needs: the one that runs this, or an environment made once in the user's cache.

python sandbox_python.py find   prints {"python": "/path", "make": false} as JSON; looks only, and uses no network
python sandbox_python.py make   makes the environment unless it is there, with pip and its own settings
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t
import venv

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

REQUIREMENTS = pathlib.Path(__file__).parents[2] / "requirements" / "sandbox.txt"
_LINES_SHOWN = 8


class MakeError(Exception):
    """The environment could not be made; the text says why."""


class Found(t.NamedTuple):
    """The Python to run the sandbox with, and whether its environment has to be made first."""

    python: pathlib.Path
    make: bool


def read_requirements(path: pathlib.Path) -> list[str]:
    """The lines of a requirements file that are requirements."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def environment_directory(
    requirements: Sequence[str], variables: Mapping[str, str], python: str = f"{sys.version_info[:2]} {sys.base_prefix}"
) -> pathlib.Path:
    """Where the environment for these requirements and this Python is: other ones have another directory.

    Raises MakeError where neither XDG_CACHE_HOME nor HOME is an absolute path.
    """
    cache = variables.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):
        cache = os.path.join(variables.get("HOME", ""), ".cache")
    if not os.path.isabs(cache):
        raise MakeError("there is no place for it: set HOME, or XDG_CACHE_HOME to an absolute path")
    digest = hashlib.sha256("\n".join([*requirements, python]).encode()).hexdigest()
    return pathlib.Path(cache, "ssmops-run-command", f"sandbox-{digest[:16]}")


def missing_requirements(requirements: Sequence[str]) -> list[str]:
    """Those of the requirements, and of what they require themselves, that this Python does not meet."""
    # ansible-core and pytest bring it; without it, nothing is known about versions.
    if not importlib.util.find_spec("packaging"):
        return list(requirements)
    from packaging.requirements import Requirement

    missing, seen = [], set()
    pending = [Requirement(line) for line in requirements]
    while pending:
        wanted = pending.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        try:
            there = importlib.metadata.distribution(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(str(wanted))
            continue
        if not wanted.specifier.contains(there.version, prereleases=True):
            missing.append(str(wanted))
            continue
        extras = wanted.extras or {""}
        needs = [Requirement(text) for text in there.requires or ()]
        pending += [
            one for one in needs if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    return missing


def find_python(requirements: Sequence[str], variables: Mapping[str, str]) -> Found:
    """This Python, if it meets the requirements, else that of the environment, which may have to be made."""
    if not missing_requirements(requirements):
        return Found(pathlib.Path(sys.executable), make=False)
    python = environment_directory(requirements, variables) / "bin" / "python"
    return Found(python, make=not os.access(python, os.X_OK))


def make_environment(directory: pathlib.Path, requirements: pathlib.Path) -> None:
    """Make the environment, unless another process has made it in the meantime.

    It gets its name when it is whole: an installation that was killed leaves nothing that is taken for one.
    Raises MakeError with the last lines of pip, and OSError where the directory cannot be written to.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _locked(directory.with_suffix(".lock")) as lock:
        if os.access(directory / "bin" / "python", os.X_OK):
            return
        part = directory.with_suffix(".part")
        for left_over in (part, directory):
            shutil.rmtree(left_over, ignore_errors=True)
        # The Python that Ansible was installed with may have pip, the system's may lack ensurepip.
        own_pip = importlib.util.find_spec("pip") is not None
        try:
            venv.create(part, with_pip=not own_pip, symlinks=True)
        except subprocess.CalledProcessError as error:
            raise MakeError(f"{sys.executable} has no pip, and could not make one with ensurepip") from error
        _install(part / "bin" / "python", requirements, own_pip, lock)
        part.rename(directory)


def prepare_python(variables: Mapping[str, str]) -> pathlib.Path:
    """A Python that meets the requirements, after the environment was made where that is needed.

    Raises MakeError and OSError, as make_environment.
    """
    found = find_python(read_requirements(REQUIREMENTS), variables)
    if found.make:
        make_environment(found.python.parent.parent, REQUIREMENTS)
    return found.python


@contextlib.contextmanager
def _locked(path: pathlib.Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _install(python: pathlib.Path, requirements: pathlib.Path, own_pip: bool, lock: int) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(python)] if own_pip else [str(python), "-m", "pip"]
    # What PYTHONPATH shows is not in the environment, and PIP_USER cannot be combined with one.
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        # Of the many modules of moto and botocore, Python compiles those that are imported.
        [*pip, "install", "--quiet", "--no-input", "--no-compile", "-r", str(requirements)],
        env={**variables, "PIP_USER": "0"},
        # As long as pip runs, nobody else begins, even if this process was killed.
        pass_fds=(lock,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MakeError("pip said:\n" + "\n".join(done.stdout.splitlines()[-_LINES_SHOWN:]))


def main(arguments: Sequence[str]) -> int:
    """Find or make; the exit code."""
    if list(arguments) not in (["find"], ["make"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        if arguments[0] == "make":
            found = Found(prepare_python(os.environ), make=False)
        else:
            found = find_python(read_requirements(REQUIREMENTS), os.environ)
    except (MakeError, OSError) as error:
        sys.stderr.write(
            f"The sandbox needs an environment with the packages of {REQUIREMENTS}, which could not be made: {error}\n"
            "Make one yourself, and name its Python with sandbox_python_interpreter.\n"
        )
        return 1
    sys.stdout.write(json.dumps({"python": str(found.python), "make": found.make}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
