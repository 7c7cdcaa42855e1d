# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module command_document from its arguments to its result, on the sandbox's documents in this process."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
import yaml
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import versions, versions_calls
from ansible_collections.ssmops.run_command.plugins.modules import command_document

from tests.support import document_account

from .run_module import run_module

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.document_account import DocumentAccount

    from .stubbed_clients import StubbedClients

Json = dict[str, t.Any]
MARK = {"Key": "ssmops:made-by", "Value": "ssmops.run_command.command_document"}
ACCOUNTS = [f"{number:012}" for number in range(1, 1_002)]
READING = ("Describe", "Get", "List")


def content(description: str = "one", *commands: str) -> Json:
    step = {"action": "aws:runShellScript", "name": "a", "inputs": {"runCommand": list(commands) or ["true"]}}
    return {"schemaVersion": "2.2", "description": description, "mainSteps": [step]}


@dataclasses.dataclass
class Tasks:
    """Runs tasks about the document Restart."""

    account: DocumentAccount
    capsys: pytest.CaptureFixture[str]

    def run(self, check: bool = False, **options: t.Any) -> Json:
        return run_module(command_document.main, {"name": "Restart", **options}, self.capsys, check=check)

    def change(self, **options: t.Any) -> Json:
        """The result of a task that changes something: check mode said the same, and a second run changes nothing."""
        self.account.operations.clear()
        said = self.run(check=True, **options)
        assert [one for one in self.account.operations if not one.startswith(READING)] == []
        done = self.run(**options)
        assert said == done
        assert done["changed"], done
        again = self.run(**options)
        assert again["changed"] is False
        assert again.get("document") == done.get("document")
        return done

    def refuse(self, **options: t.Any) -> str:
        """Why a task is refused, in check mode as well."""
        said, done = self.run(check=True, **options), self.run(**options)
        assert said["msg"] == done["msg"]
        assert not done.get("changed")
        return str(done["msg"])

    def versions(self) -> list[str]:
        listed = self.account.ssm.list_document_versions(Name="Restart")["DocumentVersions"]
        return [one["DocumentVersion"] for one in listed]

    def shared_with(self) -> list[str]:
        pages = [self.account.ssm.describe_document_permission(Name="Restart", PermissionType="Share")]
        while "NextToken" in pages[-1]:
            more = {"NextToken": pages[-1]["NextToken"]}
            pages.append(self.account.ssm.describe_document_permission(Name="Restart", PermissionType="Share", **more))
        return sorted(account for page in pages for account in page["AccountIds"])


@pytest.fixture
def tasks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Tasks]:
    with document_account.opened() as account:
        monkeypatch.setattr(AnsibleAWSModule, "client", lambda _module, _service: account.ssm)
        yield Tasks(account, capsys)


def make_foreign(tasks: Tasks) -> None:
    tasks.account.ssm.create_document(
        Name="Restart", Content=json.dumps(content()), DocumentType="Command", Tags=[{"Key": "Team", "Value": "x"}]
    )


def test_creates(tasks: Tasks) -> None:
    requires = [{"name": "Checks", "version": "1"}]
    more = {"version_name": "1.0", "target_type": "/", "cloud_providers": ["AWS", "GCP"], "requires": requires}
    document = tasks.change(content=content(), tags={"Team": "x"}, **more)["document"]
    assert document == {
        "name": "Restart",
        "document_version": "1",
        "default_version": "1",
        "latest_version": "1",
        "document_type": "Command",
        "document_format": "JSON",
        "schema_version": "2.2",
        "description": "one",
        "attachments": [],
        "content": content(),
        "tags": {"Team": "x", MARK["Key"]: MARK["Value"]},
        **more,
    }


def test_the_same_meaning_is_no_new_version(tasks: Tasks) -> None:
    tasks.change(content=content())
    for same in (
        json.dumps(content(), indent=4, sort_keys=True),
        yaml.safe_dump(content()),
        yaml.safe_dump(content()).replace("\n", "\r\n"),
        dict(reversed(content().items())),
    ):
        assert tasks.run(content=same)["changed"] is False


