# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of document and nodes is checked before sending, with few calls, and what may not be read is said."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import RepeatedTokenError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import preflight, preflight_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

from .fake_ssm import Clock, Document, FakeSSM, Node, client_error
from .given import make_request

SHELL = "AWS-RunShellScript"
CUSTOM = Document(
    {
        "service": {"type": "String", "allowedValues": ["nginx", "sshd"]},
        "lines": {"type": "Integer", "default": 10},
    },
    platforms=("Windows",),
)


class Account:
    """A fake account, a preflight over it, and the warnings and notes it gave."""

    def __init__(self, count: int = 3) -> None:
        self.ids = [f"i-{number:017x}" for number in range(count)]
        clock = Clock()
        self.ssm = FakeSSM(clock, {node: Node() for node in self.ids})
        self.ssm.documents["Team-Logs"] = CUSTOM
        self.warnings: list[str] = []
        self.notes: list[str] = []
        self.preflight = preflight_calls.Preflight(
            t.cast("t.Any", self.ssm), Retrier(clock.deadline(60)), self.warnings.append, self.notes.append
        )

    def request(self, document: str = SHELL, **where: t.Any) -> t.Any:
        return make_request({"document_name": document, **(where or {"target_tags": {"Role": "web"}})})

    def read(self, document: str, **given: t.Any) -> dict[str, list[str]]:
        return self.preflight.parameters(document, None, given)


@pytest.fixture
def account() -> Account:
    return Account()


def test_a_shell_document_is_described_once_and_its_content_not_read(account: Account) -> None:
    assert account.read(SHELL, commands=["uptime"]) == {"commands": ["uptime"]}
    assert account.ssm.calls == {"DescribeDocument": 1}


def test_another_document_is_read_for_what_it_allows(account: Account) -> None:
    assert account.read("Team-Logs", service="nginx", lines=5) == {"service": ["nginx"], "lines": ["5"]}
    assert account.ssm.calls == {"DescribeDocument": 1, "GetDocument": 1}


