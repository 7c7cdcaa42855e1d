# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox for tests: started as a user starts it, asked through its own addresses, stopped by its pid."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import typing as t
import urllib.request

import boto3

# Scripts use this outside of pytest, which has it among its paths.
sys.path.append(str(pathlib.Path(__file__).parents[2] / "extensions" / "sandbox"))

import sandbox_start

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CHECKOUT = pathlib.Path(__file__).parents[2]
_START_SECONDS = 60
Json = dict[str, t.Any]


class LocalSandbox:
    """A sandbox that serves; endpoint_url may be that of a proxy in front of it."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Json) -> None:
        self.process = process
        self.url: str = ready["endpoint_url"]
        self.endpoint_url = self.url
        self._ready = ready

    @property
    def pid(self) -> int:
        """Its own process ID: its process may be one that only stands in for it, as with warm_sandbox."""
        return int(self._ready["pid"])

    @property
    def control_token(self) -> str:
        """What the sandbox's own addresses want in the header X-Sandbox-Token."""
        return str(self._ready["control_token"])

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to use the sandbox."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": self._ready["region"],
            "AWS_DEFAULT_REGION": self._ready["region"],
            "AWS_ACCESS_KEY_ID": self._ready["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self._ready["secret_access_key"],
        }

    def client(self, service: str) -> t.Any:
        """A boto3 client that goes to the sandbox itself."""
        return boto3.client(
            t.cast("t.Any", service),
            endpoint_url=self.url,
            region_name=self._ready["region"],
            aws_access_key_id=self._ready["access_key_id"],
            aws_secret_access_key=self._ready["secret_access_key"],
        )

    def control(self, method: str, path: str, body: Json | None = None) -> Json:
        """A request to one of the sandbox's own addresses, such as ("POST", "config", {...})."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/sandbox/{path}", data=data, method=method)  # noqa: S310
        request.add_header("X-Sandbox-Token", self.control_token)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return t.cast("Json", json.loads(answer.read()))

    def calls(self) -> dict[str, int]:
        """Calls by operation since the last clear_calls."""
        return t.cast("dict[str, int]", self.control("GET", "calls")["operations"])

    def clear_calls(self) -> None:
        """Count calls from nought."""
        self.control("DELETE", "calls")

    def executions(self) -> dict[str, dict[str, int]]:
        """How often each node ran each command: {command id: {instance id: times}}."""
        return self.control("GET", "executions")

    def stop(self) -> None:
        """Stop it as a user does, by its pid."""
        self.process.terminate()
        self.process.wait(30)

    def kill(self) -> None:
        """Stop it with no chance to say goodbye."""
        self.process.kill()
        self.process.wait(30)


def start(folder: pathlib.Path, *options: str, python: str = sys.executable) -> LocalSandbox:
    """Start a sandbox with these options of its command line; its files go below folder."""
    files = sandbox_start.Files(folder / "sandbox.log", folder / "sandbox.json")
    # One that is killed leaves its directory where the test's own is removed.
    variables = {**os.environ, "TMPDIR": str(folder)}
    try:
        process = sandbox_start.start_sandbox(python, options, files, _START_SECONDS, variables)
    except sandbox_start.StartError as error:
        raise RuntimeError(str(error)) from error
    return LocalSandbox(process, json.loads(files.ready.read_text()))


@contextlib.contextmanager
def running(folder: pathlib.Path, *options: str, python: str = sys.executable) -> Iterator[LocalSandbox]:
    """A sandbox for the length of a block."""
    sandbox = start(folder, *options, python=python)
    try:
        yield sandbox
    finally:
        sandbox.stop()


class PlaybookRun(t.NamedTuple):
    """How ansible-playbook ended, what it printed, and the result that was registered (None: there was none)."""

    returncode: int
    output: str
    result: Json | None


class Playbook:
    """A playbook of one play on localhost, run as a user runs it."""

    def __init__(self, folder: pathlib.Path, sandbox: LocalSandbox, tasks: Sequence[Json]) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._result = folder / "result.json"
        self._result.unlink(missing_ok=True)
        keep = {
            "ansible.builtin.copy": {
                "content": "{{ registered | to_json }}",
                "dest": str(self._result),
                "mode": "0600",
            },
            "when": "registered is defined",
        }
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [*tasks, keep]}
        self._file = folder / "playbook.json"
        self._file.write_text(json.dumps([play]))

    def start(self, *options: str, variables: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, with `variables` in place of the sandbox's; it prints to output.txt."""
        environment = {
            **os.environ,
            **(self._sandbox.environment if variables is None else variables),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".tree"),
        }
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        with (self._folder / "output.txt").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, str(program), str(self._file), *options],
                env=environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def output(self) -> str:
        """What it has printed so far."""
        return (self._folder / "output.txt").read_text(errors="replace")

    def finish(self, process: subprocess.Popen[bytes], timeout: float = 300) -> PlaybookRun:
        """Wait for its end."""
        returncode = process.wait(timeout)
        result = json.loads(self._result.read_text()) if self._result.exists() else None
        return PlaybookRun(returncode, self.output(), result)

    def run(self, *options: str) -> PlaybookRun:
        """From start to end."""
        return self.finish(self.start(*options))


def send_command(arguments: Json, **keywords: t.Any) -> Json:
    """A task that sends a command and registers what comes back, failed or not."""
    return {
        "ssmops.run_command.send_command": arguments,
        "register": "registered",
        "ignore_errors": True,
        **keywords,
    }
