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
ACCOUNTS = ["111122223333"]
SHARED = {"Name": "Doc", "PermissionType": "Share"}
DESCRIBED = {"Name": "Doc", "DocumentVersion": "2"}
VERSIONS = [{"Name": "Doc", "DocumentVersion": "2"}, {"Name": "Doc", "DocumentVersion": "1"}]
ROWS = [
    Row(
        ssm_documents.describe_document,
        ("Doc",),
        "describe_document",
        {"Name": "Doc", "DocumentVersion": "$DEFAULT"},
        ({"Document": DESCRIBED},),
        DESCRIBED,
        ("InvalidDocumentVersion", None),
    ),
    Row(
        ssm_documents.describe_named_version,
        ("Doc", "1.0"),
        "describe_document",
        {"Name": "Doc", "VersionName": "1.0"},
        ({"Document": DESCRIBED},),
        DESCRIBED,
        ("InvalidDocument", None),
    ),
    Row(
        ssm_documents.get_document,
        ("Doc", "2"),
        "get_document",
        {"Name": "Doc", "DocumentVersion": "2", "DocumentFormat": "JSON"},
        ({"Content": "{}"},),
        {"Content": "{}"},
        ("InvalidDocument", None),
    ),
    Row(
        ssm_documents.list_documents,
        ([{"Key": "Owner", "Values": ["Self"]}],),
        "list_documents",
        {"Filters": [{"Key": "Owner", "Values": ["Self"]}], "MaxResults": 50},
        ({"DocumentIdentifiers": VERSIONS[:1], "NextToken": "x"}, {"DocumentIdentifiers": VERSIONS[1:]}),
        VERSIONS,
    ),
    Row(
        ssm_documents.list_document_versions,
        ("Doc",),
        "list_document_versions",
        {"Name": "Doc", "MaxResults": 50},
        ({"DocumentVersions": VERSIONS[:1], "NextToken": "x"}, {"DocumentVersions": VERSIONS[1:]}),
        VERSIONS,
    ),
    Row(
        ssm_documents.find_document_versions,
        ("Doc",),
        "list_document_versions",
        {"Name": "Doc", "MaxResults": 50},
        ({"DocumentVersions": VERSIONS},),
        VERSIONS,
        ("InvalidDocument", None),
    ),
    Row(
        ssm_documents.create_document,
        ({"Name": "Doc", "Content": "{}"},),
        "create_document",
        {"Name": "Doc", "Content": "{}"},
        ({"DocumentDescription": DESCRIBED},),
        DESCRIBED,
    ),
    Row(
        ssm_documents.update_document,
        ({"Name": "Doc", "Content": "{}"},),
        "update_document",
        {"Name": "Doc", "Content": "{}"},
        ({"DocumentDescription": DESCRIBED},),
        DESCRIBED,
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
    Row(
        ssm_documents.delete_version,
        ("Doc", "1"),
        "delete_document",
        {"Name": "Doc", "DocumentVersion": "1"},
        given=True,
        missing=("InvalidDocumentVersion", False),
    ),
    Row(
        ssm_documents.shared_with,
        ("Doc",),
        "describe_document_permission",
        SHARED,
        ({"AccountIds": ["222233334444"], "NextToken": "x"}, {"AccountIds": ACCOUNTS}),
        [*ACCOUNTS, "222233334444"],
    ),
    Row(
        ssm_documents.share,
        ("Doc", ACCOUNTS),
        "modify_document_permission",
        {**SHARED, "AccountIdsToAdd": ACCOUNTS},
    ),
    Row(
        ssm_documents.unshare,
        ("Doc", ACCOUNTS),
        "modify_document_permission",
        {**SHARED, "AccountIdsToRemove": ACCOUNTS},
    ),
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
