# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module send_command_policy from its arguments to its result, on moto's IAM and STS."""

from __future__ import annotations

import json
import pathlib
import typing as t

import boto3
import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.modules import send_command_policy

from .run_module import assert_refused, run_module

if t.TYPE_CHECKING:
    from mypy_boto3_iam.client import IAMClient

SCOPE: dict[str, t.Any] = {"tags": {"Finance": "WebServers"}}
GOOD: dict[str, t.Any] = {"name": "web", "scopes": [SCOPE], "documents": ["AWS-RunShellScript"], "guard_tags": True}
ARN = "arn:aws:iam::123456789012:policy/web"
GOLDEN = pathlib.Path(__file__).parents[1] / "module_utils" / "access" / "golden"


@pytest.fixture
def iam(aws: None) -> IAMClient:
    client = boto3.client("iam", region_name="us-east-1")
    client.create_user(UserName="alice")
    client.create_group(GroupName="ops")
    return client


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> t.Callable[..., dict[str, t.Any]]:
    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(send_command_policy.main, options, capsys, check=check)

    return run_it


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the module warns of; in a test's process Ansible would show it instead of returning it."""
    warnings: list[str] = []
    monkeypatch.setattr(f"{send_command_policy.__name__}.warn", warnings.append)
    return warnings


def scope(**options: t.Any) -> dict[str, t.Any]:
    return {**GOOD, "scopes": [{**SCOPE, **options}]}


def tags(value: t.Any) -> dict[str, t.Any]:
    return {**GOOD, "scopes": [{"tags": value}]}


def but(**options: t.Any) -> dict[str, t.Any]:
    return {**GOOD, **options}


def without(option: str) -> dict[str, t.Any]:
    return {key: value for key, value in GOOD.items() if key != option}


