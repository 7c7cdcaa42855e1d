# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulations for one principal: with its own policies, and with these at their widest and their narrowest."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access import certainty, context
from ansible_collections.ssmops.run_command.plugins.module_utils.access.bounds import NOTHING_ALLOWED, Policies, settle
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import SEND_COMMAND
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import (
    Simulation,
    fold_results,
    left_out,
    plan_simulations,
    serialize_by_line,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.principals_calls import (
    Profile,
    read_policies,
    read_profile,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import iam_policies

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.context import Context
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Answers, Resource, Tags
    from mypy_boto3_iam.client import IAMClient

    Results = list[Mapping[str, t.Any]]
    Bound = Callable[[Mapping[str, t.Any], certainty.KnownKeys], dict[str, t.Any]]

_OF_PROFILE = (context.PRINCIPAL_TAG_PREFIX.lower(), "aws:userid")


class Simulator:
    """IAM's simulator for a principal (None: only the `added` documents), and what is known of its requests.

    :ivar calls: how many simulations were asked for.
    """

    def __init__(
        self, client: IAMClient, principal: str | None, added: Sequence[Mapping[str, t.Any]], facts: Context
    ) -> None:
        self.calls = 0
        self._client = client
        self._principal = principal
        self._added = added
        self._facts = facts
        self._profile: Profile | None = None
        self._has_asked_profile = principal is None

    @functools.cached_property
    def policies(self) -> Policies:
        """The documents that decide: those of the principal that can be read, and those added."""
        if self._principal is None:
            return Policies(tuple(self._added))
        own = read_policies(self._client, self._principal)
        return Policies((*own.documents, *self._added), own.boundary, own.unreadable)

    def context(self, case: Context) -> Context:
        """The condition keys of a request in this case."""
        profile = self._profile or Profile(None)
        return context.merged(
            self._facts, context.principal_facts(self._principal, profile.tags, profile.user_id), case
        )

    def known(self, case: Context) -> certainty.KnownKeys:
        """The keys whose value or absence is known in this case; the tags of nodes always are."""
        of_nodes = [prefix.lower() for prefix in context.RESOURCE_TAG_PREFIXES]
        known = self.known_of_caller(case)
        return certainty.KnownKeys(known.names, (*known.prefixes, *of_nodes, *context.NEVER_SENT_PREFIXES))

    def known_of_caller(self, case: Context) -> certainty.KnownKeys:
        """The keys whose value or absence is known, without those of nodes and of the tags in a request."""
        has_tags = self._profile is not None and self._profile.tags is not None
        prefixes = (context.PRINCIPAL_TAG_PREFIX.lower(),) if has_tags else ()
        return certainty.KnownKeys(frozenset(key.lower() for key in self.context(case)), prefixes)

    def ask(self, request: Mapping[str, t.Any]) -> Results:
        """The results of one simulation with the principal's own policies."""
        self.calls += 1
        texts = [serialize_by_line(document) for document in self._added]
        if self._principal is None:
            return t.cast("Results", iam_policies.simulate_custom_policy(self._client, texts, request))
        return t.cast("Results", iam_policies.simulate_principal_policy(self._client, self._principal, texts, request))

    def ask_bound(self, bound: Bound, known: certainty.KnownKeys, request: Mapping[str, t.Any]) -> Results:
        """The results of one simulation with the readable policies at their widest or narrowest."""
        self.calls += 1
        texts = [serialize_by_line(bound(document, known)) for document in self.policies.documents]
        limits = [serialize_by_line(bound(document, known)) for document in self.policies.boundary]
        within = {"PermissionsBoundaryPolicyInputList": limits} if limits else {}
        return t.cast("Results", iam_policies.simulate_custom_policy(self._client, texts, {**request, **within}))

    def decide(
        self, resources: Sequence[Resource], keys: Collection[str] | None, case: Context
    ) -> tuple[Answers, Collection[str] | None]:
        """The decisions for these resources in one case, and the keys of the tags that they were asked with.

        :param keys: those of the relevant tags (None: any); policies of an organization may name more.
        """
        answers = self._asked(plan_simulations(resources, keys), case)
        missing = {key for decision in answers.values() for key in decision.missing_context}
        more = left_out(resources, keys, missing)
        if self.learns(missing) or more:
            keys = None if keys is None else {*keys, *more}
            answers = self._asked(plan_simulations(resources, keys), case)
        return self._settled(answers, case), keys

    def learns(self, missing: Iterable[str]) -> bool:
        """Whether, because these keys were missing, the principal's tags and ID were read just now."""
        if self._has_asked_profile or not any(key.lower().startswith(_OF_PROFILE) for key in missing):
            return False
        self._has_asked_profile = True
        self._profile = read_profile(self._client, self._principal or "")
        return self._profile is not None

    def _asked(self, plan: Iterable[Simulation], case: Context) -> Answers:
        answers: Answers = {}
        for simulation in plan:
            answers |= fold_results(simulation, self.ask(simulation.request(self.context(case))))
        return answers

    def _settled(self, answers: Answers, case: Context) -> Answers:
        """The answers, those that depend on a key without a value as unknown."""
        known = self.known(case)
        doubtful: dict[Tags, list[str]] = {}
        for (tags, arn), decision in answers.items():
            missing = [key for key in decision.missing_context if not known.covers(key)]
            if missing and self.policies.may_decide(missing, known, [SEND_COMMAND]):
                doubtful.setdefault(tags, []).append(arn)
        settled: Answers = {}
        for tags, arns in doubtful.items():
            simulation = Simulation(tags, tuple(arns))
            wide, narrow = (self._bound(bound, known, simulation, case) for bound in _BOUNDS)
            for arn in arns:
                part = (tags, arn)
                settled[part] = settle(answers[part], wide[part], narrow[part], self.policies, known)
        return answers | settled

    def _bound(self, bound: Bound, known: certainty.KnownKeys, simulation: Simulation, case: Context) -> Answers:
        if not self.policies.documents:
            return {(simulation.tags, arn): NOTHING_ALLOWED for arn in simulation.arns}
        request = simulation.request(self.context(case))
        return fold_results(simulation, self.ask_bound(bound, known, request))


_BOUNDS: tuple[Bound, Bound] = (certainty.widest, certainty.narrowest)
