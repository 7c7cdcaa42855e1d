# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run remembers of the requests with a client token."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib

from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import SentRequest
from ansible_collections.ssmops.run_command.plugins.plugin_utils.sent_requests import SentRequests

MOMENT = datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
FIRST = SentRequest("ssmops-0000000000000001", MOMENT, ("i-1", "i-2"))
SECOND = SentRequest("ssmops-0000000000000002", MOMENT)


def test_another_task_reads_what_was_noted_last_of_each_request(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "client_token"
    noting = SentRequests(path)
    assert noting.requests() == []
    answered = dataclasses.replace(FIRST, command_id="00000000-0000-4000-8000-000000000000")
    for request in (FIRST, answered, SECOND):
        noting.note(request)
    assert SentRequests(path).requests() == [answered, SECOND]
    assert (noting.may_have_sent, SentRequests(path).may_have_sent) == (True, False)
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_refused_is_not_remembered(tmp_path: pathlib.Path) -> None:
    noting = SentRequests(tmp_path / "client_token")
    for request in (FIRST, dataclasses.replace(FIRST, is_refused=True)):
        noting.note(request)
    assert noting.requests() == []
    assert not noting.may_have_sent


def test_a_line_that_was_not_written_whole_does_not_spoil_the_next_one(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "client_token"
    SentRequests(path).note(FIRST)
    path.write_text(path.read_text()[:-9])
    SentRequests(path).note(SECOND)
    assert SentRequests(path).requests() == [SECOND]


def test_without_a_client_token_only_the_task_itself_remembers() -> None:
    noting = SentRequests(None)
    noting.note(FIRST)
    assert noting.requests() == []
    assert noting.may_have_sent
