# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An IAM client that is moto's, with the simulation moto lacks answered by the tests' own reading of IAM."""

from __future__ import annotations

import datetime
import json
import re
import typing as t

from botocore.exceptions import ClientError

from tests.support.service_models import FakeClient

from .iam_reading import evaluate

Document = dict[str, t.Any]
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class _ParsedDocuments:
    """Operations whose answers boto3 changes: documents parsed, where the model that FakeClient checks has a text."""

    own: dict[str, list[Document]]
    boundaries: dict[str, Document]
    calls: list[str]

    def _read(self, operation: str, name: str) -> str:
        raise NotImplementedError

    def get_user_policy(self, **request: t.Any) -> dict[str, t.Any]:
        arn = self._read("GetUserPolicy", request["UserName"])
        document: t.Any = self.own[arn][int(request["PolicyName"].rpartition("-")[2])]
        return {"UserName": request["UserName"], "PolicyName": request["PolicyName"], "PolicyDocument": document}

    def get_policy_version(self, **request: t.Any) -> dict[str, t.Any]:
        self.calls.append("read")
        (document,) = self.boundaries.values()
        return {"PolicyVersion": {"Document": document, "VersionId": request["VersionId"]}}


class SimulatingIAM(FakeClient, _ParsedDocuments, service="iam"):
    """Delegates to a boto3 client; `own` are the policies that principals have, by ARN.

    A simulation has one page for each action, with a result for each resource inside, as IAM answers. It names every
    condition key of the policies that has no value, whether or not the decision turns on it.

    :ivar boundaries: the permissions boundaries of principals, by ARN; they and their tags are what users have.
    :ivar organization: a policy of the organization, which no reading of policies shows.
    :ivar denied: the operations that the caller may not call.
    """

    def __init__(self, client: t.Any, own: dict[str, list[Document]] | None = None) -> None:
        self._client = client
        self.own = own or {}
        self.boundaries: dict[str, Document] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.organization: Document | None = None
        self.denied: set[str] = set()
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> t.Any:
        self.calls.append(name)
        return getattr(self._client, name)

    def get_paginator(self, name: str) -> t.Any:
        if name not in vars(SimulatingIAM):
            self.calls.append(name)
            return self._client.get_paginator(name)
        return super().get_paginator(name)

    def get_context_keys_for_principal_policy(self, **request: t.Any) -> dict[str, list[str]]:
        self.calls.append("get_context_keys_for_principal_policy")
        return {"ContextKeyNames": sorted({key for document in self._own_of(request) for key in keys_of(document)})}

    def _own_of(self, request: dict[str, t.Any]) -> list[Document]:
        return self.own[request["PolicySourceArn"]]

    def _read(self, operation: str, name: str) -> str:
        """The ARN of a principal whose policies are read."""
        self.calls.append("read")
        if operation in self.denied:
            error: t.Any = {"Error": {"Code": "AccessDenied", "Message": operation}}
            raise ClientError(error, operation)
        return next(arn for arn in self.own if arn.rsplit("/", 1)[-1] == name)

    def get_user(self, **request: t.Any) -> dict[str, t.Any]:
        arn = self._read("GetUser", request["UserName"])
        tags = [{"Key": key, "Value": value} for key, value in self.tags.get(arn, {}).items()]
        user = {"Path": "/", "UserName": request["UserName"], "UserId": "A" * 20, "Arn": arn, "Tags": tags}
        limit = {"PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY}} if arn in self.boundaries else {}
        return {"User": {**user, **limit, "CreateDate": NOW}}

    def list_groups_for_user(self, **request: t.Any) -> dict[str, t.Any]:
        self._read("ListGroupsForUser", request["UserName"])
        return {"Groups": [], "IsTruncated": False}

    def list_user_policies(self, **request: t.Any) -> dict[str, t.Any]:
        arn = self._read("ListUserPolicies", request["UserName"])
        return {"PolicyNames": [f"own-{number}" for number in range(len(self.own[arn]))], "IsTruncated": False}

    def list_attached_user_policies(self, **request: t.Any) -> dict[str, t.Any]:
        self._read("ListAttachedUserPolicies", request["UserName"])
        return {"AttachedPolicies": [], "IsTruncated": False}

    def get_policy(self, **request: t.Any) -> dict[str, t.Any]:
        assert request["PolicyArn"] == BOUNDARY
        self.calls.append("read")
        return {"Policy": {"Arn": BOUNDARY, "DefaultVersionId": "v1"}}

    def simulate_custom_policy(self, **request: t.Any) -> dict[str, t.Any]:
        limits = request.get("PermissionsBoundaryPolicyInputList", [])
        return self._page({}, request, [json.loads(text) for text in limits])

    def simulate_principal_policy(self, **request: t.Any) -> dict[str, t.Any]:
        own = self._own_of(request)
        limits = [self.boundaries.get(request["PolicySourceArn"]), self.organization]
        policies = {f"own-{number}": document for number, document in enumerate(own)}
        return self._page(policies, request, [limit for limit in limits if limit is not None])

    def _page(
        self, policies: dict[str, Document], request: dict[str, t.Any], limits: list[Document]
    ) -> dict[str, t.Any]:
        if "Marker" not in request:
            self.calls.append("simulate")
        texts = request.get("PolicyInputList", [])
        policies |= {f"PolicyInputList.{number}": json.loads(text) for number, text in enumerate(texts, start=1)}
        context = {item["ContextKeyName"]: item["ContextKeyValues"] for item in request["ContextEntries"]}
        position = int(request.get("Marker", 0))
        action = request["ActionNames"][position]
        world = World(policies, limits, context)
        shown = {
            "EvalActionName": action,
            "EvalResourceName": "arn:${Partition}:template",
            "EvalDecision": "implicitDeny",
            "ResourceSpecificResults": [_result(world, action, arn) for arn in request["ResourceArns"]],
        }
        is_last = position + 1 == len(request["ActionNames"])
        return {"EvaluationResults": [shown], "IsTruncated": not is_last} | (
            {} if is_last else {"Marker": str(position + 1)}
        )


class World(t.NamedTuple):
    """What a simulation decides by: policies by name, what limits them, the condition keys."""

    policies: dict[str, Document]
    limits: list[Document]
    context: dict[str, list[str]]


def keys_of(document: Document) -> set[str]:
    """The condition keys and variables of a document."""
    statements = [
        statement if isinstance(statement, dict) else {}
        for statement in (document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]])
    ]
    keys = {key for statement in statements for block in statement.get("Condition", {}).values() for key in block}
    return keys | set(re.findall(r"\$\{([^},]+)", json.dumps(document)))