def test_new_content_becomes_the_default(tasks: Tasks) -> None:
    tasks.run(content=content(), tags={"Team": "x"})
    text = yaml.safe_dump(content("two", "echo 1", "echo 2"))
    done = tasks.change(content=text, version_name="2.0", tags={"Owner": "y"})
    document = done["document"]
    assert (document["document_version"], document["default_version"], document["version_name"]) == ("2", "2", "2.0")
    assert document["tags"] == {"Owner": "y", MARK["Key"]: MARK["Value"]}
    assert tasks.account.ssm.get_document(Name="Restart", DocumentFormat="YAML")["Content"] == text


def test_the_difference_is_a_text_that_people_read(tasks: Tasks) -> None:
    tasks.run(content=content("one", "echo 1\necho 2"))
    diff = tasks.run(check=True, content=content("one", "echo 1\necho 3"))["diff"]
    before, after = (set(diff[side].splitlines()) for side in ("before", "after"))
    assert {line.strip() for line in after - before} == {
        "echo 3",
        "document_version: '2'",
        "default_version: '2'",
        "latest_version: '2'",
    }


def test_a_version_that_is_not_the_default_one(tasks: Tasks) -> None:
    tasks.run(content=content())
    document = tasks.change(content=content("two"), make_default=False)["document"]
    assert (document["document_version"], document["default_version"], document["latest_version"]) == ("2", "1", "2")
    assert tasks.run(content=content("two"), make_default=False)["changed"] is False
    assert tasks.change(content=content("two"))["document"]["default_version"] == "2"


@pytest.mark.parametrize("wanted", ["1", "first"])
def test_a_version_is_chosen(tasks: Tasks, wanted: str) -> None:
    tasks.run(content=content(), version_name="first")
    tasks.run(content=content("two"))
    document = tasks.change(default_version=wanted)["document"]
    assert (document["document_version"], document["default_version"], document["latest_version"]) == ("1", "1", "2")
    assert document["content"] == content()
    message = tasks.refuse(default_version="7")
    assert message == "default_version: the document Restart has no version '7'; its latest one is 2."


def test_earlier_content_makes_its_version_the_default_again(tasks: Tasks) -> None:
    for description in ("one", "two", "three"):
        tasks.run(content=content(description))
    tasks.account.ssm.delete_document(Name="Restart", DocumentVersion="2")
    assert tasks.change(content=content("one"))["document"]["default_version"] == "1"
    assert tasks.versions() == ["3", "1"]


@pytest.mark.parametrize("more", [{}, {"make_default": False}, {"version_name": "first", "keep_versions": 1}])
def test_content_of_a_version_long_gone_is_found_when_aws_says_so(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch, more: Json
) -> None:
    monkeypatch.setattr(versions, "LOOK_BACK", 1)
    for description in ("one", "two", "three"):
        tasks.run(content=content(description), version_name="first" if description == "one" else None)
    said, done = tasks.run(check=True, content=content("one"), **more), tasks.run(content=content("one"), **more)
    assert said == done
    document = done["document"]
    assert (document["document_version"], document["latest_version"]) == ("1", "3")
    assert done["changed"] is ("make_default" not in more)


def test_content_of_a_version_long_gone_with_another_text_is_new(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "LOOK_BACK", 1)
    for description in ("one", "two", "three"):
        tasks.run(content=content(description))
    assert tasks.change(content=yaml.safe_dump(content("one")))["document"]["document_version"] == "4"


def test_names_of_versions_are_never_changed(tasks: Tasks) -> None:
    tasks.run(content=content(), version_name="1.0")
    result = tasks.run(content=content(), version_name="1.1")
    assert not result["changed"]
    assert "version 1 of the document Restart has this content and is named '1.0'" in str(result["warnings"])
    message = tasks.refuse(content=content("two"), version_name="1.0")
    assert "version_name: '1.0' is the name of version 1 of the document Restart, which differs in content" in message
    more = {"cloud_providers": ["Azure"], "target_type": "/"}
    message = tasks.refuse(content=content(), version_name="1.0", **more)
    assert "which differs in target_type and cloud_providers; AWS changes neither" in message


