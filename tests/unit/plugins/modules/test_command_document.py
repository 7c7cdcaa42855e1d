# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module command_document from its arguments to its result, on answers written down."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import command_document

from .run_module import run_module

if t.TYPE_CHECKING:
    from .stubbed_clients import StubbedClients

Run = t.Callable[..., dict[str, t.Any]]
MARK = {"Key": "ssmops:made-by", "Value": "ssmops.run_command.command_document"}
CONTENT = {
    "schemaVersion": "2.2",
    "mainSteps": [{"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": []}}],
}
NEW = {**CONTENT, "description": "new"}
NAMED = {"ResourceType": "Document", "ResourceId": "Restart"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> Run:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(command_document.main, {"name": "Restart", **options}, capsys, check=check)

    return run_it


def found(stubs: StubbedClients, *, own: bool = True, kind: str = "Command") -> None:
    answer = {"Name": "Restart", "Content": json.dumps(CONTENT), "DocumentVersion": "3", "DocumentType": kind}
    stubs.answer("ssm", "get_document", answer, {"Name": "Restart", "DocumentFormat": "JSON"})
    tags = [{"Key": "Team", "Value": "x"}, *([MARK] if own else [])]
    stubs.answer("ssm", "list_tags_for_resource", {"TagList": tags}, NAMED)


def not_found(stubs: StubbedClients) -> None:
    stubs.fail("ssm", "get_document", "InvalidDocument")


@pytest.mark.parametrize("check", [True, False])
def test_creates(run: Run, stubs: StubbedClients, check: bool) -> None:
    not_found(stubs)
    if not check:
        sent = {
            "Name": "Restart",
            "Content": json.dumps(CONTENT, separators=(",", ":")),
            "DocumentType": "Command",
            "DocumentFormat": "JSON",
            "Tags": [{"Key": "Team", "Value": "x"}, MARK],
        }
        stubs.answer("ssm", "create_document", {}, sent)
    result = run(check=check, content=CONTENT, tags={"Team": "x"})
    assert result["changed"]
    assert result["document"]["content"] == CONTENT
    assert result["document"]["document_version"] == "1"


def test_a_lost_answer_of_a_creation_is_looked_up(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.fail("ssm", "create_document", "DocumentAlreadyExists")
    answer = {"Name": "Restart", "Content": json.dumps(CONTENT), "DocumentVersion": "1", "DocumentType": "Command"}
    stubs.answer("ssm", "get_document", answer)
    stubs.answer("ssm", "list_tags_for_resource", {"TagList": [MARK]})
    assert run(content=CONTENT)["changed"]


def test_one_that_others_made_meanwhile_is_an_error(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    stubs.fail("ssm", "create_document", "DocumentAlreadyExists")
    found(stubs, own=False)
    assert "DocumentAlreadyExists" in run(content=CONTENT)["msg"]


def test_the_same_content_and_tags_are_no_change(run: Run, stubs: StubbedClients) -> None:
    found(stubs)
    assert not run(content=json.dumps(CONTENT))["changed"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("is_latest", [True, False])
def test_new_content_becomes_the_default(run: Run, stubs: StubbedClients, check: bool, is_latest: bool) -> None:
    found(stubs)
    if not check and is_latest:
        # An earlier attempt made the version, and ended before it was the default.
        stubs.fail("ssm", "update_document", "DuplicateDocumentContent")
        stubs.answer("ssm", "get_document", {"DocumentVersion": "4"})
    elif not check:
        stubs.answer("ssm", "update_document", {"DocumentDescription": {"DocumentVersion": "4"}})
    if not check:
        stubs.answer("ssm", "update_document_default_version", {}, {"Name": "Restart", "DocumentVersion": "4"})
        stubs.answer("ssm", "remove_tags_from_resource", {}, {**NAMED, "TagKeys": ["Team"]})
        stubs.answer("ssm", "add_tags_to_resource", {}, {**NAMED, "Tags": [{"Key": "Owner", "Value": "y"}]})
    result = run(check=check, content=NEW, tags={"Owner": "y"})
    assert result["changed"]
    assert result["document"]["document_version"] == "4"
    assert result["document"]["content"] == NEW


def test_absent_in_all_cases(run: Run, stubs: StubbedClients) -> None:
    not_found(stubs)
    assert not run(state="absent")["changed"]
    found(stubs)
    assert run(state="absent", check=True)["changed"]
    found(stubs)
    stubs.answer("ssm", "delete_document", {}, {"Name": "Restart"})
    assert run(state="absent")["changed"]


def test_that_of_others_is_refused_adopted_or_kept(run: Run, stubs: StubbedClients) -> None:
    found(stubs, own=False)
    assert "the document Restart was not made by this collection; set adopt" in run(content=NEW)["msg"]
    found(stubs, own=False)
    assert not run(content=CONTENT, adopt=True, tags={})["changed"]
    found(stubs, own=False)
    assert "set force to delete it" in run(state="absent")["msg"]
    found(stubs, own=False)
    assert not run(state="absent", adopt=True)["changed"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a b", "content": CONTENT}, "name: 'a b' is not the name of a document"),
        ({"name": "AWS-Own", "content": CONTENT}, "name: 'AWS-Own' is not the name of a document"),
        ({"content": "x"}, "content: 'x' is not JSON"),
        ({"content": {"schemaVersion": "0.3", "mainSteps": [1]}}, "content: it has the schemaVersion 0.3"),
        ({"content": {"schemaVersion": "2.2"}}, "no mainSteps"),
        ({"content": {**CONTENT, "description": "x" * 65_536}}, "allowed are at most 65536"),
    ],
)
def test_refuses_before_any_call(run: Run, options: dict[str, t.Any], words: str) -> None:
    assert words in run(**options)["msg"]


def test_refuses_what_is_no_command_document_or_has_no_content(run: Run, stubs: StubbedClients) -> None:
    found(stubs, kind="Automation")
    assert "'Restart' is a document of type Automation" in run(content=CONTENT)["msg"]
    not_found(stubs)
    assert "content: the document 'Restart' does not exist" in run(tags={"A": "1"})["msg"]