def decide(world: World, action: str, arn: str) -> str:
    """The decision of all policies within all limits."""
    decisions = {evaluate(document, action, arn, world.context).decision for document in world.policies.values()}
    within = [evaluate(document, action, arn, world.context).decision for document in world.limits]
    if "explicitDeny" in {*decisions, *within}:
        return "explicitDeny"
    return "allowed" if "allowed" in decisions and set(within) <= {"allowed"} else "implicitDeny"


def _result(world: World, action: str, arn: str) -> dict[str, t.Any]:
    decision = decide(world, action, arn)
    verdicts = {name: evaluate(document, action, arn, world.context) for name, document in world.policies.items()}
    matched = [
        {
            "SourcePolicyId": name,
            "SourcePolicyType": "none",
            "StartPosition": {"Line": number + 2, "Column": 1},
            "EndPosition": {"Line": number + 2, "Column": 9},
        }
        for name, verdict in verdicts.items()
        if verdict.decision == decision
        for number in verdict.statements
    ]
    given = {name.lower() for name in world.context}
    keys = {key for document in [*world.policies.values(), *world.limits] for key in keys_of(document)}
    missing = sorted(key for key in keys if key.lower() not in given)
    return {
        "EvalResourceName": arn,
        "EvalResourceDecision": decision,
        "MatchedStatements": matched,
        "MissingContextValues": missing,
    }
