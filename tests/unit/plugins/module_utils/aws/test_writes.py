# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes are told in the order in which AWS accepted them, and reads are not."""

from __future__ import annotations

import concurrent.futures
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import calls, events
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.writes import in_past, recorded_writes

from tests.support.service_models import FakeClient

from ..commands.fake_ssm import client_error

CLIENT: t.Final = object()


@calls.aws_write("create the thing", subject="{name} of {Owner}")
def create(client: object, name: str, **request: str) -> str:
    """Creates."""
    return name


@calls.aws_write("tag the thing")
def tag(client: object, name: str, error: Exception | None = None) -> None:
    """Tags, or fails."""
    if error:
        raise error


@calls.aws_deletion("delete the thing", missing=["NoSuchThing"])
def delete(client: object, name: str, error: Exception | None = None) -> None:
    """Deletes, or fails."""
    if error:
        raise error


@calls.aws_call("read the thing")
def read(client: object) -> None:
    """Reads."""


def test_what_was_accepted_is_told_in_order() -> None:
    with recorded_writes() as writes:
        assert create(CLIENT, "a", Owner="ann") == "a"
        read(CLIENT)
        tag(CLIENT, name="b")
        assert not delete(CLIENT, "c", client_error("NoSuchThing"))
        with pytest.raises(AnsibleAWSError):
            tag(CLIENT, "d", client_error("AccessDenied"))
        assert delete(CLIENT, "e")
    assert writes == ["created the thing a of ann", "tagged the thing b", "deleted the thing e"]
    tag(CLIENT, "outside")
    assert len(writes) == 3


def test_the_writes_of_threads_are_told() -> None:
    with recorded_writes() as writes, concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: tag(CLIENT, name), "abcd"))
    assert sorted(writes) == [f"tagged the thing {name}" for name in "abcd"]


@pytest.mark.parametrize(("failed", "told"), [(0, 1), (1, 1), (2, 0)])
def test_targets_that_are_all_rejected_are_no_write(failed: int, told: int) -> None:
    class Events(FakeClient, service="events"):
        """A client whose calls succeed with failed entries."""

        def put_targets(self, **_request: t.Any) -> dict[str, t.Any]:
            return {"FailedEntryCount": failed, "FailedEntries": [{}] * failed}

        def remove_targets(self, **_request: t.Any) -> dict[str, t.Any]:
            return {"FailedEntryCount": failed, "FailedEntries": [{}] * failed}

    client: t.Any = Events()
    targets = [{"Id": name, "Arn": f"arn:aws:sqs:us-east-1:111122223333:{name}"} for name in "ab"]
    for call, given in ((events.put_targets, targets), (events.remove_targets, ["a", "b"])):
        with recorded_writes() as writes:
            t.cast("t.Any", call)(client, "rule", "default", given)
        assert len(writes) == told


@pytest.mark.parametrize(
    ("present", "past"),
    [
        ("create the role", "created the role"),
        ("attach the policy", "attached the policy"),
        ("put the rule", "put the rule"),
        ("untag the rule", "untagged the rule"),
        ("subscribe to the topic", "subscribed to the topic"),
        ("cancel the command", "cancelled the command"),
    ],
)
def test_a_write_in_the_past(present: str, past: str) -> None:
    assert in_past(present) == past