def test_a_version_is_chosen_by_its_number_before_its_name(tasks: Tasks) -> None:
    tasks.run(content=content(), version_name="2")
    tasks.run(content=content("two"), make_default=False)
    assert tasks.change(default_version="2")["document"]["document_version"] == "2"


def test_what_is_not_given_stays_in_a_new_version(tasks: Tasks) -> None:
    for key in ("app/a.sh", "app/b.sh"):
        if key == "app/a.sh":
            tasks.account.moto.backend("s3", "aws").create_bucket("files", "us-east-1")
        tasks.account.moto.put_object("files", key, b"true\n")
    file = {"key": "S3FileUrl", "values": ["s3://files/app/a.sh"], "name": "a.sh"}
    tasks.change(content=content(), attachments=[file], target_type="/", cloud_providers=["Azure"])
    document = tasks.change(content=content("two"))["document"]
    assert (document["attachments"], document["target_type"], document["cloud_providers"]) == (["a.sh"], "/", ["Azure"])
    other = {"key": "S3FileUrl", "values": ["s3://files/app/b.sh"], "name": "b.sh"}
    assert tasks.change(content=content("three"), attachments=[other])["document"]["attachments"] == ["b.sh"]
    folder = {"key": "SourceUrl", "values": ["s3://files/app"]}
    assert tasks.run(content=content("four"), attachments=[folder])["changed"]
    assert tasks.run(content=content("four"), attachments=[folder])["changed"] is False
    assert tasks.run(content=content("four"))["document"]["attachments"] == ["a.sh", "b.sh"]


def test_the_type_of_targets_changes_without_content(tasks: Tasks) -> None:
    tasks.run(content=content())
    document = tasks.change(target_type="/AWS::EC2::Instance")["document"]
    assert (document["default_version"], document["target_type"]) == ("2", "/AWS::EC2::Instance")


def test_what_is_not_given_keeps_its_text(tasks: Tasks) -> None:
    text = "# Restarts\n" + yaml.safe_dump(content())
    tasks.run(content=text)
    assert tasks.change(target_type="/")["document"]["document_format"] == "YAML"
    assert tasks.account.ssm.get_document(Name="Restart", DocumentFormat="YAML")["Content"] == text


def test_what_a_document_requires_is_never_changed(tasks: Tasks) -> None:
    tasks.run(content=content(), requires=[{"name": "Checks"}])
    result = tasks.run(content=content("two"), requires=[{"name": "Other"}])
    assert "requires: AWS sets it only when" in str(result["warnings"])


def test_schema_1_2_has_no_versions(tasks: Tasks) -> None:
    old: Json = {"schemaVersion": "1.2", "runtimeConfig": {"aws:runShellScript": {"properties": []}}}
    old["runtimeConfig"]["aws:runShellScript"]["properties"] = [{"id": "0.a", "runCommand": ["true"]}]
    tasks.run(content=old)
    assert "has the schemaVersion 1.2, of which AWS makes no new versions" in tasks.refuse(content=content())


def test_old_versions_are_pruned(tasks: Tasks) -> None:
    for number in range(1, 6):
        version_name = "release" if number == 2 else None
        tasks.run(content=content(str(number)), make_default=number <= 3, version_name=version_name)
    assert tasks.versions() == ["5", "4", "3", "2", "1"]
    done = tasks.change(content=content("6"), make_default=False, keep_versions=2)
    assert done["pruned_versions"] == ["1", "4"]
    assert tasks.versions() == ["6", "5", "3", "2"]
    done = tasks.change(default_version="6", keep_versions=1, prune_named_versions=True)
    assert done["pruned_versions"] == ["2", "3", "5"]
    assert tasks.versions() == ["6"]


def test_the_version_with_the_content_is_not_pruned(tasks: Tasks) -> None:
    for description in ("one", "two", "three"):
        tasks.run(content=content(description), make_default=description != "three")
    done = tasks.run(content=content("one"), make_default=False, keep_versions=1)
    assert (done["document"]["document_version"], done["pruned_versions"]) == ("1", [])
    assert tasks.versions() == ["3", "2", "1"]


