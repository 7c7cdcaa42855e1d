# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may send which documents to which nodes: the simulations to run, and the meaning of their results. Pure.

The context of a simulation (the tags) applies to all of its resources, so nodes and documents are grouped by their
tags. Only tags that a policy names can affect the decision, so the others are dropped first, which reduces the groups.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.certainty import POLICY_VARIABLE
from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import (
    RESOURCE_TAG_PREFIXES,
    context_entries,
    is_via_mcp,
    merged,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import SEND_COMMAND
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list
from ansible_collections.ssmops.run_command.plugins.module_utils.access.policy_shape import check_policy_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import check_tag_key, parse_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import (
    NodeType,
    is_wildcard,
    node_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import chunks
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import node_type_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import Context
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

# IAM's model gives no maximum for ResourceArns; one page of results has at most 1,000.
RESOURCES_A_CALL = 1000
PLACEHOLDER_IDS: dict[NodeType, str] = {"ec2": "i-" + "0" * 17, "managed": "mi-" + "0" * 17}
PRINCIPAL_PATTERN = re.compile(r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:(user|group|role)/[!-~]+")
ALLOWED = "allowed"
EXPLICIT_DENY = "explicitDeny"
UNKNOWN = "unknown"

Tags = tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True)
class Resource:
    """A node or a document: its name for the user, its ARN, its tags."""

    name: str | None
    arn: str
    tags: Tags = ()


@dataclasses.dataclass(frozen=True)
class Simulation:
    """One call: resources with the same relevant tags."""

    tags: Tags
    arns: tuple[str, ...]

    def request(self, context: Context | None = None) -> dict[str, t.Any]:
        """The parameters that SimulatePrincipalPolicy and SimulateCustomPolicy have in common.

        :param context: the condition keys of the request besides the tags.
        """
        tags = {f"{prefix}{key}": (value,) for key, value in self.tags for prefix in RESOURCE_TAG_PREFIXES}
        entries = context_entries(merged(context or {}, tags))
        return {"ActionNames": [SEND_COMMAND], "ResourceArns": list(self.arns), "ContextEntries": entries}


@dataclasses.dataclass(frozen=True)
class Decision:
    """IAM's decision for one resource; C(unknown) if it depends on `depends_on` (keys) or `unreadable` (policies)."""

    decision: str
    statements: tuple[Mapping[str, t.Any], ...] = ()
    missing_context: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the action is certainly allowed on this resource."""
        return self.decision == ALLOWED

    @property
    def is_denied(self) -> bool:
        """Whether the action is certainly denied on this resource."""
        return self.decision not in {ALLOWED, UNKNOWN}


Answers = dict[tuple[Tags, str], Decision]


def tags_of(tags: Mapping[str, str]) -> Tags:
    """A dict of tags as a sorted tuple, which is comparable and hashable."""
    return tuple(sorted(tags.items()))


def check_question(options: Mapping[str, t.Any]) -> None:
    """Raises RequestError for principals, documents, nodes or tags that cannot be simulated."""
    for principal in options["principals"]:
        if not PRINCIPAL_PATTERN.fullmatch(principal):
            raise RequestError(
                f"principals: {principal!r} is not the ARN of a user, group or role;"
                " allowed is arn:PARTITION:iam::ACCOUNT:user/NAME, group/NAME or role/NAME."
            )
    if not options["principals"] and not options["policy_documents"]:
        raise RequestError("principals: an empty list selects nobody; give principals, policy_documents or both.")
    if not options["instance_ids"] and not options["tag_sets"]:
        raise RequestError("instance_ids: an empty list selects no node; give instance_ids, tag_sets or both.")
    for document in parse_documents(options["documents"]):
        if is_wildcard(document):
            raise RequestError(f"documents: {document!r} is a pattern; allowed here are names and ARNs of documents.")
    for node_id in options["instance_ids"]:
        node_type_of(node_id)
    for number, document in enumerate(options["policy_documents"]):
        check_policy_document(document, f"policy_documents[{number}]")


def resources_of_tag_sets(
    tag_sets: Iterable[Mapping[t.Any, t.Any]], node_types: Iterable[NodeType], place: Place
) -> list[Resource]:
    """A node of each type for each set of tags. Raises RequestError for an invalid tag."""
    types = list(node_types)
    resources = []
    for number, tags in enumerate(tag_sets):
        where = f"tag_sets[{number}]"
        for key, value in tags.items():
            check_tag_key(key, where)
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise RequestError(f"{where}[{key}]: {value!r} is not a string; a node has one value for a tag.")
        named = tags_of({key: str(value) for key, value in tags.items()})
        resources += [Resource(None, placeholder_arn(node_type, place), named) for node_type in types]
    return resources


def deciding_tag_keys(context_keys: Iterable[str]) -> frozenset[str]:
    """The tag keys in condition keys such as ssm:resourceTag/Finance."""
    prefixes = tuple(prefix.lower() for prefix in RESOURCE_TAG_PREFIXES)
    return frozenset(key.partition("/")[2] for key in context_keys if key.lower().startswith(prefixes))


def context_keys_of(document: Mapping[str, t.Any]) -> frozenset[str]:
    """The condition keys and policy variables in a document (parsed JSON)."""
    keys = set(POLICY_VARIABLE.findall(json.dumps(document)))
    for statement in as_list(document.get("Statement", [])):
        for conditions in (statement.get("Condition") or {}).values():
            keys.update(conditions)
    return frozenset(keys)


def decided_by(tags: Tags, keys: Collection[str] | None) -> Tags:
    """The relevant tags, whose keys IAM compares case-insensitively; all if the relevant keys are unknown (None)."""
    if keys is None:
        return tags
    lowered = {key.lower() for key in keys}
    return tuple((key, value) for key, value in tags if key.lower() in lowered)


def left_out(resources: Iterable[Resource], keys: Collection[str] | None, missing: Iterable[str]) -> frozenset[str]:
    """The tag keys that were missing in a simulation although a resource has the tag, as `keys` do not name them."""
    if keys is None:
        return frozenset()
    present = {key.lower() for resource in resources for key, _value in resource.tags}
    named = {key.lower() for key in keys}
    return frozenset(key for key in deciding_tag_keys(missing) if key.lower() in present - named)


def plan_simulations(resources: Iterable[Resource], keys: Collection[str] | None) -> list[Simulation]:
    """The fewest calls for all `resources`, if only tags with `keys` (None: any) are relevant."""
    groups: dict[Tags, dict[str, None]] = {}
    for resource in resources:
        groups.setdefault(decided_by(resource.tags, keys), {})[resource.arn] = None
    return [
        Simulation(tags, tuple(chunk))
        for tags, arns in groups.items()
        for chunk in chunks(tuple(arns), RESOURCES_A_CALL)
    ]


def fold_results(simulation: Simulation, results: Iterable[Mapping[str, t.Any]]) -> Answers:
    """The decisions in one call's EvaluationResults. Raises RequestError if a resource has no result."""
    answers: Answers = {}
    for result in results:
        specific = result.get("ResourceSpecificResults") or []
        for item in specific:
            answers[simulation.tags, item["EvalResourceName"]] = _decision(item, item["EvalResourceDecision"], result)
        # If a resource has its own result, the outer one is about the resource type, or the worst of all.
        if not specific and "EvalResourceName" in result:
            answers[simulation.tags, result["EvalResourceName"]] = _decision(result, result["EvalDecision"], result)
    for arn in simulation.arns:
        if (simulation.tags, arn) not in answers:
            raise RequestError(f"IAM's simulation returned no result for {arn}, so it is unknown who may use it.")
    return answers


def _decision(item: Mapping[str, t.Any], decision: str, whole: Mapping[str, t.Any]) -> Decision:
    boundary = item.get("PermissionsBoundaryDecisionDetail") or whole.get("PermissionsBoundaryDecisionDetail") or {}
    organization = whole.get("OrganizationsDecisionDetail") or {}
    limits = []
    if boundary.get("AllowedByPermissionsBoundary") is False:
        limits.append("permissions boundary")
    if organization.get("AllowedByOrganizations") is False:
        limits.append("organization")
    return Decision(
        decision,
        tuple(item.get("MatchedStatements") or ()),
        tuple(sorted(item.get("MissingContextValues") or ())),
        tuple(limits),
    )


def placeholder_arn(node_type: NodeType, place: Place) -> str:
    """The ARN of a node that represents any node of its type."""
    return node_arn(node_type, place.partition, place.region, place.account, PLACEHOLDER_IDS[node_type])


def serialize_by_line(document: Mapping[str, t.Any]) -> str:
    """The text of a document with each statement on its own line, the first on line 2: see statement_at."""
    rest = {key: value for key, value in document.items() if key != "Statement"}
    lines = [json.dumps(statement) for statement in as_list(document.get("Statement", []))]
    head = json.dumps(rest)[1:-1]
    return "{" + head + (", " if head else "") + '"Statement": [\n' + ",\n".join(lines) + "\n]}"


def statement_at(document: Mapping[str, t.Any], line: int) -> dict[str, t.Any] | None:
    """The statement that serialize_by_line wrote on this line (from 1), None if there is none."""
    statements = as_list(document.get("Statement", []))
    index = line - 2
    return dict(statements[index]) if 0 <= index < len(statements) else None


def describe_statement(matched: Mapping[str, t.Any], documents: Sequence[Mapping[str, t.Any]] = ()) -> dict[str, t.Any]:
    """A MatchedStatement for the user: its policy, and the statement itself if it is in one of the `documents` sent."""
    source = str(matched.get("SourcePolicyId", ""))
    start, end = matched.get("StartPosition") or {}, matched.get("EndPosition") or {}
    statement = None
    number = re.fullmatch(r"PolicyInputList\.([0-9]+)", source)
    if number and 1 <= int(number[1]) <= len(documents):
        statement = statement_at(documents[int(number[1]) - 1], int(end.get("Line", 0)))
    return {
        "policy": source,
        "policy_type": matched.get("SourcePolicyType"),
        "sid": (statement or {}).get("Sid"),
        "statement": statement,
        "start_line": start.get("Line"),
        "end_line": end.get("Line"),
    }


def make_cell(
    principal: str | None,
    node: tuple[Resource, Decision],
    document: tuple[Resource, Decision],
    documents: Sequence[Mapping[str, t.Any]] = (),
    context: Context | None = None,
) -> dict[str, t.Any]:
    """One cell: allowed only if both document and node are allowed; the statement is that of the deciding part.

    A cell is denied if one part certainly is; if one is unknown and none denied, C(allowed) is None.
    """
    (node_resource, on_node), (document_resource, on_document) = node, document
    parts = (("document", on_document), ("node", on_node))
    denied = [(name, part) for name, part in parts if part.is_denied]
    unknown = [] if denied else [part for _name, part in parts if part.decision == UNKNOWN]
    deciding = _deciding([part for _name, part in denied], unknown, on_node)
    return {
        "principal": principal,
        "instance_id": node_resource.name,
        "node_arn": node_resource.arn,
        "tags": dict(node_resource.tags),
        "document": document_resource.name,
        "document_arn": document_resource.arn,
        "context": {key: list(values) for key, values in (context or {}).items()},
        "via_mcp": is_via_mcp(context or {}),
        "allowed": None if unknown else not denied,
        "decision": deciding.decision,
        "depends_on": sorted({key for part in unknown for key in part.depends_on}),
        "unreadable_policies": sorted({name for part in unknown for name in part.unreadable}),
        "denied_by": [name for name, _part in denied],
        "limited_by": sorted({limit for _name, part in denied for limit in part.limits}),
        "deciding_statement": describe_statement(deciding.statements[0], documents) if deciding.statements else None,
        "missing_context_keys": sorted(set(on_node.missing_context) | set(on_document.missing_context)),
    }


def _deciding(denied: Sequence[Decision], unknown: Sequence[Decision], otherwise: Decision) -> Decision:
    explicit = [part for part in denied if part.decision == EXPLICIT_DENY]
    return next(iter([*explicit, *denied, *unknown]), otherwise)


def select_cells(cells: Iterable[Mapping[str, t.Any]], selector: Mapping[str, t.Any]) -> list[Mapping[str, t.Any]]:
    """The cells that a selector matches: equal in all its keys, and with all of its tags."""
    return [cell for cell in cells if _is_selected(cell, selector)]


def _is_selected(cell: Mapping[str, t.Any], selector: Mapping[str, t.Any]) -> bool:
    for key in ("principal", "instance_id", "via_mcp"):
        if selector.get(key) is not None and cell[key] != selector[key]:
            return False
    document = selector.get("document")
    if document is not None and document not in (cell["document"], cell["document_arn"]):
        return False
    return all(cell["tags"].get(key) == str(value) for key, value in (selector.get("tags") or {}).items())


def unmet_expectations(
    cells: Sequence[Mapping[str, t.Any]],
    must_allow: Iterable[Mapping[str, t.Any]],
    must_deny: Iterable[Mapping[str, t.Any]],
) -> list[Mapping[str, t.Any]]:
    """The cells that are not allowed but must be, and those not denied that must be, each once.

    Raises RequestError for a selector that matches no cell: it would prove nothing.
    """
    found = [
        *_offending(cells, must_allow, "must_allow", wanted=True),
        *_offending(cells, must_deny, "must_deny", wanted=False),
    ]
    return [cell for n, cell in enumerate(found) if cell not in found[:n]]


def _offending(
    cells: Sequence[Mapping[str, t.Any]], selectors: Iterable[Mapping[str, t.Any]], option: str, *, wanted: bool
) -> Iterator[Mapping[str, t.Any]]:
    for number, selector in enumerate(selectors):
        selected = select_cells(cells, selector)
        if not selected:
            given = {key: value for key, value in selector.items() if value is not None}
            raise RequestError(f"{option}[{number}]: {given!r} selects no cell of the matrix, so it proves nothing.")
        yield from (cell for cell in selected if cell["allowed"] is not wanted)


def describe_cell(cell: Mapping[str, t.Any]) -> str:
    """A cell on one line."""
    node = cell["instance_id"] or cell["node_arn"]
    who = cell["principal"] or "the policy"
    case = f" in the context {cell['context']}" if cell["context"] else ""
    return f"{who} on {node} {cell['tags']} with {cell['document']}{case} {_verdict(cell)}"


def _verdict(cell: Mapping[str, t.Any]) -> str:
    if cell["allowed"]:
        return "is allowed"
    if cell["allowed"] is not None:
        return f"is denied ({cell['decision']} on the {', '.join(cell['denied_by'])})"
    reasons = []
    if cell["depends_on"]:
        reasons.append(f"it depends on {', '.join(cell['depends_on'])}; give values in context")
    if cell["unreadable_policies"]:
        reasons.append(f"this module may not read {', '.join(cell['unreadable_policies'])}")
    return f"is unknown ({'; '.join(reasons)})"
