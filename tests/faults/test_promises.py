# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine promises behind a proxy, with listings that lag, and with calls that hang or are throttled."""

from __future__ import annotations

import signal
import time
import typing as t

import pytest

from tests.faults.forward_proxy import ForwardProxy
from tests.faults.test_stopped_controllers import SLOW, wait_for, wait_for_progress
from tests.support.local_sandbox import send_command

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.conftest import Scene

SIXTY = {"target_tags": {"Fleet": "sixty"}, "commands": ["echo out"], "max_concurrency": "100%"}
BY_IDS = {"commands": ["echo out"], "max_concurrency": "100%", "max_errors": "100%"}


@pytest.fixture(autouse=True)
def as_before(scene: Scene) -> Iterator[None]:
    yield
    scene.sandbox.control("POST", "config", {"settings": {"list_commands_gap": 0}})
    scene.sandbox.control("DELETE", "config")


def behind(proxy: str) -> dict[str, t.Any]:
    return {"environment": {"http_proxy": proxy, "HTTP_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""}}


def test_an_answer_that_a_proxy_has_lost(scene: Scene) -> None:
    proxy = ForwardProxy()
    proxy.operation, proxy.lose = "SendCommand", 1
    with proxy.serving() as address:
        run = scene.run(send_command(SIXTY, **behind(address)))
    assert run.result is not None, run.output
    assert not run.result["failed"], run.output
    assert proxy.forwarded.count("SendCommand") == 1
    assert scene.executions() == dict.fromkeys(scene.nodes("sixty"), 1)


def lag(scene: Scene, seconds: float) -> None:
    scene.sandbox.control("POST", "config", {"settings": {"list_commands_gap": seconds}})


def lose_the_answer(scene: Scene) -> None:
    scene.sandbox.control("POST", "config", {"faults": [{"operation": "SendCommand", "kind": "cut_after", "times": 1}]})


@pytest.mark.parametrize("seconds", [3, pytest.param(14, marks=pytest.mark.long)])
@pytest.mark.parametrize("choice", ["fail", "resend"])
def test_a_lost_answer_and_a_listing_that_lags(scene: Scene, seconds: int, choice: str) -> None:
    lag(scene, seconds)
    lose_the_answer(scene)
    run = scene.run(send_command({**SIXTY, "on_lost_response": choice}))
    assert run.result is not None, run.output
    assert not run.result["failed"], run.output
    assert scene.executions() == dict.fromkeys(scene.nodes("sixty"), 1)


@pytest.mark.long
def test_a_lost_answer_and_a_listing_that_lags_for_longer_than_a_minute(scene: Scene) -> None:
    lag(scene, 70)
    lose_the_answer(scene)
    ids = sorted(scene.nodes("sixty"))[:50]
    run = scene.run(send_command({**BY_IDS, "instance_ids": ids}))
    assert run.result is not None, run.output
    assert run.result["failed"], run.output
    assert run.result["summary"]["unknown"] == 50
    assert "it was not sent again" in run.result["msg"]
    (token,) = {word for word in run.result["msg"].split() if word.startswith("ssmops-")}
    (command_id,) = scene.command_ids()
    scene.sandbox.control("POST", "config", {"settings": {"list_commands_gap": 0}})
    comment = scene.sandbox.client("ssm").list_commands(CommandId=command_id)["Commands"][0]["Comment"]
    assert comment.endswith(token)
    assert scene.executions() == dict.fromkeys(ids, 1)


@pytest.mark.long
def test_a_command_that_was_sent_twice_is_not_passed_over(scene: Scene) -> None:
    lag(scene, 12)
    lose_the_answer(scene)
    run = scene.run(send_command({**SIXTY, "on_lost_response": "resend", "lost_response_timeout": 5}))
    assert run.result is not None, run.output
    first, second = scene.command_ids()
    assert run.result["failed"], run.output
    assert first in run.result["msg"]
    assert second in run.result["msg"]


def test_attaching_at_once_while_the_listing_lags(scene: Scene) -> None:
    lag(scene, 3)
    sent = scene.run(send_command({**SIXTY, "wait": False}))
    assert sent.result is not None, sent.output
    attached = scene.run(send_command({"command_ids": sent.result["command_ids"]}))
    assert attached.result is not None, attached.output
    assert attached.result["summary"]["success"] == 60, attached.output


@pytest.mark.parametrize("fault", [{"kind": "hang", "seconds": 60, "times": None}, {"kind": "throttle", "times": None}])
def test_a_stop_takes_ten_seconds_whatever_becomes_of_its_calls(scene: Scene, fault: dict[str, t.Any]) -> None:
    playbook = scene.playbook(send_command(SLOW))
    process = playbook.start()
    command_id = wait_for_progress(playbook, process)
    scene.sandbox.control("POST", "config", {"faults": [{"operation": "CancelCommand", **fault}]})
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    playbook.finish(process)
    # The worker, which outlives ansible-playbook by this time, writes to its standard error.
    wait_for(lambda: f"attach with command_ids: [{command_id}]" in playbook.output(), 14 - (time.monotonic() - began))


@pytest.mark.long
@pytest.mark.parametrize("fault", [{"kind": "hang", "seconds": 60, "times": None}, {"kind": "throttle", "times": None}])
def test_the_end_of_the_wait_is_kept_though_listings_fail(scene: Scene, fault: dict[str, t.Any]) -> None:
    scene.sandbox.control("POST", "config", {"faults": [{"operation": "ListCommands", **fault}]})
    began = time.monotonic()
    run = scene.run(send_command({**SLOW, "wait_timeout": 5, "aws_config": {"read_timeout": 5}}))
    assert time.monotonic() - began < 45, run.output
    assert run.result is not None
    assert run.result["failed"]
    assert scene.sandbox.calls()["CancelCommand"] == 1
