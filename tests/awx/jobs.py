# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: ansible-runner with a private data directory, of which AWX writes every file.

What AWX writes was read off a running AWX: the variables in env/extravars with answers as !unsafe, the environment in
env/envvars, no HOME, and a project that is the folder of the installed collection.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import typing as t

import yaml

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Json = dict[str, t.Any]

_NUMBERS = itertools.count(101)
_BIN = pathlib.Path(sys.executable).parent
TEMPLATE_ID = 17


class _Unsafe(str):
    """A text that Ansible does not take for a template."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def _unsafe(value: t.Any) -> t.Any:
    """What AWX makes of an answer before it writes it down."""
    if isinstance(value, str):
        return _Unsafe(value)
    if isinstance(value, dict):
        return {_unsafe(key): _unsafe(item) for key, item in value.items()}
    return [_unsafe(item) for item in value] if isinstance(value, list) else value


@dataclasses.dataclass(frozen=True)
class Ended:
    """A job that has ended.

    :param status: as AWX shows it: successful, failed, canceled, timeout.
    :param events: all of them, in their order.
    :param stdout: what AWX shows.
    :param folder: everything that AWX keeps of it.
    """

    number: int
    status: str
    events: list[Json]
    stdout: str
    folder: pathlib.Path

    @property
    def artifacts(self) -> Json:
        """What children in a workflow get as variables: of a job that was killed, nothing."""
        for event in self.events:
            if event["event"] == "playbook_on_stats":
                return t.cast("Json", event["event_data"].get("artifact_data", {}))
        return {}

    @property
    def results(self) -> list[Json]:
        """The results in the events."""
        return [event["event_data"]["res"] for event in self.events if "res" in event.get("event_data", {})]

    @property
    def failures(self) -> list[str]:
        """The messages of tasks that failed."""
        failed = [event for event in self.events if event["event"] == "runner_on_failed"]
        return [str(event["event_data"]["res"].get("msg")) for event in failed]

    def all_text(self) -> str:
        """Everything that is kept of the job, but for its environment, which AWX masks."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "command")
        return "\n".join(path.read_text(errors="replace") for path in files)


class Job:
    """A job that runs."""

    def __init__(self, number: int, data: pathlib.Path, process: subprocess.Popen[bytes]) -> None:
        self.number = number
        self._data = data
        self.process = process
        self._folder = data / "artifacts" / str(number)

    def finish(self, timeout: float = 120) -> Ended:
        """Wait for its end."""
        self.process.wait(timeout)
        status = (self._folder / "status").read_text() if (self._folder / "status").exists() else "killed"
        files = (self._folder / "job_events").glob("*[0-9a-f].json")
        events = [json.loads(path.read_text()) for path in files if "partial" not in path.name]
        stdout = (self._folder / "stdout").read_text() if (self._folder / "stdout").exists() else ""
        return Ended(self.number, status, sorted(events, key=lambda one: one["counter"]), stdout, self._folder)

    def stdout(self) -> str:
        """What it has shown so far."""
        path = self._folder / "stdout"
        return path.read_text(errors="replace") if path.exists() else ""

    def processes(self) -> list[int]:
        """All of its processes but for the runner, those in sessions of their own too."""
        mark = f"AWX_PRIVATE_DATA_DIR={self._data}\0".encode()
        return [pid for pid in _all_pids() if mark in _environment_of(pid)]

    def terminate(self) -> None:
        """What AWX does where jobs have no container: the runner gets a signal, and kills the playbook's group."""
        self.process.send_signal(signal.SIGTERM)

    def kill_container(self) -> None:
        """What podman kill does: nothing of the job is left to say goodbye."""
        for pid in self.processes():
            os.kill(pid, signal.SIGSTOP)
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdecimal()]


def _environment_of(pid: int) -> bytes:
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _own_variables(number: int, more: Mapping[str, t.Any]) -> Json:
    """The variables that AWX adds to the answers, each under two names."""
    known = {"job_id": number, "job_template_id": TEMPLATE_ID, **more}
    return {f"{prefix}_{name}": value for name, value in known.items() for prefix in ("awx", "tower")}


@dataclasses.dataclass(frozen=True)
class Controller:
    """Starts jobs.

    :param collections: the folder with the installed collection.
    :param folder: where jobs keep their files.
    :param environment: what the job's credentials add to its environment.
    """

    collections: pathlib.Path
    folder: pathlib.Path
    environment: Mapping[str, str]

    def start(
        self,
        playbook: str,
        answers: Json,
        *,
        variables: Mapping[str, t.Any] | None = None,
        arguments: Iterable[str] = (),
        settings: Json | None = None,
    ) -> Job:
        """Start a job of a template.

        :param playbook: the name of a playbook of the collection.
        :param answers: to the survey, or artifacts and variables of a workflow.
        :param variables: those that AWX adds by itself, beside the number of the job.
        :param arguments: of ansible-playbook, such as --check.
        :param settings: of ansible-runner, such as idle_timeout.
        """
        number = next(_NUMBERS)
        data = self.folder / f"job-{number}"
        files = {
            "env/extravars": yaml.dump({**_unsafe(answers), **_own_variables(number, variables or {})}, Dumper=_Dumper),
            "env/envvars": json.dumps(self._environment_of(number, data)),
            "env/settings": json.dumps(settings or {}),
            "env/cmdline": " ".join(arguments),
            "inventory/hosts": "",
        }
        for name, text in files.items():
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_text(text)
        (data / "project").symlink_to(self.collections / "ansible_collections" / "ssmops" / "run_command")
        command = [sys.executable, "-m", "ansible_runner", "run", str(data), "-p", f"playbooks/{playbook}.yml"]
        process = subprocess.Popen(
            [*command, "--ident", str(number), "--quiet"],
            env={"PATH": f"{_BIN}:{os.defpath}", "LANG": "C.UTF-8"},
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return Job(number, data, process)

    def _environment_of(self, number: int, data: pathlib.Path) -> dict[str, str]:
        return {
            **self.environment,
            "JOB_ID": str(number),
            "AWX_PRIVATE_DATA_DIR": str(data),
            "MAX_EVENT_RES": "700000",
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
        }

    def run(self, playbook: str, answers: Json, **more: t.Any) -> Ended:
        """Run a job of a template from start to end."""
        return self.start(playbook, answers, **more).finish()
