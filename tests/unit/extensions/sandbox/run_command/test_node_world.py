# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script finds on a node; and the password file of where nodes have their home."""

from __future__ import annotations

import os
import pathlib

import pytest
from local_aws.run_command import keeper, node_world

from .records import node

DIRECTORY = pathlib.Path("/nodes/i-1")


def test_variables_are_those_of_the_agent() -> None:
    found = node_world.environment(node("i-1", platform="Windows"), "c-1")
    assert (found["AWS_SSM_INSTANCE_ID"], found["SSM_COMMAND_ID"], found["AWS_SSM_REGION_NAME"]) == (
        "i-1",
        "c-1",
        "us-east-1",
    )
    assert found["AWS_SSM_PLATFORM_NAME"] == "Microsoft Windows Server 2022 Datacenter"
    assert "HOME" not in found


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"),
        ({"PATH": "/opt/bin", "SANDBOX_NODE_DIRECTORY": "/"}, "/opt/bin"),
    ],
)
def test_the_node_stays_known_by_its_directory(given: dict[str, str], path: str) -> None:
    found = node_world.marks(DIRECTORY, given)
    assert found == {"PATH": f"/nodes/i-1/bin:{path}", "SANDBOX_NODE_DIRECTORY": "/nodes/i-1"}


@pytest.mark.parametrize(
    ("wanted", "where"), [("", "/nodes/i-1"), ("sub", "/nodes/i-1"), ("../x", "/nodes/i-1"), ("/nowhere", "/nowhere")]
)
def test_where_a_script_starts(wanted: str, where: str) -> None:
    assert node_world.working_directory(wanted, DIRECTORY) == where


def test_only_this_user_has_another_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    users = "root:x:0:0:root:/root:/bin/bash\nme:x:1000:1000:,,,:/home/me:/bin/zsh\n"
    assert keeper._with_home(users, "/s/home") == users.replace("/home/me", "/s/home")


def test_a_user_from_elsewhere_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 70_000)
    monkeypatch.setattr(os, "getgid", lambda: 70_001)
    users = "root:x:0:0:root:/root:/bin/bash\n+::::::\n"
    assert keeper._with_home(users, "/s/home") == f"{users}user:x:70000:70001::/s/home:/bin/sh\n"
