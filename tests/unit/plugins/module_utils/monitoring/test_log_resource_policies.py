# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statement that lets services write to log groups, in a policy that others share."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import log_resource_policies as policies
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.log_resource_policies import PolicySpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

HERE = Place("aws", "us-east-1", "123456789012")
GROUPS = "arn:aws:logs:us-east-1:123456789012:log-group:"
SERVICES = ("events.amazonaws.com", "delivery.logs.amazonaws.com")
FOREIGN = {"Sid": "Route53", "Effect": "Allow", "Principal": {"Service": "route53.amazonaws.com"}, "Action": "logs:*"}


def own(*resources: str, services: t.Sequence[str] = SERVICES) -> dict[str, t.Any]:
    return {
        "Sid": "ServicesWriteToLogGroups",
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": list(resources),
    }


def policy(*statements: t.Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "a b"}, ["name: 'a b'", "spaces"]),
        ({"name": ""}, ["name: ''"]),
        ({"services": ["events"]}, ["services: 'events'", "events.amazonaws.com"]),
        ({"log_group_names": ["a b"]}, ["log_group_names: 'a b'", "ARNs"]),
        ({"log_group_names": ["arn:aws:sqs:us-east-1:123456789012:q"]}, ["log_group_names: 'arn:aws:sqs"]),
    ],
)
def test_refuses(values: dict[str, t.Any], words: list[str]) -> None:
    with pytest.raises(RequestError) as refused:
        PolicySpec(**{"name": "logs", **values})
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("group", "place", "resource"),
    [
        ("/aws/events/x", HERE, f"{GROUPS}/aws/events/x:*"),
        ("/aws/events/*", HERE, f"{GROUPS}/aws/events/*:*"),
        (f"{GROUPS}/x", HERE, f"{GROUPS}/x:*"),
        (f"{GROUPS}/x:*", HERE, f"{GROUPS}/x:*"),
        ("/x", Place("aws-cn", "cn-north-1", "1"), "arn:aws-cn:logs:cn-north-1:1:log-group:/x:*"),
        ("/x", Place("aws-us-gov", "us-gov-west-1", "1"), "arn:aws-us-gov:logs:us-gov-west-1:1:log-group:/x:*"),
    ],
)
def test_names_the_streams_of_a_group(group: str, place: Place, resource: str) -> None:
    assert PolicySpec("logs", [group]).resources(place) == [resource]


def test_makes_a_policy() -> None:
    plan = policies.plan_present(PolicySpec("logs", ["/x", "/x", "/y"]), {}, HERE)
    assert plan.before is None
    assert plan.after == {"Version": "2012-10-17", "Statement": [own(f"{GROUPS}/x:*", f"{GROUPS}/y:*")]}


def test_merges_into_what_is_there() -> None:
    current = {"logs": policy(own(f"{GROUPS}/x:*"), FOREIGN)}
    plan = policies.plan_present(PolicySpec("logs", ["/y"]), current, HERE)
    assert plan.is_change
    assert plan.after == json.loads(policy(FOREIGN, own(f"{GROUPS}/x:*", f"{GROUPS}/y:*")))


def test_a_team_with_other_services_has_a_statement_of_its_own() -> None:
    """Before, it took events.amazonaws.com from the team whose statement it merged into."""
    ours = {"logs": policy(own(f"{GROUPS}/x:*"))}
    delivery = PolicySpec("logs", ["/y"], services=SERVICES[1:])
    theirs = own(f"{GROUPS}/y:*", services=SERVICES[1:]) | {"Sid": "ServicesWriteToLogGroupsForDeliveryLogs"}
    plan = policies.plan_present(delivery, ours, HERE)
    assert plan.after == json.loads(policy(own(f"{GROUPS}/x:*"), theirs))
    both = {"logs": json.dumps(plan.after)}
    assert not policies.plan_present(PolicySpec("logs", ["/x"], services=SERVICES[::-1]), both, HERE).is_change
    assert policies.plan_absent(delivery, both, HERE).after == json.loads(ours["logs"])
    assert policies.plan_absent(PolicySpec("logs"), both, HERE).after == json.loads(policy(theirs))


def test_the_sid_of_services_takes_letters_and_digits_only() -> None:
    services = ["vpc-lattice.amazonaws.com.cn", "es.amazonaws.com"]
    assert PolicySpec("logs", services=services).sid == "ServicesWriteToLogGroupsForEsAndVpcLattice"
    assert PolicySpec("logs", services=services[::-1]).sid == PolicySpec("logs", services=services).sid


def test_purges_groups_when_told_to() -> None:
    current = {"logs": policy(own(f"{GROUPS}/x:*"))}
    plan = policies.plan_present(PolicySpec("logs", ["/y"], purge_log_groups=True), current, HERE)
    assert plan.after == json.loads(policy(own(f"{GROUPS}/y:*")))


@pytest.mark.parametrize(
    "statement",
    [
        own(f"{GROUPS}/y:*", f"{GROUPS}/x:*"),
        own(f"{GROUPS}/x:*", f"{GROUPS}/y:*", services=SERVICES[::-1]),
        own(f"{GROUPS}/x:*", f"{GROUPS}/y:*") | {"Action": ["logs:PutLogEvents", "logs:CreateLogStream"]},
    ],
)
def test_order_is_no_change(statement: dict[str, t.Any]) -> None:
    assert not policies.plan_present(PolicySpec("logs", ["/x", "/y"]), {"logs": policy(statement)}, HERE).is_change


