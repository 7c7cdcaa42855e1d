# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of listings: the token says where the next one starts."""

from __future__ import annotations

import base64
import binascii
import itertools
import typing as t

from .errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Iterable

T = t.TypeVar("T")
MAX_PAGE = 50


def page_of(items: Iterable[T], request: t.Mapping[str, t.Any]) -> tuple[list[T], dict[str, str]]:
    """The page a request (MaxResults, NextToken) asks for, and {"NextToken": ...} when another follows.

    No more items are taken than tell whether one follows.
    """
    size = min(int(request.get("MaxResults") or MAX_PAGE), MAX_PAGE)
    start = _position(str(request.get("NextToken") or ""))
    found = list(itertools.islice(items, start, start + size + 1))
    return found[:size], {"NextToken": _token(start + size)} if len(found) > size else {}


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"position {position}".encode()).decode()


def _position(token: str) -> int:
    if not token:
        return 0
    try:
        word, number = base64.urlsafe_b64decode(token.encode()).decode().split(" ")
        position = int(number)
    except (binascii.Error, ValueError) as error:
        raise ApiError("InvalidNextToken", "The specified token is not valid.") from error
    if word != "position" or position < 0:
        raise ApiError("InvalidNextToken", "The specified token is not valid.")
    return position
