# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of managed nodes, on answers written down; the integration target reads it as Ansible does."""

from __future__ import annotations

import collections
import datetime
import functools
import os
import re
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import trust_as_template
from ansible_collections.amazon.aws.plugins.plugin_utils.base import AWSPluginBase
from ansible_collections.ssmops.run_command.plugins.inventory import managed_nodes
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_nodes
from botocore import xform_name
from botocore.exceptions import ClientError
from local_aws.wire.validation import service_model

from scripts.code_blocks import all_blocks
from tests.support.service_models import FakeClient, operations_of

Json = dict[str, t.Any]
Read = t.Callable[..., InventoryData]
# Of nodes, by filter where these differ.
FIELDS = {"PlatformTypes": "PlatformType"}
SEEN = datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)
ROLE = "arn:aws:iam::444455556666:role/inventory"
SYNC = "AWS-QuickSetup-ManagedNode"
HAS_LIST_NODES = "list_nodes" in operations_of("ssm")
new_sdk = pytest.mark.skipif(not HAS_LIST_NODES, reason="this botocore has no ListNodes")


def denied(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)


class FakeSSM(FakeClient, service="ssm"):
    """Nodes with their tags, in pages of 50."""

    def __init__(self, aws: AWS, region: str) -> None:
        self.aws = aws
        self.region = region
        self.found: list[Json] = []

    def describe_instance_information(self, **request: t.Any) -> Json:
        self.aws.called("DescribeInstanceInformation", self.region, request)
        filters = {one["Key"]: one["Values"] for one in request.get("Filters", ())}
        start = int(request.get("NextToken", 0))
        if not start:
            self.found = [node for node in self.aws.nodes.get(self.region, ()) if self._passes(node, filters)]
        more = {"NextToken": str(start + 50)} if len(self.found) > start + 50 else {}
        return {"InstanceInformationList": self.found[start : start + 50], **more}

    def _passes(self, node: Json, filters: dict[str, list[str]]) -> bool:
        tags = self.aws.tags[node["InstanceId"]]
        return all(
            (tags.get(key.removeprefix("tag:")) if key.startswith("tag:") else node.get(FIELDS.get(key, key))) in values
            for key, values in filters.items()
        )

    if HAS_LIST_NODES:

        def list_nodes(self, **request: t.Any) -> Json:
            self.aws.called("ListNodes", self.region, request)
            if request["SyncName"] != SYNC:
                raise ClientError(
                    {"Error": {"Code": "ResourceDataSyncNotFoundException", "Message": "no"}}, "ListNodes"
                )
            found = [node for node in self.aws.synced if all(self._has(node, one) for one in request["Filters"])]
            start = int(request.get("NextToken", 0))
            more = {"NextToken": str(start + 50)} if len(found) > start + 50 else {}
            return {"Nodes": found[start : start + 50], **more}

    def _has(self, node: Json, wanted: Json) -> bool:
        fields = {**node, **node["Owner"], **node["NodeType"]["Instance"]}
        return fields[wanted["Key"]] in wanted["Values"]

    def list_tags_for_resource(self, **request: t.Any) -> Json:
        self.aws.called("ListTagsForResource", self.region, request)
        return {"TagList": as_list(self.aws.tags[request["ResourceId"]])}


class FakeEC2(FakeClient, service="ec2"):
    """The instances among the nodes, each in a reservation of its own."""

    def __init__(self, aws: AWS, region: str) -> None:
        self.aws = aws
        self.region = region

    def describe_instances(self, **request: t.Any) -> Json:
        self.aws.called("DescribeInstances", self.region, request)
        filters = {one["Name"]: one["Values"] for one in request.get("Filters", ())}
        ids = [node["InstanceId"] for node in self.aws.nodes.get(self.region, ())]
        wanted = set(filters.get("instance-id", ids))
        found = [node for node in ids if node.startswith("i-") and node in wanted]
        size, start = request.get("MaxResults", 1_000), int(request.get("NextToken", 0))
        more = {"NextToken": str(start + size)} if len(found) > start + size else {}
        reservations = [
            {
                "OwnerId": "111122223333",
                "Instances": [
                    {
                        "InstanceId": node,
                        "InstanceType": "t3.micro",
                        "Placement": {"AvailabilityZone": f"{self.region}a"},
                        "PublicDnsName": "",
                        "Tags": as_list(self.aws.tags[node]),
                    }
                ],
            }
            for node in found[start : start + size]
        ]
        return {"Reservations": reservations, **more}


