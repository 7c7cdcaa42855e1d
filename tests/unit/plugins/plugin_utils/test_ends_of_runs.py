# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How runs end before all their commands have succeeded: cancelled, lost, stopped; and what is said of it."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun, Telling
from botocore import exceptions

from ..module_utils.commands.conftest import Scene
from ..module_utils.commands.fake_ssm import TO_ALL, Node, client_error
from .test_command_run import WAIT, command_run, no_hint, with_token

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


class Stopped(BaseException):
    """Stands for a signal in the middle of a call."""


def sent_before(scene: Scene, count: int = 1) -> tuple[str, ...]:
    """The IDs of so many commands that run."""
    return tuple(scene.ssm.send_command(**TO_ALL)["Command"]["CommandId"] for _number in range(count))


def unlisted(scene: Scene, *command_ids: str, until: float = 1e9, since: float = 0.0) -> None:
    """AWS does not list these commands for a time."""

    def changed(commands: list[Json]) -> list[Json]:
        hidden = since <= scene.clock.now < until
        return [command for command in commands if not hidden or command["CommandId"] not in command_ids]

    listing(scene, changed)


def stopped_at(scene: Scene, moment: float) -> None:
    """A signal arrives during the first listing after a moment."""
    real = scene.ssm.list_commands
    moments = [moment]

    def changed(**request: t.Any) -> Json:
        if moments and scene.clock.now > moments[0]:
            moments.clear()
            raise Stopped("interrupted")
        return real(**request)

    t.cast("t.Any", scene.ssm).list_commands = changed


@pytest.mark.parametrize(("on_interrupt", "cancels"), [("cancel", 2), ("leave", 0)])
def test_attaching_is_stopped_while_it_looks_for_its_commands(on_interrupt: str, cancels: int) -> None:
    scene = Scene(3)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=1000.0))
    first, second = sent_before(scene, 2)
    unlisted(scene, first)
    stopped_at(scene, 20.0)
    with pytest.raises(Stopped):
        command_run(scene, on_interrupt=on_interrupt).attach((first, second))
    assert scene.ssm.calls["CancelCommand"] == cancels
    (told,) = scene.observer.warnings
    assert first in told
    assert second in told


def test_attaching_without_waiting_never_cancels() -> None:
    scene = Scene(3)
    (first,) = sent_before(scene)
    unlisted(scene, first)
    stopped_at(scene, 20.0)
    with pytest.raises(Stopped):
        command_run(scene, wait=False).attach((first,))
    assert scene.ssm.calls["CancelCommand"] == 0
    assert scene.observer.warnings == [f"interrupted: the commands continue, attach with command_ids: [{first}]."]


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize(("on_timeout", "cancels"), [("cancel", 2), ("leave", 0)])
def test_the_end_of_the_wait_is_kept_while_commands_are_looked_up(on_timeout: str, cancels: int, failing: bool) -> None:
    scene = Scene(3, seconds=10.0)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=1000.0))
    first, second = sent_before(scene, 2)
    unlisted(scene, second)
    if failing:
        scene.ssm.before["ListCommands"] = [None, *[client_error("ThrottlingException", "ListCommands")] * 10_000]
    result = command_run(scene, on_timeout=on_timeout).attach((first, second))
    assert scene.clock.now < 35.0
    assert scene.ssm.calls["CancelCommand"] == cancels
    assert result["failed"]
    assert result["msg"].startswith("The command had not ended after wait_timeout.")
    assert second in result["msg"]
    assert result["command_ids"] == [first]


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_known_of_other_commands_is_told_where_one_is_not_listed(order: int) -> None:
    scene = Scene(3)
    scene.ssm.nodes[scene.ids[0]] = Node(status="Failed", details="Failed", rc=3)
    (first,) = sent_before(scene)
    scene.clock.now = 50.0
    result = command_run(scene).attach((first, SECOND)[::order])
    assert (result["failed"], result["changed"]) == (True, False)
    assert result["msg"] == (
        f"AWS has not listed the command {SECOND} for 60 seconds: it was sent in another account or region, or more "
        "than 30 days ago"
    )
    assert result["failed_instance_ids"] == [scene.ids[0]]
    assert result["summary"]["total"] == 3
    assert scene.clock.now < 115.0
    assert scene.ssm.calls["CancelCommand"] == 0