def test_the_difference_shows_versions_that_are_pruned(tasks: Tasks) -> None:
    for description in ("one", "two"):
        tasks.run(content=content(description), version_name=description)
    for options in ({"keep_versions": 1, "prune_named_versions": True}, {"state": "absent", "version_name": "one"}):
        diff = tasks.run(check=True, **options)["diff"]
        gone = set(diff["before"].splitlines()) - set(diff["after"].splitlines())
        assert gone == {"- '1'"}


def test_versions_are_pruned_before_there_are_too_many(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MAX_VERSIONS", 2)
    monkeypatch.setattr("local_aws.moto.documents.MAX_VERSIONS", 2)
    for number in (1, 2):
        tasks.run(content=content(str(number)))
    assert "DocumentVersionLimitExceeded" in tasks.run(content=content("3"))["msg"]
    assert tasks.change(content=content("3"), keep_versions=2)["pruned_versions"] == ["1"]


def test_versions_of_a_shared_document_are_kept(tasks: Tasks) -> None:
    for number in (1, 2):
        tasks.run(content=content(str(number)), account_ids=ACCOUNTS[:1])
    result = tasks.run(keep_versions=1)
    assert not result["changed"]
    assert "kept 1 older version of the document Restart" in str(result["warnings"])
    assert tasks.change(keep_versions=1, account_ids=[])["pruned_versions"] == ["1"]


@pytest.mark.parametrize("force", [False, True])
def test_no_version_of_a_shared_document_is_deleted(tasks: Tasks, force: bool) -> None:
    for number in ("1", "2"):
        tasks.run(content=content(number), version_name=f"v{number}", account_ids=ACCOUNTS[:1])
    for name in ("v1", "v2"):
        message = tasks.refuse(state="absent", version_name=name, force=force)
        assert message == (
            "version_name: AWS deletes nothing of a document that is shared, and the document Restart is shared with "
            "000000000001; stop sharing it with account_ids=[] first."
        )
    assert not tasks.run(state="absent", version_name="v3", force=force)["changed"]


def test_is_shared_with_accounts(tasks: Tasks) -> None:
    assert tasks.change(content=content(), account_ids=ACCOUNTS[:2])["document"]["account_ids"] == ACCOUNTS[:2]
    assert tasks.change(account_ids=ACCOUNTS[1:45])["document"]["account_ids"] == ACCOUNTS[1:45]
    done = tasks.change(account_ids=ACCOUNTS[45:60], purge_account_ids=False)
    assert done["document"]["account_ids"] == tasks.shared_with() == ACCOUNTS[1:60]
    assert "account_ids" not in tasks.run()["document"]
    assert tasks.change(account_ids=[])["document"]["account_ids"] == []


def test_is_shared_with_everybody_only_if_said_twice(tasks: Tasks) -> None:
    tasks.run(content=content(), account_ids=ACCOUNTS[:1])
    assert "together; allowed are both or neither" in tasks.refuse(account_ids=["All"])
    assert "together; allowed are both or neither" in tasks.refuse(share_with_all=True)
    twice = {"account_ids": ["All"], "share_with_all": True}
    message = tasks.refuse(**twice, purge_account_ids=False)
    assert "cannot be shared with everybody and with accounts" in message
    assert tasks.change(**twice)["document"]["account_ids"] == ["all"]
    assert "shared with everybody" in tasks.refuse(state="absent")
    assert "shared with everybody" in tasks.refuse(account_ids=ACCOUNTS[:1], purge_account_ids=False)
    assert tasks.change(account_ids=ACCOUNTS[:1])["document"]["account_ids"] == ACCOUNTS[:1]


def test_absent_in_all_cases(tasks: Tasks) -> None:
    assert not tasks.run(state="absent")["changed"]
    tasks.run(content=content())
    assert "document" not in tasks.change(state="absent")
    tasks.run(content=content(), account_ids=ACCOUNTS[:30])
    message = tasks.refuse(state="absent")
    assert message == (
        "name: the document Restart is shared with 000000000001, 000000000002, 000000000003 and 27 more; "
        "set force to stop sharing and delete it."
    )
    tasks.change(state="absent", force=True)


def test_a_version_is_deleted_by_its_name(tasks: Tasks) -> None:
    for number in ("1", "2", "3"):
        tasks.run(content=content(number), version_name=f"v{number}")
    tasks.change(state="absent", version_name="v1")
    assert "'v3' is the default version of the document Restart; set force" in tasks.refuse(
        state="absent", version_name="v3"
    )
    assert tasks.change(state="absent", version_name="v3", force=True)["document"]["default_version"] == "2"
    message = tasks.refuse(state="absent", version_name="v2", force=True)
    assert "it has no other version: leave version_name out to delete the document" in message
    assert tasks.versions() == ["2"]


def test_that_of_others_is_refused_adopted_or_kept(tasks: Tasks) -> None:
    make_foreign(tasks)
    assert "the document Restart was not made by this collection; set adopt" in tasks.refuse(content=content("two"))
    assert not tasks.run(content=content(), adopt=True, tags={})["changed"]
    assert tasks.change(content=content("two"), adopt=True)["document"]["tags"] == {"Team": "x"}
    assert "set force to delete it" in tasks.refuse(state="absent")
    assert not tasks.run(state="absent", adopt=True)["changed"]
    tasks.change(state="absent", force=True)


def test_an_adopted_document_keeps_versions_and_accounts_of_others(tasks: Tasks) -> None:
    make_foreign(tasks)
    tasks.change(content=content("two"), adopt=True)
    result = tasks.run(keep_versions=1, adopt=True)
    assert (result["changed"], result["pruned_versions"], tasks.versions()) == (False, [], ["2", "1"])
    assert "keep_versions: kept all versions of the document Restart: this collection did not make it." in str(
        result["warnings"]
    )
    theirs, ours = ACCOUNTS[:2]
    tasks.account.ssm.modify_document_permission(Name="Restart", PermissionType="Share", AccountIdsToAdd=[theirs])
    assert tasks.change(account_ids=[ours], adopt=True)["document"]["account_ids"] == [theirs, ours]
    assert not tasks.run(account_ids=[], adopt=True)["changed"]
    message = tasks.refuse(account_ids=["all"], share_with_all=True, adopt=True)
    assert "cannot be shared with everybody and with accounts; what others share stays when it is adopted" in message


def test_lint(tasks: Tasks) -> None:
    shell = content("one", "echo {{ word }}") | {"parameters": {"word": {"type": "String"}}}
    assert "[shell-parameter]" in tasks.refuse(content=shell, lint="error")
    result = tasks.run(content=shell)
    assert [one["code"] for one in result["lint"]] == ["shell-parameter"]
    assert "[shell-parameter]" in str(result["warnings"])
    assert tasks.run(content=shell, lint="ignore")["lint"] == []
    assert tasks.run(content=shell, lint="error", lint_skip=["shell-parameter"])["lint"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a b", "content": content()}, "name: 'a b' is not the name of a document"),
        ({"name": "AWS-Own", "content": content()}, "name: 'AWS-Own' is not the name of a document"),
        ({"content": "x"}, "content: it is"),
        ({"content": "schemaVersion: '2.2'\nmainSteps:\n- action: x\n"}, "mainSteps[0].action (line 3)"),
        ({"content": {"schemaVersion": "0.3", "mainSteps": [1]}}, "schemaVersion: '0.3'"),
        ({"content": content("x" * 65_536)}, "allowed are at most 65536"),
        ({"version_name": "a b"}, "version_name: 'a b' is not the name of a version"),
        ({"default_version": "$LATEST"}, "default_version: '$LATEST' is not a version; allowed are its number and"),
        ({"target_type": "EC2"}, "target_type: 'EC2' is not a type"),
        ({"keep_versions": 0}, "keep_versions: 0 is not allowed"),
        ({"attachments": [{"key": "SourceUrl", "values": ["s3://a"]}] * 21}, "attachments: there are 21"),
        ({"attachments": [{"key": "S3FileUrl", "values": ["s3://a"]}]}, "name"),
        ({"account_ids": ["12"]}, "account_ids: '12' is not an account"),
        ({"account_ids": ["all", ACCOUNTS[0]], "share_with_all": True}, "'all' is given with accounts"),
        ({"account_ids": ACCOUNTS}, "account_ids: there are 1001"),
        ({"content": content(), "default_version": "1"}, "mutually exclusive"),
    ],
)
def test_refuses_before_any_call(tasks: Tasks, options: Json, words: str) -> None:
    assert words in tasks.refuse(**options)
    assert tasks.account.operations == []