class FakeSTS(FakeClient, service="sts"):
    """Lets every role be assumed but one of the name denied."""

    def __init__(self, aws: AWS, region: str) -> None:
        self.aws = aws
        self.region = region

    def assume_role(self, **request: t.Any) -> Json:
        self.aws.called("AssumeRole", self.region, request)
        if request["RoleArn"].endswith("/denied"):
            raise denied("AssumeRole")
        keys = {"AccessKeyId": "ASIAROLEROLEROLEROLE", "SecretAccessKey": "secret", "SessionToken": "token"}
        return {"Credentials": {**keys, "Expiration": SEEN}}


def as_list(tags: dict[str, str]) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


class AWS:
    """Nodes by region, and what was asked."""

    def __init__(self) -> None:
        self.nodes: dict[str, list[Json]] = {}
        self.synced: list[Json] = []
        self.tags: dict[str, dict[str, str]] = {}
        self.calls: collections.Counter[str] = collections.Counter()
        self.requests: list[tuple[str, str, Json]] = []
        self.keys: set[str | None] = set()
        self.denied_regions: set[str] = set()

    def add(self, region: str, node_id: str, tags: dict[str, str] | None = None, **more: t.Any) -> None:
        known = {"InstanceId": node_id, "PingStatus": "Online", "LastPingDateTime": SEEN, "PlatformType": "Linux"}
        self.nodes.setdefault(region, []).append({**known, **more})
        self.tags[node_id] = tags or {}

    def add_synced(self, account: str, region: str, node_id: str, **more: t.Any) -> None:
        known = {
            "InstanceStatus": "Active",
            "ManagedStatus": "Managed",
            "PlatformType": "Linux",
            "IpAddress": "10.0.0.1",
        }
        owner = {"AccountId": account, "OrganizationalUnitId": "ou-b8dn-sasv9tfp"}
        instance = {"Instance": {**known, **more}}
        self.synced.append({"Id": node_id, "Region": region, "Owner": owner, "CaptureTime": SEEN, "NodeType": instance})

    def called(self, operation: str, region: str, request: Json) -> None:
        self.calls[operation] += 1
        self.requests.append((operation, region, request))
        if region in self.denied_regions:
            raise denied(operation)

    def client(self, service: str, **options: t.Any) -> t.Any:
        self.keys.add(options.get("aws_access_key_id"))
        kinds: dict[str, t.Callable[[AWS, str], t.Any]] = {"ssm": FakeSSM, "ec2": FakeEC2, "sts": FakeSTS}
        return kinds[service](self, options.get("region", "us-east-1"))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> AWS:
    aws = AWS()
    monkeypatch.setattr(AWSPluginBase, "client", lambda _plugin, service, **options: aws.client(service, **options))
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return aws


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(managed_nodes.InventoryModule, "warn", lambda _plugin, text: told.append(text))
    return told


class Plugin(managed_nodes.InventoryModule):
    """The plugin with options that are given, not read from a file."""

    def __init__(self, options: Json, cache: Json) -> None:
        t.cast("t.Any", super()).__init__()
        documented = yaml.safe_load(managed_nodes.DOCUMENTATION)["options"]
        constructed = {"compose": {}, "groups": {}, "keyed_groups": [], "strict": True, "cache": False, "region": None}
        defaults = {name: option.get("default") for name, option in documented.items()}
        assert not set(options) - set(defaults) - set(constructed)
        self.options = {**defaults, **constructed, "use_extra_vars": False, "leading_separator": True, **options}
        self._cache = cache
        self.ansible_name = self.NAME

    def _read_config_data(self, path: str) -> Json:
        return self.options

    def get_option(self, option: str, hostvars: object = None) -> t.Any:
        return self.options[option]

    def get_options(self, *_hostvars: object) -> Json:
        return {"region": self.options["region"] or os.environ.get("AWS_REGION")}


@pytest.fixture
def read() -> Read:
    cache: Json = {}

    def read_it(**options: t.Any) -> InventoryData:
        inventory = InventoryData()
        Plugin(options, cache).parse(inventory, DataLoader(), "fleet.managed_nodes.yml")
        inventory.reconcile_inventory()
        return inventory

    return read_it


