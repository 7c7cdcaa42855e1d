# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real signals to a real ansible-playbook: the command is cancelled once, even while it is being sent."""

from __future__ import annotations

import signal
import typing as t

import pytest

from .played import CREDENTIALS, Played, playing_cold
from .served_ssm import Served, serving

if t.TYPE_CHECKING:
    import contextlib
    import pathlib

TASK: dict[str, t.Any] = {
    "ssmops.run_command.send_command": {"commands": ["sleep 60"], "target_tags": {"Role": "web"}},
    "register": "sent",
    "ignore_errors": True,
}


def played(folder: pathlib.Path, served: Served, **keywords: t.Any) -> contextlib.AbstractContextManager[Played]:
    play = {"hosts": "localhost", "tasks": [{**TASK, **keywords}]}
    return playing_cold(folder, [play], {**CREDENTIALS, "AWS_ENDPOINT_URL": served.url})


def assert_cancelled_once(playbook: Played, served: Served) -> None:
    (command_id,) = served.ssm.commands
    playbook.wait_until(lambda: served.ssm.calls["CancelCommand"] > 0)
    playbook.wait_until(lambda: f"asked AWS to cancel the commands {command_id}" in playbook.text())
    playbook.returncode()
    assert served.ssm.calls["CancelCommand"] == 1
    assert served.ssm.calls["SendCommand"] == 1
    assert len(served.ssm.commands[command_id].cancelled) == 3


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_waits(tmp_path: pathlib.Path, signum: signal.Signals) -> None:
    with serving(Served(node_seconds=60)) as served, played(tmp_path, served) as playbook:
        playbook.wait_until(lambda: "in progress" in playbook.text())
        playbook.process.send_signal(signum)
        assert_cancelled_once(playbook, served)


def test_a_signal_while_the_answer_to_sending_is_on_its_way(tmp_path: pathlib.Path) -> None:
    with serving(Served(node_seconds=60, send_delay=30)) as served, played(tmp_path, served) as playbook:
        playbook.wait_until(lambda: bool(served.ssm.commands))
        assert "command_id" not in playbook.text()
        playbook.process.send_signal(signal.SIGINT)
        assert_cancelled_once(playbook, served)


def test_the_end_of_the_controller(tmp_path: pathlib.Path) -> None:
    with serving(Served(node_seconds=60)) as served, played(tmp_path, served) as playbook:
        playbook.wait_until(lambda: "in progress" in playbook.text())
        playbook.process.kill()
        playbook.wait_until(lambda: served.ssm.calls["CancelCommand"] > 0, 5)
        assert_cancelled_once(playbook, served)
        assert "ansible-playbook has ended: asked AWS" in playbook.text()


def test_the_timeout_of_the_task(tmp_path: pathlib.Path) -> None:
    with serving(Served(node_seconds=60)) as served, played(tmp_path, served, timeout=8) as playbook:
        playbook.wait_until(lambda: bool(served.ssm.commands))
        assert_cancelled_once(playbook, served)
        assert "Timed out after 8" in playbook.text()
