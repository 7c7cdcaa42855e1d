# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings of several pages, whose tokens may expire, and whose pages drift while things are added."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = t.TypeVar("T")
# How often a listing begins anew after its token was refused.
MAX_RESTARTS = 3


class RepeatedTokenError(AnsibleAWSError):
    """A listing that never ends, because a page names itself or an earlier one as the next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)  # type: ignore[no-untyped-call]  # amazon.aws is untyped


def listed_once(
    read: Callable[[str | None], tuple[Iterable[T], str | None]], identity: Callable[[T], str]
) -> Iterator[T]:
    """Every item of a listing once, page by page; a page is read when it is wanted.

    :param read: the items of the page with a token (None: the first), and the token of the next page.
    :param identity: what an item has in common only with its repetitions on other pages.
    :raises RepeatedTokenError: a page has the token of an earlier one.
    :raises AnsibleAWSError: a page cannot be read; a token was refused (InvalidNextToken) more than MAX_RESTARTS times.
    """
    seen: set[str] = set()
    for restart in range(MAX_RESTARTS + 1):
        try:
            for item in all_pages(read):
                if identity(item) not in seen:
                    seen.add(identity(item))
                    yield item
        except AnsibleAWSError as error:
            if error_code(error) != "InvalidNextToken" or restart == MAX_RESTARTS:
                raise
        else:
            return


def all_pages(read: Callable[[str | None], tuple[Iterable[T], str | None]]) -> Iterator[T]:
    """Every item of a listing, page by page; a page is read when it is wanted.

    :param read: as of `listed_once`.
    :raises RepeatedTokenError: a page has the token of an earlier one.
    """
    tokens: set[str] = set()
    token: str | None = None
    while True:
        items, token = read(token)
        yield from items
        if not token:
            return
        check_new(token, tokens)


def check_new(token: str, seen: set[str]) -> None:
    """Add the token of the next page to those of a listing.

    :raises RepeatedTokenError: the listing had it before.
    """
    if token in seen:
        raise RepeatedTokenError(f"AWS returned the token of a page for a second time, so its list never ends: {token}")
    seen.add(token)
