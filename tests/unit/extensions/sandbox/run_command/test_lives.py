# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sandbox leaves behind: nothing, however it ends."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import signal
import subprocess
import sys
import time
import types
import typing as t
from unittest import mock

import pytest

from tests.support import warm_sandbox
from tests.support.local_sandbox import CHECKOUT, LocalSandbox

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Children of every kind: in the script's group, in a session of their own, and handed on twice.
SCRIPT = """
note='echo $$ >>"$PIDS"; exec sleep 600'
sh -c "$note" &
setsid sh -c "$note" >/dev/null 2>&1 &
(setsid sh -c 'sh -c "$0" >/dev/null 2>&1 </dev/null &' "$note" &)
echo $$ >>"$PIDS"
sleep 600
"""
CHILDREN = 4


def wait_until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_running(pid: int) -> bool:
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Life(t.NamedTuple):
    """A sandbox on which the script above runs."""

    sandbox: LocalSandbox
    folder: pathlib.Path
    pids: list[int]
    keeper: int

    def survivors(self) -> list[int]:
        return [pid for pid in self.pids if is_running(pid)]

    def directories(self) -> list[str]:
        return [entry.name for entry in self.folder.iterdir() if entry.is_dir()]


@pytest.fixture(name="life")
def fixture_life(tmp_path: pathlib.Path) -> Iterator[Life]:
    sandbox = warm_sandbox.start(tmp_path, "--seed-nodes", "1,Role=web")
    try:
        yield begin(sandbox, tmp_path)
    finally:
        sandbox.kill()


def begin(sandbox: LocalSandbox, folder: pathlib.Path) -> Life:
    noted = folder / "pids"
    sandbox.client("ssm").send_command(
        DocumentName="AWS-RunShellScript",
        Targets=[{"Key": "tag:Role", "Values": ["web"]}],
        Parameters={"commands": [f"export PIDS='{noted}'", SCRIPT]},
    )
    assert wait_until(lambda: noted.exists() and len(noted.read_text().split()) == CHILDREN)
    pids = [int(pid) for pid in noted.read_text().split()]
    (keeper,) = [pid for pid in children_of(sandbox.pid) if "keeper" in command_line(pid)]
    life = Life(sandbox, folder, pids, keeper)
    assert len(life.survivors()) == CHILDREN
    return life


def children_of(parent: int) -> list[int]:
    listed = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listed.split()]


def command_line(pid: int) -> str:
    return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def stop(life: Life) -> None:
    life.sandbox.stop()


def kill(life: Life) -> None:
    os.kill(life.sandbox.pid, signal.SIGKILL)
    life.sandbox.process.wait(30)


def kill_group(life: Life) -> None:
    os.killpg(life.sandbox.pid, signal.SIGKILL)
    life.sandbox.process.wait(30)


def kill_keeper(life: Life) -> None:
    os.kill(life.keeper, signal.SIGKILL)
    assert wait_until(lambda: not life.survivors())
    life.sandbox.stop()


def stop_keeper(life: Life) -> None:
    os.kill(life.keeper, signal.SIGSTOP)
    life.sandbox.stop()


def kill_with_keeper(life: Life) -> None:
    # Stopped, it cannot notice the end of its keeper before its own.
    os.kill(life.sandbox.pid, signal.SIGSTOP)
    os.kill(life.keeper, signal.SIGKILL)
    kill(life)
    assert life.survivors()
    # The next start of a sandbox of this user cleans up.
    (life.folder / "sandbox.json").unlink(missing_ok=True)
    warm_sandbox.start(life.folder).stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans on to the keeper")
@pytest.mark.parametrize("end", [stop, kill, kill_group, kill_keeper, stop_keeper, kill_with_keeper])
def test_nothing_survives(end: Callable[[Life], None], life: Life) -> None:
    end(life)
    assert wait_until(lambda: not life.survivors() and not life.directories())


def test_a_sandbox_that_runs_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "next").mkdir()
    with warm_sandbox.running(tmp_path, "--seed-nodes", "1,Role=web") as sandbox:
        environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(CHECKOUT / "extensions" / "sandbox")}
        subprocess.run(
            [sys.executable, "-c", "from local_aws.run_command import lives; lives.clean()"],
            env=environment,
            check=True,
        )
        assert sandbox.control("GET", "health") == {"status": "ok"}
        assert len([entry for entry in tmp_path.iterdir() if entry.name.startswith("ssmops-sandbox-life-")]) == 1


def test_a_shell_that_has_looked_in_there_is_left_alone(tmp_path: pathlib.Path) -> None:
    left = tmp_path / "ssmops-sandbox-life-x" / "mi-1"
    left.mkdir(parents=True)
    (left.parent / "lock").touch()
    environment = {**os.environ, "TMPDIR": str(tmp_path), "OLDPWD": str(left)}
    shell = subprocess.Popen(["/bin/sleep", "60"], cwd=left, env=environment)
    code = "from local_aws.run_command import lives; lives.clean()"
    path = {"PYTHONPATH": str(CHECKOUT / "extensions" / "sandbox")}
    subprocess.run([sys.executable, "-c", code], env={**environment, **path}, cwd=left, check=True)
    assert shell.poll() is None
    assert not left.exists()
    shell.kill()
    shell.wait()