def names(inventory: InventoryData, pattern: str = "managed_nodes") -> list[str]:
    return [host.name for host in inventory.groups[pattern].get_hosts()]


def variables(inventory: InventoryData, name: str) -> Json:
    own = {"inventory_file", "inventory_dir"}
    return {variable: value for variable, value in inventory.hosts[name].vars.items() if variable not in own}


def one_id(number: int) -> str:
    return f"i-{number:017x}"


def test_variables_are_typed_and_only_there_with_a_value(aws: AWS, read: Read) -> None:
    aws.add("us-east-1", one_id(1), {"Role": "web"}, IsLatestVersion=True, ComputerName="web-1", Name="ignored by EC2")
    aws.add("us-east-1", "mi-0123456789abcdef0", {"Rack": "7"}, ResourceType="ManagedInstance", Name="rack-7")
    inventory = read()
    instance, hybrid = (variables(inventory, name) for name in (one_id(1), "mi-0123456789abcdef0"))
    assert instance == {
        "instance_id": one_id(1),
        "region": "us-east-1",
        "account_id": "111122223333",
        "node_name": "ignored by EC2",
        "node_tags": {"Role": "web"},
        "ping_status": "Online",
        "last_ping_date_time": "2026-02-03T04:05:06+00:00",
        "is_latest_version": True,
        "platform_type": "Linux",
        "computer_name": "web-1",
        "availability_zone": "us-east-1a",
        "instance_type": "t3.micro",
    }
    assert (hybrid["node_name"], hybrid["node_tags"], hybrid["account_id"]) == ("rack-7", {"Rack": "7"}, "111122223333")
    assert "instance_type" not in hybrid


def test_every_variable_is_documented(aws: AWS, read: Read) -> None:
    aws.add("us-east-1", one_id(1), IsLatestVersion=True, ComputerName="web-1")
    notes = " ".join(yaml.safe_load(managed_nodes.DOCUMENTATION)["notes"])
    documented = set(re.findall(r"C\((\w+)\)", notes))
    found = set(variables(read(), one_id(1)))
    assert found <= documented
    fields = {"image_id", "instance_type", "private_dns_name", "private_ip_address", "public_dns_name", "vpc_id"}
    assert fields <= documented


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1, 2]),
        ({"include_offline": True}, [1, 2, 3]),
        ({"filters": {"PingStatus": "ConnectionLost"}}, [3]),
        ({"filters": {"PlatformType": "Windows"}}, None),
        ({"tags": {"Role": ["web", "proxy"]}}, [1]),
        ({"tags": {"Role": "none"}}, []),
    ],
)
def test_filters_are_aws_s(aws: AWS, read: Read, options: Json, expected: list[int] | None) -> None:
    aws.add("us-east-1", one_id(1), {"Role": "web"})
    aws.add("us-east-1", one_id(2), {"Role": "db"})
    aws.add("us-east-1", one_id(3), {"Role": "db"}, PingStatus="ConnectionLost")
    if expected is None:
        with pytest.raises(AnsibleParserError, match="'PlatformType' is not a filter; allowed are"):
            read(**options)
        return
    assert names(read(**options)) == [one_id(number) for number in expected]


def test_a_call_lists_50_nodes_and_another_tells_1000_of_their_tags(aws: AWS, read: Read) -> None:
    for number in range(2_010):
        aws.add("us-east-1", one_id(number))
    assert len(names(read())) == 2_010
    assert dict(aws.calls) == {"DescribeInstanceInformation": 41, "DescribeInstances": 3}


def test_a_few_nodes_are_asked_for_by_name(aws: AWS, read: Read) -> None:
    for number in range(300):
        aws.add("us-east-1", one_id(number))
    read()
    assert aws.calls["DescribeInstances"] == 2
    assert all("MaxResults" not in request for name, _region, request in aws.requests if name == "DescribeInstances")


