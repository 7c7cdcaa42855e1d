# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real ansible-playbook against a served account: what must be true of processes is tried with them."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import pathlib
import subprocess
import sys
import time
import typing as t

from ansible_collections.ssmops.run_command.plugins.action import send_command

from tests.support import warm_ansible

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COLLECTIONS = pathlib.Path(send_command.__file__).parents[5]
ANSIBLE = {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_NOCOLOR": "1"}
CREDENTIALS = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
}
Json = dict[str, t.Any]


class Played:
    """An ansible-playbook that runs, and what it has printed.

    :param plays: the plays, as in a playbook.
    :param settings: variables of its environment.
    :param hosts: the inventory.
    :param program: the beginning of its command.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        plays: Sequence[Json],
        settings: Mapping[str, str],
        hosts: Sequence[str],
        program: Sequence[str],
    ) -> None:
        self._printed = folder / "printed.txt"
        whole = [{"gather_facts": False, **play} for play in plays]
        (folder / "play.json").write_text(json.dumps(whole))
        inventory = ["--inventory", ",".join([*hosts, ""])] if hosts else []
        with self._printed.open("wb") as printed:
            self.process = subprocess.Popen(
                [*program, *inventory, "play.json"],
                cwd=folder,
                env={**_without_aws(), **ANSIBLE, **settings},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        """What it has printed so far."""
        return self._printed.read_text()

    def wait_until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)

    def end(self) -> None:
        """Kill it if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)

    def returncode(self) -> int:
        """Wait for its end."""
        return self.process.wait(120)


@functools.cache
def warm_program() -> str:
    """An ansible-playbook that need not import what it uses, for all tests of this process."""
    until_the_end = contextlib.ExitStack()
    atexit.register(until_the_end.close)
    return str(until_the_end.enter_context(warm_ansible.serving({**_without_aws(), **ANSIBLE})) / "ansible-playbook")


@contextlib.contextmanager
def playing(
    folder: pathlib.Path, plays: Sequence[Json], settings: Mapping[str, str], hosts: Sequence[str] = ()
) -> Iterator[Played]:
    """A playbook that runs for the length of a block at most."""
    with _playing(Played(folder, plays, settings, hosts, [warm_program()])) as played:
        yield played


@contextlib.contextmanager
def playing_cold(folder: pathlib.Path, plays: Sequence[Json], settings: Mapping[str, str]) -> Iterator[Played]:
    """The same as the process that a user starts, to send signals to."""
    program = str(pathlib.Path(sys.executable).with_name("ansible-playbook"))
    with _playing(Played(folder, plays, settings, (), [sys.executable, program])) as played:
        yield played


@contextlib.contextmanager
def _playing(played: Played) -> Iterator[Played]:
    try:
        yield played
    finally:
        played.end()


def _without_aws() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
