# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What depends on a condition key without a value is unknown, never denied; what does not is known."""

from __future__ import annotations

import copy
import itertools
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access import certainty
from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import request_facts
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Resource, resources_of_tag_sets
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix_calls import Question, ask_principal
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from hypothesis import given, settings
from hypothesis import strategies as st

from .iam_reading import node_context
from .simulating_iam import NOW, SimulatingIAM, World, decide, keys_of

if t.TYPE_CHECKING:
    from mypy_boto3_iam.client import IAMClient

Document = dict[str, t.Any]
Json = dict[str, t.Any]
PLACE = Place("aws", "us-east-1", "123456789012")
FACTS = request_facts(PLACE, NOW)
ALICE = "arn:aws:iam::123456789012:user/alice"
SHELL = Resource("AWS-RunShellScript", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript")
NODES = "arn:aws:ec2:*:*:instance"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def policy(*statements: Json) -> Document:
    whole = [{"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "*", **statement} for statement in statements]
    return {"Version": "2012-10-17", "Statement": whole}


def when(condition: Json, **more: t.Any) -> Json:
    return {"Condition": condition, **more}


def deny(condition: Json, **more: t.Any) -> Json:
    return when(condition, Effect="Deny", **more)


def cells_of(iam: SimulatingIAM, principal: str | None = ALICE, **question: t.Any) -> list[Json]:
    nodes = tuple(resources_of_tag_sets([{"Finance": "db"}], ["ec2"], PLACE))
    asked = Question(nodes, (SHELL,), facts=FACTS, **question)
    return ask_principal(t.cast("IAMClient", iam), principal, asked).cells


def cell_of(document: Document, case: dict[str, tuple[str, ...]] | None = None) -> Json:
    return cells_of(SimulatingIAM(None, {ALICE: [document]}), cases=(case or {},))[0]


def equals(key: str, value: str, operator: str = "StringEquals") -> Json:
    return {operator: {key: value}}


UNKNOWN: list[tuple[str, Document, list[str]]] = [
    ("mfa", policy(when(MFA)), ["aws:MultiFactorAuthPresent"]),
    (
        "mfa or a denial",
        policy({}, deny(equals("aws:MultiFactorAuthPresent", "false", "BoolIfExists"))),
        ["aws:MultiFactorAuthPresent"],
    ),
    ("source address", policy(when(equals("aws:SourceIp", "10.0.0.0/8", "IpAddress"))), ["aws:SourceIp"]),
    ("a network endpoint", policy({}, deny(equals("aws:SourceVpce", "vpce-1", "StringNotEquals"))), ["aws:SourceVpce"]),
    ("a variable", policy(when(equals("aws:ResourceTag/Finance", "${aws:SourceIdentity}"))), ["aws:SourceIdentity"]),
    (
        "a variable in a resource",
        policy({"Resource": ["arn:aws:ec2:*:*:instance/${ec2:SourceInstanceARN}", SHELL.arn]}),
        ["ec2:SourceInstanceARN"],
    ),
    (
        "one of two keys",
        policy(when({**MFA, **equals("aws:RequestedRegion", "us-east-1")})),
        ["aws:MultiFactorAuthPresent"],
    ),
    (
        "the key that decides, of two",
        policy(when(MFA), {"Action": "s3:*", **when(equals("aws:SourceIp", "1.2.3.4"))}),
        ["aws:MultiFactorAuthPresent"],
    ),
]
KNOWN: list[tuple[str, Document, str]] = [
    ("the region", policy(when(equals("aws:RequestedRegion", "us-east-1"))), "allowed"),
    ("another region", policy(when(equals("aws:RequestedRegion", "us-west-1"))), "implicitDeny"),
    ("the principal's tag", policy(when(equals("aws:PrincipalTag/Team", "web"))), "allowed"),
    ("another value of the principal's tag", policy(when(equals("aws:PrincipalTag/Team", "db"))), "implicitDeny"),
    ("a tag that the principal lacks", policy(when(equals("aws:PrincipalTag/Cost", "7"))), "implicitDeny"),
    ("the principal's name", policy(when(equals("aws:username", "alice"))), "allowed"),
    ("the principal's ID", policy(when(equals("aws:userid", "A" * 20))), "allowed"),
    (
        "the principal's ARN",
        policy(when(equals("aws:PrincipalArn", "arn:aws:iam::*:*/b", "ArnLike"))),
        "implicitDeny",
    ),
    ("the time", policy(when(equals("aws:CurrentTime", "2025-01-01T00:00:00Z", "DateGreaterThan"))), "allowed"),
    ("transport", policy({}, deny(equals("aws:SecureTransport", "false", "Bool"))), "allowed"),
    ("a tag that the node lacks", policy(when(equals("ssm:resourceTag/Role", "db"))), "implicitDeny"),
    ("a tag that no request to send has", policy(when(equals("aws:RequestTag/Finance", "db"))), "implicitDeny"),
    ("mfa of another action", policy({}, deny(MFA, Action="s3:*")), "allowed"),
    ("mfa of another node", policy(when(MFA, Resource="arn:aws:ec2:*:*:instance/i-1"), {}), "allowed"),
    ("mfa beside a denial", policy(when(MFA), {"Effect": "Deny"}), "explicitDeny"),
    ("mfa beside a permission", policy({}, when(MFA)), "allowed"),
    ("nothing that allows", policy(when(MFA, Action="s3:*")), "implicitDeny"),
]


def with_tags(document: Document) -> SimulatingIAM:
    iam = SimulatingIAM(None, {ALICE: [document]})
    iam.tags[ALICE] = {"Team": "web"}
    return iam


@pytest.mark.parametrize(("document", "keys"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_what_depends_on_a_key_is_unknown_and_names_it(document: Document, keys: list[str]) -> None:
    cell = cells_of(with_tags(document))[0]
    assert (cell["decision"], cell["allowed"], cell["depends_on"]) == ("unknown", None, keys)
    assert cells_of(SimulatingIAM(None), None, added=(document,))[0]["depends_on"] == keys


@pytest.mark.parametrize(("document", "decision"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_what_does_not_depend_on_a_key_is_known(document: Document, decision: str) -> None:
    cell = cells_of(with_tags(document))[0]
    assert (cell["decision"], cell["allowed"], cell["depends_on"]) == (decision, decision == "allowed", [])


def test_of_a_planned_policy_nobody_is_known() -> None:
    cell = cells_of(SimulatingIAM(None), None, added=(policy(when(equals("aws:PrincipalTag/Team", "web"))),))[0]
    assert (cell["decision"], cell["depends_on"]) == ("unknown", ["aws:PrincipalTag/Team"])


def test_cases_give_the_keys() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(when(MFA))]})
    key = "aws:MultiFactorAuthPresent"
    cells = cells_of(iam, cases=({key: ("true",)}, {key: ("false",)}, {key: ()}, {}))
    assert [(cell["context"], cell["decision"]) for cell in cells] == [
        ({key: ["true"]}, "allowed"),
        ({key: ["false"]}, "implicitDeny"),
        ({key: []}, "implicitDeny"),
        ({}, "unknown"),
    ]


def test_a_boundary_is_read_like_a_policy() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy({})]})
    iam.boundaries[ALICE] = policy(when(MFA))
    assert cells_of(iam)[0]["depends_on"] == ["aws:MultiFactorAuthPresent"]
    iam.boundaries[ALICE] = policy({}, when(MFA))
    assert cells_of(iam)[0]["decision"] == "allowed"


def test_a_policy_of_the_organization_is_unknown_by_its_key() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy({})]})
    iam.organization = policy({}, deny(equals("aws:SourceIp", "10.0.0.0/8", "NotIpAddress")))
    assert cells_of(iam)[0]["depends_on"] == ["aws:SourceIp"]
    iam.own[ALICE] = [policy({"Resource": "arn:aws:s3:::x"})]
    assert cells_of(iam)[0]["allowed"] is False


