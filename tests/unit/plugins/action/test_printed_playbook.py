# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real ansible-playbook prints about a large fleet: lines, and not the whole result."""

from __future__ import annotations

import re
import typing as t

import pytest

from ..module_utils.commands.fake_ssm import Node
from .played import CREDENTIALS, playing
from .served_ssm import Served, serving
from .test_stopped_playbook import TASK

if t.TYPE_CHECKING:
    import pathlib

OUTPUT = "a line that the node writes\n"
ARGUMENTS = {"commands": ["uptime"], "target_tags": {"Role": "web"}, "fail_on": "never"}


def printed(folder: pathlib.Path) -> str:
    """What a playbook with 1,000 nodes prints, 50 of which fail."""
    served = Served(node_seconds=0)
    failed = Node(seconds=0, stdout=OUTPUT, status="Failed", details="Failed", rc=3)
    served.ssm.nodes = {
        f"i-{number:017x}": failed if number < 50 else Node(seconds=0, stdout=OUTPUT) for number in range(1_000)
    }
    with serving(served):
        play = {"hosts": "localhost", "tasks": [{**TASK, "ssmops.run_command.send_command": ARGUMENTS}]}
        with playing(folder, [play], {**CREDENTIALS, "AWS_ENDPOINT_URL": served.url}) as played:
            assert played.returncode() == 0, played.text()
            return played.text()


@pytest.mark.parametrize(("verbosity", "lines_of_nodes", "most"), [("0", 0, 5_000), ("1", 1_000, 80_000)])
def test_a_thousand_nodes_are_printed_in_lines(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, verbosity: str, lines_of_nodes: int, most: int
) -> None:
    monkeypatch.setenv("ANSIBLE_VERBOSITY", verbosity)
    text = printed(tmp_path)
    assert len(re.findall(rf"i-\w+ stdout: {OUTPUT}", text)) == lines_of_nodes
    assert "stdout_lines" not in text
    assert len(text) < most
