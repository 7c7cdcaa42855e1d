# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the integration targets, each against a sandbox of its own, one more at a time than there are processors.

    python -m scripts.integration DIRECTORY [TARGET ...]

A target is a role in tests/integration/targets. Its file C(sandbox.json) has options for its sandbox, such as
C({"enforce_iam": true, "config": {...}, "seed_nodes": ["100,Role=web"]}). The output of a target that fails is kept
in DIRECTORY.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
import typing as t
from pathlib import Path

from tests.support import local_sandbox, warm_ansible, warm_python, warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

TARGETS: t.Final = local_sandbox.CHECKOUT / "tests" / "integration" / "targets"
# A target waits now and then, for commands and for the clock.
WORKERS: t.Final = (os.cpu_count() or 1) + 1
# When these start first, they do not keep one worker busy alone at the end.
LONGEST: t.Final = ("monitoring_role", "two_teams", "doc_pages", "setup_playbook", "doc_examples")
LINES_SHOWN: t.Final = 60


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of one target; a problem is one line, and the log is the target's output."""

    name: str
    seconds: float
    problem: str
    log: Path


def sandbox_arguments(options: dict[str, t.Any], directory: Path) -> list[str]:
    """The command line for options by name: true is a flag, a mapping a JSON file, a list an option given often."""
    arguments: list[str] = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            arguments.append(option)
        elif isinstance(value, dict):
            file = directory / f"{name}.json"
            file.write_text(json.dumps(value), encoding="utf-8")
            arguments += [option, str(file)]
        else:
            for one in value if isinstance(value, list) else [value]:
                arguments += [option, str(one)]
    return arguments


class Programs(t.NamedTuple):
    """What runs sandboxes, playbooks and modules, and the environment for it: it is in the path."""

    sandbox: Path
    ansible_playbook: Path
    interpreter: Path
    environment: dict[str, str]


@contextlib.contextmanager
def serving_programs(directory: Path) -> Iterator[Programs]:
    """The programs for all targets, for the length of a block; their files go below directory."""
    environment = {**os.environ, **_settings(directory)}
    with (
        warm_python.serving(warm_python.SERVICES) as interpreter,
        warm_ansible.serving(environment) as folder,
        warm_sandbox.serving() as sandbox,
    ):
        path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), environment["PATH"]])
        yield Programs(sandbox, folder / "ansible-playbook", interpreter, {**environment, "PATH": path})


def run_target(name: str, directory: Path, programs: Programs) -> Outcome:
    """Runs one target in its own directory, which is removed on success."""
    began = time.monotonic()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    file = TARGETS / name / "sandbox.json"
    options = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    try:
        arguments = sandbox_arguments(options, directory)
        with local_sandbox.running(directory, *arguments, python=str(programs.sandbox)) as sandbox:
            problem = _play(name, directory, sandbox.environment, programs)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        problem = str(error)
    if not problem:
        shutil.rmtree(directory)
    return Outcome(name, time.monotonic() - began, problem, directory / "ansible.log")


def _play(name: str, directory: Path, variables: dict[str, str], programs: Programs) -> str:
    playbook = directory / "play.yml"
    play = {"name": name, "hosts": "localhost", "gather_facts": False, "roles": [name]}
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    extra = {"ansible_python_interpreter": str(programs.interpreter)}
    with (directory / "ansible.log").open("w", encoding="utf-8") as log:
        played = subprocess.run(
            [str(programs.ansible_playbook), "--extra-vars", json.dumps(extra), str(playbook)],
            cwd=directory,
            env={**programs.environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return "" if played.returncode == 0 else f"ansible-playbook ended with {played.returncode}"


def _settings(directory: Path) -> dict[str, str]:
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(local_sandbox.CHECKOUT / ".tree"),
        "ANSIBLE_HOME": str(directory / "ansible"),
        "ANSIBLE_ROLES_PATH": str(TARGETS),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        # No file is put and removed for each module.
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
    }


def run_all(names: list[str], directory: Path) -> list[Outcome]:
    """Runs targets and prints the outcome of each as it ends."""
    outcomes = []
    directory.mkdir(parents=True, exist_ok=True)
    with (
        serving_programs(directory) as programs,
        concurrent.futures.ThreadPoolExecutor(WORKERS) as pool,
    ):
        runs = [pool.submit(run_target, name, directory / name, programs) for name in names]
        for run in concurrent.futures.as_completed(runs):
            outcome = run.result()
            outcomes.append(outcome)
            say(f"{'FAILED' if outcome.problem else 'ok':<7} {outcome.name:<32} {outcome.seconds:6.1f} s")
            if outcome.problem:
                say(_failure(outcome))
    return outcomes


def _failure(outcome: Outcome) -> str:
    lines = outcome.log.read_text(encoding="utf-8").splitlines() if outcome.log.exists() else []
    return "\n".join([outcome.problem, *lines[-LINES_SHOWN:], f"all of it: {outcome.log.parent}"])


def say(line: str) -> None:
    """Prints one line immediately."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def wanted_targets(names: list[str]) -> list[str]:
    """The named targets, or all of them, the longest first.

    :raises SystemExit: a target does not exist.
    """
    there = sorted(path.parent.name for path in TARGETS.glob("*/aliases"))
    unknown = sorted(set(names) - set(there))
    if unknown:
        raise SystemExit(f"No integration target is named {', '.join(unknown)}; there are {', '.join(there)}.")
    return names or [*LONGEST, *sorted(set(there) - set(LONGEST))]


def main() -> int:
    """Parses the command line and runs the targets; returns 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("targets", nargs="*")
    arguments = parser.parse_args()
    outcomes = run_all(wanted_targets(arguments.targets), arguments.directory.absolute())
    failed = [outcome.name for outcome in outcomes if outcome.problem]
    say(f"{len(outcomes)} targets, {len(failed)} failed{': ' if failed else ''}{', '.join(sorted(failed))}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