@pytest.mark.parametrize(
    ("document", "version", "given", "sentence"),
    [
        (SHELL, None, {"comands": ["ls"]}, "parameters has 'comands': AWS-RunShellScript has no such parameter"),
        (SHELL, None, {}, "parameters lacks 'commands': AWS-RunShellScript requires it"),
        ("Team-Logs", None, {"service": "apache"}, "parameters.service is none of what Team-Logs allows: nginx"),
        (
            "Team-Logs",
            None,
            {"service": "nginx", "lines": "x"},
            "parameters.lines is no Integer, which Team-Logs takes.",
        ),
        ("Nothing", None, {}, "document_name is 'Nothing': there is no such document in this account and region."),
        (SHELL, "7", {"commands": ["ls"]}, "document_version is '7': AWS-RunShellScript has no such version."),
        ("Automate", None, {}, "document_name is 'Automate': it is a document of type Automation, not Command."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    account: Account, document: str, version: str | None, given: dict[str, t.Any], sentence: str
) -> None:
    account.ssm.documents["Automate"] = Document({}, kind="Automation")
    with pytest.raises(RequestError) as refusal:
        account.preflight.parameters(document, version, given)
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("operation", "warning"),
    [
        (
            "DescribeDocument",
            "The parameters of Team-Logs were not checked before sending: ssm:DescribeDocument is not",
        ),
        ("GetDocument", "The allowed values of Team-Logs were not checked: ssm:GetDocument is not allowed."),
    ],
)
def test_what_may_not_be_read_is_not_checked_and_said(account: Account, operation: str, warning: str) -> None:
    account.ssm.before[operation] = [client_error("AccessDeniedException", operation)]
    assert account.read("Team-Logs", service="apache") == {"service": ["apache"]}
    (said,) = account.warnings
    assert said.startswith(warning)


def test_a_pattern_that_python_does_not_know_is_left_to_aws_and_noted(account: Account) -> None:
    account.ssm.documents["Java"] = Document({"name": {"type": "String", "allowedPattern": r"^\p{L}+$"}})
    assert account.read("Java", name="9") == {"name": ["9"]}
    assert account.notes == ["parameters.name was not held against the allowedPattern of Java: AWS does that."]
    assert account.warnings == []


def test_content_in_yaml_is_read(account: Account) -> None:
    text = "schemaVersion: '2.2'\nparameters:\n  service: {type: String, allowedValues: [nginx]}\n"
    account.ssm.documents["Yaml"] = Document({"service": {"type": "String"}}, content=text)
    with pytest.raises(RequestError, match=r"Yaml allows: nginx\.$"):
        account.read("Yaml", service="apache")


def test_content_that_is_neither_json_nor_yaml_leaves_what_is_described(account: Account) -> None:
    account.ssm.documents["Odd"] = Document({"lines": {"type": "Integer"}}, content="a: b: c")
    assert account.read("Odd", lines=3) == {"lines": ["3"]}
    assert account.notes == ["The allowed values of Odd were not checked: its content is neither JSON nor YAML."]
    with pytest.raises(RequestError, match="parameters has 'line'"):
        account.read("Odd", line=3)


def test_another_error_of_the_document_is_an_error(account: Account) -> None:
    account.ssm.before["DescribeDocument"] = [client_error("ExpiredTokenException", "DescribeDocument")]
    with pytest.raises(AnsibleAWSError, match="ExpiredTokenException"):
        account.read(SHELL, commands=["ls"])


def check_platform(account: Account, document: str, **where: t.Any) -> None:
    account.ssm.documents.setdefault("Windows-Only", Document({}, platforms=("Windows",)))
    account.preflight.parameters(document, None, {"commands": ["ls"]} if document == SHELL else {})
    account.ssm.calls.clear()
    account.preflight.check_platform(account.request(document, **where))


def test_a_document_that_fits_a_node_costs_one_call(account: Account) -> None:
    check_platform(account, SHELL)
    assert account.ssm.calls == {"DescribeInstanceInformation": 1}


def test_macos_is_one_platform_in_both_spellings(account: Account) -> None:
    account.ssm.nodes = {account.ids[0]: Node(platform="MacOS")}
    account.ssm.documents["Mac"] = Document({}, platforms=("macOS",))
    check_platform(account, "Mac")


@pytest.mark.parametrize("count", [3, 120])
def test_a_document_that_fits_no_node_is_refused(count: int) -> None:
    account = Account(count)
    with pytest.raises(
        RequestError, match=r"^document_name is 'Windows-Only': it is for Windows, and the .* run Linux"
    ):
        check_platform(account, "Windows-Only")


AZURE = "Microsoft.Compute/virtualMachines"


@pytest.mark.parametrize(
    ("providers", "sources", "fits"),
    [
        (("AWS",), [AZURE, AZURE], False),
        (("AWS",), [AZURE, "AWS::EC2::Instance"], True),
        (("Azure", "GCP"), ["AWS::SSM::ManagedInstance"], False),
        (("Azure", "GCP"), ["compute.googleapis.com/Instance"], True),
        (("AWS", "Azure", "GCP"), [AZURE], True),
        ((), [AZURE], True),
    ],
)
@pytest.mark.parametrize("platforms", [("Linux",), ()])
def test_a_document_for_other_clouds_than_the_nodes_is_refused(
    account: Account, providers: tuple[str, ...], sources: list[str], fits: bool, platforms: tuple[str, ...]
) -> None:
    account.ssm.nodes = {f"mi-{number:017x}": Node(source=source) for number, source in enumerate(sources)}
    account.ssm.documents["Cloud"] = Document({}, providers=providers, platforms=platforms)
    if fits:
        check_platform(account, "Cloud")
        assert account.ssm.calls["DescribeInstanceInformation"] <= 1
        return
    with pytest.raises(RequestError, match=r"^document_name is 'Cloud': it is for nodes of A.*, and the .* are of A"):
        check_platform(account, "Cloud")


def test_one_node_that_fits_on_a_later_page_is_enough() -> None:
    account = Account(120)
    account.ssm.nodes[account.ids[-1]] = Node(platform="Windows")
    real = account.ssm.describe_instance_information
    empty: list[dict[str, t.Any]] = [{"InstanceInformationList": [], "NextToken": "page 0"}]
    t.cast("t.Any", account.ssm).describe_instance_information = lambda **r: empty.pop() if empty else real(**r)
    check_platform(account, "Windows-Only")


def test_targets_without_a_node_are_not_refused_for_their_platform(account: Account) -> None:
    check_platform(account, "Windows-Only", target_tags={"Role": "nobody"})


@pytest.mark.parametrize(
    "where",
    [{"resource_group": "fleet"}, {"instance_ids": [f"i-{number:017x}" for number in range(51)]}],
    ids=["resource group", "51 ids"],
)
def test_what_one_call_cannot_tell_is_not_asked(account: Account, where: dict[str, t.Any]) -> None:
    check_platform(account, "Windows-Only", **where)
    assert account.ssm.calls == {}


def test_platforms_that_may_not_be_read_are_said(account: Account) -> None:
    account.ssm.before["DescribeInstanceInformation"] = [client_error("AccessDeniedException", "DescribeInstance")]
    check_platform(account, "Windows-Only")
    assert account.warnings == [
        "The nodes' platforms were not checked: ssm:DescribeInstanceInformation is not allowed."
    ]


def test_all_nodes_of_a_tag_are_listed_page_by_page() -> None:
    account = Account(120)
    account.ssm.nodes[account.ids[5]] = Node(tags={"Role": "db"})
    account.ssm.nodes[account.ids[6]] = Node(ping="ConnectionLost")
    found = account.preflight.nodes(account.request())
    assert found is not None
    assert [node["instance_id"] for node in found] == [*account.ids[:5], *account.ids[6:]]
    assert found[5]["ping_status"] == "ConnectionLost"
    assert found[0] == {
        "instance_id": account.ids[0],
        "name": f"host-{account.ids[0]}",
        "ping_status": "Online",
        "platform_type": "Linux",
        "agent_version": "",
    }
    assert account.ssm.calls == {"DescribeInstanceInformation": 3}


def test_ids_are_asked_for_in_fifties() -> None:
    account = Account(120)
    found = account.preflight.nodes(account.request(instance_ids=[*account.ids, "i-0ffffffffffffffff"]))
    assert found is not None
    assert len(found) == 120
    assert account.ssm.calls == {"DescribeInstanceInformation": 3}


def test_nodes_of_a_resource_group_cannot_be_listed(account: Account) -> None:
    assert account.preflight.nodes(account.request(resource_group="fleet")) is None


def test_all_targets_are_asked_for_together(account: Account) -> None:
    wanted = account.request(target_tags={"Role": ["web", "db"], "Level": "1"})
    assert list(preflight.node_filters(wanted)) == [
        [{"Key": "tag:Role", "Values": ["web", "db"]}, {"Key": "tag:Level", "Values": ["1"]}]
    ]


def test_a_listing_of_nodes_that_repeats_a_token_ends() -> None:
    account = Account()
    real = account.ssm.describe_instance_information

    def repeating(**request: t.Any) -> dict[str, t.Any]:
        return {**real(**{**request, "NextToken": "page 0"}), "NextToken": "page 0"}

    t.cast("t.Any", account.ssm).describe_instance_information = repeating
    with pytest.raises(RepeatedTokenError, match="its list never ends"):
        account.preflight.nodes(account.request())
    assert account.ssm.calls["DescribeInstanceInformation"] == 2


def test_a_refused_token_costs_no_node() -> None:
    account = Account(60)
    refused = client_error("InvalidNextToken", "DescribeInstanceInformation")
    account.ssm.before["DescribeInstanceInformation"] = [None, refused]
    found = account.preflight.nodes(account.request())
    assert found is not None
    assert [node["instance_id"] for node in found] == account.ids
