# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many instances at once: what happens to one is not the others' business."""

from __future__ import annotations

import datetime
import threading
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations import DesiredState
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.associations_calls import (
    WORKERS,
    ensure_associations,
    find_profile,
    preview,
)
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.support.service_models import FakeClient

from ..commands.fake_ssm import Clock

if t.TYPE_CHECKING:
    from collections.abc import Callable

WEB = DesiredState("web", "AIPAWEB")
PROFILE = {
    "Path": "/",
    "InstanceProfileName": "web",
    "InstanceProfileId": "AIPA0123456789ABCDEF",
    "Arn": "arn:aws:iam::123456789012:instance-profile/web",
    "CreateDate": datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC),
    "Roles": [],
}


class FakeEC2(FakeClient, service="ec2"):
    """EC2's associations; `misbehave` may raise for an instance before it is associated."""

    def __init__(self, misbehave: Callable[[str], None] = lambda _instance: None) -> None:
        self.associations: dict[str, dict[str, t.Any]] = {}
        self.readings: list[int] = []
        self._misbehave = misbehave
        self._lock = threading.Lock()

    def describe_iam_instance_profile_associations(self, **request: t.Any) -> dict[str, t.Any]:
        wanted = {item["Name"]: item["Values"] for item in request["Filters"]}
        self.readings.append(len(wanted["instance-id"]))
        with self._lock:
            found = [
                dict(item)
                for item in self.associations.values()
                if item["InstanceId"] in wanted["instance-id"] and item["State"] in wanted["state"]
            ]
            for item in self.associations.values():
                item["State"] = {"disassociating": "disassociated"}.get(item["State"], "associated")
        return {"IamInstanceProfileAssociations": found}

    def associate_iam_instance_profile(self, **request: t.Any) -> dict[str, t.Any]:
        instance_id = request["InstanceId"]
        self._misbehave(instance_id)
        with self._lock:
            association = {
                "AssociationId": f"iip-assoc-{instance_id}",
                "InstanceId": instance_id,
                "IamInstanceProfile": {
                    "Arn": f"arn:aws:iam::123456789012:instance-profile/{request['IamInstanceProfile']['Name']}",
                    "Id": "AIPAWEB",
                },
                "State": "associating",
            }
            self.associations[instance_id] = association
            return {"IamInstanceProfileAssociation": dict(association)}

    def replace_iam_instance_profile_association(self, **request: t.Any) -> dict[str, t.Any]:
        (gone,) = [key for key, item in self.associations.items() if item["AssociationId"] == request["AssociationId"]]
        return self.associate_iam_instance_profile(InstanceId=gone, IamInstanceProfile=request["IamInstanceProfile"])

    def disassociate_iam_instance_profile(self, **request: t.Any) -> dict[str, t.Any]:
        with self._lock:
            ids_of = {item["AssociationId"]: item for item in self.associations.values()}
            ids_of[request["AssociationId"]]["State"] = "disassociating"
        return {}


def client(fake: FakeEC2) -> t.Any:
    return fake


def ids(count: int) -> list[str]:
    return [f"i-{number:017x}" for number in range(count)]


def error(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "AssociateIamInstanceProfile")


def test_associations_that_have_ended_are_not_read() -> None:
    fake = FakeEC2()
    for number, state in enumerate(["associating", "associated", "disassociating", "disassociated"]):
        fake.associate_iam_instance_profile(InstanceId=ids(4)[number], IamInstanceProfile={"Name": "web"})
        fake.associations[ids(4)[number]]["State"] = state
    before = [item.before for item in preview(client(fake), ids(4), WEB)]
    assert before == ["web", "web", "", ""]


