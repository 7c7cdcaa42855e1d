# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of play, block and task applies to the action as to modules: for its whole run, and no longer."""

from __future__ import annotations

import os
import pathlib
import typing as t

import pytest
from ansible.errors import AnsibleActionFail

from .played import CREDENTIALS, playing
from .served_ssm import Served, serving

if t.TYPE_CHECKING:
    from .conftest import Scene

UPTIME: t.Final = {"commands": ["uptime"], "target_tags": {"Role": "web"}}


@pytest.fixture
def seen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, str | None]]:
    """The region and the proxy of the environment at each SendCommand."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    noted: list[tuple[str | None, str | None]] = []
    scene.ssm.on_send = lambda _request: noted.append((os.environ.get("AWS_REGION"), os.environ.get("HTTPS_PROXY")))
    return noted


def test_each_run_has_its_own(scene: Scene, seen: list[tuple[str | None, str | None]]) -> None:
    scene.run(UPTIME, environment=[{"AWS_REGION": "eu-north-1"}])
    scene.run(UPTIME, environment=[{"HTTPS_PROXY": "http://127.0.0.1:1"}])
    scene.run(UPTIME)
    assert seen == [("eu-north-1", None), ("eu-west-1", "http://127.0.0.1:1"), ("eu-west-1", None)]


def test_the_task_wins_over_the_block_and_the_play(scene: Scene, seen: list[tuple[str | None, str | None]]) -> None:
    # Outer first, as ansible-core merges them.
    outer = {"AWS_REGION": "us-east-1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    scene.run(UPTIME, environment=[outer, {}, {"AWS_REGION": "eu-north-1"}])
    assert seen == [("eu-north-1", "http://127.0.0.1:1")]


def test_numbers_are_text(scene: Scene, seen: list[tuple[str | None, str | None]]) -> None:
    scene.run(UPTIME, environment=[{"HTTPS_PROXY": 3128}])
    assert seen == [("eu-west-1", "3128")]


def test_arguments_fall_back_to_it(scene: Scene, seen: list[tuple[str | None, str | None]]) -> None:
    regions: list[str | None] = []
    scene.ssm.on_send = lambda _request: regions.append(scene.actions[-1].get_options()["region"])
    scene.run(UPTIME, environment=[{"AWS_REGION": "eu-north-1"}])
    scene.run({**UPTIME, "region": "eu-central-1"}, environment=[{"AWS_REGION": "eu-north-1"}])
    assert regions == ["eu-north-1", "eu-central-1"]
    assert seen == []


def test_a_refused_task_restores_it_too(scene: Scene, seen: list[tuple[str | None, str | None]]) -> None:
    result = scene.run({**UPTIME, "timeout_seconds": 1}, environment=[{"AWS_REGION": "eu-north-1"}])
    assert result["failed"]
    assert os.environ["AWS_REGION"] == "eu-west-1"
    assert seen == []


def test_a_variable_that_cannot_be_set_is_named(scene: Scene) -> None:
    with pytest.raises(AnsibleActionFail, match=r"^environment: the variable 'A=B' cannot be set"):
        scene.run(UPTIME, environment=[{"A=B": "x"}])
    assert not scene.ssm.calls


def test_items_of_a_loop_go_to_their_own_endpoints(tmp_path: pathlib.Path) -> None:
    """The environment of an item wins over the shell's, whose endpoint answers nothing."""
    task = {
        "ssmops.run_command.send_command": UPTIME,
        "environment": {"AWS_ENDPOINT_URL": "{{ item }}"},
        "loop": ["{{ first }}", "{{ second }}", "{{ first }}"],
    }
    with serving(Served(node_seconds=0)) as first, serving(Served(node_seconds=0)) as second:
        play = {"hosts": "localhost", "vars": {"first": first.url, "second": second.url}, "tasks": [task]}
        settings = {**CREDENTIALS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        with playing(tmp_path, [play], settings) as played:
            assert played.returncode() == 0, played.text()
    assert [served.ssm.calls["SendCommand"] for served in (first, second)] == [2, 1]
