# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts as an executor runs them: how long, with what output, and where."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import time
import typing as t

import pytest
from local_aws.run_command import keeper, node_world
from local_aws.run_command.executor import Executor, StepOutput, StepRun
from local_aws.run_command.output_files import OutputFile
from local_aws.run_command.processes import Keeper
from local_aws.run_command.shell_input import Script
from local_aws.wire.settings import Settings

from .records import node

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.other_unix


class Ended(t.NamedTuple):
    """How a script ended, and how many seconds it took."""

    details: str
    exit_code: int
    stdout: str
    stderr: str
    seconds: float


class Runner:
    """An executor with settings that a test may change."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.settings = Settings()
        self.executor = Executor(root, self.settings)

    def run(
        self, text: str, *, timeout: float = 20, is_cancelled: Callable[[], bool] = lambda: False, **more: t.Any
    ) -> Ended:
        """Run a script; more: members of the script."""
        made = Script(
            **{"step_id": "one", "text": text, "working_directory": "", "timeout": 60, "environment": {}, **more}
        )
        output = StepOutput(OutputFile(), OutputFile())
        began = time.monotonic()
        details, exit_code = self.executor.run(
            StepRun(node(), "c-1", ("one",), made, timeout, is_cancelled, lambda _output: None, 60), output
        )
        seconds = time.monotonic() - began
        ended = Ended(details, exit_code, output.stdout.read().decode(), output.stderr.read().decode(), seconds)
        output.close()
        return ended


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    made = Runner(tmp_path_factory.mktemp("nodes"))
    yield made
    made.executor.close()


def test_a_child_that_holds_the_output_keeps_the_script_running(runner: Runner) -> None:
    ended = runner.run("(sleep 1; echo late) & echo soon")
    assert (ended.details, ended.stdout, ended.seconds >= 1) == ("Success", "soon\nlate\n", True)


def test_a_child_that_holds_nothing_does_not(runner: Runner) -> None:
    ended = runner.run("sleep 10 >/dev/null 2>&1 & echo soon")
    assert (ended.details, ended.stdout, ended.seconds < 8) == ("Success", "soon\n", True)


def test_a_script_that_closes_its_output_runs_on(runner: Runner) -> None:
    ended = runner.run("exec >&- 2>&-; sleep 1; exit 3")
    assert (ended.details, ended.exit_code, ended.seconds >= 1) == ("Failed", 3, True)
    assert ended.stderr == "failed to run commands: exit status 3"


@pytest.mark.parametrize(("is_cancelled", "details"), [(False, "ExecutionTimedOut"), (True, "Cancelled")])
def test_a_stop_reaches_the_process_group_alone(runner: Runner, is_cancelled: bool, details: str) -> None:
    began = time.monotonic()
    ended = runner.run(
        "setsid sleep 2 & sleep 30",
        timeout=60 if is_cancelled else 0.5,
        is_cancelled=lambda: is_cancelled and time.monotonic() > began + 0.5,
    )
    assert (ended.details, ended.exit_code, ended.stderr) == (details, 137, "")
    assert 2 <= ended.seconds < 15


def test_a_script_that_has_ended_itself_has_its_own_exit_code(runner: Runner) -> None:
    ended = runner.run("sleep 30 & exit 4", timeout=0.5)
    assert (ended.details, ended.exit_code, ended.seconds < 15) == ("Failed", 4, True)


def test_output_is_whole(runner: Runner) -> None:
    ended = runner.run("yes abcdefg | head -c 3000000; yes x | head -c 300000 >&2")
    assert (len(ended.stdout), len(ended.stderr)) == (3_000_000, 300_000)


def test_signals_are_not_ignored(runner: Runner) -> None:
    ended = runner.run("trap 'echo trapped; exit 7' TERM; kill -TERM $$; echo no")
    assert (ended.exit_code, ended.stdout) == (7, "trapped\n")


@pytest.mark.parametrize(
    ("has_home", "is_strict", "home"), [(True, False, ""), (False, True, ""), (False, False, "DIRECTORY")]
)
def test_a_home_where_no_mount_can_be_made(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, has_home: bool, is_strict: bool, home: str
) -> None:
    monkeypatch.setattr(Keeper, "has_home", has_home)
    monkeypatch.setattr(runner.settings, "strict_environment", is_strict)
    expected = home.replace("DIRECTORY", str(runner.root / "i-1"))
    assert runner.run('echo "$HOME"').stdout == f"{expected}\n"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"working_directory": "/no/such"}, "fork/exec /usr/bin/sh: no such file or directory"),
        ({"working_directory": "/etc/passwd"}, "fork/exec /usr/bin/sh: not a directory"),
        ({"environment": {"A": "x\0"}}, "fork/exec /usr/bin/sh: embedded null byte"),
    ],
)
def test_a_script_that_cannot_be_started(runner: Runner, more: dict[str, t.Any], reason: str) -> None:
    ended = runner.run("true", **more)
    assert (ended.details, ended.exit_code) == ("Failed", 1)
    assert ended.stderr == f"failed to run commands: {reason}"


def test_a_name_leads_nowhere_else(runner: Runner) -> None:
    output = StepOutput(OutputFile(), OutputFile())
    made = Script("../../up", 'echo "$0"', "", 60, {})
    run = StepRun(node(), "c-1", ("../../up", "..", ".hidden"), made, 20, lambda: False, lambda _output: None, 60)
    assert runner.executor.run(run, output) == ("Success", 0)
    folder = runner.root / "i-1" / "document" / "orchestration" / "c-1"
    path = output.stdout.read().decode().strip()
    assert path.startswith(f"{folder}/")
    assert ".." not in path.split("/")
    output.close()


def test_commands_of_the_system_are_found_without_a_path(runner: Runner) -> None:
    # These are in /bin alone where that is no link.
    ended = runner.run('for name in cat ls sleep; do command -v "$name" >/dev/null || echo "no $name"; done')
    assert ended.stdout == ""


def test_the_path_has_folders_that_are_no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "islink", lambda path: path == "/sbin")
    assert node_world.default_path() == "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin"


def ps(column: str, pid: int) -> str:
    """What is known of a process, by the name of its column; an empty text if it has ended."""
    command = ["ps", "-ww", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def survivors(root: pathlib.Path) -> list[str]:
    """Those that the script below has left and that still run; nobody may reap orphans here, which are zombies then."""
    pids = (root / "i-1" / "pids").read_text(encoding="utf-8").split()
    return [pid for pid in pids if ps("stat", int(pid))[:1] not in {"", "Z"}]


def close(runner: Runner) -> None:
    runner.executor.close()


def kill_keeper(runner: Runner) -> None:
    (pid,) = [child for child in keeper.children_of(os.getpid()) if str(runner.root) in ps("command", child)]
    os.kill(pid, signal.SIGKILL)


# In a session of their own: a child of the script, and one whose parent has ended.
LEFT = """
note='echo $$ >>pids; exec sleep 600 >/dev/null 2>&1 </dev/null'
setsid sh -c "$note" >/dev/null 2>&1 &
(setsid sh -c 'sh -c "$0" >/dev/null 2>&1 </dev/null &' "$note" &)
until [ -e pids ] && [ $(wc -l <pids) = 2 ]; do sleep 0.1; done
"""


@pytest.mark.parametrize("end", [close, kill_keeper])
def test_what_scripts_have_left_ends_with_the_executor(tmp_path: pathlib.Path, end: Callable[[Runner], None]) -> None:
    runner = Runner(tmp_path)
    assert runner.run(LEFT).details == "Success"
    assert len(survivors(tmp_path)) == 2
    end(runner)
    deadline = time.monotonic() + 20
    while survivors(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert survivors(tmp_path) == []
    runner.executor.close()