def test_commands_are_told_in_the_order_in_which_they_were_named() -> None:
    scene = Scene(3)
    first, second = sent_before(scene, 2)
    unlisted(scene, first, until=7.0)
    assert command_run(scene).attach((first, second))["command_ids"] == [first, second]


def test_commands_that_are_listed_are_waited_for_though_one_is_not() -> None:
    scene = Scene(500)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=300.0))
    unlisted(scene, SECOND, since=5.0)
    wanted = scene.by_ids(max_errors="100%", max_concurrency="100%")
    result = command_run(scene).send(wanted, no_hint)
    assert result["summary"] == {**result["summary"], "success": 450, "pending": 50}
    assert scene.ssm.calls["CancelCommand"] == 1
    assert result["failed"]
    assert result["msg"] == (
        f"AWS has not listed the command {SECOND} for 60 seconds: the endpoint has lost it, or answers for another "
        f"account or region. Cancellation was requested, and these have not ended yet: command_ids: [{SECOND}]."
    )
    assert [SECOND in warning for warning in scene.observer.warnings] == [True]


def test_a_command_that_is_listed_again_is_waited_for() -> None:
    scene = Scene(100)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=300.0))
    unlisted(scene, SECOND, since=5.0, until=100.0)
    result = command_run(scene).send(scene.by_ids(max_errors="100%", max_concurrency="100%"), no_hint)
    assert result["summary"]["success"] == 100
    assert not result["failed"]


def test_nothing_more_is_sent_while_a_command_is_not_listed() -> None:
    scene = Scene(150)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=20.0)) | dict.fromkeys(scene.ids[100:], Node())
    scene.ssm.nodes |= dict.fromkeys(scene.ids[50:75], Node(seconds=200.0))
    unlisted(scene, FIRST, since=1.0)
    command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert len(scene.ssm.commands) == 1


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (False, "Cancellation was requested, and these have not ended yet: command_ids: ["),
        (True, "Cancellation was refused, and these continue: command_ids: ["),
    ],
)
def test_the_message_says_what_became_of_a_command_that_vanished(refused: bool, said: str) -> None:
    scene = Scene(2)
    unlisted(scene, FIRST, since=2.0)
    if refused:
        scene.ssm.before["CancelCommand"] = [client_error("InvalidCommandId", "CancelCommand")]
    result = command_run(scene).send(scene.by_tag(), no_hint)
    assert result["msg"].endswith(f"account or region. {said}{FIRST}].")


def test_sentences_that_follow_an_error_begin_after_a_full_stop() -> None:
    scene = Scene(60)
    scene.ssm.before["SendCommand"] = [None, client_error("InvalidDocument")]
    result = command_run(scene).send(scene.by_ids(max_concurrency="100%", max_errors="100%"), no_hint)
    assert "SendCommand operation. The commands already sent continue" in result["msg"]
    assert result["msg"].endswith("]. 10 nodes were not sent to.")


def test_what_was_not_cancelled_is_not_said_to_be() -> None:
    scene = Scene(60, seconds=10.0)
    result = command_run(scene).send(scene.by_ids(max_concurrency="1"), no_hint)
    assert result["summary"] == {**result["summary"], "success": 50, "unsent": 10}
    assert scene.ssm.calls["CancelCommand"] == 0
    assert result["msg"].startswith("Not all nodes were sent to within wait_timeout. 50 of 60 nodes succeeded (50 ")
    assert "cancelled" not in result["msg"]


