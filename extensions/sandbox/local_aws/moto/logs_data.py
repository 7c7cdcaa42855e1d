# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the corrections of CloudWatch Logs share: the log group that a request names, and the matcher of a pattern."""

from __future__ import annotations

import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..wire.errors import ApiError
from .filter_patterns import FilterPatternError, Matcher, compile_pattern

if t.TYPE_CHECKING:
    from .patching import Json


def backend_of(region: str) -> t.Any:
    """moto's CloudWatch Logs of a region."""
    return get_backend("logs")[DEFAULT_ACCOUNT_ID][region]


def group_of(request: Json, region: str) -> t.Any:
    """The log group that a request names; ResourceNotFoundException when it is not there."""
    named = request.get("logGroupName") or request.get("logGroupIdentifier") or request.get("resourceIdentifier") or ""
    name = named.split(":log-group:")[-1].removesuffix(":*")
    group = backend_of(region).groups.get(name)
    if group is None:
        raise ApiError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def matcher_of(pattern: str | None) -> Matcher:
    """The matcher of a pattern; InvalidParameterException for what is none."""
    try:
        return compile_pattern(pattern or "")
    except FilterPatternError as error:
        raise ApiError("InvalidParameterException", str(error)) from error
