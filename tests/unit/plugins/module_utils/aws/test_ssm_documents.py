# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls about documents send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents

from .call_rows import Row, RowTests

SERVICE = "ssm"
TAGS = [{"Key": "A", "Value": "1"}]
NAMED = {"ResourceType": "Document", "ResourceId": "Doc"}
ROWS = [
    Row(
        ssm_documents.get_document,
        ("Doc",),
        "get_document",
        {"Name": "Doc", "DocumentFormat": "JSON"},
        ({"Content": "{}"},),
        {"Content": "{}"},
        ("InvalidDocument", None),
    ),
    Row(
        ssm_documents.latest_version,
        ("Doc",),
        "get_document",
        {"Name": "Doc", "DocumentVersion": "$LATEST", "DocumentFormat": "JSON"},
        ({"DocumentVersion": "2"},),
        "2",
    ),
    Row(
        ssm_documents.create_document,
        ("Doc", "{}", TAGS),
        "create_document",
        {"Name": "Doc", "Content": "{}", "DocumentType": "Command", "DocumentFormat": "JSON", "Tags": TAGS},
    ),
    Row(
        ssm_documents.update_document,
        ("Doc", "{}"),
        "update_document",
        {"Name": "Doc", "Content": "{}", "DocumentVersion": "$LATEST", "DocumentFormat": "JSON"},
        ({"DocumentDescription": {"DocumentVersion": "2"}},),
        "2",
    ),
    Row(
        ssm_documents.update_default_version,
        ("Doc", "2"),
        "update_document_default_version",
        {"Name": "Doc", "DocumentVersion": "2"},
    ),
    Row(
        ssm_documents.delete_document,
        ("Doc",),
        "delete_document",
        {"Name": "Doc"},
        given=True,
        missing=("InvalidDocument", False),
    ),
    Row(ssm_documents.list_tags, ("Doc",), "list_tags_for_resource", NAMED, ({"TagList": TAGS},), {"A": "1"}),
    Row(
        ssm_documents.find_tags,
        ("Doc",),
        "list_tags_for_resource",
        NAMED,
        ({"TagList": TAGS},),
        {"A": "1"},
        ("InvalidResourceId", None),
    ),
    Row(ssm_documents.add_tags, ("Doc", TAGS), "add_tags_to_resource", {**NAMED, "Tags": TAGS}),
    Row(ssm_documents.remove_tags, ("Doc", ["A"]), "remove_tags_from_resource", {**NAMED, "TagKeys": ["A"]}),
]


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