def test_refuses_what_is_no_command_document_or_has_no_content(tasks: Tasks) -> None:
    assert "content: the document 'Restart' does not exist" in tasks.refuse(tags={"A": "1"})
    automation = {"schemaVersion": "0.3", "mainSteps": [{"name": "a", "action": "aws:sleep", "inputs": {}}]}
    tasks.account.ssm.create_document(Name="Restart", Content=json.dumps(automation), DocumentType="Automation")
    assert "'Restart' is a document of type Automation" in tasks.refuse(content=content())


# What a sandbox does not do: lose answers, and take its time.


def described(version: str, default: str, tags: t.Sequence[Json] = (), **more: str) -> Json:
    numbers = {"DocumentVersion": version, "DefaultVersion": default, "LatestVersion": version}
    return {"Document": {"Name": "Restart", "DocumentType": "Command", **numbers, "Tags": list(tags), **more}}


def got(version: str, found: Json) -> Json:
    return {"Name": "Restart", "Content": json.dumps(found), "DocumentVersion": version, "DocumentType": "Command"}


@pytest.mark.parametrize("made_by", ["us", "others"])
def test_a_lost_answer_of_a_creation_is_looked_up(
    capsys: pytest.CaptureFixture[str], stubs: StubbedClients, made_by: str
) -> None:
    stubs.fail("ssm", "describe_document", "InvalidDocument")
    stubs.fail("ssm", "create_document", "DocumentAlreadyExists")
    stubs.answer("ssm", "describe_document", described("1", "1", [MARK] if made_by == "us" else []))
    stubs.answer("ssm", "get_document", got("1", content()))
    result = run_module(command_document.main, {"name": "Restart", "content": content()}, capsys)
    assert result["changed"] is (made_by == "us")
    assert ("DocumentAlreadyExists" in result.get("msg", "")) is (made_by == "others")


