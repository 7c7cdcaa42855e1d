# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of names, paths and tags that all IAM resources share (IAM's API reference and quotas). Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import TAG_VALUE_MAX, check_tag_key
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_PATH = re.compile(r"((/[A-Za-z0-9.,+@=_-]+)*)/")
_PATH_MAX = 512
TAGS_MAX = 50


def parse_name(raw: object, where: str, limit: int) -> str:
    """A name of at most `limit` characters; `where` is its option. Raises RequestError."""
    if isinstance(raw, str) and len(raw) <= limit and _NAME.fullmatch(raw):
        return raw
    raise RequestError(
        f"{where}: {raw!r} is not an IAM name; allowed are 1 to {limit} letters, digits and the characters _+=,.@-."
    )


def parse_path(raw: str | None) -> str | None:
    """The option path; None if not set. Raises RequestError."""
    if raw is None or (len(raw) <= _PATH_MAX and _PATH.fullmatch(raw)):
        return raw
    raise RequestError(f"path: {raw!r} is not a path; allowed is '/' or names between slashes such as '/ops/ssm/'.")


def parse_tags(raw: Mapping[object, object] | None, limit: int = TAGS_MAX) -> dict[str, str] | None:
    """The option tags as strings; numbers become strings. None if not set. Raises RequestError."""
    if raw is None:
        return None
    if len(raw) > limit:
        raise RequestError(f"tags: {len(raw)} tags were given; allowed are at most {limit}.")
    for key, value in raw.items():
        check_tag_key(key, "tags")
        if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > TAG_VALUE_MAX:
            raise RequestError(f"tags[{key}]: {value!r} is not a string of at most {TAG_VALUE_MAX} characters.")
    return {str(key): str(value) for key, value in raw.items()}
