# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Command documents are looked for, and how they are returned. Pure.

Source: ListDocuments and DocumentKeyValuesFilter of the API reference.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import KIND, tags_of

if t.TYPE_CHECKING:
    from collections.abc import Mapping

OWNERS: t.Final = ("Self", "Amazon", "Public", "Private", "ThirdParty", "All")
PLATFORMS: t.Final = ("Windows", "Linux", "MacOS")


@dataclasses.dataclass(frozen=True)
class DocumentSearch:
    """Documents by their names or ARNs, or else those that match everything given."""

    names: list[str] | None = None
    owner: str = OWNERS[0]
    name_prefix: str | None = None
    platform_types: list[str] | None = None
    tags: dict[str, str] | None = None
    include_content: bool = False
    include_lint: bool = False
    include_versions: bool = False
    include_permissions: bool = False

    def filters(self) -> list[dict[str, t.Any]]:
        """The Filters of ListDocuments, which takes a single tag; `matches` holds the others against what it lists."""
        first_tag = next(iter((self.tags or {}).items()), None)
        filters: dict[str, list[str]] = {"DocumentType": [KIND], "Owner": [self.owner]}
        if self.name_prefix:
            filters["Name"] = [self.name_prefix]
        if self.platform_types:
            filters["PlatformTypes"] = self.platform_types
        if first_tag is not None:
            filters[f"tag:{first_tag[0]}"] = [first_tag[1]]
        return [{"Key": key, "Values": values} for key, values in filters.items()]

    def matches(self, described: Mapping[str, t.Any]) -> bool:
        """Whether a document has all tags."""
        return (self.tags or {}).items() <= tags_of(described).items()


def is_shareable(described: Mapping[str, t.Any]) -> bool:
    """Whether AWS can say whom a document is shared with: not for its own ones and for those of other accounts."""
    return ":" not in str(described["Name"]) and str(described.get("Owner", "")).isdigit()


def described_as_result(described: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The Document of DescribeDocument as modules return it."""
    plain = {name: value for name, value in described.items() if name != "Tags"}
    return {**camel_dict_to_snake_dict(plain), "tags": tags_of(described)}


def version_as_result(version: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A DocumentVersion of ListDocumentVersions as modules return it."""
    plain = {name: value for name, value in version.items() if name != "Name"}
    return t.cast("dict[str, t.Any]", camel_dict_to_snake_dict(plain))
