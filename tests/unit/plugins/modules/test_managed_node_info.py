# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module managed_node_info from its arguments to its result, on answers written down."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import managed_node_info

from ..module_utils.commands.fake_ssm import Clock
from .run_module import assert_refused, run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]

ONE, TWO = (f"i-{number:017x}" for number in (1, 2))
HYBRID = "mi-00000000000000003"
OFF = {"ServiceSetting": {"SettingValue": "$None", "Status": "Default"}}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(managed_node_info.main, options, capsys, check=check)

    return run_it


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The deadlines of every test pass by this clock."""
    clock = Clock()
    monkeypatch.setattr(managed_node_info, "Deadline", clock.deadline)
    return clock


def node(node_id: str, ping_status: str = "Online", **more: t.Any) -> dict[str, t.Any]:
    return {"InstanceId": node_id, "PingStatus": ping_status, **more}


def list_nodes(stubs: StubbedClients, *nodes: dict[str, t.Any], expected: t.Any = None, token: str = "") -> None:
    answer: dict[str, t.Any] = {"InstanceInformationList": list(nodes), **({"NextToken": token} if token else {})}
    stubs.answer("ssm", "describe_instance_information", answer, expected)


def describe(stubs: StubbedClients, tags: dict[str, dict[str, str]], expected: t.Any = None) -> None:
    """EC2's instances with their tags."""
    instances = [
        {"InstanceId": node_id, "Tags": [{"Key": key, "Value": value} for key, value in of_node.items()]}
        for node_id, of_node in tags.items()
    ]
    stubs.answer("ec2", "describe_instances", {"Reservations": [{"Instances": instances}]}, expected)


BAD: list[tuple[dict[str, t.Any], list[str]]] = [
    ({"instance_ids": ["web1"]}, ["instance_ids", "'web1'", "i- with 8 or 17 and mi-"]),
    ({"instance_ids": ["i-123"]}, ["instance_ids", "'i-123'"]),
    ({"instance_ids": ["mi-1234abcd"]}, ["instance_ids", "'mi-1234abcd'"]),
    ({"filters": {"pingStatus": "Online"}}, ["filters", "'pingStatus'", "PingStatus"]),
    ({"filters": {"tag:": "x"}}, ["filters", "'tag:'", "tag:KEY"]),
    ({"filters": {"PingStatus": "online"}}, ["filters[PingStatus]", "'online'", "Online, ConnectionLost, Inactive"]),
    ({"filters": {"PlatformTypes": ["Linux", "BSD"]}}, ["filters[PlatformTypes]", "'BSD'", "Windows, Linux, MacOS"]),
    ({"filters": {"ResourceType": "EC2"}}, ["filters[ResourceType]", "'EC2'", "ManagedInstance, EC2Instance"]),
    ({"filters": {"IamRole": []}}, ["filters[IamRole]", "0 values", "1 to 100"]),
    ({"filters": {"IamRole": ["x"] * 101}}, ["filters[IamRole]", "101 values"]),
    ({"tags": {"Role": None}}, ["tags[Role]", "None"]),
    ({"tags": ["Role"]}, ["tags", "dict"]),
    ({"wait_for": "online"}, ["wait_for", "'online'", "instance_ids or tags"]),
    ({"wait_for": "online", "tags": {}}, ["wait_for", "'online'", "instance_ids or tags"]),
    ({"wait_for": "online", "tags": {"a": "b"}, "instance_ids": [ONE]}, ["wait_for", "either instance_ids or tags"]),
    ({"wait_for": "online", "tags": {"a": "b"}, "filters": {"PingStatus": "Online"}}, ["filters", "wait_for"]),
    ({"wait_for": "offline", "tags": {"a": "b"}}, ["wait_for", "online", "offline"]),
    ({"wait_timeout": -1}, ["wait_timeout", "-1", "0 and more"]),
    ({"ids": [ONE]}, ["Unsupported parameters", "ids"]),
]


@pytest.mark.parametrize(("options", "named"), BAD)
@pytest.mark.usefixtures("refuse_clients")
def test_bad_input_is_refused_in_one_sentence_without_a_call(
    run: Run, options: dict[str, t.Any], named: list[str]
) -> None:
    assert_refused(run(**options), named)


@pytest.mark.parametrize("check", [True, False])
def test_all_pages_are_listed_with_their_tags(stubs: StubbedClients, run: Run, check: bool) -> None:
    list_nodes(stubs, node(TWO, PlatformType="Linux", AgentVersion="3.3.1"), token="more")
    list_nodes(stubs, node(HYBRID, "ConnectionLost", Name="rack"), node(ONE))
    describe(stubs, {ONE: {"Finance": "web"}, TWO: {}})
    stubs.answer("ssm", "list_tags_for_resource", {"TagList": [{"Key": "Rack", "Value": "7"}]})
    stubs.answer("ssm", "get_service_setting", {"ServiceSetting": {"SettingValue": "s/Role", "Status": "Customized"}})
    result = run(check=check)
    assert not result["changed"]
    assert result["managed_nodes"] == [
        {"instance_id": ONE, "ping_status": "Online", "tags": {"Finance": "web"}},
        {"instance_id": TWO, "ping_status": "Online", "platform_type": "Linux", "agent_version": "3.3.1", "tags": {}},
        {"instance_id": HYBRID, "ping_status": "ConnectionLost", "name": "rack", "tags": {"Rack": "7"}},
    ]
    assert result["default_host_management"] == {"enabled": True, "role": "s/Role", "status": "Customized"}