def test_a_tag_that_only_a_policy_of_the_organization_names_is_asked_with_its_value() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy({})]})
    iam.organization = policy({}, deny(equals("aws:ResourceTag/Env", "prod")))
    tags = [{"Env": "prod", "Name": "a"}, {"Env": "test", "Name": "b"}, {"Name": "c"}]
    asked = Question(tuple(resources_of_tag_sets(tags, ["ec2"], PLACE)), (SHELL,), facts=FACTS)
    cells = ask_principal(t.cast("IAMClient", iam), ALICE, asked).cells
    assert [cell["allowed"] for cell in cells] == [False, True, True]


@pytest.mark.parametrize("operation", ["GetUserPolicy", "ListUserPolicies", "ListGroupsForUser", "GetUser"])
def test_a_policy_that_cannot_be_read_is_unknown_by_its_name(operation: str) -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(when(MFA))]})
    iam.denied.add(operation)
    cell = cells_of(iam)[0]
    assert (cell["decision"], cell["depends_on"]) == ("unknown", ["aws:MultiFactorAuthPresent"])
    assert "alice" in cell["unreadable_policies"][0]


def test_policies_are_read_only_when_a_key_is_missing() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(when(equals("aws:RequestedRegion", "us-east-1")))]})
    assert cells_of(iam)[0]["allowed"]
    assert iam.calls == ["simulate", "simulate"]


