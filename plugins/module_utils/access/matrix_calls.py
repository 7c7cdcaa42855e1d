# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix of who may send which documents to which nodes, from IAM's policy simulator, with few calls."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import (
    Resource,
    context_keys_of,
    decided_by,
    deciding_tag_keys,
    make_cell,
    plan_simulations,
    tags_of,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.node_tags_calls import read_tags
from ansible_collections.ssmops.run_command.plugins.module_utils.access.simulator_calls import Simulator
from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes import TagChangeAnswer
from ansible_collections.ssmops.run_command.plugins.module_utils.access.tag_changes_calls import TagChangeFinder
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam_policies
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import (
    document_arns,
    document_owners,
    node_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.resource_tags import list_resource_tags
from ansible_collections.ssmops.run_command.plugins.module_utils.task.node_ids import node_type_of
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import Context
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Answers, Decision
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_ssm.client import SSMClient

# Finding out which tags are relevant is a call too: it pays off with more groups of tags than this.
GROUPS_WITHOUT_ASKING = 2


@dataclasses.dataclass(frozen=True)
class Question:
    """What to simulate for each principal; `added` are policy documents in addition to its own.

    :ivar facts: the condition keys of any request.
    :ivar cases: further condition keys; each case has cells of its own.
    """

    nodes: tuple[Resource, ...]
    documents: tuple[Resource, ...]
    added: tuple[Mapping[str, t.Any], ...] = ()
    tag_changes_in: Place | None = None
    facts: Context = dataclasses.field(default_factory=dict)
    cases: tuple[Context, ...] = ({},)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Everything that ssm:SendCommand is checked on."""
        return self.documents + self.nodes


@dataclasses.dataclass(frozen=True)
class Answer:
    """The cells of a principal, how it may change the relevant tags, and the number of calls."""

    cells: list[dict[str, t.Any]]
    tag_changes: TagChangeAnswer
    tag_keys: list[str]
    calls: int


def read_nodes(ec2: EC2Client, ssm: SSMClient, instance_ids: Sequence[str], place: Place) -> list[Resource]:
    """The nodes with their tags, in the order of `instance_ids`. Raises RequestError for a missing node."""
    tags = read_tags(ec2, ssm, instance_ids)
    missing = [node_id for node_id in instance_ids if node_id not in tags]
    if missing:
        raise RequestError(
            f"instance_ids: {', '.join(missing)} is not in {place.region} of account {place.account};"
            " allowed are existing nodes, or tag_sets for nodes that do not exist."
        )
    return [
        Resource(
            node_id,
            node_arn(node_type_of(node_id), place.partition, place.region, place.account, node_id),
            tags_of(tags[node_id]),
        )
        for node_id in instance_ids
    ]


def read_document(ssm: SSMClient, document: str, place: Place) -> Resource:
    """A document, by name or ARN, with its tags: AWS's own have none that the account can see."""
    if document.startswith("arn:"):
        name, arn = document.rsplit("/", maxsplit=1)[-1], document
    else:
        name, arn = document, document_arns(document, place.partition, [place.region], place.account)[0]
    is_own = document_owners(name) == {"account"} and f":{place.account}:" in arn
    tags = list_resource_tags(ssm, "Document", name) if is_own else None
    return Resource(document, arn, tags_of(tags or {}))


def ask_principal(client: IAMClient, principal: str | None, question: Question) -> Answer:
    """All cells of one principal; None represents a principal with the added documents and nothing else."""
    keys, calls = _deciding_keys(client, principal, question)
    simulator = Simulator(client, principal, question.added, question.facts)
    cells: list[dict[str, t.Any]] = []
    for case in question.cases:
        answers, asked_with = simulator.decide(question.resources, keys, case)
        cells += _cells(principal, question, answers, asked_with, case)
    tag_keys = sorted(_known_keys(question) if keys is None else keys)
    changes = TagChangeAnswer()
    if question.tag_changes_in and tag_keys:
        known_tags = [node.tags for node in question.nodes]
        finder = TagChangeFinder(simulator, question.tag_changes_in, tag_keys, known_tags)
        changes = finder.answer(question.cases)
    return Answer(cells, changes, tag_keys, calls + simulator.calls)


def _cells(
    principal: str | None, question: Question, answers: Answers, keys: Collection[str] | None, case: Context
) -> list[dict[str, t.Any]]:
    def decided(resource: Resource) -> tuple[Resource, Decision]:
        return resource, answers[decided_by(resource.tags, keys), resource.arn]

    return [
        make_cell(principal, decided(node), decided(document), question.added, case)
        for node in question.nodes
        for document in question.documents
    ]


def _deciding_keys(client: IAMClient, principal: str | None, question: Question) -> tuple[frozenset[str] | None, int]:
    added = frozenset(key for document in question.added for key in context_keys_of(document))
    if principal is None:
        return deciding_tag_keys(added), 0
    groups = len(plan_simulations(question.resources, None))
    if groups <= GROUPS_WITHOUT_ASKING and question.tag_changes_in is None:
        return None, 0
    own = iam_policies.get_context_keys(client, principal)
    return (None if own is None else deciding_tag_keys(added.union(own))), 1


def _known_keys(question: Question) -> set[str]:
    added = frozenset(key for document in question.added for key in context_keys_of(document))
    return {key for node in question.nodes for key, _value in node.tags} | deciding_tag_keys(added)