def test_a_lost_answer_of_an_update_is_looked_up(capsys: pytest.CaptureFixture[str], stubs: StubbedClients) -> None:
    stubs.answer("ssm", "describe_document", described("1", "1", [MARK]))
    stubs.answer("ssm", "get_document", got("1", content()))
    stubs.fail("ssm", "update_document", "DuplicateDocumentContent")
    stubs.answer("ssm", "get_document", got("2", content("two")))
    stubs.answer("ssm", "describe_document", described("2", "1", [MARK]))
    stubs.answer("ssm", "update_document_default_version", {}, {"Name": "Restart", "DocumentVersion": "2"})
    result = run_module(command_document.main, {"name": "Restart", "content": content("two")}, capsys)
    assert result["document"]["default_version"] == "2"


@pytest.mark.parametrize("status", ["Active", "Failed"])
def test_waits_until_aws_has_the_attachments(
    capsys: pytest.CaptureFixture[str], stubs: StubbedClients, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setattr(versions_calls, "POLL_SECONDS", 0)
    stubs.fail("ssm", "describe_document", "InvalidDocument")
    stubs.answer("ssm", "create_document", {"DocumentDescription": {"Status": "Creating"}})
    stubs.answer("ssm", "describe_document", described("1", "1", [MARK], Status="Creating"))
    stubs.answer("ssm", "describe_document", described("1", "1", [MARK], Status=status, StatusInformation="no file"))
    file = {"key": "S3FileUrl", "values": ["s3://files/a"], "name": "a.sh"}
    options = {"name": "Restart", "content": content(), "attachments": [file]}
    result = run_module(command_document.main, options, capsys)
    assert result["changed"]
    assert ("version 1 of the document Restart is Failed: no file" in result.get("msg", "")) is (status == "Failed")
