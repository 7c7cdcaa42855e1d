# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A command is sent exactly once, whatever becomes of the answer."""

from __future__ import annotations

import contextlib
import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.comments import new_tokens
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    LostResponseError,
    SendError,
    SentRequest,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import Dispatcher
from botocore import exceptions, parsers

from .fake_ssm import SHELL, client_error

if t.TYPE_CHECKING:
    from .conftest import Scene

URL = {"endpoint_url": "http://127.0.0.1"}
CLOSED = exceptions.ConnectionClosedError(**URL)
LATE = exceptions.ReadTimeoutError(**URL)
PROXY = exceptions.ProxyConnectionError(proxy_url="http://127.0.0.1")
CUT = parsers.ResponseParserError("cut")


def send(scene: Scene, document: str = "AWS-RunShellScript") -> t.Any:
    token = next(new_tokens())
    request = {"DocumentName": document, "InstanceIds": scene.ids, "Comment": f"why {token}"}
    return scene.dispatcher.send(request, token)


@pytest.mark.parametrize(
    "error", [CLOSED, LATE, CUT, client_error("InternalServerError", status=500), KeyError("Command")]
)
def test_a_lost_answer_is_looked_up_and_not_sent_again(scene_of: type[Scene], error: Exception) -> None:
    scene = scene_of(3)
    scene.ssm.after["SendCommand"] = [error]
    command = send(scene)
    assert command["CommandId"] in scene.ssm.commands
    assert scene.ssm.calls["SendCommand"] == 1
    assert set(scene.ssm.executions.values()) == {1}


@pytest.mark.parametrize("document", ["AWS-RunShellScript", "arn:aws:ssm:us-east-1:123456789012:document/Shared"])
def test_the_command_is_looked_up_among_others(scene_of: type[Scene], document: str) -> None:
    scene = scene_of(3)
    scene.ssm.documents["Shared"] = SHELL
    scene.ssm.epoch -= datetime.timedelta(hours=1)
    ours = send(scene, document)["CommandId"]
    scene.clock.now = 3_600.0
    scene.ssm.after["SendCommand"] = [CLOSED]
    found = send(scene, document)["CommandId"]
    assert list(scene.ssm.commands) == [ours, found]
    assert scene.ssm.calls == {"SendCommand": 2, "ListCommands": 1}


