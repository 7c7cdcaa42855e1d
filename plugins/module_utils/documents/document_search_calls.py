# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds Command documents."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import document_search, lint
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import KIND
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts

if t.TYPE_CHECKING:
    from collections.abc import Mapping

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
    if search.include_content or search.include_lint:
        content = _content(client, name)
        result |= {"content": content} if search.include_content else {}
        result |= {"lint": _lint(content)} if search.include_lint else {}
    if search.include_versions:
        listed = ssm_documents.list_document_versions(client, name)
        newest_first = sorted(listed, key=lambda one: -int(one["DocumentVersion"]))
        result["versions"] = [document_search.version_as_result(one) for one in newest_first]
    if search.include_permissions:
        is_shareable = document_search.is_shareable(described)
        result["account_ids"] = ssm_documents.shared_with(client, name) if is_shareable else None
    return result


def _content(client: SSMClient, name: str) -> dict[str, t.Any] | None:
    """The content of the default version; None if the document was deleted meanwhile."""
    answer = ssm_documents.get_document(client, name)
    return None if answer is None else json_texts.load_object("content", answer["Content"])


def _lint(content: dict[str, t.Any] | None) -> list[dict[str, str]]:
    return [] if content is None else [dataclasses.asdict(finding) for finding in lint.findings(content)]