def test_rewriting_leaves_the_lines_of_statements() -> None:
    document = policy(when(MFA), deny(MFA), {})
    before = copy.deepcopy(document)
    wide, narrow = (bound(document, certainty.KnownKeys()) for bound in (certainty.widest, certainty.narrowest))
    assert document == before
    assert len(wide["Statement"]) == len(narrow["Statement"]) == 3
    assert "Condition" not in wide["Statement"][0]
    assert narrow["Statement"][0]["Action"] != "ssm:SendCommand"
    assert wide["Statement"][1]["Action"] != "ssm:SendCommand"


VALUES: dict[str, list[str]] = {
    "aws:RequestedRegion": ["us-east-1", "us-west-1"],
    "aws:PrincipalTag/Team": ["web", "db"],
    "aws:PrincipalTag/Cost": ["1", "2"],
    "aws:PrincipalArn": [ALICE, "arn:aws:iam::123456789012:user/bob"],
    "ssm:resourceTag/Finance": ["db", "web"],
    "aws:ResourceTag/Role": ["db"],
    "aws:SourceIp": ["10.1.2.3", "192.0.2.7"],
    "aws:CurrentTime": ["2025-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"],
    "aws:TokenIssueTime": ["2025-06-01T00:00:00+00:00", "2027-06-01T00:00:00+00:00"],
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:SourceVpce": ["vpce-1", "vpce-2"],
}
# What an adversary may choose: what the request has besides what is known.
CHOSEN = ("aws:SourceIp", "aws:TokenIssueTime", "aws:MultiFactorAuthPresent", "aws:SourceVpce")


def choices(keys: set[str]) -> list[dict[str, list[str]]]:
    """All that an adversary may choose of these keys: each value of the policies, another one, none."""
    chosen = [key for key in CHOSEN if key in keys]
    return [
        {key: [value] for key, value in zip(chosen, values, strict=True) if value is not None}
        for values in itertools.product(*([None, *VALUES[key]] for key in chosen))
    ]


def operators_of(key: str) -> list[str]:
    if key.endswith("Time"):
        return ["DateGreaterThan", "DateLessThan", "DateLessThanIfExists"]
    if key == "aws:SourceIp":
        return ["IpAddress", "NotIpAddress", "IpAddressIfExists"]
    if key == "aws:MultiFactorAuthPresent":
        return ["Bool", "BoolIfExists", "Null"]
    return [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringEqualsIfExists",
        "ForAllValues:StringEquals",
        "Null",
    ]


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    condition: Json = {}
    for key in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True)):
        operator = draw(st.sampled_from(operators_of(key)))
        wanted = draw(st.sampled_from(["true", "false"] if operator == "Null" else VALUES[key]))
        condition.setdefault(operator, {})[key] = wanted
    return condition


@st.composite
def documents(draw: st.DrawFn) -> Document:
    statements = [
        {
            "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
            "Action": draw(st.sampled_from(["ssm:SendCommand", "ssm:*", "*", "s3:GetObject"])),
            draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(
                st.sampled_from(["*", f"{NODES}/*", SHELL.arn, f"{NODES}/${{aws:SourceVpce}}"])
            ),
            "Condition": draw(conditions()),
        }
        for _number in range(draw(st.integers(1, 4)))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


@given(st.lists(documents(), min_size=1, max_size=2), st.booleans())
@settings(deadline=None, max_examples=300)
def test_what_is_certain_holds_for_any_choice_of_the_keys(own: list[Document], has_boundary: bool) -> None:
    limits = own[1:] if has_boundary else []
    iam = SimulatingIAM(None, {ALICE: own[:1] if has_boundary else own})
    iam.tags[ALICE] = {"Team": "web"}
    if limits:
        iam.boundaries[ALICE] = limits[0]
    cell = cells_of(iam)[0]
    principal = {"aws:PrincipalArn": [ALICE], "aws:PrincipalTag/Team": ["web"]}
    known = {key: list(values) for key, values in FACTS.items()} | principal
    policies = {str(number): document for number, document in enumerate(iam.own[ALICE])}
    for choice in choices({key for document in own for key in keys_of(document)}):
        on_node = World(policies, limits, {**known, **choice, **node_context({"Finance": "db"})})
        on_document = World(policies, limits, {**known, **choice})
        decisions = {
            decide(on_node, "ssm:SendCommand", cell["node_arn"]),
            decide(on_document, "ssm:SendCommand", SHELL.arn),
        }
        if cell["allowed"] is not None:
            assert cell["allowed"] == (decisions == {"allowed"}), choice
    assert iam.calls.count("simulate") <= 2 * (1 + 2) + 2
