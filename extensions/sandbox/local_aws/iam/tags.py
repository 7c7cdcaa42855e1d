# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and tag keys that a request brings, in every service's way of naming them. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .calls import Call, Parameters


def given_tags(call: Call, kind: str) -> dict[str, str]:
    """The tags that a request gives to a resource; kind: its type (instance), for EC2 gives tags by type."""
    tags = dict(_tags_of(call.parameters) | _tags_of(call.inner("CreateBucketConfiguration")))
    for specification in call.items("TagSpecifications"):
        if specification.get("ResourceType", kind) == kind:
            tags |= _tags_of(specification)
    return tags


def tagged_kinds(call: Call) -> list[str]:
    """The types of resources that a request of EC2 gives tags to, each once."""
    specifications = call.items("TagSpecifications")
    return list(dict.fromkeys(str(one.get("ResourceType", "")) for one in specifications if _tags_of(one)))


def tag_keys(call: Call, kind: str) -> list[str]:
    """The keys of all tags that a request gives or takes away."""
    return list(dict.fromkeys([*given_tags(call, kind), *call.values("TagKeys", "tagKeys", "Keys")]))


def _tags_of(parameters: Parameters) -> dict[str, str]:
    tags = parameters.get("Tags") or parameters.get("tags")
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    listed = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    named = [(tag.get("Key", tag.get("TagKey")), tag.get("Value", tag.get("TagValue", ""))) for tag in listed]
    return {str(key): str(value) for key, value in named if key is not None}
