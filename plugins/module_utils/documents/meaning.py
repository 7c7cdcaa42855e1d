# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether two contents of documents mean the same. Pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def same(a: Mapping[str, t.Any], b: Mapping[str, t.Any]) -> bool:
    """Whether two contents differ only in the order of keys, line ends in texts, and a version as a number."""
    return bool(_meaning(a) == _meaning(b))


def _meaning(data: Mapping[str, t.Any]) -> t.Any:
    plain = _plain(dict(data))
    return plain | {"schemaVersion": str(data["schemaVersion"])} if "schemaVersion" in data else plain


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    # In Python, true equals 1.
    return (bool, value) if isinstance(value, bool) else value