FOLDER = 'cd "${0%/*}"'
HOSTILE = {
    "no directory": {"commands": ["true"], "workingDirectory": ["/nowhere"]},
    "a NUL in a path": {"commands": ["true"], "workingDirectory": ["/nowhere\0"]},
    "a pipe for its output": {"commands": [f"{FOLDER}; rm stdout; mkfifo stdout; echo said"]},
    "a link for its output": {"commands": [f"{FOLDER}; rm stdout; ln -s /etc/hostname stdout; echo said; exit 1"]},
    "a pipe for its script, and a reboot": {
        "commands": [f"{FOLDER}; rm _script.sh; mkfifo _script.sh; echo said; exit 194"]
    },
    "a directory for its output": {"commands": [f"{FOLDER}; rm stdout; mkdir stdout; exit 194"]},
    "nothing left": {"commands": ['rm -rf "$SANDBOX_NODE_DIRECTORY"; echo said']},
}


def test_one_bad_command_harms_no_other(tmp_path: pathlib.Path) -> None:
    with warm_sandbox.running(tmp_path, "--seed-nodes", "1,Role=web") as sandbox:
        sandbox.control("POST", "config", {"settings": {"consistency_gap": 0, "max_reboots": 2}})
        ssm = sandbox.client("ssm")
        (node,) = [one["InstanceId"] for one in ssm.describe_instance_information()["InstanceInformationList"]]

        def run(parameters: dict[str, list[str]]) -> dict[str, t.Any]:
            sent = ssm.send_command(DocumentName="AWS-RunShellScript", InstanceIds=[node], Parameters=parameters)
            place = {"CommandId": sent["Command"]["CommandId"], "InstanceId": node}
            assert wait_until(
                lambda: ssm.list_commands(CommandId=place["CommandId"])["Commands"][0]["CompletedCount"] == 1
            )
            return t.cast("dict[str, t.Any]", ssm.get_command_invocation(**place))

        answers = {name: run(parameters) for name, parameters in HOSTILE.items()}
        assert {name: answer["Status"] for name, answer in answers.items()} == {
            "no directory": "Failed",
            "a NUL in a path": "Failed",
            "a pipe for its output": "Success",
            "a link for its output": "Failed",
            "a pipe for its script, and a reboot": "Failed",
            "a directory for its output": "Failed",
            "nothing left": "Success",
        }
        assert answers["a pipe for its output"]["StandardOutputContent"] == "said\n"
        assert answers["a link for its output"]["StandardOutputContent"] == "said\n"
        assert run({"commands": ["echo well"]})["StandardOutputContent"] == "well\n"


HOMES = "bash -c 'cd ~ && pwd'; python3 -c 'import os; print(os.path.expanduser(\"~\"))'; echo \"$HOME\""


def test_a_home_is_never_that_of_the_user(tmp_path: pathlib.Path) -> None:
    with warm_sandbox.running(tmp_path, "--seed-nodes", "1,Role=web") as sandbox:
        (root,) = tmp_path.glob("ssmops-sandbox-life-*")
        ssm = sandbox.client("ssm")
        target = [{"Key": "tag:Role", "Values": ["web"]}]
        ssm.send_command(DocumentName="AWS-RunShellScript", Targets=target, Parameters={"commands": [HOMES]})

        def plugins() -> list[dict[str, t.Any]]:
            listed = ssm.list_command_invocations(Details=True)["CommandInvocations"]
            return [plugin for invocation in listed for plugin in invocation["CommandPlugins"]]

        assert wait_until(lambda: [plugin["Status"] for plugin in plugins()] == ["Success"])
        *homes, variable = plugins()[0]["Output"].splitlines()
        assert homes == [variable or str(root / "home")] * 2
        assert variable in {"", *map(str, root.iterdir())}


def test_only_the_user_reads_what_a_sandbox_writes(tmp_path: pathlib.Path) -> None:
    with warm_sandbox.running(tmp_path):
        (directory,) = tmp_path.glob("ssmops-sandbox-life-*")
        assert directory.stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "sandbox.json").stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def program() -> types.ModuleType:
    """The sandbox's own program, for what it refuses before it starts."""
    spec = importlib.util.spec_from_file_location(
        "sandbox_program", CHECKOUT / "extensions" / "sandbox" / "__main__.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # It sets variables for all of its process, which is that of other tests here.
    with mock.patch.dict(os.environ):
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("port", ["70000", "-1", "65536", "http", "\u0663"])
def test_a_port_that_is_none(program: types.ModuleType, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main([f"--port={port}"])
    assert ended.value.code == 2
    assert "is not a port from 0 to 65535" in capsys.readouterr().err


KEY_ID, SECRET = "AKIAFIXEDFIXEDFIXED1", "a-fixed-secret-of-tests"


def test_a_fixed_pair_takes_the_place_of_the_fresh_one(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("SANDBOX_SECRET_ACCESS_KEY", SECRET)
    with warm_sandbox.running(tmp_path) as sandbox:
        environment = sandbox.environment
        assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) == (KEY_ID, SECRET)
        sandbox.client("ssm").list_commands()


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((KEY_ID, ""), "go together"),
        (("", SECRET), "go together"),
        (("short", SECRET), "SANDBOX_ACCESS_KEY_ID needs at least 16"),
        ((KEY_ID.lower(), SECRET), "SANDBOX_ACCESS_KEY_ID needs at least 16"),
        ((KEY_ID, "short"), "SANDBOX_SECRET_ACCESS_KEY needs at least 16"),
        ((KEY_ID, "with spaces in the secret"), "with no space"),
    ],
)
def test_a_pair_that_is_none(
    program: types.ModuleType,
    pair: tuple[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in zip(("SANDBOX_ACCESS_KEY_ID", "SANDBOX_SECRET_ACCESS_KEY"), pair, strict=True):
        monkeypatch.setenv(name, value)
    assert program.main([]) == 1
    assert said in capsys.readouterr().err
