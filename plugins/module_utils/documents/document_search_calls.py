# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds Command documents."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import document_search, lint
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import KIND
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.versions_calls import read_content

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.document_search import DocumentSearch
    from mypy_boto3_ssm.client import SSMClient


def find(client: SSMClient, search: DocumentSearch) -> list[dict[str, t.Any]]:
    """The documents of type Command as the module returns them, sorted by name, without those that do not exist."""
    names = search.names
    if names is None:
        names = [str(one["Name"]) for one in ssm_documents.list_documents(client, search.filters())]
    found = [ssm_documents.describe_document(client, name) for name in dict.fromkeys(names)]
    wanted = [one for one in found if one is not None and one.get("DocumentType", KIND) == KIND and search.matches(one)]
    return [_result(client, search, one) for one in sorted(wanted, key=lambda one: str(one["Name"]))]


def _result(client: SSMClient, search: DocumentSearch, described: Mapping[str, t.Any]) -> dict[str, t.Any]:
    name, result = str(described["Name"]), document_search.described_as_result(described)
    is_shareable = document_search.is_shareable(described)
    listed = _versions(client, name) if search.include_versions or (search.include_lint and is_shareable) else []
    # Senders can name any version of a document of the account.
    linted = [str(one["DocumentVersion"]) for one in listed] if is_shareable else [ssm_documents.DEFAULT_VERSION]
    contents = _contents(client, name, linted) if search.include_lint else {}
    if search.include_content:
        number = str(described["DocumentVersion"]) if is_shareable else ssm_documents.DEFAULT_VERSION
        result["content"] = contents[number] if number in contents else read_content(client, name, number)
    if search.include_lint:
        result["lint"] = [one for number, content in contents.items() for one in _lint(content, number, described)]
    if search.include_versions:
        result["versions"] = [document_search.version_as_result(one) for one in listed]
    if search.include_permissions:
        result["account_ids"] = ssm_documents.shared_with(client, name) if is_shareable else None
    return result


def _versions(client: SSMClient, name: str) -> list[Mapping[str, t.Any]]:
    """The DocumentVersions of ListDocumentVersions, newest first."""
    return sorted(ssm_documents.list_document_versions(client, name), key=lambda one: -int(one["DocumentVersion"]))


def _contents(client: SSMClient, name: str, numbers: Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
    return {number: read_content(client, name, number) for number in numbers}


def _lint(content: dict[str, t.Any] | None, number: str, described: Mapping[str, t.Any]) -> list[dict[str, str]]:
    """The findings about the content of a version, with its number."""
    if content is None:
        return []
    version = str(described["DocumentVersion"]) if number == ssm_documents.DEFAULT_VERSION else number
    return lint.version_findings(content, version)
