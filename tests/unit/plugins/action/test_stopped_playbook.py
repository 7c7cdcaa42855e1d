# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real signals to a real ansible-playbook: the command is cancelled once, even while it is being sent."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.action import send_command

from .served_ssm import Served, serving

COLLECTIONS = pathlib.Path(send_command.__file__).parents[5]
TASK: dict[str, t.Any] = {
    "ssmops.run_command.send_command": {"commands": ["sleep 60"], "target_tags": {"Role": "web"}},
    "register": "sent",
    "ignore_errors": True,
}


class Played:
    """An ansible-playbook that runs, and what it has printed."""

    def __init__(self, folder: pathlib.Path, served: Served, task: dict[str, t.Any]) -> None:
        self._printed = folder / "printed.txt"
        (folder / "play.json").write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
        settings = {
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "AWS_URL": served.url,
            "AWS_ENDPOINT_URL": served.url,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
        }
        with self._printed.open("wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "play.json"],
                cwd=folder,
                env={**os.environ, **settings, "ANSIBLE_NOCOLOR": "1"},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self._printed.read_text()

    def wait_until(self, condition: t.Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)


def assert_cancelled_once(played: Played, served: Served) -> None:
    (command_id,) = served.ssm.commands
    played.wait_until(lambda: served.ssm.calls["CancelCommand"] > 0)
    played.wait_until(lambda: f"asked AWS to cancel the commands {command_id}" in played.text())
    played.process.wait(60)
    assert served.ssm.calls["CancelCommand"] == 1
    assert served.ssm.calls["SendCommand"] == 1
    assert len(served.ssm.commands[command_id].cancelled) == 3


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_waits(tmp_path: pathlib.Path, signum: signal.Signals) -> None:
    with serving(Served(node_seconds=60)) as served:
        played = Played(tmp_path, served, TASK)
        try:
            played.wait_until(lambda: "in progress" in played.text())
            played.process.send_signal(signum)
            assert_cancelled_once(played, served)
        finally:
            played.end()


def test_a_signal_while_the_answer_to_sending_is_on_its_way(tmp_path: pathlib.Path) -> None:
    with serving(Served(node_seconds=60, send_delay=30)) as served:
        played = Played(tmp_path, served, TASK)
        try:
            played.wait_until(lambda: bool(served.ssm.commands))
            assert "command_id" not in played.text()
            played.process.send_signal(signal.SIGINT)
            assert_cancelled_once(played, served)
        finally:
            played.end()


def test_the_timeout_of_the_task(tmp_path: pathlib.Path) -> None:
    with serving(Served(node_seconds=60)) as served:
        played = Played(tmp_path, served, {**TASK, "timeout": 8})
        try:
            played.wait_until(lambda: bool(served.ssm.commands))
            assert_cancelled_once(played, served)
            assert "Timed out after 8" in played.text()
        finally:
            played.end()