def test_a_wait_that_the_user_did_not_limit_is_not_said_to_be() -> None:
    scene = Scene(3, wait_seconds=lambda _command: 30.0)
    scene.ssm.nodes = dict.fromkeys(scene.ids, SLOW)
    result = command_run(scene).send(scene.by_tag(), no_hint)
    said = "The command had not ended when the time was over that AWS gives it. 0 of 3 nodes succeeded (3 cancelled)."
    assert result["msg"].startswith(said)


def sent_again(*, listed_from: float, seconds: float = 10_000.0) -> Scene:
    """A lost answer, after which the request is sent again: AWS lists the first command late."""
    scene = Scene(3, seconds=seconds, resend=True)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=1000.0))
    scene.ssm.after["SendCommand"] = [exceptions.ConnectionClosedError(endpoint_url="x")]
    unlisted(scene, FIRST, until=listed_from)
    return scene


def token_of(scene: Scene) -> str:
    return str(scene.ssm.commands[FIRST].request["Comment"].rsplit(" ", 1)[-1])


@pytest.mark.parametrize("on_interrupt", ["cancel", "leave"])
def test_a_stop_takes_in_both_commands_of_a_request_that_was_sent_again(on_interrupt: str) -> None:
    scene = sent_again(listed_from=80.0)
    stopped_at(scene, 120.0)
    with pytest.raises(Stopped):
        command_run(scene, on_interrupt=on_interrupt).send(scene.by_tag(), no_hint)
    (told,) = scene.observer.warnings
    assert FIRST in told
    assert SECOND in told
    ended = on_interrupt == "cancel"
    assert [bool(command.cancelled) for command in scene.ssm.commands.values()] == [ended, ended]


def test_a_stop_names_the_token_of_a_request_that_was_sent_again_where_listing_is_denied() -> None:
    scene = sent_again(listed_from=80.0)
    stopped_at(scene, 120.0)
    real = scene.ssm.list_commands
    t.cast("t.Any", scene.ssm).list_commands = lambda **request: (
        real(**request) if scene.clock.now < 119.0 or "CommandId" in request else denied()
    )
    with pytest.raises(Stopped):
        command_run(scene).send(scene.by_tag(), no_hint)
    assert f"look for {token_of(scene)} in the comments" in scene.observer.warnings[-1]
    assert scene.ssm.commands[SECOND].cancelled


def denied() -> t.NoReturn:
    raise client_error("AccessDeniedException", "ListCommands")


def test_an_error_names_the_token_of_a_request_that_was_sent_again() -> None:
    scene = sent_again(listed_from=80.0)
    real = scene.ssm.list_commands
    t.cast("t.Any", scene.ssm).list_commands = lambda **request: (
        real(**request) if scene.clock.now < 119.0 else denied()
    )
    result = command_run(scene).send(scene.by_tag(), no_hint)
    assert result["failed"]
    assert f"look for {token_of(scene)} in the comments of the commands" in scene.observer.warnings[-1]


def test_a_stop_that_does_not_end_names_what_was_sent_again() -> None:
    scene = sent_again(listed_from=1e9)
    run = command_run(scene)
    stopped_at(scene, 120.0)
    with pytest.raises(Stopped):
        run.send(scene.by_tag(), no_hint)
    assert token_of(scene) in run._left()


def test_a_stop_while_it_looks_for_a_second_command_cancels_it() -> None:
    scene = sent_again(listed_from=80.0)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=20.0))
    scene.ssm.before["CancelCommand"] = [t.cast("t.Any", Stopped("interrupted"))]
    unended(scene, FIRST)
    with pytest.raises(Stopped):
        command_run(scene).send(scene.by_tag(), no_hint)
    assert FIRST in scene.observer.warnings[-1]
    assert scene.ssm.calls["CancelCommand"] == 2


def unended(scene: Scene, command_id: str) -> None:
    """A command that AWS says runs."""

    def changed(commands: list[Json]) -> list[Json]:
        return [
            {**one, "Status": "InProgress", "StatusDetails": "InProgress"} if one["CommandId"] == command_id else one
            for one in commands
        ]

    listing(scene, changed)


