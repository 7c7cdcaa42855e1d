# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An IAM client that is moto's, with the simulation moto lacks answered by the tests' own reading of IAM."""

from __future__ import annotations

import json
import typing as t

from tests.support.service_models import FakeClient

from .iam_reading import evaluate

Document = dict[str, t.Any]


class SimulatingIAM(FakeClient, service="iam"):
    """Delegates to a boto3 client; `own` are the policies that principals have, by ARN.

    A simulation has one page for each action, with a result for each resource inside, as IAM answers.
    """

    def __init__(self, client: t.Any, own: dict[str, list[Document]] | None = None) -> None:
        self._client = client
        self.own = own or {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> t.Any:
        self.calls.append(name)
        return getattr(self._client, name)

    def get_paginator(self, name: str) -> t.Any:
        if not name.startswith("simulate_"):
            self.calls.append(name)
            return self._client.get_paginator(name)
        return super().get_paginator(name)

    def get_context_keys_for_principal_policy(self, **request: t.Any) -> dict[str, list[str]]:
        self.calls.append("get_context_keys_for_principal_policy")
        keys = {
            key
            for document in self.own[request["PolicySourceArn"]]
            for statement in document["Statement"]
            for block in statement.get("Condition", {}).values()
            for key in block
        }
        return {"ContextKeyNames": sorted(keys)}

    def simulate_custom_policy(self, **request: t.Any) -> dict[str, t.Any]:
        return self._page({}, request)

    def simulate_principal_policy(self, **request: t.Any) -> dict[str, t.Any]:
        own = self.own[request["PolicySourceArn"]]
        return self._page({f"own-{number}": document for number, document in enumerate(own)}, request)

    def _page(self, policies: dict[str, Document], request: dict[str, t.Any]) -> dict[str, t.Any]:
        if "Marker" not in request:
            self.calls.append("simulate")
        texts = request.get("PolicyInputList", [])
        policies |= {f"PolicyInputList.{number}": json.loads(text) for number, text in enumerate(texts, start=1)}
        context = {item["ContextKeyName"]: item["ContextKeyValues"] for item in request["ContextEntries"]}
        position = int(request.get("Marker", 0))
        action = request["ActionNames"][position]
        shown = {
            "EvalActionName": action,
            "EvalResourceName": "arn:${Partition}:template",
            "EvalDecision": "implicitDeny",
            "ResourceSpecificResults": [_result(policies, action, arn, context) for arn in request["ResourceArns"]],
        }
        is_last = position + 1 == len(request["ActionNames"])
        return {"EvaluationResults": [shown], "IsTruncated": not is_last} | (
            {} if is_last else {"Marker": str(position + 1)}
        )


def _result(policies: dict[str, Document], action: str, arn: str, context: dict[str, list[str]]) -> dict[str, t.Any]:
    verdicts = {name: evaluate(document, action, arn, context) for name, document in policies.items()}
    decisions = {verdict.decision for verdict in verdicts.values()}
    decision = next((word for word in ("explicitDeny", "allowed") if word in decisions), "implicitDeny")
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
    return {"EvalResourceName": arn, "EvalResourceDecision": decision, "MatchedStatements": matched}