def test_names_are_unique(aws: AWS, read: Read, warnings: list[str]) -> None:
    for number in (1, 2):
        aws.add("us-east-1", one_id(number), {"Name": "web"})
    aws.add("us-east-1", one_id(3), {"Name": "db"}, ComputerName="db.internal")
    aws.add("us-east-1", one_id(4), ComputerName="other.internal")
    aws.add("us-east-1", one_id(5))
    inventory = read(hostnames=["tag:Name", "computer_name"])
    assert names(inventory) == [one_id(1), one_id(2), "db", "other.internal", one_id(5)]
    assert warnings == ["Nodes whose name is also another host's are named after their IDs: web."]


def test_no_node_takes_the_name_of_another_host(aws: AWS, read: Read, warnings: list[str]) -> None:
    for number in (1, 2):
        aws.add("us-east-1", one_id(number), {"Name": "web"})
    aws.add("us-east-1", one_id(3), {"Name": one_id(1)})
    aws.add("us-east-1", one_id(4), {"Name": "localhost"})
    aws.add("us-east-1", one_id(5), {"Name": one_id(5)})
    inventory = read(hostnames=["tag:Name"])
    assert {name: variables(inventory, name)["instance_id"] for name in names(inventory)} == {
        one_id(number): one_id(number) for number in range(1, 6)
    }
    assert one_id(5) not in warnings[0]


def test_groups_are_constructed(aws: AWS, read: Read) -> None:
    aws.add("us-east-1", one_id(1), {"Role": "web"}, IsLatestVersion=False, IPAddress="10.0.0.1")
    aws.add("us-east-1", one_id(2), {"Role": "db"}, IsLatestVersion=True, IPAddress="10.0.0.2")
    inventory = read(
        keyed_groups=[{"key": trusted("node_tags.Role"), "prefix": "role"}],
        groups={"outdated": trusted("not is_latest_version")},
        compose={"ansible_host": trusted("ip_address")},
    )
    assert names(inventory, "role_web") == names(inventory, "outdated") == [one_id(1)]
    assert variables(inventory, one_id(1))["ansible_host"] == "10.0.0.1"


def test_regions_and_accounts_are_read_with_their_roles(aws: AWS, read: Read) -> None:
    aws.add("us-east-1", "mi-00000000000000001")
    aws.add("eu-central-1", "mi-00000000000000002")
    accounts = [{"assume_role_arn": ROLE, "external_id": "fleet"}]
    inventory = read(regions=["us-east-1", "eu-central-1"], accounts=accounts)
    hosts = {name: variables(inventory, name) for name in names(inventory)}
    assert {(host["region"], host["account_id"]) for host in hosts.values()} == {
        ("us-east-1", "444455556666"),
        ("eu-central-1", "444455556666"),
    }
    assert aws.calls["AssumeRole"] == 1
    assert aws.requests[0][2]["ExternalId"] == "fleet"
    # The client of STS has the user's own key.
    assert aws.keys == {None, "ASIAROLEROLEROLEROLE"}


def test_a_region_that_fails_is_told(aws: AWS, read: Read) -> None:
    aws.denied_regions = {"eu-central-1"}
    with pytest.raises(
        AnsibleParserError, match="The managed nodes of eu-central-1 cannot be read: Failed to describe"
    ):
        read(regions=["us-east-1", "eu-central-1"])


def test_a_region_and_a_role_that_fail_are_borne(aws: AWS, read: Read, warnings: list[str]) -> None:
    aws.add("us-east-1", one_id(1))
    aws.denied_regions = {"eu-central-1"}
    denied_role = ROLE.replace("/inventory", "/denied")
    inventory = read(
        regions=["us-east-1", "eu-central-1"],
        accounts=[{"assume_role_arn": denied_role}, {"assume_role_arn": ROLE}],
        on_failure="warn",
    )
    assert names(inventory) == [one_id(1)]
    assert [warning.partition(" cannot be read")[0] for warning in warnings] == [
        f"The managed nodes of us-east-1 with {denied_role}, eu-central-1 with {denied_role}",
        f"The managed nodes of eu-central-1 with {ROLE}",
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"accounts": ["444455556666"]}, r"accounts\[1\] is '444455556666': it must have assume_role_arn"),
        ({"accounts": [{"assume_role_arn": "inventory"}]}, "'inventory': it must be the ARN of a role"),
        ({"accounts": [{"assume_role_arn": ROLE, "profile": "x"}]}, "and may have external_id"),
        ({"tags": {"Role": []}}, r"tags\[Role\]: it has 0 values"),
    ],
)
def test_an_option_that_is_wrong_is_named(aws: AWS, read: Read, options: Json, sentence: str) -> None:
    with pytest.raises(AnsibleParserError, match=sentence):
        read(**options)
    assert not aws.calls