# Arguments, and the argument, the value and what is allowed as the one sentence names them.
BAD: list[tuple[dict[str, t.Any], list[str]]] = [
    (without("name"), ["document_only", "missing", "name"]),
    (without("scopes"), ["state is present", "missing", "scopes"]),
    (but(state="gone"), ["state", "present, absent", "gone"]),
    (but(nome="x"), ["Unsupported parameters", "nome"]),
    (but(name="my policy"), ["name", "'my policy'", "letters, digits"]),
    (but(name="n" * 129), ["name", "1 to 128"]),
    (but(path="ops/"), ["path", "'ops/'", "'/ops/ssm/'"]),
    (but(description="d" * 1001), ["description", "1001", "1000"]),
    (but(users=["a b"]), ["users", "'a b'", "1 to 64"]),
    (but(groups=["g/x"]), ["groups", "'g/x'"]),
    (but(roles=["r" * 65]), ["roles", "1 to 64"]),
    (but(tags={"aws:x": "y"}), ["tags", "'aws:x'", "AWS reserves"]),
    (but(tags={"a": "v" * 257}), ["tags[a]", "256"]),
    (but(tags={f"k{n}": "v" for n in range(50)}), ["tags", "50", "49"]),
    (but(scopes=[]), ["scopes", "empty"]),
    (but(scopes=[{}]), ["missing", "tags", "scopes"]),
    (but(scopes=["web"]), ["dictionary requested"]),
    (scope(nodes=["i-1"]), ["Unsupported parameters", "scopes.nodes"]),
    (tags({}), ["scopes[0].tags", "{}", "every node"]),
    (tags({"": "x"}), ["scopes[0].tags", "''", "1 to 128"]),
    (tags({"k" * 129: "x"}), ["129 characters", "1 to 128"]),
    (tags({"aws:cloudformation:stack-name": "x"}), ["aws:cloudformation:stack-name", "AWS reserves"]),
    (tags({"a*": "x"}), ["'a*'", "letters, digits, spaces"]),
    (tags({"Role": "x", "role": "y"}), ["'role'", "'Role'", "only in case"]),
    (tags({"a": []}), ["scopes[0].tags[a]", "at least one value"]),
    (tags({"a": True}), ["scopes[0].tags[a]", "True", "put it in quotes"]),
    (tags({"a": "v" * 257}), ["scopes[0].tags[a]", "257", "256"]),
    (tags({"a": "${aws:username}"}), ["scopes[0].tags[a]", "'${aws:username}'", "policy variable"]),
    (tags({"a": "b\n"}), ["scopes[0].tags[a]", "'b\\n'", "printable"]),
    (scope(operator="StringLikeIfExists"), ["operator", "StringLike, StringEquals", "StringLikeIfExists"]),
    (scope(regions=[]), ["scopes[0].regions", "empty"]),
    (scope(regions=["eu-central"]), ["scopes[0].regions", "'eu-central'", "eu-central-1"]),
    (scope(account="12345"), ["scopes[0].account", "'12345'", "12 digits"]),
    (scope(node_types=["onprem"]), ["node_types", "ec2, managed", "onprem"]),
    (scope(node_types=[]), ["scopes[0].node_types", "ec2 and managed"]),
    (but(documents=[]), ["documents", "empty"]),
    (but(documents=["run this"]), ["documents", "'run this'", "wildcards"]),
    (but(documents=["arn:aws:s3:::b"]), ["documents", "'arn:aws:s3:::b'", "arn:PARTITION:ssm"]),
    (but(documents=["arn:aws:ssm:nowhere::document/AWS-X"]), ["documents", "'nowhere'", "region"]),
    (but(documents=["arn:aws:ssm:*:1:document/x"]), ["documents", "'1'", "12 digits"]),
    (
        but(documents=["arn:aws:ssm:*:123456789012:document/AWS-X"]),
        ["documents", "AWS-X", "AWS-owned document has none"],
    ),
    (but(documents=["arn:aws:ssm:*::document/x"]), ["documents", "document/x", "only AWS-owned"]),
    (but(document_regions=["mars-1"]), ["document_regions", "'mars-1'"]),
    (but(document_regions=[]), ["document_regions", "empty"]),
    (but(allow={"everything": True}), ["Unsupported parameters", "allow.everything"]),
    (but(allow={"read": "perhaps"}), ["allow", "read", "perhaps"]),
    (but(allow={"read_actions": ["ssm:ListCommands"]}), ["allow.read_actions", "allow.read"]),
    (but(allow={"read": True, "read_actions": ["ssm:SendCommand"]}), ["read_actions", "ssm:SendCommand"]),
    (but(allow={"output": {"s3": [{"bucket": "UPPER"}]}}), ["allow.output.s3[0].bucket", "'UPPER'", "lowercase"]),
    (but(allow={"output": {"s3": [{"prefix": "x"}]}}), ["missing", "bucket"]),
    (but(allow={"output": {"s3": [{"bucket": "abc", "prefix": "${x}"}]}}), ["s3[0].prefix", "'${x}'"]),
    (but(allow={"output": {"log_groups": ["a b"]}}), ["allow.output.log_groups", "'a b'"]),
    (but(lint="loud"), ["lint", "warn, error, ignore", "loud"]),
    (but(lint_skip=["everything"]), ["lint_skip", "everything"]),
    (but(document_only=True, state="absent"), ["document_only", "'present'", "'absent'"]),
    (but(partition="aws-cn"), ["partition", "'aws-cn'", "document_only"]),
    (but(account="123456789012"), ["account", "'123456789012'", "document_only"]),
    (but(document_only=True, partition="AWS"), ["partition", "'AWS'", "aws-us-gov"]),
    (but(document_only=True, account="1"), ["account", "'1'", "12 digits"]),
    (
        but(document_only=True, scopes=[{"tags": {"a": [f"{n:0>200}" for n in range(40)]}}]),
        ["scopes and documents", "without whitespace", "6144"],
    ),
    (but(document_only=True, documents=["*"], lint="error"), ["lint", "any document", "[any-document]"]),
]


@pytest.mark.parametrize(("options", "named"), BAD)
@pytest.mark.usefixtures("refuse_clients")
def test_bad_input_is_refused_in_one_sentence_without_a_call(
    run: t.Callable[..., dict[str, t.Any]], options: dict[str, t.Any], named: list[str]
) -> None:
    assert_refused(run(**options), named)


