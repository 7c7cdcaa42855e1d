# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manages a Command document."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome, unchanged
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import kept
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import as_list, tag_change, tags_after

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TagChange
    from mypy_boto3_ssm.client import SSMClient


def get_document(client: SSMClient, name: str) -> dict[str, t.Any] | None:
    """The document with its tags, as the module returns it, or None."""
    answer = ssm_documents.get_document(client, name)
    return None if answer is None else command_documents.read(answer, ssm_documents.list_tags(client, name))


def ensure_present(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Outcome:
    """Create the document, or make the wanted content its default version.

    :raises RequestError: the wanted document is not possible, or was made by others and is not adopted.
    """
    before = get_document(client, spec.name)
    if before is None:
        return _create(client, spec, check_mode)
    spec.consent.check_change(spec.title, command_documents.is_own(before))
    tags = tag_change(before["tags"], spec.tags, spec.purge_tags and command_documents.is_own(before))
    is_new_content = spec.content is not None and spec.content != before["content"]
    after = before | {"tags": tags_after(before["tags"], tags)}
    if is_new_content:
        version = str(int(before["document_version"]) + 1) if check_mode else _update(client, spec)
        after |= {"content": spec.content, "document_version": version}
    if not check_mode:
        _apply_tags(client, spec.name, tags)
    return Outcome(before, after, is_new_content or bool(tags))


def ensure_absent(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Outcome:
    """Delete the document; an adopted one is kept.

    :raises RequestError: the document was made by others.
    """
    before = get_document(client, spec.name)
    if before is None:
        return Outcome(None, None, changed=False)
    if not spec.consent.may_delete(spec.title, command_documents.is_own(before)):
        return unchanged(before, kept(spec.title))
    if not check_mode:
        ssm_documents.delete_document(client, spec.name)
    return Outcome(before, None, changed=True)


def _create(client: SSMClient, spec: DocumentSpec, check_mode: bool) -> Outcome:
    if spec.content is None:
        raise RequestError(f"content: the document {spec.name!r} does not exist; allowed is the content to create it.")
    after = command_documents.created(spec)
    if not check_mode:
        try:
            ssm_documents.create_document(client, spec.name, json_texts.dump(spec.content), as_list(after["tags"]))
        except is_ansible_aws_error_code("DocumentAlreadyExists"):
            # The answer to an earlier attempt was lost; what others made meanwhile is not this document.
            if get_document(client, spec.name) != after:
                raise
    return Outcome(None, after, changed=True)


def _update(client: SSMClient, spec: DocumentSpec) -> str:
    """Make a version with the wanted content the default one; the version."""
    try:
        version = ssm_documents.update_document(client, spec.name, json_texts.dump(spec.content))
    except is_ansible_aws_error_code("DuplicateDocumentContent"):
        # The latest version has the content already: an earlier attempt ended before it became the default.
        version = ssm_documents.latest_version(client, spec.name)
    ssm_documents.update_default_version(client, spec.name, version)
    return version


def _apply_tags(client: SSMClient, name: str, tags: TagChange) -> None:
    if tags.to_unset:
        ssm_documents.remove_tags(client, name, tags.to_unset)
    if tags.to_set:
        ssm_documents.add_tags(client, name, as_list(tags.to_set))