def test_without_a_region_nothing_is_read(aws: AWS, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(AnsibleParserError, match="regions is not set: name the regions, or set region or AWS_REGION"):
        read()


@pytest.mark.parametrize(("fails", "calls_again"), [(False, 0), (True, 2)])
def test_a_cached_source_costs_no_call(
    aws: AWS, read: Read, warnings: list[str], fails: bool, calls_again: int
) -> None:
    aws.add("us-east-1", one_id(1), {"Role": "web"})
    aws.denied_regions = {"eu-central-1"} if fails else set()
    options = {
        "regions": ["us-east-1", "eu-central-1"],
        "accounts": [{"assume_role_arn": ROLE}],
        "on_failure": "warn",
        "cache": True,
        "keyed_groups": [{"key": trusted("node_tags.Role"), "prefix": "role"}],
    }
    first = read(**options)
    aws.calls.clear()
    second = read(**options)
    assert aws.calls["DescribeInstanceInformation"] == calls_again
    assert bool(aws.calls) is fails
    assert names(second, "role_web") == names(first, "role_web") == [one_id(1)]
    assert variables(second, one_id(1)) == variables(first, one_id(1))


@new_sdk
def test_a_resource_data_sync_gives_the_nodes_of_all_accounts_and_regions(aws: AWS, read: Read) -> None:
    aws.add_synced("111122223333", "us-east-1", one_id(2), Name="", ComputerName="web-2")
    aws.add_synced("444455556666", "eu-central-1", "mi-0123456789abcdef0", Name="rack-7", AgentVersion="3.3.859.0")
    aws.add_synced("444455556666", "eu-central-1", one_id(1))
    inventory = read(resource_data_sync=SYNC)
    assert names(inventory) == [one_id(1), one_id(2), "mi-0123456789abcdef0"]
    assert variables(inventory, "mi-0123456789abcdef0") == {
        "instance_id": "mi-0123456789abcdef0",
        "region": "eu-central-1",
        "account_id": "444455556666",
        "organizational_unit_id": "ou-b8dn-sasv9tfp",
        "capture_time": "2026-02-03T04:05:06+00:00",
        "node_name": "rack-7",
        "agent_version": "3.3.859.0",
        "instance_status": "Active",
        "managed_status": "Managed",
        "platform_type": "Linux",
        "ip_address": "10.0.0.1",
    }
    assert "node_name" not in variables(inventory, one_id(2))
    assert [(name, region) for name, region, _request in aws.requests] == [("ListNodes", "us-east-1")]


def test_every_variable_of_a_resource_data_sync_is_documented() -> None:
    notes = " ".join(yaml.safe_load(managed_nodes.DOCUMENTATION)["notes"])
    model = t.cast("t.Any", service_model("ssm"))
    shapes = [model.shape_for(name) for name in ("InstanceInfo", "NodeOwnerInfo")] if HAS_LIST_NODES else []
    fields = {xform_name(name) for shape in shapes for name in shape.members} - {"name"}
    assert fields <= set(re.findall(r"C\((\w+)\)", notes))


@new_sdk
def test_a_call_lists_50_nodes_of_a_resource_data_sync(aws: AWS, read: Read) -> None:
    for number in range(1_010):
        aws.add_synced("444455556666", "us-east-1", one_id(number))
    options = {"resource_data_sync": SYNC, "cache": True}
    assert len(names(read(**options))) == len(names(read(**options))) == 1_010
    assert dict(aws.calls) == {"ListNodes": 21}


@new_sdk
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1, 2]),
        ({"include_offline": True}, [1, 2, 3]),
        ({"filters": {"InstanceStatus": "ConnectionLost"}}, [3]),
        ({"filters": {"Region": ["us-east-1", "us-west-2"], "AccountId": 444455556666}}, [2]),
    ],
)
def test_filters_of_a_resource_data_sync_are_aws_s(aws: AWS, read: Read, options: Json, expected: list[int]) -> None:
    aws.add_synced("111122223333", "us-east-1", one_id(1))
    aws.add_synced("444455556666", "us-east-1", one_id(2))
    aws.add_synced("444455556666", "eu-central-1", one_id(3), InstanceStatus="ConnectionLost")
    aws.add_synced("444455556666", "eu-central-1", one_id(4), ManagedStatus="Unmanaged")
    assert names(read(resource_data_sync=SYNC, **options)) == [one_id(number) for number in expected]