def test_check_real_check_real_absent(iam: IAMClient, run: t.Callable[..., dict[str, t.Any]]) -> None:
    options = but(
        path="/ops/", description="web", tags={"team": "web"}, users=["alice"], groups=["ops"], allow={"read": True}
    )
    arn = ARN.replace("/web", "/ops/web")
    promised = run(check=True, **options)
    assert iam.list_policies(Scope="Local")["Policies"] == []
    made = run(**options)
    assert made == promised
    assert made["changed"]
    assert made["diff"]["before"] == {}
    assert made["diff"]["after"] == {key: made[key] for key in ("policy", "policy_document", "attachments")}
    assert made["policy"] == {
        "arn": arn,
        "policy_name": "web",
        "path": "/ops/",
        "description": "web",
        "default_version_id": "v1",
        "tags": {"team": "web", "ssmops:made-by": "ssmops.run_command.send_command_policy"},
    }
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == made["policy_document"]
    for check in (True, False):
        again = run(check=check, **options)
        assert not again["changed"]
        assert {key: again[key] for key in again if key not in ("changed", "diff")} == {
            key: made[key] for key in made if key not in ("changed", "diff")
        }
    gone = {"name": "web", "path": "/ops/", "users": ["alice"], "groups": ["ops"], "state": "absent"}
    assert run(check=True, **gone) == {**run(**gone)}
    assert iam.list_policies(Scope="Local")["Policies"] == []
    nothing = run(**gone)
    assert (nothing["changed"], nothing["policy"]) == (False, {})
    assert nothing["attachments"] == {"users": [], "groups": [], "roles": []}


def test_a_document_written_otherwise_is_no_change(iam: IAMClient, run: t.Callable[..., dict[str, t.Any]]) -> None:
    document = run(**GOOD)["policy_document"]
    for statement in document["Statement"]:
        statement.pop("Sid")
        statement["Action"] = [action.lower() for action in statement["Action"]]
    document["Statement"].reverse()
    iam.create_policy_version(PolicyArn=ARN, PolicyDocument=json.dumps(document, indent=1), SetAsDefault=True)
    result = run(**GOOD)
    assert not result["changed"]
    assert result["policy"]["default_version_id"] == "v2"
    assert result["policy_document"] == document


@pytest.mark.usefixtures("iam")
def test_changed_document_is_a_new_default_version(run: t.Callable[..., dict[str, t.Any]]) -> None:
    run(**GOOD)
    changed = but(scopes=[{"tags": {"Finance": ["WebServers", "AppServers"]}}])
    promised, made = run(check=True, **changed), run(**changed)
    assert promised == made
    assert made["policy"]["default_version_id"] == "v2"
    assert made["diff"]["before"]["policy"]["default_version_id"] == "v1"
    assert not run(**changed)["changed"]


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
@pytest.mark.usefixtures("iam")
def test_partition_is_the_caller_s(run: t.Callable[..., dict[str, t.Any]], region: str, partition: str) -> None:
    made = run(**but(region=region, allow={"output": {"s3": [{"bucket": "out"}], "log_groups": ["/ssm/web"]}}))
    assert made["policy"]["arn"] == f"arn:{partition}:iam::123456789012:policy/web"
    resources = [item for statement in made["policy_document"]["Statement"] for item in statement["Resource"]]
    assert {item.split(":")[1] for item in resources} == {partition}
    assert made["lint"] == []
    assert not run(**but(region=region, allow={"output": {"s3": [{"bucket": "out"}], "log_groups": ["/ssm/web"]}}))[
        "changed"
    ]


def test_absent_refuses_what_it_does_not_manage(iam: IAMClient, run: t.Callable[..., dict[str, t.Any]]) -> None:
    run(**GOOD)
    iam.attach_group_policy(GroupName="ops", PolicyArn=ARN)
    for check in (True, False):
        refused = run(check=check, name="web", state="absent", users=["alice"])
        assert refused["failed"]
        assert "still attached to group ops" in refused["msg"]
    assert run(name="web", state="absent", force=True)["changed"]
    assert iam.list_policies(Scope="Local")["Policies"] == []


@pytest.mark.usefixtures("iam")
def test_findings_are_warnings_in_check_mode_too(run: t.Callable[..., dict[str, t.Any]], warned: list[str]) -> None:
    options: dict[str, t.Any] = {"name": "web", "scopes": [{"tags": {"Role": "w*"}, "node_types": ["ec2"]}]}
    result = run(check=True, **options)
    codes = ["any-document", "no-managed-instance", "tags-changeable", "wildcard-tag-value"]
    assert sorted(finding["code"] for finding in result["lint"]) == codes
    assert [warning.rpartition("[")[2].rstrip("]") for warning in warned] == [item["code"] for item in result["lint"]]
    skipped = run(check=True, **options, lint_skip=codes[1:])
    assert [finding["code"] for finding in skipped["lint"]] == ["any-document"]
    assert run(check=True, **options, lint="ignore")["lint"] == []