@pytest.mark.parametrize(
    ("has", "state", "desired", "outcome", "before", "after"),
    [
        (None, "", WEB, "associated", "", ("web", "associating")),
        ("web", "associating", WEB, "unchanged", "web", ("web", "associating")),
        ("web", "associated", WEB, "unchanged", "web", ("web", "associated")),
        ("old", "associated", DesiredState("web", "AIPAWEB", "replace"), "replaced", "old", ("web", "associating")),
        ("old", "associated", DesiredState("web", "AIPAWEB", "keep"), "kept", "old", ("old", "associated")),
        ("old", "associated", WEB, "failed", "old", ("old", "associated")),
        ("old", "associated", DesiredState(None, absent=True), "disassociated", "old", ("", "")),
        ("old", "disassociating", DesiredState(None, absent=True), "unchanged", "", ("", "")),
        ("old", "disassociating", WEB, "failed", "", ("", "")),
    ],
)
def test_without_waiting_what_was_begun_is_told(
    has: str | None, state: str, desired: DesiredState, outcome: str, before: str, after: tuple[str, str]
) -> None:
    fake = FakeEC2()
    if has:
        fake.associate_iam_instance_profile(InstanceId=ids(1)[0], IamInstanceProfile={"Name": has})
        fake.associations[ids(1)[0]]["State"] = state
    clock = Clock()
    (result,) = ensure_associations(client(fake), ids(1), desired, clock.deadline(60), wait=False)
    assert (result.outcome, result.before) == (outcome, before)
    assert (result.after, result.state) == after
    assert clock.now == 0


class StoppedEC2(FakeEC2):
    """EC2 with stopped instances, whose associations it does not replace."""

    def replace_iam_instance_profile_association(self, **_request: t.Any) -> dict[str, t.Any]:
        raise error("IncorrectState", "The instance is stopped")


def stopped_with_another() -> FakeEC2:
    fake = StoppedEC2()
    fake.associate_iam_instance_profile(InstanceId=ids(1)[0], IamInstanceProfile={"Name": "old"})
    fake.associations[ids(1)[0]]["State"] = "associated"
    return fake


def test_the_profile_of_a_stopped_instance_goes_before_the_new_one_comes() -> None:
    fake = stopped_with_another()
    replace = DesiredState("web", "AIPAWEB", "replace")
    (result,) = ensure_associations(client(fake), ids(1), replace, Clock().deadline(60), wait=True)
    assert (result.outcome, result.before, result.after, result.state) == ("replaced", "old", "web", "associated")


def test_without_waiting_a_stopped_instance_keeps_its_profile() -> None:
    fake = stopped_with_another()
    replace = DesiredState("web", "AIPAWEB", "replace")
    (result,) = ensure_associations(client(fake), ids(1), replace, Clock().deadline(60), wait=False)
    assert (result.outcome, result.after) == ("failed", "old")
    assert "IncorrectState" in result.msg
    assert "set wait" in result.msg


@pytest.mark.parametrize(
    "message",
    [
        "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        "IAM Instance Profile web has no associated IAM Roles",
    ],
)
def test_a_profile_that_ec2_does_not_see_whole_yet_is_waited_for(message: str) -> None:
    errors = [error("InvalidParameterValue", message)]

    def misbehave(_instance: str) -> None:
        if errors:
            raise errors.pop()

    (result,) = ensure_associations(client(FakeEC2(misbehave)), ids(1), WEB, Clock().deadline(60), wait=True)
    assert (result.outcome, result.state, result.msg) == ("associated", "associated", "")


@pytest.mark.parametrize("code", ["IncorrectInstanceState", "IncorrectState", "InvalidAssociationID.NotFound"])
def test_what_passes_by_itself_is_tried_again(code: str) -> None:
    errors = [error(code), error(code)]

    def misbehave(_instance: str) -> None:
        if errors:
            raise errors.pop()

    clock = Clock()
    (result,) = ensure_associations(client(FakeEC2(misbehave)), ids(1), WEB, clock.deadline(60), wait=True)
    assert (result.outcome, result.state, result.msg) == ("associated", "associated", "")
    assert clock.now == 8.0