def test_commands_of_other_documents_are_not_read(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.ssm.documents["Other"] = SHELL
    real = scene.ssm.list_commands

    def after_others(**request: t.Any) -> t.Any:
        if not scene.ssm.calls["ListCommands"]:
            for _number in range(120):
                scene.ssm.send_command(DocumentName="Other", InstanceIds=scene.ids)
        return real(**request)

    t.cast("t.Any", scene.ssm).list_commands = after_others
    scene.ssm.after["SendCommand"] = [CLOSED]
    assert send(scene)["DocumentName"] == "AWS-RunShellScript"
    assert scene.ssm.calls["ListCommands"] == 1


@pytest.mark.parametrize("error", [CLOSED, client_error("InternalServerError", status=500)])
def test_what_aws_does_not_list_is_sent_again_if_the_user_allows_it(scene_of: type[Scene], error: Exception) -> None:
    scene = scene_of(3, resend=True)
    scene.ssm.before["SendCommand"] = [error]
    send(scene)
    assert scene.ssm.calls["SendCommand"] == 2
    assert set(scene.ssm.executions.values()) == {1}


@pytest.mark.parametrize("resend", [False, True])
@pytest.mark.parametrize("error", [LATE, CUT, KeyError("Command")])
def test_what_may_still_arrive_is_never_sent_again(scene_of: type[Scene], error: Exception, resend: bool) -> None:
    scene = scene_of(3, resend=resend)
    scene.ssm.before["SendCommand"] = [error]
    with pytest.raises(LostResponseError, match=r"60 seconds; it was not sent again\. It may run: look for ssmops-"):
        send(scene)
    assert scene.ssm.calls["SendCommand"] == 1


@pytest.mark.parametrize("error", [CLOSED, PROXY, client_error("InternalServerError", status=500)])
def test_after_a_broken_connection_the_default_is_not_to_send_again(scene_of: type[Scene], error: Exception) -> None:
    scene = scene_of(3)
    scene.ssm.before["SendCommand"] = [error]
    with pytest.raises(LostResponseError, match="it was not sent again"):
        send(scene)
    assert scene.ssm.calls["SendCommand"] == 1
    assert 60 <= scene.clock.now <= 65


@pytest.mark.parametrize("lag", [3.0, 14.0, 50.0])
@pytest.mark.parametrize("error", [CLOSED, PROXY, LATE])
def test_listings_that_lag_are_waited_for(scene_of: type[Scene], error: Exception, lag: float) -> None:
    scene = scene_of(3, resend=True)
    scene.ssm.after["SendCommand"] = [error]
    list_after(scene, lag)
    assert send(scene)["CommandId"] in scene.ssm.commands
    assert scene.ssm.calls["SendCommand"] == 1


def test_four_failures_are_told_as_what_they_are(scene_of: type[Scene]) -> None:
    scene = scene_of(3, resend=True)
    scene.ssm.before["SendCommand"] = [client_error("InternalServerError", status=500)] * 4
    with pytest.raises(LostResponseError, match="it was sent 4 times"):
        send(scene)
    assert scene.ssm.calls["SendCommand"] == 4


def test_a_command_that_was_sent_twice_is_found_at_the_end(scene_of: type[Scene]) -> None:
    scene = scene_of(3, resend=True)
    scene.ssm.after["SendCommand"] = [CLOSED]
    list_after(scene, 70.0)
    command = send(scene)["CommandId"]
    assert len(scene.ssm.commands) == 2
    scene.clock.now = 200.0
    (duplicate,) = scene.dispatcher.duplicates({command})
    assert duplicate["CommandId"] == next(iter(scene.ssm.commands))


def list_after(scene: Scene, lag: float) -> None:
    """AWS lists nothing for so many seconds."""
    real = scene.ssm.list_commands
    t.cast("t.Any", scene.ssm).list_commands = lambda **request: (
        real(**request) if scene.clock.now >= lag else {"Commands": []}
    )


def test_throttles_are_sent_again_without_a_look_up(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.ssm.before["SendCommand"] = [client_error("ThrottlingException")] * 5
    send(scene)
    assert scene.ssm.calls["SendCommand"] == 6
    assert scene.ssm.calls["ListCommands"] == 0
    assert set(scene.ssm.executions.values()) == {1}


def test_a_refusal_is_told_at_once(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.ssm.before["SendCommand"] = [client_error("AccessDeniedException")]
    with pytest.raises(SendError, match=r"Failed to send the command: .*AccessDeniedException"):
        send(scene)
    assert scene.ssm.calls == {"SendCommand": 1}


def test_throttles_end_with_the_deadline(scene_of: type[Scene]) -> None:
    scene = scene_of(3, seconds=60)
    scene.ssm.before["SendCommand"] = [client_error("ThrottlingException")] * 1000
    with pytest.raises(SendError, match=r"Failed to send the command: .*ThrottlingException"):
        send(scene)
    assert not scene.ssm.commands
    assert 60 <= scene.clock.now <= 63


@pytest.mark.parametrize("error", [CLOSED, LATE, client_error("InternalServerError", status=500)])
def test_a_lost_answer_that_cannot_be_looked_up_is_not_sent_again(scene_of: type[Scene], error: Exception) -> None:
    scene = scene_of(3)
    scene.ssm.after["SendCommand"] = [error]
    scene.ssm.before["ListCommands"] = [client_error("AccessDeniedException", "ListCommands")] * 50
    with pytest.raises(
        SendError, match=r"the commands cannot be listed .*AccessDenied.* look for ssmops-[0-9a-f]{16} in"
    ):
        send(scene)
    assert scene.ssm.calls["SendCommand"] == 1


def test_a_look_up_that_fails_for_a_moment_is_made_again(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.ssm.after["SendCommand"] = [CLOSED]
    scene.ssm.before["ListCommands"] = [exceptions.EndpointConnectionError(**URL), LATE]
    assert send(scene)["CommandId"] in scene.ssm.commands
    assert scene.ssm.calls == {"SendCommand": 1, "ListCommands": 3}


def test_a_command_gets_its_time_to_be_listed_beyond_the_deadline(scene_of: type[Scene]) -> None:
    scene = scene_of(3, seconds=0.1)
    scene.ssm.after["SendCommand"] = [CLOSED]
    list_after(scene, 5.0)
    assert send(scene)["CommandId"] in scene.ssm.commands
    assert scene.ssm.calls["SendCommand"] == 1


class Noted:
    """What a dispatcher has noted, in order."""

    def __init__(self, broken: bool = False) -> None:
        self.noted: list[SentRequest] = []
        self.broken = broken

    def note(self, request: SentRequest) -> None:
        if self.broken:
            raise OSError("no room")
        self.noted.append(request)

    def requests(self) -> list[SentRequest]:
        return self.noted


def dispatcher_with(scene: Scene, memory: Noted) -> Dispatcher:
    client = t.cast("t.Any", scene.ssm)
    return Dispatcher(client, scene.retrier, scene.clock.deadline(1_000), scene.lost, memory)


# What AWS answers, what it lists, and what is noted last: an answer, a refusal, that it is likely.
NOTED: list[tuple[Exception | None, bool, tuple[bool, bool, bool]]] = [
    (None, True, (True, False, False)),
    (CLOSED, True, (True, False, False)),
    (CLOSED, False, (False, False, False)),
    (LATE, False, (False, False, True)),
    (client_error("AccessDeniedException"), False, (False, True, False)),
]


@pytest.mark.parametrize(("error", "is_listed", "noted"), NOTED)
def test_what_is_noted_of_a_request(
    scene_of: type[Scene], error: Exception | None, is_listed: bool, noted: tuple[bool, bool, bool]
) -> None:
    scene, memory = scene_of(3), Noted()
    scene.dispatcher = dispatcher_with(scene, memory)
    (scene.ssm.after if is_listed else scene.ssm.before)["SendCommand"] = [error]
    with contextlib.suppress(SendError):
        send(scene)
    first, last = memory.noted
    assert first == SentRequest(last.token, last.sent_at, tuple(scene.ids))
    assert (bool(last.command_id), last.is_refused, last.is_likely_accepted) == noted


def test_a_refusal_after_a_lost_answer_proves_nothing(scene_of: type[Scene]) -> None:
    scene, memory = scene_of(3, resend=True), Noted()
    scene.dispatcher = dispatcher_with(scene, memory)
    scene.ssm.before["SendCommand"] = [CLOSED, client_error("AccessDeniedException")]
    with pytest.raises(SendError):
        send(scene)
    assert [request.is_refused for request in memory.noted] == [False]


def test_what_cannot_be_noted_is_not_sent(scene_of: type[Scene]) -> None:
    scene = scene_of(3)
    scene.dispatcher = dispatcher_with(scene, Noted(broken=True))
    with pytest.raises(SendError, match="The command was not sent, as that cannot be written down: no room"):
        send(scene)
    assert not scene.ssm.commands


@pytest.mark.parametrize("is_likely", [True, False])
def test_what_is_likely_accepted_is_not_sent_again(scene_of: type[Scene], is_likely: bool) -> None:
    scene = scene_of(3, resend=True)
    sent = SentRequest(next(new_tokens()), datetime.datetime.now(datetime.UTC), is_likely_accepted=is_likely)
    with pytest.raises(LostResponseError) if is_likely else contextlib.nullcontext():
        scene.dispatcher.check_unlisted("AWS-RunShellScript", [sent], 60)