@pytest.mark.parametrize("details", ["AccessDenied", "Undeliverable", "InvalidPlatform"])
def test_nodes_that_did_not_end_well_bring_no_others(details: str) -> None:
    scene = Scene(500)
    refused = Node(seconds=1.0, status="Failed", details=details, rc=-1, stdout="")
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(status="Failed", details="Failed", rc=1, seconds=5.0))
    scene.ssm.nodes |= dict.fromkeys(scene.ids[:49], refused) | {scene.ids[49]: Node(seconds=500.0)}
    command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    assert [command.sent_at >= 500.0 for command in scene.ssm.commands.values()] == [False, True]
    assert scene.ssm.calls["ListCommandInvocations"] <= 4


def test_nodes_that_ended_well_bring_as_many_others_before_their_command_ends() -> None:
    scene = Scene(500)
    scene.ssm.nodes[scene.ids[49]] = Node(seconds=500.0)
    scene.ssm.before["ListCommandInvocations"] = [client_error("ThrottlingException", "ListCommandInvocations")]
    command_run(scene).send(scene.by_ids(max_concurrency="100%"), no_hint)
    sent_at = [command.sent_at for command in scene.ssm.commands.values()]
    assert len(sent_at) == 10
    assert 10.0 <= sent_at[1] < 20.0


@pytest.mark.parametrize("by", ["tag", "ids"])
def test_why_aws_ended_a_command_before_it_reached_a_node_is_said(by: str) -> None:
    scene = Scene(3)
    wanted = scene.by_tag() if by == "tag" else scene.by_ids()
    ended = {"Status": "Failed", "StatusDetails": "RateExceeded", "CompletedCount": 0, "ErrorCount": 0}
    listing(scene, lambda commands: [{**command, **ended} for command in commands])
    t.cast("t.Any", scene.ssm).list_command_invocations = lambda **_request: {"CommandInvocations": []}
    result = command_run(scene).send(wanted, no_hint)
    assert result["failed"]
    assert result["summary"] == {**result["summary"], "unlisted": 3, "total": 3}
    assert f"AWS ended the command {FIRST} with RateExceeded." in result["msg"]
    # There are no results that could lag behind.
    assert scene.clock.now < 5.0


def with_results(scene: Scene, failing: str) -> None:
    """The nodes of one command fail at once, those of the others run."""
    real = scene.ssm._has_answered, scene.ssm._invocation
    fake = t.cast("t.Any", scene.ssm)
    failed = {"Status": "Failed", "StatusDetails": "Failed"}
    fake._has_answered = lambda command, node: command.command_id == failing or real[0](command, node)
    fake._invocation = lambda command, node: {
        **real[1](command, node),
        **(failed if command.command_id == failing else {}),
    }


@pytest.mark.parametrize(("fail_on", "failed"), [("any", True), ("command", True), ("never", False)])
def test_what_has_failed_is_told_before_the_other_commands_end(fail_on: str, failed: bool) -> None:
    scene = Scene(3)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=1000.0))
    commands = sent_before(scene, 2)
    with_results(scene, FIRST)
    wait = dataclasses.replace(WAIT, wait=False)
    result = CommandRun(scene.stations, lambda: None, wait, Telling(fail_on, {})).attach(commands)
    assert (result["failed"], result["changed"]) == (failed, False)
    assert result["msg"] == "3 of 3 listed nodes ended so far, of which 3 did not succeed; the commands continue."


def test_nodes_that_have_failed_are_counted_while_their_command_runs() -> None:
    scene = Scene(3)
    scene.ssm.nodes = dict.fromkeys(scene.ids, Node(seconds=1000.0))
    scene.ssm.nodes[scene.ids[0]] = Node(seconds=0.0, status="Failed", details="Failed", rc=1)
    result = command_run(scene, wait=False).attach(sent_before(scene))
    assert result["msg"] == "1 of 3 listed nodes ended so far, of which 1 did not succeed; the commands continue."
    assert not result["failed"]
