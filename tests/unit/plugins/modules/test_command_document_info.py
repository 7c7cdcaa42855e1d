# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module command_document_info from its arguments to its result, on the sandbox's documents in this process."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.modules import command_document_info

from tests.support import document_account

from .run_module import run_module

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, t.Any]
Find = t.Callable[..., list[Json]]
SHELL: Json = {
    "schemaVersion": "2.2",
    "description": "Says a word",
    "parameters": {"word": {"type": "String", "description": "The word", "default": "hello"}},
    "mainSteps": [{"action": "aws:runShellScript", "name": "say", "inputs": {"runCommand": ["echo {{ word }}"]}}],
}
MANY = 60


@pytest.fixture(scope="module")
def account() -> Iterator[document_account.DocumentAccount]:
    """Sixty documents, of which Say has two versions and is shared."""
    with document_account.opened() as opened:
        for number in range(MANY - 1):
            tags = [{"Key": "Team", "Value": "web"}, {"Key": "Stage", "Value": "test" if number else "live"}]
            make(opened.ssm, f"Many{number:02}", {**SHELL, "description": str(number)}, Tags=tags)
        make(opened.ssm, "Say", SHELL, VersionName="1.0")
        second = json.dumps({**SHELL, "description": "2"})
        opened.ssm.update_document(Name="Say", Content=second, DocumentVersion="$LATEST")
        opened.ssm.modify_document_permission(
            Name="Say", PermissionType="Share", AccountIdsToAdd=["222233334444", "111122223333"]
        )
        automation = {"schemaVersion": "0.3", "mainSteps": [{"name": "a", "action": "aws:sleep", "inputs": {}}]}
        make(opened.ssm, "Auto", automation, DocumentType="Automation")
        yield opened


def make(ssm: t.Any, name: str, content: Json, **more: t.Any) -> None:
    ssm.create_document(Name=name, Content=json.dumps(content), **{"DocumentType": "Command", **more})


@pytest.fixture
def find(
    account: document_account.DocumentAccount, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Find:
    monkeypatch.setattr(AnsibleAWSModule, "client", lambda _module, _service: account.ssm)

    def run_it(**options: t.Any) -> list[Json]:
        account.operations.clear()
        result = run_module(command_document_info.main, options, capsys)
        assert result["changed"] is False
        assert {one for one in account.operations if not one.startswith(("Get", "List", "Describe"))} == set()
        return t.cast("list[Json]", result["documents"])

    return run_it


def names(found: list[Json]) -> list[str]:
    return [one["name"] for one in found]


def test_all_documents_of_the_account_in_pages(find: Find, account: document_account.DocumentAccount) -> None:
    found = find()
    assert names(found) == [*(f"Many{number:02}" for number in range(MANY - 1)), "Say"]
    assert account.operations.count("ListDocuments") == 2
    assert account.operations.count("DescribeDocument") == MANY
    assert found[0]["tags"] == {"Team": "web", "Stage": "live"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name_prefix": "Sa"}, ["Say"]),
        ({"tags": {"Team": "web", "Stage": "live"}}, ["Many00"]),
        ({"owner": "Amazon", "name_prefix": "AWS-RunS"}, ["AWS-RunShellScript"]),
        (
            {"owner": "Amazon", "name_prefix": "AWS-RunP", "platform_types": ["Windows"]},
            ["AWS-RunPatchBaseline", "AWS-RunPowerShellScript"],
        ),
        ({"platform_types": ["Windows"]}, []),
        ({"tags": {"ssmops:made-by": "ssmops.run_command.command_document"}}, []),
        ({"names": ["Say", "None", "Say", "Auto", "AWS-RunShellScript"]}, ["AWS-RunShellScript", "Say"]),
        ({"names": []}, []),
        ({"names": ["Many00", "Many01"], "tags": {"Stage": "test"}}, ["Many01"]),
    ],
)
def test_filters(find: Find, options: Json, expected: list[str]) -> None:
    assert names(find(**options)) == expected


def test_what_is_said_of_a_document(find: Find) -> None:
    (document,) = find(names=["Say"])
    assert document.pop("created_date")
    assert len(document.pop("hash")) == 64
    assert document == {
        "name": "Say",
        "owner": "123456789012",
        "status": "Active",
        "hash_type": "Sha256",
        "document_version": "1",
        "default_version": "1",
        "latest_version": "2",
        "version_name": "1.0",
        "description": "Says a word",
        "parameters": [{"name": "word", "type": "String", "description": "The word", "default_value": "hello"}],
        "platform_types": ["Linux", "MacOS"],
        "document_type": "Command",
        "document_format": "JSON",
        "schema_version": "2.2",
        "cloud_providers": ["AWS"],
        "tags": {},
    }


def test_what_is_said_on_request(find: Find) -> None:
    everything = {f"include_{part}": True for part in ("content", "lint", "versions", "permissions")}
    owned, own = find(names=["AWS-RunShellScript", "Say"], **everything)
    assert own["content"] == SHELL
    assert [(one["code"], one["document_version"]) for one in own["lint"]] == [
        ("shell-parameter", "2"),
        ("shell-parameter", "1"),
    ]
    assert own["account_ids"] == ["111122223333", "222233334444"]
    shown = [(one["document_version"], one.get("version_name"), one["is_default_version"]) for one in own["versions"]]
    assert shown == [("2", None, False), ("1", "1.0", True)]
    assert owned["account_ids"] is None
    assert [one["is_default_version"] for one in owned["versions"]].count(True) == 1
    assert "script-parameter" in {one["code"] for one in owned["lint"]}
    (linted,) = find(names=["Say"], include_lint=True)
    assert not {"content", "versions"} & linted.keys()


def test_an_old_version_with_a_hole_is_told(account: document_account.DocumentAccount, find: Find) -> None:
    make(account.ssm, "Old", SHELL)
    harmless = {**SHELL, "mainSteps": [{**SHELL["mainSteps"][0], "inputs": {"runCommand": ["true"]}}]}
    account.ssm.update_document(Name="Old", Content=json.dumps(harmless), DocumentVersion="$LATEST")
    account.ssm.update_document_default_version(Name="Old", DocumentVersion="2")
    (found,) = find(names=["Old"], include_lint=True, include_content=True)
    account.ssm.delete_document(Name="Old")
    assert found["content"] == harmless
    assert [(one["code"], one["document_version"]) for one in found["lint"]] == [("shell-parameter", "1")]
    assert account.operations.count("GetDocument") == 2


def test_names_are_no_filters(capsys: pytest.CaptureFixture[str], find: Find) -> None:
    options = {"names": ["Say"], "name_prefix": "S"}
    assert "mutually exclusive" in run_module(command_document_info.main, options, capsys)["msg"]
