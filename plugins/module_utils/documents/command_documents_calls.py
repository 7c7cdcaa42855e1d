# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a Command document."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import (
    command_documents,
    sharing,
    sharing_calls,
    versions,
    versions_calls,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.readable import readable
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list, tag_change, tags_after

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.sharing import Change
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.versions import Listed, Version
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TagChange
    from mypy_boto3_ssm.client import SSMClient


class Managed(t.NamedTuple):
    """What became of a document, and the numbers of its versions that were deleted, or would be in check mode."""

    outcome: Outcome
    pruned_versions: list[str]


def ensure_present(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Managed:
    """Create the document, or make the wanted version its default one; share, tag and prune it.

    :raises RequestError: the wanted document is not possible, or was made by others and is not adopted.
    """
    default = versions_calls.read_version(client, spec.name)
    if default is None:
        return Managed(_create(client, spec, check_mode), [])
    return _Update(client, spec, check_mode).run(default)


def ensure_absent(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Outcome:
    """Delete the document, or the version with the given name; an adopted one is kept.

    :raises RequestError: the document was made by others or is shared, or the version is the default one, and the
        user does not insist.
    """
    default = versions_calls.read_version(client, spec.name)
    if default is None:
        return _outcome(None, None, changed=False)
    before = command_documents.shown(default)
    if not spec.consent.may_delete(spec.title, command_documents.is_own(default)):
        return _outcome(before, before, False, kept(spec.title))
    if spec.version_name is not None:
        return _delete_version(client, spec, default, check_mode)
    accounts = ssm_documents.shared_with(client, spec.name)
    if accounts and not spec.consent.force:
        raise RequestError(
            f"name: {spec.title} is shared with {sharing.named(accounts)}; set force to stop sharing and delete it."
        )
    if not check_mode:
        sharing_calls.apply(client, spec.name, sharing.Change(accounts, []))
        ssm_documents.delete_document(client, spec.name)
    return _outcome(before, None, changed=True)


def _delete_version(client: SSMClient, spec: DocumentSpec, default: Version, check_mode: bool) -> Outcome:
    before = command_documents.shown(default)
    described = ssm_documents.describe_named_version(client, spec.name, str(spec.version_name))
    if described is None:
        return _outcome(before, before, changed=False)
    accounts = ssm_documents.shared_with(client, spec.name)
    if accounts:
        raise RequestError(
            f"version_name: AWS deletes nothing of a document that is shared, and {spec.title} is shared with "
            f"{sharing.named(accounts)}; stop sharing it with account_ids=[] first."
        )
    number = str(described["DocumentVersion"])
    listed = versions_calls.list_versions(client, spec.name)
    others = [one for one in listed if str(one.number) != number]
    after = default if number != default.number else _other_default(client, spec, others)
    if not check_mode:
        if number == default.number:
            ssm_documents.update_default_version(client, spec.name, after.number)
        ssm_documents.delete_version(client, spec.name, number)
    numbers = (versions.numbers(listed), versions.numbers(others))
    return _outcome(before, command_documents.shown(versions.latest_of(after, others)), changed=True, numbers=numbers)


def _other_default(client: SSMClient, spec: DocumentSpec, others: list[Listed]) -> Version:
    """The newest other version, as the default one."""
    if not others or not spec.consent.force:
        way = "set force to make the newest other version the default one and delete it"
        only = "it has no other version: leave version_name out to delete the document"
        raise RequestError(
            f"version_name: {spec.version_name!r} is the default version of {spec.title}; {way if others else only}."
        )
    number = str(max(others).number)
    found = versions_calls.read_version(client, spec.name, number)
    if found is None:
        raise RequestError(f"version_name: version {number} of {spec.title} was deleted meanwhile; run the task again.")
    return versions.numbered(found, number, number)


def _create(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Outcome:
    if spec.content is None:
        raise RequestError(f"content: the document {spec.name!r} does not exist; allowed is the content to create it.")
    tags = marked(spec.tags, command_documents.MAKER)
    version = versions.after_creation(spec, tags)
    if not check_mode:
        try:
            made = ssm_documents.create_document(client, versions.creation(spec, as_list(tags)))
            versions_calls.wait_until_active(client, spec.name, "1", made)
        except is_ansible_aws_error_code("DocumentAlreadyExists"):
            # The answer to an earlier attempt was lost; what others made meanwhile is not this document.
            found = versions_calls.read_version(client, spec.name)
            if found is None or not versions.is_wanted(spec, found) or not command_documents.is_own(found):
                raise
    accounts = None
    if spec.account_ids is not None:
        change = sharing.change([], spec.account_ids, spec.purge_account_ids)
        accounts = change.after
        if not check_mode:
            sharing_calls.apply(client, spec.name, change)
    return _outcome(None, command_documents.shown(version, accounts), changed=True)


class _Update:
    """Changes a document that exists, in an order that leaves it usable whatever fails."""

    def __init__(self, client: SSMClient, spec: DocumentSpec, check_mode: bool) -> None:
        self._client = client
        self._spec = spec
        self._check_mode = check_mode

    def run(self, default: Version) -> Managed:
        """Make or choose the version, then share, prune and tag."""
        spec = self._spec
        command_documents.check_kind(default)
        is_own = command_documents.is_own(default)
        spec.consent.check_change(spec.title, is_own)
        base = self._base(default)
        shares = self._planned_shares(is_own)
        tags = tag_change(command_documents.tags_of(base.described), spec.tags, spec.purge_tags and is_own)
        is_pruned = spec.keep_versions is not None and is_own
        listed = versions_calls.list_versions(self._client, spec.name) if is_pruned else None
        # A real run learns from AWS that a version from longer ago has the same text.
        wanted = versions_calls.find_wanted(self._client, spec, base, is_foreseen=self._check_mode)
        after, pruned, warnings = self._version(base, wanted, listed, shares)
        self._apply_tags(tags)
        after = versions.tagged(after, tags_after(command_documents.tags_of(base.described), tags))
        is_new = int(after.number) > int(base.latest)
        is_changed = is_new or after.default != base.default or bool(pruned) or bool(shares) or bool(tags)
        if spec.keep_versions is not None and not is_own:
            warnings = [*warnings, versions.not_own(spec)]
        outcome = _outcome(
            command_documents.shown(base, None if shares is None else shares.before),
            command_documents.shown(after, None if shares is None else shares.after),
            is_changed,
            *warnings,
            *versions.warnings(spec, after, not is_new),
            numbers=None if listed is None else _numbers(listed, after, pruned),
        )
        return Managed(outcome, pruned)

    def _base(self, default: Version) -> Version:
        """The version to compare with: the default one, or the latest if the default one is not to change."""
        if self._spec.make_default or self._spec.content is None or default.number == default.latest:
            return default
        return versions_calls.read_version(self._client, self._spec.name, default.latest) or default

    def _planned_shares(self, is_own: bool) -> Change | None:
        spec = self._spec
        if spec.account_ids is None:
            return None
        current = ssm_documents.shared_with(self._client, spec.name)
        return sharing.change(current, spec.account_ids, spec.purge_account_ids, is_own)

    def _version(
        self, base: Version, wanted: Version | None, listed: list[Listed] | None, shares: Change | None
    ) -> tuple[Version, list[str], list[str]]:
        """The version afterwards, the numbers of those that were deleted, and warnings."""
        if wanted is None:
            versions.check_update(self._spec, base)
        if shares is not None and not self._check_mode:
            sharing_calls.apply(self._client, self._spec.name, shares)
        pruned: list[str] = []
        warnings: list[str] = []
        if wanted is None and listed is not None and len(listed) >= versions.MAX_VERSIONS:
            pruned, warnings = self._prune(listed, versions.after_update(self._spec, base), shares)
            listed = [one for one in listed if str(one.number) not in pruned]
        after = self._chosen(base, wanted)
        if listed is not None and not warnings:
            more, warnings = self._prune(listed, after, shares)
            pruned += more
        return after, pruned, warnings

    def _chosen(self, base: Version, wanted: Version | None) -> Version:
        """The wanted version, made if it is not there, and the default one if it is to be."""
        spec = self._spec
        if wanted is not None:
            after = wanted
        elif self._check_mode:
            after = versions.after_update(spec, base)
        else:
            after = versions_calls.make_version(self._client, spec, base)
        default = after.number if spec.make_default or spec.default_version is not None else base.default
        if default != base.default and not self._check_mode:
            ssm_documents.update_default_version(self._client, spec.name, default)
        return versions.numbered(after, after.number, default)

    def _prune(self, listed: list[Listed], after: Version, shares: Change | None) -> tuple[list[str], list[str]]:
        """The numbers of the versions that were deleted, and warnings."""
        gone = versions.prunable(self._spec, listed, after)
        if not gone:
            return [], []
        shared_with = shares.after if shares is not None else ssm_documents.shared_with(self._client, self._spec.name)
        if shared_with:
            return [], [versions.kept_versions(self._spec, gone, sharing.named(shared_with))]
        if not self._check_mode:
            for number in gone:
                ssm_documents.delete_version(self._client, self._spec.name, number)
        return gone, []

    def _apply_tags(self, tags: TagChange) -> None:
        if self._check_mode:
            return
        if tags.to_unset:
            ssm_documents.remove_tags(self._client, self._spec.name, tags.to_unset)
        if tags.to_set:
            ssm_documents.add_tags(self._client, self._spec.name, as_list(tags.to_set))


def _numbers(listed: list[Listed], after: Version, pruned: list[str]) -> tuple[list[str], list[str]]:
    """The numbers of the versions before and after."""
    remaining = [number for number in versions.numbers(versions.listed_after(listed, after)) if number not in pruned]
    return versions.numbers(listed), remaining


def _outcome(
    before: dict[str, t.Any] | None,
    after: dict[str, t.Any] | None,
    changed: bool,
    *warnings: str,
    numbers: tuple[list[str], list[str]] | None = None,
) -> Outcome:
    """The outcome, whose difference people can read; it has the numbers of versions where some may go."""
    of_before, of_after = numbers or (None, None)
    diff = {"before": _readable(before, of_before), "after": _readable(after, of_after)}
    return Outcome(before, after, changed, warnings=warnings, diff=diff)


def _readable(document: dict[str, t.Any] | None, numbers: list[str] | None) -> str:
    return readable(document if document is None or numbers is None else {**document, "versions": numbers})