@new_sdk
@pytest.mark.parametrize("on_failure", ["fail", "warn"])
def test_a_resource_data_sync_that_is_not_there_is_told_or_borne(
    aws: AWS, read: Read, warnings: list[str], on_failure: str
) -> None:
    sentence = "The managed nodes of the resource data sync none in us-east-1 cannot be read: Failed to list the nodes"
    options = {"resource_data_sync": "none", "on_failure": on_failure}
    if on_failure == "fail":
        with pytest.raises(AnsibleParserError, match=sentence):
            read(**options)
        return
    assert names(read(**options)) == []
    assert warnings[0].startswith(sentence)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"regions": ["us-east-1"]},
            "sync cannot be combined with regions; filters has Region and AccountId",
        ),
        ({"accounts": [{"assume_role_arn": ROLE}]}, "resource_data_sync cannot be combined with accounts; filters has"),
        ({"tags": {"Role": "web"}}, "resource_data_sync cannot be combined with tags; .* and ListNodes has no tags"),
        ({"filters": {"tag:Role": "web"}}, "'tag:Role' is not a filter of ListNodes; allowed are AccountId, AgentType"),
        ({"filters": {"ManagedStatus": "All"}}, "'ManagedStatus' is not a filter of ListNodes"),
        ({"filters": {"Region": [str(number) for number in range(6)]}}, r"filters\[Region\]: it has 6 values"),
        (
            {"filters": dict.fromkeys(("Region", "AccountId", "PlatformName", "AgentType"), "x")},
            "filters: with ManagedStatus and any InstanceStatus, there are 6; allowed are at most 5",
        ),
    ],
)
def test_an_option_that_does_not_fit_a_resource_data_sync_is_named(
    aws: AWS, read: Read, options: Json, sentence: str
) -> None:
    with pytest.raises(AnsibleParserError, match=sentence):
        read(resource_data_sync=SYNC, **options)
    assert not aws.calls


def test_a_resource_data_sync_needs_a_region_and_a_new_botocore(
    aws: AWS, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssm_nodes, "has_list_nodes", lambda _client: False)
    with pytest.raises(AnsibleParserError, match="this version of botocore does not have ListNodes"):
        read(resource_data_sync=SYNC)
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(AnsibleParserError, match="region is not set"):
        read(resource_data_sync=SYNC)
    assert not aws.calls


@functools.cache
def examples() -> list[Json]:
    """The sources on the plugin's page and in the guides."""
    guides = [read for block in all_blocks().values() for read in yaml.safe_load_all(block)]
    documented = [*yaml.safe_load_all(managed_nodes.EXAMPLES), *guides]
    return [
        source
        for source in documented
        if isinstance(source, dict) and source.get("plugin") == managed_nodes.InventoryModule.NAME
    ]


def trusted(value: t.Any) -> t.Any:
    """Options as if they had been read from a file of the user."""
    if isinstance(value, dict):
        return {key: trusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [trusted(item) for item in value]
    return trust_as_template(value) if isinstance(value, str) else value


@pytest.mark.parametrize("number", range(8))
def test_every_example_is_read(aws: AWS, read: Read, number: int) -> None:
    assert len(examples()) == 8
    tags = {"Role": "web", "Environment": "production", "Name": "web-1"}
    aws.add("us-east-1", one_id(1), tags, IsLatestVersion=False, IPAddress="10.0.0.1", PlatformType="Windows")
    aws.add_synced("111122223333", "us-east-1", one_id(1))
    cache = {"cache", "cache_plugin", "cache_timeout", "cache_connection"}
    options = {name: value for name, value in trusted(examples()[number]).items() if name not in cache}
    if "resource_data_sync" in options and not HAS_LIST_NODES:
        with pytest.raises(AnsibleParserError, match="ListNodes"):
            read(**options)
        return
    inventory = read(**options)
    # Two accounts have the same node here.
    assert {variables(inventory, name)["instance_id"] for name in names(inventory)} == {one_id(1)}