def test_ids_filters_and_tags_reach_ssm(stubs: StubbedClients, run: Run) -> None:
    expected = {
        "Filters": [
            {"Key": "PingStatus", "Values": ["Online"]},
            {"Key": "tag:Finance", "Values": ["web", "app"]},
            {"Key": "InstanceIds", "Values": [ONE]},
        ],
        "MaxResults": 50,
    }
    when = datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
    list_nodes(stubs, node(ONE, LastPingDateTime=when), expected=expected)
    stubs.answer("ssm", "get_service_setting", OFF)
    result = run(
        instance_ids=[ONE], filters={"PingStatus": "Online"}, tags={"Finance": ["web", "app"]}, include_tags=False
    )
    assert result["managed_nodes"] == [
        {"instance_id": ONE, "ping_status": "Online", "last_ping_date_time": "2026-02-03T04:05:06+00:00"}
    ]


def test_many_ids_are_asked_for_a_hundred_at_a_time(stubs: StubbedClients, run: Run) -> None:
    ids = [f"i-{number:017x}" for number in range(101)]
    for part in (ids[:100], ids[100:]):
        expected = {"Filters": [{"Key": "InstanceIds", "Values": part}], "MaxResults": 50}
        list_nodes(stubs, node(part[0]), expected=expected)
    stubs.answer("ssm", "get_service_setting", OFF)
    assert len(run(instance_ids=ids, include_tags=False)["managed_nodes"]) == 2


def test_no_node_is_an_empty_list(stubs: StubbedClients, run: Run) -> None:
    list_nodes(stubs)
    stubs.fail("ssm", "get_service_setting", "AccessDeniedException")
    result = run()
    assert result["managed_nodes"] == []
    assert result["default_host_management"] is None


@pytest.mark.parametrize("options", [{}, {"wait_for": "online"}])
def test_no_id_asks_for_no_node(stubs: StubbedClients, run: Run, options: dict[str, str]) -> None:
    stubs.answer("ssm", "get_service_setting", OFF)
    assert run(instance_ids=[], **options)["managed_nodes"] == []


def test_ids_are_waited_for(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    list_nodes(stubs)
    list_nodes(stubs, node(ONE, "Inactive"))
    list_nodes(stubs, node(ONE))
    stubs.answer("ssm", "get_service_setting", OFF)
    assert run(instance_ids=[ONE], wait_for="online", include_tags=False)["managed_nodes"][0]["ping_status"] == "Online"
    assert clock.now == 2.5


def test_a_node_that_stays_away_is_named_with_the_others(stubs: StubbedClients, clock: Clock, run: Run) -> None:
    for _poll in range(3):
        list_nodes(stubs, node(ONE))
    stubs.answer("ssm", "get_service_setting", OFF)
    result = run(instance_ids=[ONE, TWO], wait_for="online", wait_timeout=2, include_tags=False)
    assert result["failed"]
    assert result["msg"] == f"wait_for: not online after 2 seconds: {TWO}."
    assert result["offline_instance_ids"] == [TWO]
    assert [item["instance_id"] for item in result["managed_nodes"]] == [ONE]
    assert clock.now == 2.0


def test_by_tags_instances_that_ec2_runs_and_hybrid_nodes_are_waited_for(
    stubs: StubbedClients, clock: Clock, run: Run
) -> None:
    """SSM still lists an instance that was terminated, and does not yet list one that was just started."""
    terminated = node("i-00000000000000009", "ConnectionLost")
    running = {
        "Filters": [
            {"Name": "tag:Role", "Values": ["web"]},
            {"Name": "instance-state-name", "Values": ["pending", "running"]},
        ]
    }
    for nodes in ([terminated], [terminated, node(ONE)], [terminated, node(ONE), node(TWO), node(HYBRID)]):
        list_nodes(stubs, *nodes)
        describe(stubs, {ONE: {}, TWO: {}}, running)
    stubs.answer("ssm", "get_service_setting", OFF)
    result = run(tags={"Role": "web"}, wait_for="online", include_tags=False)
    assert len(result["managed_nodes"]) == 4
    assert clock.now == 2.5


def test_by_tags_at_least_one_node_is_waited_for(stubs: StubbedClients, run: Run) -> None:
    list_nodes(stubs, node(ONE, "ConnectionLost"))
    describe(stubs, {})
    stubs.answer("ssm", "get_service_setting", OFF)
    result = run(tags={"Role": "web"}, wait_for="online", wait_timeout=0, include_tags=False)
    assert result["failed"]
    assert result["msg"].endswith(": no instance that is running and no node has these tags.")


def test_errors_of_aws_are_told_with_their_code(stubs: StubbedClients, run: Run) -> None:
    stubs.fail("ssm", "describe_instance_information", "AccessDeniedException", "not authorized")
    result = run()
    assert result["msg"].startswith("Failed to describe the managed nodes")
    assert result["error"]["code"] == "AccessDeniedException"
