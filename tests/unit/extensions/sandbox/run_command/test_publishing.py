# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a script's output is sent to a log stream, and when."""

from __future__ import annotations

import threading
import typing as t

from local_aws.run_command.publishing import Publisher

from .records import command, invocation, node, step

if t.TYPE_CHECKING:
    from local_aws.run_command.model import Invocation

MAY_LOG = '{"Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}'


class Logs:
    """A log group whose streams take everything."""

    account_id = "123456789012"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.messages: list[str] = []

    def log_group_exists(self, _region: str, _group: str) -> bool:
        return True

    def log_stream_exists(self, _region: str, _group: str, _stream: str) -> bool:
        return True

    def put_log_messages(self, _region: str, _group: str, _stream: str, messages: list[str]) -> None:
        self.messages += messages


def _logged() -> Invocation:
    sent = command()
    sent.request = {**sent.request, "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True}}
    made = invocation(sent, "InProgress")
    made.node = node(role_name="node", role_policies=(MAY_LOG,))
    return made


def test_whole_lines_are_sent_once_and_the_rest_at_the_end() -> None:
    logs, one = Logs(), _logged()
    publisher = Publisher(t.cast("t.Any", logs))
    for seen in (b"one\ntw", b"one\ntwo\nth"):
        publisher.follow(one, step(), "stdout", seen)
    assert publisher.finish(one, step(), "stdout", b"one\ntwo\nthree")
    assert publisher.retry(one, step(), "stdout", b"one\ntwo\nthree")
    assert logs.messages == ["one\n", "two\n", "three"]


def test_nothing_is_kept_of_a_step_that_ended() -> None:
    logs, one = Logs(), _logged()
    publisher = Publisher(t.cast("t.Any", logs))
    for stream in ("stdout", "stderr"):
        publisher.finish(one, step(), stream, b"text")
    publisher.forget(one, step())
    for stream in ("stdout", "stderr"):
        publisher.finish(one, step(), stream, b"text")
    assert logs.messages == ["text"] * 4