def test_lint_error_stops_before_anything_is_changed(iam: IAMClient, run: t.Callable[..., dict[str, t.Any]]) -> None:
    result = run(**but(documents=None, lint="error"))
    assert result["failed"]
    assert result["lint"][0]["code"] == "any-document"
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert run(**but(lint="error"))["changed"]


@pytest.mark.usefixtures("iam")
def test_description_that_iam_cannot_change_is_a_warning(
    run: t.Callable[..., dict[str, t.Any]], warned: list[str]
) -> None:
    run(**but(description="one"))
    result = run(**but(description="two"))
    assert not result["changed"]
    assert result["policy"]["description"] == "one"
    assert "description: the policy web has the description 'one', which IAM cannot change" in warned[0]


@pytest.mark.usefixtures("refuse_clients")
def test_document_only_makes_no_call(run: t.Callable[..., dict[str, t.Any]]) -> None:
    result = run(document_only=True, scopes=[SCOPE], partition="aws-cn", account="123456789012", documents=["x"])
    assert not result["changed"]
    resources = [item for statement in result["policy_document"]["Statement"] for item in statement["Resource"]]
    assert resources == [
        "arn:aws-cn:ssm:*:123456789012:document/x",
        "arn:aws-cn:ec2:*:123456789012:instance/*",
        "arn:aws-cn:ssm:*:123456789012:managed-instance/*",
    ]
    assert "policy" not in result


@pytest.mark.usefixtures("iam")
def test_errors_of_aws_are_told_with_their_code(
    run: t.Callable[..., dict[str, t.Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the user had been deleted between the check and the call.
    monkeypatch.setattr(f"{send_command_policy.__name__}.missing_principals", lambda *_args: [])
    result = run(**but(users=["nobody"]))
    assert result["failed"]
    assert result["msg"].startswith("Failed to attach the managed policy")
    assert result["error"]["code"] == "NoSuchEntity"


@pytest.mark.parametrize(
    ("task", "golden"),
    [
        ("Create the first policy of the AWS topic", "topic_one_tag"),
        ("Create the second policy of the AWS topic", "topic_both_tags"),
        ("Create the third policy of the AWS topic", "topic_either_tag"),
    ],
)
@pytest.mark.usefixtures("refuse_clients")
def test_examples_of_the_topic_decide_as_the_topic_does(
    run: t.Callable[..., dict[str, t.Any]], task: str, golden: str
) -> None:
    """The documented tasks are the golden ones; test_topic_policies.py shows that those decide alike."""
    from ..module_utils.access.test_topic_policies import decision_table

    examples = {item["name"]: item for item in yaml.safe_load(send_command_policy.EXAMPLES)}
    (name,) = [name for name in examples if name.startswith(task)]
    options = examples[name]["ssmops.run_command.send_command_policy"]
    document = run(document_only=True, **options)["policy_document"]
    theirs = json.loads((GOLDEN / f"{golden}.json").read_text())
    assert decision_table(document) == decision_table(theirs)


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({"users": ["alice", "bob"]}, "user bob does not exist"),
        ({"groups": ["ops", "dev"]}, "group dev does not exist"),
        ({"roles": ["web"], "users": ["bob"]}, "user bob, role web does not exist"),
    ],
)
def test_nothing_is_created_for_principals_that_do_not_exist(
    iam: IAMClient,
    run: t.Callable[..., dict[str, t.Any]],
    warned: list[str],
    options: dict[str, t.Any],
    missing: str,
) -> None:
    result = run(**but(**options))
    assert result["failed"]
    assert missing in result["msg"]
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert run(check=True, **but(**options))["changed"]
    assert any(missing in warning for warning in warned)


def test_a_policy_of_others_is_refused_and_stays(iam: IAMClient, run: t.Callable[..., dict[str, t.Any]]) -> None:
    theirs = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.create_policy(PolicyName="web", PolicyDocument=json.dumps(theirs))
    for check in (True, False):
        assert "the policy web was not made by this collection; set adopt" in run(check=check, **GOOD)["msg"]
        assert "set force to delete it" in run(check=check, name="web", state="absent")["msg"]
        assert not run(check=check, name="web", state="absent", adopt=True)["changed"]
    version = iam.get_policy_version(PolicyArn=ARN, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == theirs
    assert run(name="web", state="absent", force=True)["changed"]
    assert iam.list_policies(Scope="Local")["Policies"] == []
