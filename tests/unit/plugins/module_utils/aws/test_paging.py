# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing comes whole and ends, whatever its tokens do."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import paging
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import IncompleteAnswerError

from ..commands.fake_ssm import client_error

Page = tuple[str, "str | None"]


class Listing:
    """Pages by token: the items, a letter each, and the next token. `errors` are raised by the calls in turn."""

    def __init__(self, pages: dict[str | None, Page], errors: t.Iterable[str | None] = ()) -> None:
        self.pages = pages
        self.errors = list(errors)
        self.asked: list[str | None] = []

    def read(self, token: str | None) -> tuple[list[str], str | None]:
        self.asked.append(token)
        code = self.errors.pop(0) if self.errors else None
        if code:
            raise IncompleteAnswerError("Failed to list", client_error(code, "List"))
        items, following = self.pages[token]
        return list(items), following

    def all(self) -> str:
        return "".join(paging.listed_once(self.read, str.lower))


PAGES: dict[str | None, Page] = {None: ("ab", "1"), "1": ("cd", "2"), "2": ("e", None)}


def test_all_pages_come_in_order() -> None:
    assert Listing(PAGES).all() == "abcde"
    assert Listing({None: ("", None)}).all() == ""


def test_a_page_is_read_when_it_is_wanted() -> None:
    listing = Listing(PAGES)
    next(paging.listed_once(listing.read, str))
    assert listing.asked == [None]


def test_what_drifts_to_the_next_page_comes_once() -> None:
    assert Listing({None: ("ab", "1"), "1": ("Bc", None)}).all() == "abc"


def test_a_refused_token_begins_the_listing_anew() -> None:
    listing = Listing(PAGES, [None, "InvalidNextToken", None, None, "InvalidNextToken"])
    assert listing.all() == "abcde"
    assert listing.asked == [None, "1", None, "1", "2", None, "1", "2"]


def test_a_listing_whose_tokens_are_always_refused_is_an_error() -> None:
    listing = Listing(PAGES, [None, "InvalidNextToken"] * 10)
    with pytest.raises(AnsibleAWSError, match="InvalidNextToken"):
        listing.all()
    assert len(listing.asked) == 2 * (paging.MAX_RESTARTS + 1)


def test_another_error_is_an_error() -> None:
    with pytest.raises(AnsibleAWSError, match="AccessDenied"):
        Listing(PAGES, [None, "AccessDenied"]).all()


@pytest.mark.parametrize("after", ["1", "2"])
def test_a_token_that_repeats_ends_the_listing_with_an_error_that_names_it(after: str) -> None:
    listing = Listing({None: ("a", "1"), "1": ("b", "2"), "2": ("c", after)})
    with pytest.raises(paging.RepeatedTokenError, match=f"never ends: {after}$"):
        listing.all()
    assert len(listing.asked) == 3