def test_what_passes_by_itself_is_told_without_waiting() -> None:
    def misbehave(_instance: str) -> None:
        raise error("IncorrectState", "starting")

    (result,) = ensure_associations(client(FakeEC2(misbehave)), ids(1), WEB, Clock().deadline(60), wait=False)
    assert result.outcome == "failed"
    assert result.msg.endswith("; set wait to wait for it")


def test_instances_are_acted_on_concurrently() -> None:
    together = threading.Barrier(WORKERS)
    fake = FakeEC2(lambda _instance: t.cast("None", together.wait(timeout=30)))
    results = ensure_associations(client(fake), ids(WORKERS * 2), WEB, Clock().deadline(60), wait=True)
    assert [(item.outcome, item.state) for item in results] == [("associated", "associated")] * WORKERS * 2
    assert [item.instance_id for item in results] == ids(WORKERS * 2)


def test_hundreds_are_read_two_hundred_at_a_time_and_only_while_they_are_open() -> None:
    fake = FakeEC2()
    clock = Clock()
    results = ensure_associations(client(fake), ids(450), WEB, clock.deadline(60), wait=True)
    assert {item.outcome for item in results} == {"associated"}
    # The second reading still shows the first two hundred associating.
    assert fake.readings == [200, 200, 50, 200, 200, 50, 200]
    assert clock.now == 4.0


def test_what_goes_wrong_is_told_of_its_instance_only() -> None:
    def misbehave(instance: str) -> None:
        if instance.endswith("1"):
            raise error("UnauthorizedOperation", "iam:PassRole")
        if instance.endswith("2"):
            raise EndpointConnectionError(endpoint_url="https://ec2.example")

    results = ensure_associations(client(FakeEC2(misbehave)), ids(4), WEB, Clock().deadline(60), wait=True)
    assert [item.outcome for item in results] == ["associated", "failed", "failed", "associated"]
    assert "iam:PassRole" in results[1].msg
    assert "ec2.example" in results[2].msg


def test_a_passing_error_ends_with_the_deadline() -> None:
    def misbehave(instance: str) -> None:
        if instance.endswith("1"):
            raise error("InvalidParameterValue", "Value (web) is invalid. Invalid IAM Instance Profile name")

    clock = Clock()
    results = ensure_associations(client(FakeEC2(misbehave)), ids(2), WEB, clock.deadline(9), wait=True)
    assert [item.outcome for item in results] == ["associated", "failed"]
    assert results[1].msg.endswith("; waited 9 seconds")
    assert clock.now == 9.0


def test_a_reading_that_fails_later_ends_those_that_are_open() -> None:
    class Breaking(FakeEC2):
        def describe_iam_instance_profile_associations(self, **request: t.Any) -> dict[str, t.Any]:
            if self.readings:
                raise error("UnauthorizedOperation", "expired")
            return super().describe_iam_instance_profile_associations(**request)

    results = ensure_associations(client(Breaking()), ids(2), WEB, Clock().deadline(60), wait=True)
    assert [item.outcome for item in results] == ["failed", "failed"]
    assert "expired" in results[0].msg


def test_preview_changes_nothing() -> None:
    fake = FakeEC2()
    results = preview(client(fake), ids(3), WEB)
    assert {item.outcome for item in results} == {"associated"}
    assert fake.associations == {}


def test_a_profile_that_iam_does_not_see_yet_is_waited_for() -> None:
    class FakeIAM(FakeClient, service="iam"):
        def __init__(self, misses: int) -> None:
            self.misses = misses

        def get_instance_profile(self, **_request: t.Any) -> dict[str, t.Any]:
            self.misses -= 1
            if self.misses >= 0:
                raise error("NoSuchEntity")
            return {"InstanceProfile": PROFILE}

    clock = Clock()
    found = find_profile(t.cast("t.Any", FakeIAM(2)), "web", clock.deadline(10))
    assert found is not None
    assert found["InstanceProfileName"] == "web"
    assert clock.now == 4.0
    assert find_profile(t.cast("t.Any", FakeIAM(99)), "web", clock.deadline(10)) is None
    assert clock.now == 14.0
