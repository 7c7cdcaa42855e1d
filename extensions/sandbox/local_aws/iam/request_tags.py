# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags and tag keys that a request brings, in every protocol's way of writing them. Pure."""

from __future__ import annotations

import re
import typing as t

Request = t.Mapping[str, t.Any]
# Tag.1.Key (EC2), Tags.member.1.Key (IAM, SNS), TagSpecification.1.Tag.1.Key (RunInstances).
_FORM_KEY = re.compile(r"((?:.+\.)?(?:Tag|Tags\.member|Tags\.Tag)\.\d+)\.Key")
_FORM_TAG_KEY = re.compile(r"(?:TagKeys\.member|TagKeys\.TagKey)\.\d+")


def value_of(request: Request, *names: str) -> str:
    """The first value that one of these names has in a form or a JSON request; "" when none has one."""
    for name in names:
        value = request.get(name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value and isinstance(value, (str, int)):
            return str(value)
    return ""


def tag_context(request: Request) -> dict[str, list[str]]:
    """The condition keys aws:RequestTag/KEY and aws:TagKeys of a request; {} when it brings no tags."""
    tags = _form_tags(request) | _json_tags(request)
    keys = [*tags, *_removed_keys(request)]
    context = {f"aws:RequestTag/{key}": [value] for key, value in tags.items()}
    return context | ({"aws:TagKeys": list(dict.fromkeys(keys))} if keys else {})


def _form_tags(request: Request) -> dict[str, str]:
    starts = (match[1] for name in request if (match := _FORM_KEY.fullmatch(name)))
    return {value_of(request, f"{start}.Key"): value_of(request, f"{start}.Value") for start in starts}


def _json_tags(request: Request) -> dict[str, str]:
    tags = request.get("Tags") or request.get("tags")
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    listed = tags if isinstance(tags, list) else []
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in listed if isinstance(tag, dict) and "Key" in tag}


def _removed_keys(request: Request) -> list[str]:
    listed = request.get("TagKeys") or request.get("tagKeys") or []
    from_form = [value_of(request, name) for name in request if _FORM_TAG_KEY.fullmatch(name)]
    return [*(str(key) for key in listed if isinstance(listed, list)), *from_form]
