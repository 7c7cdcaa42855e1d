# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How runs end before all their commands have succeeded: cancelled, lost, stopped; and what is said of it."""

from __future__ import annotations

import typing as t

import pytest

from ..module_utils.commands.conftest import Scene
from ..module_utils.commands.fake_ssm import Node
from .test_command_run import command_run, no_hint, with_token

Json = dict[str, t.Any]
FIRST, SECOND, THIRD = (f"00000000-0000-4000-8000-{number:012x}" for number in range(3))
SLOW = Node(seconds=100.0)
UNREACHABLE = Node(seconds=1.0, status="Failed", details="Undeliverable", rc=-1, stdout="")


def listing(scene: Scene, change: t.Callable[[list[Json]], list[Json]]) -> None:
    """Change what ListCommands answers."""
    real = scene.ssm.list_commands

    def changed(**request: t.Any) -> Json:
        answer = real(**request)
        return {**answer, "Commands": change(answer["Commands"])}

    t.cast("t.Any", scene.ssm).list_commands = changed


def cancelled_by_another(scene: Scene, status: str = "Cancelled", after: float = 5.0) -> None:
    """Somebody cancels the first command; its nodes that have ended before keep their results."""

    def changed(commands: list[Json]) -> list[Json]:
        if scene.clock.now > after and FIRST in scene.ssm.commands and not scene.ssm.commands[FIRST].cancelled:
            scene.ssm.cancel_command(CommandId=FIRST)
        for command in commands:
            if command["CommandId"] == FIRST and scene.clock.now > after:
                command |= {"Status": status, "StatusDetails": status}
        return commands

    listing(scene, changed)


@pytest.mark.parametrize("by", ["tag", "ids"])
def test_what_another_has_cancelled_is_not_sent_again(by: str) -> None:
    scene = Scene(3)
    scene.ssm.nodes |= {scene.ids[0]: UNREACHABLE, scene.ids[1]: SLOW, scene.ids[2]: SLOW}
    cancelled_by_another(scene)
    wanted = scene.by_tag() if by == "tag" else scene.by_ids()
    result = command_run(scene, retry_undelivered=1).send(wanted, no_hint)
    assert len(scene.ssm.commands) == 1
    assert result["failed"]


@pytest.mark.parametrize("status", ["Cancelled", "Cancelling"])
def test_no_part_follows_one_that_is_being_cancelled(status: str) -> None:
    scene = Scene(100)
    scene.ssm.nodes = dict.fromkeys(scene.ids[:40], Node(seconds=1.0)) | dict.fromkeys(scene.ids[40:], SLOW)
    cancelled_by_another(scene, status, after=0.05)
    command_run(scene, wait_timeout=50).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert len(scene.ssm.commands) == 1


@pytest.mark.parametrize("after", [30.0, 3.0])
def test_a_part_of_an_earlier_run_that_is_cancelled_ends_the_task(after: float) -> None:
    scene = Scene(120)
    scene.ssm.nodes = dict.fromkeys(scene.ids, SLOW)
    first = with_token(scene, 50)
    scene.ssm.send_command(
        **{**first.fields, "InstanceIds": scene.ids[:50], "Comment": "token=deploy-7 part 1/3 ssmops-0123456789abcdef"}
    )
    scene.clock.now = 5.0
    cancelled_by_another(scene, after=after)
    result = command_run(scene).send(with_token(scene, 120), no_hint)
    assert list(scene.ssm.commands) == [FIRST]
    assert result["summary"] == {**result["summary"], "cancelled": 50, "unsent": 70}
    assert not result["changed"]
    assert result["msg"].endswith(f" Nothing more was sent, as {FIRST} was cancelled.")
