# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ansible-playbook of the integration tests does what ansible-playbook itself does."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest

from tests.support import warm_ansible

if t.TYPE_CHECKING:
    from collections.abc import Iterator

TREE = pathlib.Path(__file__).parents[2] / ".tree"
TASKS = [
    {"ansible.builtin.command": "pwd", "register": "ran"},
    {"ansible.builtin.debug": {"msg": ["{{ ran.stdout }}", "{{ given }}", "{{ lookup('env', 'GIVEN') }}"]}},
    {"ansible.builtin.debug": {"msg": "{{ {} | ssmops.run_command.survey_answers({}) }}"}},
    {"ansible.builtin.fail": {"msg": "no"}},
]


class Programs(t.NamedTuple):
    """The directories of the warm programs and of the real ones, and the environment of both."""

    warm: pathlib.Path
    real: pathlib.Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(warm_ansible.PREFIX)}
    environment = {
        **others,
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(tmp_path_factory.mktemp("home")),
        "ANSIBLE_NOCOLOR": "true",
        "GIVEN": "of the run",
    }
    with warm_ansible.serving({**environment, "GIVEN": "of the server"}) as warm:
        yield Programs(warm, pathlib.Path(sys.executable).parent, environment)


def play(folder: pathlib.Path, program: pathlib.Path, environment: dict[str, str]) -> tuple[int, str]:
    """The exit code and the output of a playbook."""
    file = folder / "play.yml"
    file.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": TASKS}]))
    command = [str(program / "ansible-playbook"), "--inventory", "localhost,", "--connection", "local"]
    more = json.dumps({"ansible_python_interpreter": sys.executable, "given": "one two"})
    run = subprocess.run(
        [*command, "--extra-vars", more, str(file)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout


def test_it_runs_a_playbook_as_ansible_does(programs: Programs, tmp_path: pathlib.Path) -> None:
    files = pathlib.Path(programs.environment["ANSIBLE_HOME"], "tmp")
    before = list(files.iterdir())
    warm = play(tmp_path, programs.warm, programs.environment)
    assert list(files.iterdir()) == before
    assert warm == play(tmp_path, programs.real, programs.environment)
    assert warm[0] == 2
    assert all(text in warm[1] for text in (str(tmp_path), "one two", "of the run", "problems"))


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_run_with_other_settings_has_them(programs: Programs, tmp_path: pathlib.Path, where: str) -> None:
    environment = dict(programs.environment)
    if where == "environment":
        environment["ANSIBLE_STDOUT_CALLBACK"] = "minimal"
    else:
        (tmp_path / "ansible.cfg").write_text("[defaults]\nstdout_callback = minimal\n")
    code, output = play(tmp_path, programs.warm, environment)
    assert (code, "PLAY RECAP" in output) == (2, False)