def test_one_resource_as_text_is_no_change() -> None:
    statement = own() | {"Resource": f"{GROUPS}/x:*"}
    assert not policies.plan_present(PolicySpec("logs", ["/x"]), {"logs": policy(statement)}, HERE).is_change


def test_an_eleventh_policy_is_refused_with_the_names_of_the_ten() -> None:
    current = {f"p{number}": policy(FOREIGN) for number in range(10)}
    with pytest.raises(RequestError, match=r"'logs' .* the 10 of a region.*p0, p1, .*p9"):
        policies.plan_present(PolicySpec("logs", ["/x"]), current, HERE)


def test_one_of_ten_is_merged_into() -> None:
    current = {f"p{number}": policy(FOREIGN) for number in range(10)}
    assert policies.plan_present(PolicySpec("p3", ["/x"]), current, HERE).is_change
    del current["p9"]
    assert policies.plan_present(PolicySpec("n" * 256, ["/x"]), current, HERE).is_change


@pytest.mark.parametrize(("missing", "is_refused"), [(0, False), (-1, True)])
def test_a_document_may_have_5120_characters(missing: int, is_refused: bool) -> None:
    def length(name: str) -> int:
        plan = policies.plan_present(PolicySpec("logs", [*groups, name]), {}, HERE)
        return len(json.dumps(plan.after, separators=(",", ":")))

    groups = [f"/{'x' * 400}/{number}" for number in range(10)]
    fitting = "y" * (1 + 5_120 - length("y") - missing)
    if is_refused:
        with pytest.raises(RequestError, match="5121 characters"):
            length(fitting)
    else:
        assert length(fitting) == 5_120


def test_a_document_that_would_be_too_long_is_refused() -> None:
    groups = [f"/{'x' * 400}/{number}" for number in range(12)]
    with pytest.raises(RequestError, match=r"log_group_names: .*5120.*/aws/events/\*"):
        policies.plan_present(PolicySpec("logs", groups), {}, HERE)


def test_no_group_is_refused() -> None:
    with pytest.raises(RequestError, match="log_group_names: an empty list"):
        policies.plan_present(PolicySpec("logs"), {}, HERE)


@pytest.mark.parametrize(
    ("current", "groups", "after"),
    [
        ({}, [], None),
        ({"logs": policy(FOREIGN)}, [], json.loads(policy(FOREIGN))),
        ({"logs": policy(own(f"{GROUPS}/x:*"))}, [], None),
        ({"logs": policy(own(f"{GROUPS}/x:*"), FOREIGN)}, [], json.loads(policy(FOREIGN))),
        (
            {"logs": policy(own(f"{GROUPS}/x:*", f"{GROUPS}/y:*"))},
            ["/x"],
            json.loads(policy(own(f"{GROUPS}/y:*"))),
        ),
        ({"logs": policy(own(f"{GROUPS}/x:*"))}, ["/x"], None),
        ({"logs": policy(own(f"{GROUPS}/x:*"))}, ["/z"], json.loads(policy(own(f"{GROUPS}/x:*")))),
        ({"other": policy(own(f"{GROUPS}/x:*"))}, ["/x"], None),
    ],
)
def test_takes_out_no_more_than_named(current: dict[str, str], groups: list[str], after: t.Any) -> None:
    plan = policies.plan_absent(PolicySpec("logs", groups), current, HERE)
    assert plan.after == after
    assert plan.is_change is (plan.before != after)


def test_a_policy_that_is_no_json_is_told() -> None:
    with pytest.raises(RequestError, match="the policy logs"):
        policies.plan_present(PolicySpec("logs", ["/x"]), {"logs": "{"}, HERE)


NAMES = st.lists(st.sampled_from(["/a", "/b", "/c", "/d"]), unique=True, max_size=4)
OTHERS = st.lists(st.sampled_from("GHIJ"), unique=True, max_size=3)


@given(OTHERS, OTHERS, NAMES, NAMES, st.booleans(), st.booleans())
def test_others_survive_and_a_second_time_is_no_change(
    first: list[str], last: list[str], there: list[str], groups: list[str], purge: bool, gone: bool
) -> None:
    around = [FOREIGN | {"Sid": f"1{sid}"} for sid in first], [FOREIGN | {"Sid": f"2{sid}"} for sid in last]
    ours = [own(*(f"{GROUPS}{name}:*" for name in there))] if there else []
    current = {"logs": policy(*around[0], *ours, *around[1])} if there or first or last else {}
    spec = PolicySpec("logs", groups or ["/a"], purge_log_groups=purge)
    plan_it = policies.plan_absent if gone else policies.plan_present
    plan = plan_it(spec, current, HERE)
    left = plan.after["Statement"] if plan.after else []
    assert [item for item in left if item["Sid"] != "ServicesWriteToLogGroups"] == around[0] + around[1]
    assert plan.is_change is (plan.before != plan.after)
    assert not plan_it(spec, {"logs": json.dumps(plan.after)} if plan.after else {}, HERE).is_change
    found = {arn.removeprefix(GROUPS).removesuffix(":*") for item in left for arn in item.get("Resource", [])}
    asked = set(groups or ["/a"])
    assert found == (set(there) - asked if gone else asked | (set() if purge else set(there)))
