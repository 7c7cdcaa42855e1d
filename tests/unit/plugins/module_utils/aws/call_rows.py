# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Functions of one AWS call as rows: what each sends and what it makes of the answer."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.writes import recorded_writes

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient


class Row(t.NamedTuple):
    """A function with its arguments after the client; what it sends, the answers of AWS (pages), and what it gives.

    :param missing: the error code that says that it is not there, and what the function gives then.
    """

    function: t.Callable[..., object]
    arguments: tuple[t.Any, ...]
    operation: str
    sent: dict[str, t.Any]
    answers: tuple[dict[str, t.Any], ...] = ({},)
    given: object = None
    missing: tuple[str, object] | None = None
    keywords: t.Mapping[str, t.Any] = {}


def assert_sends_and_gives(stubbed: StubbedClient, row: Row) -> None:
    """It sends exactly this, page by page, and gives what is said."""
    token: dict[str, t.Any] = {}
    for answer in row.answers:
        stubbed.stub.add_response(row.operation, answer, {**row.sent, **token})
        # Answers and requests of the services have the token under the same name.
        token = {name: value for name, value in answer.items() if name.lower() == "nexttoken"}
    # What it changed can be told.
    with recorded_writes() as writes:
        assert row.function(stubbed.client, *row.arguments, **row.keywords) == row.given
    assert [write for write in writes if not re.fullmatch(r"[a-z]+(ed|t) [a-zA-Z ]+ \S.*", write)] == []


def assert_tells_errors(stubbed: StubbedClient, row: Row) -> None:
    """What is missing is no error where it need not be, and any other refusal is one sentence."""
    if row.missing is not None:
        code, given = row.missing
        stubbed.stub.add_client_error(row.operation, code)
        assert row.function(stubbed.client, *row.arguments, **row.keywords) is given
    stubbed.stub.add_client_error(row.operation, "AccessDeniedException", "no")
    with pytest.raises(AnsibleAWSError, match=r"^Failed to [a-zA-Z ]+: .*AccessDeniedException"):
        row.function(stubbed.client, *row.arguments, **row.keywords)


class RowTests:
    """The tests of the rows of a module: its C(ROWS), by conftest.py."""

    def test_what_is_sent_and_given(self, stubbed: StubbedClient, row: Row) -> None:
        assert_sends_and_gives(stubbed, row)

    def test_errors(self, stubbed: StubbedClient, row: Row) -> None:
        assert_tells_errors(stubbed, row)
